"""The posts of a run as rows: what it was to post, and what it saw become of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update

from castad_cli.model.plan import AdPlan
from castad_cli.records.entries import PostOutcome
from castad_cli.records.schema import RunPost, UtcTime
from castad_cli.records.writing import Row, clock


def rows_of(run: str, ads: Iterable[AdPlan]) -> list[Row]:
    """A plan's posts, pending, in the plan's order; equal ones once."""
    rows: dict[str, Row] = {}
    for ad in ads:
        formats = {task.fingerprint: task.format for task in ad.renditions}
        for post in ad.posts:
            row = {
                "run_id": run,
                "fingerprint": post.fingerprint,
                "position": len(rows),
                "ad_key": ad.key,
                "format": formats[post.rendition],
                "language": ad.language,
                "rendition": post.rendition,
                "platform": post.platform,
                "account": post.account,
            }
            rows.setdefault(post.fingerprint, row)
    return list(rows.values())


def settle(connection: Connection, run: str, outcomes: Sequence[PostOutcome]) -> int:
    """Write what became of posts, each once more tried; how many rows that changed."""
    if not outcomes:
        return 0
    names = ("state", "remote_id", "url", "seconds", "worker", "error", "fix", "where", "kind")
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in names}
    statement = (
        update(RunPost)
        .where(RunPost.run_id == run, RunPost.fingerprint == bindparam("of_post"))
        .values(
            **values,
            attempts=RunPost.attempts + 1,
            due_at=bindparam("to_due_at", type_=UtcTime),
            finished_at=clock(connection),
        )
    )
    rows = [
        {
            "of_post": outcome.fingerprint,
            "to_due_at": outcome.due_at,
            **{f"to_{name}": getattr(outcome, name) for name in names},
        }
        for outcome in outcomes
    ]
    return connection.execute(statement, rows).rowcount
