"""One contract over every kind of address an asset can have: a web server, a real S3 server."""

from __future__ import annotations

import hashlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.storage.fetch import fetch, sweep

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 5000


class Host(ABC):
    """Where assets are: puts them there, and counts how often their bytes were sent."""

    options: dict[str, Any]

    @abstractmethod
    def put(self, name: str, data: bytes) -> str:
        """The asset's URL."""

    @abstractmethod
    def url(self, name: str) -> str: ...

    @abstractmethod
    def stop(self) -> None:
        """Nothing answers any more."""


class WebHost(Host):
    def __init__(self) -> None:
        self.options = {}
        files: dict[str, bytes] = {}
        self.files = files
        self.sent: list[str] = []
        sent = self.sent

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                data = files.get(unquote(self.path))
                if data is None:
                    self.send_error(404)
                    return
                etag = f'"{hashlib.md5(data).hexdigest()}"'
                if self.headers["If-None-Match"] == etag:
                    self.send_response(304)
                    self.end_headers()
                    return
                sent.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "application/octet-stream")
                self.send_header("Content-Length", str(len(data)))
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", formatdate(usegmt=True))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        self.running = True

    def put(self, name: str, data: bytes) -> str:
        self.files[f"/{name}"] = data
        return self.url(name)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/{name}"

    def stop(self) -> None:
        if self.running:
            self.running = False
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()


class BucketHost(Host):
    def __init__(self, server: Any) -> None:
        import s3fs

        self.options = dict(server.options)
        self.prefix = server.fresh()
        self.fs = s3fs.S3FileSystem(use_listings_cache=False, **self.options)

    def put(self, name: str, data: bytes) -> str:
        self.fs.pipe_file(self.url(name), data)
        return self.url(name)

    def url(self, name: str) -> str:
        return f"{self.prefix}/{name}"

    def stop(self) -> None:
        self.options |= {"endpoint_url": "http://127.0.0.1:9", "config_kwargs": {"retries": {"max_attempts": 1}}}


@pytest.fixture(params=["http", "s3"])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    if request.param == "s3":
        import s3fs

        monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
        yield BucketHost(request.getfixturevalue("s3_server"))
        return
    host = WebHost()
    yield host
    host.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "assets"


def test_an_asset_is_fetched_whole_under_its_own_ending(host: Host, folder: Path) -> None:
    path = fetch(host.put("photos/sea.PNG", PNG), folder, host.options)
    assert path.read_bytes() == PNG
    assert path.suffix == ".png"
    assert path.parent == folder


@pytest.mark.parametrize("name", ["사진/바다 1.jpg", "a+b&c=d%20e.jpg", "no-ending"])
def test_names_in_any_script_are_fetched(host: Host, folder: Path, name: str) -> None:
    if isinstance(host, WebHost):
        name = name.replace("%20", " ")
    assert fetch(host.put(name, PNG), folder, host.options).read_bytes() == PNG


def test_an_asset_of_many_pieces_is_fetched_whole(host: Host, folder: Path) -> None:
    data = bytes(range(256)) * (20 * 4096)
    assert fetch(host.put("clip.mp4", data), folder, host.options).read_bytes() == data


def test_an_asset_that_did_not_change_is_not_sent_again(host: Host, folder: Path) -> None:
    url = host.put("sea.png", PNG)
    first = fetch(url, folder, host.options)
    before = first.stat()
    assert fetch(url, folder, host.options) == first
    assert first.stat().st_mtime_ns == before.st_mtime_ns
    if isinstance(host, WebHost):
        assert host.sent == ["/sea.png"]


def test_an_asset_that_changed_is_fetched_anew_beside_the_old(host: Host, folder: Path) -> None:
    url = host.put("sea.png", PNG)
    first = fetch(url, folder, host.options)
    host.put("sea.png", PNG + b"more")
    second = fetch(url, folder, host.options)
    assert second.read_bytes() == PNG + b"more"
    assert first.read_bytes() == PNG, "who still reads the old one reads on"
    assert fetch(url, folder, host.options) == second


def test_without_an_answer_the_copy_fetched_before_is_used_and_said_so(host: Host, folder: Path) -> None:
    url = host.put("sea.png", PNG)
    first = fetch(url, folder, host.options)
    host.stop()
    said: list[str] = []
    assert fetch(url, folder, host.options, notify=said.append) == first
    assert len(said) == 1
    assert "using the copy fetched before" in said[0]


def test_without_an_answer_and_a_copy_it_is_an_error_at_its_place(host: Host, folder: Path) -> None:
    url = host.put("sea.png", PNG)
    host.stop()
    place = Place("a.yaml", 3, 5, "media[0]")
    with pytest.raises(UserError, match="does not answer") as caught:
        fetch(url, folder, host.options, place=place)
    assert caught.value.place == place
    assert caught.value.fix


def test_a_missing_asset_is_told_even_when_there_is_a_copy(host: Host, folder: Path) -> None:
    with pytest.raises(UserError, match="nothing is there") as caught:
        fetch(host.url("nothing.png"), folder, host.options, place=Place("a.yaml", 1))
    assert caught.value.place == Place("a.yaml", 1)
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_copy_that_was_cut_short_is_fetched_again(host: Host, folder: Path) -> None:
    url = host.put("sea.png", PNG)
    fetch(url, folder, host.options).write_bytes(PNG[:100])
    assert fetch(url, folder, host.options).read_bytes() == PNG


@pytest.mark.parametrize("entry", [b"", b"{}", b"[]", b'{"file": "../../x", "size": 1}', b"\xff"])
def test_a_damaged_entry_is_as_good_as_none(host: Host, folder: Path, entry: bytes) -> None:
    url = host.put("sea.png", PNG)
    fetch(url, folder, host.options)
    (entry_file,) = folder.glob("*.json")
    entry_file.write_bytes(entry)
    assert fetch(url, folder, host.options).read_bytes() == PNG


def test_an_asset_larger_than_the_limit_is_refused(host: Host, folder: Path) -> None:
    with pytest.raises(UserError, match="too large") as caught:
        fetch(host.put("sea.png", PNG), folder, host.options, limit_bytes=len(PNG) - 1)
    assert "0.0 MB" in caught.value.message
    assert list(folder.glob("*")) == []


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><p>Sign in", b"\n <HTML lang=ko>", b"<!-- x --><!doctype HTML>", b"<head>"]
)
def test_a_web_page_in_place_of_media_is_told(host: Host, folder: Path, page: bytes) -> None:
    with pytest.raises(UserError, match="web page"):
        fetch(host.put("sea.jpg", page + b" " * 3000), folder, host.options)
    assert list(folder.glob("*")) == []


def test_an_svg_is_no_web_page(host: Host, folder: Path) -> None:
    svg = b'<?xml version="1.0"?><!-- html --><svg xmlns="http://www.w3.org/2000/svg"/>'
    assert fetch(host.put("logo.svg", svg), folder, host.options).read_bytes() == svg


def test_an_empty_file_is_told(host: Host, folder: Path) -> None:
    with pytest.raises(UserError, match="empty"):
        fetch(host.put("sea.jpg", b""), folder, host.options)


def test_many_that_fetch_at_once_all_get_the_whole(host: Host, folder: Path) -> None:
    url = host.put("sea.png", PNG)
    with ThreadPoolExecutor(6) as pool:
        paths = list(pool.map(lambda _: fetch(url, folder, host.options), range(6)))
    assert {path.read_bytes() for path in paths} == {PNG}
    assert {path.suffix for path in folder.iterdir()} == {".png", ".json"}


def test_sweeping_removes_what_was_not_asked_for_lately(host: Host, folder: Path) -> None:
    path = fetch(host.put("sea.png", PNG), folder, host.options)
    assert sweep(folder, 3600) == (0, 0)
    count, size = sweep(folder, -1, dry_run=True)
    assert (count, size > len(PNG), path.exists()) == (2, True, True)
    assert sweep(folder, -1) == (count, size)
    assert list(folder.iterdir()) == []
    assert sweep(folder / "nowhere", 0) == (0, 0)
