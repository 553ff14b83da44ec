"""Memory: what was freed is given back, at once where it is much, when asked where it is little; what others hold."""

from __future__ import annotations

import contextlib
import ctypes
import resource
import sys
from functools import cache
from pathlib import Path
from typing import Any

_MUCH_BYTES = 3 << 20
_TOP_BYTES = 4 << 20
_HEAPS = 2
_PAGE_BYTES = resource.getpagesize()
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Names in glibc's <malloc.h>."""
_PR_SET_THP_DISABLE = 41
"""A name in Linux's <linux/prctl.h>."""


def keep_little() -> None:
    """From now on what takes three megabytes or more is the system's again as soon as it is freed; harmless twice.

    Why: glibc raises that bound with what is freed, up to 32 MB. Photographs, layers and the pictures that encoders
    look ahead to (5 to 13 MB each, two dozen an encoder) then lie in heaps that come to hold twice what is in use:
    860 MB at the peak of an ad instead of 680. And it gives each new thread a heap of its own, sixteen on two cores, of
    which each keeps what lies between things still in use: an ad's threads share two. Why not what takes less: sound,
    spectra and a draft's pictures take one to three megabytes each, and are made anew all the time; got from the system
    each time, they were a quarter million page faults an ad, a tenth of its processor time. Source: mallopt(3).

    And nothing lies in huge pages, in this process and in those it starts: where the system has them for whoever asks,
    x264 asks, and each of its pictures takes up to two megabytes more than it fills: 40 MB at the peak, for a fiftieth
    of the processor time. Source: PR_SET_THP_DISABLE(2const).
    """
    option = _library_function("mallopt")
    if option is not None:
        option(_M_MMAP_THRESHOLD, _MUCH_BYTES)
        option(_M_TRIM_THRESHOLD, _TOP_BYTES)
        option(_M_ARENA_MAX, _HEAPS)
    control = _library_function("prctl")
    if control is not None:
        control(_PR_SET_THP_DISABLE, 1, 0, 0, 0)


def give_back() -> None:
    """Lets the system have what was freed; takes a few milliseconds.

    Why: glibc keeps for each thread what its threads have freed. Photographs are decoded, layers taken apart and sound
    is mixed in threads of their own, whose leavings would stay beside what drawing takes. Elsewhere nothing is done.
    Source: malloc_trim(3).
    """
    trim = _library_function("malloc_trim")
    if trim is not None:
        trim(0)


def session_bytes(leader: int) -> int:
    """What the processes of a session hold in memory that is not files': bytes; 0 where the system does not tell.

    Source: proc(5): the sixth field of ``stat`` is the session, the second and third of ``statm`` are pages that are
    resident, and those of them that are shared.
    """
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):  # it ended meanwhile
            if int((process / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                _, resident, shared, *_ = map(int, (process / "statm").read_text().split())
                total += (resident - shared) * _PAGE_BYTES
    return total


@cache
def _library_function(name: str) -> Any:
    """A function of the C library; None where there is none such (musl has neither)."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), name, None)
