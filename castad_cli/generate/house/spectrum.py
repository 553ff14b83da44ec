"""Spectra: filters as responses, sizes that transform fast, and loudness.

Filters are analogue responses (minimum phase), given at the frequencies of a real FFT.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from castad_cli.generate.house.performance import RATE

Sound = NDArray[np.float32]
Spectrum = NDArray[np.complex64]


def fast_size(samples: int) -> int:
    """The next length whose only prime factors are 2, 3 and 5."""
    best = 1 << (samples - 1).bit_length()
    for five in (1, 5, 25, 125):
        for three in (1, 3, 9, 27):
            odd = five * three
            power = max(0, (-(-samples // odd) - 1).bit_length())
            best = min(best, odd << power)
    return best


def high_pass(frequency: Sound, corner: float) -> Spectrum:
    """A second-order Butterworth high-pass."""
    s = 1j * frequency / corner
    return np.asarray(s * s / (s * s + np.sqrt(2) * s + 1), np.complex64)


def low_pass(frequency: Sound, corner: float) -> Spectrum:
    """A second-order Butterworth low-pass."""
    s = 1j * frequency / corner
    return np.asarray(1 / (s * s + np.sqrt(2) * s + 1), np.complex64)


def bell(frequency: Sound, center: float, gain_db: float, q: float) -> Spectrum:
    """A peaking equaliser."""
    s = 1j * frequency / center
    a = 10 ** (gain_db / 40)
    return np.asarray((s * s + s * a / q + 1) / (s * s + s / (a * q) + 1), np.complex64)


def k_weighting(frequency: Sound) -> Spectrum:
    """The K filter of ITU-R BS.1770-5 (its two biquads at 48 kHz), as a response."""
    z = np.exp(-2j * np.pi * frequency / RATE)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z * z) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z * z
    )
    pass_high = (1 - 2 * z + z * z) / (1 - 1.99004745483398 * z + 0.99007225036621 * z * z)
    return np.asarray(shelf * pass_high, np.complex64)


def loudness_lufs(sound: Sound) -> float:
    """Integrated loudness of (2, samples) after ITU-R BS.1770-5: 400 ms blocks, gates at −70 and −10 LU."""
    size = fast_size(sound.shape[1] + 4800)
    frequency = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    weighted = np.fft.irfft(np.fft.rfft(sound, size) * k_weighting(frequency), size)[:, : sound.shape[1]]
    steps = (weighted[:, : weighted.shape[1] // 4800 * 4800].reshape(2, -1, 4800) ** 2).mean(axis=2).sum(axis=0)
    blocks = np.convolve(steps, np.full(4, 0.25), mode="valid")
    levels = -0.691 + 10 * np.log10(blocks + 1e-12)
    loud = blocks[levels > -70]
    if not loud.size:
        return -70.0
    gate = -0.691 + 10 * np.log10(loud.mean()) - 10
    return float(-0.691 + 10 * np.log10(blocks[(levels > -70) & (levels > gate)].mean()))
