"""How a command ends: every way out of it becomes an exit code, and what people should read."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from castad_cli.cli import interrupts
from castad_cli.errors import CastadError, hides_interrupt

if TYPE_CHECKING:
    from castad_cli.cli.shell import Shell

DONE, FAILED, BAD_USAGE, NOT_READY = 0, 1, 2, 3


def end(command: Callable[[], int | None], shell: Shell) -> int:
    """Run ``command``; its exit code. Whatever it raises is shown by ``shell``."""
    try:
        return command() or DONE
    except KeyboardInterrupt:
        return interrupts.finish()
    except Exception as error:
        if hides_interrupt(error):
            return interrupts.finish()
        return _answer(error, shell)


def _answer(error: Exception, shell: Shell) -> int:
    if isinstance(error, CastadError):
        return _tell(error, shell)
    if isinstance(error, BrokenPipeError):
        return interrupts.broken_pipe()
    from castad_cli.run.failures import readable

    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        return interrupts.broken_pipe()
    known = readable(error)
    if known is None:
        return _bug(error, shell)
    return _tell(known, shell)


def _tell(error: CastadError, shell: Shell) -> int:
    try:
        shell.problem(error)
        sys.stdout.flush()
    except OSError:  # stdout itself is what fails
        interrupts.discard_output()
        replace(shell, json=False).problem(error)
    return error.exit_code


def _bug(error: Exception, shell: Shell) -> int:
    if shell.json:
        shell.record({"event": "problem", "kind": type(error).__name__, "message": str(error), "fix": "", "bug": True})
    heading = "This is a bug in CaStAD, not in what you wrote. Please report it with these lines:"
    shell.err.print(heading, style="yellow")
    traceback.print_exception(error, file=sys.stderr)
    return FAILED
