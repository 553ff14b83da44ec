"""Brings a database's schema to the version this code works with, one client at a time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from castad_cli.errors import EnvironmentNotReady
from castad_cli.records.database import Database
from castad_cli.records.schema import VERSION_TABLE, VERSIONS
from castad_cli.settings import without_password

_LOCK = 0x0CA57AD
"""PostgreSQL's advisory locks are named by numbers; any will do that nobody else uses."""
_VERSION_COLUMN = f"version_num VARCHAR(32) NOT NULL, CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num)"
"""As Alembic makes it."""


def upgrade(url: str) -> str:
    """The schema's version after bringing it up to date. Idempotent; clients at once wait for one another.

    Raises:
        EnvironmentNotReady: the database cannot be used, or a newer CaStAD wrote it.
    """
    database = Database(url)
    try:
        return database.write(lambda connection: _upgrade(connection, url))
    finally:
        database.close()


def current(url: str) -> str | None:
    """The schema's version; None for a database that CaStAD has not used yet."""
    database = Database(url)
    try:
        return database.read(_version)
    finally:
        database.close()


def make_ready(database: Database) -> None:
    """Make sure ``database`` has this code's schema: SQLite is upgraded on the spot, Postgres by a person.

    Raises:
        EnvironmentNotReady: it cannot be used, was written by a newer CaStAD, or waits for ``castad db upgrade``.
    """
    found = database.read(_version)
    if found == VERSIONS[-1]:
        return
    _refuse_unknown(found, database.url)
    if database.is_sqlite:
        database.write(lambda connection: _upgrade(connection, database.url))
        return
    raise EnvironmentNotReady(
        f"the database {without_password(database.url)} "
        + (f"has schema {found}, and this CaStAD needs {VERSIONS[-1]}" if found else "has not been set up yet"),
        fix="run `castad db upgrade`",
    )


def check_replica(replica: Database) -> None:
    """Make sure ``replica`` has this code's schema; it is never written.

    Raises:
        EnvironmentNotReady: it cannot be reached, or has another schema.
    """
    found = replica.read(_version)
    if found == VERSIONS[-1]:
        return
    raise EnvironmentNotReady(
        f"the replica {without_password(replica.url)} "
        + (f"has schema {found}" if found else "has no records")
        + f", and this CaStAD needs {VERSIONS[-1]}",
        fix="let the replica catch up after `castad db upgrade`, or unset CASTAD_DATABASE_REPLICA_URL",
    )


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - our constant


def _refuse_unknown(found: str | None, url: str) -> None:
    if found is not None and found not in VERSIONS:
        raise EnvironmentNotReady(
            f"the database {without_password(url)} was written by a newer CaStAD (schema {found}; this one knows "
            f"up to {VERSIONS[-1]})",
            fix="update CaStAD, or set CASTAD_DATABASE_URL (--database) to another database",
        )


def _upgrade(connection: Connection, url: str) -> str:
    if connection.dialect.name == "postgresql":
        # Waiting for another upgrade, and moving many rows, may both take longer than any other statement.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = '10min'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    found = _version(connection)
    _refuse_unknown(found, url)
    if found == VERSIONS[-1]:
        return found
    if found is None and connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
        raise EnvironmentNotReady(
            f"the database {without_password(url)} belongs to another program",
            fix="set CASTAD_DATABASE_URL (--database) to a file of its own",
        )
    if found is None and connection.dialect.name == "sqlite":
        _create(connection)
        return VERSIONS[-1]
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, VERSIONS[-1])
    return VERSIONS[-1]


def _create(connection: Connection) -> None:
    """Make an empty file's tables as the code has them: the same as all migrations one after another, at once.

    Why: a first run on a machine need not wait for Alembic and every former schema; a test holds the two equal.
    """
    from castad_cli.records import effect_tables  # noqa: F401 - its tables are among the metadata's
    from castad_cli.records.schema import Base

    Base.metadata.create_all(connection)
    connection.execute(text(f"CREATE TABLE {VERSION_TABLE} ({_VERSION_COLUMN})"))
    connection.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES (:version)"), {"version": VERSIONS[-1]})  # noqa: S608
