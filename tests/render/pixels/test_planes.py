"""Colours survive the way into the encoder's format and back."""

from __future__ import annotations

import numpy as np
import pytest

from castad_cli.render.kernel.converting import picture_from_rgb
from castad_cli.render.pixels.planes import color_to_yuv, frame_planes, rgb_from_frame

COLORS = [(0, 0, 0), (255, 255, 255), (11, 57, 84), (255, 127, 81), (0, 200, 0), (128, 128, 128), (250, 10, 200)]


@pytest.mark.parametrize("color", COLORS)
def test_a_flat_colour_comes_back_within_two(color: tuple[int, int, int]) -> None:
    picture = picture_from_rgb(np.full((64, 48, 3), color, np.uint8))
    buffer = np.concatenate([plane.ravel() for plane in picture.planes])
    assert np.abs(rgb_from_frame(buffer, 48, 64).astype(int) - color).max() <= 2


def test_black_and_white_have_the_levels_of_bt709() -> None:
    assert color_to_yuv((0, 0, 0)) == (16, 128, 128)
    assert color_to_yuv((255, 255, 255)) == (235, 128, 128)


def test_red_has_the_chroma_of_bt709() -> None:
    assert color_to_yuv((255, 0, 0)) == (63, 102, 240)


def test_an_odd_picture_keeps_its_last_row_and_column() -> None:
    picture = picture_from_rgb(np.full((33, 47, 3), 200, np.uint8))
    assert picture.y.shape == (34, 48)
    assert picture.u.shape == (17, 24)


def test_planes_are_views_of_the_frame() -> None:
    buffer = np.zeros(8 * 4 * 3 // 2, np.uint8)
    y, u, v = frame_planes(buffer, 8, 4)
    y[:], u[:], v[:] = 1, 2, 3
    assert buffer.tolist() == [1] * 32 + [2] * 8 + [3] * 8


def test_a_picture_cut_to_what_is_seen_is_sampled_as_the_whole_one() -> None:
    noise = np.random.default_rng(5).integers(0, 255, (300, 500, 3), np.uint8)
    whole = picture_from_rgb(noise)
    part = whole.cut(200.3, 50.7, 330.2, 200.9)
    assert part.size == whole.size == (500, 300)
    assert part.y.nbytes < 0.6 * whole.y.nbytes
    for index, step in ((0, 1), (1, 2), (2, 2)):
        views = []
        for picture in (whole, part):
            x, y = picture.origin(step)
            seen = picture.planes[index][y + 50 // step : y + 202 // step, x + 200 // step : x + 332 // step]
            views.append(seen)
        assert views[0].size
        assert np.array_equal(*views)
    assert part.cut(0, 0, 1, 1) is part, "once is enough"
