"""In what condition a database is: what `castad doctor` looks at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, make_url, text

from castad_cli.records.database import REPLICA, Database, spread_hosts
from castad_cli.records.effect_tables import Effect
from castad_cli.records.migrate import check_replica, make_ready


@dataclass(frozen=True)
class PrimaryCondition:
    """The database that is written to. For SQLite only ``product`` says something."""

    product: str
    """``SQLite 3.46.0``, ``PostgreSQL 18.4``."""
    missing_rights: tuple[str, ...] = ()
    """Tables that this user may not read and change."""
    hosts: int = 1
    """How many the URL names."""
    awaits_standby: bool = True
    """Whether a commit waits until a standby has it too."""
    connections: int = 0
    connections_most: int = 0


@dataclass(frozen=True)
class ReplicaCondition:
    """The database that is looked at. ``lag_s`` is None where it follows nobody."""

    product: str
    is_replica: bool
    lag_s: float | None


def examine_primary(url: str) -> PrimaryCondition:
    """The condition of the database that is written to, after its schema was checked (SQLite: brought up to date).

    Raises:
        EnvironmentNotReady: it cannot be used, or has another schema.
    """
    database = Database(url)
    try:
        make_ready(database)
        if database.is_sqlite:
            return PrimaryCondition(database.read(_sqlite_product))
        hosts = make_url(spread_hosts(url, "read-write")).query.get("host", "")
        count = len(hosts) if isinstance(hosts, tuple) else 1
        return database.read(lambda connection: _look_at_primary(connection, count))
    finally:
        database.close()


def examine_replica(url: str) -> ReplicaCondition:
    """The condition of the database that is looked at, after its schema was checked.

    Raises:
        EnvironmentNotReady: it cannot be used, or has another schema.
    """
    database = Database(url, REPLICA)
    try:
        check_replica(database)
        if database.is_sqlite:
            return ReplicaCondition(database.read(_sqlite_product), False, None)
        return database.read(_look_at_replica)
    finally:
        database.close()


def _sqlite_product(connection: Connection) -> str:
    return f"SQLite {connection.execute(text('SELECT sqlite_version()')).scalar_one()}"


def _postgres_product(connection: Connection) -> str:
    version = str(connection.execute(text("SHOW server_version")).scalar_one())
    return f"PostgreSQL {version.split()[0]}"


def _look_at_primary(connection: Connection, hosts: int) -> PrimaryCondition:
    each_right = [
        (table.name, right)
        for table in Effect.metadata.sorted_tables
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE")
    ]
    rights = text("SELECT has_table_privilege(CAST(:name AS text), CAST(:right AS text))")
    missing = [
        name
        for name, right in each_right
        if not connection.execute(rights, {"name": name, "right": right}).scalar_one()
    ]
    standby = str(connection.execute(text("SHOW synchronous_standby_names")).scalar_one())
    # Other users' sessions count too, but only their number is told to everybody.
    used = connection.execute(text("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"))
    most = connection.execute(text("SHOW max_connections"))
    return PrimaryCondition(
        product=_postgres_product(connection),
        missing_rights=tuple(dict.fromkeys(missing)),
        hosts=hosts,
        awaits_standby=bool(standby.strip()),
        connections=int(used.scalar_one()),
        connections_most=int(most.scalar_one()),
    )


def _look_at_replica(connection: Connection) -> ReplicaCondition:
    product = _postgres_product(connection)
    if not connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one():
        return ReplicaCondition(product, False, None)
    if not connection.execute(text("SELECT count(*) FROM pg_stat_wal_receiver")).scalar_one():
        return ReplicaCondition(product, True, None)
    # What has been received and is replayed already is no lag, however long ago the last write was.
    lag = connection.execute(
        text(
            "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0"
            " ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END"
        )
    ).scalar_one()
    return ReplicaCondition(product, True, max(0.0, float(lag)))
