"""What only a real server shows: it is restarted, fails over, lags behind, is upgraded by two at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from postgres_server import USER, PostgresServer, create_database, drop_database
from sqlalchemy import Connection, create_engine, text

from castad_cli.errors import EnvironmentNotReady
from castad_cli.records import Records, current, open_records, upgrade
from castad_cli.records import database as database_module
from castad_cli.records.database import Database, spread_hosts
from castad_cli.records.schema import VERSION_TABLE, VERSIONS

LONG_S = 600.0


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of its own on the server that may be restarted, not set up yet."""
    url = create_database(postgres_server.url)
    yield url
    drop_database(url, postgres_server.url)


@pytest.fixture
def opened() -> Iterator[list[Records]]:
    records: list[Records] = []
    yield records
    for each in records:
        each.close()


@pytest.fixture
def pair() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """A primary and its streaming replica, both to be broken."""
    primary = PostgresServer()
    yield primary, primary.start_standby()
    primary.close()


def words(database: Database) -> list[str]:
    return database.read(lambda c: list(c.execute(text("SELECT word FROM notes ORDER BY word")).scalars()))


@pytest.mark.parametrize("mode", ["fast", "immediate", "kill"])
def test_a_server_restarted_in_mid_write_loses_and_doubles_nothing(
    postgres_server: PostgresServer, url: str, mode: str
) -> None:
    database = Database(url)
    database.write(lambda c: c.execute(text("CREATE TABLE notes (word TEXT)")))
    tries = []

    def work(connection: Connection) -> None:
        tries.append(1)
        connection.execute(text("INSERT INTO notes VALUES ('before')"))
        if len(tries) == 1:
            postgres_server.restart(mode)
        connection.execute(text("INSERT INTO notes VALUES ('then')"))

    database.write(work)
    assert len(tries) == 2
    assert words(database) == ["before", "then"]
    database.close()


def test_workers_go_on_through_a_restart(postgres_server: PostgresServer, url: str, opened: list[Records]) -> None:
    upgrade(url)
    records = open_records(url)
    opened.append(records)
    keys = [f"song-{number}" for number in range(40)]
    for key in keys:
        records.effects.ensure("purchase", key)
    half = threading.Event()

    def work(number: int) -> None:
        for key in keys[number::4]:
            if key == keys[20]:
                half.set()
            claim = records.effects.claim_one(key, f"worker {number}", LONG_S)
            if claim is None:  # the claim's answer was lost: it is ours until the lease ends, and we know its token
                continue
            records.effects.commit_point(records.effects.save_handle(claim, {"key": key}))
            records.effects.settle(claim, {"key": key})

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, number) for number in range(4)]
        half.wait(20)
        postgres_server.restart("immediate")
        for each in working:
            each.result(timeout=60)
    counts = records.effects.counts()
    lost = counts.get(("purchase", "claimed"), 0)
    assert counts[("purchase", "done")] == 40 - lost
    assert lost <= 4, "at most the one that each worker was asking for"


def test_a_run_s_worker_waits_for_a_server_that_it_has_not_reached_before(
    postgres_server: PostgresServer, url: str, opened: list[Records]
) -> None:
    upgrade(url)
    first, patient = open_records(url), open_records(url, patient=True)
    opened.extend([first, patient])
    postgres_server.stop("immediate")
    try:
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(patient.effects.ensure, "post", "post-1", {})
            with pytest.raises(EnvironmentNotReady, match="does not answer"):
                first.effects.get("post-1")
            assert not working.done()
            postgres_server.start()
            working.result(timeout=60)
    finally:
        if not postgres_server._process:
            postgres_server.start()
    assert patient.effects.get("post-1") is not None
    wrong = open_records(url.replace(f"{USER}:", f"{USER}:no"), patient=True)
    opened.append(wrong)
    with pytest.raises(EnvironmentNotReady, match="refuses the user or password"):
        wrong.effects.get("post-1")


def test_a_server_that_stays_away_is_given_up(
    postgres_server: PostgresServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "PATIENCE_S", 1.0)
    database = Database(url)
    database.read(lambda c: c.execute(text("SELECT 1")))
    postgres_server.stop()
    try:
        with pytest.raises(EnvironmentNotReady, match="does not answer"):
            database.read(lambda c: c.execute(text("SELECT 1")))
    finally:
        postgres_server.start()
    assert database.read(lambda c: c.execute(text("SELECT 1")).scalar()) == 1
    database.close()


def test_a_lost_primary_is_followed_to_the_promoted_replica(
    pair: tuple[PostgresServer, PostgresServer], opened: list[Records]
) -> None:
    primary, standby = pair
    upgrade(primary.url)
    hosts = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
    records = open_records(primary.url.replace(f"127.0.0.1:{primary.port}", hosts))
    opened.append(records)
    run = records.start_run("batch")
    records.effects.ensure("post", "video")
    primary.catch_up(standby)

    def fail_over() -> None:
        time.sleep(0.3)
        standby.promote()

    primary.stop("immediate")
    promotion = threading.Thread(target=fail_over)
    promotion.start()
    claim = records.effects.claim_one("video", "ann", LONG_S)
    promotion.join()
    assert claim
    records.effects.settle(claim, {"id": "1"})
    records.finish_run(run, "done")
    assert records.run(run).state == "done"
    assert standby._query("SELECT state FROM effects") == ("done",)


def test_looking_goes_to_the_replica_and_deciding_to_the_primary(
    pair: tuple[PostgresServer, PostgresServer], opened: list[Records]
) -> None:
    primary, standby = pair
    upgrade(primary.url)
    primary.catch_up(standby)
    records = open_records(primary.url, standby.url)
    opened.append(records)
    first = records.start_run("render")
    primary.catch_up(standby)
    standby._query("SELECT pg_wal_replay_pause()")
    records.start_run("batch")
    effect = records.effects.ensure("post", "video")
    assert [run.id for run in records.runs()] == [first], "the replica lags behind, and says what it has"
    assert records.run().id == first
    assert records.ads(first) == []
    assert records.renditions(first) == []
    assert records.effects.get("video") == effect
    standby._query("SELECT pg_wal_replay_resume()")


def test_a_replica_that_cannot_be_used_names_its_setting(
    postgres_server: PostgresServer, url: str, opened: list[Records]
) -> None:
    upgrade(url)
    empty = create_database(postgres_server.url)
    wrong = {
        empty: "has no records, and this CaStAD needs",
        f"postgresql+psycopg://castad:{postgres_server._password}@127.0.0.1:9/castad": "does not answer",
    }
    for replica_url, says in wrong.items():
        records = open_records(url, replica_url)
        opened.append(records)
        run = records.start_run("render")
        with pytest.raises(EnvironmentNotReady, match=says) as caught:
            records.run(run)
        assert "CASTAD_DATABASE_REPLICA_URL" in caught.value.fix
    drop_database(empty, postgres_server.url)


def test_two_upgrades_at_once_are_one(url: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(upgrade, [url] * 3)) == [VERSIONS[-1]] * 3
    assert current(url) == VERSIONS[-1]


def test_an_upgrade_that_fails_leaves_a_server_as_it_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import command

    real = command.upgrade

    def fail(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        raise RuntimeError("a bug after the tables were made")

    monkeypatch.setattr(command, "upgrade", fail)
    with pytest.raises(RuntimeError):
        upgrade(url)
    assert current(url) is None


def test_a_server_of_another_version_is_refused_with_a_clear_message(url: str, opened: list[Records]) -> None:
    records = open_records(url)
    opened.append(records)
    with pytest.raises(EnvironmentNotReady, match="has not been set up yet") as caught:
        records.runs()
    assert caught.value.fix == "run `castad db upgrade`"
    upgrade(url)
    assert records.runs() == []
    for version, says in ((VERSIONS[0], f"has schema {VERSIONS[0]}"), ("9999", "newer CaStAD")):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{version}'"))
        engine.dispose()
        late = open_records(url)
        opened.append(late)
        with pytest.raises(EnvironmentNotReady, match=says):
            late.start_run("render")
    with pytest.raises(EnvironmentNotReady, match="newer CaStAD"):
        upgrade(url)


def test_a_claim_does_not_wait_for_rows_that_another_is_taking(url: str, opened: list[Records]) -> None:
    upgrade(url)
    records = open_records(url)
    opened.append(records)
    records.effects.ensure("post", "held")
    time.sleep(0.002)
    records.effects.ensure("post", "free")
    engine = create_engine(url)
    with engine.begin() as other:
        other.execute(text("SELECT 1 FROM effects WHERE key = 'held' FOR UPDATE"))
        began = time.monotonic()
        assert [claim.key for claim in records.effects.claim("ann", LONG_S, limit=2)] == ["free"]
        assert time.monotonic() - began < 10
    engine.dispose()


def test_a_connection_is_given_limits_of_its_own(url: str) -> None:
    database = Database(url)
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "synchronous_commit")

    def shown(connection: Connection) -> list[str]:
        return [str(connection.execute(text(f"SHOW {name}")).scalar()) for name in names]

    assert database.read(shown) == database.write(shown) == ["1min", "30s", "1min", "on"]
    levels = [each(lambda c: c.execute(text("SHOW transaction_isolation")).scalar()) for each in (
        database.read, database.write, database.write_one,
    )]  # fmt: skip
    assert levels == ["repeatable read", "read committed", "read committed"]
    database.close()


@pytest.mark.parametrize(
    ("url", "spread"),
    [
        ("postgresql+psycopg://u:p@h/db", "postgresql+psycopg://u:p@h/db"),
        ("postgresql+psycopg://h:5433", "postgresql+psycopg://h:5433"),
        (
            "postgresql+psycopg://u:p@a:1,b/db?sslmode=require",
            "postgresql+psycopg://u:p@/db?host=a:1&host=b&sslmode=require&target_session_attrs=read-write",
        ),
        (
            "postgresql+psycopg://u@/db?host=a:1&host=b:2",
            "postgresql+psycopg://u@/db?host=a:1&host=b:2&target_session_attrs=read-write",
        ),
        (
            "postgresql+psycopg://u@a,b/db?target_session_attrs=any",
            "postgresql+psycopg://u@/db?host=a&host=b&target_session_attrs=any",
        ),
        ("sqlite:////tmp/a,b.db", "sqlite:////tmp/a,b.db"),
    ],
)
def test_several_hosts_are_asked_for_the_one_that_writes(url: str, spread: str) -> None:
    assert spread_hosts(url, "read-write") == spread
