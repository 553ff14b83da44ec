"""An asset over HTTP: bounded in redirects and waits, and never from where a machine keeps its own secrets."""

from __future__ import annotations

import base64
import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from castad_cli import __version__
from castad_cli.storage.answer import Answer, NotUsableError, UnreachableError, Validators

WAIT_S = 30.0
"""Longest silence of a server."""
_REDIRECTS = 8
_CHUNK = 1 << 18
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_METADATA_HOSTS = {ipaddress.ip_address("fd00:ec2::254"), ipaddress.ip_address("fd20:ce::254")}
"""Where clouds hand out credentials beside the link-local addresses. Source: AWS and Google Cloud's pages."""


def open_http(url: str, known: Validators) -> Answer | None:
    """The answer to asking for ``url``; None when it is still what ``known`` says.

    Raises:
        UnreachableError: no answer, or one that says to come back later.
        NotUsableError: the answer is no.
    """
    request = _build_request(url, known)
    try:
        response = _opener().open(request, timeout=WAIT_S)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 304 and known:
                return None
            raise _refusal(error) from error
    except (OSError, http.client.HTTPException) as error:
        raise _explain(error) from error
    except ValueError as error:
        raise NotUsableError("it redirects to what is no web address", "use the address of the file itself") from error
    if response.headers.get("Content-Encoding", "identity") != "identity":
        response.close()
        raise NotUsableError("it is sent compressed", "download the file and name its path")
    answer = _read_head(response)
    if known and answer.validators == known:  # a server that does not do conditional requests
        response.close()
        return None
    return answer


def _build_request(url: str, known: Validators) -> urllib.request.Request:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
        host = f"[{host}]" if ":" in host else host.encode("idna").decode()
    except ValueError as error:
        raise NotUsableError("this is no web address", "write it as https://host/path") from error
    if not host:
        raise NotUsableError("this address names no host", "write it as https://host/path")
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    request = urllib.request.Request(urlunsplit((parts.scheme.lower(), host + port, path, query, "")))  # noqa: S310
    request.add_header("User-Agent", f"castad/{__version__}")
    request.add_header("Accept-Encoding", "identity")
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_unredirected_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
    if known.etag:
        request.add_header("If-None-Match", known.etag)
    if known.last_modified:
        request.add_header("If-Modified-Since", known.last_modified)
    return request


def _read_head(response: Any) -> Answer:
    length = response.headers.get("Content-Length", "")
    return Answer(
        validators=Validators(response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")),
        content_type=response.headers.get_content_type() if response.headers.get("Content-Type") else "",
        size=int(length) if length.isdigit() else None,
        chunks=_read_body(response),
        close=response.close,
    )


def _read_body(response: Any) -> Iterator[bytes]:
    while True:
        try:
            chunk = response.read1(_CHUNK)  # what has come; `read` would wait for all of it, however slowly it drips
        except (OSError, http.client.HTTPException) as error:
            raise _explain(error) from error
        if not chunk:
            return
        yield chunk


def _refusal(error: urllib.error.HTTPError) -> Exception:
    if error.code in (404, 410):
        return NotUsableError(f"nothing is there ({error.code})", "correct the address")
    if error.code in (401, 402, 403, 407, 451):
        return NotUsableError(
            f"access is refused ({error.code})", "share the file so that it needs no sign-in, or download it"
        )
    if error.code in _PASSING:
        return UnreachableError(f"it answers with {error.code} {error.reason}")
    if 300 <= error.code < 400:
        return NotUsableError("it is redirected without end or to nowhere", "use the address of the file itself")
    return NotUsableError(f"it answers with {error.code} {error.reason}", "correct the address")


def _explain(error: Exception) -> Exception:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return NotUsableError(
            f"its certificate is not trusted ({reason.verify_message})", "use another host, or download the file"
        )
    if isinstance(reason, socket.gaierror):
        return UnreachableError("there is no such host, or no network", again=False)
    if isinstance(reason, TimeoutError):
        return UnreachableError(f"nothing came for {WAIT_S:.0f} s")
    if isinstance(reason, OSError) and reason.strerror:
        return UnreachableError(reason.strerror.lower())
    return UnreachableError(str(reason) or type(reason).__name__)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to http and https alone, a bounded number of times; a redirect takes no credentials along."""

    max_redirections = _REDIRECTS
    max_repeats = 2

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme.lower() not in ("http", "https"):
            raise NotUsableError(
                "it redirects to something that is no web address", "use the address of the file itself"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check_peer(connection: socket.socket) -> None:
    """Refuse link-local peers, whatever name led there: that is where clouds keep a machine's credentials."""
    address = ipaddress.ip_address(str(connection.getpeername()[0]).partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_link_local or address in _METADATA_HOSTS:
        connection.close()
        raise NotUsableError(f"{address} is not a place for assets", "use a web address")


class _Connection(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _check_peer(self.sock)


class _SecureConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _check_peer(self.sock)


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_Connection, req)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_SecureConnection, req, context=ssl.create_default_context())


def _opener() -> urllib.request.OpenerDirector:
    """Proxies as the environment says; no handler for file:, ftp: or data:."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Http(),
        _Https(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    return opener
