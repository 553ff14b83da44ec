"""The form fits any ad exactly, and costs nothing to ask for."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from castad_cli.generate.house.form import PACES, plan_form, plan_grid

durations = st.integers(600, 6000).map(lambda hundredths: Fraction(hundredths, 100))


@settings(max_examples=150, deadline=None)
@given(duration=durations, mood=st.sampled_from(sorted(PACES)), tempo=st.none() | st.integers(60, 160))
def test_every_length_and_tempo_gets_sections_in_order_and_a_tail_that_rings(
    duration: Fraction, mood: str, tempo: int | None
) -> None:
    form = plan_form(duration, mood, tempo)
    names = [name for name, _ in form.sections]
    starts = [beat for _, beat in form.sections]
    assert names == ["intro", "build", "lift", "ending"]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert starts[1] <= 4, "the intro is over within a bar"
    assert Fraction(16, 10) <= form.tail_s <= Fraction(45, 10)
    assert [span.start for span in form.spans[1:]] == [span.end for span in form.spans[:-1]]
    assert form.spans[-1].end == form.final_beat
    if tempo:
        assert form.tempo == tempo
    else:
        assert PACES[mood].slowest <= form.tempo <= PACES[mood].fastest


@given(duration=durations, tempo=st.none() | st.integers(60, 160))
@settings(max_examples=60, deadline=None)
def test_the_grid_is_exact_and_lies_inside_the_ad(duration: Fraction, tempo: int | None) -> None:
    grid = plan_grid(duration, "warm", tempo)
    beat = Fraction(60) / grid.tempo_bpm
    assert grid.beats == tuple(beat * i for i in range(len(grid.beats)))
    assert set(grid.downbeats) <= set(grid.beats)
    assert grid.beats[-1] < duration
    assert grid.downbeats[-1] == grid.beats[-1], "the final hit is a downbeat"
    assert {at for _, at in grid.sections} <= set(grid.beats)


def test_the_lift_comes_shortly_before_the_end() -> None:
    for mood in PACES:
        form = plan_form(Fraction(15), mood)
        lift = dict(form.grid.sections)["lift"]
        assert Fraction(4) <= form.duration_s - lift <= Fraction(9)


def test_moods_keep_their_own_pace() -> None:
    tempo = {mood: plan_form(Fraction(20), mood).tempo for mood in PACES}
    assert tempo["calm"] < tempo["warm"] < tempo["bright"] < tempo["upbeat"]


def test_asking_for_the_grid_loads_no_numpy() -> None:
    code = (
        "import sys; from fractions import Fraction; from castad_cli.generate.house import plan_grid;"
        "plan_grid(Fraction(15), 'calm'); import castad_cli.generate.music;"
        "sys.exit('numpy' in sys.modules or 'midirenderer' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("mood", sorted(PACES))
def test_a_half_bar_is_only_ever_the_pick_up(mood: str) -> None:
    for tenths in range(60, 300, 7):
        form = plan_form(Fraction(tenths, 10), mood)
        gaps = [b - a for a, b in zip(form.downbeats, form.downbeats[1:], strict=False)]
        assert all(gap == 4 for gap in gaps[1:])
        assert gaps[0] in (2, 4)
