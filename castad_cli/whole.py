"""Files that are there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def put_whole(file: Path, write: Callable[[Path], object]) -> Path:
    """Puts there, at once, what ``write`` makes at the path it is given.

    Others may be about the same file: what they read is what was there before, or all of this.

    Raises:
        OSError: the folder is missing or cannot be written; and whatever ``write`` raises. Nothing is left behind then.
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=file.parent) as scratch:
        part = Path(scratch) / file.name
        write(part)
        return part.replace(file)
