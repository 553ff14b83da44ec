"""Brand colours that can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castad_cli.model.colors import (
    AIM,
    contrast,
    ground,
    hex_from_rgb,
    luminance,
    near_black,
    near_white,
    readable,
    rgb_from_hex,
)

RGB = st.tuples(*[st.integers(0, 255)] * 3)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


def test_luminance_of_mid_grey_is_wcags() -> None:
    assert luminance((119, 119, 119)) == pytest.approx(0.1845, abs=1e-3)


@given(RGB)
def test_hex_and_back(color: tuple[int, int, int]) -> None:
    assert rgb_from_hex(hex_from_rgb(color)) == color


@given(RGB, RGB)
def test_any_pair_is_made_readable(wanted: tuple[int, int, int], on: tuple[int, int, int]) -> None:
    assert contrast(readable(wanted, on), on) >= 4.5
    assert contrast(readable(wanted, ground(on)), ground(on)) >= AIM


@given(RGB)
def test_a_ground_for_words_is_moved_only_where_none_could_be_read_on_it(color: tuple[int, int, int]) -> None:
    best = max(contrast(color, (0, 0, 0)), contrast(color, (255, 255, 255)))
    assert (ground(color) == color) == (best >= AIM)
    assert all(abs(a - b) <= 40 for a, b in zip(ground(color), color, strict=True)), "and never far"


@given(RGB, RGB)
def test_a_pair_that_can_be_read_is_left_alone(wanted: tuple[int, int, int], on: tuple[int, int, int]) -> None:
    if contrast(wanted, on) >= AIM:
        assert readable(wanted, on) == wanted


@given(RGB)
def test_near_black_and_near_white_are_near(color: tuple[int, int, int]) -> None:
    assert luminance(near_black(color)) < 0.03
    assert luminance(near_white(color)) > 0.8
