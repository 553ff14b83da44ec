"""``castad`` at a terminal of its own, with a person who reads what it says and types."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from fcntl import ioctl

ANSWERS_WITHIN_S = 120.0
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


class Terminal:
    """A run of ``castad`` whose standard streams are a terminal. ``with Terminal(…) as terminal: …``

    ``screen`` is all that stood there so far, typed words with it, without colours and cursor moves.
    """

    def __init__(self, *arguments: str, env: Mapping[str, str], columns: int = 100, prelude: str = "") -> None:
        program = f"{prelude}\nfrom castad_cli.cli.main import run; run()"
        self._ours, its = pty.openpty()
        ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        environment = {name: value for name, value in env.items() if name != "COLUMNS"} | {"TERM": "xterm"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdin=its,
            stdout=its,
            stderr=its,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),  # getpass wants the controlling terminal
        )
        os.close(its)
        self.screen = ""
        self._seen = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(30)
        os.close(self._ours)

    def until(self, words: str) -> str:
        """Wait for ``words`` after those waited for before; what came up to their end."""
        deadline = time.monotonic() + ANSWERS_WITHIN_S
        while words not in self.screen[self._seen :]:
            assert time.monotonic() < deadline, f"no {words!r}:\n{self.screen}"
            assert self._read(), f"it ended without {words!r}:\n{self.screen}"
        start, self._seen = self._seen, self.screen.index(words, self._seen) + len(words)
        return self.screen[start : self._seen]

    def type(self, text: str) -> None:
        """As on a keyboard: Enter is a line's end, Ctrl-D is ``\\x04``."""
        os.write(self._ours, text.encode())

    def end(self) -> int:
        """Its exit code, once it has said all."""
        deadline = time.monotonic() + ANSWERS_WITHIN_S
        while self._read():
            assert time.monotonic() < deadline, self.screen
        return self.process.wait(30)

    def _read(self) -> bool:
        """Take in what has come within a moment; False when nothing more will."""
        if select.select([self._ours], [], [], 0.2)[0]:
            try:
                text = os.read(self._ours, 65536).decode("utf-8", "replace")
            except OSError:  # Linux's word for a terminal that everybody left
                return False
            self.screen += _CONTROL.sub("", text)
            return bool(text)
        return True
