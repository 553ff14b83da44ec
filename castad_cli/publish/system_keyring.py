"""A key in the system's keyring: macOS's Keychain, Secret Service (GNOME, KDE), or whatever backend is set there.

The package ``keyring`` comes with ``castad[keyring]``. Without it, or where it finds no keyring (a server, a
container), nothing is kept there and nothing is asked.
"""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from typing import Any

from castad_cli.errors import EnvironmentNotReady

SERVICE, ENTRY = "castad", "key of the accounts"
"""Under which names it stands there: people see them."""


def name() -> str:
    """What the keyring calls itself; empty where there is none that could keep a key."""
    backend = _backend()
    return str(backend.name) if backend is not None else ""


def read() -> str:
    """The key that stands there; empty for none, and where there is no keyring.

    Raises:
        EnvironmentNotReady: it is locked, or does not answer.
    """
    backend = _backend()
    if backend is None:
        return ""
    with _told("be read"):
        return backend.get_password(SERVICE, ENTRY) or ""


def keep(secret: str) -> None:
    """Put the key there, in the place of any other; it has been read back when this returns.

    Raises:
        EnvironmentNotReady: there is no keyring, or it does not take it.
    """
    backend = _backend()
    if backend is None:
        is_there = importlib.util.find_spec("keyring") is not None
        raise EnvironmentNotReady(
            "this machine has no system keyring" if is_there else "the package `keyring` is not installed",
            fix="unlock or start one; `python -m keyring diagnose` shows what is found"
            if is_there
            else 'install it beside castad: pip install "castad[keyring]"',
        )
    with _told("be written"):
        backend.set_password(SERVICE, ENTRY, secret)
        kept = backend.get_password(SERVICE, ENTRY)
    if kept != secret:
        raise EnvironmentNotReady(f"the keyring {backend.name} did not keep the key", fix="see whether it is locked")


def forget() -> None:
    """Take the key out, if it is there.

    Raises:
        EnvironmentNotReady: the keyring is locked, or does not answer.
    """
    backend = _backend()
    if backend is not None:
        with _told("be written"):
            if backend.get_password(SERVICE, ENTRY) is not None:
                backend.delete_password(SERVICE, ENTRY)


def _backend() -> Any:
    """The backend that keyring chose or was told to use; None for those that keep nothing."""
    if importlib.util.find_spec("keyring") is None:
        return None
    import keyring
    from keyring.backends import fail, null

    try:
        backend = keyring.get_keyring()
    except Exception as error:  # a backend's import and its daemon may fail in any way
        raise EnvironmentNotReady(
            f"the system keyring cannot be used: {type(error).__name__}",
            fix="`python -m keyring diagnose` says more; PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring does "
            "without one",
        ) from error
    return None if isinstance(backend, fail.Keyring | null.Keyring) else backend


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """A backend's own trouble, without what it held."""
    try:
        yield
    except Exception as error:  # D-Bus's, macOS's and keyring's errors have no common kind
        raise EnvironmentNotReady(
            f"the system keyring cannot {what}: {type(error).__name__}",
            fix="unlock it, or set CASTAD_SECRET_KEY",
        ) from error
