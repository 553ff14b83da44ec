"""What has become of each rendition and post of a run: handed over, told, counted, and written down."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from castad_cli.errors import CastadError
from castad_cli.model.effects import post_key
from castad_cli.model.events import Event, PostDone, RenditionDone, RunFinished, StageFailed
from castad_cli.model.plan import AdPlan, Plan, PostTask, RenderTask
from castad_cli.run.failures import Subject, describe_failure
from castad_cli.run.graph import POST, RENDITION, Job
from castad_cli.run.outputs import deliver
from castad_cli.run.workshop import Result
from castad_cli.storage import DamagedObjectError

if TYPE_CHECKING:
    from castad_cli.records import Outcome, PostOutcome, Records, StageRecord
    from castad_cli.run.driver import RunRequest
    from castad_cli.run.stages import Posted
    from castad_cli.storage import Made, Store

_WRITE_EVERY_S = 0.25
_COPIES_AT_ONCE, _COPIES_A_STEP = 16, 64
_MOST_PROBLEMS = 1000
"""Problems kept for the summary; all are told as they happen, and all are in the records."""


@dataclass
class Tally:
    """The figures of a run so far."""

    done: int = 0
    cached: int = 0
    failed: int = 0
    posted: int = 0
    posts_failed: int = 0
    needs_review: int = 0
    waiting: int = 0
    waiting_until: datetime | None = None
    problems: list[StageFailed] = field(default_factory=list)
    exit_codes: set[int] = field(default_factory=set)

    @property
    def lost(self) -> int:
        return self.failed + self.posts_failed


class Settlement:
    """Settles the renditions and posts of one plan. All methods on the driver's thread, but `now` and `emit`."""

    def __init__(
        self, plan: Plan, store: Store, records: Records, request: RunRequest, emit: Callable[[Event], None]
    ) -> None:
        self.plan, self.store, self.records, self.request, self.emit = plan, store, records, request, emit
        self.tally = Tally()
        self.wanted: dict[str, list[tuple[AdPlan, RenderTask]]] = {}
        self.posts: dict[str, tuple[AdPlan, PostTask]] = {}
        for ad in plan.ads:
            for task in ad.renditions:
                self.wanted.setdefault(task.fingerprint, []).append((ad, task))
            if request.publish:
                for post in ad.posts:
                    self.posts.setdefault(post.fingerprint, (ad, post))
        self.damaged: set[str] = set()
        """Renditions whose words, music or bytes the store turned out to have lost: to be made once more."""
        self.second_chance = True
        self.has_rows = False
        self.run = ""
        self._since = time.monotonic()
        self._settled: set[tuple[str, str]] = set()
        self._started: list[tuple[str, str, str]] = []
        self._outcomes: list[Outcome] = []
        self._stages: list[StageRecord] = []
        self._posts: list[PostOutcome] = []
        self._freed: list[Job] = []
        self._wrote_at = 0.0
        self._needs: dict[str, list[tuple[AdPlan, RenderTask]]] | None = None

    @property
    def since(self) -> float:
        """When the run's clock began, on `time.monotonic`."""
        return self._since

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._since

    # What happens.

    def started(self, job: Job) -> None:
        """A job was handed out: one attempt more at a rendition."""
        if job.kind == RENDITION:
            for ad, task in self.wanted[job.fingerprint]:
                self._started.append((ad.key, task.format, task.language))

    def finished(self, job: Job, result: Result) -> None:
        """A job ended: made, failed, or put off."""
        if result.due is not None:
            self._put_off(job, result)
            return
        self._freed.append(job)
        if job.kind == RENDITION:
            self.hand_over(result, self.store.get(RENDITION, result.fingerprint) if result.ok else None)
        elif job.kind == POST:
            self._post_ended(job, result)
        else:
            self._note_stage(job.kind, result)
            if result.problem is not None:
                self._fail(replace(result.problem, renditions=len(self._needing(job.fingerprint))))

    def hand_over_found(self, found: Mapping[str, Made]) -> Iterator[None]:
        """Hand over renditions that the store has already, a few at each step; a bucket copies several at once."""
        fingerprints = list(found)
        with ThreadPoolExecutor(_COPIES_AT_ONCE if self.store.remote else 1, "castad-copy") as pool:
            try:
                for start in range(0, len(fingerprints), _COPIES_A_STEP):
                    some = fingerprints[start : start + _COPIES_A_STEP]
                    copied = pool.map(lambda each: self._deliver(each, found[each]), some)
                    for fingerprint, places in zip(some, copied, strict=True):
                        self.hand_over(Result(fingerprint, cached=True), found[fingerprint], places)
                    yield
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _deliver(self, fingerprint: str, made: Made | None) -> list[str | Exception]:
        """Put a rendition's files where its ads have them: the videos' places, or what went wrong. Any thread."""
        places: list[str | Exception] = []
        for ad, task in self.wanted[fingerprint]:
            try:
                if made is None:
                    raise DamagedObjectError("the rendition left the store", fix="run the same command again")
                places.append(deliver(self.store, made, ad, task, self.request.out))
            except Exception as error:
                places.append(error)
        return places

    def hand_over(self, result: Result, made: Made | None, places: list[str | Exception] | None = None) -> None:
        """A rendition is in the store, or failed: tell everyone, and put its files where a person finds them.

        ``places`` says where that has been done already.
        """
        if self.second_chance and result.problem is not None and result.problem.kind == DamagedObjectError.__name__:
            self.damaged.add(result.fingerprint)
            return
        if result.problem is not None:
            for ad, task in self.wanted[result.fingerprint]:
                problem = result.problem
                if problem.stage == "render":
                    problem = replace(problem, ad=ad.title, format=task.format, language=task.language)
                    self._fail(problem)
                self._lose(ad, task, problem, result.worker)
            return
        places = places if places is not None else self._deliver(result.fingerprint, made)
        for (ad, task), place in zip(self.wanted[result.fingerprint], places, strict=True):
            if isinstance(place, str):
                self._win(ad, task, result, place)
            elif self.second_chance and isinstance(place, DamagedObjectError):
                self.damaged.add(result.fingerprint)
                return
            else:
                subject = Subject(ad.title, "deliver", task.format, task.language)
                problem = describe_failure(place, subject, at=self.now())
                self._fail(problem)
                self._lose(ad, task, problem)

    def _win(self, ad: AdPlan, task: RenderTask, result: Result, path: str) -> None:
        self.tally.done += 1
        self.tally.cached += result.cached
        seconds = round(result.seconds, 3)
        self._settle(ad, task, "done", path=path, cached=result.cached, seconds=seconds, worker=result.worker)
        self.emit(
            RenditionDone(
                self.now(),
                ad=ad.title,
                format=task.format,
                language=task.language,
                path=path,
                cached=result.cached,
                seconds=seconds,
                fingerprint=task.fingerprint,
            )
        )

    def _lose(self, ad: AdPlan, task: RenderTask, problem: StageFailed, worker: str = "") -> None:
        if problem.review:
            self.tally.needs_review += 1
        else:
            self.tally.failed += 1
        state = "needs_review" if problem.review else "failed"
        told = {"error": problem.error, "fix": problem.fix, "where": problem.where, "kind": problem.kind}
        self._settle(ad, task, state, **told, stage=problem.stage, worker=worker)

    def _post_ended(self, job: Job, result: Result) -> None:
        ad, post = self.posts[job.fingerprint]
        problem = result.problem
        if problem is not None and self.second_chance and problem.kind == DamagedObjectError.__name__:
            self.damaged.add(post.rendition)
            return
        if problem is not None:
            if problem.stage == "upload":
                self._fail(replace(problem, renditions=0))
            if problem.review:
                self.tally.needs_review += 1
            else:
                self.tally.posts_failed += 1
            state = "needs_review" if problem.review else "failed"
            self._posts.append(_post_outcome(post, state, error=problem.error, fix=problem.fix))
            return
        assert result.posted is not None
        self._post_won(ad, post, result.posted, cached=result.cached, seconds=result.seconds)

    def post_stands(self, fingerprint: str, posted: Posted) -> None:
        """A post is out already, from before this run."""
        self._post_won(*self.posts[fingerprint], posted, cached=True, seconds=0.0)

    def _post_won(self, ad: AdPlan, post: PostTask, posted: Posted, *, cached: bool, seconds: float) -> None:
        self.tally.posted += 1
        self._posts.append(_post_outcome(post, "done", remote_id=posted.id, url=posted.url))
        task = next(task for task in ad.renditions if task.fingerprint == post.rendition)
        self.emit(
            PostDone(
                self.now(),
                ad=ad.title,
                format=task.format,
                language=task.language,
                platform=post.platform,
                account=post.account,
                id=posted.id,
                url=posted.url,
                cached=cached,
                seconds=round(seconds, 3),
                rendition=post.rendition,
                note=posted.note,
            )
        )

    def _put_off(self, job: Job, result: Result) -> None:
        """What waits, and until when, is written down; at the end of the run some of it may wait still."""
        if job.kind == POST:
            post = self.posts[job.fingerprint][1]
            self._posts.append(_post_outcome(post, "waiting", until=result.due, error=result.reason))
        told = {"due_at": result.due, "error": result.reason, "kind": "PutOff"}
        for ad, task in self._needing(job.fingerprint):
            if (ad.key, task.format) not in self._settled:
                self._note(ad, task, "waiting", **told)

    def _needing(self, fingerprint: str) -> list[tuple[AdPlan, RenderTask]]:
        """The renditions that need those words or that music, or are that rendition."""
        if self._needs is None:
            self._needs = defaultdict(list)
            for wanted in self.wanted.values():
                for ad, task in wanted:
                    for need in {task.script, task.track or task.script, task.fingerprint}:
                        self._needs[need].append((ad, task))
        return self._needs.get(fingerprint, [])

    # What is written down.

    def _settle(self, ad: AdPlan, task: RenderTask, state: Any, **facts: Any) -> None:
        self._settled.add((ad.key, task.format))
        self._note(ad, task, state, **facts)

    def _note(self, ad: AdPlan, task: RenderTask, state: Any, **facts: Any) -> None:
        from castad_cli.records import Outcome

        self._outcomes.append(Outcome(ad.key, task.format, task.language, state, task.fingerprint, **facts))

    def _note_stage(self, stage: str, result: Result) -> None:
        from castad_cli.records import StageRecord

        state: Literal["done", "failed"] = "done" if result.ok else "failed"
        seconds = round(result.seconds, 3)
        self._stages.append(StageRecord(stage, result.fingerprint, state, result.cached, seconds, result.worker))

    def write(self, *, at_once: bool = False) -> None:
        """Write down what began and what was settled since the last time, together, several times a second."""
        now = time.monotonic()
        if not at_once and now - self._wrote_at < _WRITE_EVERY_S:
            return
        started, self._started = self._started, []
        outcomes, self._outcomes = self._outcomes, []
        stages, self._stages = self._stages, []
        posts, self._posts = self._posts, []
        freed, self._freed = self._freed, []
        if self.has_rows:
            self.records.renditions_started(self.run, started)
            self.records.settle(self.run, outcomes, stages=stages, posts=posts)
            self.records.shares.give_back(self.run, {lease_key(job) for job in freed})
        self._wrote_at = time.monotonic()

    # How it ends.

    def put_off(self, jobs: Collection[tuple[datetime, Job]]) -> None:
        """What is left waits for longer than this run does."""
        keys = {job.fingerprint for _, job in jobs}
        self.tally.waiting_until = min((due for due, _ in jobs), default=None)
        for wanted in self.wanted.values():
            for ad, task in wanted:
                if (ad.key, task.format) not in self._settled and keys & {task.script, task.track, task.fingerprint}:
                    self.tally.waiting += 1
        self.tally.waiting += sum(job.kind == POST for _, job in jobs)

    def give_up(self, error: CastadError) -> None:
        """What stops the whole run: everything not yet settled is lost to it."""
        lost = [
            (ad, task) for ad in self.plan.ads for task in ad.renditions if (ad.key, task.format) not in self._settled
        ]
        problem = describe_failure(error, Subject("", "run"), at=self.now(), renditions=len(lost))
        self._fail(problem)
        for ad, task in lost:
            self._lose(ad, task, problem)

    def _fail(self, problem: StageFailed) -> None:
        self.tally.exit_codes.add(problem.exit_code)
        if len(self.tally.problems) < _MOST_PROBLEMS:
            self.tally.problems.append(problem)
        self.emit(problem)

    def summary(self, *, interrupted: bool) -> RunFinished:
        """The figures of the run as an event."""
        tally = self.tally
        return RunFinished(
            self.now(),
            run=self.run,
            ads=len(self.plan.ads),
            renditions=self.plan.rendition_count,
            posts=len(self.posts),
            done=tally.done,
            cached=tally.cached,
            failed=tally.failed,
            needs_review=tally.needs_review,
            seconds=round(self.now(), 3),
            problems=tuple(tally.problems),
            interrupted=interrupted,
            posted=tally.posted,
            posts_failed=tally.posts_failed,
            waiting=tally.waiting,
            waiting_until=tally.waiting_until,
        )


def lease_key(job: Job) -> str:
    """The name under which a job is leased: equal work, whichever plan it is in, has one name."""
    return f"{job.kind}:{job.fingerprint}"


def _post_outcome(post: PostTask, state: Any, **facts: Any) -> PostOutcome:
    from castad_cli.records import PostOutcome

    return PostOutcome(post_key(post.rendition, post.platform, post.account), state, **facts)
