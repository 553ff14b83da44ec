"""Real servers for the contracts, started once a session on loopback and ended by their own process group."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import PostgresServer, create_database, drop_database
from s3_server import S3Server
from sqlalchemy import create_engine, text

from castad_cli.records import Records, open_records, upgrade
from castad_cli.records.effect_tables import Base


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """An S3 server that all tests share: none stops it."""
    server = S3Server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own, which a test may stop and start."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with this code's schema, set up as its owner would; `empty` it before use."""
    server = os.environ.get("CASTAD_TEST_POSTGRES_URL") or request.getfixturevalue("postgres_server").url
    url = create_database(server)
    upgrade(url)
    yield url
    drop_database(url, server)


def empty(url: str) -> None:
    """Take every row out of a Postgres database; whoever is still connected is cut off."""
    engine = create_engine(url)
    with engine.begin() as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"))
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in Base.metadata.sorted_tables)}"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind that the records stand in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'castad.db'}"
    url: str = request.getfixturevalue("postgres_url")
    empty(url)
    return url


@pytest.fixture
def records(database_url: str) -> Iterator[Records]:
    records = open_records(database_url)
    yield records
    records.close()
