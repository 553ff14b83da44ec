"""A worker process: roles as Dask resources, a thread or more for each, a warm bench, and a clean end.

::

    join ──> work ──> SIGTERM: take no more, finish or give back, leave
      ^        └── scheduler lost: give back, and join again when there is one

One process renders one ad at a time on one thread, as the renderer wants it; a machine runs as many processes as it
has cores for. Children (browser, FFmpeg) end with this process, whatever ends it (docs/adr/0004-child-processes.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from castad_cli.run.cluster import bench as benches
from castad_cli.run.cluster.bench import Bench
from castad_cli.run.cluster.configuration import configure
from castad_cli.run.cluster.release import Release
from castad_cli.run.cluster.telegraph import Telegraph
from castad_cli.run.scratch import scratch_folder
from castad_cli.run.stages import Stages
from castad_cli.run.workshop import Workshop

if TYPE_CHECKING:
    from pathlib import Path

    from distributed import Security, Worker

    from castad_cli.settings import Settings
    from castad_cli.storage import Store

Say = Callable[[str], None]

USUAL_SLOTS: Mapping[str, int] = {"generate": 2, "render": 1, "upload": 4}
DRAIN_S = 120.0
"""How long a worker that is told to end goes on with what it has begun."""
_TRY_AGAIN_S = 1.0
_TAKEN_WITHIN_S = 5.0


@dataclass(frozen=True)
class WorkerPlan:
    """What a worker process is to be."""

    scheduler: str
    slots: Mapping[str, int]
    release: Release
    security: Security
    scratch: Path
    name: str = ""
    drain_s: float = DRAIN_S


def worker_name() -> str:
    """This process's name among all workers."""
    return f"{socket.gethostname()}-{os.getpid()}"


def serve(plan: WorkerPlan, stages: Stages, store: Store, settings: Settings, say: Say) -> None:
    """Work until told to end (SIGTERM, SIGINT); then finish what has begun, or give it back after ``plan.drain_s``.

    A second signal gives everything back at once.
    """
    configure()
    with scratch_folder(plan.scratch) as scratch:
        shop = Workshop(replace(stages, open=_once(stages.open)), store, scratch, lambda event: None, time.monotonic())
        asyncio.run(_Serving(plan, shop, settings, say).run())


def _once(open_: Callable[[], None]) -> Callable[[], None]:
    """``open_``, whatever threads call it, until it has come through once."""
    lock, opened = threading.Lock(), threading.Event()

    def call() -> None:
        with lock:
            if not opened.is_set():
                open_()
                opened.set()

    return call


class _Serving:
    def __init__(self, plan: WorkerPlan, shop: Workshop, settings: Settings, say: Say) -> None:
        self._plan, self._shop, self._settings, self._say = plan, shop, settings, say
        self._name = plan.name or worker_name()
        self._told = 0
        self._wake = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal)
        if self._plan.slots.get("render"):
            threading.Thread(target=self._warm_up, name="castad-warming", daemon=True).start()
        waits = False
        try:
            while not self._told:
                try:
                    await self._join()
                    waits = False
                except (TimeoutError, OSError) as error:
                    if not waits:
                        logging.getLogger(__name__).debug("%s: %s", self._plan.scheduler, error)
                        self._say(f"waiting for the scheduler at {self._plan.scheduler}")
                    waits = True
                with contextlib.suppress(asyncio.TimeoutError):
                    if not self._told:
                        await asyncio.wait_for(self._wake.wait(), _TRY_AGAIN_S)
        finally:
            self._shop.stages.close()
        self._say("ended")

    def _warm_up(self) -> None:
        with contextlib.suppress(Exception):  # told to whoever first renders
            self._shop.stages.open()

    def _on_signal(self) -> None:
        self._told += 1
        self._wake.set()

    async def _join(self) -> None:
        """Join the cluster, and work until it or we end."""
        from distributed import Worker

        plan = self._plan
        pools = {role: ThreadPoolExecutor(slots, f"castad-{role}") for role, slots in plan.slots.items()}
        worker = Worker(
            plan.scheduler,
            nthreads=sum(plan.slots.values()),
            name=self._name,
            resources={plan.release.resource(role): slots for role, slots in plan.slots.items()},
            executor={"default": ThreadPoolExecutor(1), **pools},
            security=plan.security,
            dashboard=False,
            dashboard_address="127.0.0.1:0",
            memory_limit=0,
            local_directory=str(self._shop.scratch),
        )
        bench = Bench(
            self._name,
            self._shop,
            self._settings,
            Telegraph(lambda topic, news: worker.log_event(topic, news), self._name),
        )
        over = threading.Event()
        watching = threading.Thread(target=benches.watch, args=(worker, bench, over), daemon=True)
        try:
            async with worker:
                self._say(f"{self._name} works for {plan.scheduler}: {', '.join(plan.slots)}")
                benches.set_up(bench)
                bench.telegraph.open()
                watching.start()
                ended = asyncio.ensure_future(worker.finished())
                woken = asyncio.ensure_future(self._wake.wait())
                await asyncio.wait({ended, woken}, return_when=asyncio.FIRST_COMPLETED)
                if self._told and not ended.done():
                    await self._drain(worker, bench)
                woken.cancel()
                ended.cancel()
        finally:
            bench.given_up.set()
            while bench.busy:  # what is given back must have stopped before it is taken again
                bench.stop_unwanted(lambda key: False)
                await asyncio.sleep(0.05)
            over.set()
            bench.telegraph.close()
            for pool in pools.values():
                pool.shutdown(wait=False)

    async def _drain(self, worker: Worker, bench: Bench) -> None:
        """Take no more, let what has begun end, and let its results be taken."""
        from distributed.core import Status

        worker.status = Status.paused
        self._say(f"ending: {bench.busy} being done")
        end = time.monotonic() + self._plan.drain_s
        while bench.busy and time.monotonic() < end and self._told < 2:
            await asyncio.sleep(0.1)
        bench.given_up.set()
        end = time.monotonic() + _TAKEN_WITHIN_S
        while self._untaken(worker) and time.monotonic() < end and self._told < 2:
            await asyncio.sleep(0.05)

    @staticmethod
    def _untaken(worker: Any) -> bool:
        return bool(worker.data)
