"""Makes a plan happen: skips what the store already has, has the rest made, hands over the files, records it all.

::

    plan ──> what is missing ──> task graph ──> executor ──> store ──> out/…
                                                   └── results ──> records, observers

The driver alone writes runs, ads and renditions. Running the same plan again makes only what is missing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from castad_cli.errors import CastadError
from castad_cli.model.events import Event, RenditionDone, RunFinished, RunStarted, StageFailed, StageStarted
from castad_cli.model.plan import AdPlan, Plan, RenderTask
from castad_cli.run.failures import Subject, describe_failure
from castad_cli.run.graph import Key, build_graph
from castad_cli.run.outputs import deliver
from castad_cli.run.scratch import scratch_folder
from castad_cli.run.stages import Stages
from castad_cli.run.workshop import Result, Workshop
from castad_cli.storage import DamagedObjectError

if TYPE_CHECKING:
    from castad_cli.records import Outcome, Records, StageRecord
    from castad_cli.storage import Made, Store

Observer = Callable[[Event], None]


@dataclass(frozen=True)
class RunRequest:
    """How a run was asked for. ``arguments`` are what it takes to ask again: JSON values."""

    scratch: Path
    """Where work in progress may lie, with room for it."""
    command: str = "render"
    out: Path | None = None
    """Where files go; None for ``out/`` in the store, for a store that lies elsewhere."""
    force: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Tally:
    done: int = 0
    cached: int = 0
    failed: int = 0
    problems: list[StageFailed] = field(default_factory=list)


class _Run:
    """One run while it happens."""

    def __init__(
        self,
        plan: Plan,
        stages: Stages,
        store: Store,
        records: Records,
        request: RunRequest,
        observers: Sequence[Observer],
    ) -> None:
        self.plan, self.stages, self.store, self.records, self.request = plan, stages, store, records, request
        self._observers = observers
        self._telling = threading.Lock()
        self._since = time.monotonic()
        self._tally = _Tally()
        self._wanted: dict[str, list[tuple[AdPlan, RenderTask]]] = {}
        for ad in plan.ads:
            for task in ad.renditions:
                self._wanted.setdefault(task.fingerprint, []).append((ad, task))
        self._keys = {ad.title: ad.key for ad in plan.ads}
        self._settled: set[tuple[str, str]] = set()
        self._unrecorded: list[Outcome] = []
        self._unrecorded_stages: list[StageRecord] = []
        self._damaged: set[str] = set()
        self._second_chance = True
        self._has_rows = False
        self.id = ""

    def go(self) -> RunFinished:
        """Make everything that is missing; the figures."""
        figures = {"ads": len(self.plan.ads), "renditions": self.plan.rendition_count, "posts": 0}
        self.id = self.records.start_run(self.request.command, summary=figures, arguments=self.request.arguments)
        state: Literal["done", "failed", "interrupted"] = "failed"
        try:
            self.records.record_ads(self.id, self.plan.ads)
            self._has_rows = True
            with self.records.beating(self.id):
                self._make()
            state = "failed" if self._tally.failed else "done"
        except CastadError as error:
            self._give_up(error)
        except KeyboardInterrupt:
            state = "interrupted"
            raise
        finally:
            try:
                self._record()
                self.records.finish_run(self.id, state)
            except CastadError as error:
                if error.message not in {problem.error for problem in self._tally.problems}:
                    self._give_up(error)
            finished = self._finished(interrupted=state == "interrupted")
            self.emit(finished)
        return finished

    def _make(self) -> None:
        force = self.request.force
        found = {} if force else self.store.get_many("rendition", self._wanted)
        cached = sum(len(self._wanted[each]) for each in found)
        ads, renditions = len(self.plan.ads), self.plan.rendition_count
        self.emit(RunStarted(self._now(), run=self.id, ads=ads, renditions=renditions, posts=0, cached=cached))
        for fingerprint, made in found.items():
            self._hand_over(Result(fingerprint, cached=True), made)
        self._record()
        missing = (self._wanted.keys() - found) | self._damaged
        if missing:
            self._execute(missing)
        if self._damaged:  # words or music were; the store has let go of them, so they are made again
            self._second_chance = False
            self._execute(set(self._damaged))

    def _execute(self, missing: set[str]) -> None:
        from castad_cli.run.executors.local import execute

        self._damaged.clear()
        self.stages.open()
        with scratch_folder(self.request.scratch) as scratch:
            emit, remake = self._from_workshop, self.request.force
            shop = Workshop(self.stages, self.store, scratch, emit, self._since, remake=remake)
            graph = build_graph(self.plan, missing, shop)
            execute(graph, self._on_done, cancelled=shop.cancelled, close=self.stages.close)

    def _from_workshop(self, event: Event) -> None:
        if isinstance(event, StageStarted) and event.stage == "render":
            self.records.rendition_started(self.id, self._keys[event.ad], event.format, event.language)
        self.emit(event)

    def _on_done(self, key: Key, result: Result) -> None:
        _, kind, fingerprint = key
        if kind == "rendition":
            self._hand_over(result, self.store.get("rendition", fingerprint) if result.ok else None)
            self._record()
            return
        self._note_stage(kind, result)
        if result.problem is not None:
            lost = sum(
                1
                for wanted in self._wanted.values()
                for ad, _ in wanted
                if fingerprint in (ad.script.fingerprint, ad.track and ad.track.fingerprint)
            )
            self._fail(replace(result.problem, renditions=lost))
        self._record()

    def _hand_over(self, result: Result, made: Made | None) -> None:
        """A rendition is in the store, or failed: tell everyone, and put its files where a person finds them."""
        if self._second_chance and result.problem is not None and result.problem.kind == DamagedObjectError.__name__:
            self._damaged.add(result.fingerprint)
            return
        for ad, task in self._wanted[result.fingerprint]:
            problem = result.problem
            if problem is not None:
                if problem.stage == "render":
                    problem = replace(problem, ad=ad.title, format=task.format, language=task.language)
                    self._fail(problem)
                self._lose(ad, task, problem)
                continue
            try:
                if made is None:
                    raise DamagedObjectError("the rendition left the store", fix="run the same command again")
                path = deliver(self.store, made, ad, task, self.request.out)
            except Exception as error:
                if result.cached and isinstance(error, DamagedObjectError):
                    self._damaged.add(result.fingerprint)
                    return
                subject = Subject(ad.title, "deliver", task.format, task.language)
                problem = describe_failure(error, subject, at=self._now())
                self._fail(problem)
                self._lose(ad, task, problem)
            else:
                self._win(ad, task, result, path)

    def _win(self, ad: AdPlan, task: RenderTask, result: Result, path: str) -> None:
        self._tally.done += 1
        self._tally.cached += result.cached
        seconds = round(result.seconds, 3)
        self._settle(ad, task, "done", path=path, cached=result.cached, seconds=seconds)
        self.emit(
            RenditionDone(
                self._now(),
                ad=ad.title,
                format=task.format,
                language=task.language,
                path=path,
                cached=result.cached,
                seconds=seconds,
                fingerprint=task.fingerprint,
            )
        )

    def _lose(self, ad: AdPlan, task: RenderTask, problem: StageFailed) -> None:
        self._tally.failed += 1
        told = {"error": problem.error, "fix": problem.fix, "where": problem.where, "kind": problem.kind}
        self._settle(ad, task, "failed", **told, stage=problem.stage)

    def _settle(self, ad: AdPlan, task: RenderTask, state: Any, **facts: Any) -> None:
        from castad_cli.records import Outcome

        fingerprint = task.fingerprint
        self._settled.add((ad.key, task.format))
        self._unrecorded.append(Outcome(ad.key, task.format, task.language, state, fingerprint, **facts))

    def _note_stage(self, stage: str, result: Result) -> None:
        from castad_cli.records import StageRecord

        state: Literal["done", "failed"] = "done" if result.ok else "failed"
        seconds = round(result.seconds, 3)
        self._unrecorded_stages.append(StageRecord(stage, result.fingerprint, state, result.cached, seconds))

    def _record(self) -> None:
        """Write down what has been settled since the last time, at once."""
        settled, self._unrecorded = self._unrecorded, []
        stages, self._unrecorded_stages = self._unrecorded_stages, []
        if self._has_rows:
            self.records.settle(self.id, settled, stages=stages)

    def _give_up(self, error: CastadError) -> None:
        """What stops the whole run: everything not yet settled is lost to it."""
        lost = [
            (ad, task) for ad in self.plan.ads for task in ad.renditions if (ad.key, task.format) not in self._settled
        ]
        problem = describe_failure(error, Subject("", "run"), at=self._now(), renditions=len(lost))
        self._fail(problem)
        for ad, task in lost:
            self._lose(ad, task, problem)

    def _fail(self, problem: StageFailed) -> None:
        self._tally.problems.append(problem)
        self.emit(problem)

    def _finished(self, *, interrupted: bool) -> RunFinished:
        tally = self._tally
        return RunFinished(
            self._now(),
            run=self.id,
            ads=len(self.plan.ads),
            renditions=self.plan.rendition_count,
            posts=0,
            done=tally.done,
            cached=tally.cached,
            failed=tally.failed,
            needs_review=0,
            seconds=round(self._now(), 3),
            problems=tuple(tally.problems),
            interrupted=interrupted,
        )

    def _now(self) -> float:
        return time.monotonic() - self._since

    def emit(self, event: Event) -> None:
        """Tell every observer, one event at a time; any thread may call."""
        with self._telling:
            for observer in self._observers:
                observer(event)


def run_plan(
    plan: Plan,
    stages: Stages,
    store: Store,
    records: Records,
    request: RunRequest,
    observers: Iterable[Observer] = (),
) -> RunFinished:
    """Make every rendition of ``plan`` that the store does not have, and put its files where ``request`` says.

    A stage that fails costs only the renditions that need it; all problems are in the result. With ``force`` every
    rendition is made afresh. Observers see each event as it happens, the last being the result.

    What stops everything (no browser, a store or a database that fails) is a problem of the run, in the result too.

    Raises:
        EnvironmentNotReady: the run cannot even be recorded.
        KeyboardInterrupt: after tidying up and recording the run as interrupted; the same call resumes.
    """
    return _Run(plan, stages, store, records, request, tuple(observers)).go()


def exit_code(finished: RunFinished) -> int:
    """0 all done; 3 if this machine lacks something every run needs; 2 if the recipes alone are to blame and nothing
    could be made; else 1."""
    if not finished.problems:
        return 0
    codes = {problem.exit_code for problem in finished.problems}
    if 3 in codes:
        return 3
    return 2 if codes == {2} and not finished.done else 1
