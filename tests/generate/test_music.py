"""Music by provider: found by name, made the same everywhere, written whole."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import wave
from fractions import Fraction
from pathlib import Path

import pytest

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.generate.house import plan_grid, soundfont
from castad_cli.generate.music import make_track
from castad_cli.model.place import Place
from castad_cli.model.plan import TrackTask


def test_an_unknown_provider_is_named_with_its_place_and_the_nearest_one(tmp_path: Path) -> None:
    place = Place("a.yaml", 3, 5, "music.provider")
    with pytest.raises(UserError, match="'hause'") as caught:
        make_track(TrackTask("f", "hause", Fraction(6), place=place), tmp_path)
    assert "house" in caught.value.fix
    assert caught.value.place == place


def test_an_unknown_mood_names_the_moods(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="grim") as caught:
        make_track(TrackTask("f", "house", Fraction(6), mood="grim"), tmp_path)
    assert "elegant" in caught.value.fix


def test_the_house_writes_a_24_bit_wav_of_the_exact_length_and_hands_over_its_grid(tmp_path: Path) -> None:
    track = make_track(TrackTask("abc", "house", Fraction("6.4"), mood="playful", tempo=104, seed=9), tmp_path)
    assert track.file == str(tmp_path / "abc.wav")
    with wave.open(track.file) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (48_000, 2, 3)
        assert wav.getnframes() == 6.4 * 48_000
    assert track.grid == plan_grid(Fraction("6.4"), "playful", 104)
    assert track.duration_s == Fraction("6.4")
    assert track.generated
    assert "TimGM6mb" in track.credit
    assert track.licence
    assert [path.name for path in tmp_path.iterdir()] == ["abc.wav"], "nothing else is left behind"


def test_two_processes_make_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from fractions import Fraction; from pathlib import Path;"
        "from castad_cli.generate.music import make_track; from castad_cli.model.plan import TrackTask;"
        "make_track(TrackTask('t', 'house', Fraction(6), mood='bright', seed=5), Path(sys.argv[1]))"
    )
    digests = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        environment = {"PYTHONHASHSEED": name.encode().hex()[:4].translate({ord(c): "1" for c in "abcdef"})}
        subprocess.run([sys.executable, "-c", code, folder], check=True, env=environment)
        digests.append(hashlib.sha256((folder / "t.wav").read_bytes()).hexdigest())
    assert digests[0] == digests[1]


def test_a_missing_sound_font_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    soundfont.read_sound_font.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EnvironmentNotReady, match="TimGM6mb") as caught:
        soundfont.read_sound_font()
    assert "pip install" in caught.value.fix


def test_another_sound_font_in_its_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfont.read_sound_font.cache_clear()
    package = tmp_path / "pretty_midi"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "TimGM6mb.sf2").write_bytes(b"RIFF not it")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pretty_midi", raising=False)
    with pytest.raises(EnvironmentNotReady, match="not the sound font"):
        soundfont.read_sound_font()
    soundfont.read_sound_font.cache_clear()


def test_a_full_or_forbidden_folder_leaves_nothing_half_written(tmp_path: Path) -> None:
    import numpy as np

    from castad_cli.generate.wav import write_wav

    target = tmp_path / "missing" / "t.wav"
    with pytest.raises(OSError, match="missing"):
        write_wav(target, np.zeros((2, 10), dtype=np.float32))
    assert not list(tmp_path.rglob("*.wav*"))


def test_another_seed_is_another_piece_on_the_same_beats(tmp_path: Path) -> None:
    tracks = []
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        task = TrackTask("0" * 64, "house", Fraction("6.4"), mood="playful", seed=seed)
        tracks.append(make_track(task, tmp_path / str(seed)))
    one, other = tracks
    assert one.grid == other.grid
    assert Path(one.file).read_bytes() != Path(other.file).read_bytes()
