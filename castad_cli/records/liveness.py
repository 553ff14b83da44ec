"""Whether a run that says it is running really is."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from castad_cli.errors import CastadError

BEAT_EVERY_S = 3.0
SILENT_FOR = timedelta(seconds=120)
"""A run that has not been heard of for this long is interrupted, wherever it ran."""


def this_host() -> str:
    """The name under which this machine's runs are recorded."""
    return socket.gethostname()


def is_interrupted(host: str, pid: int, updated_at: datetime, now: datetime) -> bool:
    """Whether a running run's process is gone: seen at once on its own machine, by its silence elsewhere."""
    if host == this_host() and not _is_alive(pid):
        return True
    return now - updated_at > SILENT_FOR


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is there, and not ours
        return True
    return True


@contextlib.contextmanager
def beating(
    beat: Callable[[], bool], every_s: float = BEAT_EVERY_S, on_stop: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Call ``beat`` every so often while the block runs, and ``on_stop`` the first time that it answers False.

    A beat that fails is missed; the next one may not.
    """
    over = threading.Event()

    def run() -> None:
        is_told = False
        while not over.wait(every_s):
            with contextlib.suppress(CastadError):
                if not beat() and not is_told:
                    is_told = True
                    on_stop()

    thread = threading.Thread(target=run, name="castad-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
