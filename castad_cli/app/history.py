"""Runs, as they are recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from castad_cli.app.posts import as_record, posts_now
from castad_cli.settings import Settings, without_password

if TYPE_CHECKING:
    from castad_cli.records import PostRecord, RenditionRecord, RunRecord


@dataclass(frozen=True)
class RunView:
    """A run as it is looked at: its record, and its renditions where they were asked for."""

    record: RunRecord
    renditions: tuple[RenditionRecord, ...] = ()
    posts: tuple[PostRecord, ...] = ()

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        record = self.record
        return (record.finished_at - record.started_at).total_seconds() if record.finished_at else None

    def as_records(self) -> list[dict[str, Any]]:
        """One JSON object for each rendition, then one for the run."""
        records: list[dict[str, Any]] = [
            {
                "event": "rendition",
                "ad": title(each.ad),
                "format": each.format,
                "language": each.language,
                "state": each.state,
                "path": each.path,
                "cached": each.cached,
                "seconds": round(each.seconds, 3),
                "error": each.error,
                "fix": each.fix,
                "where": each.where,
            }
            for each in self.renditions
        ]
        records += [as_record(post) for post in self.posts]
        record = self.record
        run = {
            "event": "run",
            "run": record.id,
            "command": record.command,
            "state": record.state,
            "started_at": _text(record.started_at),
            "finished_at": _text(record.finished_at),
            "ads": record.ads,
            "renditions": record.renditions,
            "done": record.done,
            "cached": record.cached,
            "failed": record.failed,
            "posts": record.posts,
            "posted": record.posted,
            "posts_failed": record.posts_failed,
            "posts_waiting": record.posts_waiting,
            "posts_needing_review": record.posts_needing_review,
            "seconds": None if self.seconds is None else round(self.seconds, 3),
        }
        return [*records, run]


@dataclass(frozen=True)
class DatabaseState:
    """Which form a database has, and which this version of CaStAD needs. ``url`` shows no password."""

    url: str
    found: str | None
    needed: str


def title(key: str) -> str:
    """An ad's key as people read it, without the parts it has not."""
    return "/".join(part for part in key.split("/") if part)


def list_runs(settings: Settings, limit: int) -> list[RunView]:
    """The latest runs, latest first."""
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url, settings.database_replica_url or None)) as records:
        return [RunView(record) for record in records.runs(limit)]


@contextmanager
def watch_run(settings: Settings, which: str | None) -> Iterator[Callable[[], RunView]]:
    """A way to look at a run (None: the latest), again and again.

    Raises:
        UserError: no such run.
    """
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url, settings.database_replica_url or None)) as records:
        run = records.run(which or "last").id
        yield lambda: RunView(records.run(run), tuple(records.renditions(run)), posts_now(records, run))


def prune_runs(settings: Settings, older_than_s: float, *, dry_run: bool) -> list[str]:
    """Forget runs not heard of for so long; their ids, oldest first."""
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url)) as records:
        return records.prune(timedelta(seconds=older_than_s), dry_run=dry_run)


def database_state(settings: Settings) -> DatabaseState:
    """What form the database has."""
    from castad_cli.records import current
    from castad_cli.records.schema import VERSIONS

    return DatabaseState(without_password(settings.database_url), current(settings.database_url), VERSIONS[-1])


def upgrade_database(settings: Settings) -> DatabaseState:
    """Bring the database to the form this version needs; what form it then has."""
    from castad_cli.records import upgrade

    upgrade(settings.database_url)
    return database_state(settings)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
