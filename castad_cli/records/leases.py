"""Keeping a claim while its work goes on, and noticing at once when it is lost."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from castad_cli.errors import CastadError
from castad_cli.model.effects import Claim

BEATS_A_LEASE = 4
"""A heartbeat may fail twice, and its work still be stopped before the lease is over."""


class StaleClaim(CastadError):
    """Another worker has claimed the effect since, or it is decided: this one's work on it is over.

    Not a person's to mend: whoever holds the later claim goes on with it.
    """

    def __init__(self, claim: Claim, move: str) -> None:
        super().__init__(f"the claim on {claim.kind} {claim.key} was overtaken ({move} refused); it is left to others")
        self.claim = claim
        self.move = move


@contextlib.contextmanager
def holding(beat: Callable[[], bool], lease_s: float, on_lost: Callable[[], None]) -> Iterator[None]:
    """Call ``beat`` several times a lease while the block runs, and ``on_lost`` once it answers False.

    A beat that fails is no answer; when none came for most of the lease, another may hold the claim any moment,
    and ``on_lost`` is called too.
    """
    over = threading.Event()

    def run() -> None:
        last = time.monotonic()
        while not over.wait(lease_s / BEATS_A_LEASE):
            with contextlib.suppress(CastadError):
                began = time.monotonic()
                if not beat():
                    break
                last = began
            if time.monotonic() - last > lease_s * (1 - 1 / BEATS_A_LEASE):
                break
        if not over.is_set():
            on_lost()

    thread = threading.Thread(target=run, name="castad-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
