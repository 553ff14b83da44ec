"""The databases of one set of records: the primary for all that decides something, a replica for looking at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from castad_cli.records.database import PRIMARY, REPLICA, Database
from castad_cli.records.migrate import check_replica, make_ready

T = TypeVar("T")


class Access:
    """Transactions on the records, after their schema was checked once. Picklable; for many threads."""

    def __init__(self, url: str, replica_url: str | None = None, *, patient: bool = False) -> None:
        self.primary = Database(url, PRIMARY, patient=patient)
        self.replica = Database(replica_url, REPLICA) if replica_url and replica_url != url else None
        self._is_ready = False
        self._is_replica_ready = False

    def make_ready(self) -> None:
        """Open the primary and check (SQLite: bring up to date) its schema."""
        if not self._is_ready:
            make_ready(self.primary)
            self._is_ready = True

    def read(self, work: Callable[[Connection], T]) -> T:
        """``work``'s value, from the primary: all that was committed is there."""
        self.make_ready()
        return self.primary.read(work)

    def look(self, work: Callable[[Connection], T]) -> T:
        """``work``'s value, from the replica where there is one: it may lag a little behind."""
        if self.replica is None:
            return self.read(work)
        if not self._is_replica_ready:
            check_replica(self.replica)
            self._is_replica_ready = True
        return self.replica.read(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """See `Database.write`."""
        self.make_ready()
        return self.primary.write(work)

    def write_one(self, work: Callable[[Connection], T]) -> T:
        """See `Database.write_one`."""
        self.make_ready()
        return self.primary.write_one(work)

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        self.primary.close()
        if self.replica:
            self.replica.close()
