"""What a plan's posts come to: which are out already, and how many days each account's need within the quotas."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import CastadError
from castad_cli.model.effects import Window
from castad_cli.model.plan import Plan, PostTask
from castad_cli.settings import Settings

if TYPE_CHECKING:
    from castad_cli.records import Records

INSTAGRAM_POSTS_A_DAY = 50
"""The smaller of the two figures that Instagram's pages give: assumed until it has told an account's own."""


_THROTTLE_S = 900.0
"""What is closed for no longer than that was a throttle, and no day's end."""


@dataclass(frozen=True)
class AccountForecast:
    """One account's posts. ``days``: how many days of quota they need, today's counted; 0 when there are none to make.

    YouTube's quota is a project's: channels of one ``pool`` share it, and their ``days`` are the pool's.
    """

    platform: str
    account: str
    title: str
    is_ready: bool
    """Whether somebody is logged in there."""
    posts: int
    posted: int
    per_day: int
    is_told: bool
    """Whether ``per_day`` is the platform's own word; else the figure of its pages is assumed."""
    used_today: int
    days: int
    pool: str
    last_at: str
    """The latest time that a recipe names for one of them; empty for none."""

    def as_record(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"event": "posts.planned", **vars(self)}


def forecast_posts(plan: Plan, settings: Settings) -> tuple[AccountForecast, ...]:
    """By platform and account. The database is asked where it is there to be asked; no platform is."""
    by_account: dict[tuple[str, str], list[PostTask]] = defaultdict(list)
    for ad in plan.ads:
        for post in ad.posts:
            by_account[post.platform, post.account].append(post)
    if not by_account:
        return ()
    if settings.database_url.startswith("sqlite:///") and not Path(settings.database_url[10:]).exists():
        return _forecast(by_account, {}, {}, None)
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url)) as records:
        try:
            accounts = {(each.platform, each.name): each.facts for each in records.accounts.all()}
            out = _standing(settings, [post for posts in by_account.values() for post in posts])
            return _forecast(by_account, accounts, out, records)
        except CastadError:  # a plan is made without a database too; then nothing is known of what is out
            return _forecast(by_account, {}, {}, None)


def _standing(settings: Settings, posts: Sequence[PostTask]) -> dict[str, Any]:
    from castad_cli.app.posting import Posting

    posting = Posting(settings)
    try:
        return dict(posting.standing(posts))
    finally:
        posting.close()


def _forecast(
    by_account: dict[tuple[str, str], list[PostTask]],
    accounts: dict[tuple[str, str], Any],
    out: dict[str, Any],
    records: Records | None,
) -> tuple[AccountForecast, ...]:
    pools: dict[str, list[tuple[str, str]]] = defaultdict(list)
    left: dict[tuple[str, str], int] = {}
    for which, posts in by_account.items():
        left[which] = sum(post.fingerprint not in out for post in posts)
        pools[_pool(*which, accounts.get(which, {}))].append(which)
    forecasts = []
    for pool, members in pools.items():
        per_day, is_told, used = _quota(members, pool, [accounts.get(which, {}) for which in members], records)
        days = days_for(sum(left[which] for which in members), per_day, used)
        for which in members:
            posts, facts = by_account[which], accounts.get(which, {})
            forecasts.append(
                AccountForecast(
                    *which,
                    title=str(facts.get("title", "")),
                    is_ready=which in accounts and not facts.get("login_needed"),
                    posts=len(posts),
                    posted=len(posts) - left[which],
                    per_day=per_day,
                    is_told=is_told,
                    used_today=used,
                    days=days if left[which] else 0,
                    pool=pool,
                    last_at=_last_at(posts),
                )
            )
    return tuple(sorted(forecasts, key=lambda each: (each.platform, each.account)))


def days_for(posts: int, per_day: int, used_today: int) -> int:
    """How many days so many posts need, today counted with what is left of it."""
    if posts == 0:
        return 0
    today = max(0, per_day - used_today)
    return 1 if posts <= today else 1 + math.ceil((posts - today) / per_day)


def _pool(platform: str, account: str, facts: Any) -> str:
    """Whose quota an account draws on."""
    if platform == "youtube":
        return str(facts.get("project") or "youtube")
    return f"{platform}:{facts.get('open_id') or facts.get('user_id') or account}"


def _quota(
    members: Sequence[tuple[str, str]], pool: str, facts: Sequence[Any], records: Records | None
) -> tuple[int, bool, int]:
    """How many posts a day, whether the platform said so, and how many of today's are used as far as is known here."""
    from castad_cli.publish import quotas

    platform, whose = members[0][0], pool.partition(":")[2]
    if platform == "youtube":
        per_day, used = quotas.YOUTUBE_UPLOADS_A_DAY, 0
        if records:
            used = records.limits.used("youtube.uploads", pool, quotas.PACIFIC_DAY)[0]
        return per_day, True, per_day if _is_spent(records, f"youtube.uploads {pool}") else used
    if platform == "tiktok":
        per_day, used = quotas.TIKTOK_POSTS_A_DAY, 0
        if records:
            used = records.limits.used("tiktok.posts", whose, Window("day", "UTC"))[0]
        return per_day, True, per_day if _is_spent(records, f"tiktok.posts {whose}") else used
    own = sum(records.effects.posts_of_a_day(*which) for which in members) if records else 0
    told = max((each["limit"] for each in facts if each.get("limit")), key=lambda limit: str(limit["at"]), default=None)
    if told is None:
        return INSTAGRAM_POSTS_A_DAY, False, own
    age = datetime.now(UTC) - datetime.fromisoformat(str(told["at"]))
    # What it counted is of the 24 hours before it was asked, other apps' posts among them.
    return int(told["total"]), True, max(own, int(told["used"]) if age < timedelta(days=1) else 0)


def _is_spent(records: Records | None, key: str) -> bool:
    """Whether the platform itself said that today's are used up, by other programs among others."""
    from castad_cli.publish.line import closed_key

    closed = records.limits.closed(closed_key(key)) if records else None
    return closed is not None and closed.wait_s > _THROTTLE_S


def _last_at(posts: Sequence[PostTask]) -> str:
    times = [datetime.fromisoformat(str(at)) for post in posts if (at := post.fields.get("at"))]
    return max(times).isoformat() if times else ""
