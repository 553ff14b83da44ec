"""The ``castad`` program: starts, stops and reports.

Why so little is imported above: Ctrl-C must be answered from the first moment on, and ``castad --help`` must not wait
for what only a render needs.
"""

from __future__ import annotations

import atexit
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from castad_cli import garbage

_NO_PLUGINS = ("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""Pydantic looks for plugins in what every installed package says of itself: a fiftieth of a second before anything
is made. CaStAD has none."""


_codes: list[int] = []
"""The exit code, once there is one."""


def run() -> None:
    """The ``castad`` command; never returns."""
    begin()
    leave(main())


def begin() -> None:
    """Spares a program that does one thing and ends what Python does for one that goes on for long."""
    garbage.put_off()
    os.environ.setdefault(*_NO_PLUGINS)
    atexit.register(_end)  # called last, since it is registered first


def leave(code: int) -> NoReturn:
    """Ends a program that has begun with `begin`: its threads, then all that is registered to be done at its end."""
    _codes.append(code)
    sys.exit(code)


def _end() -> None:
    """Ends the process. Python would free every object and library before it does, one by one: a twentieth of a second
    for what goes with the process at once."""
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError, AttributeError):  # Python has its own way to tell, and its own exit code for it
        return
    if _codes:  # none: an exception ends it
        os._exit(_codes[0])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``castad`` with ``arguments`` (default: the process's own); the exit code of product.md."""
    from castad_cli.cli import interrupts

    interrupts.install()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="backslashreplace")  # a name in Hangul must not end a run
    try:
        from castad_cli.cli.program import call

        return call(sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:
        return interrupts.finish()
    except BrokenPipeError:
        return interrupts.broken_pipe()
