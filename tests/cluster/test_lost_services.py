"""Services that are lost in mid-batch, and come back or are followed: the bucket's server, the primary database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from postgres_server import PostgresServer, create_database
from s3_server import ACCESS_KEY, SECRET, S3Server

from castad_cli.records import upgrade

ADS = 14
EARLY = 2


@pytest.fixture
def bucket() -> Iterator[S3Server]:
    server = S3Server()
    yield server
    server.close()


@pytest.fixture
def pair() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """A primary whose commits wait for its standby, and the standby."""
    primary = PostgresServer()
    standby = primary.start_standby()
    primary._query("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary._query("SELECT pg_reload_conf()")
    yield primary, standby
    primary.close()


def test_a_bucket_killed_and_restarted_in_mid_batch_is_waited_for(
    make_cluster: Callable[..., Any], postgres: PostgresServer, bucket: S3Server
) -> None:
    url = create_database(postgres.url)
    upgrade(url)
    cluster = make_cluster(
        url,
        CASTAD_STORAGE_URL=bucket.fresh(),
        CASTAD_STORAGE_ENDPOINT_URL=bucket.url,
        CASTAD_STORAGE_KEY=ACCESS_KEY,
        CASTAD_STORAGE_SECRET=SECRET,
    )
    cluster.storage_options = bucket.options
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    bucket.stop()
    cluster.tool_of(cluster.workers[0])
    bucket.start()
    summary = driver.end()
    assert (summary["done"], summary["failed"], summary["posted"]) == (ADS, 0, ADS), driver.events[-4:]
    assert driver.process.returncode == 0
    cluster.check(ADS)


def test_a_primary_lost_in_mid_batch_is_followed_to_the_promoted_replica(
    make_cluster: Callable[..., Any], pair: tuple[PostgresServer, PostgresServer]
) -> None:
    primary, standby = pair
    upgrade(primary.url)
    both = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
    cluster = make_cluster(primary.url.replace(f"127.0.0.1:{primary.port}", both))
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    primary.stop("kill")
    standby.promote()
    summary = driver.end()
    assert (summary["done"], summary["failed"], summary["posted"]) == (ADS, 0, ADS), driver.events[-4:]
    assert driver.process.returncode == 0
    cluster.check(ADS)
    assert standby._query("SELECT count(*) FROM effects WHERE state = 'done'") == (ADS,)
