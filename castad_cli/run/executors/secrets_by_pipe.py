"""Keys and passwords on their way to a worker process of this machine: through a pipe, which nobody else can read.

Why not in its environment: that is what a process list shows (``ps e``, ``/proc/PID/environ``), and it stays readable
there as long as the process lives, also after the program has taken it out of its own. What a process sets for itself
later is shown nowhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import IO

from castad_cli.errors import ToolError
from castad_cli.render.machine.guard import public
from castad_cli.render.machine.process import PIPE, Child, start

OPTION = "--secrets-on-stdin"
"""Tells ``castad worker`` to wait for them."""


def start_with_secrets(command: list[str], environment: Mapping[str, str]) -> Child:
    """``command``, told to read from its standard input what of ``environment`` is no business of a process list.

    Raises:
        ToolError: it cannot be started.
    """
    shown = public(environment)
    hidden = {name: value for name, value in environment.items() if name not in shown}
    child = start([*command, OPTION], stdin=PIPE, env=shown)
    assert child.stdin is not None
    try:
        child.feed(json.dumps(hidden).encode())
        child.stdin.close()
    except ToolError:
        return child  # it has ended already; whoever watches it sees that, and what it said
    return child


def take_secrets(stream: IO[bytes]) -> None:
    """Make them this process's environment variables, as if it had been started with them.

    Raises:
        ValueError: what came is something else.
    """
    told = json.loads(stream.read())
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise ValueError("secrets are names with texts")
    os.environ.update(told)
