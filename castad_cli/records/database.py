"""A database by its URL: connections, transactions that commit or never were, errors a person can act on."""

from __future__ import annotations

import json
import os
import random
import time
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError

from castad_cli.errors import UserError
from castad_cli.records.trouble import explain, is_passing
from castad_cli.settings import without_password

T = TypeVar("T")

BUSY_TIMEOUT_S = 30
CONNECT_TIMEOUT_S = 10
ATTEMPTS = 6


class Database:
    """A database, opened at its first use. Picklable: the engine stays behind and is built anew.

    `read` and `write` are the one place that commits, rolls back and tries again.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine: Engine | None = None
        self._owner = 0
        self._has_connected = False

    def __getstate__(self) -> dict[str, Any]:
        return {"url": self.url}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["url"])  # type: ignore[misc]

    def __repr__(self) -> str:
        return f"Database({without_password(self.url)!r})"

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def read(self, work: Callable[[Connection], T]) -> T:
        """``work``'s value, from one consistent view."""
        return self._transact(work, write=False)

    def write(self, work: Callable[[Connection], T]) -> T:
        """``work``'s value, after its changes are committed as a whole.

        ``work`` runs again when the connection was lost, even when the loss hid a commit that succeeded, so
        doing it twice must come to the same.

        Raises:
            EnvironmentNotReady: the database cannot be opened, written or reached.
        """
        return self._transact(work, write=True)

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        if self._engine is not None and self._owner == os.getpid():
            self._engine.dispose()
        self._engine = None

    def _transact(self, work: Callable[[Connection], T], *, write: bool) -> T:
        attempt = 0
        while True:
            attempt += 1
            try:
                with self._connect(write) as connection, connection.begin():
                    self._has_connected = True
                    return work(connection)
            except (OperationalError, InterfaceError, DBAPIError) as error:
                # A server never reached is told at once: waiting for it helps nobody who mistyped its name.
                if is_passing(error) and self._has_connected and attempt < ATTEMPTS:
                    time.sleep(min(2.0, 0.1 * 2**attempt) * random.uniform(0.5, 1.0))
                    continue
                if explained := explain(error, self.url):
                    raise explained from error
                raise

    def _connect(self, write: bool) -> Connection:
        if self._engine is None or self._owner != os.getpid():
            if self._engine is not None:
                self._engine.dispose(close=False)  # after a fork: the parent's connections are the parent's
            self._engine = _make_engine(self.url)
            self._owner = os.getpid()
            weakref.finalize(self, partial(_dispose, self._engine, os.getpid()))
        connection = self._engine.connect()
        return connection.execution_options(castad_write=write)


def _dispose(engine: Engine, owner: int) -> None:
    if owner == os.getpid():
        engine.dispose()


def _make_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _make_sqlite_engine(url)
        if parsed.get_backend_name() == "postgresql":
            return _make_postgres_engine(url)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise _unusable(url) from error
    raise _unusable(url)


def _unusable(url: str) -> UserError:
    return UserError(
        f"{without_password(url)} is not a database CaStAD can use",
        fix="set CASTAD_DATABASE_URL to sqlite:///path/to/castad.db or postgresql://user:password@host/name",
    )


def _make_sqlite_engine(url: str) -> Engine:
    file = make_url(url).database or ""
    if file and not file.startswith((":memory:", "file:")):
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error, url) from error
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}, **_JSON)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where SQLAlchemy says, not at the first write
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.execute("PRAGMA synchronous = NORMAL")
            _use_write_ahead_log(cursor)
        finally:
            cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once when another wrote between, whatever the
        # timeout; one that begins as a writer waits its turn.
        write = connection.get_execution_options().get("castad_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _use_write_ahead_log(cursor: Any) -> None:
    """Readers never wait for the writer. The busy timeout does not hold for this switch, so it waits here."""
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except Exception as error:
            busy = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
            if getattr(error, "sqlite_errorname", "").startswith("SQLITE_READONLY"):
                return  # reading still works
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _make_postgres_engine(url: str) -> Engine:
    """``prepare_threshold`` None: prepared statements do not survive a connection pooler between us and the server."""
    engine = create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "application_name": "castad",
            "prepare_threshold": None,
        },
        **_JSON,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '60s'")
            cursor.execute("SET lock_timeout = '30s'")
            cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
        connection.commit()

    return engine


_JSON: dict[str, Any] = {"json_serializer": partial(json.dumps, ensure_ascii=False, allow_nan=False)}
