"""The mix: exactly as long as the video, −14 LUFS, no peak above −1 dBTP once it is encoded."""

from __future__ import annotations

import re
import subprocess
import wave
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from castad_cli.errors import ToolError, UserError
from castad_cli.render.machine import process
from castad_cli.render.sound.audio import (
    MixReport,
    SceneSound,
    Speech,
    measure_file,
    mix,
)
from castad_cli.render.sound.coding import build_decode_command, encode
from castad_cli.render.sound.coding import decode as decode_file
from castad_cli.render.sound.loudness import RATE, integrated_lufs, limit, measure

LENGTH = Fraction(6)


def tune(seconds: float = 6.0, level: float = 0.2, seed: int = 1) -> np.ndarray:
    """Plucked chords at 120 bpm with a hat, (frames, 2)."""
    t = np.arange(round(seconds * RATE)) / RATE
    fall = np.exp(-((t * 2) % 1) * 4)
    notes = sum(np.sin(2 * np.pi * f * t + p) for f, p in ((110, 0), (220, 1), (277.2, 2), (1108, 0.3))) * fall
    hat = np.random.default_rng(seed).normal(0, 0.5, len(t)) * np.exp(-((t * 4) % 1) * 60)
    return np.stack([notes + hat, notes * 0.8 - hat], axis=1) * level


def write_wav(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def decode(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T


def check(report: MixReport, length: Fraction = LENGTH) -> np.ndarray:
    """What every mix must be, seen from the file; gives its samples."""
    with av.open(str(report.path)) as container:
        stream = container.streams.audio[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert (stream.codec_context.name, stream.codec_context.profile) == ("aac", "LC")
        assert (stream.codec_context.sample_rate, stream.codec_context.layout.name) == (48_000, "stereo")
        assert packets[0].pts == 0
        assert {b.pts - a.pts for a, b in pairwise(packets)} == {1024}
    assert b"elst" not in report.path.read_bytes()
    samples = decode(report.path)
    assert 0 <= len(samples) - length * RATE < 1024
    if not report.silent:
        heard = measure(samples[: round(length * RATE)])
        assert abs(heard.integrated_lufs + 14) <= 0.5
        assert heard.true_peak_dbtp <= -1.0
        assert report.integrated_lufs == pytest.approx(heard.integrated_lufs, abs=0.05)
    return samples


def ebur128(samples: np.ndarray, ffmpeg: str) -> tuple[float, float]:
    """Integrated loudness and true peak by FFmpeg, the judge."""
    done = subprocess.run(
        [ffmpeg, "-hide_banner", "-f", "f32le", "-ar", "48000", "-ac", "2", "-i", "pipe:0", "-af",
         "ebur128=peak=true:framelog=quiet,ametadata=print:key=lavfi.r128.I:file=-", "-f", "null", "-"],
        input=samples.astype("<f4").tobytes(), capture_output=True, check=True,
    )  # fmt: skip
    exact = float(re.findall(r"lavfi\.r128\.I=(\S+)", done.stdout.decode())[-1]) if done.stdout else None
    said = done.stderr.decode()
    integrated = exact if exact is not None else float(re.findall(r"I:\s+(\S+) LUFS", said)[-1])
    return integrated, float(re.findall(r"Peak:\s+(\S+) dBFS", said)[-1])


@pytest.mark.parametrize("kind", ["tune", "noise", "gaps", "sine"])
def test_our_loudness_agrees_with_ffmpegs(kind: str, ffmpeg: str) -> None:
    random = np.random.default_rng(5)
    t = np.arange(6 * RATE) / RATE
    samples = {
        "tune": tune(),
        "noise": random.normal(0, 0.1, (6 * RATE, 2)),
        "gaps": tune() * ((t % 3) < 1.2)[:, None],
        "sine": np.stack([np.sin(2 * np.pi * 11_999.0 * t + 0.7) * np.minimum(1, t * 2)] * 2, axis=1) * 0.5,
    }[kind].astype(np.float32)
    integrated, peak = ebur128(samples, ffmpeg)
    ours = measure(samples)
    assert ours.integrated_lufs == pytest.approx(integrated, abs=0.05)
    assert ours.true_peak_dbtp == pytest.approx(peak, abs=0.2)


def test_loudness_of_a_reference_tone_is_the_standards() -> None:
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at −23 dBFS has −23 LUFS."""
    t = np.arange(20 * RATE) / RATE
    tone = np.stack([np.sin(2 * np.pi * 1000 * t)] * 2, axis=1).astype(np.float32) * np.float32(10 ** (-23 / 20))
    assert integrated_lufs(tone) == pytest.approx(-23.0, abs=0.1)
    assert integrated_lufs(tone * 0) == -np.inf


def test_the_limiter_holds_its_ceiling_and_leaves_quiet_music_alone() -> None:
    hot = tune(level=1.5).astype(np.float32)
    limited = limit(hot, -1.8)
    assert measure(limited).true_peak_dbtp <= -1.75
    assert measure(limited).true_peak_dbtp >= -2.2
    quiet = tune(level=0.05).astype(np.float32)
    assert limit(quiet, -1.8) is quiet


@pytest.mark.parametrize("level", [0.002, 0.05, 0.2, 0.9])
def test_music_of_any_level_comes_out_at_minus_14(level: float, tmp_path: Path, ffmpeg: str) -> None:
    track = write_wav(tmp_path / "track.wav", tune(level=level))
    report = mix(track, [], LENGTH, tmp_path / "mix.m4a", ffmpeg)
    assert not report.silent
    samples = check(report)
    assert ebur128(samples, ffmpeg)[0] == pytest.approx(-14, abs=0.5)


def test_beats_are_heard_exactly_where_they_are(tmp_path: Path, ffmpeg: str) -> None:
    """Decoded without any edit list, the mix lies on the music sample by sample."""
    music = tune(level=0.05)
    samples = check(mix(write_wav(tmp_path / "t.wav", music), [], LENGTH, tmp_path / "m.m4a", ffmpeg))
    size = 2 * len(samples)
    both = np.fft.rfft(samples[:, 0], size) * np.conj(np.fft.rfft(music[:, 0], size))
    assert int(np.fft.irfft(both, size).argmax()) == 0


def test_other_rates_mono_and_wrong_lengths_are_fitted(tmp_path: Path, ffmpeg: str) -> None:
    mono = write_wav(tmp_path / "mono.wav", tune(4)[::2, :1] * 2, RATE // 2)
    samples = check(mix(mono, [], LENGTH, tmp_path / "a.m4a", ffmpeg))
    assert np.abs(samples[int(4.2 * RATE) :]).max() < 1e-3
    long = write_wav(tmp_path / "long.wav", tune(9))
    samples = check(mix(long, [], LENGTH, tmp_path / "b.m4a", ffmpeg))
    assert np.abs(samples[6 * RATE - 200 : 6 * RATE]).max() < 0.01 * np.abs(samples).max(), "it must fade, not stop"


def test_no_music_and_no_sound_is_silence_of_the_right_length(tmp_path: Path, ffmpeg: str) -> None:
    report = mix(None, [], LENGTH, tmp_path / "mix.m4a", ffmpeg)
    assert report.silent
    assert np.abs(check(report)).max() == 0
    nothing = write_wav(tmp_path / "t.wav", np.zeros((6 * RATE, 2)))
    assert mix(nothing, [], LENGTH, tmp_path / "mix.m4a", ffmpeg).silent


@pytest.fixture
def hissing_clip(make_media) -> Path:
    """Three seconds of picture with loud hiss, which no tune has."""
    return make_media(
        "hiss.mp4", "-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=3", "-f", "lavfi", "-i",
        "anoisesrc=d=3:a=0.5:r=44100,highpass=9000,highpass=9000", "-c:a", "aac", "-c:v", "mpeg4",
    )  # fmt: skip


def hiss(samples: np.ndarray, begin: float, end: float) -> float:
    """Energy above 10 kHz, in dB."""
    part = samples[int(begin * RATE) : int(end * RATE), 0]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
    return float(10 * np.log10(spectrum[len(spectrum) * 10 // 24 :].mean() + 1e-12))


def test_a_clips_own_sound_lies_under_the_music_and_only_in_its_scene(
    tmp_path: Path, hissing_clip: Path, ffmpeg: str
) -> None:
    t = np.arange(6 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * f * t) for f in (220, 277.2, 330)) * 0.2
    track = write_wav(tmp_path / "t.wav", np.stack([chord, chord], axis=1))
    sound = SceneSound(hissing_clip, Fraction(2), Fraction(1, 2), Fraction(3, 2))
    alone = decode(mix(track, [], LENGTH, tmp_path / "a.m4a", ffmpeg).path)
    samples = check(mix(track, [sound], LENGTH, tmp_path / "b.m4a", ffmpeg))
    assert hiss(samples, 2.2, 3.3) > hiss(samples, 0.3, 1.8) + 25
    assert hiss(samples, 2.2, 3.3) > hiss(samples, 4.0, 5.8) + 25
    within, outside = samples[int(2.3 * RATE) : int(3.2 * RATE)], samples[int(0.5 * RATE) : int(1.4 * RATE)]
    low = [float(np.abs(np.fft.rfft(part[:, 0]))[:600].max()) for part in (within, outside)]
    assert -4 < 20 * np.log10(low[0] / low[1]) < -1.5, "the music gives way a little"
    assert abs(integrated_lufs(alone[: 6 * RATE].astype(np.float32)) + 14) < 0.5


def test_clip_sounds_alone_are_the_mix_and_may_overlap_the_end(tmp_path: Path, hissing_clip: Path, ffmpeg: str) -> None:
    sounds = [
        SceneSound(hissing_clip, Fraction(0), Fraction(0), Fraction(2)),
        SceneSound(hissing_clip, Fraction(3), Fraction(5, 2), Fraction(2)),  # half a second of it is left
        SceneSound(hissing_clip, Fraction(5), Fraction(0), Fraction(9)),
        SceneSound(hissing_clip, Fraction(7), Fraction(0), Fraction(1)),  # after the end
    ]
    samples = check(mix(None, sounds, LENGTH, tmp_path / "m.m4a", ffmpeg))
    level = [float(np.abs(samples[int(at * RATE) : int((at + 0.2) * RATE)]).max()) for at in (1, 2.5, 3.2, 4.2, 5.5)]
    assert level[1] < 1e-3 > level[3]
    assert min(level[0], level[2], level[4]) > 0.05


def test_a_clip_without_sound_adds_none(tmp_path: Path, make_media, ffmpeg: str) -> None:
    mute = make_media("mute.mp4", "-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=1", "-c:v", "mpeg4")
    report = mix(None, [SceneSound(mute, Fraction(0), Fraction(0), Fraction(2))], LENGTH, tmp_path / "m.m4a", ffmpeg)
    assert report.silent


def test_music_that_is_nothing_but_single_clicks_is_refused_or_brought_to_level(tmp_path: Path, ffmpeg: str) -> None:
    clicks = np.zeros((6 * RATE, 2))
    clicks[RATE // 2 :: RATE] = 0.9
    track = write_wav(tmp_path / "t.wav", clicks)
    with pytest.raises((UserError, ToolError)) as caught:
        mix(track, [], LENGTH, tmp_path / "m.m4a", ffmpeg)
    assert caught.value.fix


def test_a_track_that_is_no_sound_is_a_tool_error(tmp_path: Path, ffmpeg: str) -> None:
    (tmp_path / "t.wav").write_bytes(b"RIFF" + bytes(100))
    with pytest.raises(ToolError, match=r"the sound of t\.wav cannot be decoded") as caught:
        mix(tmp_path / "t.wav", [], LENGTH, tmp_path / "m.m4a", ffmpeg)
    assert caught.value.fix


def test_a_track_that_holds_no_sound_is_a_tool_error(tmp_path: Path, make_media, ffmpeg: str) -> None:
    mute = make_media("mute.mp4", "-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=1", "-c:v", "mpeg4")
    with pytest.raises(ToolError, match=r"there is no sound in mute\.mp4"):
        mix(mute, [], LENGTH, tmp_path / "m.m4a", ffmpeg)


def test_a_track_is_decoded_to_the_very_samples_that_ffmpeg_gives(tmp_path: Path, ffmpeg: str) -> None:
    """In this process, and no further than is wanted; of whatever rate and however many channels."""
    for name, samples, rate in (
        ("stereo.wav", tune(), RATE),
        ("mono.wav", tune()[:, :1], RATE),
        ("other.wav", tune(), 44_100),
    ):
        file = write_wav(tmp_path / name, samples, rate)
        ours = decode_file(file, 4 * RATE)
        theirs = process.run(build_decode_command(file, ffmpeg=ffmpeg, length_s=Fraction(5)), timeout_s=60).stdout
        assert ours.shape == (4 * RATE, 2)
        assert np.abs(ours - np.frombuffer(theirs, np.float32).reshape(-1, 2)[: 4 * RATE]).max() < 1e-6, name
    assert len(decode_file(tmp_path / "stereo.wav")) == 6 * RATE


def test_samples_that_are_no_numbers_are_silence(tmp_path: Path) -> None:
    """A file of floats may hold them; a sum with one would be silence for the whole ad."""
    samples = tune().astype("<f4")
    samples[RATE : RATE + 5] = np.nan
    samples[2 * RATE] = np.inf
    with av.open(str(tmp_path / "f.wav"), "w", format="wav") as container:
        stream = container.add_stream("pcm_f32le", rate=RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    heard = decode_file(tmp_path / "f.wav")
    assert np.isfinite(heard).all()
    assert (heard[RATE : RATE + 5] == 0).all()
    assert (heard[2 * RATE] == 1).all()
    assert (heard[3 * RATE :] == samples[3 * RATE :]).all()


def test_a_mix_that_cannot_be_written_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"the sound m\.m4a cannot be encoded: .*No such file"):
        encode(tune().astype(np.float32), tmp_path / "gone" / "m.m4a")


def test_commands_allow_files_and_pipes_alone(tmp_path: Path) -> None:
    command = build_decode_command(tmp_path / "c.mp4", ffmpeg="ff", length_s=Fraction(3, 2), start_s=Fraction(1, 3))
    assert command[0] == "ff"
    assert command[command.index("-protocol_whitelist") + 1] == "file,pipe"
    assert command[command.index("-i") + 1] == f"file:{tmp_path / 'c.mp4'}"


def test_the_same_sources_give_the_same_bytes(tmp_path: Path, ffmpeg: str) -> None:
    track = write_wav(tmp_path / "t.wav", tune())
    for name in ("a.m4a", "b.m4a"):
        mix(track, [], LENGTH, tmp_path / name, ffmpeg)
    assert (tmp_path / "a.m4a").read_bytes() == (tmp_path / "b.m4a").read_bytes()
    assert measure_file(tmp_path / "a.m4a").integrated_lufs == pytest.approx(-14, abs=0.5)


def spoken(seconds: float) -> np.ndarray:
    """Something like a voice, away from the tune's notes: 700 Hz in syllables, (frames, 2)."""
    t = np.arange(round(seconds * RATE)) / RATE
    voice = np.sin(2 * np.pi * 700 * t) * np.abs(np.sin(2 * np.pi * 2.5 * t)) * 0.3
    return np.stack([voice, voice], axis=1)


def tone(samples: np.ndarray, hertz: float, begin_s: float, end_s: float) -> float:
    """The level of one tone in a stretch, in dB."""
    part = samples[int(begin_s * RATE) : int(end_s * RATE), 0]
    t = np.arange(len(part)) / RATE
    return float(20 * np.log10(abs(np.mean(part * np.exp(-2j * np.pi * hertz * t))) + 1e-9))


def test_music_goes_far_down_under_a_voice_and_comes_back(tmp_path: Path, ffmpeg: str) -> None:
    t = np.arange(6 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * f * t) for f in (220, 277.2, 330)) * 0.2
    track = write_wav(tmp_path / "t.wav", np.stack([chord, chord], axis=1))
    line = Speech(write_wav(tmp_path / "v.wav", spoken(1.5)), Fraction(2), Fraction(3, 2))
    samples = check(mix(track, [], LENGTH, tmp_path / "m.m4a", ffmpeg, speech=[line]))
    before, under, after = tone(samples, 220, 0.5, 1.5), tone(samples, 220, 2.3, 3.3), tone(samples, 220, 4.2, 5.2)
    assert 13 < before - under < 17
    assert abs(before - after) < 1
    assert tone(samples, 700, 2.3, 3.3) > tone(samples, 700, 4.2, 5.2) + 30
    heard = measure(np.ascontiguousarray(samples[int(2.1 * RATE) : int(3.4 * RATE)], np.float32))
    quiet = integrated_lufs(np.ascontiguousarray(samples[int(0.2 * RATE) : int(1.6 * RATE)], np.float32))
    assert heard.integrated_lufs > quiet, "a voice is louder than the music around it"


def test_a_voice_that_is_hurried_keeps_its_pitch_and_takes_less_time(tmp_path: Path, ffmpeg: str) -> None:
    line = Speech(write_wav(tmp_path / "v.wav", spoken(2.5)), Fraction(1), Fraction(2), Fraction(5, 4))
    samples = check(mix(None, [], LENGTH, tmp_path / "m.m4a", ffmpeg, speech=[line]))
    assert float(np.abs(samples[int(3.15 * RATE) :]).max()) < 1e-3
    assert float(np.abs(samples[int(2.7 * RATE) : int(2.95 * RATE)]).max()) > 0.05
    spectrum = np.abs(np.fft.rfft(samples[RATE : 3 * RATE, 0]))
    assert abs(np.argmax(spectrum) / 2 - 700) < 12
