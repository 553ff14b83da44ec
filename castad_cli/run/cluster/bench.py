"""Where a worker process does its jobs: one workshop, warm, for whatever run a job is of.

`do` is what Dask runs. It finds the process's bench; so a job carries nothing but its task, and a worker uses its own
settings, its own records and its own secrets.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from castad_cli.render.machine.process import keep_guarded
from castad_cli.run.cluster.assets import find_here, with_assets
from castad_cli.run.cluster.bundles import PATIENCE_S
from castad_cli.run.cluster.release import release_of
from castad_cli.run.cluster.telegraph import Telegraph
from castad_cli.run.failures import describe_failure
from castad_cli.run.graph import RENDER, Job
from castad_cli.run.stages import Cancelled
from castad_cli.run.workshop import Result, Workshop

if TYPE_CHECKING:
    from castad_cli.settings import Settings

_LOOK_EVERY_S = 0.2


@dataclass
class Bench:
    """One worker process's. ``name`` is the worker's."""

    name: str
    shop: Workshop
    settings: Settings
    telegraph: Telegraph
    given_up: threading.Event = field(default_factory=threading.Event)
    """Set: stop everything that is being done, and give it back."""
    _doing: dict[str, threading.Event] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def busy(self) -> int:
        """How many jobs are being done."""
        return len(self._doing)

    def do(self, key: str, jobs: Sequence[Job], run: str, remake: bool) -> list[Result] | None:
        """Do the jobs of a bundle, one after another; None when one was stopped before its end, and so all are given
        back: what was done of them is found in the store. Fewer results than jobs: the others were not begun, since
        the first took long.
        """
        results: list[Result] = []
        end = time.monotonic() + PATIENCE_S
        with self._watched(key) as stop:
            for place, job in enumerate(jobs):
                if results and time.monotonic() > end:
                    break
                result = self._do_one(name_in_bundle(key, place), job, run, remake, stop)
                if result is None:
                    return None
                results.append(result)
        return results

    def _do_one(self, key: str, job: Job, run: str, remake: bool, stop: threading.Event) -> Result | None:
        emit = self.telegraph.begin(key, run)
        shop = replace(self.shop, emit=emit, remake=remake)
        try:
            if job.role == RENDER:
                shop.stages.open()
            task = with_assets(job.task, lambda asset: find_here(asset, shop.store, self.settings))
            result = shop.do(job if task is job.task else replace(job, task=task), stop)
        except Cancelled:
            return None
        except Exception as error:  # of opening, or of the assets: as if the stage had raised it
            result = Result(job.fingerprint, problem=describe_failure(error, job.subject, at=0.0))
        finally:
            self.telegraph.end(key)
        return replace(result, worker=self.name)

    def stop_unwanted(self, is_wanted: Any) -> None:
        """Stop the jobs whose key is not wanted any more: cancelled, or their driver gone."""
        with self._lock:
            for key, stop in self._doing.items():
                if self.given_up.is_set() or not is_wanted(key):
                    stop.set()

    @contextmanager
    def _watched(self, key: str) -> Iterator[threading.Event]:
        stop = threading.Event()
        with self._lock:
            self._doing[key] = stop
        try:
            yield stop
        finally:
            with self._lock:
                del self._doing[key]


_bench: Bench | None = None


def set_up(bench: Bench | None) -> None:
    """Make it this process's bench."""
    global _bench
    _bench = bench


def name_in_bundle(key: str, place: int) -> str:
    """What one job of a bundle is called in messages: the task's key, and its place."""
    return f"{key}/{place}"


def do(jobs: Sequence[Job], run: str, remake: bool) -> list[Result] | None:
    """What a Dask worker runs: see `Bench.do`."""
    from distributed import get_worker

    assert _bench is not None, "only `castad worker` takes jobs"
    return _bench.do(get_worker().get_current_task(), jobs, run, remake)


def report() -> dict[str, Any]:
    """This process's release, as `castad doctor` compares it."""
    assert _bench is not None, "only `castad worker` is asked"
    return release_of(_bench.settings.ffmpeg or None).as_record()


def watch(worker: Any, bench: Bench, over: threading.Event) -> None:
    """Until ``over``, stop what the scheduler does not want of ``worker`` any more, and its children with it.

    And keep the children in the supervisor's care, whoever kills that one: no child may outlive this process.

    Why by looking: Dask forgets a cancelled task, and leaves its thread running.
    """

    def is_wanted(key: str) -> bool:
        state = worker.state.tasks.get(key)
        return state is not None and state.state in ("executing", "long-running")

    while not over.wait(_LOOK_EVERY_S):
        bench.stop_unwanted(is_wanted)
        keep_guarded()
