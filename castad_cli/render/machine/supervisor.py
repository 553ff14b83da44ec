"""A program, never imported: kills what its owner leaves behind. `process` starts one for each owner.

Usage: ``supervisor.py OWNER_PID MARK``, with standard input a pipe whose other end only the owner holds. Lines on
it are ``+PGID`` and ``-PGID``: a process group to remember or to forget; and ``.``: the owner ends in good order. When
the pipe ends, or the owner is no longer the parent, whatever killed it, every remembered group is killed, then (Linux)
every process that carries MARK in its environment, however far it has moved from its group.

Why: PR_SET_PDEATHSIG fires when the *thread* that started a child ends, does not reach grandchildren and does not
exist on macOS; an ``atexit`` hook does not run on SIGKILL. Kept to a few standard modules, so that it starts in
about 10 ms and stays small.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time

LOOK_AGAIN_S = 0.5
GIVE_UP_S = 10.0
LATECOMERS_S = 1.0
"""How long a child that a killed owner was about to start may take to show its mark: it has none until its exec."""


def watch(owner: int) -> tuple[set[int], bool]:
    """The groups still remembered when the owner is gone, and whether it went in good order."""
    groups: set[int] = set()
    in_order = False
    unread = b""
    while True:
        readable, _, _ = select.select([0], [], [], LOOK_AGAIN_S)
        if readable:
            data = os.read(0, 65536)
            if not data:
                return groups, in_order
            *lines, unread = (unread + data).split(b"\n")
            for line in lines:
                if line == b".":
                    in_order = True
                    continue
                group = int(line[1:])
                if line.startswith(b"+"):
                    groups.add(group)
                else:
                    groups.discard(group)
        elif os.getppid() != owner:
            return groups, in_order  # another process, forked from the owner, still holds the pipe


def find_marked(mark: bytes) -> set[int]:
    """Every process that has ``mark`` in the environment it was started with; empty where there is no /proc."""
    marked = set()
    if os.path.isdir("/proc/self"):  # noqa: PTH112 (pathlib would triple the start-up time)
        for name in os.listdir("/proc"):  # noqa: PTH208
            if name.isdigit():
                with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as environment:  # noqa: PTH123
                    if mark in environment.read():
                        marked.add(int(name))
    return marked - {os.getpid()}


def kill(groups: set[int], mark: bytes, look_for_s: float) -> None:
    """Kill until nothing is left, and nothing has been for ``look_for_s``; a process may fork while its group is being
    killed, and one that was being started shows its mark a moment later.
    """
    now = time.monotonic()
    end, quiet_at = now + GIVE_UP_S, now + look_for_s
    while time.monotonic() < end:
        marked = find_marked(mark)
        # A browser's children clear their environment but stay in the group of a marked leader.
        for group in groups | marked:
            with contextlib.suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        for process in marked:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        if marked:
            quiet_at = time.monotonic() + look_for_s
        elif time.monotonic() >= quiet_at:
            return
        else:
            groups = set()  # they are gone, and their numbers may soon be others'
        time.sleep(0.01 if marked else 0.1)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # meant for the owner, whose end is what counts
    left, in_order = watch(int(sys.argv[1]))
    kill(left, sys.argv[2].encode(), 0.0 if in_order else LATECOMERS_S)
