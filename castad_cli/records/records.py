"""The records: which runs there were, what they made, and what became of it."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from castad_cli import __version__
from castad_cli.model.plan import AdPlan
from castad_cli.records import liveness, run_posts, writing
from castad_cli.records.access import Access
from castad_cli.records.clock import read_clock
from castad_cli.records.effect_tables import RunPost
from castad_cli.records.entries import (
    AdRecord,
    Outcome,
    PostOutcome,
    PostRecord,
    PostState,
    QuotaRecord,
    RenditionRecord,
    RenditionState,
    RunRecord,
    StageRecord,
)
from castad_cli.records.lookup import ads_of, find_run, posts_of, renditions_of, runs_of, stages_of
from castad_cli.records.schema import Ad, Lease, Rendition, Run
from castad_cli.records.shares import Shares, renew
from castad_cli.settings import without_password

if TYPE_CHECKING:
    from castad_cli.model.effects import Effect, NewEffect
    from castad_cli.records.accounts import Accounts
    from castad_cli.records.effects import Effects
    from castad_cli.records.limits import Limits

T = TypeVar("T")

_ROWS_AT_ONCE = 2000
_SUFFIX = "23456789abcdefghjkmnpqrstvwxyz"
"""Characters that are told apart when read aloud or copied by hand."""


class Records:
    """The records in one database, SQLite or Postgres. Picklable; safe to use from many threads.

    Every method is one transaction (bulk writes: one a few thousand rows) and is tried again as a whole when
    the connection is lost. What cannot be reached or written raises `EnvironmentNotReady`.
    """

    def __init__(self, url: str, replica_url: str | None = None, *, patient: bool = False) -> None:
        self._access = Access(url, replica_url, patient=patient)

    def __repr__(self) -> str:
        return f"Records({without_password(self._access.primary.url)!r})"

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        self._access.close()

    def make_ready(self) -> None:
        """Open the database and check (SQLite: bring up to date) its schema. Done by the first use anyway."""
        self._access.make_ready()

    # What workers write too. Loaded where it is used: a run whose files are all there needs none of it.

    @property
    def effects(self) -> Effects:
        """What must not happen twice: purchases and posts."""
        from castad_cli.records.effects import Effects

        return Effects(self._access)

    @property
    def limits(self) -> Limits:
        """Rate limits and quotas that all workers share."""
        from castad_cli.records.limits import Limits

        return Limits(self._access)

    @property
    def shares(self) -> Shares:
        """By which several drivers share work."""
        return Shares(self._access)

    @property
    def accounts(self) -> Accounts:
        """Accounts on the platforms, with sealed credentials."""
        from castad_cli.records.accounts import Accounts

        return Accounts(self._access)

    # Writing: the driver alone does it.

    def start_run(
        self, command: str, *, summary: Mapping[str, Any] | None = None, arguments: Mapping[str, Any] | None = None
    ) -> str:
        """Record a new run of this process as running; its id: short, sortable, in UTC (20261123-174501-k3f).

        ``summary`` says what the plan would make, ``arguments`` what it takes to invoke it again; both JSON
        values. Passwords in URLs among them are not kept.
        """
        row = {
            "command": without_password(command),
            "state": "running",
            "version": __version__,
            "host": liveness.this_host(),
            "pid": os.getpid(),
            "summary": _without_passwords(dict(summary or {})),
            "arguments": _without_passwords(dict(arguments or {})),
        }
        while True:
            run = new_run_id(datetime.now(UTC))
            attempts = count()

            def work(connection: Connection, run: str = run, attempts: Iterator[int] = attempts) -> bool:
                is_second = next(attempts) > 0
                now = writing.clock(connection)
                try:
                    with connection.begin_nested():
                        connection.execute(insert(Run).values(id=run, started_at=now, updated_at=now, **row))
                except IntegrityError:
                    # Taken, or ours: the first attempt's commit came through and only its answer was lost.
                    standing = connection.execute(select(Run.host, Run.pid).where(Run.id == run)).one()
                    return is_second and tuple(standing) == (row["host"], row["pid"])
                return True

            if self._write(work):
                return run

    def record_ads(self, run: str, ads: Iterable[AdPlan], *, posts: bool = False) -> None:
        """Record a plan's ads, and their renditions as pending, in the plan's order; with ``posts`` its posts too.

        Idempotent.
        """
        ads = tuple(ads)
        for ad_rows, rendition_rows in writing.rows_of(run, ads, _ROWS_AT_ONCE):
            self._insert(Ad, ad_rows)
            self._insert(Rendition, rendition_rows)
        if posts:
            self._insert(RunPost, run_posts.rows_of(run, ads), stamp="updated_at")

    def rendition_started(self, run: str, ad: str, format: str, language: str) -> None:  # noqa: A002
        """Record that a rendition is being made: one attempt more."""
        self.renditions_started(run, [(ad, format, language)])

    def renditions_started(self, run: str, renditions: Sequence[tuple[str, str, str]]) -> None:
        """Record that renditions (ad, format, language) are being made: of each, one attempt more."""

        def work(connection: Connection) -> None:
            changed = writing.start(connection, run, renditions)
            _expect(changed, len(renditions), run)
            _beat(connection, run)

        if renditions:
            self._write(work)

    def rendition_done(
        self,
        run: str,
        ad: str,
        format: str,  # noqa: A002
        language: str,
        *,
        fingerprint: str,
        path: str,
        cached: bool = False,
        seconds: float = 0.0,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Record a finished rendition: where it is, what it cost, small JSON facts (hashes, loudness, …)."""
        outcome = Outcome(ad, format, language, "done", fingerprint, path, cached, seconds, dict(facts or {}))
        self.settle(run, [outcome])

    def rendition_failed(
        self,
        run: str,
        ad: str,
        format: str,  # noqa: A002
        language: str,
        *,
        error: str,
        fix: str = "",
        where: str = "",
        kind: str = "",
        seconds: float = 0.0,
    ) -> None:
        """Record a rendition that failed: the text a person reads, and the exception's class name as ``kind``."""
        outcome = Outcome(ad, format, language, "failed", seconds=seconds, error=error, fix=fix, where=where, kind=kind)
        self.settle(run, [outcome])

    def settle(
        self,
        run: str,
        outcomes: Sequence[Outcome],
        effects: Sequence[NewEffect] = (),
        stages: Sequence[StageRecord] = (),
        posts: Sequence[PostOutcome] = (),
    ) -> None:
        """Record how renditions and ``posts`` ended, many at once, and what words and music took (``stages``).
        Idempotent; an empty fingerprint keeps the recorded one.

        ``effects``, such as the posts of what is done now, are recorded as ready in the same transaction, so that
        neither is there without the other.
        """

        def work(connection: Connection) -> None:
            changed = writing.settle(connection, run, outcomes)
            _expect(changed, len(outcomes), run)
            if effects:
                from castad_cli.records.effect_rows import insert_effects

                insert_effects(connection, effects)
            writing.note_stages(connection, run, stages)
            _expect(run_posts.settle(connection, run, posts), len(posts), run)
            _beat(connection, run)

        if outcomes or effects or stages or posts:
            self._write(work)

    def heartbeat(self, run: str) -> bool:
        """Record that the run's process lives, and keep its leases. False: somebody asked the run to stop.

        Every other write about a rendition says that it lives, too.
        """

        def work(connection: Connection) -> bool:
            _beat(connection, run)
            renew(connection, run)
            return connection.execute(select(Run.stop_asked_at).where(Run.id == run)).scalar() is None

        return self._write(work)

    def beating(
        self,
        run: str,
        every_s: float = liveness.BEAT_EVERY_S,
        on_stop: Callable[[], None] = lambda: None,
    ) -> AbstractContextManager[None]:
        """Beats while the block runs, from a thread of its own: ``with records.beating(run): …``.

        ``on_stop`` is called there, once, when somebody asked the run to stop.
        """
        return liveness.beating(lambda: self.heartbeat(run), every_s, on_stop)

    def ask_to_stop(self, run: str) -> bool:
        """Ask a run, wherever it is, to stop; whether it was running. Idempotent."""

        def work(connection: Connection) -> bool:
            changed = connection.execute(
                update(Run).where(Run.id == run, Run.state == "running").values(stop_asked_at=writing.clock(connection))
            )
            return changed.rowcount == 1

        return self._write(work)

    def finish_run(self, run: str, state: Literal["done", "failed", "interrupted"]) -> None:
        """Record how the run ended. What was still being made is pending again. Idempotent."""

        def work(connection: Connection) -> None:
            now = writing.clock(connection)
            connection.execute(
                update(Rendition).where(Rendition.run_id == run, Rendition.state == "rendering").values(state="pending")
            )
            changed = connection.execute(
                update(Run).where(Run.id == run).values(state=state, finished_at=now, updated_at=now)
            )
            _expect(changed.rowcount, 1, run)
            connection.execute(delete(Lease).where(Lease.run_id == run))

        self._write(work)

    def prune(self, older_than: timedelta, *, dry_run: bool = False) -> list[str]:
        """Forget runs that have not been heard of for so long, with their ads; their ids, oldest first.

        What was bought and posted stays, since it must never happen twice; so do files.
        """

        def find(connection: Connection) -> list[str]:
            before = read_clock(connection) - older_than
            return list(connection.execute(select(Run.id).where(Run.updated_at < before).order_by(Run.id)).scalars())

        found = self._access.read(find)
        for run in () if dry_run else found:  # one by one: a large run alone takes seconds
            self._write(partial(_forget, run=run))
        return found

    # Reading.

    def runs(self, limit: int = 20) -> list[RunRecord]:
        """The latest runs, latest first."""
        return self._look(lambda connection: runs_of(connection, read_clock(connection), limit=limit))

    def run(self, which: str = "last") -> RunRecord:
        """The run with that id, the one whose id begins (or ends) so, or the ``last``.

        Raises:
            UserError: none, or more than one.
        """
        return self._look(lambda connection: find_run(connection, read_clock(connection), which))

    def ads(self, run: str) -> list[AdRecord]:
        """A run's ads in the plan's order."""
        return self._look(lambda connection: ads_of(connection, run))

    def renditions(
        self, run: str, state: RenditionState | None = None, *, newest: int | None = None
    ) -> list[RenditionRecord]:
        """A run's renditions in the plan's order: all, or those in one state.

        Or at most ``newest`` of them: those that ended, or began, last.
        """
        return self._look(lambda connection: renditions_of(connection, run, state, newest))

    def ads_of_posts(self, keys: Sequence[str]) -> dict[str, tuple[str, str, str]]:
        """The ad's key, format and language of each of some posts that a run was to make."""
        return self._look(partial(run_posts.ads_of, keys=keys))

    def posts(self, run: str, state: PostState | None = None, *, newest: int | None = None) -> list[PostRecord]:
        """A run's posts in the plan's order, as that run saw them: all, or those in one state.

        Or at most ``newest`` of them: those of which something was written last.
        """
        return self._look(lambda connection: posts_of(connection, run, state, newest))

    def stages(self, run: str) -> list[StageRecord]:
        """What a run's words and music took."""
        return self._look(lambda connection: stages_of(connection, run))

    def effects_of(self, run: str) -> list[Effect]:
        """A run's posts, and the purchases of its words and music, whichever run made them. May lag behind: decide
        nothing by it.
        """
        from castad_cli.records.outside import effects_of

        return self._look(lambda connection: effects_of(connection, run))

    def quotas(self) -> list[QuotaRecord]:
        """What is used of every quota whose window is not over. May lag behind."""
        from castad_cli.records.outside import quotas_of

        return self._look(quotas_of)

    def _insert(
        self, table: type[Ad] | type[Rendition] | type[RunPost], rows: list[dict[str, Any]], stamp: str = ""
    ) -> None:
        """Insert rows that are not there yet, a few thousand at a time; ``stamp`` is the column for when."""

        def work(connection: Connection, some: list[dict[str, Any]]) -> None:
            writing.insert_new(connection, table, some, **({stamp: writing.clock(connection)} if stamp else {}))

        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self._write(partial(work, some=rows[start : start + _ROWS_AT_ONCE]))

    def _write(self, work: Callable[[Connection], T]) -> T:
        return self._access.write(work)

    def _look(self, work: Callable[[Connection], T]) -> T:
        return self._access.look(work)


def open_records(url: str, replica_url: str | None = None, *, patient: bool = False) -> Records:
    """The records at ``url``: ``sqlite:///…`` or ``postgresql+psycopg://…``. Nothing is opened yet.

    Runs, ads and renditions are read from ``replica_url`` where one is given. ``patient``: for the work of a run, whose
    driver has reached the database, so that one that does not answer is being restarted, and waited for.
    """
    return Records(url, replica_url, patient=patient)


def new_run_id(now: datetime) -> str:
    """A run's id: its start in UTC and three characters by chance."""
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{''.join(random.choices(_SUFFIX, k=3))}"


def _forget(connection: Connection, run: str) -> None:
    connection.execute(delete(Run).where(Run.id == run))


def _beat(connection: Connection, run: str) -> None:
    connection.execute(update(Run).where(Run.id == run).values(updated_at=writing.clock(connection)))


def _expect(changed: int, wanted: int, run: str) -> None:
    if changed != wanted:
        raise LookupError(f"run {run}: {wanted} records were to change, {changed} did")


def _without_passwords(value: Any) -> Any:
    if isinstance(value, str):
        return without_password(value)
    if isinstance(value, Mapping):
        return {str(key): _without_passwords(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_passwords(item) for item in value]
    return value
