"""What this machine keeps for later starts: files of the user's cache folder, each there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def cache_folder() -> Path:
    """The user's folder for what can be made again: ``CASTAD_CACHE_FOLDER``, or the system's own place for it."""
    import platformdirs

    chosen = os.environ.get("CASTAD_CACHE_FOLDER")
    return Path(chosen or platformdirs.user_cache_dir("castad", appauthor=False))


def put_whole(file: Path, write: Callable[[Path], object]) -> Path:
    """Puts there, at once, what ``write`` makes at the path it is given; its folder is made if need be.

    Others may be about the same file: what they read is what was there before, or all of this.

    Raises:
        OSError: the folder cannot be made or written; and whatever ``write`` raises. Nothing is left behind then.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        part = Path(scratch) / file.name
        write(part)
        return part.replace(file)
