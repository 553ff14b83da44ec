"""Makes a plan happen: skips what the store has, has the rest made, hands over the files, records it all.

::

    plan ──> what is missing ──> task graph ──> executor ──> store ──> out/…
                                                   └── outcomes ──> records, observers

The driver alone writes runs, ads and renditions. Running the same plan again makes only what is missing.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.model.events import Event, RenditionDone, RunFinished, RunStarted, StageFailed
from castad_cli.model.plan import AdPlan, Plan, RenderTask
from castad_cli.run.failures import Subject, describe_failure
from castad_cli.run.graph import Key, build_graph
from castad_cli.run.outputs import deliver
from castad_cli.run.stages import Stages
from castad_cli.run.workshop import Outcome, Workshop
from castad_cli.storage import DamagedObjectError

if TYPE_CHECKING:
    from castad_cli.records import Records
    from castad_cli.storage import Store

Observer = Callable[[Event], None]


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
        out: Path | None,
        observers: Sequence[Observer],
    ) -> None:
        self.plan, self.stages, self.store, self.records, self.out = plan, stages, store, records, out
        self._observers = observers
        self._telling = threading.Lock()
        self._since = time.monotonic()
        self._tally = _Tally()
        self._wanted: dict[str, list[tuple[AdPlan, RenderTask]]] = {}
        for ad in plan.ads:
            for task in ad.renditions:
                self._wanted.setdefault(task.fingerprint, []).append((ad, task))
        self._damaged: set[str] = set()
        self._second_chance = True
        self.id = ""

    def go(self, *, command: str, remake: bool) -> RunFinished:
        """Make everything that is missing; the figures."""
        self.id = self.records.start_run(command, recipes=sorted({ad.recipe_file for ad in self.plan.ads}))
        self.records.record_ads(self.id, self.plan.ads)
        state = "failed"
        try:
            self._make(remake)
            state = "failed" if self._tally.failed else "done"
        except KeyboardInterrupt:
            state = "interrupted"
            raise
        finally:
            finished = self._finished(interrupted=state == "interrupted")
            self.records.finish_run(self.id, state)
            self.emit(finished)
        return finished

    def _make(self, remake: bool) -> None:
        found = {} if remake else self.store.get_many("rendition", self._wanted)
        self.emit(
            RunStarted(
                self._now(),
                run=self.id,
                ads=len(self.plan.ads),
                renditions=self.plan.rendition_count,
                posts=0,
                cached=sum(len(self._wanted[each]) for each in found),
            )
        )
        for fingerprint in found:
            self._hand_over(Outcome(fingerprint, cached=True))
        missing = (self._wanted.keys() - found) | self._damaged
        if missing:
            self._execute(missing, remake)
        if self._damaged:  # words or music were; the store has let go of them, so they are made again
            self._second_chance = False
            self._execute(set(self._damaged), remake)

    def _execute(self, missing: set[str], remake: bool) -> None:
        from castad_cli.run.executors.local import execute

        self._damaged.clear()
        with tempfile.TemporaryDirectory(prefix="castad-", ignore_cleanup_errors=True) as scratch:
            shop = Workshop(self.stages, self.store, Path(scratch), self.emit, self._since, remake=remake)
            graph = build_graph(self.plan, missing, shop)
            execute(graph, self._on_done, cancelled=shop.cancelled, close=self.stages.close)

    def _on_done(self, key: Key, outcome: Outcome) -> None:
        _, kind, fingerprint = key
        if kind == "rendition":
            self._hand_over(outcome)
        elif outcome.problem is not None:
            lost = sum(
                1
                for wanted in self._wanted.values()
                for ad, _ in wanted
                if fingerprint in (ad.script.fingerprint, ad.track and ad.track.fingerprint)
            )
            self._fail(replace(outcome.problem, renditions=lost))

    def _hand_over(self, outcome: Outcome) -> None:
        """A rendition is in the store, or failed: tell everyone, and put its files where a person finds them."""
        if self._second_chance and outcome.problem is not None and outcome.problem.kind == "DamagedObjectError":
            self._damaged.add(outcome.fingerprint)
            return
        for ad, task in self._wanted[outcome.fingerprint]:
            if outcome.problem is not None:
                problem = outcome.problem
                if problem.stage == "render":
                    problem = replace(problem, ad=ad.key, format=task.format, language=task.language)
                    self._fail(problem)
                self._lose(ad, task, problem)
                continue
            try:
                made = self.store.get("rendition", task.fingerprint)
                if made is None:
                    raise FileNotFoundError(f"rendition {task.fingerprint} left the store during the run")
                path = deliver(self.store, made, ad, task, self.out)
            except Exception as error:
                if outcome.cached and isinstance(error, DamagedObjectError):
                    self._damaged.add(outcome.fingerprint)
                    return
                subject = Subject(ad.key, "deliver", task.format, task.language)
                problem = describe_failure(error, subject, at=self._now())
                self._fail(problem)
                self._lose(ad, task, problem)
                continue
            self._tally.done += 1
            self._tally.cached += outcome.cached
            seconds = round(outcome.seconds, 3)
            self.records.rendition_done(self.id, ad, task, path=str(path), cached=outcome.cached, seconds=seconds)
            self.emit(
                RenditionDone(
                    self._now(),
                    ad=ad.key,
                    format=task.format,
                    language=task.language,
                    path=str(path),
                    cached=outcome.cached,
                    seconds=seconds,
                    fingerprint=task.fingerprint,
                )
            )

    def _lose(self, ad: AdPlan, task: RenderTask, problem: StageFailed) -> None:
        self._tally.failed += 1
        self.records.rendition_failed(self.id, ad, task, error=problem.error, fix=problem.fix, where=problem.where)

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
    *,
    out: Path | None,
    observers: Iterable[Observer] = (),
    command: str = "render",
    force: bool = False,
) -> RunFinished:
    """Make every rendition of ``plan`` that the store does not have, and stand its files below ``out``.

    Without ``out`` they stand below ``out/`` in the store, for a store that lies elsewhere.
    A stage that fails costs only the renditions that need it; all problems are in the result. With ``force`` every
    rendition is made afresh. Observers see each event as it happens, the last being the result.

    Raises:
        KeyboardInterrupt: after tidying up and recording the run as interrupted; the same call resumes.
    """
    return _Run(plan, stages, store, records, out, tuple(observers)).go(command=command, remake=force)


def exit_code(finished: RunFinished) -> int:
    """0 all done; 3 if this machine lacks something every run needs; 2 if the recipes alone are to blame and nothing
    could be made; else 1."""
    if not finished.failed:
        return 0
    codes = {problem.exit_code for problem in finished.problems}
    if 3 in codes:
        return 3
    return 2 if codes == {2} and not finished.done else 1
