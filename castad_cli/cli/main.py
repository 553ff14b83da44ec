"""The ``castad`` program: starts, stops and reports.

Why so little is imported above: Ctrl-C must be answered from the first moment on, and ``castad --help`` must not wait
for what only a render needs.
"""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Sequence

_COLLECT_EVERY = (20_000, 10, 50)
"""Python's own thresholds (700, 10, 10) have it search all that is being imported, again and again, for garbage."""


def run() -> None:
    """The ``castad`` command; never returns."""
    gc.set_threshold(*_COLLECT_EVERY)
    code = main()
    gc.freeze()  # as it ends, Python would search all its modules once more
    sys.exit(code)


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
