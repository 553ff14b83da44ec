"""A cluster of real processes on this machine: scheduler, workers, driver, and a Postgres of its own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from postgres_server import PostgresServer, create_database, drop_database
from proxy import Proxy

from castad_cli.records import Records, open_records, upgrade
from castad_cli.storage import open_store

PARTS = Path(__file__).with_name("parts.py")
PATIENCE_S = 120.0
WORKER_TTL_S = 4


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


def until(what: str, is_so: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
    """Wait until something is so."""
    end = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() > end:
            pytest.fail(f"not within {limit_s:.0f} s: {what}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@pytest.fixture
def proxy_to() -> type[Proxy]:
    return Proxy


class Driver:
    """A driver's process; its events as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.events: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with contextlib.suppress(ValueError):
                self.events.append(json.loads(line))

    def count(self, event: str) -> int:
        return sum(each["event"] == event for each in list(self.events))

    def said(self, words: str) -> bool:
        return any(words in each.get("reason", "") for each in list(self.events))

    def wait_done(self, renditions: int) -> None:
        until(
            f"{renditions} renditions done",
            lambda: self.count("rendition.done") >= renditions or self.process.poll() is not None,
        )
        assert self.process.poll() is None or self.count("rendition.done") >= renditions, self.events[-3:]

    def end(self) -> dict[str, Any]:
        """The summary, once it has ended by itself."""
        self.process.wait(PATIENCE_S)
        self._reader.join(10)
        return self.events[-1]


class Cluster:
    """A scheduler, two workers and the drivers of one test after another. All they write lies below ``folder``."""

    parts = PARTS
    storage_options: Mapping[str, Any] = {}
    until = staticmethod(until)

    def __init__(self, folder: Path, environment: Mapping[str, str], database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.environment = {
            **environment,
            "CASTAD_SCHEDULER": self.address,
            "CASTAD_DATABASE_URL": database_url,
            "PARTS_FOLDER": str(folder),
            "PYTHONUNBUFFERED": "1",
        }
        self.processes: list[subprocess.Popen[str]] = []
        self.workers: list[subprocess.Popen[str]] = []
        """The usual two; a test may add others."""
        self.scheduler: subprocess.Popen[str] | None = None
        self._started = self._batches = 0

    def renew(self) -> None:
        """Ready for another test: what died is started again, and nothing of the former batch counts any more."""
        for process in self.processes:
            if process is not self.scheduler and process not in self.workers[:2]:
                _kill(process)
        self.workers = [worker for worker in self.workers[:2] if worker.poll() is None]
        for file in (*self.folder.glob("did-*.log"), *self.folder.glob("ledger.log")):
            file.unlink()
        self._batches += 1
        self.environment["PARTS_BATCH"] = f"batch{self._batches}-"
        if self.scheduler is None or self.scheduler.poll() is not None:
            self.start_scheduler()
        while len(self.workers) < 2:
            self.start_worker()

    def start(self, *command: str, **more: str) -> subprocess.Popen[str]:
        with (self.folder / "stderr.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                env={**self.environment, **more},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_scheduler(self) -> subprocess.Popen[str]:
        arguments = ("--port", str(self.port), "--worker-ttl", str(WORKER_TTL_S))
        self.scheduler = self.start("-m", "castad_cli", "scheduler", *arguments)
        return self.scheduler

    def start_worker(self, **more: str) -> subprocess.Popen[str]:
        self._started += 1
        worker = self.start(str(PARTS), "worker", CASTAD_CACHE_FOLDER=str(self.folder / f"w{self._started}"), **more)
        self.workers.append(worker)
        return worker

    def start_driver(self, ads: int, out: str = "out") -> Driver:
        folder = self.folder / f"out{self._batches}" / out
        return Driver(self.start(str(PARTS), "driver", str(ads), PARTS_OUT=str(folder)))

    def tool_of(self, worker: subprocess.Popen[str]) -> int:
        """The child that a worker started last, once there is one."""
        file = self.folder / f"tool-{socket.gethostname()}-{worker.pid}"
        until("the worker has begun a rendition", lambda: file.exists() and file.read_text() != "")
        return int(file.read_text())

    def supervisor_of(self, worker: subprocess.Popen[str]) -> int:
        """The process that kills what a worker leaves behind, once there is one."""
        found: list[int] = []

        def find() -> bool:
            found.clear()
            for child in psutil.Process(worker.pid).children():
                with contextlib.suppress(psutil.Error):
                    if child.status() != psutil.STATUS_ZOMBIE and "supervisor.py" in " ".join(child.cmdline()):
                        found.append(child.pid)
            return bool(found)

        until("the worker has a supervisor", find)
        return found[0]

    def kill_tool_of(self, worker: subprocess.Popen[str]) -> None:
        """Kill the child that a worker has just now."""

        def kill() -> bool:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.tool_of(worker), signal.SIGKILL)
                return True
            return False

        until("a child is killed", kill)

    def complaints(self) -> str:
        """The end of what its processes said on stderr."""
        return (self.folder / "stderr.log").read_text()[-3000:]

    def records(self) -> Records:
        return open_records(self.database_url)

    def did(self, what: str) -> Counter[str]:
        """How often each rendition was begun, or ended, by any worker."""
        lines = [line for file in self.folder.glob("did-*.log") for line in file.read_text().splitlines()]
        return Counter(line.split()[1] for line in lines if line.startswith(what))

    def left(self) -> list[str]:
        """What still runs of all that the cluster's workers started."""
        mark = f"PARTS_FOLDER={self.folder}".encode()
        own = {process.pid for process in self.processes}
        found = []
        for process in Path("/proc").iterdir():
            if not process.name.isdigit() or int(process.name) in own:
                continue
            with contextlib.suppress(OSError):
                if mark in (process / "environ").read_bytes():
                    command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if "supervisor.py" not in command and (process / "stat").read_text().split()[2] != "Z":
                        found.append(command[:120])
        return found

    def check(self, ads: int) -> None:
        """Every ad is done and posted once, nothing is recorded that is not there, and no child is left."""
        records = self.records()
        try:
            run = records.run("last")
            assert (run.state, run.done, run.posted) == ("done", ads, ads), run
            store = open_store(self.environment["CASTAD_STORAGE_URL"], self.storage_options)
            fetched = self.folder / "fetched"
            for rendition in records.renditions(run.id):
                assert Path(rendition.path).is_file(), rendition
                made = store.get("rendition", rendition.fingerprint)
                assert made is not None
                for name, blob in made.files.items():
                    store.fetch(made, name, fetched)
                    assert hashlib.sha256(fetched.read_bytes()).hexdigest() == blob.sha256
                    fetched.unlink()
            ledger = (self.folder / "ledger.log").read_text().split()
            assert len(ledger) == len(set(ledger)) == ads, "each post is out once"
            assert {post.key for post in records.posts(run.id)} == set(ledger)
        finally:
            records.close()
        until(f"no child is left: {self.left()}", lambda: not self.left(), 20)

    def stop_workers(self) -> None:
        for worker in self.workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGCONT)
                os.kill(worker.pid, signal.SIGTERM)
        for worker in self.workers:
            worker.wait(60)

    def close(self) -> None:
        for process in self.processes:
            _kill(process)
            if process.stdout is not None:
                process.stdout.close()


def _kill(process: subprocess.Popen[str]) -> None:
    """It and all of its group."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment_in(folder: Path) -> dict[str, str]:
    """The environment of processes that have home, store and cache below ``folder``, and nothing of this machine's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASTAD_")}
    home = folder / "home"
    home.mkdir()
    places = {name: str(home / name.lower()) for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    return {**kept, **places, "HOME": str(home), "CASTAD_STORAGE_URL": str(folder / "store")}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Iterator[Cluster]:
    """The cluster of a module's tests; at their end its workers end in good order, and leave nothing."""
    folder = tmp_path_factory.mktemp("cluster")
    url = create_database(postgres.url)
    upgrade(url)
    cluster = Cluster(folder, environment_in(folder), url)
    try:
        yield cluster
        cluster.renew()
        cluster.stop_workers()
        assert not cluster.left()
    finally:
        cluster.close()
        drop_database(url, postgres.url)


@pytest.fixture
def cluster(standing: Cluster) -> Cluster:
    """A scheduler, two workers and a batch that nobody has made anything of; drivers are the test's to start."""
    standing.renew()
    return standing


@pytest.fixture
def make_cluster(tmp_path: Path) -> Iterator[Callable[..., Cluster]]:
    """Makes a cluster of one test's own, by its database's URL and the settings that are its own."""
    made: list[Cluster] = []

    def make(database_url: str, **environment: str) -> Cluster:
        made.append(Cluster(tmp_path, {**environment_in(tmp_path), **environment}, database_url))
        made[-1].renew()
        return made[-1]

    yield make
    for each in made:
        each.close()
