"""How an effect is claimed: one statement a dialect, the same contract for both.

Nothing is ever claimed twice with one token, and what is held and not yet expired is claimed by nobody. Oldest due
first; where several workers ask at once, none waits for another's rows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Executable, bindparam, case, func, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import INTERVAL

from castad_cli.model.effects import Claim, EffectKind
from castad_cli.records.clock import read_clock
from castad_cli.records.effect_tables import Effect
from castad_cli.records.schema import UtcTime


def claim_due(connection: Connection, kind: EffectKind, owner: str, lease_s: float, limit: int) -> list[Claim]:
    """Claims on up to ``limit`` effects of a kind that are due now."""
    return _claim(connection, "due", owner, lease_s, {"of_kind": kind, "most": limit})


def claim_one(connection: Connection, key: str, owner: str, lease_s: float) -> Claim | None:
    """A claim on that effect; None when it is not due, another holds it, it is final, or not there."""
    claims = _claim(connection, "one", owner, lease_s, {"of_key": key})
    return claims[0] if claims else None


class _Statements(NamedTuple):
    """Built once: to put a statement together takes longer than to run it."""

    due: Executable
    one: Executable


def _update(which: ColumnElement[bool], now: Any, until: Any) -> Executable:
    return (
        update(Effect)
        .where(which)
        .values(
            # What crossed the commit point stays marked by it, however often it is put off or changes hands.
            state=case((Effect.committed_at.is_not(None), "committing"), else_="claimed"),
            token=Effect.token + 1,
            attempts=Effect.attempts + 1,
            owner=bindparam("by"),
            due_at=until,
            updated_at=now,
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


def _postgres() -> _Statements:
    """Rows that another claim is taking at this moment are skipped rather than waited for."""
    now = func.now()
    until = now + sql_cast(bindparam("lease"), INTERVAL)
    due = (
        select(Effect.key)
        .where(Effect.kind == bindparam("of_kind"), Effect.due_at <= now)
        .order_by(Effect.due_at)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED")  # evaluated once, or the limit would not hold
    )
    return _Statements(
        _update(Effect.key.in_(select(due.c.key)), now, until),
        _update((Effect.key == bindparam("of_key")) & (Effect.due_at <= now), now, until),
    )


def _sqlite() -> _Statements:
    """Run in a transaction that began as the one writer (``BEGIN IMMEDIATE``), with the time read in it."""
    now, until = bindparam("at", type_=UtcTime), bindparam("until", type_=UtcTime)
    due = (
        select(Effect.key)
        .where(Effect.kind == bindparam("of_kind"), Effect.due_at <= now)
        .order_by(Effect.due_at)
        .limit(bindparam("most"))
    )
    return _Statements(
        _update(Effect.key.in_(due), now, until),
        _update((Effect.key == bindparam("of_key")) & (Effect.due_at <= now), now, until),
    )


_POSTGRES, _SQLITE = _postgres(), _sqlite()


def _claim(connection: Connection, which: str, owner: str, lease_s: float, values: dict[str, Any]) -> list[Claim]:
    lease = timedelta(seconds=lease_s)
    if connection.dialect.name == "postgresql":
        rows = connection.execute(getattr(_POSTGRES, which), {"by": owner, "lease": lease, **values})
    else:
        now = read_clock(connection)
        rows = connection.execute(getattr(_SQLITE, which), {"by": owner, "at": now, "until": now + lease, **values})
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
        for row in sorted(rows, key=lambda row: (row.created_at, row.key))
    ]
