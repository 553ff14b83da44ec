"""Slow zooms and pans keep to their path, measured below a pixel on a pattern that is known at every point."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.model.formats import Box
from castad_cli.render.compositor import Painter
from castad_cli.render.encode import encode_segment
from castad_cli.render.layers import Layer, Layout
from castad_cli.render.media.motion import Move, View
from castad_cli.render.pixels.planes import Picture, Planes
from castad_cli.render.qualities import QUALITIES
from castad_cli.render.shots import Still
from castad_cli.render.timeline import Scene, Timeline

WIDTH, HEIGHT, FRAMES = 480, 640, 20
BOX = Box(0, 0, WIDTH, HEIGHT)
TILES = 2
MOVES = {
    "pan": Move(View(1.05, 0.47, 0.5), View(1.05, 0.53, 0.5)),
    "zoom in": Move(View(1.02, 0.5, 0.5), View(1.09, 0.5, 0.5)),
    "zoom out": Move(View(1.09, 0.47, 0.52), View(1.02, 0.5, 0.5)),
}
Field = NDArray[np.float64]


def pattern(x: Field, y: Field) -> tuple[Field, Field, Field]:
    """Luma at a point (picture pixels) and its slopes: waves in all directions, none shorter than 8 px."""
    random = np.random.default_rng(8)
    value, across, down = np.full(x.shape, 126.0), np.zeros(x.shape), np.zeros(x.shape)
    for angle, length, phase in random.uniform((0, 8, 0), (np.pi, 24, 6), (6, 3)):
        kx, ky = 2 * np.pi / length * np.cos(angle), 2 * np.pi / length * np.sin(angle)
        value += 16 * np.sin(kx * x + ky * y + phase)
        slope = 16 * np.cos(kx * x + ky * y + phase)
        across, down = across + kx * slope, down + ky * slope
    return value, across, down


@pytest.fixture(scope="module")
def picture() -> Picture:
    """The pattern as a photograph a little larger than the frame, as `sources` prepares one."""
    width, height = round(WIDTH * 1.2), round(HEIGHT * 1.2)
    y, x = np.mgrid[0:height, 0:width] + 0.5
    luma = np.rint(pattern(x, y)[0]).astype(np.uint8)
    chroma = np.full((height // 2, width // 2), 128, np.uint8)
    return Picture(luma, chroma, chroma)


def made(picture: Picture, move: Move) -> tuple[Painter, Still]:
    still = Still(picture, move, BOX, -FRAMES, 2 * FRAMES)  # the middle of a shot of three seconds
    identity = np.tile([1.0, 0, 0, 1, 0, 0], (FRAMES, 1))
    clips = np.tile([0.0, 0, WIDTH, HEIGHT], (FRAMES, 1))
    zeros = np.zeros(FRAMES, np.int64)
    layer = Layer("photo", "media", 0, FRAMES, identity, np.ones(FRAMES), clips, zeros, media=0, scene=0, box=BOX)
    timeline = Timeline((Scene(0, "opening", 0, 0, FRAMES, "cut", 0),), FRAMES, Fraction(30))
    return Painter(Layout((layer,), ()), timeline, {layer.spot: still}, WIDTH, HEIGHT, 400), still


def misses(luma: NDArray[np.uint8], still: Still, frame: int) -> Field:
    """How far each tile of a frame is from where it ought to be: (tiles, 2) px of the frame, by least squares."""
    scale, dx, dy = still.placing(frame)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    value, across, down = pattern(scale * x + dx, scale * y + dy)
    difference, across, down = luma - value, across * scale, down * scale
    found = []
    for rows in np.array_split(np.arange(8, HEIGHT - 8), TILES):
        for columns in np.array_split(np.arange(8, WIDTH - 8), TILES):
            part = np.ix_(rows, columns)
            # Linear sampling softens: a share of the pattern's own contrast may be missing, which is no displacement.
            basis = np.stack([across[part], down[part], value[part] - 126, np.ones(across[part].shape)]).reshape(4, -1)
            found.append(np.linalg.lstsq(basis.T, difference[part].ravel(), rcond=None)[0][:2])
    return np.array(found)


def rms(values: Field) -> float:
    return float(np.sqrt((values**2).sum(axis=-1).mean()))


@pytest.mark.parametrize("name", MOVES)
def test_a_slow_move_keeps_to_its_path_in_composed_and_in_decoded_frames(
    picture: Picture, name: str, tmp_path: Path
) -> None:
    painter, still = made(picture, MOVES[name])
    composed: list[Field] = []

    def paint(frame: int, planes: Planes) -> None:
        painter.draw(frame, planes)
        composed.append(misses(planes[0], still, frame))

    file = tmp_path / "move.mp4"
    size, rate = (WIDTH, HEIGHT), Fraction(30)
    encode_segment(file, size, rate, QUALITIES["standard"], range(FRAMES), paint, lambda: None)
    with av.open(str(file)) as container:
        lumas = [frame.to_ndarray()[:HEIGHT] for frame in container.decode(video=0)]
    decoded = [misses(luma, still, frame) for frame, luma in enumerate(lumas)]
    assert len(composed) == len(decoded) == FRAMES
    assert rms(np.array(composed).mean(axis=1)) <= 0.015, "each frame is where the path has it"
    for found, most in ((composed, 0.015), (decoded, 0.03)):
        steps = np.diff(np.array(found), axis=0)
        assert rms(steps.mean(axis=1)) <= most
        assert rms(steps.reshape(-1, 2)) <= most, "nor does any part of it tremble by itself"


def test_the_measure_sees_whole_pixel_steps(picture: Picture) -> None:
    """What FFmpeg's zoompan does: places rounded to whole pixels."""
    _, still = made(picture, MOVES["pan"])
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    found = []
    for frame in range(0, FRAMES, 4):
        scale, dx, dy = still.placing(frame)
        found.append(misses(np.rint(pattern(scale * x + round(dx), scale * y + dy)[0]).astype(np.uint8), still, frame))
    assert rms(np.array(found).mean(axis=1)) > 0.1
