"""What a plan comes to before anything is made: what the store has, what is left to do, what it will cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from castad_cli.app.providers import Bill, add_up, find_purchases
from castad_cli.app.work import Work
from castad_cli.model.formats import FORMATS, FRAME_RATE
from castad_cli.model.plan import AdPlan, RenderTask
from castad_cli.whole import put_whole


@dataclass(frozen=True)
class PlannedRendition:
    """One line of the forecast. Sizes in pixels; ``posts`` as ``platform:account``."""

    ad: str
    format: str
    language: str
    width: int
    height: int
    duration_s: float
    cached: bool
    posts: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True)
class Forecast:
    """The whole. ``scripts``, ``tracks`` and ``frames`` count what is still to be made; ``bills`` what is bought."""

    ads: int
    renditions: tuple[PlannedRendition, ...]
    scripts: int
    tracks: int
    frames: int
    bills: tuple[Bill, ...] = ()

    @property
    def cached(self) -> int:
        return sum(each.cached for each in self.renditions)

    @property
    def to_make(self) -> int:
        return len(self.renditions) - self.cached

    @property
    def paid_calls(self) -> Mapping[str, int]:
        """Calls that are sure to be paid, by provider."""
        calls: Counter[str] = Counter()
        for bill in self.bills:
            calls[bill.provider] += bill.calls
        return dict(calls)

    @property
    def days(self) -> Mapping[str, int]:
        """How many days all calls to a service take, by its name: words, voices and pictures share one limit a day, and
        proofreading may have its own.
        """
        calls: Counter[str] = Counter()
        per_day: dict[str, int] = {}
        for bill in self.bills:
            if bill.per_day:
                calls[bill.limited] += bill.calls
                per_day[bill.limited] = bill.per_day
        return {service: -(-count // per_day[service]) for service, count in calls.items()}

    @property
    def cost(self) -> float | None:
        """What the calls that are sure come to, in the currency of the settings; None where a price is missing."""
        return self._sum_up([bill.calls for bill in self.bills])

    @property
    def most_cost(self) -> float | None:
        """The same where every answer that may be asked for again is."""
        return self._sum_up([bill.most for bill in self.bills])

    def _sum_up(self, calls: Sequence[int]) -> float | None:
        if any(bill.price is None for bill in self.bills):
            return None
        return sum(count * (bill.price or 0.0) for count, bill in zip(calls, self.bills, strict=True))

    @property
    def posts(self) -> int:
        return sum(len(each.posts) for each in self.renditions)

    def as_records(self) -> list[dict[str, Any]]:
        """One JSON object for each rendition, then the summary."""
        records: list[dict[str, Any]] = [{"event": "rendition.planned", **asdict(each)} for each in self.renditions]
        summary = {
            "event": "summary",
            "ads": self.ads,
            "renditions": len(self.renditions),
            "posts": self.posts,
            "cached": self.cached,
            "to_make": self.to_make,
            "scripts": self.scripts,
            "tracks": self.tracks,
            "frames": self.frames,
            "paid_calls": dict(self.paid_calls),
            "days": dict(self.days),
            "cost": None if self.cost is None else round(self.cost, 4),
            "most_cost": None if self.most_cost is None else round(self.most_cost, 4),
            "bills": [{**asdict(bill), "days": bill.days} for bill in self.bills],
        }
        return [*records, summary]


def make_forecast(work: Work) -> Forecast:
    """What carrying out ``work`` would mean. The store is asked, nothing is made."""
    plan, store = work.plan, work.store
    made = store.get_many("rendition", (task.fingerprint for ad in plan.ads for task in ad.renditions))
    renditions = tuple(_planned(ad, task, task.fingerprint in made) for ad in plan.ads for task in ad.renditions)
    frames = {
        task.fingerprint: int(task.duration_s * FRAME_RATE)
        for ad in plan.ads
        for task in ad.renditions
        if task.fingerprint not in made
    }
    working = [ad for ad in plan.ads if any(task.fingerprint in frames for task in ad.renditions)]
    bills = add_up(find_purchases(work, working))
    scripts = {ad.script.fingerprint: ad.script.provider for ad in working}
    tracks = {ad.track.fingerprint: ad.track.provider for ad in working if ad.track}
    for kind, wanted in (("script", scripts), ("track", tracks)):
        for fingerprint in store.get_many(kind, list(wanted)):
            del wanted[fingerprint]
    return Forecast(len(plan.ads), renditions, len(scripts), len(tracks), sum(frames.values()), bills)


def draw_graph(work: Work, file: Path) -> None:
    """Write the plan's task graph as an SVG picture, whole."""
    from castad_cli.plan import graph_svg

    file.parent.mkdir(parents=True, exist_ok=True)
    put_whole(file, lambda part: part.write_text(graph_svg(work.plan), "utf-8"))


def _planned(ad: AdPlan, task: RenderTask, cached: bool) -> PlannedRendition:
    shape = FORMATS[task.format]
    return PlannedRendition(
        ad=ad.title,
        format=task.format,
        language=task.language,
        width=shape.width,
        height=shape.height,
        duration_s=float(task.duration_s),
        cached=cached,
        posts=tuple(f"{post.platform}:{post.account}" for post in ad.posts if post.rendition == task.fingerprint),
        fingerprint=task.fingerprint,
    )
