"""Runs, as they are recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from castad_cli.app.posts import as_record, open_posts_now, posts_now
from castad_cli.settings import Settings, without_password

if TYPE_CHECKING:
    from castad_cli.records import PostRecord, Records, RenditionRecord, RunRecord
    from castad_cli.records.entries import RenditionState


_FIRST: tuple[RenditionState, ...] = ("rendering", "failed", "needs_review", "waiting", "done")


@dataclass(frozen=True)
class RunView:
    """A run as it is looked at: its record, and its renditions where they were asked for."""

    record: RunRecord
    renditions: tuple[RenditionRecord, ...] = ()
    posts: tuple[PostRecord, ...] = ()
    is_whole: bool = True
    """Whether all are here that were asked for; the record's counts are of all of them in any case."""

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


class RunReader:
    """A way to look at one run again and again."""

    def __init__(self, records: Records, run: str) -> None:
        self._records, self._run = records, run

    def whole(self, states: Collection[str] = ()) -> RunView:
        """All of it in the plan's order, or the renditions and posts that are in one of those states."""
        records, run = self._records, self._run
        renditions, posts = records.renditions(run), posts_now(records, run)
        return RunView(
            records.run(run),
            tuple(each for each in renditions if not states or each.state in states),
            tuple(each for each in posts if not states or each.state in states),
        )

    def glance(self, rows: int) -> RunView:
        """All of it where that is ``rows`` at most; else so many of each kind that one wants to see first.

        Those are what is being made, what failed, waits or needs a person, and what was done last.
        """
        record = self._records.run(self._run)
        if record.renditions + record.posts <= rows:
            return self.whole()
        found = [each for state in _FIRST for each in self._records.renditions(self._run, state, newest=rows)]
        return RunView(record, tuple(found), open_posts_now(self._records, self._run, rows), is_whole=False)


@contextmanager
def watch_run(settings: Settings, which: str | None) -> Iterator[RunReader]:
    """A way to look at a run (None: the latest), again and again.

    Raises:
        UserError: no such run.
    """
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url, settings.database_replica_url or None)) as records:
        yield RunReader(records, records.run(which or "last").id)


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
