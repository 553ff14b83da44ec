"""A shade is of the hue of what it lies on: as dark as its ink, over what is bright a little lighter."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

from castad_cli.model.colors import Rgb, luminance
from castad_cli.render.pixels.undertone import CELLS, undertones

INK = (8, 18, 27)


def hue_of(rgb: Rgb) -> float:
    return colorsys.rgb_to_hls(*(v / 255 for v in rgb))[0] * 360


def tone_of(rgb: Rgb) -> Rgb:
    cells = np.tile(np.asarray(rgb, np.float32) / 255, (CELLS[1], CELLS[0], 1))
    red, green, blue = (int(v) for v in undertones(cells, INK, 40, 60)[30, 20])
    return red, green, blue


@pytest.mark.parametrize("rgb", [(205, 120, 60), (150, 190, 220), (90, 130, 70)])
def test_it_has_the_hue_of_the_picture(rgb: Rgb) -> None:
    apart = abs(hue_of(tone_of(rgb)) - hue_of(rgb)) % 360
    assert min(apart, 360 - apart) < 22


@pytest.mark.parametrize("rgb", [(0, 0, 0), (30, 30, 30), (90, 0, 0), (0, 0, 255), (60, 40, 25)])
def test_over_what_is_dark_it_is_as_dark_as_the_ink(rgb: Rgb) -> None:
    assert luminance(tone_of(rgb)) == pytest.approx(luminance(INK), abs=0.004)


@pytest.mark.parametrize("rgb", [(255, 255, 255), (255, 240, 220), (205, 120, 60)])
def test_over_what_is_bright_it_is_lighter_and_still_dark(rgb: Rgb) -> None:
    assert luminance(INK) + 0.005 < luminance(tone_of(rgb)) < 0.05


def test_a_white_wall_takes_the_colour_of_the_wood_beside_it() -> None:
    cells = np.full((*CELLS[::-1], 3), 245 / 255, np.float32)
    cells[-3:] = np.array([190, 115, 60]) / 255
    red, green, blue = (int(v) for v in undertones(cells, INK, 64, 64)[4, 32])
    assert red > green > blue
    assert red - blue > 40


def test_grey_stays_grey() -> None:
    red, green, blue = tone_of((180, 180, 180))
    assert max(red, green, blue) - min(red, green, blue) <= 1


def test_a_warm_wall_and_the_sea_below_it_have_a_shade_of_their_own() -> None:
    cells = np.empty((*CELLS[::-1], 3), np.float32)
    cells[: CELLS[1] // 2] = np.array([225, 190, 150]) / 255
    cells[CELLS[1] // 2 :] = np.array([140, 180, 215]) / 255
    shade = undertones(cells, INK, 64, 64).astype(int)
    assert shade[4, 32, 0] > shade[4, 32, 2]
    assert shade[60, 32, 2] > shade[60, 32, 0]
    steps = np.abs(np.diff(shade[:, 32], axis=0)).max()
    assert steps <= 3, "the one passes into the other"
