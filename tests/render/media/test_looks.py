"""Photographs of one ad become one series, and keep what makes each of them."""

from __future__ import annotations

import numpy as np
import pytest

from castad_cli.render.kernel.converting import picture_from_rgb
from castad_cli.render.media.looks import make_grade, match
from castad_cli.render.pixels.planes import Picture


def picture(red: int, green: int, blue: int) -> Picture:
    """A plain colour, with a black and a white corner."""
    rgb = np.empty((64, 96, 3), np.uint8)
    rgb[:] = (red, green, blue)
    rgb[:8, :8], rgb[-8:, -8:] = 0, 255
    return picture_from_rgb(rgb, 0)


def middle(of: Picture) -> list[float]:
    return [float(np.median(plane)) for plane in of.planes]


def test_none_leaves_every_picture_as_it_is() -> None:
    one = picture(90, 120, 200)
    assert match({0: one, 1: picture(200, 120, 60)}, "none")[0] is one


def test_pictures_alike_are_left_alone() -> None:
    one = picture(120, 110, 100)
    assert match({0: one, 1: picture(120, 110, 100)}, "natural")[0] is one
    assert match({0: one}, "natural")[0] is one


def test_a_dark_blue_and_a_bright_warm_picture_come_nearer_and_stay_themselves() -> None:
    before = {0: picture(40, 60, 110), 1: picture(220, 190, 150)}
    after = match(before, "natural")
    for plane in range(3):
        apart = abs(middle(before[0])[plane] - middle(before[1])[plane])
        nearer = abs(middle(after[0])[plane] - middle(after[1])[plane])
        assert 0.5 * apart < nearer < apart


@pytest.mark.parametrize("look", ["natural", "warm", "crisp", "mono"])
def test_black_and_white_stay_and_no_tone_overtakes_another(look: str) -> None:
    grade = make_grade(look, luma=10.0)
    assert grade is not None
    assert (grade.y[16], grade.y[235]) == (16, 235)
    assert (np.diff(grade.y.astype(int)) >= 0).all()


def test_mono_has_no_colour_and_warm_is_warmer() -> None:
    one = picture(60, 90, 160)
    assert {int(v) for plane in match({0: one}, "mono")[0].planes[1:] for v in np.unique(plane)} == {128}
    _, blue, red = middle(match({0: one}, "warm")[0])
    assert blue < middle(one)[1]
    assert red > middle(one)[2]


def test_crisp_parts_light_from_dark() -> None:
    dark, light = picture(70, 70, 70), picture(190, 190, 190)
    assert middle(match({0: dark}, "crisp")[0])[0] < middle(dark)[0]
    assert middle(match({0: light}, "crisp")[0])[0] > middle(light)[0]
