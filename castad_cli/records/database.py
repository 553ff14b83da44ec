"""A database by its URL: connections, transactions that commit or never were, errors a person can act on."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import sys
import threading
import time
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from castad_cli.errors import UserError, hides_interrupt
from castad_cli.records.trouble import explain, is_passing, is_refusal
from castad_cli.settings import without_password

T = TypeVar("T")

PRIMARY = "CASTAD_DATABASE_URL (--database)"
REPLICA = "CASTAD_DATABASE_REPLICA_URL"
"""The settings that name a database: errors say which one to mend."""

BUSY_TIMEOUT_S = 30
CONNECT_TIMEOUT_S = 10
PATIENCE_S = 45
"""How long a database that was there before may stay away: the time that a restart or a failover takes."""


class Database:
    """A database, opened at its first use. Picklable: the engine stays behind and is built anew.

    `read` and `write` are the one place that commits, rolls back and tries again. ``patient``: somebody has reached
    it before, so it is waited for from the first connection on.
    """

    def __init__(self, url: str, setting: str = PRIMARY, *, patient: bool = False) -> None:
        self.url = url
        self.setting = setting
        self.patient = patient
        self._engine: Engine | None = None
        self._owner = 0
        self._opening = threading.Lock()
        self._has_connected = False

    def __getstate__(self) -> dict[str, Any]:
        return {"url": self.url, "setting": self.setting, "patient": self.patient}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def __repr__(self) -> str:
        return f"Database({without_password(self.url)!r})"

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def read(self, work: Callable[[Connection], T]) -> T:
        """``work``'s value, from one consistent view."""
        return self._transact(work, _READ)

    def write(self, work: Callable[[Connection], T]) -> T:
        """``work``'s value, after its changes are committed as a whole.

        ``work`` runs again when the connection was lost, even when the loss hid a commit that succeeded, so
        doing it twice must come to the same.

        Raises:
            EnvironmentNotReady: the database cannot be opened, written or reached.
        """
        return self._transact(work, _WRITE)

    def write_one(self, work: Callable[[Connection], T]) -> T:
        """`write` for ``work`` whose changes are one statement: Postgres is spared the round trips about it."""
        return self._transact(work, _WRITE if self.is_sqlite else _WRITE_ONE)

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        if self._engine is not None and self._owner == os.getpid():
            self._engine.dispose()
        self._engine = None

    def _transact(self, work: Callable[[Connection], T], options: dict[str, Any]) -> T:
        deadline = time.monotonic() + PATIENCE_S
        pause_s = 0.1
        known = sys.exception()
        while True:
            try:
                with self._connect(options) as connection, connection.begin():
                    self._has_connected = True
                    return work(connection)
            except DBAPIError as error:
                if hides_interrupt(error, known):  # it hit a connection in mid-query, and letting that go failed
                    raise KeyboardInterrupt from error
                if is_passing(error) and self._is_worth_waiting(error) and time.monotonic() + pause_s < deadline:
                    time.sleep(pause_s * random.uniform(0.5, 1.0))
                    pause_s = min(2.0, pause_s * 2)
                    continue
                if explained := explain(error, self.url, self.setting):
                    raise explained from error
                raise

    def _is_worth_waiting(self, error: DBAPIError) -> bool:
        """A server never reached is told at once: waiting for it helps nobody who mistyped its name or password."""
        return self._has_connected or (self.patient and not is_refusal(error))

    def _connect(self, options: dict[str, Any]) -> Connection:
        with self._opening:
            if self._engine is None or self._owner != os.getpid():
                if self._engine is not None:
                    self._engine.dispose(close=False)  # after a fork: the parent's connections are the parent's
                self._engine = _make_engine(self.url, self.setting)
                self._owner = os.getpid()
                weakref.finalize(self, partial(_dispose, self._engine, os.getpid()))
            engine = self._engine
        return engine.connect().execution_options(
            **({"castad_write": options is not _READ} if self.is_sqlite else options)
        )


def _dispose(engine: Engine, owner: int) -> None:
    if owner == os.getpid():
        engine.dispose()


def _make_engine(url: str, setting: str) -> Engine:
    try:
        parsed = make_url(spread_hosts(url, "read-write" if setting == PRIMARY else "prefer-standby"))
        if parsed.get_backend_name() == "sqlite":
            return _make_sqlite_engine(url, setting)
        if parsed.get_backend_name() == "postgresql":
            return _make_postgres_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise _unusable(url, setting) from error
    raise _unusable(url, setting)


def _unusable(url: str, setting: str) -> UserError:
    return UserError(
        f"{without_password(url)} is not a database CaStAD can use",
        fix=f"set {setting} to sqlite:///path/to/castad.db or postgresql://user:password@host/name",
    )


def spread_hosts(url: str, wanted: str) -> str:
    """A Postgres URL of several hosts as SQLAlchemy reads it, asking for the ``wanted`` kind of session.

    ``//user@a:1,b:2/name``, as libpq writes it, becomes ``//user@/name?host=a:1&host=b:2&target_session_attrs=…``;
    what the URL asks for itself stays.
    """
    match = re.match(r"(postgresql[^:]*://)([^/?]*@)?([^/?@]*)(/[^?]*)?(?:\?(.*))?$", url)
    if not match:
        return url
    scheme, user, hosts, name, query = match[1], match[2] or "", match[3], match[4] or "", match[5] or ""
    parts = [part for part in query.split("&") if part]
    if "," in hosts:
        parts = [f"host={host}" for host in hosts.split(",")] + parts
        hosts = ""
    starts = [part.split("=")[0] for part in parts]
    if starts.count("host") > 1 and "target_session_attrs" not in starts:
        parts.append(f"target_session_attrs={wanted}")
    return f"{scheme}{user}{hosts}{name}" + (f"?{'&'.join(parts)}" if parts else "")


def _make_sqlite_engine(url: str, setting: str) -> Engine:
    file = make_url(url).database or ""
    if file and not file.startswith((":memory:", "file:")):
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error, url, setting) from error
        with contextlib.suppress(OSError):  # it is there, or SQLite itself says why it cannot be
            # For this user alone, since accounts' credentials stand in it; its journals take the mode over.
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
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

    @event.listens_for(engine, "invalidate")
    def _let_go(connection: Any, *_: Any) -> None:
        # SQLAlchemy closes a connection that an interrupt hit in the midst of a statement. SQLite then keeps the
        # transaction, and its lock on the file, for as long as the interrupt's traceback keeps that statement.
        with contextlib.suppress(Exception):
            connection.rollback()

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


def _make_postgres_engine(url: URL) -> Engine:
    """``prepare_threshold`` None: prepared statements do not survive a connection pooler between us and the server."""
    engine = create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "application_name": "castad",
            "prepare_threshold": None,
            "keepalives_idle": 30,  # a connection cut without a word is noticed in a minute, not in two hours
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 60_000,
        },
        **_JSON,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SESSION)
        connection.commit()

    return engine


_SESSION = """
SET statement_timeout = '60s';
SET lock_timeout = '30s';
SET idle_in_transaction_session_timeout = '60s';
SET synchronous_commit = on
"""
"""``synchronous_commit``: an effect's record must outlive the server it was written on, whatever its default is."""

_READ: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_WRITE: dict[str, Any] = {}
_WRITE_ONE: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}
_JSON: dict[str, Any] = {"json_serializer": partial(json.dumps, ensure_ascii=False, allow_nan=False)}
