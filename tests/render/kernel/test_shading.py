"""How strong a shade has to be, against the same by arithmetic on whole arrays in double precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.model.colors import Rgb
from castad_cli.render.kernel.shading import strengths

INKS: list[Rgb] = [(0, 0, 0), (8, 14, 20), (40, 20, 60)]


def light(colors: NDArray[np.float64], ink: Rgb, alphas: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light under an ink (WCAG 2.2's relative luminance; IEC 61966-2-1)."""
    blend = colors + (np.asarray(ink) / 255 - colors) * alphas[..., None]
    linear = np.where(blend <= 0.04045, blend / 12.92, ((blend + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("strength", [0.0, 0.18, 0.7, 1.0])
def test_each_cell_that_is_too_light_needs_what_brings_it_to_the_goal(ink: Rgb, strength: float) -> None:
    random = np.random.default_rng(5)
    colors = random.integers(0, 256, (40, 60, 3), np.uint8)
    opaque = random.uniform(0.02, 1, (40, 60)).astype(np.float32)
    goal = 0.12
    needs = strengths(colors, opaque, ink, goal, strength)
    shares, before = colors / 255, np.minimum(strength * opaque, 1).astype(float)
    lighter = light(shares, ink, before) > goal
    assert abs(needs.size - np.count_nonzero(lighter)) <= 2, "but for such as are at the goal"
    if needs.size == np.count_nonzero(lighter):
        alphas = needs.astype(float) * opaque[lighter]
        under = light(shares[lighter], ink, np.minimum(alphas, 1))
        assert (under <= goal * 1.01).all()
        # Found by halving: less by a 256th would not do.
        less = light(shares[lighter], ink, np.maximum(alphas - 1.1 / 256, 0))
        assert (less > goal * 0.99).all()


def test_a_dark_picture_needs_none_and_a_white_one_as_much_wherever_it_is() -> None:
    opaque = np.full((3, 4), 0.5, np.float32)
    assert strengths(np.zeros((3, 4, 3), np.uint8), opaque, (0, 0, 0), 0.1, 0.2).size == 0
    needs = strengths(np.full((3, 4, 3), 255, np.uint8), opaque, (0, 0, 0), 0.1, 0.2)
    assert needs.shape == (12,)
    assert len(set(needs.tolist())) == 1


def test_parts_of_arrays_are_read_where_they_lie() -> None:
    random = np.random.default_rng(6)
    colors = random.integers(0, 256, (20, 30, 3), np.uint8)
    opaque = random.uniform(0.1, 1, (20, 30)).astype(np.float32)
    part = np.s_[3:11, 5:25:2]
    one = strengths(colors[part], opaque[part], (0, 0, 0), 0.1, 0.2)
    assert np.array_equal(one, strengths(colors[part].copy(), opaque[part].copy(), (0, 0, 0), 0.1, 0.2))


def test_colours_and_cells_have_to_belong_together() -> None:
    doubles: NDArray[Any] = np.ones((3, 4))
    with pytest.raises(ValueError, match="colours of"):
        strengths(np.zeros((3, 5, 3), np.uint8), np.ones((3, 4), np.float32), (0, 0, 0), 0.1, 0.2)
    with pytest.raises(ValueError, match="colours of"):
        strengths(np.zeros((3, 4, 3), np.uint8), doubles, (0, 0, 0), 0.1, 0.2)
