"""Every publisher on PostgreSQL: killed, or frozen and overtaken, at its steps; the claims there are another dialect's.

The sample in the suite is seeded by ``CASTAD_TEST_SEED``; ``CASTAD_TEST_ALL_STEPS=1``, or ``make posts``, takes
every step of every platform.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from publisher_contract import FACTS, Bench, Forge, PublisherContract, big_video, cover, fresh_bench, small_video

from castad_cli.publish import PostFiles
from castad_cli.records import open_records
from tests.publish.test_instagram import TestInstagram as Instagram
from tests.publish.test_tiktok import TestTikTok as TikTok
from tests.publish.test_youtube import TestYouTube as YouTube

from .conftest import empty

__all__ = ["big_video", "cover", "small_video"]

ALL = bool(os.environ.get("CASTAD_TEST_ALL_STEPS"))
SEED = int(os.environ.get("CASTAD_TEST_SEED", "1"))
KILLS, ZOMBIES = 4, 1
PLATFORMS: list[type[PublisherContract]] = [YouTube, Instagram, TikTok]


class OnPostgres:
    """Benches whose records stand in one PostgreSQL database, emptied for each."""

    def __init__(self, url: str, contract: PublisherContract, files: PostFiles) -> None:
        self.url, self.contract, self.files = url, contract, files

    def fresh(self, folder: Path) -> Bench:
        bench = fresh_bench(folder, self.contract, self.files)
        bench.records.close()
        empty(self.url)
        bench.settings = replace(bench.settings, database_url=self.url)
        bench.records = open_records(self.url)
        return bench


@pytest.fixture(params=PLATFORMS, ids=lambda contract: str(contract.platform))
def stand(request: pytest.FixtureRequest, postgres_url: str, big_video: Path, cover: Path) -> OnPostgres:
    return OnPostgres(postgres_url, request.param(), PostFiles(big_video, cover, cover, FACTS))


@pytest.fixture
def forge(stand: OnPostgres, tmp_path: Path) -> Iterator[Forge]:
    with Forge(stand.files, tmp_path) as forge:
        yield forge


def ended(bench: Bench) -> None:
    bench.records.close()
    bench.fake.stop()


def steps_of(stand: OnPostgres, forge: Forge, folder: Path) -> list[str]:
    bench = stand.fresh(folder)
    steps = forge.steps(bench)
    ended(bench)
    return steps


def some(steps: list[tuple[int, str]], how_many: int, platform: str) -> list[tuple[int, str]]:
    """Some steps, spread over all: one out of each of so many stretches."""
    if ALL or len(steps) <= how_many:
        return steps
    chance = random.Random(f"{SEED} {platform}")
    return [
        chance.choice(steps[len(steps) * n // how_many : len(steps) * (n + 1) // how_many]) for n in range(how_many)
    ]


@pytest.mark.slow
@pytest.mark.timeout(1800 if ALL else 300)
def test_a_worker_killed_at_a_step_leaves_one_post_in_postgres(stand: OnPostgres, forge: Forge, tmp_path: Path) -> None:
    names = steps_of(stand, forge, tmp_path / "whole")
    steps = [(number, name) for number, name in enumerate(names, 1) if name != "before check"]
    for number, name in some(steps, KILLS, stand.contract.platform):
        bench = stand.fresh(tmp_path / f"kill-{number}")
        forge.kill(bench, number)
        try:
            bench.let_time_pass()
            bench.to_end()
            bench.check()
        except AssertionError as error:
            raise AssertionError(f"killed at step {number}, {name}: {error}") from error
        finally:
            ended(bench)


@pytest.mark.slow
@pytest.mark.timeout(1800 if ALL else 300)
def test_a_zombie_waking_after_its_lease_is_refused_by_postgres(
    stand: OnPostgres, forge: Forge, tmp_path: Path
) -> None:
    names = steps_of(stand, forge, tmp_path / "whole")
    steps = [(number, name) for number, name in enumerate(names, 1) if name.startswith(("before ", "in "))]
    for number, name in some(steps, ZOMBIES, stand.contract.platform):
        bench = stand.fresh(tmp_path / f"zombie-{number}")
        zombie = forge.freeze(bench, number)
        bench.let_time_pass()
        bench.to_end()
        before, standing = sum(bench.fake.calls.values()), bench.effect
        forge.wake(zombie)
        more = sum(bench.fake.calls.values()) - before
        assert more <= ("send" in name or name.startswith("in ")), f"the zombie called after {number}, {name}"
        assert bench.effect == standing
        bench.check()
        ended(bench)
