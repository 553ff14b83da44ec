"""`castad doctor` on a real database, its replica, a real bucket, and a scheduler's port."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer, create_database, drop_database

from castad_cli.errors import EnvironmentNotReady
from castad_cli.records import open_records, upgrade
from castad_cli.records.schema import VERSIONS
from castad_cli.run import outside_health
from castad_cli.run.health import Check, check_machine, mend
from castad_cli.run.outside_health import Doubt, check_database, check_replica, check_scheduler, check_storage
from castad_cli.settings import Settings, load_settings
from castad_cli.storage import Store
from castad_cli.storage.remote import RemoteObjects


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'castad.db'}",
        storage_url=str(tmp_path / "store"),
        cache_folder=tmp_path / "cache",
    )


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    url = create_database(postgres_server.url)
    yield url
    drop_database(url, postgres_server.url)


def the(name: str, settings: Settings) -> Check:
    (check,) = (check for check in check_machine(settings) if check.name == name)
    return check


def test_a_database_that_was_not_set_up_is_told_and_mended(settings: Settings, url: str) -> None:
    settings = replace(settings, database_url=url)
    with pytest.raises(EnvironmentNotReady, match="has not been set up yet"):
        check_database(settings)
    check = the("database", settings)
    assert (check.ok, check.needed, check.mendable, check.fix) == (False, True, True, "run `castad db upgrade`")
    said: list[str] = []
    mend(check, settings, said.append)
    assert said == [f"the database now has schema {VERSIONS[-1]}"]
    found = check_database(settings)
    assert "PostgreSQL" in found
    assert f"schema {VERSIONS[-1]}" in found
    assert "connections in use" in found
    assert "hush" not in found


def test_a_user_without_rights_is_told_which(settings: Settings, url: str, postgres_server: PostgresServer) -> None:
    import psycopg

    upgrade(url)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("CREATE ROLE reader LOGIN PASSWORD 'hush'")
        owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        try:
            reader = f"postgresql+psycopg://reader:hush@{url.partition('@')[2]}"
            with pytest.raises(EnvironmentNotReady, match="may not read and change") as caught:
                check_database(replace(settings, database_url=reader))
            assert "GRANT" in caught.value.fix
            assert "hush" not in caught.value.message
        finally:
            owner.execute("DROP OWNED BY reader")
            owner.execute("DROP ROLE reader")


def test_hosts_to_fail_over_to_without_a_standby_that_commits_wait_for_are_a_doubt(
    settings: Settings, url: str
) -> None:
    upgrade(url)
    host = url.partition("@")[2].partition("/")[0]
    twice = url.replace(host, f"{host},{host}")
    with pytest.raises(Doubt, match="may forget what was posted last") as caught:
        check_database(replace(settings, database_url=twice))
    assert "synchronous_standby_names" in caught.value.fix
    check = the("database", replace(settings, database_url=twice))
    assert (check.ok, check.needed) == (False, False), "it can be worked with"


def test_a_replica_tells_how_far_behind_it_is(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    primary = PostgresServer()
    try:
        standby = primary.start_standby()
        upgrade(primary.url)
        primary.catch_up(standby)
        with pytest.raises(Doubt, match="not a replica"):
            check_replica(replace(settings, database_replica_url=primary.url))
        settings = replace(settings, database_replica_url=standby.url)
        assert "0.0 s behind" in check_replica(settings)
        assert the("replica", settings).ok
        standby._query("SELECT pg_wal_replay_pause()")
        records = open_records(primary.url)
        records.start_run("render")
        records.close()
        monkeypatch.setattr(outside_health, "_LAG_S", 0.01)
        deadline = time.monotonic() + 60
        while (check := the("replica", settings)).ok and time.monotonic() < deadline:
            time.sleep(0.1)
        assert "s behind" in check.found
        assert not check.needed
        standby._query("SELECT pg_wal_replay_resume()")
        primary.stop("immediate")
        while "receives nothing" not in (check := the("replica", settings)).found and time.monotonic() < deadline:
            time.sleep(0.1)
        assert "receives nothing" in check.found
    finally:
        primary.close()


def test_a_bucket_is_written_read_and_left_as_it_was(
    settings: Settings, s3_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = s3_server.fresh()
    options = s3_server.options
    environment = {
        "CASTAD_STORAGE_URL": url,
        "CASTAD_STORAGE_ENDPOINT_URL": options["endpoint_url"],
        "CASTAD_STORAGE_KEY": options["key"],
        "CASTAD_STORAGE_SECRET": options["secret"],
    }
    settings = load_settings(tmp_path, {}, environment=environment)
    assert check_storage(settings) == f"{url}, writable"
    assert list(Store(url, options).objects.list_objects("")) == []

    real = time.time
    with monkeypatch.context() as patched:
        patched.setattr("castad_cli.storage.store.time.time", lambda: real() + 600)
        with pytest.raises(Doubt, match="apart") as caught:
            check_storage(settings)
        assert "NTP" in caught.value.fix

    def overwrite(self: RemoteObjects, write: Any, *arguments: Any, **options: Any) -> bool:
        write(*arguments, **options)
        return True

    monkeypatch.setattr(RemoteObjects, "_create", overwrite)
    with pytest.raises(Doubt, match="second writer"):
        check_storage(settings)


def test_a_scheduler_is_knocked_at(settings: Settings) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        settings = replace(settings, scheduler=address)
        assert check_scheduler(settings) == f"{address} listens"
        assert the("scheduler", settings).ok
    with pytest.raises(EnvironmentNotReady, match="nothing answers") as caught:
        check_scheduler(settings)
    assert "castad scheduler" in caught.value.fix


@pytest.mark.parametrize(
    ("greeting", "told"),
    [(None, "no scheduler's greeting within"), (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak as a scheduler")],
    ids=["says nothing", "speaks HTTP"],
)
def test_what_listens_without_being_a_scheduler_is_told_within_seconds(
    settings: Settings, greeting: bytes | None, told: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = threading.Thread(target=answer_all, args=(listening, greeting), daemon=True)
        answering.start()
        settings = replace(settings, scheduler=f"tcp://127.0.0.1:{listening.getsockname()[1]}")
        check = the("workers", settings)
        listening.shutdown(socket.SHUT_RDWR)
    answering.join(10)
    assert not check.ok
    assert told in check.found


def answer_all(listening: socket.socket, greeting: bytes | None) -> None:
    """Take every connection, and greet it or say nothing, until nobody listens any more."""
    with contextlib.ExitStack() as held, contextlib.suppress(OSError):
        while True:
            connection, _ = listening.accept()
            held.enter_context(connection)
            if greeting is not None:
                connection.sendall(greeting)


def test_a_folder_and_a_file_are_all_right_without_any_server(settings: Settings) -> None:
    assert "SQLite" in check_database(settings)
    assert check_storage(settings) == f"{settings.storage_url}, writable"
    names = [check.name for check in check_machine(settings)]
    assert "replica" not in names
    assert "scheduler" not in names
