"""A renewed token on its way from the provider to the database, kept in a file meanwhile: sealed, for this user alone.

Why: a refresh token that the provider gives once is lost with the process that holds it in memory, and a database that
is failing over may keep that process waiting for a minute.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

import platformdirs

from castad_cli.errors import EnvironmentNotReady


def folder() -> Path:
    """Where the files stand."""
    return Path(platformdirs.user_data_dir("castad", appauthor=False)) / "renewed"


def keep(platform: str, account: str, sealed: bytes, *, instead_of: bytes) -> None:
    """Keep what is to replace ``instead_of``; on disk when this returns.

    Raises:
        EnvironmentNotReady: it cannot be written. What was renewed is in the caller's hands still.
    """
    file = _file(platform, account)
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with contextlib.suppress(OSError):  # a machine without a disk of its own: the database alone must do
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as written:
                written.write(hashlib.sha256(instead_of).digest() + sealed)
                written.flush()
                os.fsync(written.fileno())
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)


def read(platform: str, account: str, stored: bytes) -> bytes | None:
    """What was to replace ``stored`` and did not come to it. What is older is thrown away."""
    try:
        text = _file(platform, account).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentNotReady(
            f"{folder()} cannot be read: {error.strerror}", fix="let this user read and write that folder"
        ) from error
    if text[:32] == hashlib.sha256(stored).digest():
        return text[32:]
    forget(platform, account)
    return None


def forget(platform: str, account: str) -> None:
    """The database has it, or something newer."""
    with contextlib.suppress(OSError):
        _file(platform, account).unlink()


def _file(platform: str, account: str) -> Path:
    return folder() / hashlib.sha256(f"{platform}/{account}".encode("utf-8", "backslashreplace")).hexdigest()[:32]
