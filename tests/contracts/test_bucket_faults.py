"""A bucket whose clients are killed and whose server goes away in mid-transfer: whole objects, or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from s3_server import S3Server

from castad_cli.errors import EnvironmentNotReady
from castad_cli.storage import Store, open_store
from castad_cli.storage.hashing import hash_file
from castad_cli.storage.layout import blob_key
from castad_cli.storage.remote import RemoteObjects

FINGERPRINT = "ab" * 32
DAY_S = 90_000

PUT = """
import json, sys
from pathlib import Path
from castad_cli.storage import open_store
from castad_cli.storage import remote
url, options, file, fingerprint = sys.argv[1:]
store = open_store(url, json.loads(options))
fs = store.objects._fs
call = fs._call_s3
async def told(method, *arguments, **options):
    answer = await call(method, *arguments, **options)
    if method == "upload_part": print("part", flush=True)
    return answer
fs._call_s3 = told
remote._AT_ONCE = 1
store.put("rendition", fingerprint, {"video.mp4": Path(file)})
print("put", flush=True)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    """A server of this module's own, to be stopped."""
    server = S3Server()
    yield server
    server.close()


@pytest.fixture
def store(server: S3Server) -> Store:
    return open_store(server.fresh(), server.options)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Five parts of a multipart upload."""
    file = tmp_path / "video.mp4"
    block = os.urandom(1 << 20)
    with file.open("wb") as target:
        for number in range(72):
            target.write(number.to_bytes(4) + block[4:])
    return file


def uploads_under(store: Store) -> list[Any]:
    objects = store.objects
    assert isinstance(objects, RemoteObjects)
    bucket, prefix, _ = objects._fs.split_path(objects._path(""))
    answer = objects._fs.call_s3("list_multipart_uploads", Bucket=bucket, Prefix=prefix)
    return list(answer.get("Uploads") or ())


def test_a_client_killed_in_mid_upload_leaves_nothing_that_is_seen_and_what_it_left_is_swept(
    server: S3Server, store: Store, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    command = [sys.executable, "-c", PUT, store.url, json.dumps(server.options), str(large), FINGERPRINT]
    client = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert client.stdout
    assert client.stdout.readline() == "part\n"
    client.send_signal(signal.SIGKILL)
    rest = client.communicate(timeout=60)[0]
    assert client.returncode == -signal.SIGKILL
    assert "put" not in rest
    assert list(store.objects.list_objects("")) == []
    assert store.get("rendition", FINGERPRINT) is None
    assert len(uploads_under(store)) == 1
    assert store.collect().leftovers == 0, "it may still be going on"
    tomorrow = time.time() + DAY_S
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    assert store.collect(dry_run=True).leftovers == 1
    assert store.collect().leftovers == 1
    assert uploads_under(store) == []
    monkeypatch.undo()
    made = store.put("rendition", FINGERPRINT, {"video.mp4": large})
    assert store.get("rendition", FINGERPRINT) == made


def test_a_sweep_takes_the_leftovers_of_its_own_store_alone(
    server: S3Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_store(server.fresh(), server.options)
    for each in (store, other):
        objects = each.objects
        assert isinstance(objects, RemoteObjects)
        for number in range(3):
            bucket, key, _ = objects._fs.split_path(objects._path(f"cas/sha256/aa/left-{number}"))
            objects._fs.call_s3("create_multipart_upload", Bucket=bucket, Key=key)
    tomorrow = time.time() + DAY_S
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    assert store.collect().leftovers == 3
    assert (len(uploads_under(store)), len(uploads_under(other))) == (0, 3)


def restart_when(server: S3Server, store: Store, moment: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Kill the server at the first answer to ``moment`` (a method of S3), and start it again."""
    objects = store.objects
    assert isinstance(objects, RemoteObjects)
    call, met = objects._fs._call_s3, []

    async def breaking(method: str, *arguments: Any, **options: Any) -> Any:
        answer = await call(method, *arguments, **options)
        if method == moment and not met:
            met.append(method)
            server.stop()
            threading.Thread(target=server.start).start()
        return answer

    monkeypatch.setattr(objects._fs, "_call_s3", breaking)
    return met


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["upload_part", "create_multipart_upload"])
def test_a_server_restarted_in_mid_upload_has_the_whole_file_in_the_end(
    server: S3Server, store: Store, large: Path, tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = restart_when(server, store, moment, monkeypatch)
    made = store.put("rendition", FINGERPRINT, {"video.mp4": large})
    assert met == [moment]
    assert store.get("rendition", FINGERPRINT) == made
    assert hash_file(store.fetch(made, "video.mp4", tmp_path / "back")) == hash_file(large)


@pytest.mark.slow
def test_a_server_restarted_in_mid_download_gives_the_whole_file_in_the_end(
    server: S3Server, store: Store, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = store.put("rendition", FINGERPRINT, {"video.mp4": large})
    met = restart_when(server, store, "get_object", monkeypatch)
    back = store.fetch(made, "video.mp4", tmp_path / "back")
    assert met == ["get_object"]
    assert hash_file(back) == hash_file(large)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back", "video.mp4"]


def test_a_server_that_stays_away_is_told_and_nothing_is_left_of_the_transfer(
    server: S3Server, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from castad_cli.storage import remote

    monkeypatch.setattr(remote, "PATIENCE_S", 2.0)
    store = open_store(server.fresh(), {**server.options, "config_kwargs": {"retries": {"max_attempts": 1}}})
    made = store.put("rendition", FINGERPRINT, {"video.mp4": large})
    server.stop()
    try:
        for act in (
            lambda: store.fetch(made, "video.mp4", tmp_path / "back"),
            lambda: store.put("rendition", FINGERPRINT, {"video.mp4": large}),
        ):
            with pytest.raises(EnvironmentNotReady, match="does not answer") as caught:
                act()
            assert store.url in caught.value.message
            assert server.url in caught.value.message
            assert "CASTAD_STORAGE_ENDPOINT_URL" in caught.value.fix
    finally:
        server.start()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["video.mp4"]
    assert store.objects.has_blob(made.files["video.mp4"])
    assert blob_key(made.files["video.mp4"].sha256) in {info.key for info in store.objects.list_objects("cas")}
