"""The recipe's own music: any format in, an exact cut out, and a clear word when it cannot be used."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.errors import UserError
from castad_cli.generate.music import make_track
from castad_cli.generate.tempo import estimate_grid
from castad_cli.generate.wav import write_wav
from castad_cli.model.music import Track
from castad_cli.model.place import Place
from castad_cli.model.plan import Asset, TrackTask

RATE = 48_000
PLACE = Place("recipe.yaml", 20, 9, "music.src")


def clicks(seconds: float, tempo: float, offset_s: float = 0.0) -> NDArray[np.float32]:
    """A drum machine: a low thump on every fourth beat, a tick on the others, over a quiet chord."""
    t = np.arange(round(seconds * RATE)) / RATE
    sound = 0.02 * sum(np.sin(2 * np.pi * f * t) for f in (220, 277, 330))
    for i in range(int((seconds - offset_s) * tempo / 60) + 1):
        at = round((offset_s + i * 60 / tempo) * RATE)
        hit = np.arange(min(4800, t.size - at)) / RATE
        tone = np.sin(2 * np.pi * (60 if i % 4 == 0 else 900) * hit) * np.exp(-hit / 0.03)
        sound[at : at + hit.size] += 0.6 * tone
    return np.stack((sound, sound)).astype(np.float32)


def convert(source: Path, target: Path, *options: str) -> Path:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", source, *options, target]
    subprocess.run(command, check=True)
    return target


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("song") / "song.wav"
    write_wav(path, clicks(12, 96))
    return path


def take(path: Path, folder: Path, duration: str = "7.3") -> Track:
    asset = Asset(path.name, str(path), "0" * 64, "sound", PLACE)
    return make_track(TrackTask("t", "file", Fraction(duration), asset=asset), folder)


def read(track: Track) -> NDArray[np.float64]:
    raw = np.frombuffer(Path(track.file).read_bytes()[44:], np.uint8).reshape(-1, 3)
    padded = np.zeros((raw.shape[0], 4), np.uint8)
    padded[:, 1:] = raw
    return padded.view("<i4").reshape(-1, 2).T / 2.0**31


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp3", ("-b:a", "128k")),
        ("a.m4a", ("-c:a", "aac")),
        ("a.flac", ()),
        ("a.ogg", ("-c:a", "libvorbis")),
        ("mono8k.wav", ("-ac", "1", "-ar", "8000")),
        ("float.wav", ("-c:a", "pcm_f32le", "-ar", "96000")),
        ("surround.wav", ("-ac", "6")),
    ],
)
def test_any_format_becomes_48_khz_stereo_of_the_exact_length(
    song: Path, tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    track = take(convert(song, tmp_path / name, *options), tmp_path)
    sound = read(track)
    assert sound.shape == (2, round(Fraction("7.3") * RATE))
    assert 0.1 < np.abs(sound).max() <= 1
    assert not track.generated
    assert track.provider == "file"
    assert track.credit == name


def test_the_sound_of_a_video_can_be_used(song: Path, tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-f", "lavfi", "-i", "color=s=64x64:d=12"]
    subprocess.run([*command, "-i", song, "-c:v", "libx264", "-c:a", "aac", video], check=True)
    assert take(video, tmp_path).duration_s == Fraction("7.3")


def test_the_cut_fades_out_and_the_rest_is_untouched(song: Path, tmp_path: Path) -> None:
    sound = read(take(song, tmp_path))
    assert np.abs(sound[:, -480:]).max() < 0.001
    assert np.allclose(sound[:, : 5 * RATE], clicks(12, 96)[:, : 5 * RATE], atol=1e-5)


def test_its_beats_are_found(song: Path, tmp_path: Path) -> None:
    grid = take(song, tmp_path, "11").grid
    assert abs(grid.tempo_bpm - 96) < Fraction(1, 2)
    ideal = np.arange(0, 11, 60 / 96)
    assert all(np.abs(ideal - float(beat)).min() < 0.05 for beat in grid.beats)
    assert all(abs(float(beat) * 96 / 60 / 4 - round(float(beat) * 96 / 60 / 4)) < 0.05 for beat in grid.downbeats)
    assert set(grid.downbeats) < set(grid.beats)


@pytest.mark.parametrize("tempo", [72, 110, 128.5, 150])
def test_tempos_are_estimated_or_their_half_or_double(tempo: float) -> None:
    grid = estimate_grid(clicks(15, tempo, offset_s=0.2), Fraction(15))
    ratio = float(grid.tempo_bpm) / tempo
    assert min(abs(ratio - r) for r in (0.5, 1, 2)) < 0.01
    assert all(0 <= beat < 15 for beat in grid.beats)


def test_sound_without_a_pulse_has_no_beats() -> None:
    t = np.arange(10 * RATE) / RATE
    drone = (0.2 * np.sin(2 * np.pi * 110 * t)).astype(np.float32)
    assert estimate_grid(np.stack((drone, drone)), Fraction(10)).beats == ()


def test_silence_at_the_head_is_skipped(song: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.wav"
    write_wav(late, np.concatenate((np.zeros((2, 3 * RATE), np.float32), clicks(12, 96)), axis=1))
    sound = read(take(late, tmp_path))
    assert np.abs(sound[:, : RATE // 50]).max() > 0.1


def test_a_hot_recording_is_turned_down_not_clipped(tmp_path: Path) -> None:
    loud = tmp_path / "loud.wav"
    write_wav(tmp_path / "s.wav", clicks(8, 96))
    convert(tmp_path / "s.wav", loud, "-af", "volume=12dB", "-c:a", "pcm_f32le")
    sound = read(take(loud, tmp_path))
    assert (np.abs(sound) > 0.999).sum() < 10


def refusal(path: Path, folder: Path, duration: str = "7.3") -> UserError:
    with pytest.raises(UserError) as caught:
        take(path, folder, duration)
    assert caught.value.place == PLACE
    assert caught.value.fix
    assert not (folder / "t.wav").exists()
    return caught.value


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "no.mp3", tmp_path).message


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "not a file" in refusal(tmp_path / "folder", tmp_path).message


@pytest.mark.parametrize("content", [b"", b"hello\n" * 100, bytes(range(256)) * 40])
def test_what_is_no_sound_file_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.mp3").write_bytes(content)
    assert "sound" in refusal(tmp_path / "x.mp3", tmp_path).message


def test_a_picture_has_no_sound(tmp_path: Path) -> None:
    picture = tmp_path / "x.png"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi", "-i", "color=s=64x64"]
    subprocess.run([*command, "-frames:v", "1", picture], check=True)
    assert "no sound" in refusal(picture, tmp_path).message


def test_a_playlist_reaches_no_other_file(song: Path, tmp_path: Path) -> None:
    playlist = tmp_path / "x.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\n{song}\n#EXT-X-ENDLIST\n")
    refusal(playlist, tmp_path)
    listing = tmp_path / "x.ffconcat"
    listing.write_text(f"ffconcat version 1.0\nfile '{song}'\n")
    refusal(listing, tmp_path)


@pytest.mark.parametrize("suffix", ["wav", "flac", "m4a"])
def test_a_truncated_file_is_refused(song: Path, tmp_path: Path, suffix: str) -> None:
    whole = convert(song, tmp_path / f"whole.{suffix}")
    cut = tmp_path / f"cut.{suffix}"
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) * 4 // 10])
    refusal(cut, tmp_path, "10")


def test_silence_is_refused(tmp_path: Path) -> None:
    write_wav(tmp_path / "quiet.wav", np.full((2, 9 * RATE), 1e-4, np.float32))
    assert "silent" in refusal(tmp_path / "quiet.wav", tmp_path).message


def test_a_file_shorter_than_the_ad_says_both_lengths(tmp_path: Path) -> None:
    write_wav(tmp_path / "short.wav", clicks(4, 120))
    message = refusal(tmp_path / "short.wav", tmp_path, "15").message
    assert "4.0s" in message
    assert "15s" in message


def test_an_unreadable_file_is_said_so(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read anything, so a real file would not do
    assert "cannot be read" in refusal(song, tmp_path).message
