"""Ctrl-C, SIGTERM and a closed pipe: the first stop tidies up, the second stops at once.

Why not Python's own handling of SIGINT: it raises wherever the main thread happens to be. In the middle of an import
that leaves a lock behind on which every other thread then waits for ever; in a destructor or a weak reference's
callback the exception is dropped, and nothing stops. So an interrupt waits for an import to end, and one that was
dropped is raised again.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

INTERRUPTED = 130
_AGAIN_AFTER_S = 0.02
_SHOW_CURSOR = "\x1b[?25h"


def install() -> None:
    """Answer SIGINT and SIGTERM alike: one `KeyboardInterrupt` in the main thread, then the end."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _first)
    signal.signal(signal.SIGALRM, _interrupt)
    sys.unraisablehook = _on_dropped


def finish() -> int:
    """Called when the interrupt has come all the way up: the exit code, or the end of the process.

    Why not always return: a thread that would not stop in time would keep the interpreter waiting for it. Browsers and
    encoders end with this process, whichever way it ends.
    """
    print("interrupted; the same command goes on from here", file=sys.stderr)
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    if any(not thread.daemon for thread in others):
        _leave()
    return INTERRUPTED


def broken_pipe() -> int:
    """Whoever read our output has gone (``| head``): say nothing more, and end as `yes | head` does."""
    discard_output()
    return 0


def discard_output() -> None:
    """Write no more to a stdout that fails: Python flushes it once more at exit, which would raise again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _first(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _second)
    # A terminal, or whoever stops a whole group, has also stopped the programs we talk to; libraries' complaints
    # about that are no news.
    logging.disable()
    _interrupt(number, frame)


def _second(number: int, frame: FrameType | None) -> None:
    _leave()


def _interrupt(number: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            _try_again()
            return
        frame = frame.f_back
    raise KeyboardInterrupt


def _try_again() -> None:
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_AFTER_S)


def _on_dropped(dropped: Any) -> None:
    if dropped.exc_type is KeyboardInterrupt:
        _try_again()
    else:
        sys.__unraisablehook__(dropped)


def _leave() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, RuntimeError):  # gone, closed, or being written to when the signal came
            continue
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), _SHOW_CURSOR.encode())
    os._exit(INTERRUPTED)
