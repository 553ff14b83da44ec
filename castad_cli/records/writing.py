"""The statements that write many rows at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, func, update

from castad_cli.model.plan import AdPlan
from castad_cli.records.entries import Outcome, StageRecord
from castad_cli.records.schema import Base, Rendition, Stage, UtcTime
from castad_cli.records.upsert import insert_into

Row = dict[str, Any]

NEEDS_REVIEW = "NeedsReview"
"""The kind of error of a rendition that needs review; its column says ``failed``, as it said before there was any."""
_STANDING = {"needs_review": "failed", "waiting": "pending"}


def clock(connection: Connection) -> Any:
    """The time a write bears: the server's where clients may be many, else this machine's."""
    return func.now() if connection.dialect.name == "postgresql" else datetime.now(UTC)


def rows_of(run: str, ads: Sequence[AdPlan], at_once: int) -> Iterator[tuple[list[Row], list[Row]]]:
    """A plan's ads and their renditions, pending, as rows in the plan's order; those of ``at_once`` ads at a time."""
    renditions = 0
    for start in range(0, len(ads), at_once):
        ad_rows, rendition_rows = _rows_of(run, ads[start : start + at_once], start, renditions)
        renditions += len(rendition_rows)
        yield ad_rows, rendition_rows


def _rows_of(run: str, ads: Sequence[AdPlan], first: int, first_rendition: int) -> tuple[list[Row], list[Row]]:
    ad_rows: list[Row] = []
    rendition_rows: list[Row] = []
    for position, ad in enumerate(ads, first):
        ad_rows.append(
            {
                "run_id": run,
                "key": ad.key,
                "position": position,
                "recipe_file": ad.recipe_file,
                "recipe": ad.recipe,
                "row": ad.row,
                "variant": ad.variant,
                "language": ad.language,
                "script": ad.script.fingerprint,
                "track": ad.track.fingerprint if ad.track else "",
            }
        )
        for task in ad.renditions:
            row = {
                "run_id": run,
                "ad_key": ad.key,
                "format": task.format,
                "language": task.language,
                "position": first_rendition + len(rendition_rows),
                "state": "pending",
                "fingerprint": task.fingerprint,
            }
            rendition_rows.append(row)
    return ad_rows, rendition_rows


def insert_new(connection: Connection, table: type[Base], rows: list[Row], **shared: Any) -> None:
    """Insert rows, passing over those that are there already. ``shared`` are values, or expressions, of them all."""
    if rows:
        connection.execute(insert_into(connection, table).values(**shared).on_conflict_do_nothing(), rows)


def start(connection: Connection, run: str, renditions: Sequence[tuple[str, str, str]]) -> int:
    """Write that renditions (ad, format, language) are being made; how many rows that changed."""
    statement = (
        update(Rendition)
        .where(
            Rendition.run_id == run,
            Rendition.ad_key == bindparam("in_ad"),
            Rendition.format == bindparam("in_format"),
            Rendition.language == bindparam("in_language"),
        )
        .values(state="rendering", attempts=Rendition.attempts + 1, started_at=clock(connection), due_at=None)
    )
    rows = [{"in_ad": ad, "in_format": format, "in_language": language} for ad, format, language in renditions]  # noqa: A001
    return connection.execute(statement, rows).rowcount


def settle(connection: Connection, run: str, outcomes: Sequence[Outcome]) -> int:
    """Write how renditions ended; how many rows that changed."""
    if not outcomes:
        return 0
    fingerprint: BindParameter[str] = bindparam("to_fingerprint")
    statement = (
        update(Rendition)
        .where(
            Rendition.run_id == run,
            Rendition.ad_key == bindparam("in_ad"),
            Rendition.format == bindparam("in_format"),
            Rendition.language == bindparam("in_language"),
        )
        .values(
            state=bindparam("to_state"),
            fingerprint=case((fingerprint != "", fingerprint), else_=Rendition.fingerprint),
            path=bindparam("to_path"),
            cached=bindparam("to_cached"),
            seconds=bindparam("to_seconds"),
            facts=bindparam("to_facts"),
            error=bindparam("to_error"),
            fix=bindparam("to_fix"),
            where=bindparam("to_where"),
            kind=bindparam("to_kind"),
            stage=bindparam("to_stage"),
            worker=bindparam("to_worker"),
            due_at=bindparam("to_due_at", type_=UtcTime),
            finished_at=clock(connection),
        )
    )
    rows = [
        {
            "in_ad": outcome.ad,
            "in_format": outcome.format,
            "in_language": outcome.language,
            "to_state": _STANDING.get(outcome.state, outcome.state),
            "to_fingerprint": outcome.fingerprint,
            "to_path": outcome.path,
            "to_cached": outcome.cached,
            "to_seconds": outcome.seconds,
            "to_facts": dict(outcome.facts),
            "to_error": outcome.error,
            "to_fix": outcome.fix,
            "to_where": outcome.where,
            "to_kind": NEEDS_REVIEW if outcome.state == "needs_review" else outcome.kind,
            "to_stage": outcome.stage,
            "to_worker": outcome.worker,
            "to_due_at": outcome.due_at if outcome.state == "waiting" else None,
        }
        for outcome in outcomes
    ]
    return connection.execute(statement, rows).rowcount


def note_stages(connection: Connection, run: str, stages: Sequence[StageRecord]) -> None:
    """Write what words and music took. Of one noted twice, what it took to make it stays, not to find it again."""
    if not stages:
        return
    new = insert_into(connection, Stage).values(finished_at=clock(connection))
    names = ("state", "cached", "seconds", "worker", "finished_at")
    statement = new.on_conflict_do_update(
        index_elements=["run_id", "stage", "fingerprint"],
        set_={name: getattr(new.excluded, name) for name in names},
        where=~new.excluded.cached | (Stage.state == "failed"),
    )
    rows = [
        {
            "run_id": run,
            "stage": each.stage,
            "fingerprint": each.fingerprint,
            "state": each.state,
            "cached": each.cached,
            "seconds": each.seconds,
            "worker": each.worker,
        }
        for each in stages
    ]
    connection.execute(statement, rows)
