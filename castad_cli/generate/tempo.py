"""Beats from sound: a steady tempo found in how often a recording swells.

Spectral flux gives an onset strength 100 times a second; its autocorrelation, weighted towards moderate
tempos, gives the period; the phase is where most onsets fall. Method: Ellis, "Beat Tracking by Dynamic
Programming" (2007), without the dynamic programming, since an ad's seconds keep one tempo.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from castad_cli.model.music import BeatGrid

_RATE = 48_000
_HOP = 480
_FRAMES_A_SECOND = 100
_LEAST_CONFIDENCE = 0.12


def estimate_grid(sound: NDArray[np.float32], duration_s: Fraction) -> BeatGrid:
    """The beat grid of (2, samples) at 48 kHz; one with no beats when no steady pulse is heard."""
    strength, bass = _onset_strength(sound.mean(axis=0))
    found = _find_period(strength)
    if found is None:
        return BeatGrid(Fraction(0), (), ())
    period = found
    phase = _find_phase(strength, period)
    tempo = Fraction(round(60 * _FRAMES_A_SECOND / period * 100), 100)
    beat_s = 60 / tempo
    first = Fraction(round(phase), _FRAMES_A_SECOND) % beat_s
    beats: list[Fraction] = []
    while first + len(beats) * beat_s < duration_s:
        beats.append(first + len(beats) * beat_s)
    return BeatGrid(tempo, tuple(beats), tuple(beats[_find_bar(beats, bass) :: 4]))


def _onset_strength(mono: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much louder each band got in each hundredth of a second: all bands, and those below 150 Hz."""
    window = np.hanning(2048).astype(np.float32)
    padded = np.pad(mono, (1024, 2048))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2048)[::_HOP][: mono.size // _HOP]
    magnitudes = np.abs(np.fft.rfft(frames * window, axis=1))[:, :512]
    flux = np.maximum(0, np.diff(np.log1p(20 * magnitudes), axis=0, prepend=np.log1p(20 * magnitudes[:1])))
    low = flux[:, : int(150 * 2048 / _RATE) + 1].sum(axis=1)
    strength = flux.sum(axis=1)
    smooth = np.convolve(strength, np.full(41, 1 / 41), mode="same")
    return np.maximum(0, strength - smooth), low


def _find_period(strength: NDArray[np.float64]) -> float | None:
    """The beat's length in frames (fractional), or None when the best is no better than chance."""
    if strength.size < 3 * _FRAMES_A_SECOND or not strength.any():
        return None
    centered = strength - strength.mean()
    size = 2 * strength.size
    correlation = np.fft.irfft(np.abs(np.fft.rfft(centered, size)) ** 2)[: strength.size]
    correlation /= correlation[0]
    lags = np.arange(30, 110)  # 55 to 200 beats a minute
    prior = np.exp(-0.5 * (np.log2(lags / 54.0) / 0.7) ** 2)  # most music lies around 110
    double = correlation[np.minimum(2 * lags, strength.size - 1)]
    score = (correlation[lags] + 0.5 * double) * prior
    best = int(np.argmax(score))
    if correlation[lags[best]] < _LEAST_CONFIDENCE:
        return None
    return _refine(correlation, int(lags[best]))


def _refine(correlation: NDArray[np.float64], lag: int) -> float:
    """The lag to a fraction of a frame, from its furthest clear multiple."""
    period = float(lag)
    for multiple in (2, 4, 8, 16):
        at = round(period * multiple)
        if at + 3 >= correlation.size * 0.8:
            break
        near = np.arange(at - 2, at + 3)
        peak = int(near[np.argmax(correlation[near])])
        if correlation[peak] < 0.08 or abs(peak - at) == 2:
            break
        left, middle, right = correlation[peak - 1 : peak + 2]
        bend = left - 2 * middle + right
        period = (peak + (0.5 * (left - right) / bend if bend else 0.0)) / multiple
    return period


def _find_bar(beats: list[Fraction], bass: NDArray[np.float64]) -> int:
    """Which of the first four beats starts a bar: where, four by four, the bass comes in strongest."""
    weights: list[list[float]] = [[], [], [], []]
    for i, beat in enumerate(beats):
        frame = round(float(beat) * _FRAMES_A_SECOND)
        around = bass[max(0, frame - 3) : frame + 4]
        if around.size and frame > 3:  # the very first sound always seems to be an onset
            weights[i % 4].append(float(around.max()))
    means = [sum(group) / len(group) if group else 0.0 for group in weights]
    return means.index(max(means))


def _find_phase(strength: NDArray[np.float64], period: float) -> float:
    """The first beat's frame: where a comb of the period gathers most onsets."""
    offsets = np.arange(0, period, 0.5)
    positions = np.arange(strength.size)
    sums = [np.interp(np.arange(offset, strength.size - 1, period), positions, strength).mean() for offset in offsets]
    return float(offsets[int(np.argmax(sums))])
