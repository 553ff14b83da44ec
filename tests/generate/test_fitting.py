"""A recording is cut from bar line to bar line, exactly as long as its ad."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.generate.fitting import RATE, cut


def song(seconds: float, *, quiet_bars: int = 0, lead_s: float = 0.0) -> NDArray[np.float32]:
    """120 beats a minute: a low thump on every fourth beat, a tick on the others; its first bars may be quiet."""
    t = np.arange(round(seconds * RATE)) / RATE
    sound = 0.02 * np.sin(2 * np.pi * 220 * t)
    for i in range(int((seconds - lead_s) * 2)):
        at = round((lead_s + i / 2) * RATE)
        hit = np.arange(min(4800, t.size - at)) / RATE
        tone = np.sin(2 * np.pi * (60 if i % 4 == 0 else 900) * hit) * np.exp(-hit / 0.03)
        sound[at : at + hit.size] += 0.6 * tone
    sound[: round(lead_s * RATE)] = 0
    sound[: round((lead_s + quiet_bars * 2) * RATE)] *= 0.12
    return np.stack((sound, sound)).astype(np.float32)


def test_a_quiet_introduction_is_passed_over_and_the_cut_begins_on_a_bar_line() -> None:
    whole = song(40, quiet_bars=3, lead_s=0.8)
    piece, grid = cut(whole, Fraction(10))
    assert piece.shape == (2, 10 * RATE)
    thump = piece[:, : RATE // 10]
    assert np.abs(thump).max() > 0.4, "the quiet bars are passed over"
    assert np.flatnonzero(np.abs(thump[0]) > 0.3)[0] < RATE // 30, "and the bar begins within a frame of the cut"
    assert np.abs(np.diff(thump[0])).max() < 0.02, "with its low note, not with a tick"
    assert grid.downbeats[0] < Fraction(1, 20)
    assert abs(grid.tempo_bpm - 120) < 1


def test_the_fade_begins_on_a_bar_line_and_ends_in_silence() -> None:
    piece, grid = cut(song(40), Fraction(10))
    assert np.abs(piece[:, -240:]).max() < 0.001
    bar = min(grid.downbeats, key=lambda moment: abs(moment - Fraction("7.6")))
    before = piece[:, round(float(bar - 2) * RATE) : round(float(bar) * RATE)]
    assert np.abs(before).max() > 0.5, "until there it is as loud as ever"


def test_a_short_recording_is_repeated_without_losing_the_beat() -> None:
    piece, grid = cut(song(9), Fraction(20), loop=True)
    assert piece.shape == (2, 20 * RATE)
    assert abs(grid.tempo_bpm - 120) < 1
    loud = [np.abs(piece[:, second * RATE : (second + 1) * RATE]).max() for second in range(17)]
    assert min(loud) > 0.4, "no hole where it begins anew"


def test_silence_and_too_short_a_recording_are_told_apart() -> None:
    with pytest.raises(ValueError, match="silent"):
        cut(np.zeros((2, 20 * RATE), np.float32), Fraction(10))
    with pytest.raises(ValueError, match="short"):
        cut(song(9), Fraction(10))
