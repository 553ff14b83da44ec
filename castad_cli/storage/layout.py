"""Where things stand in a store, and what a manifest says. Pure.

::

    cas/sha256/ab/<sha256>               bytes, under their own hash; never overwritten
    made/<kind>/ab/<fingerprint>.json    manifest: what was made under a fingerprint; written last
    out/<path>                           copies for people, in a remote store
    tmp/<random>                         a folder store's writes in progress
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

BLOBS = "cas/sha256"
MADE = "made"
OUT = "out"
TEMPORARY = "tmp"

_VERSION = 1
_HASH = re.compile(r"[0-9a-f]{64}")
_KIND = re.compile(r"[a-z][a-z0-9-]*")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MADE_KEY = re.compile(rf"{MADE}/({_KIND.pattern})/[0-9a-f]{{2}}/({_HASH.pattern})\.json")
_BLOB_KEY = re.compile(rf"{BLOBS}/[0-9a-f]{{2}}/({_HASH.pattern})")


@dataclass(frozen=True)
class Blob:
    """Bytes by their SHA-256 (hex) and their count."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Made:
    """What the store holds under a fingerprint: named files and small facts (JSON values)."""

    kind: str
    fingerprint: str
    files: Mapping[str, Blob]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(blob.size for blob in self.files.values())


def blob_key(sha256: str) -> str:
    """Where the bytes with that hash stand."""
    _check(_HASH, sha256, "SHA-256")
    return f"{BLOBS}/{sha256[:2]}/{sha256}"


def made_key(kind: str, fingerprint: str) -> str:
    """Where the manifest of that fingerprint stands."""
    _check(_KIND, kind, "kind")
    _check(_HASH, fingerprint, "fingerprint")
    return f"{MADE}/{kind}/{fingerprint[:2]}/{fingerprint}.json"


def out_key(path: str) -> str:
    """Where a copy for people stands; ``path`` is relative and stays inside."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path:
        raise ValueError(f"not a relative path inside the store: {path!r}")
    return "/".join((OUT, *parts))


def parse_made_key(key: str) -> tuple[str, str] | None:
    """Kind and fingerprint of a manifest's key; None for any other key."""
    match = _MADE_KEY.fullmatch(key)
    return (match[1], match[2]) if match else None


def parse_blob_key(key: str) -> str | None:
    """The SHA-256 of a blob's key; None for any other key."""
    match = _BLOB_KEY.fullmatch(key)
    return match[1] if match else None


def encode(made: Made) -> bytes:
    """The manifest. Equal things give equal bytes."""
    for name in made.files:
        _check(_NAME, name, "file name")
    document = {
        "castad": _VERSION,
        "kind": made.kind,
        "fingerprint": made.fingerprint,
        "files": {name: {"sha256": blob.sha256, "size": blob.size} for name, blob in made.files.items()},
        "facts": dict(made.facts),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, allow_nan=False, indent=1).encode()


def decode(kind: str, fingerprint: str, manifest: bytes) -> Made | None:
    """What a manifest says; None when it is damaged, foreign, or of a version this code does not read."""
    try:
        document = json.loads(manifest)
        if (document["castad"], document["kind"], document["fingerprint"]) != (_VERSION, kind, fingerprint):
            return None
        files = {str(name): Blob(_hash(item["sha256"]), int(item["size"])) for name, item in document["files"].items()}
        return Made(kind, fingerprint, files, dict(document["facts"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _hash(text: str) -> str:
    _check(_HASH, text, "SHA-256")
    return text


def _check(pattern: re.Pattern[str], text: str, what: str) -> None:
    if not pattern.fullmatch(text):
        raise ValueError(f"not a {what}: {text!r}")
