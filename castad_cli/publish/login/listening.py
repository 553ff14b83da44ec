"""How the code of a login comes back: to a server of our own on this machine, or by a person's paste."""

from __future__ import annotations

import hmac
import http.server
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from castad_cli.errors import PlatformError, UserError
from castad_cli.publish.login import Attempt

WAIT_S = 300.0
_LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Callback:
    """What the platform's redirect carries."""

    code: str
    state: str
    error: str
    description: str


def read_callback(query: str) -> Callback:
    """From a URL's query."""
    fields = parse_qs(query, keep_blank_values=True)

    def one(name: str) -> str:
        return fields.get(name, [""])[0]

    return Callback(one("code"), one("state"), one("error"), one("error_description") or one("error_reason"))


def code_of(callback: Callback, attempt: Attempt) -> str:
    """The code, after its state was found to be this attempt's.

    Raises:
        PlatformError: (``auth``) another login's answer, or the person declined.
    """
    if not hmac.compare_digest(callback.state.encode(), attempt.state.encode()):
        raise PlatformError(
            "the answer belongs to another login than the one begun here", kind="auth", fix="run the command again"
        )
    if callback.error == "access_denied":
        raise PlatformError("access was declined", kind="auth", fix="run the command again, and allow it")
    if callback.error or not callback.code:
        said = " ".join(callback.description.split())[:200]
        raise PlatformError(f"the login ended with {callback.error or 'no code'}: {said}".rstrip(": "), kind="auth")
    return callback.code


def read_pasted(text: str, attempt: Attempt) -> str:
    """The code from what a person pasted: the whole address, or the code alone where PKCE ties it to this attempt.

    Raises:
        UserError: it is neither.
        PlatformError: as `code_of`.
    """
    text = text.strip().strip("'\"")
    if "code=" in text or "error=" in text:
        return code_of(read_callback(urlsplit(text).query or text.lstrip("?")), attempt)
    if not text or any(character.isspace() for character in text) or "://" in text or not attempt.verifier:
        raise UserError(
            "this is not the address that the browser ended at",
            fix="copy all of it, with `code=` and `state=`, and paste it here",
        )
    return text


class Listener:
    """A server on 127.0.0.1 that takes the redirect of one login. ``with Listener() as listener: …``.

    What is not this login's answer (another page's request, a wrong state) is refused, and waiting goes on.
    """

    def __init__(self) -> None:
        self.attempt: Attempt | None = None
        self._found: Callback | None = None
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, args=(0.1,), name="castad-login", daemon=True)

    @property
    def redirect_uri(self) -> str:
        """Where the platform is to send the browser."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def expect(self, attempt: Attempt) -> None:
        """Take the answer to ``attempt`` from now on: before anybody is sent there, for it may come at once."""
        self.attempt = attempt

    def wait(self, attempt: Attempt, timeout_s: float = WAIT_S) -> str:
        """The code of ``attempt``.

        Raises:
            PlatformError: (``auth``) the person declined, or nothing came in time.
        """
        self.expect(attempt)
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self._found is not None:
                return code_of(self._found, attempt)
            time.sleep(_LOOK_EVERY_S)
        raise PlatformError(
            f"nobody logged in within {timeout_s / 60:.0f} minutes",
            kind="auth",
            fix="run the command again; on a machine without a browser, with --no-browser",
        )

    def _handler(listener) -> type[http.server.BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                callback, attempt = read_callback(parts.query), listener.attempt
                ours = attempt is not None and hmac.compare_digest(callback.state.encode(), attempt.state.encode())
                if parts.path != "/" or not ours:
                    self._answer(404, "Nothing is waiting for this.")
                    return
                said = "You may close this page: castad has what it needs."
                if callback.error:
                    said = "The login was not completed. You may close this page; castad says more."
                self._answer(200, said)
                listener._found = callback

            def _answer(self, status: int, said: str) -> None:
                page = f"<!doctype html><meta charset=utf-8><title>castad</title><p>{escape(said)}"
                self.send_response(status)
                headers: Mapping[str, str] = {
                    "Content-Type": "text/html; charset=utf-8",
                    "Content-Length": str(len(page.encode())),
                    "Referrer-Policy": "no-referrer",
                    "Content-Security-Policy": "default-src 'none'",
                    "Connection": "close",
                }
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nothing: the request's line holds the code."""

        return Handler
