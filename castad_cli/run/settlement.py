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
from castad_cli.run.journal import Journal
from castad_cli.run.outputs import deliver
from castad_cli.run.request import RunRequest
from castad_cli.run.workshop import Result
from castad_cli.storage import DamagedObjectError

if TYPE_CHECKING:
    from castad_cli.records import PostOutcome, Records
    from castad_cli.run.stages import Posted
    from castad_cli.storage import Made, Store

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


@dataclass(slots=True)
class Wanted:
    """A rendition that an ad wants; several ads may want the same bytes."""

    ad: AdPlan
    task: RenderTask
    is_settled: bool = False


class Settlement:
    """Settles the renditions and posts of one plan. All methods on the driver's thread, but `now` and `emit`."""

    def __init__(
        self, plan: Plan, store: Store, records: Records, request: RunRequest, emit: Callable[[Event], None]
    ) -> None:
        self.plan, self.store, self.request, self.emit = plan, store, request, emit
        self.journal = Journal(records)
        self.tally = Tally()
        self.wanted: dict[str, list[Wanted]] = {}
        self.posts: dict[str, tuple[AdPlan, PostTask]] = {}
        for ad in plan.ads:
            for task in ad.renditions:
                self.wanted.setdefault(task.fingerprint, []).append(Wanted(ad, task))
            if request.publish:
                for post in ad.posts:
                    self.posts.setdefault(post.fingerprint, (ad, post))
        self.damaged: set[str] = set()
        """Renditions whose words, music or bytes the store turned out to have lost: to be made once more."""
        self.second_chance = True
        self.run = ""
        self._since = time.monotonic()
        self._needs: dict[str, list[Wanted]] | None = None
        self._waits: set[str] = set()
        """Fingerprints of jobs that this run does not wait for."""
        self._settled_posts: set[str] = set()

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
            for each in self.wanted[job.fingerprint]:
                self.journal.started.append((each.ad.key, each.task.format, each.task.language))

    def finished(self, job: Job, result: Result) -> None:
        """A job ended: made, failed, or put off."""
        if result.due is not None:
            self._put_off(job, result)
            return
        self.journal.freed.append(job)
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
                    copied = pool.map(lambda each: self._deliver(each, found[each], side_by_side=False), some)
                    for fingerprint, places in zip(some, copied, strict=True):
                        self.hand_over(Result(fingerprint, cached=True), found[fingerprint], places)
                    yield
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _deliver(self, fingerprint: str, made: Made | None, *, side_by_side: bool = True) -> list[str | Exception]:
        """Put a rendition's files where its ads have them: the videos' places, or what went wrong. Any thread."""
        places: list[str | Exception] = []
        for each in self.wanted[fingerprint]:
            try:
                if made is None:
                    raise DamagedObjectError("the rendition left the store", fix="run the same command again")
                out = self.request.out
                places.append(deliver(self.store, made, each.ad, each.task, out, side_by_side=side_by_side))
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
            for each in self.wanted[result.fingerprint]:
                problem, task = result.problem, each.task
                if problem.stage == "render":
                    problem = replace(problem, ad=each.ad.title, format=task.format, language=task.language)
                    self._fail(problem)
                self._lose(each, problem, result.worker)
            return
        places = places if places is not None else self._deliver(result.fingerprint, made)
        for each, place in zip(self.wanted[result.fingerprint], places, strict=True):
            if isinstance(place, str):
                self._win(each, result, place)
            elif self.second_chance and isinstance(place, DamagedObjectError):
                self.damaged.add(result.fingerprint)
                return
            else:
                subject = Subject(each.ad.title, "deliver", each.task.format, each.task.language)
                problem = describe_failure(place, subject, at=self.now())
                self._fail(problem)
                self._lose(each, problem)

    def _win(self, wanted: Wanted, result: Result, path: str) -> None:
        task = wanted.task
        self.tally.done += 1
        self.tally.cached += result.cached
        seconds = round(result.seconds, 3)
        self._settle(wanted, "done", path=path, cached=result.cached, seconds=seconds, worker=result.worker)
        self.emit(
            RenditionDone(
                self.now(),
                ad=wanted.ad.title,
                format=task.format,
                language=task.language,
                path=path,
                cached=result.cached,
                seconds=seconds,
                fingerprint=task.fingerprint,
            )
        )

    def _lose(self, wanted: Wanted, problem: StageFailed, worker: str = "") -> None:
        if problem.review:
            self.tally.needs_review += 1
        else:
            self.tally.failed += 1
        state = "needs_review" if problem.review else "failed"
        told = {"error": problem.error, "fix": problem.fix, "where": problem.where, "kind": problem.kind}
        self._settle(wanted, state, **told, stage=problem.stage, worker=worker)

    def _post_ended(self, job: Job, result: Result) -> None:
        ad, post = self.posts[job.fingerprint]
        problem = result.problem
        if problem is not None and self.second_chance and problem.kind == DamagedObjectError.__name__:
            self.damaged.add(post.rendition)
            return
        self._settled_posts.add(job.fingerprint)
        if problem is not None:
            if problem.stage == "upload":
                self._fail(replace(problem, renditions=0))
            if problem.review:
                self.tally.needs_review += 1
            else:
                self.tally.posts_failed += 1
            state = "needs_review" if problem.review else "failed"
            self.journal.posts.append(_post_outcome(post, state, error=problem.error, fix=problem.fix))
            return
        assert result.posted is not None
        self._post_won(ad, post, result.posted, cached=result.cached, seconds=result.seconds)

    def post_stands(self, fingerprint: str, posted: Posted) -> None:
        """A post is out already, from before this run."""
        self._post_won(*self.posts[fingerprint], posted, cached=True, seconds=0.0)

    def _post_won(self, ad: AdPlan, post: PostTask, posted: Posted, *, cached: bool, seconds: float) -> None:
        self.tally.posted += 1
        self._settled_posts.add(post.fingerprint)
        self.journal.posts.append(_post_outcome(post, "done", remote_id=posted.id, url=posted.url))
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
            self.journal.posts.append(_post_outcome(post, "waiting", until=result.due, error=result.reason))
            return
        told = {"due_at": result.due, "error": result.reason, "kind": "PutOff"}
        for each in self.wanted[job.fingerprint] if job.kind == RENDITION else self._needing(job.fingerprint):
            if not each.is_settled:
                self._note(each, "waiting", **told)

    def _needing(self, fingerprint: str) -> list[Wanted]:
        """The renditions that need those words or that music."""
        if self._needs is None:
            self._needs = defaultdict(list)
            for wanted in self.wanted.values():
                for each in wanted:
                    for need in {each.task.script, each.task.track or each.task.script}:
                        self._needs[need].append(each)
        return self._needs.get(fingerprint, [])

    # What is written down.

    def _settle(self, wanted: Wanted, state: Any, **facts: Any) -> None:
        wanted.is_settled = True
        self._note(wanted, state, **facts)

    def _note(self, wanted: Wanted, state: Any, **facts: Any) -> None:
        from castad_cli.records import Outcome

        task = wanted.task
        outcome = Outcome(wanted.ad.key, task.format, task.language, state, task.fingerprint, **facts)
        self.journal.outcomes.append(outcome)

    def _note_stage(self, stage: str, result: Result) -> None:
        from castad_cli.records import StageRecord

        state: Literal["done", "failed"] = "done" if result.ok else "failed"
        seconds = round(result.seconds, 3)
        self.journal.stages.append(StageRecord(stage, result.fingerprint, state, result.cached, seconds, result.worker))

    # How it ends.

    def put_off(self, jobs: Collection[tuple[datetime, Job]]) -> None:
        """What is left waits for longer than this run does."""
        self._waits |= {job.fingerprint for _, job in jobs}
        soonest = [due for due, _ in jobs]
        if self.tally.waiting_until is not None:
            soonest.append(self.tally.waiting_until)
        self.tally.waiting_until = min(soonest, default=None)
        renditions = [
            each.task
            for wanted in self.wanted.values()
            for each in wanted
            if not each.is_settled and self._waits & {each.task.script, each.task.track, each.task.fingerprint}
        ]
        waits = self._waits | {task.fingerprint for task in renditions}
        posts = [post for _, post in self.posts.values() if post.fingerprint not in self._settled_posts]
        self.tally.waiting = len(renditions) + sum(bool(waits & {post.fingerprint, post.rendition}) for post in posts)

    def give_up(self, error: CastadError) -> None:
        """What stops the whole run: everything not yet settled is lost to it."""
        lost = [each for wanted in self.wanted.values() for each in wanted if not each.is_settled]
        problem = describe_failure(error, Subject("", "run"), at=self.now(), renditions=len(lost))
        self._fail(problem)
        for each in lost:
            self._lose(each, problem)

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


def _post_outcome(post: PostTask, state: Any, **facts: Any) -> PostOutcome:
    from castad_cli.records import PostOutcome

    return PostOutcome(post_key(post.rendition, post.platform, post.account), state, **facts)
