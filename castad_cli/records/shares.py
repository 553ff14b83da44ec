"""How several drivers share one plan: each leases the jobs it has done, and leaves the others' alone.

A lease is a promise among drivers that saves work; it decides nothing. What is made twice after all, by a driver that
froze past its lease, is put into the store once; what must not happen twice is an effect.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from castad_cli.records import liveness
from castad_cli.records.access import Access
from castad_cli.records.clock import Clock, read_clock
from castad_cli.records.schema import Lease, Run
from castad_cli.records.upsert import insert_into

LEASE_S = 60.0
_ROWS_AT_ONCE = 300


class Shares:
    """The leases in one database: `Records.shares`."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def claim(self, run: str, keys: Iterable[str]) -> set[str]:
        """Those of the keys that the run may work on: free, its own, run out, or of a run that is no more.

        They are its own until it gives them back, ends, or falls silent for `LEASE_S`.
        """
        wanted = sorted(set(keys))  # in one order, or two drivers could wait for each other
        got: set[str] = set()
        for start in range(0, len(wanted), _ROWS_AT_ONCE):
            some = wanted[start : start + _ROWS_AT_ONCE]
            got |= self._access.write(partial(_claim, run=run, keys=some, gone=()))
        refused = [key for key in wanted if key not in got]
        if refused and (gone := self._access.read(partial(_gone, keys=refused))):
            got |= self._access.write(partial(_claim, run=run, keys=refused, gone=gone))
        return got

    def give_back(self, run: str, keys: Collection[str]) -> None:
        """Let others have them: they are done, or will not be."""
        if keys:
            self._access.write(
                lambda connection: connection.execute(
                    delete(Lease).where(Lease.run_id == run, Lease.key.in_(sorted(keys)))
                )
            )


def renew(connection: Connection, run: str) -> None:
    """Keep all that a run has leased for `LEASE_S` from now."""
    until = Clock(connection).after(timedelta(seconds=LEASE_S))
    connection.execute(update(Lease).where(Lease.run_id == run).values(until=until))


def _claim(connection: Connection, run: str, keys: Sequence[str], gone: Sequence[str]) -> set[str]:
    clock = Clock(connection)
    until = clock.after(timedelta(seconds=LEASE_S))
    new = insert_into(connection, Lease).values([{"key": key, "run_id": run, "until": until} for key in keys])
    free: list[Any] = [Lease.run_id == run, Lease.until <= clock.now]
    if gone:
        free.append(Lease.run_id.in_(gone))
    statement = new.on_conflict_do_update(
        index_elements=["key"], set_={"run_id": new.excluded.run_id, "until": new.excluded.until}, where=or_(*free)
    ).returning(Lease.key)
    return set(connection.execute(statement).scalars())


def _gone(connection: Connection, keys: Sequence[str]) -> tuple[str, ...]:
    """The runs that hold any of the keys, and are not running any more."""
    holders = select(Lease.run_id).where(Lease.key.in_(keys)).distinct()
    rows = connection.execute(select(Run.id, Run.state, Run.host, Run.pid, Run.updated_at).where(Run.id.in_(holders)))
    now = read_clock(connection)
    return tuple(
        row.id
        for row in rows
        if row.state != "running" or liveness.is_interrupted(row.host, row.pid, row.updated_at, now)
    )
