"""What this machine keeps for later starts."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The user's folder for what can be made again: ``CASTAD_CACHE_FOLDER``, or the system's own place for it."""
    import platformdirs

    chosen = os.environ.get("CASTAD_CACHE_FOLDER")
    return Path(chosen or platformdirs.user_cache_dir("castad", appauthor=False))
