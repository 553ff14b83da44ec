"""What fills a scene's picture: photographs at the size they are seen, clips frame by frame at any rate."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from castad_cli.errors import UserError
from castad_cli.model.formats import Box
from castad_cli.model.place import Place
from castad_cli.model.plan import Asset, MediaSpec
from castad_cli.render.compositor import Painter
from castad_cli.render.layers import Layer, Layout
from castad_cli.render.machine import process
from castad_cli.render.pixels.planes import rgb_from_frame
from castad_cli.render.sources import ClipSource, converted, glances, open_sources, prepare
from castad_cli.render.timeline import Scene, Timeline

MakeMedia = Callable[..., Path]
WIDTH, HEIGHT = 216, 384
WHOLE = Box(0, 0, WIDTH, HEIGHT)
RATE = Fraction(30)
TIMELINE = Timeline(
    (Scene(0, "opening", 0, 0, 60, "cut", 0), Scene(1, "closing", 1, 60, 120, "dissolve", 12)), 120, RATE
)


def spec_of(path: Path, kind: str = "photo", **fields: object) -> MediaSpec:
    asset = Asset(path.name, str(path), hashlib.sha256(path.read_bytes()).hexdigest(), kind, Place("a.yaml", 4))  # type: ignore[arg-type]
    return MediaSpec(asset, **fields)  # type: ignore[arg-type]


def saved(folder: Path, pixels: NDArray[np.uint8], orientation: int = 1) -> Path:
    path = folder / "photo.png"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(path, exif=exif)
    return path


def corners(width: int, height: int) -> NDArray[np.uint8]:
    """A grey picture whose four corners are red, green, blue and white (reading order)."""
    pixels = np.full((height, width, 3), 110, np.uint8)
    w, h = width // 2, height // 2
    pixels[:h, :w], pixels[:h, w:] = (200, 40, 40), (40, 200, 40)
    pixels[h:, :w], pixels[h:, w:] = (40, 40, 200), (230, 230, 230)
    return pixels


def drawn(spec: MediaSpec, frame: int = 0, ffmpeg: str = "ffmpeg", box: Box = WHOLE) -> NDArray[np.uint8]:
    """The first scene's picture alone, as the painter shows it."""
    prepared = {0: prepare(spec, WIDTH, HEIGHT)}
    rows = np.ones(TIMELINE.frames)
    media = Layer(
        "photo",
        "media",
        0,
        TIMELINE.frames,
        np.outer(rows, [1.0, 0, 0, 1, 0, 0]),
        rows,
        np.outer(rows, [0, 0, WIDTH, HEIGHT]),
        rows.astype(np.int64) * 0,
        media=0,
        scene=0,
        box=box,
    )
    buffer = np.empty(WIDTH * HEIGHT * 3 // 2, np.uint8)
    with open_sources(converted(prepared), {(0, 0, 0): box}, TIMELINE, frame, frame + 1, ffmpeg) as sources:
        Painter(Layout((media,), ()), TIMELINE, sources, WIDTH, HEIGHT, 200).paint(frame, buffer)
    return rgb_from_frame(buffer, WIDTH, HEIGHT)


# -- photographs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1200, 400), (400, 1200), (600, 600), (210, 260), (3000, 250), (217, 385)])
def test_a_photograph_of_any_shape_fills_the_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    shown = drawn(spec_of(saved(tmp_path, corners(*size)), focus=(0.5, 0.5), motion="still"))
    for (y, x), color in {
        (3, 3): (200, 40, 40),
        (3, -4): (40, 200, 40),
        (-4, 3): (40, 40, 200),
        (-4, -4): (230, 230, 230),
    }.items():
        assert np.abs(shown[y, x].astype(int) - color).max() <= 6


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (5000, 900)])
def test_a_large_photograph_is_loaded_no_larger_than_it_is_seen(tmp_path: Path, size: tuple[int, int]) -> None:
    prepared = prepare(spec_of(saved(tmp_path, np.full((size[1], size[0], 3), 90, np.uint8))), WIDTH, HEIGHT)
    assert prepared.size[0] >= WIDTH * 1.07
    assert prepared.size[1] >= HEIGHT * 1.07
    upright = max(WIDTH / size[0], HEIGHT / size[1])
    turned = max(WIDTH / size[1], HEIGHT / size[0])
    assert prepared.size[0] <= size[0] * max(upright, turned) * 1.3
    assert prepared.note == ""


def test_a_small_photograph_is_not_enlarged_but_noted(tmp_path: Path) -> None:
    prepared = prepare(spec_of(saved(tmp_path, corners(200, 200))), 1080, 1920)
    assert prepared.size == (200, 200)
    assert "photo.png is only 200×200: enlarged 10.1 times" in prepared.note


def test_a_small_clip_is_noted_too(make_media: MakeMedia) -> None:
    clip = make_media("tiny.mp4", "-f", "lavfi", "-i", "testsrc2=s=240x240:r=10:d=1", "-pix_fmt", "yuv420p")
    assert "tiny.mp4 is only 240×240: enlarged 8." in prepare(spec_of(clip, "clip"), 1080, 1920).note


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_turned_photograph_is_upright_and_its_focus_counts_as_seen(tmp_path: Path, orientation: int) -> None:
    stored = np.rot90(corners(800, 400), {1: 0, 3: 2, 6: 1, 8: 3}[orientation])
    shown = drawn(spec_of(saved(tmp_path, stored, orientation), focus=(1.0, 0.5), motion="still"))
    assert np.abs(shown[20, WIDTH // 2].astype(int) - (40, 200, 40)).max() <= 6
    assert np.abs(shown[-20, WIDTH // 2].astype(int) - (230, 230, 230)).max() <= 6


@pytest.mark.parametrize("motion", ["zoom-in", "zoom-out", "pan-left", "pan-right", "pan-up", "pan-down", "auto"])
@pytest.mark.parametrize("focus", [(0.0, 0.0), (1.0, 1.0)])
def test_no_move_shows_more_than_there_is(tmp_path: Path, motion: str, focus: tuple[float, float]) -> None:
    pixels = np.full((500, 700, 3), 120, np.uint8)
    prepared = {0: prepare(spec_of(saved(tmp_path, pixels), focus=focus, motion=motion), WIDTH, HEIGHT)}
    width, height = prepared[0].size
    prepared = converted(prepared)
    with open_sources(prepared, {(0, 0, 0): WHOLE}, TIMELINE, 0, 60, "ffmpeg") as sources:
        for frame in (0, 17, 59):
            scale, dx, dy = sources[0, 0, 0].placing(frame)
            assert -0.01 <= dx <= scale * WIDTH + dx <= width + 0.01
            assert -0.01 <= dy <= scale * HEIGHT + dy <= height + 0.01


def test_a_photograph_that_cannot_be_read_names_its_place(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    Image.new("RGB", (400, 400), (9, 9, 9)).save(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(UserError, match=r"broken\.jpg") as caught:
        prepare(spec_of(path), WIDTH, HEIGHT)
    assert caught.value.place == Place("a.yaml", 4)


# -- clips -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def counting(make_media: MakeMedia) -> Callable[[str, str], Path]:
    """Clips of three seconds whose luma tells the time: 30 at the start, 50 more each second."""

    def make(rate: str, size: str = "320x240") -> Path:
        source = f"color=black:s={size}:r={rate}:d=3,format=yuv420p,geq=lum='30+50*T':cb=128:cr=128"
        return make_media("time.mkv", "-f", "lavfi", "-i", source, "-c:v", "ffv1")

    return make


def clip_of(spec: MediaSpec, ffmpeg: str, first: int = 0, count: int = 60, box: Box = WHOLE) -> ClipSource:
    return ClipSource(prepare(spec, WIDTH, HEIGHT), ffmpeg, box, 0, first, count, RATE)


@pytest.mark.parametrize("rate", ["24000/1001", "12.5", "30", "50", "60000/1001", "7"])
def test_a_clip_of_any_rate_keeps_its_time(counting: Callable[..., Path], ffmpeg: str, rate: str) -> None:
    source = clip_of(spec_of(counting(rate), "clip"), ffmpeg)
    try:
        lumas = [float(source.picture(frame).y.mean()) for frame in range(60)]
    finally:
        source.close()
    own = 1 / float(Fraction(rate))
    for frame, luma in enumerate(lumas):
        assert abs((luma - 30) / 50 - frame / 30) <= own + 0.03
    assert lumas == sorted(lumas)


def test_a_clip_drawn_from_its_middle_shows_the_same_frames(counting: Callable[..., Path], ffmpeg: str) -> None:
    spec = spec_of(counting("24000/1001"), "clip", start_s=Fraction(1, 2))
    whole, part = clip_of(spec, ffmpeg), clip_of(spec, ffmpeg, 23, 20)
    try:
        expected = {frame: whole.picture(frame).y.copy() for frame in range(43)}
        assert all(np.array_equal(part.picture(frame).y, expected[frame]) for frame in range(23, 43))
    finally:
        whole.close()
        part.close()


def test_a_clip_starts_where_the_recipe_says(counting: Callable[..., Path], ffmpeg: str) -> None:
    source = clip_of(spec_of(counting("25"), "clip", start_s=Fraction(1)), ffmpeg)
    assert float(source.picture(0).y.mean()) == pytest.approx(80, abs=3)
    source.close()


def test_asking_for_a_frame_again_gives_it_again(counting: Callable[..., Path], ffmpeg: str) -> None:
    source = clip_of(spec_of(counting("30"), "clip"), ffmpeg)
    assert source.picture(4) is source.picture(4)
    source.close()


@pytest.mark.parametrize("size", ["320x240", "240x320", "640x160", "250x250"])
@pytest.mark.parametrize("focus", [(0.0, 0.0), (1.0, 1.0), (0.5, 0.5)])
@pytest.mark.parametrize("box", [WHOLE, Box(11, 20, 150, 121)])
def test_a_clip_covers_its_box_and_no_more(
    counting: Callable[..., Path], ffmpeg: str, size: str, focus: tuple[float, float], box: Box
) -> None:
    source = clip_of(spec_of(counting("10", size), "clip", focus=focus), ffmpeg, box=box)
    source.close()
    scale, dx, dy = source.placing(0)
    assert scale == pytest.approx(1.0, abs=0.02), "its pixels are the frame's: nothing is softened twice"
    assert -0.01 <= scale * box.left + dx <= scale * box.right + dx <= source.width + 0.01
    assert -0.01 <= scale * box.top + dy <= scale * box.bottom + dy <= source.height + 0.01


def test_a_scene_of_a_clip_goes_on_below_the_next_ones_transition(counting: Callable[..., Path], ffmpeg: str) -> None:
    clip = prepare(spec_of(counting("30"), "clip"), WIDTH, HEIGHT)
    boxes = {(0, 0, 0): WHOLE, (1, 0, 1): WHOLE}
    with open_sources({0: clip, 1: clip}, boxes, TIMELINE, 60, 120, ffmpeg) as sources:
        assert float(sources[0, 0, 0].picture(65).y.mean()) == pytest.approx(30 + 50 * 65 / 30, abs=3)
        assert float(sources[1, 0, 1].picture(65).y.mean()) == pytest.approx(30 + 50 * 5 / 30, abs=3)
    with open_sources({0: clip, 1: clip}, boxes, TIMELINE, 72, 120, ffmpeg) as sources:
        assert sources.keys() == {(1, 0, 1)}


def test_leaving_the_sources_ends_their_readers(counting: Callable[..., Path], ffmpeg: str) -> None:
    process.run(["true"], timeout_s=10)

    def children() -> int:
        stats = [p.read_text().rsplit(")", 1)[1].split() for p in Path("/proc").glob("[0-9]*/stat") if p.exists()]
        return sum(fields[1] == str(os.getpid()) and fields[0] != "Z" for fields in stats)

    before = children()
    clip = prepare(spec_of(counting("30"), "clip"), WIDTH, HEIGHT)
    with open_sources({0: clip}, {(0, 0, 0): WHOLE}, TIMELINE, 0, 60, ffmpeg) as sources:
        sources[0, 0, 0].picture(0)
        assert children() > before
    assert children() == before


def test_a_clip_that_is_over_before_its_start_names_its_place(counting: Callable[..., Path], ffmpeg: str) -> None:
    spec = spec_of(counting("30"), "clip", start_s=Fraction(9))
    with pytest.raises(UserError, match="cannot start at 9") as caught:
        clip_of(spec, ffmpeg)
    assert caught.value.place == Place("a.yaml", 4)


# -- a glance at what will be behind the words -----------------------------------------------------------------


def test_a_glance_at_a_clip_is_as_bright_as_its_brightest_moment(counting: Callable[..., Path], ffmpeg: str) -> None:
    prepared = {0: prepare(spec_of(counting("24000/1001"), "clip"), WIDTH, HEIGHT)}
    glance = glances(prepared, {(0, 0, 0): WHOLE}, TIMELINE, ffmpeg)[0, 0, 0]
    assert float(glance.picture(0).y.mean()) == pytest.approx(30 + 50 * 2, abs=8)
    height, width = glance.picture(0).y.shape
    scale, dx, dy = glance.placing(0)
    assert -0.5 <= dx <= scale * WIDTH + dx <= width + 0.5
    assert -0.5 <= dy <= scale * HEIGHT + dy <= height + 0.5


def test_a_glance_at_a_photograph_is_the_photograph(tmp_path: Path) -> None:
    prepared = converted({0: prepare(spec_of(saved(tmp_path, corners(400, 700))), WIDTH, HEIGHT)})
    glance = glances(prepared, {(0, 0, 0): WHOLE}, TIMELINE, "ffmpeg")[0, 0, 0]
    assert glance.picture(30) is prepared[0].image
