"""Rate limits and quotas that all workers share: asked before a call, in one statement, never waited for here.

A call that was refused leave is put off (`Effects.defer`), so that its worker does something else meanwhile. Leave
once given is spent, also when the call's answer was lost: nobody knows whether the provider counted it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects import sqlite

from castad_cli.model.effects import Granted, NotYet, Window
from castad_cli.records.access import Access
from castad_cli.records.clock import read_clock
from castad_cli.records.effect_tables import Limit, Quota
from castad_cli.records.windows import bounds, bounds_in_postgres


class Limits:
    """The limits in one database: `Records.limits`. Safe to use from many threads."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def take(self, key: str, rate: float, burst: int = 1, *, cost: int = 1) -> Granted | NotYet:
        """Leave for ``cost`` calls out of ``rate`` a second, ``burst`` of them at once after a rest.

        In every span of s seconds at most ``burst + rate * s`` calls are granted, whoever asks.
        The generic cell rate algorithm (ITU-T I.371, annex A): one instant a limit says it all.
        """
        if rate <= 0 or not 0 < cost <= burst:
            raise ValueError(f"{key}: {cost} calls can never be had of a burst of {burst} at {rate} a second")
        step, tolerance = timedelta(seconds=cost / rate), timedelta(seconds=burst / rate)

        def work(connection: Connection) -> Granted | NotYet:
            take = _take_in_postgres if connection.dialect.name == "postgresql" else _take_in_sqlite
            return take(connection, key, step, tolerance)

        return self._access.write_one(work)

    def close(self, key: str, wait_s: float) -> None:
        """Nobody has leave before ``wait_s`` from now, as a service said; what was said of a later time stays."""

        def work(connection: Connection) -> None:
            close = _close_in_postgres if connection.dialect.name == "postgresql" else _close_in_sqlite
            close(connection, key, timedelta(seconds=max(wait_s, 0.0)))

        self._access.write_one(work)

    def closed(self, key: str) -> NotYet | None:
        """Until when `close` has closed it; None when it is open."""

        def work(connection: Connection) -> NotYet | None:
            until = connection.execute(select(Limit.next_at).where(Limit.key == key)).scalar()
            if until is None:
                return None
            wait_s = (until - read_clock(connection)).total_seconds()
            return NotYet(until.astimezone(UTC), wait_s) if wait_s > 0 else None

        return self._access.read(work)

    def spend(self, provider: str, project: str, cost: int, cap: int, window: Window) -> Granted | NotYet:
        """Leave to use ``cost`` of the ``cap`` that a provider gives a project in each window; else its next start."""
        if cost < 1:
            raise ValueError(f"{provider}: a cost of {cost}")
        values = {"provider": provider, "project": project, "unit": window.unit, "cost": cost, "cap": cap}

        def work(connection: Connection) -> Granted | NotYet:
            spend = _spend_in_postgres if connection.dialect.name == "postgresql" else _spend_in_sqlite
            return spend(connection, values, window)

        return self._access.write_one(work)

    def used(self, provider: str, project: str, window: Window) -> tuple[int, datetime]:
        """How much of the present window's quota is used, and when the next begins."""

        def work(connection: Connection) -> tuple[int, datetime]:
            starts_at, resets_at = bounds(connection, window)
            query = select(Quota.used).where(
                Quota.provider == provider,
                Quota.project == project,
                Quota.unit == window.unit,
                Quota.starts_at == starts_at,
            )
            return connection.execute(query).scalar() or 0, resets_at

        return self._access.read(work)


_TAKE = text(
    "INSERT INTO limits (key, next_at) VALUES (:key, now() + :step)"
    " ON CONFLICT (key) DO UPDATE SET next_at = greatest(limits.next_at, now()) + :step"
    " WHERE greatest(limits.next_at, now()) + :step - now() <= :tolerance RETURNING next_at"
)
_WHEN = text(
    "SELECT next_at + :step - :tolerance AS until, next_at + :step - :tolerance - now() AS wait"
    " FROM limits WHERE key = :key"
)

_SPEND = (
    "INSERT INTO quotas (provider, project, unit, starts_at, resets_at, used)"
    " SELECT :provider, :project, :unit, starts_at, resets_at, :cost FROM ({bounds}) AS bounds WHERE :cost <= :cap"
    " ON CONFLICT (provider, project, unit, starts_at) DO UPDATE SET used = quotas.used + :cost"
    " WHERE quotas.used + :cost <= :cap RETURNING used"
)


def _take_in_postgres(connection: Connection, key: str, step: timedelta, tolerance: timedelta) -> Granted | NotYet:
    values = {"key": key, "step": step, "tolerance": tolerance}
    if connection.execute(_TAKE, values).first():
        return Granted()
    until, wait = connection.execute(_WHEN, values).one()
    return NotYet(until.astimezone(UTC), max(0.0, wait.total_seconds()))


def _take_in_sqlite(connection: Connection, key: str, step: timedelta, tolerance: timedelta) -> Granted | NotYet:
    now = read_clock(connection)
    next_at = max(connection.execute(select(Limit.next_at).where(Limit.key == key)).scalar() or now, now) + step
    if next_at - now > tolerance:
        return NotYet(next_at - tolerance, (next_at - tolerance - now).total_seconds())
    new = sqlite.insert(Limit).values(key=key, next_at=next_at)
    connection.execute(new.on_conflict_do_update(index_elements=["key"], set_={"next_at": next_at}))
    return Granted()


_CLOSE = text(
    "INSERT INTO limits (key, next_at) VALUES (:key, now() + :wait)"
    " ON CONFLICT (key) DO UPDATE SET next_at = greatest(limits.next_at, now() + :wait)"
)


def _close_in_postgres(connection: Connection, key: str, wait: timedelta) -> None:
    connection.execute(_CLOSE, {"key": key, "wait": wait})


def _close_in_sqlite(connection: Connection, key: str, wait: timedelta) -> None:
    until = read_clock(connection) + wait
    told = connection.execute(select(Limit.next_at).where(Limit.key == key)).scalar()
    until = max(until, told) if told else until
    new = sqlite.insert(Limit).values(key=key, next_at=until)
    connection.execute(new.on_conflict_do_update(index_elements=["key"], set_={"next_at": until}))


def _spend_in_postgres(connection: Connection, values: dict[str, Any], window: Window) -> Granted | NotYet:
    query, about = bounds_in_postgres(window)
    if connection.execute(text(_SPEND.format(bounds=query)), values | about).first():
        return Granted()
    return _at_reset(connection, window)


def _spend_in_sqlite(connection: Connection, values: dict[str, Any], window: Window) -> Granted | NotYet:
    starts_at, resets_at = bounds(connection, window)
    cost, cap = values["cost"], values["cap"]
    row = {name: values[name] for name in ("provider", "project", "unit")} | {"starts_at": starts_at}
    same = [getattr(Quota, name) == value for name, value in row.items()]
    used = (connection.execute(select(Quota.used).where(*same)).scalar() or 0) + cost
    if used > cap:
        return _at_reset(connection, window)
    new = sqlite.insert(Quota).values(**row, resets_at=resets_at, used=used)
    connection.execute(new.on_conflict_do_update(index_elements=list(row), set_={"used": used}))
    return Granted()


def _at_reset(connection: Connection, window: Window) -> NotYet:
    until = bounds(connection, window)[1]
    return NotYet(until, max(0.0, (until - read_clock(connection)).total_seconds()))
