"""Credentials at rest: sealed with a key that is never beside them.

The key comes from `Settings.secret_key` (``CASTAD_SECRET_KEY``); on one machine, without it, from a file of mode 0600
in the user's data folder, made when it is first needed. docs/adr/0008-credentials.md says why.

Sealed form: ``castad1``, 16 bytes of salt, 12 of nonce, then AES-256-GCM of the text (its tag last). The AES key is
scrypt (RFC 7914) of the secret and the salt. Platform and account are authenticated too: what is sealed for one
account opens for no other.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import platformdirs

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.settings import Settings

_MARK = b"castad1"
_SALT, _NONCE = 16, 12
_COST: dict[str, int] = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}
"""About 0.1 s and 32 MiB for each new salt: a guessed pass phrase costs as much (OWASP, "Password Storage")."""
_LEAST_SECRET = 16


class CannotOpenError(Exception):
    """None of the keys opens it."""


class Sealer:
    """Seals with the first of ``secrets_``, opens with any of them. Its repr shows nothing."""

    def __init__(self, secrets_: Sequence[bytes]) -> None:
        assert secrets_
        self._secrets = tuple(secrets_)
        self._salt = os.urandom(_SALT)

    def seal(self, text: bytes, about: str) -> bytes:
        """``text`` sealed for ``about``, with the present key."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE)
        key = _stretched(self._secrets[0], self._salt)
        return _MARK + self._salt + nonce + AESGCM(key).encrypt(nonce, text, _bound(about))

    def open(self, sealed: bytes, about: str) -> tuple[bytes, bool]:
        """What was sealed for ``about``, and whether the present key did it.

        Raises:
            CannotOpenError: another key did, or it was changed.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        head = len(_MARK) + _SALT + _NONCE
        if not sealed.startswith(_MARK) or len(sealed) <= head:
            raise CannotOpenError("this is nothing that this version of CaStAD has sealed")
        salt, nonce = sealed[len(_MARK) : head - _NONCE], sealed[head - _NONCE : head]
        for index, secret in enumerate(self._secrets):
            with contextlib.suppress(InvalidTag):
                opened = AESGCM(_stretched(secret, salt)).decrypt(nonce, sealed[head:], _bound(about))
                return opened, index == 0
        raise CannotOpenError("none of the keys opens it")

    def __repr__(self) -> str:
        return "Sealer()"

    def __reduce__(self) -> str:
        raise TypeError("keys are never pickled: make a sealer from the settings where it is needed")


def sealer_for(settings: Settings) -> Sealer:
    """The sealer with the keys that ``settings`` name, the present one first.

    Raises:
        EnvironmentNotReady: the database is shared by machines, and no key is set; or the key file cannot be used.
        UserError: a key is too short to be one.
    """
    keys = [_checked(settings.secret_key.get_secret_value())] if settings.secret_key else []
    old = settings.secret_key_old.get_secret_value()
    keys += [each.strip().encode() for each in dict.fromkeys([old, *old.split(",")]) if each.strip()]
    file = key_file()
    if not settings.secret_key:
        if not settings.database_url.startswith("sqlite"):
            raise EnvironmentNotReady(
                "the accounts stand in a shared database, and no key to seal them with is set",
                fix="set CASTAD_SECRET_KEY to the same long secret on every machine: `castad auth key` makes one",
            )
        keys.insert(0, _key_in(file))
    elif file.exists():
        keys.append(_key_in(file))  # accounts from before CASTAD_SECRET_KEY was set
    return Sealer(keys)


def new_secret() -> str:
    """A secret that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def key_file() -> Path:
    """Where the key lies that is used when none is set; it need not exist."""
    return Path(platformdirs.user_data_dir("castad", appauthor=False)) / "secret.key"


def _checked(secret: str) -> bytes:
    if len(secret) < _LEAST_SECRET:
        raise UserError(
            f"CASTAD_SECRET_KEY is shorter than {_LEAST_SECRET} characters",
            fix="use a long one that nobody can guess: `castad auth key` makes one",
        )
    return secret.encode()


def _key_in(file: Path) -> bytes:
    """The key in ``file``; made, for this user's eyes alone, if it is not there. Processes at once agree on one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            # Written apart and linked into place: whoever sees the file sees all of it.
            part = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
            if not file.exists():
                handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                try:
                    with os.fdopen(handle, "w") as written:
                        written.write(new_secret() + "\n")
                        written.flush()
                        os.fsync(written.fileno())
                    os.link(part, file)
                finally:
                    part.unlink(missing_ok=True)
        if os.name == "posix" and file.stat().st_mode & 0o077:
            file.chmod(0o600)
        text = file.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise EnvironmentNotReady(
            f"the key for accounts in {file} cannot be used: {reason}",
            fix="let this user read and write that folder, or set CASTAD_SECRET_KEY",
        ) from error
    if len(text) < _LEAST_SECRET:
        raise EnvironmentNotReady(
            f"{file} holds no key", fix="put the one back that stood there, or remove it and log in again"
        )
    return text.encode()


@lru_cache(maxsize=256)
def _stretched(secret: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(secret, salt=salt, dklen=32, **_COST)


def _bound(about: str) -> bytes:
    return about.encode("utf-8", "backslashreplace")
