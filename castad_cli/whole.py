"""Files that are there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def put_whole(file: Path, write: Callable[[Path], object]) -> Path:
    """Puts there, at once, what ``write`` makes at the path it is given; its folder is made if need be.

    Others may be about the same file: what they read is what was there before, or all of this.

    Raises:
        OSError: the folder cannot be made or written; and whatever ``write`` raises. Nothing is left behind then.
    """
    import tempfile

    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=file.parent) as scratch:
        part = Path(scratch) / file.name
        write(part)
        return part.replace(file)
