"""Executes jobs on the workers of a Dask cluster: a Dask task a job, or a few that are short, as the window gives them.

Dask is asked to do what it does well, and to forget the rest: it is told where a job may run and says when it has
ended. Its keys are used once (a job that is handed out again is another task), it never repeats a task by itself, and
when its scheduler is gone, everything handed out is handed out again once there is one.
"""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from castad_cli.errors import EnvironmentNotReady
from castad_cli.model.events import Event, RunWaits, StageDone, StageProgress, StagePutOff, StageStarted
from castad_cli.run.cluster.bench import do, name_in_bundle
from castad_cli.run.cluster.bundles import Bundling
from castad_cli.run.cluster.configuration import configure
from castad_cli.run.cluster.release import Release
from castad_cli.run.cluster.telegraph import topic
from castad_cli.run.executors import Lost
from castad_cli.run.graph import ROLES, Job
from castad_cli.run.workshop import Result

if TYPE_CHECKING:
    from distributed import Client, Future, Security

_LOOK_EVERY_S = 1.0
_LOOK_SOON_S = 0.2
_CONNECTS_WITHIN_S = 8.0
_GATHERS_WITHIN_S = 30.0
_STOPS_WITHIN_S = 5.0
_FEW, _MOMENT_S = 8, 0.005
_GONE = "the scheduler went away"
_NO_WORKERS_S = 60.0
"""How long a run that never had a worker waits for the first."""


class RemoteExecutor:
    """An `Executor` on the cluster at ``address``. ``now`` is the run's clock, ``ship`` puts a job's files in reach.

    Raises:
        EnvironmentNotReady: no scheduler answers there.
    """

    def __init__(
        self,
        address: str,
        security: Security,
        release: Release,
        run: str,
        *,
        emit: Callable[[Event], None],
        now: Callable[[], float],
        ship: Callable[[Job], None] = lambda job: None,
        remake: bool = False,
    ) -> None:
        configure()
        self._address, self._security, self._release, self._run = address, security, release, run
        self._emit, self._now, self._ship, self._remake = emit, now, ship, remake
        self._numbers = count()
        self._ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._waiting: list[Job] = []
        self._bundling = Bundling()
        self._out: dict[str, tuple[tuple[Job, ...], Future | None]] = {}
        self._began: set[str] = set()
        self._slots: dict[str, int] = {}
        self._others = 0
        self._looked_at = 0.0
        self._began_at = time.monotonic()
        self._had_workers = False
        self._waits = ""
        self._client: Client | None = self._connect(_CONNECTS_WITHIN_S)

    @property
    def slots(self) -> Mapping[str, int]:
        self._look()
        return self._slots

    @property
    def others(self) -> int:
        """How many workers are there that take no work of ours, since they are of another release."""
        return self._others

    def submit(self, job: Job) -> None:
        """Have a job done. It leaves with the next `wait`, perhaps together with others."""
        self._ship(job)
        self._waiting.append(job)

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        for jobs in self._bundling.sort(waiting):
            first = jobs[0]
            if self._is_full(first):
                self._waiting += jobs
                continue
            key = f"{first.kind}-{first.fingerprint[:16]}-{self._run}-{next(self._numbers)}"
            self._send_one(key, jobs)

    def _is_full(self, job: Job) -> bool:
        """Whether a job would have to wait behind a long one.

        Why not hand it out all the same: Dask gives a task to a worker at once, and that worker may be busy with
        another for long when a third one's slot becomes free.
        """
        is_long = self._bundling.is_long
        long_out = sum(jobs[0].role == job.role and is_long(jobs[0].kind) for jobs, _ in self._out.values())
        return (is_long(job.kind) or long_out > 0) and long_out >= self._slots.get(job.role, 0)

    def _send_one(self, key: str, jobs: tuple[Job, ...]) -> None:
        import dask

        if self._client is None or self._client.status != "running":
            self._out[key] = (jobs, None)
            self._ended.put(key)
            return
        role = jobs[0].role
        with dask.annotate(executor=role):
            future = self._client.submit(
                do,
                jobs,
                self._run,
                self._remake,
                key=key,
                pure=False,
                retries=0,
                resources={self._release.resource(role): 1},
            )
        self._out[key] = (jobs, future)
        future.add_done_callback(lambda ended: self._ended.put(ended.key))

    def wait(self, timeout_s: float) -> list[tuple[Job, Result | Lost]]:
        self._keep_connected()
        self._send()
        keys: list[str] = []
        try:
            keys.append(self._ended.get(timeout=timeout_s))
            if len(self._out) > _FEW:  # where much is being done, more will have ended in a moment: one message for all
                time.sleep(_MOMENT_S)
            while True:
                keys.append(self._ended.get_nowait())
        except queue.Empty:
            pass
        ended = {key: self._out.pop(key) for key in dict.fromkeys(keys) if key in self._out}
        results = self._gather([future for _, future in ended.values() if future and future.status == "finished"])
        found: list[tuple[Job, Result | Lost]] = []
        for key, (jobs, future) in ended.items():
            found += self._outcomes(key, jobs, future, results)
            self._began -= {name_in_bundle(key, place) for place in range(len(jobs))}
        return found

    def stop(self) -> None:
        futures = [future for _, future in self._out.values() if future is not None]
        self._out.clear()
        self._waiting.clear()
        if self._client is not None and self._client.status == "running" and futures:
            self._sync(self._client._cancel(futures, reason="stopped", msg=None), _STOPS_WITHIN_S)
        self.close()

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            _close(client)

    # The scheduler.

    def _connect(self, timeout_s: float) -> Client:
        from castad_cli.run.cluster.client import connect

        try:
            client = connect(self._address, self._security, timeout_s)
        except (OSError, TimeoutError, ValueError) as error:
            raise EnvironmentNotReady(
                f"no scheduler answers at {self._address}: {_first_line(error)}",
                fix="start one with `castad scheduler`, or set --scheduler (CASTAD_SCHEDULER) to where it is",
            ) from error
        client.subscribe_topic(topic(self._run), self._hear)
        return client

    def _keep_connected(self) -> None:
        """Where the scheduler is gone, look for one again; what was handed out comes back as lost."""
        if self._client is not None and self._client.status in ("running", "connecting"):
            return
        self._tell_waiting(f"{_GONE}; looking for it at {self._address}")
        self._slots = {}
        for key in list(self._out):
            self._ended.put(key)
        old, self._client = self._client, None
        if old is not None:
            _close(old)
        try:
            self._client = self._connect(2.0)
        except EnvironmentNotReady:
            return

    def _look(self) -> None:
        """How many slots there are now."""
        every_s = _LOOK_EVERY_S if any(self._slots.values()) else _LOOK_SOON_S
        if time.monotonic() - self._looked_at < every_s or self._client is None:
            return
        self._looked_at = time.monotonic()
        try:
            workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        except (OSError, TimeoutError, RuntimeError, ValueError, KeyError):  # it is going away this moment
            return
        found = dict.fromkeys(ROLES, 0)
        self._others = 0
        for worker in workers:
            ours = {role: worker["resources"].get(self._release.resource(role), 0) for role in ROLES}
            if worker.get("status") == "running":
                for role, slots in ours.items():
                    found[role] += int(slots)
            self._others += not any(ours.values())
        self._slots = found
        if any(found.values()):
            self._had_workers = True
            self._tell_waiting("")
            return
        others = (
            f"; {self._others} there are of another release (`castad doctor` compares them)" if self._others else ""
        )
        if not self._had_workers and time.monotonic() - self._began_at > _NO_WORKERS_S:
            raise EnvironmentNotReady(
                f"no worker has joined {self._address} for this run within {_NO_WORKERS_S:.0f} s{others}",
                fix=f"start some with `castad worker --scheduler {self._address}`",
            )
        if self._had_workers or self._others:
            self._tell_waiting(f"no worker is there{others}")

    def _tell_waiting(self, reason: str) -> None:
        if reason != self._waits:
            self._waits = reason
            self._emit(RunWaits(self._now(), reason))

    def _hear(self, event: tuple[float, Any]) -> None:
        """A worker's message, on the client's own thread."""
        _, news = event
        for each in news:
            key = each.pop("key")
            if key.rpartition("/")[0] not in self._out:
                continue
            done, total, began = each.pop("done"), each.pop("total"), each.pop("began")
            if began or key not in self._began:
                self._began.add(key)
                self._emit(StageStarted(self._now(), **each))
            if total:
                del each["worker"]
                self._emit(StageProgress(self._now(), **each, done=done, total=total))

    # What comes back.

    def _gather(self, futures: list[Future]) -> dict[str, Sequence[Result] | None]:
        if not futures or self._client is None:
            return {}
        values = self._sync(self._client._gather(futures, errors="skip"), _GATHERS_WITHIN_S)
        if values is None or len(values) != len(futures):
            return {}  # some were lost meanwhile: all are handed out again, and what is made is found in the store
        return {future.key: value for future, value in zip(futures, values, strict=True)}

    def _outcomes(
        self,
        key: str,
        jobs: tuple[Job, ...],
        future: Future | None,
        gathered: Mapping[str, Sequence[Result] | None],
    ) -> list[tuple[Job, Result | Lost]]:
        results = gathered.get(key)
        if results is None:
            why = self._why_lost(key, future, is_given_back=key in gathered)
            found: list[tuple[Job, Result | Lost]] = []
            for place, job in enumerate(jobs):
                began = name_in_bundle(key, place) in self._began
                found.append((job, replace(why, had_begun=why.had_begun and began) if len(jobs) > 1 else why))
                if why.counts:
                    self._bundling.lost(job)
            return found
        self._waiting += jobs[len(results) :]  # given back since those before them took so long
        for job, result in zip(jobs, results, strict=False):
            self._tell(job, result)
            self._bundling.ended(job, result.seconds)
        return list(zip(jobs, results, strict=False))

    def _tell(self, job: Job, result: Result) -> None:
        labels = job.subject.labels
        if result.due is not None:
            self._emit(StagePutOff(self._now(), **labels, until=result.due, reason=result.reason))
        elif result.ok:
            self._emit(StageDone(self._now(), **labels, cached=result.cached, seconds=result.seconds))

    def _why_lost(self, key: str, future: Future | None, *, is_given_back: bool) -> Lost:
        if is_given_back:
            return Lost("its worker is ending", had_begun=False, counts=False)
        if future is None or future.status != "error":
            return Lost(_GONE, had_begun=False, counts=False)
        error = self._sync(future._exception(), _STOPS_WITHIN_S) or RuntimeError("unknown")
        if type(error).__name__ == "KilledWorker":
            return Lost("its worker died", had_begun=any(name.startswith(f"{key}/") for name in self._began))
        return Lost(f"{type(error).__name__}: {_first_line(error)}", had_begun=True)

    def _sync(self, work: Any, timeout_s: float, client: Client | None = None) -> Any:
        """The value of a coroutine on the client's loop; None when it fails or takes too long."""
        client = client or self._client
        assert client is not None
        try:
            return client.sync(lambda: work, callback_timeout=timeout_s)
        except Exception:
            return None


def _close(client: Client) -> None:
    """Let go of a client; one that cannot say goodbye in time must not hide what we stop for."""
    with contextlib.suppress(Exception):
        client.close(timeout=2)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
