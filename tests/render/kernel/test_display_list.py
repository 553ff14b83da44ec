"""What compiled code draws, against pictures computed by the definitions: places, scales, edges, blending."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.render.kernel import display_list
from castad_cli.render.kernel.converting import picture_from_rgb
from castad_cli.render.kernel.cutting import cutout_from_bgra
from castad_cli.render.kernel.display_list import Box, DisplayList, resample
from castad_cli.render.pixels.matrices import Placing
from castad_cli.render.pixels.planes import Plane, rgb_from_frame

HEIGHT, WIDTH = 240, 181
"""A width that is no multiple of what vector code takes at once, more rows than a strip has."""

WHOLE: Box = (0, 0, WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def source() -> Plane:
    noise = np.random.default_rng(3).random((620, 520)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return np.asarray(cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX), np.uint8)


def noise(seed: int, height: int = HEIGHT, width: int = WIDTH, most: int = 255) -> Plane:
    return np.random.default_rng(seed).integers(0, most + 1, (height, width), np.uint8)


def place(scale: float, dx: float, dy: float) -> Placing:
    return scale, 0.0, dx, 0.0, scale, dy


def at(left: int, top: int) -> Placing:
    return place(1.0, -left, -top)


def exact(source: Plane, placing: Placing, nothing: bool) -> NDArray[np.float64]:
    """Bilinear interpolation, by its definition, of a source that goes on beyond its edge, or is nothing there."""
    a, c, e, b, d, f = placing
    x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    sx, sy = a * x + c * y + e, b * x + d * y + f
    height, width = source.shape
    whole = np.zeros((HEIGHT, WIDTH))
    for right in (0, 1):
        for below in (0, 1):
            column, row = np.floor(sx).astype(int) + right, np.floor(sy).astype(int) + below
            weight = np.abs(1 - right - (sx - np.floor(sx))) * np.abs(1 - below - (sy - np.floor(sy)))
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            value = source[row.clip(0, height - 1), column.clip(0, width - 1)].astype(float)
            whole += weight * np.where(inside, value, 0.0 if nothing else value)
    return whole


PLACINGS = [
    *[place(scale, dx, dy) for scale in (0.93, 1.0, 1.04321, 1.5, 1.97) for dx, dy in ((10, 12), (11.37, 2.91))],
    place(0.031, 1.5, 2.5),
    place(2.6, 11.37, 2.91),
    (1.1, 0.0, 3.2, 0.0, 0.7, 8.9),
    (-1.2, 0.0, 400.7, 0.0, 1.1, 5.0),
    (1.0, 0.0, 12.25, 0.0, -0.9, 300.1),
    (0.9, 0.2, 3.3, -0.2, 0.9, 160.2),
    (0.0, 1.3, 7.1, -1.4, 0.0, 410.0),
]
BEYOND = [
    place(1.0, -20.0, 5.0), place(1.0, -0.3, -7.6), place(1.13, -33.3, -41.7), place(1.0, 470.5, 580.4),
    place(0.8, 420.2, 500.9), place(1.0, 900.0, 0.0), place(1.0, -300.5, -400.0), (0.9, 0.3, -80.3, -0.3, 0.9, 40.2),
]  # fmt: skip


@pytest.mark.parametrize("nothing", [False, True])
@pytest.mark.parametrize("placing", [*PLACINGS, *BEYOND])
def test_any_place_and_scale_is_bilinear(source: Plane, placing: Placing, nothing: bool) -> None:
    target = noise(1)
    resample(source, placing, target, nothing)
    difference = np.abs(target - exact(source, placing, nothing))
    # A 128th of a pixel is a step, and each way is rounded once; 7 values to a pixel is the steepest the source has.
    assert difference.max() <= 1.3
    assert difference.mean() < 0.45


@pytest.mark.parametrize("placing", [*PLACINGS, *BEYOND])
@pytest.mark.parametrize("opacity", [0.6, 1.0])
def test_vector_code_draws_the_same_as_plain_code(
    source: Plane, placing: Placing, opacity: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw() -> Plane:
        target = noise(4)
        strokes = DisplayList((target,))
        strokes.picture(0, source, placing, (3, 5, WIDTH - 2, HEIGHT - 7), 0.7)
        strokes.patch(0, source // 2, source, placing, WHOLE, opacity)
        strokes.flush()
        return target

    fast = draw()
    monkeypatch.setattr(display_list, "_VECTORS", 0)
    assert np.array_equal(fast, draw())


def test_vector_code_blends_every_pair_of_values_as_plain_code_does(monkeypatch: pytest.MonkeyPatch) -> None:
    below, alpha = (plane.astype(np.uint8) for plane in np.mgrid[0:256, 0:256])
    for colour in (np.zeros_like(below), alpha, np.full_like(below, 255)):
        drawn = []
        for vectors in (1, 0):
            monkeypatch.setattr(display_list, "_VECTORS", vectors)
            target = below.copy()
            strokes = DisplayList((target,))
            strokes.patch(0, colour, alpha, place(1, 0, 0), (0, 0, 256, 256))
            strokes.flush()
            drawn.append(target)
        assert np.array_equal(*drawn)
        exact = np.minimum(np.rint(below * (255.0 - alpha) / 255) + colour, 255)
        assert np.array_equal(drawn[0], exact)


def test_a_slow_zoom_moves_without_jitter() -> None:
    """The picture's centroid follows the ideal path to 0.015 px, root mean square."""
    y, x = np.mgrid[0:620, 0:520]
    spot = (255 * np.exp(-((x - 250.0) ** 2 + (y - 260.0) ** 2) / (2 * 6.0**2))).astype(np.uint8)
    errors = []
    for frame in range(90):
        scale = 1.15 * 0.93 ** (frame / 90)
        dx, dy = 140 + 0.11 * frame, 135 - 0.07 * frame
        target = np.empty((HEIGHT, WIDTH), np.uint8)
        resample(spot, place(scale, dx, dy), target)
        weights = target.astype(np.float64)
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
        found = (weights * columns).sum() / weights.sum(), (weights * rows).sum() / weights.sum()
        errors.append((found[0] - (250 - dx) / scale, found[1] - (260 - dy) / scale))
    deviation = np.array(errors) - np.mean(errors, axis=0)
    assert np.sqrt((deviation**2).mean()) < 0.015


def test_a_flat_picture_stays_flat_wherever_it_is_put() -> None:
    for value in (0, 1, 127, 254, 255):
        for placing in PLACINGS:
            target = noise(2)
            resample(np.full((620, 520), value, np.uint8), placing, target)
            assert (target == value).all()


def test_a_source_of_one_pixel_fills_what_it_is_asked_to() -> None:
    target = noise(5)
    resample(np.full((1, 1), 77, np.uint8), place(0.9, -3.3, 4.4), target)
    assert (target == 77).all()


# -- blending --------------------------------------------------------------------------------------------------


def over(below: Plane, colour: NDArray[np.float64], alpha: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.minimum(below * (1 - alpha / 255) + colour, 255)


@pytest.mark.parametrize("opacity", [1.0, 0.62, 0.004])
@pytest.mark.parametrize("placing", [at(0, 0), at(-9, -20), at(30, 41), place(1.0, 3.4, -5.8), place(1.2, -8.1, 2.6)])
def test_a_patch_lies_over_what_is_below(placing: Placing, opacity: float) -> None:
    alpha = noise(6)
    colour = (alpha * np.random.default_rng(7).random(alpha.shape)).astype(np.uint8)
    target, below = noise(8), noise(8)
    strokes = DisplayList((target,))
    strokes.patch(0, colour, alpha, placing, WHOLE, opacity)
    strokes.flush()
    by = round(opacity * 256) / 256
    expected = over(below, by * exact(colour, placing, True), by * exact(alpha, placing, True))
    assert np.abs(target - expected).max() <= 3.2
    assert abs(float((target - expected).mean())) < 0.3
    if opacity == 1 and placing[2] % 1 == 0 and placing[0] == 1:  # whole pixels: exact but for rounding
        assert np.abs(target - expected).max() <= 0.51


@pytest.mark.parametrize("alpha", [0, 64, 128, 200, 255])
def test_drawing_a_cutout_is_ordinary_alpha_blending(alpha: int) -> None:
    below, above = np.array([200, 180, 40]), np.array([20, 60, 220])
    target = picture_from_rgb(np.tile(below.astype(np.uint8), (32, 32, 1)))
    bgra = np.tile(np.array([*above[::-1], alpha], np.uint8), (32, 32, 1))
    y, u, v, a, a2 = cutout_from_bgra(bgra, 0, 0).planes
    strokes = DisplayList(target.planes)
    for plane, (colour, weight) in enumerate(((y, a), (u, a2), (v, a2))):
        strokes.patch(plane, colour, weight, at(0, 0), (0, 0, 32, 32))
    buffer = np.concatenate([plane.ravel() for plane in strokes.drawn()])
    expected = below + (above - below) * alpha / 255
    assert np.abs(rgb_from_frame(buffer, 32, 32).astype(float) - expected).max() <= 3


@pytest.mark.parametrize("opacity", [1.0, 0.31])
def test_a_stencil_lets_a_picture_through_by_its_weights(source: Plane, opacity: float) -> None:
    target, below, box = noise(9), noise(9), (11, 60, 150, 201)
    stencil = noise(10, 141, 139)
    strokes = DisplayList((target,))
    strokes.picture(0, source, place(1.1, 20.5, 30.5), box, opacity, stencil=stencil)
    strokes.flush()
    part = np.s_[60:201, 11:150]
    weight = stencil / 255 * round(opacity * 256) / 256
    expected = below[part] * (1 - weight) + exact(source, place(1.1, 20.5, 30.5), False)[part] * weight
    assert np.abs(target[part] - expected).max() <= 2.1
    below[part] = target[part]
    assert np.array_equal(target, below), "nothing is drawn beside the box"


def test_what_was_saved_is_mixed_with_what_was_drawn_since(source: Plane) -> None:
    target, below, box = noise(11), noise(11), (4, 50, 170, 190)
    kept = np.empty((140, 166), np.uint8)
    strokes = DisplayList((target,))
    strokes.save(0, box, kept)
    strokes.picture(0, source, place(1.0, 3.0, 4.0), box)
    strokes.mix(0, box, kept, 0.25)
    strokes.flush()
    part = np.s_[50:190, 4:170]
    expected = 0.75 * below[part] + 0.25 * source[54:194, 7:173]
    assert np.abs(target[part] - expected).max() <= 0.51
    below[part] = target[part]
    assert np.array_equal(target, below)


def test_operations_are_drawn_in_their_order_on_each_plane_of_its_own_size() -> None:
    planes = [noise(12), noise(13, 120, 90), noise(14, 120, 90)]
    strokes = DisplayList(planes)
    strokes.fill(0, 10)
    strokes.fill(1, 20)
    strokes.picture(0, noise(15), at(0, 0), (0, 100, WIDTH, HEIGHT))
    strokes.fill(1, 30)
    strokes.picture(2, noise(16), at(0, 0), (10, 10, 20, 20))
    before = planes[2].copy()
    strokes.flush()
    assert (planes[0][:100] == 10).all()
    assert np.array_equal(planes[0][100:], noise(15)[100:])
    assert (planes[1] == 30).all()
    before[10:20, 10:20] = noise(16)[10:20, 10:20]
    assert np.array_equal(planes[2], before)


def test_a_window_of_a_larger_plane_is_drawn_in_alone() -> None:
    whole = noise(17)
    window, around = whole[20:90, 30:77], whole.copy()
    resample(noise(18), at(0, 0), window)
    around[20:90, 30:77] = noise(18)[:70, :47]
    assert np.array_equal(whole, around)


def test_strokes_that_were_packed_are_drawn_again_and_again() -> None:
    first, second = noise(19), noise(20)
    strokes = DisplayList((first,))
    strokes.patch(0, noise(21) // 2, noise(22), at(0, 0), WHOLE)
    packed = strokes.pack()
    strokes.flush()
    assert np.array_equal(first, noise(19)), "what was packed is not drawn here"
    drawn = []
    for target in (first, second):
        again = DisplayList((target,))
        again.extend(packed)
        again.flush()
        drawn.append(target.copy())
        again.flush()
        assert np.array_equal(target, drawn[-1]), "nothing is drawn twice"
    assert np.array_equal(drawn[0], np.rint(over(noise(19), noise(21) // 2 * 1.0, noise(22) * 1.0)))


@pytest.mark.parametrize(
    "add",
    [
        lambda strokes: strokes.save(0, (0, 0, WIDTH + 1, 10), noise(1, 10, WIDTH + 1)),
        lambda strokes: strokes.save(0, (0, 0, 20, 10), noise(1, 10, 19)),
        lambda strokes: strokes.mix(0, (-1, 0, 20, 10), noise(1, 10, 21), 0.5),
        lambda strokes: strokes.patch(0, noise(1), noise(1)[1:], at(0, 0), WHOLE),
        lambda strokes: strokes.picture(0, noise(1), at(0, 0), WHOLE, stencil=noise(1)[:, 1:]),
        lambda strokes: strokes.picture(0, noise(1)[:, ::2], at(0, 0), WHOLE),
        lambda strokes: strokes.picture(0, noise(1).astype(np.uint16), at(0, 0), WHOLE),
        lambda strokes: strokes.picture(0, noise(1)[:0], at(0, 0), WHOLE),
    ],
)
def test_what_would_be_read_or_written_beyond_an_array_is_refused(add: Callable[[DisplayList], None]) -> None:
    strokes = DisplayList((noise(2),))
    with pytest.raises(ValueError, match="plane"):
        add(strokes)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_a_place_that_is_no_number_reads_the_source_all_the_same(value: float) -> None:
    target = noise(3)
    for placing in (
        (1.0, 0.0, value, 0.0, 1.0, value),
        (value, 0.0, 1.0, 0.0, value, 2.0),
        (1.0, value, 0.0, value, 1.0, 0.0),
    ):
        resample(np.full((50, 40), 99, np.uint8), placing, target)
        assert (target == 99).all()
        resample(np.full((50, 40), 99, np.uint8), placing, target, nothing=True)
        assert (target <= 99).all()


def test_an_array_is_known_as_long_as_it_lives() -> None:
    known = len(display_list._addresses)
    for value in range(50):  # each may lie where the one before it lay
        target, source = np.zeros((4, 6), np.uint8), np.full((4, 6), value, np.uint8)
        for _ in range(2):
            resample(source, at(0, 0), target)
            assert (target == value).all()
        assert len(display_list._addresses) == known + 2
        del target, source
    assert len(display_list._addresses) == known
