"""A transaction is whole or never was, and a database that fails says which, why and what to do."""

from __future__ import annotations

import gc
import pickle
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.records import database as database_module
from castad_cli.records import open_records
from castad_cli.records.database import Database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "castad.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    database.write(lambda connection: connection.execute(text("CREATE TABLE notes (word TEXT UNIQUE)")))
    yield database
    database.close()


def add(connection: Connection, word: str) -> None:
    connection.execute(text("INSERT INTO notes VALUES (:word)"), {"word": word})


def words(database: Database) -> list[str]:
    return database.read(lambda connection: list(connection.execute(text("SELECT word FROM notes")).scalars()))


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    def work(connection: Connection) -> None:
        add(connection, "one")
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        database.write(work)
    assert words(database) == []


def test_an_interrupt_in_the_midst_of_a_query_leaves_nothing_locked(database: Database) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def work(connection: Connection) -> None:
        add(connection, "one")
        event.listen(connection, "after_cursor_execute", interrupt)
        connection.execute(text("SELECT word FROM notes"))

    with pytest.raises(KeyboardInterrupt) as kept:  # and with it all that its traceback holds on to
        database.write(work)
    database.write(lambda connection: add(connection, "two"))
    assert words(database) == ["two"]
    assert kept.tb


def _interrupted(connection: Connection) -> None:
    """Hit by an interrupt, then unable to tidy up after it, as a pool is that tries a connection in mid-query."""
    try:
        raise KeyboardInterrupt
    finally:
        connection.execute(text("SELECT word FROM nowhere"))


def test_an_interrupt_counts_whatever_fails_in_tidying_up_after_it(database: Database) -> None:
    with pytest.raises(KeyboardInterrupt):
        database.read(_interrupted)
    with pytest.raises(KeyboardInterrupt):
        database.write(_interrupted)


def test_after_an_interrupt_errors_are_errors_again(database: Database) -> None:
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        with pytest.raises(OperationalError, match="nowhere"):
            database.read(lambda connection: connection.execute(text("SELECT word FROM nowhere")))


def test_a_lost_connection_repeats_the_whole_transaction(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module.time, "sleep", lambda _: None)
    tries = []

    def work(connection: Connection) -> str:
        tries.append(1)
        add(connection, f"try {len(tries)}")
        if len(tries) < 3:
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("gone"), connection_invalidated=True)
        return "done"

    assert database.write(work) == "done"
    assert words(database) == ["try 3"]


def test_a_connection_lost_for_good_is_given_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "PATIENCE_S", 0.5)
    began, tries = time.monotonic(), []

    def work(_: Connection) -> None:
        tries.append(1)
        raise OperationalError("SELECT", {}, Exception("server closed the connection"), connection_invalidated=True)

    with pytest.raises(EnvironmentNotReady, match="does not answer"):
        database.write(work)
    assert len(tries) > 2
    assert time.monotonic() - began < 20


def test_a_mistake_in_a_statement_is_a_bug_and_is_not_repeated(database: Database) -> None:
    tries = []

    def work(connection: Connection) -> None:
        tries.append(1)
        connection.execute(text("SELECT nonsense FROM nowhere"))

    with pytest.raises((OperationalError, ProgrammingError)):
        database.read(work)
    assert len(tries) == 1


def test_readers_do_not_wait_for_a_writer(database: Database, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO notes VALUES ('unseen')")
        began = time.monotonic()
        assert words(database) == []
        assert time.monotonic() - began < 5
        other.execute("ROLLBACK")


def test_a_writer_waits_its_turn(database: Database, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = Timer(0.3, lambda: other.execute("COMMIT"))
        timer.start()
        database.write(lambda connection: add(connection, "after"))
        timer.join()
    assert words(database) == ["after"]


def test_a_database_that_stays_locked_is_told(database: Database, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database.close()
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(EnvironmentNotReady, match="another program holds it locked") as caught:
            database.write(lambda connection: add(connection, "never"))
    assert str(file) in caught.value.message
    assert "CASTAD_DATABASE_URL" in caught.value.fix


def test_foreign_keys_hold_and_the_log_is_written_ahead(database: Database) -> None:
    def pragma(connection: Connection, name: str) -> object:
        return connection.execute(text(f"PRAGMA {name}")).scalar()

    assert database.read(lambda connection: pragma(connection, "foreign_keys")) == 1
    assert database.read(lambda connection: pragma(connection, "journal_mode")) == "wal"


def test_a_database_travels_without_its_engine(database: Database) -> None:
    database.write(lambda connection: add(connection, "here"))
    copy: Database = pickle.loads(pickle.dumps(database))
    assert words(copy) == ["here"]
    copy.close()
    assert "hush" not in repr(Database("postgresql+psycopg://u:hush@h/d"))


def test_a_database_that_is_let_go_closes_its_connections(file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        database = Database(f"sqlite:///{file}")
        database.read(lambda connection: connection.execute(text("SELECT 1")))
        engine = database._engine
        assert engine is not None
        assert "Connections in pool: 1" in engine.pool.status()
        del database
        gc.collect()
        assert "Connections in pool: 0" in engine.pool.status()


def test_a_full_disk_is_told_and_what_was_written_stays(database: Database) -> None:
    database.write(lambda connection: add(connection, "before"))
    assert database._engine is not None
    database._engine.dispose()

    @event.listens_for(database._engine, "connect")
    def shrink(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 4")

    def fill(connection: Connection) -> None:
        for number in range(100):
            add(connection, f"{number}" * 1000)

    with pytest.raises(EnvironmentNotReady, match="the disk is full") as caught:
        database.write(fill)
    assert "free some space" in caught.value.fix
    assert words(database) == ["before"]


def test_a_disk_that_fails_is_told(file: Path) -> None:
    code = (
        "import resource, sys; from castad_cli.records import open_records\n"
        "from castad_cli.errors import EnvironmentNotReady\n"
        "records = open_records(sys.argv[1]); records.runs()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: records.start_run('x' * 8000, arguments={'much': 'y' * 200000})\n"
        "except EnvironmentNotReady as error: print(error.message, '|', error.fix)"
    )
    child = subprocess.run(
        [sys.executable, "-c", code, f"sqlite:///{file}"], capture_output=True, text=True, timeout=60
    )
    assert child.returncode == 0, child.stderr
    assert "fails to read or write" in child.stdout or "the disk is full" in child.stdout


def test_a_file_that_is_no_database_is_told(file: Path) -> None:
    file.write_bytes(b"castad: 1\nname: a recipe\n" * 100)
    with pytest.raises(EnvironmentNotReady, match="not an SQLite database") as caught:
        open_records(f"sqlite:///{file}").runs()
    assert "move that file away" in caught.value.fix
    assert file.read_bytes().startswith(b"castad: 1"), "it is left as it was"


def test_a_damaged_database_is_told(database: Database, file: Path) -> None:
    def fill(connection: Connection) -> None:
        for number in range(3000):
            add(connection, f"{number} " + "x" * 50)

    database.write(fill)
    database.close()
    data = bytearray(file.read_bytes())
    data[4096 : len(data)] = b"\xa5" * (len(data) - 4096)
    file.write_bytes(data)
    with pytest.raises(EnvironmentNotReady, match="damaged"):
        words(database)


def test_a_read_only_database_can_be_read_and_says_why_it_cannot_be_written(file: Path) -> None:
    records = open_records(f"sqlite:///{file}")
    run = records.start_run("render")
    records.close()
    reader = open_records(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert reader.run(run).command == "render"
    with pytest.raises(EnvironmentNotReady, match="may not be written"):
        reader.finish_run(run, "done")
    reader.close()


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentNotReady, match="cannot be opened"):
        open_records(f"sqlite:///{tmp_path}").runs()


def test_a_folder_that_cannot_be_made_is_told(file: Path) -> None:
    file.write_bytes(b"")
    with pytest.raises(EnvironmentNotReady, match="its folder cannot be made"):
        open_records(f"sqlite:///{file}/below/castad.db").runs()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://u:hush@h/d", "oracle+x://u:hush@h", "postgresql+pg8000://h/d"]
)
def test_an_address_that_can_be_no_database_is_told(url: str) -> None:
    with pytest.raises(UserError, match="not a database CaStAD can use") as caught:
        open_records(url).runs()
    assert "sqlite:///" in caught.value.fix
    assert "hush" not in caught.value.message


def test_a_server_that_is_not_there_is_told_at_once_without_its_password() -> None:
    began = time.monotonic()
    with pytest.raises(EnvironmentNotReady, match="does not answer") as caught:
        open_records("postgresql+psycopg://castad:hush@127.0.0.1:9/castad").runs()
    assert time.monotonic() - began < 8
    assert "Connection refused" in caught.value.message
    assert "hush" not in caught.value.message + caught.value.fix
    assert "castad:***@127.0.0.1" in caught.value.message


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ('FATAL:  password authentication failed for user "castad"', "refuses the user or password"),
        ("fe_sendauth: no password supplied", "refuses the user or password"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "castad"', "refuses this user"),
        ('FATAL:  role "castad" does not exist', "refuses this user"),
        ('FATAL:  database "castad" does not exist', "no such database"),
        ("FATAL:  sorry, too many clients already", "too many connections"),
        ("server closed the connection unexpectedly", "does not answer"),
    ],
)
def test_what_a_server_says_is_understood(said: str, says: str) -> None:
    import psycopg

    from castad_cli.records.trouble import explain

    error = OperationalError("connect", {}, psycopg.OperationalError(f"connection to server failed: {said}"))
    explained = explain(error, "postgresql+psycopg://castad:hush@db/castad", "CASTAD_DATABASE_REPLICA_URL")
    assert explained is not None
    assert says in explained.message
    assert "hush" not in explained.message
    assert explained.fix
    assert "{" not in explained.fix
