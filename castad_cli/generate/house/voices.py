"""Our own synthesiser: pads, plucks and basses from band-limited wavetables.

A voice is a single-cycle table of harmonics (none above 16 kHz), read at the note's pitch by a few
slightly detuned oscillators, under an envelope. Brightness that fades is a mix of a bright, a middle and
a dark table with different decays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from castad_cli.generate.house.performance import RATE, Stroke

Sound = NDArray[np.float32]
"""(2, samples), float, nominally within ±1."""

_TABLE = 2048


def hertz(pitch: float) -> float:
    """The frequency of a MIDI pitch, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


@cache
def _table(pitch: int, cutoff: int, odd: float) -> Sound:
    """One cycle of a sawtooth through a 12 dB/octave low-pass at ``cutoff`` Hz; ``odd`` 1 makes it a square."""
    frequency = hertz(pitch)
    harmonics = np.arange(1, max(2, int(min(16_000 / frequency, _TABLE / 4))))
    levels = 1.0 / harmonics / (1.0 + (harmonics * frequency / cutoff) ** 2)
    levels[1::2] *= 1.0 - odd
    spectrum = np.zeros(_TABLE // 2 + 1, dtype=np.complex128)
    spectrum[harmonics] = -1j * levels
    cycle = np.fft.irfft(spectrum) * _TABLE / 2
    cycle /= np.sqrt(np.mean(cycle**2)) * 2
    return np.append(cycle, cycle[0]).astype(np.float32)


def _read(table: Sound, frequency: float, samples: int, phase: float) -> Sound:
    """``samples`` of the table at ``frequency`` Hz, by linear interpolation; ``phase`` in cycles."""
    position = (phase + np.arange(samples) * (frequency / RATE)) % 1.0 * _TABLE
    index = position.astype(np.int32)
    fraction = (position - index).astype(np.float32)
    left = table[index]
    return left + (table[index + 1] - left) * fraction


def _detuned(table: Sound, pitch: int, samples: int, cents: float) -> Sound:
    """Three oscillators: one to each side, one in the middle. Phases differ with pitch, the same every time."""
    start = (pitch * 0.37) % 1.0
    frequency = hertz(pitch)
    bend = 2.0 ** (cents / 1200.0)
    middle = _read(table, frequency, samples, start) * np.float32(0.7)
    left = _read(table, frequency / bend, samples, start + 0.31)
    right = _read(table, frequency * bend, samples, start + 0.67)
    return np.stack((left + middle, right + middle)) * np.float32(0.5)


def _gate(samples: int, held: int, attack_s: float, release_s: float) -> Sound:
    """Rises by a raised cosine, holds, and falls by another after ``held`` samples."""
    envelope = np.ones(samples, dtype=np.float32)
    rise = min(max(1, int(attack_s * RATE)), held)
    envelope[:rise] = 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    fall = min(int(release_s * RATE), samples - held)
    envelope[held : held + fall] = 0.5 + 0.5 * np.cos(np.pi * np.arange(fall) / max(1, fall))
    envelope[held + fall :] = 0
    return envelope


def _decay(samples: int, time_s: float) -> Sound:
    return np.asarray(np.exp(np.arange(samples) / (-time_s * RATE)), np.float32)


def _pad(pitch: int, held: int, cutoff: int, attack_s: float) -> Sound:
    samples = held + int(0.6 * RATE)
    return _detuned(_table(pitch, cutoff, 0.0), pitch, samples, 7.0) * _gate(samples, held, attack_s, 0.6)


def _warm_pad(pitch: int, held: int) -> Sound:
    return _pad(pitch, held, 750, 0.25)


def _glass_pad(pitch: int, held: int) -> Sound:
    body = _pad(pitch, held, 1600, 0.15)
    body += _pad(pitch + 12, held, 3200, 0.30) * np.float32(0.25)
    return body


def _plucked(pitch: int, held: int, odd: float, length_s: float, cutoffs: tuple[int, int, int]) -> Sound:
    samples = int(length_s * RATE)
    bright, middle, dark = (_detuned(_table(pitch, cutoff, odd), pitch, samples, 3.5) for cutoff in cutoffs)
    sound = bright * _decay(samples, 0.05 * length_s) * np.float32(0.8)
    sound += middle * _decay(samples, 0.13 * length_s) + dark * _decay(samples, 0.25 * length_s) * np.float32(0.6)
    return sound * _gate(samples, int(samples * 0.6), 0.002, 0.4 * length_s)


def _pluck(pitch: int, held: int) -> Sound:
    return _plucked(pitch, held, 0.3, 1.0, (6500, 2200, 800))


def _pluck_lead(pitch: int, held: int) -> Sound:
    return _plucked(pitch, held, 0.75, 1.5, (7000, 2800, 1200))


def _sub_bass(pitch: int, held: int) -> Sound:
    samples = held + int(0.18 * RATE)
    tone = _read(_table(pitch, 90, 0.0), hertz(pitch), samples, 0.0)
    tone = tone * _gate(samples, held, 0.02, 0.18)
    return np.stack((tone, tone))


def _synth_bass(pitch: int, held: int) -> Sound:
    samples = held + int(0.07 * RATE)
    frequency = hertz(pitch)
    sound = _read(_table(pitch, 1400, 0.2), frequency, samples, 0.0) * _decay(samples, 0.12) * np.float32(0.7)
    sound += _read(_table(pitch, 420, 0.2), frequency, samples, 0.0) * np.float32(0.6)
    sound += _read(_table(pitch, 60, 0.0), frequency, samples, 0.0) * np.float32(0.7)
    sound = sound * _gate(samples, held, 0.004, 0.07)
    return np.stack((sound, sound))


_VOICES: dict[str, Callable[[int, int], Sound]] = {
    "warm_pad": _warm_pad,
    "glass_pad": _glass_pad,
    "pluck": _pluck,
    "pluck_lead": _pluck_lead,
    "sub_bass": _sub_bass,
    "synth_bass": _synth_bass,
}


def play_voice(name: str, strokes: tuple[Stroke, ...], length: int) -> Sound:
    """The strokes as voice ``name`` plays them, (2, ``length``)."""
    voice = _VOICES[name]
    sound = np.zeros((2, length), dtype=np.float32)
    made: dict[tuple[int, int], Sound] = {}
    for stroke in strokes:
        held = -(-(stroke.end - stroke.start) // 480) * 480  # whole hundredths of a second: like notes are made once
        key = (stroke.pitch, held)
        if key not in made:
            made[key] = voice(*key)
        note = made[key][:, : max(0, length - stroke.start)]
        gain = np.float32((stroke.velocity / 127) ** 1.5)
        sound[:, stroke.start : stroke.start + note.shape[1]] += note * gain
    return sound
