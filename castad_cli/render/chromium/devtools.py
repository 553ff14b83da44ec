"""A Chromium spoken to in its own protocol over two pipes: commands out; answers, in any order, and events in.

Why not through Playwright's driver: it is a Node of its own, which takes a second of processor time to start, 100 MB,
and another copy of every picture; of what it offers we need a dozen commands. It still gets the browser onto a machine.

Source: the DevTools protocol's own pages (chromedevtools.github.io/devtools-protocol), and Chromium's
``--remote-debugging-pipe``: JSON texts, each ended by a zero byte, in on file descriptor 3 and out on 4.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import IO, Any

from castad_cli.errors import CastadError, ToolError
from castad_cli.render.machine import process

Answer = dict[str, Any]
Listener = Callable[[str, dict[str, Any]], None]
"""Told an event's name and what it says, in the thread that reads: it may send, but never wait for an answer."""

_TO_3_AND_4 = 'exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null'
"""A shell turns its own input and output into the descriptors wanted, then becomes the browser."""

_TAKES_WITHIN_S = 20.0


class LostError(CastadError):
    """The browser, or its page, is gone."""


class RefusedError(CastadError):
    """The browser did not do what it was told."""


class Connection:
    """A browser that was started for us alone; ``pid`` is its group's leader. Thread-safe.

    Raises:
        ToolError: it cannot be started.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._child = process.start(
            ["/bin/sh", "-c", _TO_3_AND_4, "browser", *command], stdin=process.PIPE, stdout=process.PIPE, env=env
        )
        self.pid = self._child.pid
        self.lost = False
        self._last = 0
        self._awaited: dict[int, tuple[str, Future[Answer]]] = {}
        self._listeners: dict[str, Listener] = {}
        self._lock, self._sending = threading.Lock(), threading.Lock()
        assert self._child.stdout is not None
        # The reader alone closes it: a number closed under its hands may be another file's already.
        output, self._child.stdout = self._child.stdout, None
        process.widen(output)
        self._reader = threading.Thread(target=self._read, args=(output,), name="castad-devtools", daemon=True)
        self._reader.start()

    @property
    def said(self) -> str:
        """The end of what the browser wrote to its standard error."""
        return self._child.stderr

    def send(self, method: str, session: str = "", **parameters: Any) -> Future[Answer]:
        """What the browser will answer; fails with `RefusedError`, or with `LostError` when it is gone."""
        future: Future[Answer] = Future()
        with self._lock:
            # A page that crashed answers nothing any more, not even with an error.
            if self.lost or (session and session not in self._listeners):
                future.set_exception(LostError(f"it was gone before {method}"))
                return future
            self._last += 1
            number = self._last
            self._awaited[number] = (session, future)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        try:
            with self._sending:
                self._child.feed(json.dumps(message).encode() + b"\0", _TAKES_WITHIN_S)
        except (ToolError, OSError, ValueError):  # ValueError: `end` has closed the pipe
            self._lose()
        return future

    def listen(self, session: str, listener: Listener) -> None:
        """Begins a session: its events are told to ``listener``, and it may be sent to."""
        with self._lock:
            self._listeners[session] = listener

    def leave(self, session: str, why: str) -> None:
        """Ends a session: its events go nowhere, what is awaited in it fails with `LostError`."""
        with self._lock:
            self._listeners.pop(session, None)
            gone = [number for number, (where, _) in self._awaited.items() if where == session]
            futures = [self._awaited.pop(number)[1] for number in gone]
        for future in futures:
            future.set_exception(LostError(why))

    def end(self) -> None:
        """Kills the browser and all it started; idempotent. It has nothing to keep."""
        self._child.stop(0.0)
        self._reader.join(5)
        self._lose()

    def _read(self, stream: IO[bytes]) -> None:
        unread = bytearray()
        try:
            with contextlib.suppress(OSError), stream:
                while data := os.read(stream.fileno(), 1 << 20):
                    unread += data
                    if 0 in data:
                        *whole, rest = unread.split(b"\0")
                        unread = bytearray(rest)
                        for text in whole:
                            self._take(json.loads(text))
        finally:
            self._lose()

    def _take(self, message: dict[str, Any]) -> None:
        if "id" not in message:
            with self._lock:
                listener = self._listeners.get(message.get("sessionId", ""))
            if listener is not None:
                listener(message["method"], message.get("params", {}))
            return
        with self._lock:
            _, future = self._awaited.pop(message["id"], ("", None))
        if future is None:
            return
        if "error" in message:
            future.set_exception(RefusedError(str(message["error"].get("message", message["error"]))))
        else:
            future.set_result(message["result"])

    def _lose(self) -> None:
        with self._lock:
            self.lost = True
            futures = [future for _, future in self._awaited.values()]
            self._awaited.clear()
        for future in futures:
            future.set_exception(LostError("it went away"))
