"""This process's supervisor: started with its first child, told of every process group, gone when it is gone."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from castad_cli.errors import ToolError

_MARK = "CASTAD_OWNER"
_PRIVATE = re.compile(r"(?:^|_)(?:KEY|SECRET|TOKEN)(?:_|$)|PASSWORD|CREDENTIAL|DATABASE")
"""Names of variables that hold what no tool needs to know: every user of the machine may see a tool's crash report, and
the owner's own process list shows its environment."""


def public(environment: Mapping[str, str]) -> dict[str, str]:
    """``environment`` without keys, tokens, passwords, and databases' URLs, which may hold one."""
    return {name: value for name, value in environment.items() if not _PRIVATE.search(name.upper())}


class Guard:
    """This process's supervisor, and the groups it has been told of. Safe in threads and after a fork."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._mark = secrets.token_hex(12)
        self._groups: set[int] = set()
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._pipe = -1

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """``base`` with this owner's mark. Marks add up, so an owner's end reaches the children of its children."""
        marks = [mark for mark in base.get(_MARK, "").split(",") if mark]
        if self._mark not in marks:
            marks.append(self._mark)
        return {**base, _MARK: ",".join(marks)}

    def ready(self) -> None:
        """Make sure that a supervisor is at work before a child is."""
        with self._lock:
            if self._supervisor is None or self._supervisor.poll() is not None:
                self._start()

    def mend(self) -> None:
        """Start the supervisor anew if somebody has killed it."""
        with self._lock:
            if self._supervisor is not None and self._supervisor.poll() is not None:
                self._start()

    def _start(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
        reading, writing = os.pipe()
        program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("supervisor.py"))]
        # Without any mark: an outer owner's sweep must not kill the one who cleans up after this owner.
        environment = {name: value for name, value in public(os.environ).items() if name != _MARK}
        try:
            self._supervisor = subprocess.Popen(
                [*program, str(os.getpid()), self._mark],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            os.close(writing)
            raise ToolError(f"cannot start the process supervisor: {error.strerror}", command=program) from error
        finally:
            os.close(reading)
        self._pipe = writing
        for group in self._groups:
            os.write(writing, b"+%d\n" % group)

    def add(self, group: int) -> None:
        """A group to kill when this process ends."""
        with self._lock:
            self._groups.add(group)
            self._tell(b"+%d\n" % group)

    def discard(self, group: int) -> None:
        """That group is gone, and its number may soon be another's."""
        with self._lock:
            self._groups.discard(group)
            self._tell(b"-%d\n" % group)

    def _tell(self, line: bytes) -> None:
        try:
            os.write(self._pipe, line)
        except BrokenPipeError:  # somebody killed the supervisor: the next one is told of every group
            self._start()

    def close(self) -> None:
        """Let the supervisor kill what is left and end."""
        with self._lock:
            if self._pipe >= 0:
                with contextlib.suppress(OSError):  # it has been killed
                    os.write(self._pipe, b".\n")
                os.close(self._pipe)
                self._pipe = -1
            if self._supervisor is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._supervisor.wait(5)
                self._supervisor = None

    def forget(self) -> None:
        """In a fork of the owner: the pipe and the supervisor are not ours."""
        if self._pipe >= 0:
            os.close(self._pipe)
        if self._supervisor is not None:
            self._supervisor.returncode = 0  # not our child: nothing to wait for
        self._begin()


guard = Guard()
atexit.register(guard.close)
os.register_at_fork(after_in_child=guard.forget)
