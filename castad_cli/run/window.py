"""The driver's own window: which jobs are handed out now, which wait for others, for their time, or for another driver.

::

    ads ──> open ──> ready, by role ──> executor, at most 2 × slots of a role ──> finished
              ^         ^                          │
              │         └── due again, lost worker ┘
              └── elsewhere: another driver makes it; looked for in the store

Why not a queue in the scheduler: Dask assigns tasks that name a resource to workers at once, however many they are, and
one worker's death then fails every task it was assigned (docs/adr/0012-executors.md).
"""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Protocol

from castad_cli.model.events import StageFailed
from castad_cli.run.executors import Executor, Lost
from castad_cli.run.graph import GENERATE, ROLES, Job, Key
from castad_cli.run.workshop import Result

MOST_DEATHS = 3
"""A job whose worker died with it so often is not given to another: it kills them."""
MOST_LOSSES = 8
"""The same, of jobs that had perhaps not begun."""
_LOOK_EVERY_S = 1.0
_WAIT_S = 0.5
_OPEN_A_SLOT = 4
"""Jobs open at once for each slot: enough that every role finds work, few enough that memory does not grow."""


class Driver(Protocol):
    """What the window asks and tells whoever drives it, all on one thread."""

    def claim(self, jobs: Sequence[Job]) -> set[Key]:
        """Those of the jobs that are ours to do; another driver is doing the others."""
        ...

    def look(self, jobs: Sequence[Job]) -> Mapping[Key, Result]:
        """Those that have been done meanwhile, by whomever."""
        ...

    def submitted(self, job: Job) -> None: ...

    def finished(self, job: Job, result: Result) -> None:
        """A job ended. Jobs that need a failed one end with its problem, without being done."""
        ...

    def lost(self, job: Job, why: Lost, attempt: int) -> Result | None:
        """A worker was lost with it: how that ends it, or None to give it to another."""
        ...

    def tick(self) -> bool:
        """Called between any two steps; False to hand out nothing more."""
        ...


class Window:
    """Hands out the jobs of ``ads`` (a graph an ad) to an executor until all have ended."""

    def __init__(
        self, ads: Iterator[Mapping[Key, Job]], executor: Executor, driver: Driver, *, patience_s: float
    ) -> None:
        self._ads, self._executor, self._driver, self._patience_s = ads, executor, driver, patience_s
        self._order = count()
        self._ready: dict[str, deque[Job]] = {role: deque() for role in ROLES}
        self._out: dict[str, set[Key]] = {role: set() for role in ROLES}
        self._open: dict[Key, Job] = {}
        self._blocked: dict[Key, int] = {}
        self._dependents: dict[Key, list[Key]] = {}
        self._made: set[str] = set()
        """Fingerprints of words and music that have ended well: other ads may need the same, and not as a job."""
        self._failed: dict[Key, StageFailed] = {}
        self._put_off: list[tuple[datetime, int, Job]] = []
        self._elsewhere: dict[Key, Job] = {}
        self._look_at = 0.0
        self._losses: dict[Key, tuple[int, int]] = {}
        self._exhausted = False

    @property
    def put_off(self) -> list[tuple[datetime, Job]]:
        """The jobs that wait for their time, soonest first."""
        return [(due, job) for due, _, job in sorted(self._put_off, key=lambda each: each[:2])]

    def run(self) -> None:
        """Until everything has ended, or what is left waits for longer than the driver's patience."""
        while True:
            goes_on = self._driver.tick()
            if goes_on:
                self._take_due()
                self._look_elsewhere()
                self._admit()
                self._hand_out()
            if not any(self._out.values()) and not (goes_on and self._has_more()):
                return
            for job, ended in self._executor.wait(self._pause()):
                self._out[job.role].discard(job.key)
                self._take(job, ended)

    def outstanding(self) -> Mapping[str, int]:
        """How many jobs of each role are handed out."""
        return {role: len(keys) for role, keys in self._out.items()}

    def _has_more(self) -> bool:
        if any(self._ready.values()) or self._elsewhere or not self._exhausted:
            return True
        return bool(self._put_off) and self._seconds_to(self._put_off[0][0]) <= self._patience_s

    def _pause(self) -> float:
        if self._put_off:
            return min(_WAIT_S, max(0.01, self._seconds_to(self._put_off[0][0])))
        return _WAIT_S

    @staticmethod
    def _seconds_to(due: datetime) -> float:
        return (due - datetime.now(UTC)).total_seconds()

    # What comes in.

    def _admit(self) -> None:
        """Open further ads once there is room for some: several at a time, since each time is a transaction."""
        room = max(12, _OPEN_A_SLOT * sum(self._executor.slots.values()))
        waiting = len(self._elsewhere) + len(self._put_off)
        if self._exhausted or len(self._open) - waiting > room * 3 // 4:
            return
        new: list[Job] = []
        while not self._exhausted and len(self._open) + len(new) - waiting < room:
            graph = next(self._ads, None)
            if graph is None:
                self._exhausted = True
                break
            new += [job for key, job in graph.items() if key not in self._open and not self._has_ended(job)]
            new = list({job.key: job for job in new}.values())
        if new:
            self._enter(new)

    def _has_ended(self, job: Job) -> bool:
        return job.role == GENERATE and (job.fingerprint in self._made or job.key in self._failed)

    def _enter(self, jobs: Sequence[Job]) -> None:
        ours = self._driver.claim(jobs)
        for job in jobs:
            self._open[job.key] = job
        for job in jobs:
            blocked = 0
            for need in job.needs:
                if need in self._open:
                    blocked += 1
                    self._dependents.setdefault(need, []).append(job.key)
            self._blocked[job.key] = blocked
            if job.key not in ours:
                self._elsewhere[job.key] = job
        for job in jobs:
            problem = next(filter(None, (self._failed.get(need) for need in job.needs)), None)
            if problem is not None and job.key in self._open:
                self._elsewhere.pop(job.key, None)
                self._end(job, Result(job.fingerprint, problem=problem))
            elif job.key in ours and not self._blocked.get(job.key, 1):
                self._ready[job.role].append(job)

    def _take_due(self) -> None:
        while self._put_off and self._seconds_to(self._put_off[0][0]) <= 0:
            job = heapq.heappop(self._put_off)[2]
            if job.key in self._open:
                self._ready[job.role].append(job)

    def _look_elsewhere(self) -> None:
        """What another driver was making may be there now, or may have become free."""
        if not self._elsewhere or time.monotonic() < self._look_at:
            return
        jobs = list(self._elsewhere.values())
        for key, result in self._driver.look(jobs).items():
            self._end(self._elsewhere.pop(key), result)
        left = [job for job in self._elsewhere.values() if not self._blocked.get(job.key)]
        for key in self._driver.claim(left) if left else ():
            job = self._elsewhere.pop(key)
            self._ready[job.role].append(job)
        self._look_at = time.monotonic() + _LOOK_EVERY_S

    # What goes out.

    def _hand_out(self) -> None:
        for role, slots in self._executor.slots.items():
            ready, out = self._ready[role], self._out[role]
            while ready and len(out) < 2 * slots:
                job = ready.popleft()
                if job.key not in self._open:  # it ended with what it needed
                    continue
                out.add(job.key)
                self._driver.submitted(job)
                self._executor.submit(job)

    # What comes back.

    def _take(self, job: Job, ended: Result | Lost) -> None:
        if isinstance(ended, Result) and ended.crashed and self._losses.get(job.key, (0, 0))[0] < MOST_DEATHS - 1:
            assert ended.problem is not None
            ended = Lost(ended.problem.error)
        if isinstance(ended, Lost):
            deaths, losses = self._losses.get(job.key, (0, 0))
            if ended.counts:
                deaths, losses = deaths + ended.had_begun, losses + 1
                self._losses[job.key] = (deaths, losses)
            result = self._driver.lost(job, ended, losses)
            if result is None:
                self._ready[job.role].appendleft(job)
                return
            ended = result
        if ended.due is not None:
            heapq.heappush(self._put_off, (ended.due, next(self._order), job))
            self._driver.finished(job, ended)
            return
        self._end(job, ended)

    def is_deadly(self, job: Job) -> bool:
        """Whether so many workers died with it that it must be the job's own fault."""
        deaths, losses = self._losses.get(job.key, (0, 0))
        return deaths >= MOST_DEATHS or losses >= MOST_LOSSES

    def _end(self, job: Job, result: Result) -> None:
        self._open.pop(job.key, None)
        self._blocked.pop(job.key, None)
        self._losses.pop(job.key, None)
        if job.role == GENERATE:
            if result.problem is None:
                self._made.add(job.fingerprint)
            else:
                self._failed[job.key] = result.problem
        self._driver.finished(job, result)
        for key in self._dependents.pop(job.key, ()):
            dependent = self._open.get(key)
            if dependent is None:
                continue
            if result.problem is not None:
                self._elsewhere.pop(key, None)
                self._end(dependent, Result(dependent.fingerprint, problem=result.problem))
                continue
            self._blocked[key] -= 1
            if not self._blocked[key] and key not in self._elsewhere:
                self._ready[dependent.role].append(dependent)
