"""Memory that was freed, given back to the system."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def give_back() -> None:
    """Lets the system have what was freed; takes a few milliseconds.

    Why: glibc keeps for each thread what its threads have freed. Photographs are decoded, layers taken apart and sound
    is mixed in threads of their own, whose leavings would stay beside what drawing takes. Elsewhere nothing is done.
    Source: malloc_trim(3).
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
