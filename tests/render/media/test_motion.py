"""Photographs move slowly, inside their own edges."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castad_cli.model.formats import FORMATS, Box
from castad_cli.render.media.motion import View, choose_move, ease_ends, matrix

REEL = Box(0, 0, 1080, 1920)
MOTIONS = ["auto", "zoom-in", "zoom-out", "pan-left", "pan-right", "pan-up", "pan-down", "still"]


@given(
    motion=st.sampled_from(MOTIONS),
    shot=st.integers(0, 9),
    size=st.tuples(st.integers(200, 4000), st.integers(200, 4000)),
    focus=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    progress=st.floats(0, 1),
    name=st.sampled_from(sorted(FORMATS)),
)
def test_a_picture_always_covers_its_box(
    motion: str, shot: int, size: tuple[int, int], focus: tuple[float, float], progress: float, name: str
) -> None:
    box = Box(0, 0, FORMATS[name].width, FORMATS[name].height)
    scale, dx, dy = matrix(choose_move(motion, shot, size, box, focus).at(progress), size, box)
    assert dx >= -1e-6
    assert dy >= -1e-6
    assert scale * box.width + dx <= size[0] + 1e-6
    assert scale * box.height + dy <= size[1] + 1e-6


def test_the_focus_stays_in_view_where_the_picture_allows_it() -> None:
    size = (3000, 2000)
    move = choose_move("zoom-in", 0, size, REEL, (0.8, 0.5))
    for progress in (0.0, 0.5, 1.0):
        scale, dx, _ = matrix(move.at(progress), size, REEL)
        assert dx <= 0.8 * 3000 <= dx + scale * 1080


def test_successive_shots_move_differently() -> None:
    moves = [choose_move("auto", shot, (3000, 2000), REEL, (0.5, 0.5)) for shot in range(4)]
    assert all(a != b for a, b in pairwise(moves))


def test_a_still_picture_stands_still() -> None:
    move = choose_move("still", 3, (1000, 1500), REEL, (0.3, 0.3))
    assert move.at(0) == move.at(1)


def test_speed_is_constant_but_for_the_ends() -> None:
    steps = [ease_ends((i + 1) / 100) - ease_ends(i / 100) for i in range(100)]
    assert ease_ends(0) == 0
    assert ease_ends(1) == pytest.approx(1)
    assert max(steps[20:80]) - min(steps[20:80]) < 1e-9
    assert steps[0] < steps[50]
    assert all(a <= b + 1e-12 for a, b in pairwise(steps[:50]))


def test_a_view_at_zoom_one_fits_the_box_exactly() -> None:
    scale, dx, dy = matrix(View(1.0, 0.5, 0.5), (540, 960), REEL)
    assert (scale, dx, dy) == pytest.approx((0.5, 0.0, 0.0))
