"""Keeps a database of a schema for the tests, once a newer one is there: ``python tests/records/keep_schema.py 0003``.

It takes the one of the schema before, migrates it, fills the new tables with `ROWS`, and writes
``schemas/<version>.sqlite3`` and ``schemas/<version>.sql``. What is kept already is never written again.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine

from castad_cli.records import migrate
from castad_cli.records.schema import VERSIONS

SCHEMAS = Path(__file__).parent / "schemas"
SERVERS = Path(__file__).parent.parent / "servers"

_AT = "'2026-11-02 10:00:00+00:00'"

ROWS: dict[str, tuple[str, ...]] = {
    "0002": (
        "INSERT INTO effects (key, kind, state, token, attempts, owner, due_at, committed_at, facts, handle, result,"
        " reason, created_at, updated_at) VALUES ('song', 'purchase', 'done', 1, 1, 'ann', NULL, NULL,"
        f' \'{{"mood": "calm"}}\', \'{{"task": "t-1"}}\', \'{{"id": "t-1"}}\', \'\', {_AT}, {_AT})',
        f"INSERT INTO limits (key, next_at) VALUES ('tiktok/init', {_AT})",
        "INSERT INTO quotas (provider, project, unit, starts_at, resets_at, used)"
        f" VALUES ('youtube', 'main', 'day', {_AT}, '2026-11-03 10:00:00+00:00', 42)",
    ),
    "0003": (
        "INSERT INTO stages (run_id, stage, fingerprint, state, cached, seconds, worker, finished_at) VALUES"
        f" ('20261101-090000-aaa', 'script', '{'a' * 64}', 'done', false, 1.5, 'tcp://ann:1', {_AT})",
    ),
    "0004": (
        "INSERT INTO run_posts (run_id, key, ad_key, position, format, language, platform, account, state, remote_id,"
        " url, until, error, fix, updated_at) VALUES ('20261101-090000-aaa', 'p/youtube/main', 'cafe///en', 0, 'reel',"
        f" 'en', 'youtube', 'main', 'done', 'v1', 'https://youtu.be/v1', NULL, '', '', {_AT})",
    ),
}
"""What each schema's own tables hold in the kept database, in words that both kinds of database read."""


def main(version: str) -> None:
    before = VERSIONS[VERSIONS.index(version) - 1]
    file, dump = SCHEMAS / f"{version}.sqlite3", SCHEMAS / f"{version}.sql"
    if not file.exists():
        shutil.copyfile(SCHEMAS / f"{before}.sqlite3", file)
        fill(f"sqlite:///{file}", version)
        with closing(sqlite3.connect(file)) as database:
            database.execute("VACUUM")
    if not dump.exists():
        dump.write_text(dump_of(version, (SCHEMAS / f"{before}.sql").read_text()))


def fill(url: str, version: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        migrate_to(connection, version)
        for statement in ROWS.get(version, ()):
            if engine.dialect.name == "sqlite":  # which keeps times as text without a zone
                statement = statement.replace("+00:00'", ".000000'")
            connection.exec_driver_sql(statement)
    engine.dispose()


def migrate_to(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def dump_of(version: str, before: str) -> str:
    sys.path.insert(0, str(SERVERS))
    import psycopg
    from postgres_server import PostgresServer, find_programs

    server = PostgresServer()
    try:
        with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
            connection.execute(before.encode())
        fill(server.url, version)
        command = [find_programs() / "pg_dump", "--inserts", "--no-owner", "--no-privileges", "--no-comments"]
        text = subprocess.run(
            [*command, server.url.replace("+psycopg", "")], check=True, capture_output=True, text=True
        ).stdout
    finally:
        server.close()
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(("--", "\\"))]
    newer = "SET transaction_timeout"  # a setting that PostgreSQL 16 does not know
    return "\n".join(line for line in lines if not line.startswith(newer)) + "\n"


if __name__ == "__main__":
    main(sys.argv[1])
