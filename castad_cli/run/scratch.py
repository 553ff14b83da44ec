"""Folders for work in progress, none of which outlives the next run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """An empty folder below ``parent`` for as long as the block lasts; what killed programs left there goes too."""
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.iterdir():
        if not _is_in_use(left.name):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


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
