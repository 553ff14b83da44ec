"""How an effect is claimed: one function a dialect, the same contract for both.

Nothing is ever claimed twice with one token, and what is held and not yet expired is claimed by nobody. Oldest due
first; where several workers ask at once, none waits for another's rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from castad_cli.model.effects import Claim, EffectKind
from castad_cli.records.clock import Clock
from castad_cli.records.schema import Effect


def claim_due(
    connection: Connection, kind: EffectKind, owner: str, lease_s: float, limit: int, but: Sequence[str] = ()
) -> list[Claim]:
    """Claims on up to ``limit`` effects of a kind that are due now. ``but`` names keys to pass over."""
    claim = _claim_in_postgres if connection.dialect.name == "postgresql" else _claim_in_sqlite
    return claim(connection, kind, owner, lease_s, limit, but)


def claim_one(connection: Connection, key: str, owner: str, lease_s: float) -> Claim | None:
    """A claim on that effect; None when it is not due, held by another, final, or not there."""
    clock = Clock(connection)
    claims = _take(connection, clock, (Effect.key == key) & (Effect.due_at <= clock.now), owner, lease_s)
    return claims[0] if claims else None


def _claim_in_postgres(
    connection: Connection, kind: EffectKind, owner: str, lease_s: float, limit: int, but: Sequence[str]
) -> list[Claim]:
    """One statement. Rows that another claim is taking at this moment are skipped rather than waited for."""
    due = (
        select(Effect.key)
        .where(Effect.kind == kind, Effect.due_at <= func.now(), Effect.key.not_in(but))
        .order_by(Effect.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED")  # evaluated once, or the limit would not hold
    )
    return _take(connection, Clock(connection), Effect.key.in_(select(due.c.key)), owner, lease_s)


def _claim_in_sqlite(
    connection: Connection, kind: EffectKind, owner: str, lease_s: float, limit: int, but: Sequence[str]
) -> list[Claim]:
    """Two statements in a transaction that began as the one writer (``BEGIN IMMEDIATE``)."""
    clock = Clock(connection)
    due = (
        select(Effect.key)
        .where(Effect.kind == kind, Effect.due_at <= clock.now, Effect.key.not_in(but))
        .order_by(Effect.due_at)
        .limit(limit)
    )
    return _take(connection, clock, Effect.key.in_(due), owner, lease_s)


def _take(connection: Connection, clock: Clock, which: ColumnElement[bool], owner: str, lease_s: float) -> list[Claim]:
    statement = (
        update(Effect)
        .where(which)
        .values(
            # What crossed the commit point stays marked by it, however often it is put off or changes hands.
            state=case((Effect.committed_at.is_not(None), "committing"), else_="claimed"),
            token=Effect.token + 1,
            attempts=Effect.attempts + 1,
            owner=owner,
            due_at=clock.after(timedelta(seconds=lease_s)),
            updated_at=clock.now,
        )
        .returning(
            Effect.key,
            Effect.kind,
            Effect.state,
            Effect.token,
            Effect.attempts,
            Effect.facts,
            Effect.handle,
            Effect.created_at,
        )
    )
    return [
        Claim(
            key=row.key,
            kind=row.kind,
            token=row.token,
            owner=owner,
            lease_s=lease_s,
            attempts=row.attempts,
            facts=row.facts,
            handle=row.handle,
            was_committing=row.state == "committing",
        )
        for row in sorted(connection.execute(statement), key=lambda row: (row.created_at, row.key))
    ]
