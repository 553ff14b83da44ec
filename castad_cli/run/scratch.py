"""Folders for work in progress, none of which outlives the next run."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TRIES = 20
_TRY_AGAIN_AFTER_S = 0.05


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """An empty folder below ``parent`` for as long as the block lasts; what killed programs left there goes too.

    After the block nothing can be put there, even by a thread or a tool that was left to itself.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.iterdir():
        if not _is_in_use(left.name):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder in which somebody may still be at work.

    Why by another name: a file that is made while its folder is being emptied keeps the folder; by the old name no
    more can be made. What the system was about to make at that very moment goes the next time.
    """
    leaving = folder.with_name(f"{folder.name}-leaving")
    try:
        folder.rename(leaving)
    except OSError:  # a mount, or a file system that cannot
        leaving = folder
    for _ in range(_TRIES):
        shutil.rmtree(leaving, ignore_errors=True)
        if not leaving.exists():
            return
        time.sleep(_TRY_AGAIN_AFTER_S)


def _is_in_use(name: str) -> bool:
    """Whether the process that a folder is named after is there. Another that took its number keeps it for once."""
    number = name.partition("-")[0]
    if not number.isdigit():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
