"""Where the key comes from that seals accounts, and how it is moved.

``CASTAD_SECRET_KEY``, where it is set. Else this machine's own: in the system's keyring where there is one, else in a
file of mode 0600, made when it is first needed. Once it is in the keyring, a file beside says so: a session that
reaches no keyring then fails, rather than begin with another key. docs/adr/0010-credentials.md says why.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import platformdirs

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.publish import system_keyring
from castad_cli.publish.sealing import Sealer
from castad_cli.settings import Settings

Place = Literal["keyring", "file"]
"""Where this machine's own key may lie."""
_LEAST_SECRET = 16


def sealer_for(settings: Settings) -> Sealer:
    """The sealer with the keys that ``settings`` name, the present one first.

    Raises:
        EnvironmentNotReady: the database is shared by machines, and no key is set; or the key file or the keyring
            cannot be used.
        UserError: a key is too short to be one.
    """
    old = settings.secret_key_old.get_secret_value()
    keys = [each.strip().encode() for each in dict.fromkeys([old, *old.split(",")]) if each.strip()]
    return Sealer([_present(settings).encode(), *keys], _elsewhere)


def place_of_key(settings: Settings) -> str:
    """Where the present key is, in words for people; nothing is made.

    Raises:
        EnvironmentNotReady: the keyring does not answer.
    """
    if settings.secret_key:
        return "CASTAD_SECRET_KEY"
    if _is_shared(settings) and not system_keyring.read():
        return "no place: CASTAD_SECRET_KEY is not set"
    if _is_shared(settings) or _marker().exists():
        return f"the system keyring ({system_keyring.name() or 'not to be reached from here'})"
    if not key_file().exists() and system_keyring.name():
        return f"the system keyring ({system_keyring.name()})"  # made there when it is first needed
    return str(key_file())


def move_key(settings: Settings, to: Place) -> None:
    """Keep the present key in the keyring or in the file, and no longer in the other; it stays the same key.

    One that is set in the environment stays there too, until somebody takes it out.

    Raises:
        EnvironmentNotReady: the keyring or the file cannot be used; the key is where it was.
        UserError: a file cannot hold the key of a shared database.
    """
    secret = _present(settings)
    if to == "keyring":
        system_keyring.keep(secret)
        _mark()
        key_file().unlink(missing_ok=True)
        return
    if _is_shared(settings):
        raise UserError(
            "the database is shared by machines, and a key in a file is one machine's", fix="leave --key-in file out"
        )
    _write(key_file(), secret)
    _marker().unlink(missing_ok=True)
    system_keyring.forget()


def new_secret() -> str:
    """A secret that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def key_file() -> Path:
    """Where the key lies that is used when none is set and there is no keyring; it need not exist."""
    return Path(platformdirs.user_data_dir("castad", appauthor=False)) / "secret.key"


def _marker() -> Path:
    """Stands where the key is in the keyring."""
    return key_file().with_name("secret.in-keyring")


def _is_shared(settings: Settings) -> bool:
    return not settings.database_url.startswith("sqlite")


def _present(settings: Settings) -> str:
    """The key that seals."""
    if settings.secret_key:
        return _checked(settings.secret_key.get_secret_value())
    if _is_shared(settings):
        if secret := system_keyring.read():
            return secret
        raise EnvironmentNotReady(
            "the accounts stand in a shared database, and no key to seal them with is set",
            fix="set CASTAD_SECRET_KEY to the same long secret on every machine: `castad auth key` makes one",
        )
    if own := _own():
        return own
    with _alone():  # processes that need the first key at once agree on one
        return _own() or _made()


def _own() -> str | None:
    """This machine's own key; None while there is none."""
    if not _marker().exists():
        return _read(key_file())
    if secret := system_keyring.read():
        return secret
    raise EnvironmentNotReady(
        "the key for accounts is in the system keyring, and is not to be had from there now",
        fix="use castad in a session that has the keyring, or set CASTAD_SECRET_KEY; were the key lost, remove"
        f" {_marker()} and log in again",
    )


def _made() -> str:
    if system_keyring.name():
        secret = system_keyring.read() or new_secret()
        system_keyring.keep(secret)
        _mark()
        return secret
    secret = new_secret()
    _write(key_file(), secret)
    return secret


def _elsewhere() -> list[bytes]:
    """Keys of before: this machine's own, from before CASTAD_SECRET_KEY was set, or a move that was cut short."""
    found = [_read(key_file()), system_keyring.read()]
    return [each.encode() for each in found if each]


def _checked(secret: str) -> str:
    if len(secret) < _LEAST_SECRET:
        raise UserError(
            f"CASTAD_SECRET_KEY is shorter than {_LEAST_SECRET} characters",
            fix="use a long one that nobody can guess: `castad auth key` makes one",
        )
    return secret


def _read(file: Path) -> str | None:
    """The key in ``file``, which this user alone can read from now on; None where there is no file."""
    with _said(file):
        try:
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)
            text = file.read_text("ascii").strip()
        except FileNotFoundError:
            return None
    if len(text) < _LEAST_SECRET:
        raise EnvironmentNotReady(
            f"{file} holds no key", fix="put the one back that stood there, or remove it and log in again"
        )
    return text


def _write(file: Path, text: str) -> None:
    """The file, for this user's eyes alone: written apart and moved into place, so that whoever sees it sees all."""
    with _said(file):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w") as written:
                written.write(text + "\n")
                written.flush()
                os.fsync(written.fileno())
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)


def _mark() -> None:
    _write(_marker(), f"The key is in the system keyring, as {system_keyring.SERVICE}: {system_keyring.ENTRY}.")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process at a time, on this machine."""
    place = key_file().with_name(".secret.lock")
    with _said(place):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _said(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise EnvironmentNotReady(
            f"the key for accounts in {file} cannot be used: {reason}",
            fix="let this user read and write that folder, or set CASTAD_SECRET_KEY",
        ) from error
