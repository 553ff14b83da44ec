"""Every publisher on PostgreSQL: killed, or frozen and overtaken, at its steps; the claims there are another dialect's.

The sample in the suite is seeded by ``CASTAD_TEST_SEED``; ``CASTAD_TEST_ALL_STEPS=1``, or ``make posts``, takes
every step of every platform.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from publisher_contract import FACTS, Forge, PublisherContract, big_video, cover, kill_at, overtake_at, small_video

from castad_cli.publish import PostFiles
from tests.publish.test_instagram import TestInstagram as Instagram
from tests.publish.test_tiktok import TestTikTok as TikTok
from tests.publish.test_youtube import TestYouTube as YouTube

from .conftest import empty

__all__ = ["big_video", "cover", "small_video"]

ALL = bool(os.environ.get("CASTAD_TEST_ALL_STEPS"))
SEED = int(os.environ.get("CASTAD_TEST_SEED", "1"))
KILLS, ZOMBIES = (0, 0) if ALL else (4, 1)
PLATFORMS: list[type[PublisherContract]] = [YouTube, Instagram, TikTok]


@pytest.fixture(params=PLATFORMS, ids=lambda contract: str(contract.platform))
def forge(
    request: pytest.FixtureRequest, postgres_url: str, big_video: Path, cover: Path, tmp_path: Path
) -> Iterator[Forge]:
    """Benches whose records stand in one PostgreSQL database."""
    empty(postgres_url)
    with Forge(PostFiles(big_video, cover, cover, FACTS), tmp_path, request.param(), postgres_url) as forge:
        yield forge


def chance_of(forge: Forge) -> random.Random:
    return random.Random(f"{SEED} {forge.contract.platform}")


@pytest.mark.slow
@pytest.mark.timeout(1800 if ALL else 300)
def test_a_worker_killed_at_a_step_leaves_one_post_in_postgres(forge: Forge) -> None:
    print(f"{forge.contract.platform}: killed {kill_at(forge, forge.run(), KILLS, chance_of(forge))} times")


@pytest.mark.slow
@pytest.mark.timeout(1800 if ALL else 300)
def test_a_zombie_waking_after_its_lease_is_refused_by_postgres(forge: Forge) -> None:
    print(f"{forge.contract.platform}: {overtake_at(forge, forge.run(), ZOMBIES, chance_of(forge))} overtaken")
