"""A recording cut to an ad: from a bar line where it has begun in earnest, exactly as long, its fade on a bar line.

The same for the recipe's own file and for a bought track. The beats are found in the cut itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from castad_cli.generate.tempo import estimate_grid
from castad_cli.model.music import BeatGrid

RATE = 48_000
SILENCE = 10 ** (-50 / 20)
LONGEST_HEARD_S = 180
"""So much of a recording is looked at."""
_QUIET_INTRO_DB = 9.0
"""So much below the recording's usual loudness, a bar still belongs to a quiet introduction."""
_FADE_S = 2.4
_CROSSFADE_S = 0.02


def cut(
    sound: NDArray[np.float32], duration_s: Fraction, *, loop: bool = False
) -> tuple[NDArray[np.float32], BeatGrid]:
    """(2, samples) within ±1, exactly ``duration_s`` long, and its grid, from a longer sound (2, samples) at 48 kHz.

    With ``loop`` a shorter sound is repeated, bar by bar where its bars are known. Peaks above 1 are scaled down.

    Raises:
        ValueError: it is silent, or shorter without ``loop``; the message says which.
    """
    length = round(duration_s * RATE)
    loud = np.flatnonzero(np.abs(sound).max(axis=0) > SILENCE)
    if not loud.size:
        raise ValueError("silent")
    head = max(0, int(loud[0]) - RATE // 200)
    spare = sound.shape[1] - length
    if spare < 0 and not loop:
        raise ValueError("short")
    sound = sound[:, min(head, spare) if spare >= 0 else head :]
    if sound.shape[1] < length:
        sound = _repeat(sound, length)
    start = _choose_start(sound, length)
    piece = sound[:, start : start + length]
    if np.abs(piece).max() < SILENCE:
        raise ValueError("silent")
    piece = piece / max(1.0, float(np.abs(piece).max()))
    grid = estimate_grid(piece, duration_s)
    if start:  # it was cut at a bar line: its first bar begins with it
        beat_s = 60 / grid.tempo_bpm if grid.beats else Fraction(1)
        late = 1 if grid.beats and grid.beats[0] > beat_s / 2 else 0  # the very first sound may be missed as a beat
        grid = replace(grid, downbeats=grid.beats[3 * late :: 4] if late else grid.beats[::4])
    return _fade(piece, duration_s, grid, is_cut_in=start > 0), grid


def _choose_start(sound: NDArray[np.float32], length: int) -> int:
    """The first bar line after a quiet introduction from which the whole ad fits; 0 where none is known."""
    if sound.shape[1] - length < RATE // 2:
        return 0
    grid = estimate_grid(sound, Fraction(sound.shape[1], RATE))
    bars = [round(bar * RATE) for bar in grid.downbeats]
    if len(bars) > 1 and 2 * bars[0] - bars[1] > -RATE // 20:  # a bar that begins with the sound itself
        bars.insert(0, max(0, 2 * bars[0] - bars[1]))
    lines = [bar for bar in bars if bar + length <= sound.shape[1]]
    if len(bars) < 3 or not lines:
        return 0
    levels = [_level_db(sound[:, bar : bar + bars[1] - bars[0]]) for bar in bars[:-1]]
    usual = float(np.median(levels))
    started = [
        bar for bar, level in zip(bars, levels, strict=False) if level > usual - _QUIET_INTRO_DB and bar in lines
    ]
    return max(0, (started or lines)[0] - RATE // 200)


def _level_db(sound: NDArray[np.float32]) -> float:
    return 10 * float(np.log10(np.mean(np.square(sound)) + 1e-12))


def _repeat(sound: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """The sound over and over, from bar line to bar line, crossfaded for a moment."""
    grid = estimate_grid(sound, Fraction(sound.shape[1], RATE))
    bars = [round(bar * RATE) for bar in grid.downbeats]
    first, last = (bars[0], bars[-1]) if len(bars) >= 2 else (0, sound.shape[1])
    overlap = min(round(_CROSSFADE_S * RATE), (last - first) // 4)
    ramp = np.sqrt(np.linspace(0, 1, overlap)).astype(np.float32)
    whole = sound[:, :last].copy()
    body = sound[:, first:last]
    while whole.shape[1] < length:
        joint = whole[:, -overlap:] * ramp[::-1] + body[:, :overlap] * ramp if overlap else body[:, :0]
        whole = np.concatenate([whole[:, : whole.shape[1] - overlap], joint, body[:, overlap:]], axis=1)
    return whole


def _fade(sound: NDArray[np.float32], duration_s: Fraction, grid: BeatGrid, *, is_cut_in: bool) -> NDArray[np.float32]:
    """Down to nothing from a bar line near the end, else a beat, by a cosine; 5 ms in where it was cut into."""
    wanted = float(duration_s) - min(_FADE_S, float(duration_s) * 0.2)
    start = round(_nearest(grid.downbeats, wanted, 1.0, _nearest(grid.beats, wanted, 0.5, wanted)) * RATE)
    faded = sound.astype(np.float32, copy=True)
    faded[:, start:] *= (np.cos(np.linspace(0, np.pi / 2, sound.shape[1] - start)) ** 2).astype(np.float32)
    if is_cut_in:
        few = RATE // 200
        faded[:, :few] *= np.linspace(0, 1, few, dtype=np.float32)
    return faded


def _nearest(moments: Sequence[Fraction], wanted: float, within: float, otherwise: float) -> float:
    near = [float(moment) for moment in moments if abs(float(moment) - wanted) < within]
    return min(near, key=lambda moment: abs(moment - wanted), default=otherwise)
