"""What a report tells, as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

STATES = ("failed", "needs_review", "waiting", "running", "pending", "done")
"""What an ad, a rendition or a post can be in, the one that most wants a person first."""


@dataclass(frozen=True)
class Problem:
    """Why something was not made: what a person reads, what to do, and where in a recipe."""

    error: str
    fix: str = ""
    where: str = ""
    kind: str = ""
    """The exception's class."""
    stage: str = ""


@dataclass(frozen=True)
class Stage:
    """An ad's words (``script``) or music (``track``)."""

    name: str
    state: str
    seconds: float = 0.0
    cached: bool = False
    worker: str = ""


@dataclass(frozen=True)
class Rendition:
    """An ad in one format. ``video`` is where it plays, ``cover`` a small picture as a ``data:`` address."""

    format: str
    state: str
    seconds: float = 0.0
    cached: bool = False
    attempts: int = 0
    worker: str = ""
    path: str = ""
    """Where its video stands, as text."""
    video: str = ""
    cover: str = ""
    cover_size: tuple[int, int] = (0, 0)
    """Width and height at which the cover is shown, in CSS pixels."""
    problem: Problem | None = None


@dataclass(frozen=True)
class Post:
    """A rendition published, or to be, to one account. ``reason`` says why it failed, waits or needs review."""

    platform: str
    account: str
    format: str
    state: str
    url: str = ""
    remote_id: str = ""
    at: datetime | None = None
    """When it was published; for one that waits, when it is due."""
    reason: str = ""


@dataclass(frozen=True)
class Ad:
    """One ad. ``cost`` is of what was bought for it, whichever run bought it, in the currency of the prices set."""

    recipe: str
    row: str
    variant: str
    language: str
    recipe_file: str
    stages: tuple[Stage, ...] = ()
    renditions: tuple[Rendition, ...] = ()
    posts: tuple[Post, ...] = ()
    cost: float = 0.0

    @property
    def state(self) -> str:
        """The state among its renditions and posts that most wants a person."""
        found = {each.state for each in self.renditions} | {each.state for each in self.posts}
        return next((state for state in STATES if state in found), "pending")

    @property
    def seconds(self) -> float:
        """What making it took in this run, on whatever number of workers."""
        stages = sum(each.seconds for each in self.stages if not each.cached)
        return stages + sum(each.seconds for each in self.renditions if not each.cached)

    @property
    def is_cached(self) -> bool:
        """Whether nothing had to be made for it."""
        return bool(self.renditions) and all(each.cached and each.state == "done" for each in self.renditions)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong, each once; what only waits is no problem."""
        found = [each.problem for each in self.renditions if each.problem and each.state != "waiting"]
        found += [
            Problem(each.reason, kind=each.state, stage="upload")
            for each in self.posts
            if each.reason and each.state in ("failed", "needs_review")
        ]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Cost:
    """What was bought from one service for one stage: so many purchases in one state.

    ``amount`` is in the currency of the prices set; None where none is set.
    """

    provider: str
    what: str
    count: int
    state: str
    amount: float | None = None


@dataclass(frozen=True)
class Quota:
    """What one project has used of a provider's quota in its present window."""

    provider: str
    project: str
    unit: str
    used: int
    resets_at: datetime


@dataclass(frozen=True)
class Report:
    """A run. Times are aware; ``seconds`` is None while it runs."""

    run: str
    command: str
    state: str
    host: str
    version: str
    started_at: datetime
    finished_at: datetime | None
    seconds: float | None
    ads: Sequence[Ad]
    made_at: datetime
    costs: Sequence[Cost] = ()
    quotas: Sequence[Quota] = ()
    links_until: datetime | None = None
    """Until when its links to videos hold; None: for as long as the files stand there."""

    def ads_in(self) -> Counter[str]:
        """How many ads are in each state."""
        return Counter(ad.state for ad in self.ads)

    def renditions_in(self) -> Counter[str]:
        """How many renditions are in each state; of those that are done, ``cached`` counts what cost nothing."""
        counts = Counter(each.state for ad in self.ads for each in ad.renditions)
        counts["cached"] = sum(each.cached and each.state == "done" for ad in self.ads for each in ad.renditions)
        return counts

    def posts_in(self) -> Counter[str]:
        """How many posts are in each state."""
        return Counter(each.state for ad in self.ads for each in ad.posts)
