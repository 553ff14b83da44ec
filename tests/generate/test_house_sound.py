"""The finished sound, measured: length, start, end, loudness, peaks, beats, moods. Real synthesis."""

from __future__ import annotations

import re
import subprocess
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.generate.house.composer import make_sound
from castad_cli.generate.house.form import Form
from castad_cli.generate.house.spectrum import loudness_lufs
from castad_cli.generate.wav import write_wav

RATE = 48_000
Sound = NDArray[np.float32]


@cache
def track(mood: str, duration: str = "7.3", tempo: int | None = None, seed: int = 2) -> tuple[Form, Sound]:
    return make_sound(Fraction(duration), mood, tempo, seed)


CASES = [
    ("calm", "7.3", None),
    ("warm", "6", 60),
    ("bright", "6", 160),
    ("upbeat", "15", None),
    ("elegant", "7.3", None),
    ("playful", "6.6", None),
]
every_case = pytest.mark.parametrize(("mood", "duration", "tempo"), CASES)


def level_db(sound: Sound, start_s: float, end_s: float) -> float:
    """RMS between two times; negative ones count from the end."""
    length = sound.shape[1]
    start, end = (round(t * RATE) + (length if t < 0 else 0) for t in (start_s, end_s))
    return float(10 * np.log10((sound[:, start : end or length] ** 2).mean() + 1e-12))


def true_peak_db(sound: Sound) -> float:
    """Peak of the signal oversampled four times."""
    spectrum = np.fft.rfft(sound)
    fine = np.fft.irfft(spectrum, 4 * sound.shape[1]) * 4
    return float(20 * np.log10(np.abs(fine).max()))


@every_case
def test_the_track_is_as_long_as_the_ad_to_the_sample(mood: str, duration: str, tempo: int | None) -> None:
    form, sound = track(mood, duration, tempo)
    assert sound.shape == (2, round(Fraction(duration) * RATE))
    assert tempo in (None, form.tempo)
    assert np.isfinite(sound).all()


@every_case
def test_it_starts_at_once_and_rings_out_before_the_end(mood: str, duration: str, tempo: int | None) -> None:
    _, sound = track(mood, duration, tempo)
    assert np.argmax(np.abs(sound).max(axis=0) > 10 ** (-50 / 20)) < 0.060 * RATE
    assert level_db(sound, -0.05, 0) < -50
    assert level_db(sound, -0.75, -0.6) > -50, "the last chord still sounds"
    assert level_db(sound, -1.5, -1.3) > -36
    assert np.abs(sound[:, -1]).max() == 0
    tail = [level_db(sound, -t, -t + 0.2) for t in (1.2, 1.0, 0.8, 0.6, 0.4, 0.2)][:-1]
    assert all(later < earlier + 2 for earlier, later in pairwise(tail)), "it dies away steadily"


@every_case
def test_the_loudness_normaliser_has_no_trouble_with_it(mood: str, duration: str, tempo: int | None) -> None:
    _, sound = track(mood, duration, tempo)
    assert -16.6 < loudness_lufs(sound) < -15.4
    assert true_peak_db(sound) < -1.0
    assert np.abs(sound.mean(axis=1)).max() < 1e-3


@every_case
def test_it_is_wide_and_survives_mono(mood: str, duration: str, tempo: int | None) -> None:
    _, sound = track(mood, duration, tempo)
    left, right = sound.astype(np.float64)
    correlation = (left * right).sum() / np.sqrt((left**2).sum() * (right**2).sum())
    assert 0.4 < correlation < 0.97
    assert abs(10 * np.log10((left**2).sum() / (right**2).sum())) < 2


@every_case
def test_nothing_clicks_where_nothing_is_struck(mood: str, duration: str, tempo: int | None) -> None:
    """A click is a step far out of proportion to the treble around it; look where the mix is quiet: the tail."""
    _, sound = track(mood, duration, tempo)
    tail = sound[:, -round(0.9 * RATE) :]
    jumps = np.abs(np.diff(tail, n=2, axis=1)).max(axis=0)
    blocks = jumps[: jumps.size // 480 * 480].reshape(-1, 480)
    around = np.convolve(np.median(blocks, axis=1), np.full(3, 1 / 3), mode="same") + 2e-5
    assert (blocks.max(axis=1) / around).max() < 40
    assert np.abs(np.diff(sound, axis=1)).max() < 0.75


@every_case
def test_onsets_fall_on_the_grid(mood: str, duration: str, tempo: int | None) -> None:
    form, sound = track(mood, duration, tempo)
    mono = sound.mean(axis=0)
    frames = np.lib.stride_tricks.sliding_window_view(mono, 1024)[::240]
    magnitude = np.log1p(30 * np.abs(np.fft.rfft(frames * np.hanning(1024), axis=1)))
    flux = np.maximum(0, np.diff(magnitude, axis=0)).sum(
        axis=1
    )  # 200 a second, about 16 ms ahead of the window's middle

    def strength(at_s: float) -> float:
        middle = round(at_s * 200)
        return float(flux[max(0, middle - 6) : middle + 5].max())

    beats = [float(beat) for beat in form.grid.beats[1:]]
    off = [float(beat + form.beat_s * Fraction(3, 8)) for beat in form.grid.beats[:-1]]
    assert np.mean([strength(t) for t in beats]) > 1.25 * np.mean([strength(t) for t in off])


def test_the_sections_rise_to_the_lift() -> None:
    form, sound = track("upbeat", "15")
    at = {name: float(beat * form.beat_s) for name, beat in form.sections}
    intro = level_db(sound, 0, at["build"])
    build = level_db(sound, at["build"], at["lift"])
    lift = level_db(sound, at["lift"], at["ending"])
    assert build - 9 < intro < build
    assert build + 0.5 < lift < build + 5


@pytest.mark.parametrize("mood", ["upbeat", "bright"])
def test_in_a_full_mix_the_last_hit_lands_after_a_breath(mood: str) -> None:
    form, sound = track(mood, "15")
    at = {name: float(beat * form.beat_s) for name, beat in form.sections}
    hit = level_db(sound, at["ending"], at["ending"] + 0.3)
    assert hit > level_db(sound, at["lift"], at["ending"]) + 1.0
    assert hit > level_db(sound, at["ending"] - 0.12, at["ending"] - 0.01) + 8.0


@every_case
def test_the_opening_is_heard_on_one_loudspeaker(mood: str, duration: str, tempo: int | None) -> None:
    form, sound = track(mood, duration, tempo)
    at = {name: float(beat * form.beat_s) for name, beat in form.sections}
    mono = sound.mean(axis=0, keepdims=True)
    assert level_db(mono, 0, at["build"]) > level_db(mono, at["build"], at["lift"]) - 7.5


def test_another_seed_is_another_track() -> None:
    _, one = track("warm", "6", 60)
    _, other = track("warm", "6", 60, seed=3)
    mono = [np.abs(np.fft.rfft(sound.mean(axis=0))) for sound in (one, other)]
    similarity = (mono[0] * mono[1]).sum() / np.sqrt((mono[0] ** 2).sum() * (mono[1] ** 2).sum())
    assert similarity < 0.8


def test_bright_moods_are_brighter_than_calm_ones() -> None:
    def centroid(mood: str, duration: str, tempo: int | None) -> float:
        _, sound = track(mood, duration, tempo)
        spectrum = np.abs(np.fft.rfft(sound.mean(axis=0)))
        return float((spectrum * np.fft.rfftfreq(sound.shape[1], 1 / RATE)).sum() / spectrum.sum())

    assert centroid("calm", "7.3", None) < centroid("bright", "6", 160)
    assert centroid("calm", "7.3", None) < centroid("upbeat", "15", None)


def test_our_loudness_agrees_with_ffmpeg(tmp_path: Path) -> None:
    _, sound = track("upbeat", "15")
    write_wav(tmp_path / "t.wav", sound)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostats", "-i", tmp_path / "t.wav"]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary") :]
    loudness = re.search(r"I:\s+(-[\d.]+)", summary)
    peak = re.search(r"Peak:\s+(-[\d.]+)", summary)
    assert loudness is not None
    assert peak is not None
    assert abs(float(loudness[1]) - loudness_lufs(sound)) < 0.2
    assert abs(float(peak[1]) - true_peak_db(sound)) < 0.3


def test_a_long_track_is_exact_and_ends_well_too() -> None:
    form, sound = make_sound(Fraction(31), "playful", None, 4)
    assert sound.shape == (2, 31 * RATE)
    assert {"A", "A'", "lift"} <= {span.phrase for span in form.spans}
    assert -16.6 < loudness_lufs(sound) < -15.4
    assert level_db(sound, -0.05, 0) < -50
