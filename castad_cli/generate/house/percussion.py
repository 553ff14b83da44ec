"""Our own drums: one-shots from sines and shaped noise, the same on every machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from castad_cli.generate.house.grooves import DRUMS
from castad_cli.generate.house.performance import RATE, Stroke
from castad_cli.generate.house.spectrum import fast_size

Mono = NDArray[np.float32]


def _noise(samples: int, low: float, high: float, seed: int) -> Mono:
    """Noise between ``low`` and ``high`` Hz with soft edges, peak near 1."""
    size = fast_size(samples)
    source = np.random.Generator(np.random.PCG64(seed)).random(size) * 2 - 1
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    ratio_low = frequency / low
    ratio_high = frequency / high
    shape = ratio_low**2 / np.sqrt(1 + ratio_low**4) / np.sqrt(1 + ratio_high**6)
    shaped = np.fft.irfft(np.fft.rfft(source) * shape, size)[:samples]
    return (shaped / (3.2 * np.std(shaped))).astype(np.float32)


def _time(seconds: float) -> Mono:
    return np.arange(int(seconds * RATE), dtype=np.float32) / np.float32(RATE)


def _fall(t: Mono, time_s: float) -> Mono:
    """Exponential decay that reaches exactly nothing at the end."""
    return np.asarray(np.exp(-t / np.float32(time_s)) * (1 - t / (t[-1] + 1 / RATE)) ** 0.5, np.float32)


def _attack(t: Mono, time_s: float) -> Mono:
    return np.asarray(np.minimum(1, t / np.float32(time_s)), np.float32)


def _glide(t: Mono, start: float, end: float, time_s: float) -> Mono:
    """A sine whose frequency falls from ``start`` to ``end`` Hz."""
    phase = end * t + (start - end) * time_s * (1 - np.exp(-t / time_s))
    return np.asarray(np.sin(2 * np.pi * phase), np.float32)


def _ring(t: Mono, partials: tuple[tuple[float, float, float], ...]) -> Mono:
    """Decaying sines: (Hz, level, decay in seconds) each."""
    sound = np.zeros_like(t)
    for frequency, level, time_s in partials:
        sound += level * np.sin(2 * np.pi * frequency * t) * np.exp(-t / time_s)
    return sound.astype(np.float32)


def _kick() -> Mono:
    t = _time(0.42)
    click = _noise(t.size, 1500, 6000, 1) * np.exp(-t / 0.004) * 0.25
    return np.asarray(_glide(t, 165, 49, 0.028) * _fall(t, 0.15) * _attack(t, 0.001) + click, np.float32)


def _soft_kick() -> Mono:
    t = _time(0.40)
    return np.asarray(_glide(t, 95, 50, 0.03) * _fall(t, 0.13) * _attack(t, 0.004) * 0.9, np.float32)


def _snare() -> Mono:
    t = _time(0.30)
    body = _ring(t, ((188, 0.55, 0.06), (331, 0.3, 0.04)))
    wires = _noise(t.size, 1400, 9500, 2) * np.exp(-t / 0.085) * 0.75
    return np.asarray((body + wires) * _fall(t, 0.5), np.float32)


def _clap() -> Mono:
    t = _time(0.32)
    hands = np.zeros_like(t)
    for at in (0.0, 0.011, 0.021):
        hands += np.where(t >= at, np.exp(-np.abs(t - at) / 0.006), 0)
    tail = np.where(t >= 0.03, np.exp(-np.abs(t - 0.03) / 0.07), 0) * 0.8
    sound = _noise(t.size, 950, 3800, 3) * (hands + tail) * _fall(t, 0.6)
    return np.asarray(sound, np.float32)


def _snap() -> Mono:
    t = _time(0.18)
    fingers = np.exp(-t / 0.003) * 0.6 + np.where(t >= 0.012, np.exp(-np.abs(t - 0.012) / 0.018), 0)
    tone = _ring(t, ((2150, 0.5, 0.02), (1480, 0.3, 0.015)))
    return np.asarray((_noise(t.size, 1700, 5200, 4) + tone) * fingers * _fall(t, 0.3) * 0.8, np.float32)


def _brush() -> Mono:
    t = _time(0.26)
    return np.asarray(_noise(t.size, 1800, 8000, 5) * _attack(t, 0.006) * _fall(t, 0.07) * 0.8, np.float32)


def _sweep() -> Mono:
    t = _time(0.55)
    return np.asarray(_noise(t.size, 2200, 7000, 6) * _attack(t, 0.16) * _fall(t, 0.22) * 0.5, np.float32)


def _rim() -> Mono:
    t = _time(0.09)
    click = _noise(t.size, 2500, 8000, 7) * np.exp(-t / 0.002) * 0.4
    return np.asarray((_ring(t, ((1720, 0.6, 0.012), (830, 0.5, 0.016))) + click) * _fall(t, 0.2), np.float32)


def _hat() -> Mono:
    t = _time(0.12)
    metal = _ring(t, ((6230, 0.15, 0.03), (8410, 0.15, 0.025), (10370, 0.12, 0.02)))
    return np.asarray((_noise(t.size, 7500, 15000, 8) * np.exp(-t / 0.024) * 0.8 + metal) * _fall(t, 0.2), np.float32)


def _open_hat() -> Mono:
    t = _time(0.34)
    metal = _ring(t, ((6230, 0.12, 0.12), (8410, 0.12, 0.1), (10370, 0.1, 0.08)))
    return np.asarray((_noise(t.size, 7000, 15000, 9) * 0.7 + metal) * _fall(t, 0.11), np.float32)


def _shaker() -> Mono:
    t = _time(0.14)
    return np.asarray(_noise(t.size, 4800, 11000, 10) * _attack(t, 0.022) ** 2 * _fall(t, 0.035), np.float32)


def _tom_high() -> Mono:
    t = _time(0.38)
    return np.asarray(_glide(t, 210, 142, 0.05) * _fall(t, 0.13) * _attack(t, 0.002), np.float32)


def _tom_low() -> Mono:
    t = _time(0.45)
    return np.asarray(_glide(t, 140, 92, 0.06) * _fall(t, 0.16) * _attack(t, 0.002), np.float32)


def _crash() -> Mono:
    t = _time(1.5)
    metal = _ring(t, ((3170, 0.06, 0.5), (4390, 0.06, 0.45), (5930, 0.05, 0.4), (7810, 0.05, 0.3)))
    return np.asarray((_noise(t.size, 3600, 13000, 11) * 0.6 + metal) * _fall(t, 0.30) * _attack(t, 0.003), np.float32)


def _triangle() -> Mono:
    t = _time(1.2)
    return np.asarray(
        _ring(t, ((3940, 0.4, 0.35), (5270, 0.35, 0.3), (7120, 0.25, 0.2), (9350, 0.12, 0.1))) * _fall(t, 0.5),
        np.float32,
    )


def _wood() -> Mono:
    t = _time(0.11)
    return np.asarray(
        _ring(t, ((1060, 0.8, 0.018), (1590, 0.4, 0.012), (2700, 0.15, 0.006))) * _fall(t, 0.3), np.float32
    )


_HITS: dict[str, tuple[Callable[[], Mono], float, float]] = {
    # how it sounds, its level in dB, its place from -1 (left) to 1
    "kick": (_kick, 0.0, 0.0),
    "soft_kick": (_soft_kick, -1.0, 0.0),
    "snare": (_snare, -4.0, 0.05),
    "clap": (_clap, -5.0, -0.08),
    "snap": (_snap, -6.0, 0.15),
    "brush": (_brush, -7.0, 0.1),
    "sweep": (_sweep, -13.0, -0.15),
    "rim": (_rim, -8.0, 0.2),
    "hat": (_hat, -12.0, 0.3),
    "open_hat": (_open_hat, -13.0, 0.3),
    "shaker": (_shaker, -12.0, -0.35),
    "tom_high": (_tom_high, -4.0, 0.25),
    "tom_low": (_tom_low, -4.0, -0.25),
    "crash": (_crash, -11.0, -0.2),
    "triangle": (_triangle, -18.0, 0.35),
    "wood": (_wood, -9.0, -0.2),
}


@cache
def _hit(name: str) -> NDArray[np.float32]:
    make, level_db, pan = _HITS[name]
    sound = make()
    sound = sound / np.abs(sound).max() * 10 ** (level_db / 20)
    angle = (pan + 1) * np.pi / 4
    return np.asarray(np.stack((np.cos(angle) * sound, np.sin(angle) * sound)) * np.sqrt(2), np.float32)


def _lead_in(name: str, samples: int) -> NDArray[np.float32]:
    """A sound that grows for ``samples`` and stops: a cymbal rolled (``swell``) or noise that climbs (``riser``)."""
    t = np.arange(samples, dtype=np.float32) / max(1, samples)
    stop = np.minimum(1, (1 - t) * samples / (0.03 * RATE))
    channels: list[Mono] = []
    for seed in (21, 22):
        if name == "swell":
            sound = _noise(samples, 3000, 11000, seed) * t**2.5 * 0.8
        else:
            bands = ((300, 900), (900, 2200), (2200, 5000), (5000, 11000))
            sound = np.zeros(samples, dtype=np.float32)
            for i, (low, high) in enumerate(bands):
                weight = np.clip(1 - np.abs(t * 3.4 - i) / 1.3, 0, 1)
                sound += _noise(samples, low, high, seed + 10 * i) * weight
            sound *= t**1.8
        channels.append((sound * stop).astype(np.float32))
    return np.asarray(np.stack(channels) * np.float32(10 ** (-15 / 20)), np.float32)


def play_percussion(strokes: tuple[Stroke, ...], length: int) -> NDArray[np.float32]:
    """The strokes as our drums play them, (2, ``length``)."""
    sound = np.zeros((2, length), dtype=np.float32)
    for stroke in strokes:
        name = DRUMS[stroke.pitch]
        hit = _hit(name) if name in _HITS else _lead_in(name, stroke.end - stroke.start)
        hit = hit[:, : max(0, length - stroke.start)]
        sound[:, stroke.start : stroke.start + hit.shape[1]] += hit * np.float32((stroke.velocity / 127) ** 1.6)
    return np.asarray(sound, np.float32)
