"""From stems to a finished stereo track: equaliser, room, balance, compressor, limiter, loudness.

Linear steps happen on spectra, where an equaliser is a product and a room a convolution; each stem is
transformed once and only the sum is transformed back. Filters are analogue responses (minimum phase).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from castad_cli.generate.house.instruments import Instrument
from castad_cli.generate.house.performance import RATE

Sound = NDArray[np.float32]
Spectrum = NDArray[np.complex64]

_TUNE_LUFS = -20.0
_TRACK_LUFS = -16.0
_ROOM_DB = -3.0
_CEILING = 10 ** (-2.0 / 20)
_BLOCK = 64
"""Samples that share one gain in compressor and limiter, joined by straight lines."""


@dataclass(frozen=True)
class Stem:
    """One part as sound, (2, samples), and the instrument that says where it belongs."""

    sound: Sound
    instrument: Instrument


def mix_stems(stems: list[Stem], length: int, room_s: float) -> Sound:
    """The finished track, (2, ``length``): −16 LUFS, peaks below −1 dBFS. ``room_s`` is the reverb's RT60."""
    size = _fast_size(length + int(room_s * RATE))
    frequency = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    weighting = np.abs(_k_weighting(frequency)) ** 2
    dry = np.zeros((2, frequency.size), dtype=np.complex64)
    send = np.zeros_like(dry)
    for stem in stems:
        instrument = stem.instrument
        spectrum = np.fft.rfft(stem.sound, size).astype(np.complex64) * _equalise(instrument, frequency)
        spectrum = _place(spectrum, instrument, frequency)
        energy = float((np.abs(spectrum) ** 2 * weighting).sum()) * 2 / size
        loudness = -0.691 + 10 * np.log10(energy / _active_samples(stem.sound) + 1e-12)
        spectrum *= np.float32(10 ** ((_TUNE_LUFS + instrument.level_db - loudness) / 20))
        dry += spectrum
        send += spectrum * np.float32(10 ** (instrument.room_db / 20))
    room = np.fft.rfft(_room(room_s), size).astype(np.complex64) * np.float32(10 ** (_ROOM_DB / 20))
    mixed = np.fft.irfft(dry + send * room, size)[:, :length].astype(np.float32)
    mixed *= np.float32(10 ** ((_TRACK_LUFS - loudness_lufs(mixed)) / 20))
    mixed = _compress(mixed)
    mixed *= np.float32(10 ** ((_TRACK_LUFS - loudness_lufs(mixed)) / 20))
    return _limit(mixed)


def _fast_size(samples: int) -> int:
    """The next length whose only prime factors are 2, 3 and 5."""
    best = 1 << (samples - 1).bit_length()
    for five in (1, 5, 25, 125):
        for three in (1, 3, 9, 27):
            odd = five * three
            power = max(0, (-(-samples // odd) - 1).bit_length())
            best = min(best, odd << power)
    return best


def _high_pass(frequency: Sound, corner: float) -> Spectrum:
    s = 1j * frequency / corner
    return np.asarray(s * s / (s * s + np.sqrt(2) * s + 1), np.complex64)


def _low_pass(frequency: Sound, corner: float) -> Spectrum:
    s = 1j * frequency / corner
    return np.asarray(1 / (s * s + np.sqrt(2) * s + 1), np.complex64)


def _bell(frequency: Sound, center: float, gain_db: float, q: float) -> Spectrum:
    s = 1j * frequency / center
    a = 10 ** (gain_db / 40)
    return np.asarray((s * s + s * a / q + 1) / (s * s + s / (a * q) + 1), np.complex64)


def _equalise(instrument: Instrument, frequency: Sound) -> Spectrum:
    response = _high_pass(frequency, instrument.high_pass)
    if instrument.low_pass:
        response = response * _low_pass(frequency, instrument.low_pass)
    if instrument.presence_db:
        response = response * _bell(frequency, 3000, instrument.presence_db, 0.8)
    return response


def _place(spectrum: Spectrum, instrument: Instrument, frequency: Sound) -> Spectrum:
    """Widened and panned. The widening is pure side signal, so it vanishes in mono and colours nothing."""
    left, right = spectrum
    if instrument.width:
        delay = np.exp(-2j * np.pi * frequency * np.float32(0.011)).astype(np.complex64)
        side = (left + right) / 2 * delay * _high_pass(frequency, 350) * np.float32(instrument.width)
        left, right = left + side, right - side
    angle = (instrument.pan + 1) * np.pi / 4
    scale = np.sqrt(2)
    return np.stack((left * np.float32(np.cos(angle) * scale), right * np.float32(np.sin(angle) * scale)))


def _active_samples(sound: Sound) -> int:
    """How many samples of a stem sound at all: within 30 dB of its loudest 20 ms."""
    blocks = (sound[:, : sound.shape[1] // 960 * 960].reshape(2, -1, 960) ** 2).mean(axis=(0, 2))
    return max(1, int((blocks > blocks.max() / 1000).sum()) * 960)


def _room(rt60_s: float) -> Sound:
    """A small hall's impulse response, (2, samples): early reflections, then noise whose highs die first."""
    samples = int(rt60_s * 1.1 * RATE)
    t = np.arange(samples) / RATE
    generator = np.random.Generator(np.random.PCG64(1847))
    frequency = np.fft.rfftfreq(samples, 1 / RATE)
    response = np.zeros((2, samples))
    for channel in range(2):
        noise = np.fft.rfft(generator.random(samples) * 2 - 1)
        for low, high, share, life in ((180, 900, 1.0, 1.0), (900, 3500, 0.8, 0.85), (3500, 9000, 0.45, 0.55)):
            shape = 1 / (1 + (low / np.maximum(frequency, 1)) ** 4) / (1 + (frequency / high) ** 4)
            band = np.fft.irfft(noise * shape, samples)
            response[channel] += share * band * np.exp(-6.91 * t / (rt60_s * life))
        onset = np.clip((t - 0.014) / 0.03, 0, 1)
        response[channel] *= onset
        scale = np.sqrt((response[channel] ** 2).sum())
        response[channel] /= scale
        for delay_ms, level in ((11.3, 0.30), (17.9, -0.24), (23.1, 0.20), (31.7, -0.15)):
            at = int((delay_ms + 2.1 * channel) * RATE / 1000)
            response[channel, at] += level
    return response.astype(np.float32)


def _k_weighting(frequency: Sound) -> Spectrum:
    """The K filter of ITU-R BS.1770-5 (its two biquads at 48 kHz), as a response."""
    z = np.exp(-2j * np.pi * frequency / RATE)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z * z) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z * z
    )
    pass_high = (1 - 2 * z + z * z) / (1 - 1.99004745483398 * z + 0.99007225036621 * z * z)
    return np.asarray(shelf * pass_high, np.complex64)


def loudness_lufs(sound: Sound) -> float:
    """Integrated loudness of (2, samples) after ITU-R BS.1770-5: 400 ms blocks, gates at −70 and −10 LU."""
    size = _fast_size(sound.shape[1] + 4800)
    frequency = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    weighted = np.fft.irfft(np.fft.rfft(sound, size) * _k_weighting(frequency), size)[:, : sound.shape[1]]
    steps = (weighted[:, : weighted.shape[1] // 4800 * 4800].reshape(2, -1, 4800) ** 2).mean(axis=2).sum(axis=0)
    blocks = np.convolve(steps, np.full(4, 0.25), mode="valid")
    levels = -0.691 + 10 * np.log10(blocks + 1e-12)
    loud = blocks[levels > -70]
    if not loud.size:
        return -70.0
    gate = -0.691 + 10 * np.log10(loud.mean()) - 10
    return float(-0.691 + 10 * np.log10(blocks[(levels > -70) & (levels > gate)].mean()))


def _compress(sound: Sound) -> Sound:
    """Bus compression: 2:1 over −20 dBFS (peak of a block), 15 ms attack, 180 ms release."""
    level_db = 20 * np.log10(_block_peaks(sound) + 1e-6)
    wanted = np.maximum(0, level_db + 14) * 0.4
    attack = float(np.exp(-_BLOCK / (0.015 * RATE)))
    release = float(np.exp(-_BLOCK / (0.180 * RATE)))
    reduction = np.empty(wanted.size)
    now = 0.0
    for i, target in enumerate(wanted.tolist()):
        keep = attack if target > now else release
        now = keep * now + (1 - keep) * target
        reduction[i] = now
    return _apply(sound, 10 ** (-reduction / 20))


def _limit(sound: Sound) -> Sound:
    """A look-ahead limiter: the gain is down before a peak comes, and back 60 ms after it."""
    gain = np.minimum(1, _CEILING / (_block_peaks(sound) + 1e-9))
    ahead = 6  # blocks: 8 ms
    padded = np.concatenate((np.full(ahead, gain[0]), gain, np.full(ahead, gain[-1])))
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * ahead + 1).min(axis=1)
    release = float(np.exp(-_BLOCK / (0.060 * RATE)))
    held = np.empty(lowest.size)
    now = 1.0
    for i, target in enumerate(lowest.tolist()):
        now = target if target < now else release * now + (1 - release) * target
        held[i] = now
    window = np.hanning(ahead + 3)[1:-1]
    smooth = np.convolve(
        np.concatenate((np.full(ahead // 2, held[0]), held, np.full(ahead // 2, held[-1]))),
        window / window.sum(),
        mode="valid",
    )
    return _apply(sound, smooth)


def _block_peaks(sound: Sound) -> NDArray[np.float64]:
    blocks = -(-sound.shape[1] // _BLOCK)
    padded = np.zeros((2, blocks * _BLOCK), dtype=np.float32)
    padded[:, : sound.shape[1]] = sound
    return np.asarray(np.abs(padded).reshape(2, blocks, _BLOCK).max(axis=(0, 2)), np.float64)


def _apply(sound: Sound, gain: NDArray[np.float64]) -> Sound:
    """A gain for each block's middle, joined by straight lines."""
    middles = np.arange(gain.size) * _BLOCK + _BLOCK / 2
    return sound * np.interp(np.arange(sound.shape[1]), middles, gain).astype(np.float32)
