"""How many segments a process draws and encodes at once: by the cores it may use, and the memory there is."""

from __future__ import annotations

import os
from pathlib import Path

_BYTES_EACH = 150_000_000
"""What drawing and encoding one segment takes: x264's frames, overlays, a frame under way. Measured at 1080×1920."""

_BYTES_BESIDE = 600_000_000
"""What Python, the browser and an ad's photographs take."""

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def choose_at_once(cores: int | None = None, memory: int | None = None) -> int:
    """One for each core, as far as ``memory`` reaches (bytes; None: what there is); one at least."""
    cores = cores or _cores()
    memory = memory or _memory()
    return max(1, min(cores, (memory - _BYTES_BESIDE) // _BYTES_EACH))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> int:
    """The memory of the machine, or what a container may use of it."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in _LIMITS:
        try:
            text = Path(limit).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            total = min(total, int(text))
    return total
