"""The key of the accounts lies in the system's keyring or in a file, moves between them, and is never made twice."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest
from file_keyring import FileKeyring
from keyring.backends import fail, null

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.publish import system_keyring
from castad_cli.publish.keys import key_file, move_key, place_of_key, sealer_for
from castad_cli.settings import Settings, load_settings

KEY = "a long secret key of the tests"


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The keyring's file; the person's own keyring is put back."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "ring.json"
    monkeypatch.setenv("CASTAD_TEST_KEYRING", str(file))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    yield file
    keyring.set_keyring(before)


def settings(tmp_path: Path, **environment: str) -> Settings:
    url = {"CASTAD_DATABASE_URL": f"sqlite:///{tmp_path / 'castad.db'}"}
    return load_settings(tmp_path, {}, environment=url | environment)


def lock(ring: Path) -> None:
    ring.with_name("ring.json.locked").touch()


def test_with_a_keyring_the_key_is_made_there_and_in_no_file(tmp_path: Path, ring: Path) -> None:
    sealed = sealer_for(settings(tmp_path)).seal(b"token", "a")
    assert sealer_for(settings(tmp_path)).open(sealed, "a") == (b"token", True)
    assert not key_file().exists()
    (secret,) = json.loads(ring.read_text()).values()
    assert place_of_key(settings(tmp_path)) == "the system keyring (a file of the tests)"
    for file in (tmp_path / "data").rglob("*"):
        assert not file.is_file() or secret not in file.read_text()


def test_many_who_need_the_first_key_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sealers = list(pool.map(lambda _: sealer_for(settings(tmp_path)), range(8)))
    sealed = sealers[0].seal(b"token", "a")
    assert all(sealer.open(sealed, "a") == (b"token", True) for sealer in sealers)


@pytest.mark.parametrize("backend", [null.Keyring, fail.Keyring])
def test_where_there_is_no_keyring_a_file_of_mode_0600_does(tmp_path: Path, backend: type) -> None:
    keyring.set_keyring(backend())
    sealer_for(settings(tmp_path))
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert place_of_key(settings(tmp_path)) == str(key_file())
    with pytest.raises(EnvironmentNotReady, match="no system keyring"):
        move_key(settings(tmp_path), "keyring")
    assert key_file().exists()


def test_where_keyring_is_not_installed_a_file_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_keyring.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "keyring", None)
    sealer_for(settings(tmp_path))
    assert key_file().exists()
    with pytest.raises(EnvironmentNotReady, match="not installed") as caught:
        move_key(settings(tmp_path), "keyring")
    assert "castad[keyring]" in caught.value.fix


def test_the_key_moves_there_and_back_and_opens_all_the_while(tmp_path: Path, ring: Path) -> None:
    keyring.set_keyring(null.Keyring())
    sealed = sealer_for(settings(tmp_path)).seal(b"token", "a")
    keyring.set_keyring(FileKeyring())
    assert place_of_key(settings(tmp_path)) == str(key_file()), "a key that is there stays where it is"
    move_key(settings(tmp_path), "keyring")
    assert not key_file().exists()
    assert sealer_for(settings(tmp_path)).open(sealed, "a") == (b"token", True)
    move_key(settings(tmp_path), "keyring")
    move_key(settings(tmp_path), "file")
    assert json.loads(ring.read_text()) == {}
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert sealer_for(settings(tmp_path)).open(sealed, "a") == (b"token", True)


def test_a_move_that_was_cut_short_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: Path) -> None:
    keyring.set_keyring(null.Keyring())
    sealed = sealer_for(settings(tmp_path)).seal(b"token", "a")
    keyring.set_keyring(FileKeyring())
    lock(ring)
    with pytest.raises(EnvironmentNotReady, match="cannot be written: KeyringLocked"):
        move_key(settings(tmp_path), "keyring")
    assert sealer_for(settings(tmp_path)).open(sealed, "a") == (b"token", True)
    ring.with_name("ring.json.locked").unlink()
    monkeypatch.setattr("castad_cli.publish.keys._mark", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        move_key(settings(tmp_path), "keyring")
    monkeypatch.undo()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("CASTAD_TEST_KEYRING", str(ring))
    assert sealer_for(settings(tmp_path)).open(sealed, "a") == (b"token", True)
    move_key(settings(tmp_path), "keyring")
    assert sealer_for(settings(tmp_path)).open(sealed, "a") == (b"token", True)


def test_a_session_without_the_keyring_is_refused_rather_than_given_another_key(tmp_path: Path, ring: Path) -> None:
    sealer_for(settings(tmp_path))
    keyring.set_keyring(fail.Keyring())
    with pytest.raises(EnvironmentNotReady, match="not to be had from there now") as caught:
        sealer_for(settings(tmp_path))
    assert "CASTAD_SECRET_KEY" in caught.value.fix
    assert not key_file().exists()
    keyring.set_keyring(FileKeyring())
    lock(ring)
    with pytest.raises(EnvironmentNotReady, match="cannot be read: KeyringLocked"):
        sealer_for(settings(tmp_path))


def test_a_key_that_is_set_goes_before_and_the_keyring_s_still_opens(tmp_path: Path, ring: Path) -> None:
    sealed = sealer_for(settings(tmp_path)).seal(b"token", "a")
    later = settings(tmp_path, CASTAD_SECRET_KEY=KEY)
    assert sealer_for(later).open(sealed, "a") == (b"token", False)
    assert place_of_key(later) == "CASTAD_SECRET_KEY"
    lock(ring)
    own = sealer_for(later).seal(b"other", "a")
    assert sealer_for(later).open(own, "a") == (b"other", True), "a keyring that is not needed is not asked"


def test_a_shared_database_takes_a_key_that_was_put_there_and_never_makes_one(tmp_path: Path) -> None:
    shared = {"CASTAD_DATABASE_URL": "postgresql://castad@db/castad"}
    with pytest.raises(EnvironmentNotReady, match="shared database"):
        sealer_for(settings(tmp_path, **shared))
    assert "CASTAD_SECRET_KEY is not set" in place_of_key(settings(tmp_path, **shared))
    sealed = sealer_for(settings(tmp_path, CASTAD_SECRET_KEY=KEY, **shared)).seal(b"token", "a")
    move_key(settings(tmp_path, CASTAD_SECRET_KEY=KEY, **shared), "keyring")
    assert sealer_for(settings(tmp_path, **shared)).open(sealed, "a") == (b"token", True)
    assert "keyring" in place_of_key(settings(tmp_path, **shared))
    with pytest.raises(UserError, match="one machine's"):
        move_key(settings(tmp_path, **shared), "file")
