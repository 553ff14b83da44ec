"""Executes jobs in this process, on one pool of threads per role.

Why pools by role: the renderer uses every core by itself, so renditions go through one thread, one after another,
while the words and music of the next ad are made, and finished ads are uploaded, beside it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

from castad_cli.run.executors import Lost
from castad_cli.run.graph import GENERATE, RENDER, UPLOAD, Job
from castad_cli.run.workshop import Result, Workshop

SLOTS: Mapping[str, int] = {GENERATE: 2, RENDER: 1, UPLOAD: 2}

_STOPS_WITHIN_S = 4.0
_CLOSES_WITHIN_S = 1.5
_FINISHES_WITHIN_S = 15.0


class LocalExecutor:
    """An `Executor` of threads in this process, all working in one ``shop``."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._ended: queue.SimpleQueue[tuple[Job, Future[Result]]] = queue.SimpleQueue()
        self._outstanding: set[Future[Result]] = set()
        self._pools = {
            role: ThreadPoolExecutor(slots, thread_name_prefix=f"castad-{role}") for role, slots in SLOTS.items()
        }

    @property
    def slots(self) -> Mapping[str, int]:
        return SLOTS

    def submit(self, job: Job) -> None:
        future = self._pools[job.role].submit(self._shop.do, job)
        self._outstanding.add(future)
        future.add_done_callback(lambda ended: self._ended.put((job, ended)))

    def wait(self, timeout_s: float) -> list[tuple[Job, Result | Lost]]:
        found: list[tuple[Job, Result | Lost]] = []
        try:
            job, future = self._ended.get(timeout=timeout_s)
            while True:
                self._outstanding.discard(future)
                found.append((job, future.result()))
                job, future = self._ended.get_nowait()
        except queue.Empty:
            return found

    def stop(self) -> None:
        """Wait a few seconds for what is being done to stop, and then for ``close``.

        No longer: what they wait for may have been hit by the same interrupt and answer no more.
        """
        self._shop.cancelled.set()
        self._end_pools(_STOPS_WITHIN_S)
        _within(_CLOSES_WITHIN_S, self._shop.stages.close)

    def close(self) -> None:
        self._end_pools(_FINISHES_WITHIN_S)
        _within(_FINISHES_WITHIN_S, self._shop.stages.close)

    def _end_pools(self, limit_s: float) -> None:
        begun = [future for future in tuple(self._outstanding) if not future.cancel()]
        for pool in self._pools.values():
            pool.shutdown(wait=False)
        wait(begun, timeout=limit_s)


def _within(limit_s: float, work: Callable[[], None]) -> None:
    """Do ``work``, or leave it to its thread after ``limit_s``."""
    thread = threading.Thread(target=work, name="castad-closing", daemon=True)
    thread.start()
    thread.join(limit_s)
