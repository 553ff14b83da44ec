"""What every fake of an outside service is: a real HTTP server on loopback, strict, with a journal, faulty on demand.

A fake answers through routes. A test plants faults on them: the nth call of a route is answered otherwise, broken off,
or never answered, before or after it took effect. What became public is appended to a ledger, a file that only grows
and is flushed to disk before the answer goes out, so that a test can count posts whatever died meanwhile.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HANG_S = 120.0
"""How long a hanging answer is held at most; the client gives up long before."""


@dataclass(frozen=True)
class Request:
    """One request. ``headers`` have lower-case names; ``stated`` is the Content-Length it announced."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    stated: int

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").partition(" ")[2]

    @property
    def tree(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: Any = b""
    """Bytes, or what is sent as JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0
    """So many bytes of the body are announced and never sent: the connection breaks before them."""


@dataclass
class Fault:
    """What happens to the calls of ``route`` from the ``nth`` (the first is 1) on, ``times`` of them.

    ``how``: ``instead`` (``reply`` is sent, nothing is done), ``after`` (it is done, ``reply`` is sent), ``drop``
    (closed before it is done), ``drop_after`` (done, then closed without an answer), ``hang`` and ``hang_after`` (never
    answered), ``cut`` (only the first ``keep`` bytes of the body arrive, then the connection breaks), ``drip`` (it is
    done, the answer comes a byte every ``every_s`` seconds), ``die`` and ``die_after`` (the server goes down before or
    after it is done; `FakeService.start` has it come back, with all that it knew).
    """

    route: str
    how: str
    reply: Reply = Reply(503, b"<html>upstream</html>")
    nth: int = 1
    times: int = 1
    keep: int = 0
    every_s: float = 0.05


SECRET = re.compile(r"token|secret|code|verifier|state|authorization|api-key|cookie", re.IGNORECASE)


def unveiled(fields: Mapping[str, str]) -> dict[str, str]:
    """Query or headers without what is secret in them."""
    return {name: "…" if SECRET.search(name) else value for name, value in fields.items()}


@dataclass(frozen=True)
class Entry:
    """A line of the journal: no secrets, no bodies. ``at`` is by the fake's clock."""

    route: str
    method: str
    path: str
    size: int
    sha256: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    at: float


class Stop(Exception):
    """Raised by a route to answer at once."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class FakeService:
    """The server and what it remembers. ``clock`` may be set ahead; tokens are known, expired, revoked or unscoped."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ledger_file = folder / f"{name}.ledger.jsonl"
        self.lock = threading.RLock()
        self.ahead_s = 0.0
        self.tokens: dict[str, str] = {}
        """Token to state: ``valid``, ``expired``, ``revoked``."""
        self.scopes: dict[str, frozenset[str]] = {}
        self.faults: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self.journal: list[Entry] = []
        self.released = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    # Life.

    def start(self) -> None:
        """Serve, on the port it had before if it had one; everything remembered stays."""
        self.released.clear()
        handler = type("Handler", (_Handler,), {"service": self})
        self._server = self._bind(handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def _bind(self, handler: type) -> ThreadingHTTPServer:
        """A server at our port. It may be the near end of somebody's connection for a moment, while we were down."""
        until = time.monotonic() + 60
        while True:
            try:
                return _Server(("127.0.0.1", self.port), handler)
            except OSError as error:
                if error.errno != errno.EADDRINUSE or not self.port or time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        self.released.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def restart(self) -> None:
        self.stop()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> float:
        return time.time() + self.ahead_s

    # What tests set and read.

    def allow(self, token: str, *scopes: str) -> None:
        self.tokens[token] = "valid"
        self.scopes[token] = frozenset(scopes)

    def fault(self, route: str, how: str, **more: Any) -> None:
        """Plant a fault, counted from now on."""
        nth = more.pop("nth", 1) + self.calls[route]
        self.faults.append(Fault(route, how, nth=nth, **more))

    def publish(self, **what: Any) -> None:
        """Append to the ledger of what became public, on disk before anybody hears of it."""
        with self.lock, self.ledger_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(what, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    @property
    def ledger(self) -> list[dict[str, Any]]:
        if not self.ledger_file.exists():
            return []
        return [json.loads(line) for line in self.ledger_file.read_text("utf-8").splitlines()]

    # What a service is made of.

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        """The name of a request's route, for faults and the journal, and what answers it."""
        raise NotImplementedError

    def answer(self, request: Request) -> tuple[Reply | None, Fault | None]:
        """The reply, and the fault that decides what becomes of it. Never two at a time."""
        with self.lock:
            name, do = self.route_of(request)
            self.calls[name] += 1
            digest = hashlib.sha256(request.body).hexdigest()[:16]
            shown = (unveiled(request.query), unveiled(request.headers), self.now())
            self.journal.append(Entry(name, request.method, request.path, len(request.body), digest, *shown))
            count = self.calls[name]
            fault = next((f for f in self.faults if f.route == name and f.nth <= count < f.nth + f.times), None)
            if fault and fault.how in ("instead", "drop", "hang", "die"):
                return fault.reply, fault
            reply = self._do(do, request)
            return (fault.reply if fault and fault.how == "after" else reply), fault

    def cut_at(self, request: Request) -> int | None:
        """After how many bytes of its body this request is to break, if it is."""
        with self.lock:
            name, _ = self.route_of(request)
            count = self.calls[name] + 1
            cuts = (f for f in self.faults if f.route == name and f.how == "cut" and f.nth <= count < f.nth + f.times)
            return next((fault.keep for fault in cuts), None)

    def cut_short(self, route: str, request: Request) -> Reply:
        """What a service does with the beginning of a body whose connection broke; by default nothing."""
        return Reply(400)

    def _do(self, do: Callable[[Request], Reply], request: Request) -> Reply:
        try:
            return do(request)
        except Stop as stop:
            return stop.reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that died in the middle of a request is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    service: FakeService
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self) -> None:
        stated = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, b"", stated)
        cut_at = self.service.cut_at(request) if stated else None
        wanted = stated if cut_at is None else min(cut_at, stated)
        blocks, have = [], 0
        while have < wanted:
            block = self.rfile.read(min(1 << 20, wanted - have))
            if not block:
                break
            blocks.append(block)
            have += len(block)
        request = replace(request, body=b"".join(blocks))
        if have < stated:
            # The client broke off, or is made to: what had arrived may count.
            with self.service.lock:
                name, _ = self.service.route_of(request)
                self.service.calls[name] += 1
                self.service._do(lambda _: self.service.cut_short(name, request), request)
            self._break()
            return
        reply, fault = self.service.answer(request)
        how = fault.how if fault else ""
        if how in ("hang", "hang_after"):
            self.service.released.wait(HANG_S)
        if how in ("die", "die_after"):
            self.service.stop()
        if reply is None or how in ("drop", "drop_after", "hang", "hang_after", "die", "die_after"):
            self._break()
            return
        data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body, ensure_ascii=False).encode()
        self.send_response(reply.status)
        if not isinstance(reply.body, bytes):
            self.send_header("Content-Type", "application/json; charset=UTF-8")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if fault and how == "drip":
            for byte in data:
                self.wfile.write(bytes([byte]))
                if self.service.released.wait(fault.every_s):
                    break
            self.close_connection = True
            return
        self.wfile.write(data[: len(data) - reply.missing])
        self.close_connection = self.close_connection or bool(reply.missing)

    def _break(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815
