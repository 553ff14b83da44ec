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
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer
from sqlalchemy import event

from castad_cli.records import open_records, upgrade
from castad_cli.run.cluster.release import release_of
from castad_cli.run.cluster.security import security_of
from castad_cli.run.driver import RunContext, RunRequest, run_plan
from castad_cli.run.executors.remote import RemoteExecutor
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
def postgres_url() -> Iterator[str]:
    server = PostgresServer()
    upgrade(server.url)
    yield server.url
    server.close()


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A scheduler and its workers: the address, and the scheduler's process."""
    program = [sys.executable, "-u", "-m", "castad_cli", "scheduler", "--port", "0"]
    processes = [subprocess.Popen(program, stderr=subprocess.PIPE, text=True)]
    assert processes[0].stderr is not None
    address = processes[0].stderr.readline().split()[-1]
    processes += [
        subprocess.Popen([sys.executable, "-c", _WORKER, address, str(tmp_path / f"w{number}")])
        for number in range(WORKERS)
    ]
    yield address, processes[0].pid
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


def test_orchestration_alone(scheduler: tuple[str, int], postgres_url: str, tmp_path: Path) -> None:
    address, scheduler_pid = scheduler
    settings = Settings(scheduler=address)
    plan, store, statements = make_plan(ADS), NoStore(), [0]
    stages: Any = Stages(*([lambda *_: None] * 3))

    def executor(context: RunContext) -> RemoteExecutor:
        made = RemoteExecutor(
            address, security_of(settings), release_of(), context.run, emit=context.emit, now=context.now
        )
        while made.slots.get("render", 0) < 8 * WORKERS:
            time.sleep(0.1)
        began[0] = time.perf_counter()
        return made

    began = [0.0]
    request = RunRequest(tmp_path / "scratch", command="batch")
    with closing(open_records(postgres_url)) as records:
        records.make_ready()
        records.runs(1)
        engine: Any = records._access.primary._engine

        @event.listens_for(engine, "before_cursor_execute")
        def _count(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
            statements[0] += len(parameters) if many and statement.startswith("UPDATE") else 1

        finished = run_plan(plan, stages, store, records, request, [], executor)  # type: ignore[arg-type]
        ran_s = time.perf_counter() - began[0]
        made_in = statements[0]
        assert finished.done == ADS
        store.has_all = True
        resumed_from = time.perf_counter()
        again = run_plan(plan, stages, store, records, request, [], executor)  # type: ignore[arg-type]
        resumed_s = time.perf_counter() - resumed_from
        assert again.cached == ADS
    count = ADS * STAGES_AN_AD
    driver_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(
        f"\n{ADS} ads, {count} stages: {ran_s / count * 1000:.2f} ms of wall time, {made_in / count:.2f} statements "
        f"a stage; at most {driver_mb:.0f} MB in the driver, {peak_mb(scheduler_pid):.0f} MB in the scheduler; "
        f"resumed in {resumed_s:.1f} s"
    )
