"""Reading the records back as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, literal, select

from castad_cli.errors import UserError
from castad_cli.records import liveness
from castad_cli.records.effect_tables import RunPost
from castad_cli.records.entries import AdRecord, PostRecord, RenditionRecord, RunRecord, RunState, StageRecord
from castad_cli.records.schema import Ad, Rendition, Run, Stage
from castad_cli.records.writing import NEEDS_REVIEW

_SHOWN = 8
_STATE = case(
    ((Rendition.state == "pending") & Rendition.due_at.is_not(None), "waiting"),
    ((Rendition.state == "failed") & (Rendition.kind == NEEDS_REVIEW), "needs_review"),
    else_=Rendition.state,
)
"""A rendition's state as it is looked at: see `writing`."""


def runs_of(connection: Connection, now: datetime, *, limit: int) -> list[RunRecord]:
    """The latest runs with their counts, latest first."""
    return _with_counts(connection, now, _latest().limit(limit))


def find_run(connection: Connection, now: datetime, which: str) -> RunRecord:
    """The run named by ``which``: see `Records.run`."""
    if which == "last":
        found = _with_counts(connection, now, _latest().limit(1))
        if not found:
            raise UserError("no run is recorded yet", fix="start one with `castad render RECIPE`")
        return found[0]
    for condition in (
        Run.id == which,
        Run.id.startswith(which, autoescape=True),
        Run.id.endswith(f"-{which}", autoescape=True),
    ):
        found = _with_counts(connection, now, _latest().where(condition).limit(_SHOWN)) if which else []
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(run.id for run in found)
            raise UserError(f"{which!r} names more than one run: {ids}", fix="write more of the id")
    raise UserError(f"there is no run {which!r}", fix="`castad runs` lists them; `last` names the latest")


def ads_of(connection: Connection, run: str) -> list[AdRecord]:
    """A run's ads in order."""
    rows = connection.execute(select(Ad.__table__).where(Ad.run_id == run).order_by(Ad.position)).mappings()
    return [
        AdRecord(
            run=row["run_id"],
            key=row["key"],
            recipe_file=row["recipe_file"],
            recipe=row["recipe"],
            row=row["row"],
            variant=row["variant"],
            language=row["language"],
            script=row["script"],
            track=row["track"],
        )
        for row in rows
    ]


def renditions_of(connection: Connection, run: str, state: str | None, newest: int | None) -> list[RenditionRecord]:
    """A run's renditions in order: all, or those in one state, or so many of them, the ``newest`` first."""
    query = select(Rendition.__table__, _STATE.label("seen")).where(Rendition.run_id == run)
    if newest is None:
        query = query.order_by(Rendition.position)
    else:
        latest = func.coalesce(Rendition.finished_at, Rendition.started_at)
        query = query.order_by(latest.desc().nulls_last(), Rendition.position).limit(newest)
    if state is not None:
        query = query.where(literal(state) == _STATE)
    records = []
    for row in connection.execute(query).mappings():
        values: dict[str, Any] = dict(row)
        del values["position"]
        values["state"] = values.pop("seen")
        records.append(RenditionRecord(run=values.pop("run_id"), ad=values.pop("ad_key"), **values))
    return records


def posts_of(connection: Connection, run: str, state: str | None, newest: int | None) -> list[PostRecord]:
    """A run's posts in the plan's order: all, or those in one state, or so many of them, the ``newest`` first."""
    query = select(RunPost.__table__).where(RunPost.run_id == run)
    if newest is None:
        query = query.order_by(RunPost.position)
    else:
        query = query.order_by(RunPost.updated_at.desc(), RunPost.position).limit(newest)
    if state is not None:
        query = query.where(RunPost.state == state)
    records = []
    for row in connection.execute(query).mappings():
        values: dict[str, Any] = dict(row)
        del values["position"]
        records.append(PostRecord(run=values.pop("run_id"), ad=values.pop("ad_key"), **values))
    return records


def stages_of(connection: Connection, run: str) -> list[StageRecord]:
    """What a run's words and music took, in the order in which they ended."""
    table = Stage.__table__
    names = ("stage", "fingerprint", "state", "cached", "seconds", "worker", "finished_at")
    query = select(*(table.c[name] for name in names)).where(table.c.run_id == run)
    query = query.order_by(table.c.finished_at, table.c.stage, table.c.fingerprint)
    return [StageRecord(**row) for row in connection.execute(query).mappings()]


_POSTS = {
    "done": "posted",
    "failed": "posts_failed",
    "waiting": "posts_waiting",
    "needs_review": "posts_needing_review",
}


def _latest() -> Select[Any]:
    return select(Run.__table__).order_by(Run.started_at.desc(), Run.id.desc())


def _with_counts(connection: Connection, now: datetime, query: Select[Any]) -> list[RunRecord]:
    rows = connection.execute(query).mappings().all()
    counts = _count(connection, [row["id"] for row in rows])
    runs = [RunRecord(**row, **counts[row["id"]]) for row in rows]
    return [replace(run, state=_seen_state(run, now)) for run in runs]


def _seen_state(run: RunRecord, now: datetime) -> RunState:
    told = run.stop_asked_at is not None
    if run.state == "running" and liveness.is_interrupted(run.host, run.pid, run.updated_at, now):
        return "cancelled" if told else "interrupted"
    if run.state == "interrupted" and told:
        return "cancelled"
    if run.state == "done" and (run.waiting or run.posts_waiting):
        return "waiting"
    return "stopping" if run.state == "running" and told else run.state


def _count(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    counts: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    if not ids:
        return counts
    ads = select(Ad.run_id, func.count()).where(Ad.run_id.in_(ids)).group_by(Ad.run_id)
    for run, count in connection.execute(ads):
        counts[run]["ads"] = count
    states = (
        select(Rendition.run_id, _STATE, Rendition.cached, func.count())
        .where(Rendition.run_id.in_(ids))
        .group_by(Rendition.run_id, _STATE, Rendition.cached)
    )
    for run, state, cached, count in connection.execute(states):
        counts[run]["renditions"] += count
        counts[run][state] += count
        if cached and state == "done":
            counts[run]["cached"] += count
    posts = (
        select(RunPost.run_id, RunPost.state, func.count())
        .where(RunPost.run_id.in_(ids))
        .group_by(RunPost.run_id, RunPost.state)
    )
    for run, state, count in connection.execute(posts):
        counts[run]["posts"] += count
        if name := _POSTS.get(state):
            counts[run][name] += count
    return counts
