"""Executes jobs in several processes of this machine: a small cluster that lives as long as the run.

The scheduler is a part of the driver's process, the workers are ``castad worker`` in processes of their own, each kept
to its share of the cores. They speak TLS with certificates made for this run alone, since any user of the machine can
reach a loopback port. Keys and passwords reach them by a pipe. A worker that dies is started again; all of them die
with the driver.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import EnvironmentNotReady
from castad_cli.run.cluster.certificates import make_certificates
from castad_cli.run.cluster.configuration import configure
from castad_cli.run.cluster.security import mutual
from castad_cli.run.executors import Lost
from castad_cli.run.executors.remote import RemoteExecutor
from castad_cli.run.graph import Job
from castad_cli.run.workshop import Result

if TYPE_CHECKING:
    from distributed import Scheduler, Security

    from castad_cli.render.machine.process import Child

_QUICK_S = 5.0
"""A worker that ends within so short a time could not work at all."""
_MOST_QUICK_ENDS = 3
_ENDS_WITHIN_S = 10.0

WorkerCommand = Callable[[str, Path, int], Sequence[str]]
"""The command of a worker, from the scheduler's address, the folder with ``ca.pem``, ``local.pem`` and
``local-key.pem``, and its number."""


class LocalScheduler:
    """A scheduler in this process, on loopback, on a thread of its own."""

    def __init__(self, security: Security) -> None:
        from distributed.utils import LoopRunner

        configure()
        self._loop = LoopRunner()
        self._loop.start()
        self._scheduler: Scheduler = self._loop.run_sync(self._start, security)
        self.address: str = self._scheduler.address

    @staticmethod
    async def _start(security: Security) -> Scheduler:
        from distributed import Scheduler

        return await Scheduler(
            host="127.0.0.1",
            port=0,
            protocol="tls",
            security=security,
            dashboard=False,
            dashboard_address="127.0.0.1:0",
        )

    def close(self) -> None:
        self._loop.run_sync(self._scheduler.close)
        self._loop.stop()


class ProcessesExecutor:
    """An `Executor` of ``workers`` processes. ``folder`` is empty and private; ``remote`` goes to `RemoteExecutor`."""

    def __init__(
        self,
        workers: int,
        command: WorkerCommand,
        folder: Path,
        *,
        environment: Mapping[str, str],
        make_remote: Callable[[str, Security], RemoteExecutor],
    ) -> None:
        make_certificates(folder, ("local",), days=30)
        files = (folder / "ca.pem", folder / "local.pem", folder / "local-key.pem")
        security = mutual(*(str(file) for file in files))
        self._scheduler = LocalScheduler(security)
        self._command, self._folder, self._environment = command, folder, environment
        self._children: list[tuple[Child, float]] = []
        self._quick_ends = 0
        for number in range(workers):
            self._children.append(self._start(number))
        self._remote = make_remote(self._scheduler.address, security)

    @property
    def slots(self) -> Mapping[str, int]:
        return self._remote.slots

    def submit(self, job: Job) -> None:
        self._remote.submit(job)

    def wait(self, timeout_s: float) -> list[tuple[Job, Result | Lost]]:
        self._keep_up()
        return self._remote.wait(timeout_s)

    def stop(self) -> None:
        self._remote.stop()
        self._end()

    def close(self) -> None:
        self._remote.close()
        self._end()

    def _start(self, number: int) -> tuple[Child, float]:
        from castad_cli.run.executors.secrets_by_pipe import start_with_secrets

        command = self._command(self._scheduler.address, self._folder, number)
        return start_with_secrets(list(command), {**os.environ, **self._environment}), time.monotonic()

    def _keep_up(self) -> None:
        """Start again what has died.

        Raises:
            EnvironmentNotReady: workers end as soon as they begin; says what they said.
        """
        for number, (child, since) in enumerate(self._children):
            if child.poll() is None:
                continue
            said = child.stderr.strip()
            self._quick_ends = self._quick_ends + 1 if time.monotonic() - since < _QUICK_S else 0
            if self._quick_ends >= _MOST_QUICK_ENDS:
                last = said.splitlines()[-3:] or ["it said nothing"]
                raise EnvironmentNotReady("worker processes end at once: " + " ".join(last), fix="castad doctor")
            child.stop()
            self._children[number] = self._start(number)

    def _end(self) -> None:
        with ThreadPoolExecutor(max(1, len(self._children))) as pool:
            for child, _ in self._children:
                pool.submit(child.stop, _ENDS_WITHIN_S)
        self._children.clear()
        self._scheduler.close()


def core_shares(workers: int, cores: Sequence[int]) -> list[list[int]]:
    """Each worker's share of the cores: apart where there are enough, else one each in turn."""
    if workers >= len(cores):
        return [[cores[number % len(cores)]] for number in range(workers)]
    return [
        list(cores[number * len(cores) // workers : (number + 1) * len(cores) // workers]) for number in range(workers)
    ]


def program(*arguments: Any) -> list[str]:
    """``castad`` with arguments, as this interpreter runs it."""
    return [sys.executable, "-m", "castad_cli", *(str(each) for each in arguments)]
