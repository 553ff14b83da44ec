"""Credentials at rest: sealed with a key that is never beside them.

Where keys come from is `castad_cli.publish.keys`' matter. docs/adr/0010-credentials.md says why.

Sealed form: ``castad1``, 16 bytes of salt, 12 of nonce, then AES-256-GCM of the text (its tag last). The AES key is
scrypt (RFC 7914) of the secret and the salt. Platform and account are authenticated too: what is sealed for one
account opens for no other.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

_MARK = b"castad1"
_SALT, _NONCE = 16, 12
_COST: dict[str, int] = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}
"""About 0.1 s and 32 MiB for each new salt: a guessed pass phrase costs as much (OWASP, "Password Storage")."""


class CannotOpenError(Exception):
    """None of the keys opens it."""


class Sealer:
    """Seals with the first of ``secrets_``, opens with any of them. Its repr shows nothing.

    ``others`` gives further ones; it is asked only when none of these opens.
    """

    def __init__(self, secrets_: Sequence[bytes], others: Callable[[], Sequence[bytes]] = tuple) -> None:
        assert secrets_
        self._secrets, self._others = tuple(secrets_), others
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
        for index, secret in enumerate(self._all()):
            with contextlib.suppress(InvalidTag):
                opened = AESGCM(_stretched(secret, salt)).decrypt(nonce, sealed[head:], _bound(about))
                return opened, index == 0
        raise CannotOpenError("none of the keys opens it")

    def _all(self) -> Iterator[bytes]:
        yield from self._secrets
        yield from self._others()

    def __repr__(self) -> str:
        return "Sealer()"

    def __reduce__(self) -> str:
        raise TypeError("keys are never pickled: make a sealer from the settings where it is needed")


@lru_cache(maxsize=256)
def _stretched(secret: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(secret, salt=salt, dklen=32, **_COST)


def _bound(about: str) -> bytes:
    return about.encode("utf-8", "backslashreplace")
