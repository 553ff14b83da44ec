"""The posts of a run as rows: what it was to post, and what it saw become of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, update

from castad_cli.model.effects import post_key
from castad_cli.model.plan import AdPlan
from castad_cli.records.effect_tables import RunPost
from castad_cli.records.entries import PostOutcome
from castad_cli.records.schema import UtcTime
from castad_cli.records.writing import Row, clock


def rows_of(run: str, ads: Iterable[AdPlan]) -> list[Row]:
    """A plan's posts, pending, in the plan's order; equal ones once."""
    rows: dict[str, Row] = {}
    for ad in ads:
        formats = {task.fingerprint: task.format for task in ad.renditions}
        for post in ad.posts:
            key = post_key(post.rendition, post.platform, post.account)
            row = {
                "run_id": run,
                "key": key,
                "ad_key": ad.key,
                "position": len(rows),
                "format": formats[post.rendition],
                "language": ad.language,
                "platform": post.platform,
                "account": post.account,
            }
            rows.setdefault(key, row)
    return list(rows.values())


def settle(connection: Connection, run: str, outcomes: Sequence[PostOutcome]) -> int:
    """Write what became of posts; how many rows that changed."""
    if not outcomes:
        return 0
    names = ("state", "remote_id", "url", "error", "fix")
    statement = (
        update(RunPost)
        .where(RunPost.run_id == run, RunPost.key == bindparam("of_post"))
        .values(
            {
                **{name: bindparam(f"to_{name}") for name in names},
                "until": bindparam("to_until", type_=UtcTime),
                "updated_at": clock(connection),
            }
        )
    )
    rows = [
        {
            "of_post": outcome.key,
            "to_until": outcome.until,
            **{f"to_{name}": getattr(outcome, name) for name in names},
        }
        for outcome in outcomes
    ]
    return connection.execute(statement, rows).rowcount


def ads_of(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Which ad, format and language each of some posts is of, as the latest run that was to make it says."""
    found: dict[str, tuple[str, str, str]] = {}
    for start in range(0, len(keys), 500):
        query = select(RunPost.key, RunPost.ad_key, RunPost.format, RunPost.language)
        some = query.where(RunPost.key.in_(keys[start : start + 500])).order_by(RunPost.run_id)
        found.update({key: (ad, format_, language) for key, ad, format_, language in connection.execute(some)})
    return found
