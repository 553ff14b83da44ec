"""SHA-256 of files, remembered by the file's identity so that planning again is instant."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import time
from pathlib import Path

_RACY_NS = 2_000_000_000
"""A file changed this recently may change again within its clock's grain, so its hash is not remembered.

Source: git's "racy git problem"; FAT, the coarsest file system in use, keeps time in 2 s steps.
"""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS hashes (
    path TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, inode INTEGER, sha256 TEXT, used INTEGER
) WITHOUT ROWID
"""
_KEPT = 50_000


def hash_file(path: Path, memo: Path | None = None) -> str:
    """SHA-256 (hex) of a file's bytes.

    ``memo`` is a file that remembers hashes by path, size, modification time and inode. It is a cache: one
    that is broken, locked or cannot be written costs time, never an error.

    Raises:
        OSError: the file cannot be read.
    """
    if memo is None:
        return _digest(path)
    path = path.resolve()
    facts = path.stat()
    identity = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
    if known := _recall(memo, str(path), identity):
        return known
    sha256 = _digest(path)
    after = path.stat()
    unchanged = (after.st_size, after.st_mtime_ns, after.st_ino) == identity
    if unchanged and time.time_ns() - facts.st_mtime_ns > _RACY_NS:
        _remember(memo, str(path), identity, sha256, used=int(time.time()))
    return sha256


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recall(memo: Path, path: str, identity: tuple[int, int, int]) -> str | None:
    if not memo.is_file():
        return None
    with contextlib.suppress(sqlite3.Error), _open(memo) as database:
        row = database.execute(
            "SELECT sha256 FROM hashes WHERE path = ? AND size = ? AND mtime_ns = ? AND inode = ?", (path, *identity)
        ).fetchone()
        return str(row[0]) if row else None
    return None


def _remember(memo: Path, path: str, identity: tuple[int, int, int], sha256: str, *, used: int) -> None:
    row = (path, *identity, sha256, used)
    for attempt in range(2):
        try:
            memo.parent.mkdir(parents=True, exist_ok=True)
            with _open(memo) as database, database:
                database.execute("PRAGMA synchronous = OFF")  # a cache: what a power cut breaks is begun anew
                database.execute(_SCHEMA)
                database.execute("INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?, ?, ?)", row)
                if used % 64 == 0:  # now and then
                    database.execute(
                        "DELETE FROM hashes WHERE used < (SELECT used FROM hashes ORDER BY used DESC LIMIT 1 OFFSET ?)",
                        (_KEPT,),
                    )
            return
        except sqlite3.OperationalError:
            return  # locked, read-only or full
        except sqlite3.DatabaseError:
            if attempt == 0:
                with contextlib.suppress(OSError):
                    memo.unlink(missing_ok=True)  # not a database: begin a new one
        except OSError:
            return


def _open(memo: Path) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(os.fspath(memo), timeout=1.0))
