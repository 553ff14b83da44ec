"""Frames as drawn, against pictures computed another way: places, edges, opacities, transitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.model.formats import Box
from castad_cli.render.chromium.groups import PackedSprite
from castad_cli.render.chromium.sprites import Sprite
from castad_cli.render.compositor import Painter
from castad_cli.render.kernel.converting import picture_from_rgb
from castad_cli.render.layers import Layer, Layout
from castad_cli.render.media.motion import Move, View
from castad_cli.render.pixels.planes import Picture, frame_planes
from castad_cli.render.shots import Source, Still
from castad_cli.render.timeline import Scene, Timeline

WIDTH, HEIGHT = 160, 120
WHOLE = Box(0, 0, WIDTH, HEIGHT)
FRAMES = 40
ONE_SCENE = Timeline((Scene(0, "opening", 0, 0, FRAMES, "cut", 0),), FRAMES, Fraction(30))
DARK, LIGHT = 60, 200
"""Luma of the pictures of the first and the second scene."""

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


def plain(luma: int, blue: int = 128, red: int = 128) -> Picture:
    half = (HEIGHT // 2, WIDTH // 2)
    return Picture(
        np.full((HEIGHT, WIDTH), luma, np.uint8), np.full(half, blue, np.uint8), np.full(half, red, np.uint8)
    )


def still(picture: Picture, box: Box = WHOLE) -> Still:
    view = View(1.0, 0.5, 0.5)
    return Still(picture, Move(view, view), box, 0, FRAMES)


def identity(frames: int = FRAMES) -> NDArray[np.float64]:
    return np.tile([1.0, 0, 0, 1, 0, 0], (frames, 1))


def layer(
    *sprites: Sprite,
    matrices: NDArray[np.float64] | None = None,
    opacity: float | Sequence[float] = 1.0,
    clip: tuple[float, float, float, float] = (0, 0, WIDTH, HEIGHT),
    start: int = 0,
    end: int = FRAMES,
    **fields: object,
) -> Layer:
    count = end - start
    return Layer(
        name="x",
        kind=fields.pop("kind", "sprite"),  # type: ignore[arg-type]
        start=start,
        end=end,
        matrices=identity(count) if matrices is None else matrices,
        opacities=np.broadcast_to(np.asarray(opacity, np.float64), (count,)).copy(),
        clips=np.tile(np.asarray(clip, np.float64), (count, 1)),
        which=np.asarray(fields.pop("which", np.zeros(count)), np.int64),
        sprites=sprites,
        **fields,  # type: ignore[arg-type]
    )


def media(scene: int = 0, box: Box = WHOLE, **fields: object) -> Layer:
    return layer(kind="media", media=scene, scene=scene, box=box, **fields)  # type: ignore[arg-type]


def painter(
    layers: Sequence[Layer], sources: dict[int, Source] | None = None, timeline: Timeline = ONE_SCENE, origin: int = 90
) -> Painter:
    spots = {(scene, 0, scene): source for scene, source in (sources or {}).items()}
    return Painter(Layout(tuple(layers), ()), timeline, spots, WIDTH, HEIGHT, origin)


def painted(made: Painter, frame: int) -> Planes:
    buffer = np.full(WIDTH * HEIGHT * 3 // 2, 77, np.uint8)  # what a buffer held before must not show
    made.paint(frame, buffer)
    return frame_planes(buffer, WIDTH, HEIGHT)


def square(left: int, top: int, side: int, alpha: int = 255, bgr: tuple[int, int, int] = (255, 255, 255)) -> Sprite:
    return Sprite(np.tile(np.array([*bgr, alpha], np.uint8), (side, side, 1)), left, top)


def moved(e: float, f: float, rest: bool = True) -> NDArray[np.float64]:
    """A translation, the same on all frames; or one that changes a little on every other frame, so never at rest."""
    table = np.tile([1.0, 0, 0, 1, e, f], (FRAMES, 1))
    if not rest:
        table[1::2, 4] += 0.25
    return table


def coverage(left: float, right: float, size: int) -> NDArray[np.float64]:
    """How much of each of ``size`` pixels lies between two edges."""
    edges = np.arange(size + 1)
    return np.clip(np.minimum(edges[1:], right) - np.maximum(edges[:-1], left), 0.0, 1.0)


# -- sprites ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", [True, False])
@pytest.mark.parametrize(
    ("e", "f"), [(0, 0), (2, 4), (3, 0), (0, 5), (0.5, 0), (10.25, -7.75), (-31.4, 12.9), (1.97, 0.02)]
)
def test_a_sprite_covers_the_pixels_its_place_says(e: float, f: float, rest: bool) -> None:
    y, u, _ = painted(painter([layer(square(40, 30, 20, bgr=(255, 0, 0)), matrices=moved(e, f, rest))]), 6)
    full = np.outer(coverage(30 + f, 50 + f, HEIGHT), coverage(40 + e, 60 + e, WIDTH))
    # Pure blue is 32 of luma, 240 of Cb (BT.709, limited range).
    assert np.abs(y - (16 + 16 * full)).max() <= 1.5
    half = cv2.resize(full.astype(np.float32), (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    # Linear sampling of half-size planes puts chroma edges within a quarter of a chroma sample.
    assert np.abs(u - (128 + 112 * half)).max() <= 112 * 0.28
    assert u.astype(float).sum() == pytest.approx((128 + 112 * half).sum(), rel=1e-3)


@pytest.mark.parametrize("rest", [True, False])
@pytest.mark.parametrize(
    "m", [(0.8, 0, 0, 0.8, 12.3, 7.1), (1.2, 0, 0, 1.2, -14.5, -11.2), (0.966, 0.259, -0.259, 0.966, 22, -17)]
)
def test_a_sprite_is_turned_and_scaled_as_its_matrix_says(m: tuple[float, ...], rest: bool) -> None:
    """A soft round spot, drawn and computed."""
    side, left, top = 60, 50, 30
    x = np.arange(side) + 0.5 - side / 2
    alpha = np.rint(255 * np.exp(-(x[None, :] ** 2 + x[:, None] ** 2) / 120)).astype(np.uint8)
    spot = Sprite(np.dstack([np.full((side, side, 3), 255, np.uint8), alpha]), left, top)
    matrices = np.tile(m, (FRAMES, 1))
    if not rest:
        matrices[1::2, 4] += 0.5
    y = painted(painter([layer(spot, matrices=matrices)]), 4)[0]
    inverse = np.linalg.inv(np.array([[m[0], m[2], m[4]], [m[1], m[3], m[5]], [0, 0, 1]]))
    gx, gy = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    px, py, _ = np.tensordot(inverse, np.stack([gx, gy, np.ones_like(gx)]), axes=1)
    expected = np.exp(-((px - left - side / 2) ** 2 + (py - top - side / 2) ** 2) / 120)
    assert np.abs(y - (16 + 219 * expected)).max() <= 5


@pytest.mark.parametrize("rest", [True, False])
@pytest.mark.parametrize("opacity", [0.003, 0.2, 0.5, 0.95, 1.0])
def test_opacity_blends_with_what_is_below(opacity: float, rest: bool) -> None:
    layers = [media(), layer(square(40, 30, 20), matrices=moved(0, 0, rest), opacity=opacity)]
    y = painted(painter(layers, {0: still(plain(DARK))}), 6)[0]
    assert np.abs(y[30:50, 40:60] - (DARK + (235 - DARK) * opacity)).max() <= 1.5
    assert (y[:30] == DARK).all()


def test_what_has_no_opacity_is_not_drawn() -> None:
    y = painted(painter([media(), layer(square(40, 30, 20), opacity=0.0)], {0: still(plain(DARK))}), 6)[0]
    assert (y == DARK).all()


@pytest.mark.parametrize("rest", [True, False])
@pytest.mark.parametrize(
    "clip", [(46, 34, 54, 44), (45, 33, 55, 47), (44.5, 30, 60, 43.25), (0, 0, 41.75, 120), (58, 48, 160, 120)]
)
def test_a_clip_cuts_where_it_says(clip: tuple[float, float, float, float], rest: bool) -> None:
    y = painted(painter([layer(square(40, 30, 20), matrices=moved(0, 0, rest), clip=clip)]), 6)[0]
    left, top, right, bottom = max(40, clip[0]), max(30, clip[1]), min(60, clip[2]), min(50, clip[3])
    expected = 16 + 219 * np.outer(coverage(top, bottom, HEIGHT), coverage(left, right, WIDTH))
    assert np.abs(y - expected).max() <= 1.5


@pytest.mark.parametrize("clip", [(60, 0, 160, 120), (0, 0, 40, 120), (50, 40, 50, 40), (55, 40, 45, 50)])
def test_a_sprite_outside_its_clip_is_not_there(clip: tuple[float, float, float, float]) -> None:
    for rest in (True, False):
        made = painter([layer(square(40, 30, 20), matrices=moved(0, 0, rest), clip=clip)])
        assert painted(made, 6)[0].max() <= 16


@pytest.mark.parametrize(("e", "f"), [(-50, -40), (115, 85), (-45.5, 0), (0, 83.25), (500, 0), (0, -500)])
def test_a_sprite_may_reach_beyond_the_frame(e: float, f: float) -> None:
    y = painted(painter([layer(square(40, 30, 20), matrices=moved(e, f))]), 6)[0]
    expected = np.outer(coverage(30 + f, 50 + f, HEIGHT), coverage(40 + e, 60 + e, WIDTH))
    assert np.abs(y - (16 + 219 * expected)).max() <= 8


def test_sprites_lie_one_on_the_other_in_order() -> None:
    dark, light = square(40, 30, 20, bgr=(0, 0, 0)), square(50, 40, 20)
    for rest in (True, False):
        both = [layer(s, matrices=moved(0, 0, rest)) for s in (light, dark)]
        y = painted(painter([media(), *both], {0: still(plain(DARK))}), 6)[0]
        assert y[45, 55] == 16
        y = painted(painter([media(), *both[::-1]], {0: still(plain(DARK))}), 6)[0]
        assert y[45, 55] == 235


def test_flattened_sprites_look_like_those_drawn_one_by_one() -> None:
    sprites = [square(40 + 7 * i, 30 + 5 * i, 24, alpha=90 + 40 * i, bgr=(40 * i, 200, 255 - 60 * i)) for i in range(4)]
    resting = [layer(s, opacity=0.7, matrices=moved(0.5, 0.25)) for s in sprites]
    restless = []
    for each in resting:
        opacities = each.opacities.copy()
        opacities[1::2] = 0.71
        restless.append(layer(*each.sprites, opacity=opacities, matrices=each.matrices))  # type: ignore[arg-type]
    pair = [painted(painter([media(), *layers], {0: still(plain(DARK))}), 6) for layers in (resting, restless)]
    for one, other in zip(*pair, strict=True):
        assert np.abs(one.astype(int) - other).max() <= 3


def test_a_layer_with_many_pictures_shows_the_one_of_its_frame() -> None:
    which = np.full(FRAMES, -1)
    which[10:20], which[20:] = 0, 1
    made = painter([layer(square(0, 0, 20), square(40, 0, 20), which=which)])
    ys = {frame: painted(made, frame)[0] for frame in (5, 12, 30)}
    assert ys[5].max() == 16
    assert (ys[12][5, 5], ys[12][5, 45]) == (235, 16)
    assert (ys[30][5, 5], ys[30][5, 45]) == (16, 235)


# -- pictures --------------------------------------------------------------------------------------------------


def test_there_is_black_where_no_picture_is() -> None:
    y, u, v = painted(
        painter([media(box=Box(20, 10, 100, 90))], {0: still(plain(LIGHT, 90, 160), Box(20, 10, 100, 90))}), 3
    )
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[10:90, 20:100] = True
    assert (y[inside] == LIGHT).all()
    assert (y[~inside] == 16).all()
    assert (u[5:45, 10:50] == 90).all()
    assert (v[5:45, 10:50] == 160).all()
    assert u[~inside[::2, ::2]].tolist() == [128] * int((~inside[::2, ::2]).sum())


def test_no_layer_at_all_is_black() -> None:
    y, u, v = painted(painter([]), 3)
    assert (y == 16).all()
    assert (u == 128).all()
    assert (v == 128).all()


@pytest.mark.parametrize("box", [Box(20, 10, 100, 90), Box(21, 11, 100, 91), Box(10.5, 10, 149.5, 110)])
@pytest.mark.parametrize("radius", [8.0, 24.0, 500.0])
def test_a_rounded_box_has_round_corners(box: Box, radius: float) -> None:
    r = min(radius, box.width / 2, box.height / 2)
    y = painted(painter([media(box=box, corners=((r, r),) * 4)], {0: still(plain(235), box)}), 3)[0]
    fine = 8
    gx = (np.arange(WIDTH * fine) + 0.5) / fine
    gy = (np.arange(HEIGHT * fine) + 0.5) / fine
    dx = np.maximum(np.abs(gx - (box.left + box.right) / 2) - (box.width / 2 - r), 0)
    dy = np.maximum(np.abs(gy - (box.top + box.bottom) / 2) - (box.height / 2 - r), 0)
    inside = (np.hypot(dx[None, :], dy[:, None]) <= r).astype(np.float64)
    expected = cv2.resize(inside, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    edges = slice(round(box.top), round(box.bottom)), slice(round(box.left), round(box.right))
    assert np.abs(y[edges] - (16 + 219 * expected[edges])).max() <= 219 * 0.16
    assert np.abs(y[edges] - (16 + 219 * expected[edges])).mean() <= 1.0


def test_a_picture_is_sampled_between_its_pixels() -> None:
    ramp = plain(0)
    ramp.y[:] = np.arange(WIDTH)[None, :] + 20
    view = View(1.1, 0.53, 0.5)
    shown = Still(ramp, Move(view, view), WHOLE, 0, FRAMES)
    y = painted(painter([media()], {0: shown}), 3)[0]
    scale, dx, _ = shown.placing(3)
    expected = scale * (np.arange(WIDTH) + 0.5) + dx - 0.5 + 20
    assert np.abs(y[60].astype(float) - expected).max() <= 0.75


def test_a_slow_pan_moves_steadily() -> None:
    """No jitter: how far the picture goes from frame to frame, measured below a pixel, hardly varies."""
    texture = plain(0)
    noise = np.random.default_rng(3).normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
    texture.y[:] = np.clip(128 + 500 * cv2.GaussianBlur(noise, (0, 0), 3), 20, 230)
    pan = Still(texture, Move(View(1.1, 0.48, 0.5), View(1.1, 0.52, 0.5)), WHOLE, 0, FRAMES)
    made = painter([media()], {0: pan})
    frames = [painted(made, frame)[0].astype(np.float64).copy() for frame in range(8, 32)]
    steps = []
    for one, other in pairwise(frames):
        slope = np.gradient((one + other) / 2, axis=1)
        steps.append(float(((other - one) * slope).sum() / (slope**2).sum()))
    expected = 0.04 * WIDTH * 1.1 / (FRAMES - 1) / (1 - 0.14)
    assert np.mean(steps) == pytest.approx(expected, rel=0.12)
    assert np.abs(np.array(steps) - np.mean(steps)).max() < 0.01


def test_a_media_layer_moves_with_its_picture() -> None:
    ramp = plain(0)
    ramp.y[:] = np.arange(WIDTH)[None, :] + 20
    box = Box(20, 20, 100, 80)
    rest, shifted = (
        painted(painter([media(box=box, matrices=moved(e, f))], {0: still(ramp, box)}), 3)[0]
        for e, f in ((0, 0), (10, 6))
    )
    assert np.array_equal(shifted[26:86, 30:110], rest[20:80, 20:100])
    assert (shifted[:26] == 16).all()


def test_a_sprite_below_an_opaque_picture_is_hidden_and_below_a_fading_one_shows() -> None:
    light = layer(square(40, 30, 20))
    y = painted(painter([light, media()], {0: still(plain(DARK))}), 6)[0]
    assert (y == DARK).all()
    y = painted(painter([light, media(opacity=0.5)], {0: still(plain(DARK))}), 6)[0]
    assert abs(int(y[40, 50]) - (235 + DARK) / 2) <= 1.5
    assert abs(int(y[5, 5]) - (16 + DARK) / 2) <= 1.5


# -- transitions -----------------------------------------------------------------------------------------------

START, LENGTH = 15, 10


def two_scenes(kind: str) -> tuple[Painter, Callable[[int], Planes]]:
    length = 0 if kind == "cut" else LENGTH
    timeline = Timeline(
        (Scene(0, "opening", 0, 0, START, "cut", 0), Scene(1, "closing", 1, START, FRAMES, kind, length)),
        FRAMES,
        Fraction(30),
    )
    layers = [media(0, end=START + length), media(1, start=START)]
    made = painter(layers, {0: still(plain(DARK, 100)), 1: still(plain(LIGHT, 160))}, timeline)
    return made, lambda frame: painted(made, frame)


@pytest.mark.parametrize("kind", ["cut", "dissolve", "wipe", "open", "push"])
def test_a_transition_begins_and_ends_with_one_picture_alone(kind: str) -> None:
    _, at = two_scenes(kind)
    length = 0 if kind == "cut" else LENGTH
    assert (at(START - 1)[0] == DARK).all()
    assert (at(START + length)[0] == LIGHT).all()
    assert (at(START + length)[1] == 160).all()


@pytest.mark.parametrize("kind", ["wipe", "open", "push"])
def test_a_moving_edge_parts_the_two_pictures_without_a_gap(kind: str) -> None:
    _, at = two_scenes(kind)
    shares = []
    for frame in range(START, START + LENGTH):
        y, u, _ = at(frame)
        assert set(np.unique(y)) <= {DARK, LIGHT}
        assert set(np.unique(u)) <= {100, 160}
        shares.append(float((y == LIGHT).mean()))
    assert 0 < shares[0] < 0.5
    assert shares == sorted(shares)
    assert len(set(shares)) >= LENGTH - 2


@pytest.mark.parametrize("kind", ["cut", "dissolve", "wipe", "open", "push"])
def test_a_photograph_in_a_group_moves_and_takes_part_in_transitions_as_one_that_lies_in_none(kind: str) -> None:
    """The group's only part is the photograph, whole: what is drawn is what the photograph alone would be."""
    length = 0 if kind == "cut" else LENGTH
    timeline = Timeline(
        (Scene(0, "opening", 0, 0, START, "cut", 0), Scene(1, "closing", 1, START, FRAMES, kind, length)),
        FRAMES,
        Fraction(30),
    )
    random = np.random.default_rng(8)
    rough = random.integers(40, 216, (HEIGHT + 40, WIDTH + 60, 3), np.uint8)
    photo = picture_from_rgb(np.asarray(cv2.GaussianBlur(rough, (0, 0), 3), np.uint8))
    zooming = Still(photo, Move(View(1.0, 0.5, 0.5), View(1.3, 0.4, 0.55)), WHOLE, START, FRAMES)
    sources: dict[int, Source] = {0: still(plain(DARK, 100)), 1: zooming}
    below = media(0, end=START + length)
    alone = painter([below, media(1, start=START)], sources, timeline)
    good, whole = cv2.imencode(".png", np.full((HEIGHT, WIDTH, 4), 255, np.uint8))
    assert good
    group = layer(
        PackedSprite(np.zeros((0, 0, 4), np.uint8), 0, 0, shots=(whole.tobytes(),)),
        start=START,
        scene=1,
        photographs=((1, 0, 1),),
    )
    held = media(1, start=START, held=True)
    grouped = painter([below, group, held], sources, timeline)
    for frame in range(START, FRAMES, 2):
        for ours, expected in zip(painted(grouped, frame), painted(alone, frame), strict=True):
            difference = np.abs(ours.astype(int) - expected)
            # An edge on its way covers parts of a row, or ends on the nearest.
            assert np.quantile(difference, 0.96) <= 1, frame


def test_a_dissolve_blends_the_whole_frame() -> None:
    _, at = two_scenes("dissolve")
    levels = []
    for frame in range(START, START + LENGTH):
        y = at(frame)[0]
        assert int(y.max()) - int(y.min()) <= 1
        levels.append(float(y.mean()))
    assert levels[0] > DARK
    assert levels == sorted(levels)
    assert len(set(levels)) >= LENGTH - 2


def test_a_wipe_comes_from_the_left() -> None:
    y = two_scenes("wipe")[1](START + 4)[0]
    edge = int((y[0] == LIGHT).sum())
    assert 0 < edge < WIDTH
    assert (y[:, :edge] == LIGHT).all()
    assert (y[:, edge:] == DARK).all()


def test_an_opening_grows_from_its_line_to_both_sides() -> None:
    _, at = two_scenes("open")
    for frame in (START, START + 3):
        rows = np.flatnonzero(at(frame)[0][:, 0] == LIGHT)
        assert rows[0] < 90 < rows[-1] + 1
        # As far of the way up as of the way down.
        assert (90 - rows[0]) / 90 == pytest.approx((rows[-1] + 1 - 90) / 30, abs=0.04)


def test_a_push_comes_from_below_and_lifts_what_it_pushes() -> None:
    slope = plain(0)
    slope.y[:] = np.arange(HEIGHT)[:, None] + 20
    timeline = Timeline(
        (Scene(0, "opening", 0, 0, START, "cut", 0), Scene(1, "closing", 1, START, FRAMES, "push", LENGTH)),
        FRAMES,
        Fraction(30),
    )
    layers = [media(0, end=START + LENGTH), media(1, start=START)]
    made = painter(layers, {0: still(slope), 1: still(plain(235))}, timeline)
    lifts = []
    for frame in range(START, START + LENGTH):
        column = painted(made, frame)[0][:, 80].astype(int)
        edge = int(np.flatnonzero(column == 235)[0])
        if not edge:  # settled before its time is over: the curve ends flat
            continue
        assert (column[edge:] == 235).all()
        assert set(np.diff(column[: min(edge, 70)])) <= {0, 1, 2}
        lifts.append(column[0] - 20)
        assert column[0] - 20 == pytest.approx(0.3 * (HEIGHT - edge), abs=1.5)
    assert lifts == sorted(lifts)


def test_scenes_that_share_a_moment_are_both_seen_in_it_alone() -> None:
    _, at = two_scenes("dissolve")
    middle = at(START + LENGTH // 2)
    assert DARK < middle[0][0, 0] < LIGHT
    assert 100 < middle[1][0, 0] < 160


# -- the same frame, always ------------------------------------------------------------------------------------


def busy() -> Painter:
    """Everything at once: two pictures on the move, a dissolve, words that come, rest, fade and are clipped."""
    random = np.random.default_rng(5)
    timeline = Timeline(
        (Scene(0, "opening", 0, 0, START, "cut", 0), Scene(1, "closing", 1, START, FRAMES, "dissolve", LENGTH)),
        FRAMES,
        Fraction(30),
    )
    pictures = []
    for _ in range(2):
        noise = [
            random.integers(20, 230, shape, np.uint8) for shape in ((HEIGHT, WIDTH), *[(HEIGHT // 2, WIDTH // 2)] * 2)
        ]
        pictures.append(Picture(*noise))
    sources: dict[int, Source] = {
        i: Still(p, Move(View(1.02, 0.5, 0.5), View(1.1, 0.6, 0.4)), WHOLE, 0, FRAMES) for i, p in enumerate(pictures)
    }
    layers = [media(0, end=START + LENGTH), media(1, start=START)]
    for i in range(6):
        matrices = identity()
        matrices[:12, 5] = np.linspace(40, 0, 12)
        matrices[:12, 0] = matrices[:12, 3] = np.linspace(0.8, 1, 12)
        opacity = np.ones(FRAMES)
        opacity[:8], opacity[30:] = np.linspace(0, 1, 8), np.linspace(1, 0, 10)
        sprite = Sprite(random.integers(0, 256, (20, 24, 4), np.uint8), 10 + 20 * i, 20 + 10 * i)
        layers.append(layer(sprite, matrices=matrices, opacity=opacity, clip=(0, 15.5, WIDTH, 90.25)))  # type: ignore[arg-type]
    return painter(layers, sources, timeline)


def bytes_of(made: Painter, frames: Sequence[int]) -> dict[int, bytes]:
    return {frame: b"".join(plane.tobytes() for plane in painted(made, frame)) for frame in frames}


def test_frames_do_not_depend_on_the_order_they_are_drawn_in() -> None:
    forward = bytes_of(busy(), range(FRAMES))
    assert len(set(forward.values())) == FRAMES
    jumbled = [int(i) for i in np.random.default_rng(1).permutation(FRAMES)]
    assert bytes_of(busy(), jumbled) == forward
    assert bytes_of(busy(), range(FRAMES - 1, -1, -1)) == forward


def test_a_frame_drawn_twice_is_the_same() -> None:
    made = busy()
    first = bytes_of(made, range(FRAMES))
    assert bytes_of(made, range(FRAMES)) == first


def test_a_painter_that_begins_in_the_middle_draws_the_same() -> None:
    assert bytes_of(busy(), range(22, 30)) == {f: b for f, b in bytes_of(busy(), range(FRAMES)).items() if 22 <= f < 30}
