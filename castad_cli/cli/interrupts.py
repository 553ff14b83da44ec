"""Ctrl-C, SIGTERM and a closed pipe: the first stop tidies up, the second stops at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

INTERRUPTED = 130
_SHOW_CURSOR = "\x1b[?25h"


def install() -> None:
    """Answer SIGINT and SIGTERM alike: `KeyboardInterrupt` in the main thread, once."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _first)


def finish() -> int:
    """Called when the interrupt has come all the way up: the exit code, or the end of the process.

    Why not always return: a thread that would not stop in time would keep the interpreter waiting for it. Browsers and
    encoders end with this process, whichever way it ends.
    """
    print("interrupted; the same command goes on from here", file=sys.stderr)
    stuck = [t for t in threading.enumerate() if t is not threading.main_thread() and not t.daemon and t.is_alive()]
    if any(thread.name.startswith("castad-") for thread in stuck):
        _leave()
    return INTERRUPTED


def broken_pipe() -> int:
    """Whoever read our output has gone (``| head``): say nothing more, and end as `yes | head` does."""
    # Python flushes stdout once more at exit, which would raise again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _first(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _second)
    raise KeyboardInterrupt


def _second(number: int, frame: FrameType | None) -> None:
    _leave()


def _leave() -> None:
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), _SHOW_CURSOR.encode())
    os._exit(INTERRUPTED)
