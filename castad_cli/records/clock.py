"""One clock for all clients: the database's own.

Why: leases, limits and quotas are agreements between machines, and machines' clocks differ by minutes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Interval, func, text
from sqlalchemy import cast as sql_cast

_SQLITE_NOW = text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
"""Milliseconds, in UTC."""


class Clock:
    """The database's time within one transaction, as what a statement may hold.

    Postgres reckons in the statement itself. SQLite has no times to reckon with, but holds its one writer's lock by
    now: so its time is read first, and reckoned with here.
    """

    def __init__(self, connection: Connection) -> None:
        self._is_postgres = connection.dialect.name == "postgresql"
        self.now: Any = func.now() if self._is_postgres else read_clock(connection)

    def after(self, span: timedelta) -> Any:
        """The instant so long from now."""
        if self._is_postgres:
            return func.now() + sql_cast(span, Interval)
        return self.now + span


def read_clock(connection: Connection) -> datetime:
    """The database's time, in UTC."""
    if connection.dialect.name == "postgresql":
        now: datetime = connection.execute(text("SELECT now()")).scalar_one()
        return now.astimezone(UTC)
    return datetime.fromisoformat(connection.execute(_SQLITE_NOW).scalar_one()).replace(tzinfo=UTC)
