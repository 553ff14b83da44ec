"""Sprites cut out for drawing, against the matrix they are made with."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.render.kernel.cutting import cutout_from_bgra
from castad_cli.render.pixels.planes import yuv_matrix, yuv_offsets


def picture(height: int = 38, width: int = 54) -> NDArray[np.uint8]:
    """Any colours, with every alpha, and much of nothing and of all."""
    random = np.random.default_rng(4)
    bgra = random.integers(0, 256, (height, width, 4), np.uint8)
    bgra[:12, :, 3], bgra[12:20, 10:30, 3] = 0, 255
    return bgra


def means(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    height, width = plane.shape
    return np.asarray(plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)))


def test_colours_are_multiplied_by_alpha_and_rounded_once() -> None:
    bgra = picture()
    made = cutout_from_bgra(bgra, 6, 8)
    alpha = bgra[:, :, 3].astype(np.float64)
    y, u, v = (
        (bgra[:, :, 2::-1] / 255 @ row + offset) * alpha / 255
        for row, offset in zip(yuv_matrix(), yuv_offsets(), strict=True)
    )
    for plane, expected in ((made.y, y), (made.u, means(u)), (made.v, means(v)), (made.a2, means(alpha))):
        assert np.abs(plane - expected).max() <= 0.51
    assert np.array_equal(made.a, bgra[:, :, 3])
    assert (made.left, made.top, made.width, made.height) == (6, 8, 54, 38)


@pytest.mark.parametrize(("color", "luma"), [((0, 0, 0), 16), ((255, 255, 255), 235)])
def test_black_and_white_have_the_levels_of_bt709(color: tuple[int, int, int], luma: int) -> None:
    made = cutout_from_bgra(np.tile(np.array([*color, 255], np.uint8), (4, 6, 1)), 0, 0)
    assert (made.y == luma).all()
    assert (made.u == 128).all()
    assert (made.v == 128).all()


def test_a_part_of_a_picture_is_cut_as_it_is_alone() -> None:
    part = picture()[10:30, 6:40]
    assert all(
        np.array_equal(one, other)
        for one, other in zip(
            cutout_from_bgra(part, 0, 0).planes, cutout_from_bgra(part.copy(), 0, 0).planes, strict=True
        )
    )


@pytest.mark.parametrize(("height", "width"), [(3, 4), (4, 5), (5, 7)])
def test_nothing_is_beyond_an_odd_edge(height: int, width: int) -> None:
    made = cutout_from_bgra(picture()[20 : 20 + height, 10 : 10 + width], 0, 0)
    padded = np.zeros((height + height % 2, width + width % 2, 4), np.uint8)
    padded[:height, :width] = picture()[20 : 20 + height, 10 : 10 + width]
    for one, other in zip(made.planes, cutout_from_bgra(padded, 0, 0).planes, strict=True):
        assert np.array_equal(one, other)


def test_a_picture_without_alpha_is_refused() -> None:
    with pytest.raises(ValueError, match="a sprite with 3 channels"):
        cutout_from_bgra(np.zeros((4, 4, 3), np.uint8), 0, 0)
