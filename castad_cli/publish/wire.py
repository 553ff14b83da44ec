"""One HTTP call, made once: no retry, no redirect, no proxy, nothing hidden.

Why not a client library: each of them somewhere sends a request again by itself. Of a post's last bytes that would be
a second post; of a stream already read, a body of nothing under a length of millions.
"""

from __future__ import annotations

import http.client
import io
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO
from urllib.parse import urlsplit

BLOCK = 64 * 1024
"""Bytes read and sent at once; between two blocks an upload can be stopped."""
MOST_OF_AN_ANSWER = 8 * 1024 * 1024
"""Bytes of an answer's body that are read: JSON of a page of posts is a hundredth of it."""
WHOLE = 2.0
"""An answer must be here whole within so many times the wait for its next bytes: one that drips never ends."""


Ready = Callable[[], object]
"""Called before a request's first byte goes out: it raises to send none."""


def at_once() -> None:
    """Ready, whenever that is."""


class NoAnswerError(Exception):
    """The call broke: no connection, a time-out, an answer cut short. ``began``: whether any byte may have arrived."""

    def __init__(self, message: str, *, began: bool) -> None:
        super().__init__(message)
        self.began = began


@dataclass(frozen=True)
class Answer:
    """What came back. ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    after_lost: bool = False
    """Whether the same call was made before, and its answer did not come."""

    def json(self) -> Any:
        """The body's JSON; an empty mapping when it is none: an HTML page of some gateway, or nothing."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    def tree(self) -> Mapping[str, Any]:
        """The body as a JSON object; an empty one when it is anything else."""
        found = self.json()
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Part:
    """Bytes ``start`` (inclusive) to ``end`` (exclusive) of an open file, as a request's body.

    ``watch`` is called with the position reached, before every block and after the last: it raises to stop.
    """

    file: BinaryIO
    start: int
    end: int
    watch: Callable[[int], None] = lambda position: None

    def __len__(self) -> int:
        return self.end - self.start


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | Part = b"",
    answer_s: float = 60.0,
    ready: Ready = at_once,
) -> Answer:
    """The answer to one request. ``answer_s`` bounds each wait for the network, `WHOLE` times that the whole answer.

    ``ready`` is called when the connection stands, with nothing between it and the first byte: it raises to send none.

    Raises:
        NoAnswerError: there was none, or not all of it.
    """
    parts = urlsplit(url)
    connection = _connect(parts.scheme, parts.netloc, answer_s)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    began = False
    try:
        connection.connect()
        ready()
        began = True
        connection.putrequest(method, target, skip_accept_encoding=True)
        wanted = {"Accept-Encoding": "identity", "Connection": "close", **(headers or {})}
        wanted = {name: value for name, value in wanted.items() if name.lower() != "content-length"}
        if body or method in ("POST", "PUT", "PATCH"):
            wanted["Content-Length"] = str(len(body))
        for name, value in wanted.items():
            connection.putheader(name, value)
        connection.endheaders()
        broke = _send_body(connection, body)
        response = connection.getresponse()
        content = response.read(MOST_OF_AN_ANSWER + 1)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswerError(f"{parts.hostname}: {describe(error)}", began=began) from error
    finally:
        connection.close()
    if len(content) > MOST_OF_AN_ANSWER:
        raise NoAnswerError(f"{parts.hostname}: an answer without end", began=True)
    if broke and response.status < 300:
        raise NoAnswerError(f"{parts.hostname}: {describe(broke)}", began=True) from broke
    found = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, found, content)


def _connect(scheme: str, netloc: str, answer_s: float) -> http.client.HTTPConnection:
    connection: http.client.HTTPConnection
    if scheme == "http":
        connection = http.client.HTTPConnection(netloc, timeout=answer_s)
    elif scheme == "https":
        connection = http.client.HTTPSConnection(netloc, timeout=answer_s, context=_tls())
    else:
        raise ValueError(f"not an http or https address: {scheme}://…")
    connection.response_class = _TimedResponse
    return connection


class _TimedResponse(http.client.HTTPResponse):
    """A response whose status, headers and body together come in time, or break off."""

    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        plain = self.fp
        self.fp = io.BufferedReader(_TimedStream(sock))
        plain.close()


class _TimedStream(io.RawIOBase):
    """A socket's bytes until its time is over; the time begins now."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._socket, self._wait_s = sock, sock.gettimeout() or 60.0
        self._stream = sock.makefile("rb", buffering=0)
        self._ends_at = time.monotonic() + WHOLE * self._wait_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left_s = self._ends_at - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("an answer that does not end")
        self._socket.settimeout(min(self._wait_s, left_s))
        return self._stream.readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _send_body(connection: http.client.HTTPConnection, body: bytes | Part) -> OSError | None:
    """Send it. A connection that the server closed meanwhile is returned: its refusal may stand there to be read."""
    try:
        if isinstance(body, bytes):
            if body:
                connection.send(body)
            return None
        body.file.seek(body.start)
        position = body.start
        while position < body.end:
            body.watch(position)
            block = body.file.read(min(BLOCK, body.end - position))
            if not block:
                raise ConnectionAbortedError("the file grew shorter while it was sent")
            connection.send(block)
            position += len(block)
        body.watch(position)
    except (BrokenPipeError, ConnectionResetError) as error:
        return error
    return None


def describe(error: BaseException) -> str:
    """An error in a few words, without addresses that carry keys."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return re.sub(r"\?\S*", "?…", str(error)) or type(error).__name__


def without_queries(text: str) -> str:
    """A text of somebody else's, its addresses without their queries: a signed one would open the file to whoever
    reads the message.
    """
    return re.sub(r"(://[^\s?]*)\?\S*", r"\1?…", text)
