"""Keeping a claim while its work goes on, and noticing at once when it is lost."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator

from castad_cli.errors import CastadError

BEATS_A_LEASE = 4
"""A heartbeat may be missed twice, and its work still be stopped before the lease is over."""


@contextlib.contextmanager
def holding(beat: Callable[[], bool], lease_s: float, on_lost: Callable[[], None]) -> Iterator[None]:
    """Call ``beat`` several times a lease while the block runs, and ``on_lost`` once it answers False.

    A beat that fails, or hangs on a connection that was cut, is no answer. When none came for most of the lease,
    another may hold the claim any moment, and ``on_lost`` is called too.
    """
    over = threading.Event()
    silence_s = lease_s * (1 - 1 / BEATS_A_LEASE)
    heard_at = [time.monotonic()]

    def beats() -> None:
        while not over.wait(lease_s / BEATS_A_LEASE):
            asked_at = time.monotonic()
            with contextlib.suppress(CastadError):
                if not beat():
                    heard_at[0] = -math.inf
                    return
                heard_at[0] = asked_at

    def watch() -> None:
        while (left_s := heard_at[0] + silence_s - time.monotonic()) > 0:
            if over.wait(min(left_s, lease_s / BEATS_A_LEASE / 4)):
                return
        if not over.is_set():
            on_lost()

    threads = [threading.Thread(target=each, name="castad-lease", daemon=True) for each in (beats, watch)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        threads[1].join()
        threads[0].join(timeout=1)  # a beat that hangs ends by itself, and is refused by then
