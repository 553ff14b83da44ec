"""What running many ads costs beside making them: real scheduler, workers and Postgres, stages that do nothing.

python3 castad_cli/bootstrap.py bench -k orchestration, with ``CASTAD_BENCH_ADS`` for another number of ads (50000).
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from postgres_server import PostgresServer
from sqlalchemy import event

from castad_cli.model.events import Event, RenditionDone
from castad_cli.records import open_records, upgrade
from castad_cli.run.cluster.release import release_of
from castad_cli.run.cluster.security import security_of
from castad_cli.run.driver import RunContext, run_plan
from castad_cli.run.executors.remote import RemoteExecutor
from castad_cli.run.request import RunRequest
from castad_cli.run.stages import Stages
from castad_cli.settings import Settings
from castad_cli.storage import Made

ADS = int(os.environ.get("CASTAD_BENCH_ADS", "2000"))
STAGES_AN_AD = 3
WORKERS = 2

_WORKER = """
import os, sys, time
from pathlib import Path
from castad_cli.run.cluster import worker as workers
from castad_cli.run.cluster.release import release_of
from castad_cli.run.cluster.security import security_of
from castad_cli.run.stages import Stages
from castad_cli.run.workshop import Result, Workshop
from castad_cli.settings import Settings
from castad_cli.storage import open_store

class NoWork(Workshop):
    def do(self, job, stop=None):
        return Result(job.fingerprint)

workers.Workshop = NoWork
settings = Settings(scheduler=sys.argv[1], cache_folder=Path(sys.argv[2]))
nothing = lambda *_: None
slots = {"generate": 8, "render": 8, "upload": 8}
plan = workers.WorkerPlan(
    settings.scheduler, slots, release_of(), security_of(settings), settings.cache_folder / "scratch"
)
workers.serve(plan, Stages(nothing, nothing, nothing), open_store(settings.storage_url), settings, nothing)
"""


class NoStore:
    """Holds nothing, or everything, and costs nothing."""

    remote = True

    def __init__(self) -> None:
        self.has_all = False

    def get(self, kind: str, fingerprint: str) -> Made:
        return Made(kind, fingerprint, {})

    def get_many(self, kind: str, fingerprints: Iterable[str]) -> dict[str, Made]:
        return {each: Made(kind, each, {}) for each in fingerprints} if self.has_all else {}

    def place(self, made: Made, name: str, path: str) -> str:
        return path


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    upgrade(server.url)
    yield server
    server.close()


@dataclass
class Cluster:
    """A scheduler and its workers: the address, and the processes' ids."""

    address: str
    scheduler: int
    workers: list[int]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    program = [sys.executable, "-u", "-m", "castad_cli", "scheduler", "--port", "0"]
    processes = [subprocess.Popen(program, stderr=subprocess.PIPE, text=True)]
    assert processes[0].stderr is not None
    address = processes[0].stderr.readline().split()[-1]
    processes += [
        subprocess.Popen([sys.executable, "-c", _WORKER, address, str(tmp_path / f"w{number}")])
        for number in range(WORKERS)
    ]
    yield Cluster(address, processes[0].pid, [process.pid for process in processes[1:]])
    for process in processes:
        process.kill()
        process.wait()
    processes[0].stderr.close()


def peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1000


def make_plan(ads: int) -> Any:
    sys.path.insert(0, str(Path(__file__).parent.parent / "cluster"))
    os.environ.setdefault("PARTS_FOLDER", "/nowhere")
    import parts

    return parts.make_plan(ads)


class Cost:
    """Processor time and memory of the processes of a benchmark, by what they are."""

    def __init__(self, processes: dict[str, list[int]]) -> None:
        self._processes = {name: [each for pid in pids for each in _family(pid)] for name, pids in processes.items()}
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        return {name: sum(sum(each.cpu_times()[:2]) for each in found) for name, found in self._processes.items()}

    def since(self) -> dict[str, float]:
        """Seconds of processor time since this was made."""
        return {name: seconds - self._before[name] for name, seconds in self._now().items()}


def _family(pid: int) -> list[psutil.Process]:
    """A process and all that it started; of this one, itself alone."""
    process = psutil.Process(pid)
    return [process] if pid == os.getpid() else [process, *process.children(recursive=True)]


class Tenths:
    """The driver's memory in MB, and the milliseconds a stage, of each tenth of the ads."""

    def __init__(self, ads: int) -> None:
        self._every, self._done = max(1, ads // 10), 0
        self._since = time.perf_counter()
        self.mb: list[int] = []
        self.ms: list[float] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, RenditionDone):
            self._done += 1
            if self._done % self._every == 0:
                self.mb.append(round(psutil.Process().memory_info().rss / 1e6))
                now = time.perf_counter()
                self.ms.append((now - self._since) / self._every / STAGES_AN_AD * 1000)
                self._since = now


@pytest.mark.timeout(3600)
def test_orchestration_alone(cluster: Cluster, postgres: PostgresServer, tmp_path: Path) -> None:
    settings = Settings(scheduler=cluster.address)
    plan, store, statements = make_plan(ADS), NoStore(), [0]
    stages: Any = Stages(*([lambda *_: None] * 3))
    began: list[float] = []
    costs: list[Cost] = []
    served_by = int((postgres.data / "postmaster.pid").read_text().split()[0])

    def executor(context: RunContext) -> RemoteExecutor:
        made = RemoteExecutor(
            cluster.address, security_of(settings), release_of(), context.run, emit=context.emit, now=context.now
        )
        while made.slots.get("render", 0) < 8 * WORKERS:
            time.sleep(0.1)
        began.append(time.perf_counter())
        parts = {"scheduler": [cluster.scheduler], "workers": cluster.workers, "Postgres": [served_by]}
        costs.append(Cost({"driver": [os.getpid()], **parts}))
        return made

    request = RunRequest(tmp_path / "scratch", command="batch")
    tenths = Tenths(ADS)
    with closing(open_records(postgres.url)) as records:
        records.make_ready()
        records.runs(1)
        engine: Any = records._access.primary._engine

        @event.listens_for(engine, "before_cursor_execute")
        def _count(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
            statements[0] += len(parameters) if many and statement.startswith("UPDATE") else 1

        finished = run_plan(plan, stages, store, records, request, [tenths], executor)
        ran_s, spent = time.perf_counter() - began[0], costs[0].since()
        made_in = statements[0]
        assert finished.done == ADS
        store.has_all = True
        resumed_from = time.perf_counter()
        again = run_plan(plan, stages, store, records, request, [], executor)  # type: ignore[arg-type]
        resumed_s = time.perf_counter() - resumed_from
        assert again.cached == ADS
    (database_bytes,) = postgres._query("SELECT pg_database_size(current_database())")
    count = ADS * STAGES_AN_AD
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    rows = [
        ("wall time a stage", f"{ran_s / count * 1000:.2f} ms", "2.5 ms"),
        ("statements a stage", f"{made_in / count:.2f}", "4"),
        ("driver, at most", f"{peak:.0f} MB", "400 MB"),
        ("the same, tenth by tenth", " ".join(f"{each:.1f}" for each in tenths.ms) + " ms", ""),
        ("driver, tenth by tenth", " ".join(str(each) for each in tenths.mb) + " MB", "flat"),
        ("scheduler, at most", f"{peak_mb(cluster.scheduler):.0f} MB", "400 MB"),
        ("resume over all of them", f"{resumed_s:.1f} s", "60 s"),
        ("database after two runs", f"{database_bytes / 1e6:.0f} MB", ""),
        *((f"processor time a stage: {name}", f"{each / count * 1000:.2f} ms", "") for name, each in spent.items()),
    ]
    print(f"\n{ADS} ads, {count} stages, in {ran_s:.1f} s")
    for what, measured, asked in rows:
        print(f"  {what:36} {measured:>12}   {asked and 'asked: ' + asked}")
