"""Photographs as planes, against the matrix and the blur that they are made with."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.render.kernel import converting
from castad_cli.render.kernel.converting import RgbPicture, picture_from_rgb
from castad_cli.render.pixels.planes import yuv_matrix, yuv_offsets


def noise(height: int, width: int) -> NDArray[np.uint8]:
    """Any colours, black and white among them."""
    rgb = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
    rgb[: height // 4], rgb[height // 4 : height // 3] = 0, 255
    return rgb


def exact(rgb: NDArray[np.uint8], soft_px: float) -> list[NDArray[np.float64]]:
    """Luma, blurred, and chroma of the mean of each block of four pixels, without rounding."""
    height, width = rgb.shape[:2]
    even = cv2.copyMakeBorder(rgb, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE).astype(np.float64)
    means = even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2, 3).mean(axis=(1, 3))
    to, offsets = yuv_matrix() / 255, yuv_offsets()
    y = even @ to[0] + offsets[0]
    if soft_px:
        kernel = cv2.getGaussianKernel(5, soft_px)
        y = cv2.sepFilter2D(y, cv2.CV_64F, kernel, kernel, borderType=cv2.BORDER_REFLECT_101)
    return [y, *(means @ to[k] + offsets[k] for k in (1, 2))]


SIZES = [(126, 60), (128, 62), (131, 33), (300, 500), (1, 1), (2, 3), (5, 1), (4, 131)]


@pytest.mark.parametrize("soft_px", [0.0, 0.6, 1.0])
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_a_picture_is_converted_and_rounded_once(height: int, width: int, soft_px: float) -> None:
    rgb = noise(height, width)
    for plane, wanted in zip(picture_from_rgb(rgb, soft_px).planes, exact(rgb, soft_px), strict=True):
        assert plane.shape == wanted.shape
        assert np.abs(plane - wanted).max() < 0.53


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 0, 255), (77, 133, 201)])
def test_what_is_even_has_the_level_that_its_colour_has(color: tuple[int, int, int]) -> None:
    picture = picture_from_rgb(np.full((40, 36, 3), color, np.uint8), soft_px=0.62)
    wanted = np.array(color) @ yuv_matrix().T / 255 + yuv_offsets()
    for plane, level in zip(picture.planes, wanted, strict=True):
        assert (plane == round(float(level))).all()


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_vectors_give_what_plain_code_gives(height: int, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = picture_from_rgb(noise(height, width), 0.62)
    monkeypatch.setattr(converting, "_VECTORS", 0)
    for one, other in zip(picture_from_rgb(noise(height, width), 0.62).planes, made.planes, strict=True):
        assert np.array_equal(one, other)


def test_a_part_of_a_picture_and_a_turned_one_are_read_where_they_lie() -> None:
    whole = noise(120, 90)
    for part in (whole[10:70, 20:80], whole[::-1], whole[:, ::-1], whole.swapaxes(0, 1)):
        for one, other in zip(picture_from_rgb(part).planes, picture_from_rgb(part.copy()).planes, strict=True):
            assert np.array_equal(one, other)


@pytest.mark.parametrize(("height", "width"), [(300, 500), (700, 601), (131, 1300)])
@pytest.mark.parametrize(
    "edges",
    [(0, 0, 9999, 9999), (200.3, 50.7, 330.2, 99.9), (-4, 90, 120, 131), (450, 0, 500, 8), (5000, 5000, 5001, 5001)],
)
def test_what_is_seen_is_converted_as_it_is_in_the_whole(
    height: int, width: int, edges: tuple[float, float, float, float]
) -> None:
    rgb = np.random.default_rng(height).integers(0, 255, (height, width, 3), np.uint8)
    picture = RgbPicture(rgb, soft_px=0.6)
    whole, part = picture.convert().cut(*edges), picture.cut(*edges)
    assert part.size == whole.size == picture.size
    assert (part.left, part.top) == (whole.left, whole.top)
    assert part.y.size, "there is something to sample, wherever it is looked for"
    for one, other in zip(part.planes, whole.planes, strict=True):
        assert np.array_equal(one, other)
