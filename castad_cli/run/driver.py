"""Makes a plan happen: skips what the store already has, has the rest made, hands over the files, records it all.

::

    plan ──> what is missing ──> an ad's graph ──> window ──> executor ──> store ──> out/…
                                                     └── results ──> records, observers

The driver alone writes runs, ads and renditions. Running the same plan again makes only what is missing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from castad_cli.errors import CastadError, hides_interrupt
from castad_cli.model.events import Event, RunFinished, RunStarted, StageLost
from castad_cli.model.plan import Plan
from castad_cli.run.executors import Executor, Lost
from castad_cli.run.failures import describe_failure
from castad_cli.run.graph import POST, Job, Key, ad_graph
from castad_cli.run.journal import lease_key
from castad_cli.run.request import RunRequest
from castad_cli.run.scratch import scratch_folder
from castad_cli.run.settlement import Settlement
from castad_cli.run.stages import Stages
from castad_cli.run.window import Window
from castad_cli.run.workshop import Result, Workshop

if TYPE_CHECKING:
    from castad_cli.records import Records
    from castad_cli.storage import Store

Observer = Callable[[Event], None]


@dataclass(frozen=True)
class RunContext:
    """What an executor is told of the run it works for. ``shop`` is for work in the driver's own process."""

    run: str
    shop: Workshop
    emit: Observer
    now: Callable[[], float]
    remake: bool = False


MakeExecutor = Callable[[RunContext], Executor]
"""Opens the executor of a run, once there is something to do. Raises what makes all work impossible."""


def in_this_process(context: RunContext) -> Executor:
    """Everything here: nothing to start."""
    from castad_cli.run.executors.local import LocalExecutor

    return LocalExecutor(context.shop)


class _ToldToStop(BaseException):
    """Somebody asked this run, from elsewhere, to stop."""


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
        make_executor: MakeExecutor,
    ) -> None:
        self._make_executor = make_executor
        self.plan, self.stages, self.store, self.records, self.request = plan, stages, store, records, request
        self._observers = observers
        self._telling = threading.Lock()
        self.settlement = Settlement(plan, store, records, request, self.emit)
        self._window: Window | None = None
        self._asked_to_stop = threading.Event()
        self.id = ""

    def go(self) -> RunFinished:
        """Make everything that is missing; the figures."""
        settlement, tally = self.settlement, self.settlement.tally
        posts = len(settlement.posts)
        figures = {"ads": len(self.plan.ads), "renditions": self.plan.rendition_count, "posts": posts}
        self.id = self.records.start_run(self.request.command, summary=figures, arguments=self.request.arguments)
        settlement.run = self.id
        state: Literal["done", "failed", "interrupted"] = "failed"
        try:
            self.records.record_ads(self.id, self.plan.ads, posts=self.request.publish)
            settlement.journal.open(self.id)
            with self.records.beating(self.id, on_stop=self._asked_to_stop.set):
                self._make()
            is_short = settlement.summary(interrupted=False).short_of > 0  # what waits is not lost
            state = "failed" if tally.lost or tally.needs_review or is_short else "done"
        except CastadError as error:
            if hides_interrupt(error):
                state = "interrupted"
                raise KeyboardInterrupt from error
            settlement.give_up(error)
        except _ToldToStop:
            state = "interrupted"
        except KeyboardInterrupt:
            state = "interrupted"
            raise
        finally:
            try:
                settlement.journal.write(at_once=True)
                self.records.finish_run(self.id, state)
            except CastadError as error:
                if error.message not in {problem.error for problem in tally.problems}:
                    settlement.give_up(error)
            if self._make_executor is not in_this_process:  # else its executor has closed them
                self.stages.close()
            finished = settlement.summary(interrupted=state == "interrupted")
            self.emit(finished)
        return finished

    def _make(self) -> None:
        settlement = self.settlement
        found = {} if self.request.force else self.store.get_many("rendition", settlement.wanted)
        cached = sum(len(settlement.wanted[each]) for each in found)
        ads, renditions, posts = len(self.plan.ads), self.plan.rendition_count, len(settlement.posts)
        self.emit(RunStarted(settlement.now(), self.id, ads=ads, renditions=renditions, posts=posts, cached=cached))
        for _ in settlement.hand_over_found(found):
            settlement.journal.write()
        missing = (settlement.wanted.keys() - found) | settlement.damaged
        standing = self.stages.standing([post for _, post in settlement.posts.values()]) if settlement.posts else {}
        for fingerprint, posted in standing.items():
            settlement.post_stands(fingerprint, posted)
            settlement.journal.write()
        unposted = settlement.posts.keys() - standing.keys()
        if missing or unposted:
            self._execute(missing, unposted)
        if settlement.damaged:  # words or music were; the store has let go of them, so they are made again
            settlement.second_chance = False
            remade = set(settlement.damaged)
            self._execute(remade, {key for key, (_, post) in settlement.posts.items() if post.rendition in remade})

    def _execute(self, missing: Collection[str], unposted: Collection[str]) -> None:
        settlement = self.settlement
        settlement.damaged.clear()
        here = self._make_executor is in_this_process
        if missing and here:
            self.stages.open()
        with scratch_folder(self.request.scratch) as scratch:
            remake = self.request.force
            shop = Workshop(self.stages, self.store, scratch, self.emit, settlement.since, remake=remake)
            executor = self._make_executor(RunContext(self.id, shop, self.emit, settlement.now, remake))
            self._window = Window(self._graphs(missing, unposted), executor, self, patience_s=self.request.patience_s)
            try:
                self._window.run()
                settlement.put_off(self._window.put_off)
            except BaseException:
                executor.stop()
                raise
            executor.close()

    def _graphs(self, missing: Collection[str], unposted: Collection[str]) -> Iterator[Mapping[Key, Job]]:
        for ad in self.plan.ads:
            if graph := ad_graph(ad, missing, unposted):
                yield graph

    # What the window asks and tells.

    def claim(self, jobs: Sequence[Job]) -> set[Key]:
        ours = self.records.shares.claim(self.id, [lease_key(job) for job in jobs])
        return {job.key for job in jobs if lease_key(job) in ours}

    def look(self, jobs: Sequence[Job]) -> Mapping[Key, Result]:
        if self.request.force:
            return {}
        by_kind: dict[str, dict[str, Job]] = {}
        for job in jobs:
            if job.kind != POST:  # whether it was posted, its stage finds out
                by_kind.setdefault(job.kind, {})[job.fingerprint] = job
        return {
            wanted[fingerprint].key: Result(fingerprint, cached=True)
            for kind, wanted in by_kind.items()
            for fingerprint in self.store.get_many(kind, wanted)
        }

    def submitted(self, job: Job) -> None:
        self.settlement.started(job)

    def finished(self, job: Job, result: Result) -> None:
        self.settlement.finished(job, result)

    def lost(self, job: Job, why: Lost, attempt: int) -> Result | None:
        assert self._window is not None
        if self._window.is_deadly(job):
            error = CastadError(
                f"its worker died {attempt} times ({why.reason})",
                fix="look at the workers' memory; `--quality draft` needs less",
            )
            problem = describe_failure(error, job.subject, at=self.settlement.now())
            return Result(job.fingerprint, problem=problem)
        self.emit(StageLost(self.settlement.now(), **job.subject.labels, reason=why.reason, attempt=attempt))
        return None

    def tick(self) -> bool:
        if self._asked_to_stop.is_set():
            raise _ToldToStop
        self.settlement.journal.write()
        most = self.request.max_failures
        return most is None or self.settlement.tally.lost < most

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
    make_executor: MakeExecutor = in_this_process,
) -> RunFinished:
    """Make every rendition of ``plan`` that the store does not have, and put its files where ``request`` says.

    A stage that fails costs only the renditions that need it; all problems are in the result. With ``force`` every
    rendition is made afresh; with ``publish`` the plan's posts are made too. Observers see each event as it happens,
    the last being the result.

    What stops everything (no browser, a store or a database that fails) is a problem of the run, in the result too.

    Raises:
        EnvironmentNotReady: the run cannot even be recorded.
        KeyboardInterrupt: after tidying up and recording the run as interrupted; the same call resumes.
    """
    return _Run(plan, stages, store, records, request, tuple(observers), make_executor).go()


def exit_code(finished: RunFinished) -> int:
    """0 all done, or but for what waits for a limit's or its own time; 130 if it was stopped; 3 if this machine lacks
    something every run needs; 2 if the recipes alone are to blame and nothing could be made; else 1."""
    if finished.interrupted:
        return 130
    if not finished.problems:
        return 1 if finished.needs_review or finished.short_of > 0 else 0
    codes = {problem.exit_code for problem in finished.problems}
    if 3 in codes:
        return 3
    return 2 if codes == {2} and not finished.done else 1
