"""What only the web does to an asset."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.storage import fetch as fetch_module
from castad_cli.storage import http_asset
from castad_cli.storage.fetch import fetch, is_remote, without_query

JPEG = b"\xff\xd8\xff" + b"picture" * 3000
Respond = Callable[[BaseHTTPRequestHandler], None]


class Web:
    """A web server that answers each path as it is told, and remembers the requests."""

    def __init__(self) -> None:
        self.answers: dict[str, Respond] = {}
        self.requests: list[BaseHTTPRequestHandler] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.requests.append(self)
                web.answers[self.path.partition("?")[0]](self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def send(status: int = 200, body: bytes = b"", **headers: str) -> Respond:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            if value:
                handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(fetch_module, "_PAUSE_S", 0.01)
    web = Web()
    yield web
    web.close()


@pytest.mark.parametrize(
    ("status", "says", "fix"),
    [
        (404, "nothing is there", "correct the address"),
        (410, "nothing is there", "correct the address"),
        (401, "access is refused", "needs no sign-in"),
        (403, "access is refused", "needs no sign-in"),
        (418, "answers with 418", "correct the address"),
    ],
)
def test_a_refusal_is_told_at_once(web: Web, tmp_path: Path, status: int, says: str, fix: str) -> None:
    web.answers["/a.jpg"] = send(status, b"no")
    with pytest.raises(UserError, match=says) as caught:
        fetch(f"{web.url}/a.jpg", tmp_path)
    assert fix in caught.value.fix
    assert len(web.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_stumbles_is_asked_again(web: Web, tmp_path: Path, status: int) -> None:
    def stumble(handler: BaseHTTPRequestHandler) -> None:
        send(200, JPEG)(handler) if len(web.requests) == 3 else send(status)(handler)

    web.answers["/a.jpg"] = stumble
    assert fetch(f"{web.url}/a.jpg", tmp_path).read_bytes() == JPEG


def test_a_server_that_keeps_stumbling_is_told(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(503)
    with pytest.raises(UserError, match="answers with 503"):
        fetch(f"{web.url}/a.jpg", tmp_path)
    assert len(web.requests) == 3


def test_a_transfer_cut_short_is_begun_anew_and_never_kept(web: Web, tmp_path: Path) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        body = JPEG if len(web.requests) == 2 else JPEG[:999]
        send(200, body, Content_Length=str(len(JPEG)))(handler)

    web.answers["/a.jpg"] = cut
    assert fetch(f"{web.url}/a.jpg", tmp_path).read_bytes() == JPEG
    assert len(list(tmp_path.iterdir())) == 2


def test_redirects_are_followed_but_not_for_ever(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(302, Location="/%EB%B0%94%EB%8B%A4.jpg")
    web.answers["/%EB%B0%94%EB%8B%A4.jpg"] = send(200, JPEG)
    assert fetch(f"{web.url}/a.jpg", tmp_path).read_bytes() == JPEG
    web.answers["/loop"] = send(302, Location="/loop")
    with pytest.raises(UserError, match="redirected without end"):
        fetch(f"{web.url}/loop", tmp_path)
    for step in range(20):
        web.answers[f"/{step}"] = send(301, Location=f"/{step + 1}")
    with pytest.raises(UserError, match="redirected without end"):
        fetch(f"{web.url}/0", tmp_path)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:image/png,x", "s3://b/k", "http://[::1"]
)
def test_a_redirect_leads_only_to_the_web(web: Web, tmp_path: Path, target: str) -> None:
    web.answers["/a.jpg"] = send(302, Location=target)
    with pytest.raises(UserError, match=r"no web address|redirected"):
        fetch(f"{web.url}/a.jpg", tmp_path)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x.jpg", "gopher://host/", "memory://x"])
def test_other_addresses_are_no_assets(tmp_path: Path, url: str) -> None:
    assert not is_remote(url)
    with pytest.raises(UserError, match="no address an asset can have"):
        fetch(url, tmp_path)


@pytest.mark.parametrize("url", ["http://", "https:///path.jpg", "http://host:99999/x", "http://[::1", "s3://bucket"])
def test_broken_addresses_are_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(UserError):
        fetch(url, tmp_path)


def test_metadata_services_of_clouds_are_never_asked(web: Web, tmp_path: Path) -> None:
    ours = socket.socket

    class LinkLocal(ours):  # type: ignore[valid-type, misc]
        def getpeername(self) -> tuple[str, int]:
            return ("169.254.169.254", 80)

    connection = LinkLocal()
    with pytest.raises(http_asset.NotUsableError, match="not a place for assets"):
        http_asset._check_peer(connection)
    for address in ("::ffff:169.254.169.254", "fe80::1%eth0", "fd00:ec2::254"):
        LinkLocal.getpeername = lambda self, address=address: (address, 80)  # type: ignore[method-assign, misc, assignment]
        connection = LinkLocal()
        with pytest.raises(http_asset.NotUsableError):
            http_asset._check_peer(connection)


def test_secrets_in_an_address_are_used_but_not_shown(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(404)
    host = web.url.removeprefix("http://")
    with pytest.raises(UserError) as caught:
        fetch(f"http://user:hush%40@{host}/a.jpg?X-Signature=hush", tmp_path)
    assert web.requests[0].headers["Authorization"] == "Basic dXNlcjpodXNoQA=="
    assert web.requests[0].path == "/a.jpg?X-Signature=hush"
    assert "hush" not in caught.value.message + caught.value.fix
    assert without_query("https://u:p@h/a?b#c") == "https://h/a?…"


def test_credentials_do_not_follow_a_redirect(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(302, Location="/b.jpg")
    web.answers["/b.jpg"] = send(200, JPEG)
    fetch(f"http://user:pass@{web.url.removeprefix('http://')}/a.jpg", tmp_path)
    assert "Authorization" in web.requests[0].headers
    assert "Authorization" not in web.requests[1].headers


def test_a_server_that_ignores_conditions_sends_no_second_body_to_disk(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(200, JPEG, ETag='"1"')
    first = fetch(f"{web.url}/a.jpg", tmp_path)
    before = first.stat().st_mtime_ns
    assert fetch(f"{web.url}/a.jpg", tmp_path) == first
    assert first.stat().st_mtime_ns == before


def test_without_validators_it_is_fetched_each_time(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(200, JPEG)
    fetch(f"{web.url}/a.jpg", tmp_path)
    web.answers["/a.jpg"] = send(200, JPEG[::-1])
    assert fetch(f"{web.url}/a.jpg", tmp_path).read_bytes() == JPEG[::-1]


def test_an_asset_removed_since_is_told_although_there_is_a_copy(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(200, JPEG, ETag='"1"')
    fetch(f"{web.url}/a.jpg", tmp_path)
    web.answers["/a.jpg"] = send(404)
    with pytest.raises(UserError, match="nothing is there"):
        fetch(f"{web.url}/a.jpg", tmp_path)


def test_a_page_by_its_content_type_is_told(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(200, b"whatever", Content_Type="text/html; charset=utf-8")
    with pytest.raises(UserError, match="web page"):
        fetch(f"{web.url}/a.jpg", tmp_path)


def test_a_body_without_a_length_is_limited_too(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(200, JPEG, Content_Length="")
    assert fetch(f"{web.url}/a.jpg", tmp_path).read_bytes() == JPEG
    with pytest.raises(UserError, match="too large"):
        fetch(f"{web.url}/a.jpg", tmp_path, limit_bytes=1000)


def test_a_server_that_drips_is_given_up(web: Web, tmp_path: Path) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not over.wait(0.05):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    web.answers["/a.jpg"] = drip
    began = time.monotonic()
    try:
        with pytest.raises(UserError, match="in the time allowed"):
            fetch(f"{web.url}/a.jpg", tmp_path, total_s=0.5)
    finally:
        over.set()
    assert time.monotonic() - began < 20
    assert list(tmp_path.iterdir()) == []


def test_a_silent_server_is_given_up(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(http_asset, "WAIT_S", 0.2)
    web.answers["/a.jpg"] = lambda handler: (over.wait(20) and None) or None
    try:
        with pytest.raises(UserError, match="nothing came for"):
            fetch(f"{web.url}/a.jpg", tmp_path)
    finally:
        over.set()


def test_a_host_that_does_not_exist_is_told_without_delay(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def look_up(*arguments: object, **_: object) -> None:
        asked.append(arguments)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(UserError, match="no such host"):
        fetch("http://no-such-host.invalid/a.jpg", tmp_path)
    assert len(asked) == 1


def test_a_folder_that_cannot_be_made_is_told(web: Web, tmp_path: Path) -> None:
    web.answers["/a.jpg"] = send(200, JPEG)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises((UserError, EnvironmentNotReady), match="keep a fetched asset"):
        fetch(f"{web.url}/a.jpg", tmp_path / "file" / "assets")


def test_proxies_of_the_environment_are_used(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", web.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    web.answers["http://example.invalid/a.jpg"] = send(200, JPEG)
    assert fetch("http://example.invalid/a.jpg", tmp_path).read_bytes() == JPEG
    assert os.environ["http_proxy"] == web.url
