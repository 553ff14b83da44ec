"""Which engine this is: a fingerprint of the code that decides what an ad looks and sounds like."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path

_DECIDING = ("generate", "model", "render")
_SUFFIXES = {".py", ".c", ".js", ".css", ".html", ".yaml", ".json", ".txt", ".csv"}


@cache
def engine_fingerprint() -> str:
    """SHA-256 (hex) of the package's own sources below `_DECIDING`. Templates have fingerprints of their own.

    Why sources, not the version: work on CaStAD itself must not find the results of yesterday's code.
    """
    root = Path(str(resources.files("castad_cli")))
    digest = hashlib.sha256()
    for part in _DECIDING:
        for path in sorted((root / part).rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file():
                digest.update(path.relative_to(root).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
