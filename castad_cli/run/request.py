"""How a run is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_S = 120.0
"""How long a run waits for what was put off when there is nothing else to do."""


@dataclass(frozen=True)
class RunRequest:
    """How a run was asked for. ``arguments`` are what it takes to ask again: JSON values."""

    scratch: Path
    """Where work in progress may lie, with room for it."""
    command: str = "render"
    out: Path | None = None
    """Where files go; None for ``out/`` in the store, for a store that lies elsewhere."""
    force: bool = False
    publish: bool = False
    max_failures: int | None = None
    """Hand out nothing more once so many renditions and posts have failed."""
    patience_s: float = PATIENCE_S
    arguments: Mapping[str, Any] = field(default_factory=dict)
