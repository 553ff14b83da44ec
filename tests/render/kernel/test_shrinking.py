"""Pictures brought down, against the mean of what lies under each pixel."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.render.kernel import shrinking
from castad_cli.render.kernel.shrinking import can_shrink, shrink


def picture(width: int, height: int) -> NDArray[np.uint8]:
    """Any colours, and edges as hard as they come."""
    random = np.random.default_rng(7)
    pixels = random.integers(0, 256, (height, width, 3), np.uint8)
    pixels[: height // 4] = 255
    pixels[:, : width // 5] = 0
    return pixels


def shares(length: int, count: int) -> NDArray[np.float64]:
    """How much of each old pixel, (count, length), lies under each new one; rows sum up to 1."""
    edges = np.arange(count + 1) * length / count
    pixels = np.arange(length)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return np.asarray(np.clip(covered, 0, 1) * count / length)


SIZES = [
    ((90, 60), (60, 40)),
    ((301, 203), (200, 151)),
    ((97, 61), (96, 61)),
    ((64, 64), (16, 16)),
    ((130, 37), (33, 10)),
    ((11, 9), (3, 5)),
    ((5, 4), (2, 1)),
    ((1, 1), (1, 1)),
    ((3000, 8), (1996, 5)),
]


@pytest.mark.parametrize(("old", "new"), SIZES)
def test_each_pixel_is_the_mean_of_what_lies_under_it(old: tuple[int, int], new: tuple[int, int]) -> None:
    pixels = picture(*old)
    made = shrink(pixels, new)
    assert made.shape == (new[1], new[0], 3)
    exact = np.einsum("yh,hwc,xw->yxc", shares(old[1], new[1]), pixels.astype(np.float64), shares(old[0], new[0]))
    # Its weights are rounded to 256ths: of hard edges within little more than half a step, on the whole not at all.
    assert np.abs(made - exact).max() < 1.6
    assert np.sqrt(np.mean((made - exact) ** 2)) < 0.5
    assert abs(float(np.mean(made - exact))) < 1.2 / np.sqrt(made.size) + 0.02


@pytest.mark.parametrize("value", [0, 1, 127, 254, 255])
def test_what_is_even_stays_as_it_is(value: int) -> None:
    pixels = np.full((61, 97, 3), value, np.uint8)
    assert (shrink(pixels, (70, 23)) == value).all()


@pytest.mark.parametrize(("old", "new"), SIZES)
def test_vectors_give_what_plain_code_gives(
    old: tuple[int, int], new: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = picture(*old)
    made = shrink(pixels, new)
    monkeypatch.setattr(shrinking, "_VECTORS", 0)
    assert np.array_equal(shrink(pixels, new), made)


def test_a_part_of_a_picture_and_a_turned_one_are_read_where_they_lie() -> None:
    whole = picture(120, 90)
    for part in (whole[10:70, 20:100], whole[::-1], whole[:, ::-1], whole.swapaxes(0, 1)):
        size = part.shape[1] * 2 // 3, part.shape[0] * 3 // 4
        assert np.array_equal(shrink(part, size), shrink(part.copy(), size))


def test_only_what_it_can_do_is_taken() -> None:
    pixels = picture(100, 80)
    assert can_shrink(pixels, (25, 20))
    for size in ((24, 20), (101, 80), (100, 81), (25, 19)):
        assert not can_shrink(pixels, size)
        with pytest.raises(ValueError, match="cannot be brought to"):
            shrink(pixels, size)
    assert not can_shrink(np.zeros((80, 100, 4), np.uint8), (50, 40))
    assert not can_shrink(np.zeros((80, 100), np.uint8), (50, 40))
