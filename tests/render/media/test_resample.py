"""Sub-pixel resampling: the fast way gives what the exact formula gives."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.render.media import resample as module
from castad_cli.render.media.resample import resample

HEIGHT, WIDTH = 240, 180


@pytest.fixture(scope="module")
def source() -> NDArray[np.uint8]:
    noise = np.random.default_rng(3).random((620, 520)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return np.asarray(cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX), np.uint8)


def exact(source: NDArray[np.uint8], scale: float, dx: float, dy: float) -> NDArray[np.float64]:
    """Bilinear interpolation, by its definition."""
    y, x = np.arange(HEIGHT) * scale + dy, np.arange(WIDTH) * scale + dx
    y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
    fy, fx = (y - y0)[:, None], x - x0
    values = source.astype(np.float64)
    rows = values[y0] * (1 - fy) + values[y0 + 1] * fy
    return np.asarray(rows[:, x0] * (1 - fx) + rows[:, x0 + 1] * fx)


def place(scale: float, dx: float, dy: float) -> NDArray[np.float64]:
    return np.array([[scale, 0.0, dx], [0.0, scale, dy]])


@pytest.mark.parametrize("scale", [0.93, 1.0, 1.04321, 1.1, 1.17, 1.2345, 1.5])
@pytest.mark.parametrize(("dx", "dy"), [(130.0, 130.0), (131.37, 142.91), (129.503, 150.2512)])
def test_any_place_and_scale_is_bilinear(source: NDArray[np.uint8], scale: float, dx: float, dy: float) -> None:
    target = np.empty((HEIGHT, WIDTH), np.uint8)
    resample(source, place(scale, dx, dy), target)
    difference = np.abs(target - exact(source, scale, dx, dy))
    assert difference.max() <= 1.2
    assert difference.mean() < 0.4


def test_a_size_that_opencv_rounds_the_other_way_is_drawn_all_the_same() -> None:
    """525 rows at this scale are 790.5: OpenCV makes a plane of its own where that is one row more than asked."""
    plane = np.full((736, 676), 90, np.uint8)
    m = np.array([[0.6641366223908918, 0.0, 260.0673624288425], [0.0, 0.6641366223908918, 261.62333965844437]])
    target = np.zeros((708, 620), np.uint8)
    resample(np.full((1200, 1200), 200, np.uint8), m, target)  # what is drawn in before holds another picture
    resample(plane, m, target)
    assert (target == 90).all()


def test_a_slow_zoom_moves_without_jitter(source: NDArray[np.uint8]) -> None:
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


def test_most_frames_of_a_zoom_take_the_fast_way(source: NDArray[np.uint8]) -> None:
    target = np.empty((HEIGHT, WIDTH), np.uint8)
    fast = sum(
        module._resized(source, place(1.15 * 0.93 ** (f / 90), 130 + 0.11 * f, 131 - 0.07 * f), target)
        for f in range(90)
    )
    assert fast > 45


def test_outside_the_source_its_edge_shows(source: NDArray[np.uint8]) -> None:
    target = np.empty((HEIGHT, WIDTH), np.uint8)
    resample(source, place(1.0, -20.0, 5.0), target)
    assert (target[:, 0] == source[5 : 5 + HEIGHT, 0]).all()


def test_with_a_constant_border_nothing_shows_outside(source: NDArray[np.uint8]) -> None:
    target = np.empty((HEIGHT, WIDTH), np.uint8)
    resample(source, place(1.0, -20.0, 5.0), target, cv2.BORDER_CONSTANT)
    assert not target[:, :19].any()


def test_what_was_drawn_before_does_not_show_through(source: NDArray[np.uint8]) -> None:
    fresh = np.empty((HEIGHT, WIDTH), np.uint8)
    resample(source, place(1.1, 131.37, 142.91), fresh)
    small, again = np.empty((60, 40), np.uint8), np.empty((HEIGHT, WIDTH), np.uint8)
    resample(source[::-1], place(0.93, 140.2, 150.7), small)
    resample(source, place(1.1, 131.37, 142.91), again)
    assert np.array_equal(fresh, again)
