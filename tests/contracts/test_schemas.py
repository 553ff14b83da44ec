"""A database of every older schema is migrated, and then used.

``tests/records/schemas`` keeps one of each: a file for SQLite, a dump (``pg_dump --inserts``, without comments) for
Postgres. They are never changed; a new schema adds the one before it, with ``python tests/records/keep_schema.py``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from postgres_server import PostgresServer, create_database, drop_database
from sqlalchemy import Connection

from castad_cli.records import Records, StageRecord, current, open_records, upgrade
from castad_cli.records.database import Database
from castad_cli.records.effect_tables import Base
from castad_cli.records.schema import VERSION_TABLE, VERSIONS

SCHEMAS = Path(__file__).parent.parent / "records" / "schemas"


@pytest.fixture
def old_file(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    file = tmp_path / "castad.db"
    shutil.copyfile(SCHEMAS / f"{request.param}.sqlite3", file)
    return f"sqlite:///{file}"


@pytest.fixture
def old_server(request: pytest.FixtureRequest, postgres_server: PostgresServer) -> Iterator[str]:
    import psycopg

    url = create_database(postgres_server.url)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute((SCHEMAS / f"{request.param}.sql").read_bytes())
    yield url
    drop_database(url, postgres_server.url)


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return list(compare_metadata(context, Base.metadata))


def check_what_was_there(records: Records) -> None:
    first, second = records.run("20261101-090000-aaa"), records.run("20261102-090000-bbb")
    assert (first.state, first.ads, first.renditions, first.done, first.failed, first.cached) == (
        "failed", 2, 4, 2, 1, 1,
    )  # fmt: skip
    assert second.state == "interrupted"
    assert [ad.key for ad in records.ads(first.id)] == ["하늘마루///ko", "cafe///en"]
    reel, square, *_ = records.renditions(first.id)
    assert (reel.path, reel.facts["words"]) == ("out/하늘마루-reel.mp4", ["바다"])
    assert (square.error, square.where) == ("text too long", "recipes/haneul.yaml:3:4")


def check_what_happened_outside(records: Records) -> None:
    """What a database has from schema 0002 on."""
    song = records.effects.get("song")
    assert song is not None
    assert (song.state, song.handle, song.facts) == ("done", {"task": "t-1"}, {"mood": "calm"})


def use(records: Records) -> None:
    run = records.start_run("render")
    records.finish_run(run, "done")
    assert records.run(run).state == "done"
    records.settle(run, [], stages=[StageRecord("script", "a" * 64, seconds=2.0)])
    assert [stage.seconds for stage in records.stages(run)] == [2.0]
    records.effects.ensure("post", "video", {"rendition": "f" * 64, "platform": "youtube", "account": "@a"})
    (claim,) = records.effects.claim("ann", 60)
    records.effects.settle(claim, {"id": "1", "url": "https://youtu.be/1"})
    assert len(records.effects.posts()) == 1


def test_one_of_every_older_schema_is_kept() -> None:
    kept = {file.name for file in SCHEMAS.iterdir()}
    assert kept == {f"{version}{ending}" for version in VERSIONS[:-1] for ending in (".sqlite3", ".sql")}


@pytest.mark.parametrize("old_file", VERSIONS[:-1], indirect=True)
def test_an_older_file_is_migrated_by_its_first_use(old_file: str) -> None:
    version = current(old_file)
    assert version in VERSIONS[:-1]
    records = open_records(old_file)
    check_what_was_there(records)
    if version != "0001":
        check_what_happened_outside(records)
    use(records)
    assert records._access.primary.read(differences) == []
    records.close()
    assert current(old_file) == VERSIONS[-1]


@pytest.mark.parametrize("old_server", VERSIONS[:-1], indirect=True)
def test_an_older_server_is_migrated_by_its_owner(old_server: str) -> None:
    version = current(old_server)
    assert version in VERSIONS[:-1]
    assert upgrade(old_server) == VERSIONS[-1]
    database = Database(old_server)
    assert database.read(differences) == []
    database.close()
    records = open_records(old_server)
    check_what_was_there(records)
    if version != "0001":
        check_what_happened_outside(records)
    use(records)
    records.close()
