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
from castad_cli.generate.house.spectrum import (
    Sound,
    Spectrum,
    bell,
    fast_size,
    high_pass,
    k_weighting,
    loudness_lufs,
    low_pass,
)

_TUNE_LUFS = -20.0
_TRACK_LUFS = -16.0
_ROOM_DB = -3.0
_INTRO_BELOW_DB = 5.0
_OCTAVES = (63, 125, 250, 500, 1000, 2000, 4000, 8000, 14000)
_TARGET_DB = (0, 0, -2, -4, -7, -10, -13, -17, -22)
_CEILING = 10 ** (-2.0 / 20)
_BLOCK = 64
"""Samples that share one gain in compressor and limiter, joined by straight lines."""


@dataclass(frozen=True)
class Stem:
    """One part as sound, (2, samples), and the instrument that says where it belongs."""

    sound: Sound
    instrument: Instrument


def mix_stems(stems: list[Stem], length: int, room_s: float, air_db: float, intro_end: int) -> Sound:
    """The finished track, (2, ``length``): −16 LUFS, peaks below −1 dBFS.

    ``room_s`` is the reverb's RT60; ``air_db`` makes the master's treble brighter or softer than
    usual; ``intro_end`` is the sample where the whole band comes in.
    """
    size = fast_size(length + int(room_s * RATE))
    frequency = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    weighting = np.abs(k_weighting(frequency)) ** 2
    delay = np.exp(np.float32(-2 * np.pi * 0.011) * 1j * frequency)  # 11 ms: too short to be an echo
    widening = delay * high_pass(frequency, 350)
    dry = np.zeros((2, frequency.size), dtype=np.complex64)
    send = np.zeros_like(dry)
    for stem in stems:
        instrument = stem.instrument
        spectrum = np.fft.rfft(stem.sound, size).astype(np.complex64) * _equalise(instrument, frequency)
        spectrum = _place(spectrum, instrument, widening)
        energy = float((np.abs(spectrum) ** 2 * weighting).sum()) * 2 / size
        loudness = -0.691 + 10 * np.log10(energy / _active_samples(stem.sound) + 1e-12)
        spectrum *= np.float32(10 ** ((_TUNE_LUFS + instrument.level_db - loudness) / 20))
        dry += spectrum
        send += spectrum * np.float32(10 ** (instrument.room_db / 20))
    room = np.fft.rfft(_room(room_s), size).astype(np.complex64) * np.float32(10 ** (_ROOM_DB / 20))
    mixed_spectrum = dry + send * room
    mixed_spectrum *= _balance(mixed_spectrum, frequency, air_db)
    mixed = np.fft.irfft(mixed_spectrum, size)[:, :length].astype(np.float32)
    energy = float((np.abs(mixed_spectrum) ** 2 * weighting).sum()) * 2 / size
    mixed *= np.float32(10 ** ((_TRACK_LUFS + 0.691) / 20) / np.sqrt(energy / length))
    mixed = _compress(_raise_intro(mixed, intro_end))
    mixed *= np.float32(10 ** ((_TRACK_LUFS - loudness_lufs(mixed)) / 20))
    return _limit(mixed)


def _equalise(instrument: Instrument, frequency: Sound) -> Spectrum:
    response = high_pass(frequency, instrument.high_pass)
    if instrument.low_pass:
        response = response * low_pass(frequency, instrument.low_pass)
    if instrument.presence_db:
        response = response * bell(frequency, 3000, instrument.presence_db, 0.8)
    return response


def _place(spectrum: Spectrum, instrument: Instrument, widening: Spectrum) -> Spectrum:
    """Widened and panned. The widening is pure side signal, so it vanishes in mono and colours nothing."""
    left, right = spectrum
    if instrument.width:
        side = (left + right) * widening * np.float32(instrument.width / 2)
        left, right = left + side, right - side
    angle = (instrument.pan + 1) * np.pi / 4
    scale = np.sqrt(2)
    return np.stack((left * np.float32(np.cos(angle) * scale), right * np.float32(np.sin(angle) * scale)))


def _raise_intro(sound: Sound, intro_end: int) -> Sound:
    """An intro no more than ``_INTRO_BELOW_DB`` under what follows.

    Why: one or two players open the track, and the ad's first second must be heard, on a telephone's one loudspeaker,
    too: there a wide pad is half gone, so it is the middle that is measured.
    """
    middle = sound.mean(axis=0)
    before = float((middle[:intro_end] ** 2).mean())
    after = float((middle[intro_end : 3 * intro_end] ** 2).mean())
    wanted_db = float(np.clip(10 * np.log10(after / max(before, 1e-12)) - _INTRO_BELOW_DB, 0, 12))
    gain_db = np.interp(np.arange(sound.shape[1]), (intro_end * 0.85, intro_end), (wanted_db, 0))
    return sound * np.asarray(10 ** (gain_db / 20), np.float32)


def _balance(spectrum: Spectrum, frequency: Sound, air_db: float) -> Sound:
    """A mastering equaliser that brings the octaves towards the balance of produced music.

    Two thirds of the way, and never more than 5 dB. The target is the mean long-term spectrum of popular
    recordings (Pestana, Ma, Reiss et al., "Spectral Characteristics of Popular Commercial Recordings
    1950–2010", AES 2013), rounded, by octave.
    """
    power = (np.abs(spectrum) ** 2).sum(axis=0)
    levels = [
        10 * np.log10(power[(frequency >= octave / 2**0.5) & (frequency < octave * 2**0.5)].sum() + 1e-9)
        for octave in _OCTAVES
    ]
    tilt = air_db * np.clip(np.log2(np.asarray(_OCTAVES) / 1000) / 2, 0, 1)
    error = np.asarray(_TARGET_DB) + tilt - levels
    error -= error[1:5].mean()
    gain_db = np.clip(error * 0.67, -5, 5)
    return np.asarray(10 ** (np.interp(np.log2(np.maximum(frequency, 1)), np.log2(_OCTAVES), gain_db) / 20), np.float32)


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
