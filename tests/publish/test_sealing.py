"""Credentials at rest open with their key alone, for their account alone, and nothing of them shows."""

from __future__ import annotations

import pickle
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.publish import keys
from castad_cli.publish.keys import key_file, new_secret, sealer_for
from castad_cli.publish.sealing import CannotOpenError, Sealer
from castad_cli.settings import Settings, load_settings

TEXT = b'{"access": "ya29.secret"}'
FIRST, SECOND = "the first long secret key", "the second long secret key"


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(keys, "key_file", lambda: tmp_path / "data" / "castad" / "secret.key")


def settings(tmp_path: Path, **environment: str) -> Settings:
    url = {"CASTAD_DATABASE_URL": f"sqlite:///{tmp_path / 'castad.db'}"}
    return load_settings(tmp_path, {}, environment=url | environment)


def test_what_is_sealed_opens_with_the_same_key_for_the_same_account() -> None:
    sealed = Sealer([FIRST.encode()]).seal(TEXT, "youtube/main")
    assert b"ya29" not in sealed
    assert Sealer([FIRST.encode()]).open(sealed, "youtube/main") == (TEXT, True)


def test_it_opens_for_no_other_account_with_no_other_key_and_not_when_changed() -> None:
    sealer = Sealer([FIRST.encode()])
    sealed = sealer.seal(TEXT, "youtube/main")
    with pytest.raises(CannotOpenError):
        sealer.open(sealed, "youtube/other")
    with pytest.raises(CannotOpenError):
        Sealer([SECOND.encode()]).open(sealed, "youtube/main")
    for at in (0, 10, 30, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(CannotOpenError):
            sealer.open(bytes(changed), "youtube/main")
    with pytest.raises(CannotOpenError):
        sealer.open(sealed[:20], "youtube/main")


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    sealer = Sealer([FIRST.encode()])
    assert sealer.seal(TEXT, "a") != sealer.seal(TEXT, "a")


def test_an_old_key_still_opens_and_says_that_it_is_old(tmp_path: Path) -> None:
    sealed = Sealer([FIRST.encode()]).seal(TEXT, "a")
    old = settings(tmp_path, CASTAD_SECRET_KEY=SECOND, CASTAD_SECRET_KEY_OLD=f"something else,{FIRST}")
    assert sealer_for(old).open(sealed, "a") == (TEXT, False)


def test_without_a_key_set_one_is_made_for_this_user_alone(tmp_path: Path) -> None:
    sealed = sealer_for(settings(tmp_path)).seal(TEXT, "a")
    file = keys.key_file()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sealer_for(settings(tmp_path)).open(sealed, "a") == (TEXT, True)
    later = sealer_for(settings(tmp_path, CASTAD_SECRET_KEY=FIRST))
    assert later.open(sealed, "a") == (TEXT, False), "a key that is set later still opens what the file's sealed"


def test_many_who_need_the_key_at_once_make_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sealers = list(pool.map(lambda _: sealer_for(settings(tmp_path)), range(8)))
    sealed = sealers[0].seal(TEXT, "a")
    assert all(sealer.open(sealed, "a") == (TEXT, True) for sealer in sealers)
    assert [each.name for each in keys.key_file().parent.glob("secret*")] == ["secret.key"]


def test_a_key_file_that_others_could_read_is_shut(tmp_path: Path) -> None:
    sealer_for(settings(tmp_path))
    keys.key_file().chmod(0o644)
    sealer_for(settings(tmp_path))
    assert stat.S_IMODE(keys.key_file().stat().st_mode) == 0o600


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    keys.key_file().parent.mkdir(parents=True)
    keys.key_file().write_text("\n")
    with pytest.raises(EnvironmentNotReady, match="holds no key"):
        sealer_for(settings(tmp_path))


def test_a_shared_database_wants_a_shared_key(tmp_path: Path) -> None:
    shared = settings(tmp_path, CASTAD_DATABASE_URL="postgresql://castad@db/castad")
    with pytest.raises(EnvironmentNotReady, match="shared database") as caught:
        sealer_for(shared)
    assert "CASTAD_SECRET_KEY" in caught.value.fix
    assert not keys.key_file().exists()


def test_a_short_key_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="shorter than 16") as caught:
        sealer_for(settings(tmp_path, CASTAD_SECRET_KEY="hunter2"))
    assert "hunter2" not in f"{caught.value} {caught.value.fix}"


def test_keys_are_neither_shown_nor_pickled() -> None:
    sealer = Sealer([FIRST.encode()])
    assert FIRST not in repr(sealer)
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(sealer)
    assert len(new_secret()) >= 40
    assert new_secret() != new_secret()
    assert key_file().name == "secret.key"
