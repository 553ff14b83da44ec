"""What a claim costs, beside the plain update of one row that no protocol could do without.

python3 castad_cli/bootstrap.py bench -k records
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from sqlalchemy import update

from castad_cli.model.effects import NewEffect
from castad_cli.records import Records, open_records, upgrade
from castad_cli.records.effect_tables import Effect

ROWS = 20_000
ROUNDS = 150
LEASE_S = 600.0


@pytest.fixture(params=["sqlite", "postgres"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    """Records with many effects due, as at the start of a large batch."""
    server = PostgresServer() if request.param == "postgres" else None
    url = server.url if server else f"sqlite:///{tmp_path / 'castad.db'}"
    upgrade(url)
    records = open_records(url)
    records.effects.ensure_all(NewEffect("post", f"post-{number:06}") for number in range(ROWS))
    yield records
    records.close()
    if server:
        server.close()


def median_ms(act: Callable[[int], object]) -> float:
    times = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        act(number)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def test_a_claim_costs_little_more_than_a_plain_update(records: Records, request: pytest.FixtureRequest) -> None:
    def plain(number: int) -> None:
        statement = update(Effect).where(Effect.key == f"post-{ROWS - 1 - number:06}").values(owner=str(number))
        records._access.write_one(lambda connection: connection.execute(statement))

    def one(number: int) -> None:
        assert records.effects.claim_one(f"post-{ROWS // 2 + number:06}", "bench", LEASE_S)

    def whole(number: int) -> None:
        (claim,) = records.effects.claim("bench", LEASE_S, kinds=["post"])
        records.effects.save_handle(claim, {"session": "x" * 60})
        records.effects.commit_point(claim)
        records.effects.settle(claim, {"id": str(number)})

    costs = {
        "plain update": median_ms(plain),
        "claim one": median_ms(one),
        "claim due": median_ms(lambda _: records.effects.claim("bench", LEASE_S, kinds=["post"])),
        "whole effect": median_ms(whole),
        "take": median_ms(lambda _: records.limits.take("bench", 1e6, 1_000_000)),
    }
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        claimed = pool.map(lambda _: len(records.effects.claim("bench", LEASE_S, kinds=["post"])), range(400))
    rate = sum(claimed) / (time.perf_counter() - began)
    base = costs["plain update"]
    print(f"\n{request.node.name}: {rate:.0f} claims/s by 4 threads of one process, {ROWS} due")
    for name, cost in costs.items():
        print(f"  {name:13} {cost:7.2f} ms  {cost / base:5.2f} x a plain update")
    assert costs["claim due"] < 3 * base
    assert costs["claim one"] < 3 * base
