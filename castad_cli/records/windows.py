"""Quota windows: from one full hour, midnight or first of the month to the next, by the clock of a time zone.

A day of 23 or 25 hours is one window. Postgres reckons with its own zones, SQLite has none and leaves it to `zoneinfo`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from castad_cli.model.effects import Window
from castad_cli.records.clock import read_clock

_NOW = "coalesce(CAST(:at AS timestamptz), now())"
_START = f"date_trunc('hour', {_NOW}, :zone)"
_HOUR = f"SELECT {_START} AS starts_at, {_START} + interval '1 hour' AS resets_at"
_LOCAL = f"date_trunc(:unit, {_NOW} AT TIME ZONE :zone)"
_CALENDAR = (
    f"SELECT {_LOCAL} AT TIME ZONE :zone AS starts_at,"
    f" ({_LOCAL} + CAST('1 ' || :unit AS interval)) AT TIME ZONE :zone AS resets_at"
)


_EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
_EVER_QUERY = "SELECT CAST(:starts_at AS timestamptz) AS starts_at, CAST(:resets_at AS timestamptz) AS resets_at"


def bounds_in_postgres(window: Window, at: datetime | None = None) -> tuple[str, dict[str, Any]]:
    """A query for ``starts_at`` and ``resets_at`` of the window about ``at`` (None: now), and its parameters."""
    if window.unit == "ever":
        return _EVER_QUERY, {"starts_at": _EVER[0], "resets_at": _EVER[1]}
    if window.unit == "hour":  # by length: when clocks go back, an hour of the wall clock comes twice
        return _HOUR, {"zone": window.zone, "at": at}
    return _CALENDAR, {"zone": window.zone, "at": at, "unit": window.unit}


def bounds(connection: Connection, window: Window, at: datetime | None = None) -> tuple[datetime, datetime]:
    """Start and end, in UTC, of the window about ``at`` (None: now, by the database's clock)."""
    if connection.dialect.name == "postgresql":
        query, values = bounds_in_postgres(window, at)
        starts_at, resets_at = connection.execute(text(query), values).one()
        return starts_at.astimezone(UTC), resets_at.astimezone(UTC)
    return _bounds_by_zoneinfo(window, at or read_clock(connection))


def _bounds_by_zoneinfo(window: Window, at: datetime) -> tuple[datetime, datetime]:
    if window.unit == "ever":
        return _EVER
    zone = ZoneInfo(window.zone)
    local = at.astimezone(zone)
    if window.unit == "hour":
        # In UTC, since wall clock arithmetic would ignore a change of offset.
        start = at.astimezone(UTC) - timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        return start, start + timedelta(hours=1)
    midnight = datetime(local.year, local.month, local.day, tzinfo=zone)
    if window.unit == "day":
        end = midnight + timedelta(days=1)  # wall clock: the next midnight, however long the day is
    else:
        midnight = midnight.replace(day=1)
        end = (midnight + timedelta(days=32)).replace(day=1)
    return midnight.astimezone(UTC), end.astimezone(UTC)
