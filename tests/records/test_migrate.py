"""The schema is brought up to date where it may be, and left alone where it may not."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import castad_cli.records.migrate as migrate
from castad_cli.errors import EnvironmentNotReady
from castad_cli.records import current, open_records, upgrade
from castad_cli.records.database import Database
from castad_cli.records.effect_tables import Base
from castad_cli.records.schema import VERSION_TABLE, VERSIONS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "100% mine" / "castad.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def set_version(file: Path, version: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"UPDATE {VERSION_TABLE} SET version_num = ?", (version,))


def test_the_known_versions_are_the_migrations_there_are() -> None:
    revisions = [script.revision for script in scripts().walk_revisions()]
    assert tuple(reversed(revisions)) == VERSIONS


def test_the_migrations_make_the_tables_the_code_works_with(url: str) -> None:
    upgrade(url)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return list(compare_metadata(context, Base.metadata))

    database = Database(url)
    assert database.read(differences) == []
    database.close()


def shape_of(file: Path) -> dict[str, object]:
    """All that decides what a file's tables take and how they are searched, whatever the order it was written in."""
    shape: dict[str, object] = {}
    with closing(sqlite3.connect(file)) as database:
        tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        for name, sql in tables:
            columns = sorted(row[1:] for row in database.execute(f"PRAGMA table_info('{name}')"))
            keys = sorted(row[2:] for row in database.execute(f"PRAGMA foreign_key_list('{name}')"))
            rules = re.findall(r"CONSTRAINT .*", sql.rstrip().removesuffix(")"))
            shape[name] = (columns, keys, sorted(rule.rstrip(", ") for rule in rules))
        indexes = database.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''")
        shape["indexes"] = sorted(indexes)
    return shape


def test_a_file_made_at_once_is_the_one_that_all_migrations_make(url: str, file: Path, tmp_path: Path) -> None:
    upgrade(url)
    migrated = tmp_path / "migrated.db"
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    database = Database(f"sqlite:///{migrated}")

    def migrate_one_by_one(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, VERSIONS[-1])

    database.write(migrate_one_by_one)
    database.close()
    assert shape_of(file) == shape_of(migrated)
    assert current(url) == current(f"sqlite:///{migrated}") == VERSIONS[-1]


def test_a_new_database_has_no_version_until_it_is_used(url: str) -> None:
    assert current(url) is None
    records = open_records(url)
    assert current(url) is None, "opening is not using"
    assert records.runs() == []
    records.close()
    assert current(url) == VERSIONS[-1]


def test_upgrading_twice_is_upgrading_once(url: str) -> None:
    records = open_records(url)
    run = records.start_run("render")
    assert upgrade(url) == upgrade(url) == VERSIONS[-1]
    assert records.run(run).id == run
    records.close()


@pytest.mark.parametrize("act", [upgrade, lambda url: open_records(url).runs()])
def test_a_database_of_a_newer_castad_is_left_alone(url: str, file: Path, act: object) -> None:
    upgrade(url)
    set_version(file, "9999")
    before = file.read_bytes()
    with pytest.raises(EnvironmentNotReady, match=r"newer CaStAD \(schema 9999") as caught:
        act(url)  # type: ignore[operator]
    assert "update CaStAD" in caught.value.fix
    assert current(url) == "9999"
    assert file.read_bytes() == before


@pytest.mark.parametrize("act", [upgrade, lambda url: open_records(url).runs()])
def test_a_database_of_another_program_is_left_alone(url: str, file: Path, act: object) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE bookmarks (title TEXT)")
    with pytest.raises(EnvironmentNotReady, match="belongs to another program"):
        act(url)  # type: ignore[operator]
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


def test_an_upgrade_that_fails_leaves_nothing_half_done(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = migrate._create

    def fail(connection: Connection) -> None:
        real(connection)
        raise RuntimeError("a bug after the tables were made")

    monkeypatch.setattr(migrate, "_create", fail)
    with pytest.raises(RuntimeError):
        open_records(url).runs()
    assert current(url) is None
    monkeypatch.undo()
    assert open_records(url).runs() == []


def test_a_server_that_was_not_set_up_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database("postgresql+psycopg://castad:hush@db/castad")
    for found, says in ((None, "has not been set up yet"), ("0000", "has schema 0000, and this CaStAD needs")):
        monkeypatch.setattr(migrate, "VERSIONS", ("0000", VERSIONS[-1]))
        monkeypatch.setattr(database, "read", lambda _, found=found: found)
        with pytest.raises(EnvironmentNotReady, match=says) as caught:
            migrate.make_ready(database)
        assert caught.value.fix == "run `castad db upgrade`"
        assert "hush" not in caught.value.message
