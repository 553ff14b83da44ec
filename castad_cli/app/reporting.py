"""A recorded run as a report: what the records say of it, and the covers that the store has."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from castad_cli.app.covers import Covers
from castad_cli.app.history import RunView
from castad_cli.report import Ad, Cost, Post, Problem, Quota, Rendition, Report, Stage, write_page
from castad_cli.settings import Settings
from castad_cli.storage import Store, open_store

if TYPE_CHECKING:
    from castad_cli.model.effects import Effect
    from castad_cli.records import AdRecord, PostRecord, RenditionRecord, StageRecord

LINKS_S = 7 * 86_400
"""How long a signed address can hold: S3 allows no more than a week."""

_QUOTA_UNITS = ("hour", "day", "month")
_SHOWN = {"claimed": "running", "committing": "running", "ready": "pending", "rendering": "running"}
"""States of the records that the report calls otherwise."""
_BY_KIND = {"NeedsReview": "needs_review", "PutOff": "waiting"}


@dataclass(frozen=True)
class _Outside:
    """What happened outside for a run, by what it was for."""

    posts: Mapping[str, list[Post]]
    """By the ad's key."""
    purchases: Mapping[str, list[Effect]]
    """By the fingerprint of the words or music."""


def make_report(
    settings: Settings, which: str | None, file: Path | None, notify: Callable[[str], None]
) -> tuple[Path, Report]:
    """Write the report of a run (None: the latest) to ``file`` (None: ``report-<run>.html`` here); its path.

    Read from the replica where there is one. ``notify`` is told what the report lacks, and why.

    Raises:
        UserError: no such run.
        EnvironmentNotReady: the database cannot be read.
        OSError: the file cannot be written.
    """
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url, settings.database_replica_url or None)) as records:
        run = records.run(which or "last")
        ads, renditions, stages = records.ads(run.id), records.renditions(run.id), records.stages(run.id)
        posts, effects, quotas = records.posts(run.id), records.effects_of(run.id), records.quotas()
    file = file or Path(f"report-{run.id}.html")
    store = open_store(settings.storage_url, settings.storage_options)
    places = _Places(store, settings, file, Path(str(run.arguments.get("folder") or ".")))
    covers = Covers(store, len(ads), notify)
    covers.load(_wanted(renditions, every=covers.every))
    outside = _sort_out(posts, effects)
    lines = _ads(ads, renditions, {(each.stage, each.fingerprint): each for each in stages}, outside, places, covers)
    ended = run.state != "running"
    report = Report(
        run=run.id,
        command=run.command,
        state=run.state,
        host=run.host,
        version=run.version,
        started_at=run.started_at,
        finished_at=run.finished_at,
        seconds=RunView(run).seconds,
        ads=[_at_rest(ad) for ad in lines] if ended else lines,
        made_at=datetime.now(UTC),
        costs=_costs(outside, {each.script for each in ads}),
        quotas=[
            Quota(each.provider, each.project, each.unit, each.used, each.resets_at)
            for each in quotas
            if each.unit in _QUOTA_UNITS
        ],
        links_until=places.links_until,
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    write_page(report, file)
    return file, report


class _Places:
    """Where videos stand, as links that work from the report."""

    def __init__(self, store: Store, settings: Settings, file: Path, folder: Path) -> None:
        self._store, self._endpoint = store, settings.storage_public_url
        self._from = file.absolute().parent
        self._folder = folder
        self.links_until: datetime | None = None

    def link(self, path: str) -> str:
        """A link to where ``path`` is; empty where it cannot be reached from here."""
        if not path:
            return ""
        if "://" in path:
            signed = self._store.public_out_url(path, LINKS_S, endpoint_url=self._endpoint)
            if signed:
                self.links_until = self.links_until or datetime.now(UTC) + timedelta(seconds=LINKS_S)
            return signed or ""
        standing = self._folder / path
        if not standing.is_file():
            return ""
        try:
            return quote(Path(os.path.relpath(standing, self._from)).as_posix())
        except ValueError:  # another drive
            return standing.absolute().as_uri()


def _wanted(renditions: Iterable[RenditionRecord], *, every: bool) -> list[str]:
    """Fingerprints whose covers are shown: all that are done, or the first of each ad."""
    done = [each for each in renditions if each.state == "done"]
    if not every:
        firsts: dict[str, RenditionRecord] = {}
        for each in done:
            firsts.setdefault(each.ad, each)
        done = list(firsts.values())
    return list(dict.fromkeys(each.fingerprint for each in done))


def _sort_out(posts: Iterable[PostRecord], effects: Iterable[Effect]) -> _Outside:
    by_ad: dict[str, list[Post]] = defaultdict(list)
    purchases: dict[str, list[Effect]] = defaultdict(list)
    by_key = {effect.key: effect for effect in effects}
    for post in posts:
        by_ad[post.ad].append(_post(post, by_key.get(post.key)))
    for effect in by_key.values():
        if effect.kind == "purchase":
            purchases[str(effect.facts.get("for", ""))].append(effect)
    return _Outside(by_ad, purchases)


def _ads(
    ads: Iterable[AdRecord],
    renditions: Iterable[RenditionRecord],
    stages: Mapping[tuple[str, str], StageRecord],
    outside: _Outside,
    places: _Places,
    covers: Covers,
) -> list[Ad]:
    by_ad: dict[str, list[RenditionRecord]] = defaultdict(list)
    for rendition in renditions:
        by_ad[rendition.ad].append(rendition)
    return [
        Ad(
            recipe=ad.recipe,
            row=ad.row,
            variant=ad.variant,
            language=ad.language,
            recipe_file=ad.recipe_file,
            stages=tuple(
                Stage(name, found.state, found.seconds, found.cached, found.worker)
                for name, fingerprint in (("script", ad.script), ("track", ad.track))
                if (found := stages.get((name, fingerprint)))
            ),
            renditions=tuple(
                _rendition(each, _held_up_by(ad, outside), places, covers) for each in by_ad.get(ad.key, ())
            ),
            posts=tuple(outside.posts.get(ad.key, ())),
            cost=sum(_price(each) or 0.0 for each in _purchases(ad, outside)),
        )
        for ad in ads
    ]


def _purchases(ad: AdRecord, outside: _Outside) -> list[Effect]:
    return [each for wanted in {ad.script, ad.track} - {""} for each in outside.purchases.get(wanted, ())]


def _held_up_by(ad: AdRecord, outside: _Outside) -> Effect | None:
    """A purchase that the ad waits for: put off, or left to a person."""
    held = [each for each in _purchases(ad, outside) if each.state in ("waiting", "needs_review")]
    return held[0] if held else None


def _rendition(each: RenditionRecord, held_up: Effect | None, places: _Places, covers: Covers) -> Rendition:
    state = _SHOWN.get(each.state, str(each.state))
    problem = None
    if each.error:
        state = _BY_KIND.get(each.kind, state)
        problem = Problem(each.error, each.fix, each.where, each.kind, each.stage)
    elif state == "pending" and held_up is not None:
        state = held_up.state
        problem = Problem(held_up.reason, kind=state, stage="script") if state == "needs_review" else None
    cover, size = covers.get(each.fingerprint)
    return Rendition(
        format=each.format,
        state=state,
        seconds=each.seconds,
        cached=each.cached,
        attempts=each.attempts,
        worker=each.worker,
        path=each.path,
        video=places.link(each.path) if each.state == "done" else "",
        cover=cover,
        cover_size=size,
        problem=problem,
    )


def _post(post: PostRecord, effect: Effect | None) -> Post:
    """A post as it stands now: its effect knows what a later run, or a person, made of it."""
    state, reason = str(post.state), post.error
    url, remote_id, at = post.url, post.remote_id, post.updated_at if post.state == "done" else post.until
    if effect is not None and effect.state not in ("ready", "claimed", "committing"):
        result: Mapping[str, Any] = effect.result or {}
        state, reason = effect.state, effect.reason or (reason if state == effect.state else "")
        url, remote_id = str(result.get("url") or url), str(result.get("id") or remote_id)
        at = {"done": effect.updated_at, "waiting": effect.due_at}.get(effect.state)
    return Post(
        platform=post.platform,
        account=post.account,
        format=post.format,
        state=_SHOWN.get(state, state),
        url=url,
        remote_id=remote_id,
        at=at,
        reason=reason,
    )


def _at_rest(ad: Ad) -> Ad:
    """The ad of a run that has ended: what was being made was not made. Posts go on without a run."""
    if all(each.state != "running" for each in ad.renditions):
        return ad
    renditions = (replace(each, state="pending") if each.state == "running" else each for each in ad.renditions)
    return replace(ad, renditions=tuple(renditions))


def _costs(outside: _Outside, scripts: set[str]) -> list[Cost]:
    counted: dict[tuple[str, str, str], Cost] = {}
    for wanted, effects in outside.purchases.items():
        for effect in effects:
            service = str(effect.facts.get("service") or "unknown")
            key = (service, "script" if wanted in scripts else "track", _SHOWN.get(effect.state, effect.state))
            cost = counted.get(key) or Cost(service, key[1], 0, key[2])
            price = _price(effect)
            amount = cost.amount if price is None else (cost.amount or 0.0) + price
            counted[key] = replace(cost, count=cost.count + 1, amount=amount)
    return [counted[key] for key in sorted(counted)]


def _price(effect: Effect) -> float | None:
    """What a purchase cost or, where that cannot be known, may have cost; None without a price."""
    price = effect.facts.get("price")
    if not isinstance(price, int | float) or effect.state not in ("done", "committing", "needs_review"):
        return None
    return float(price)
