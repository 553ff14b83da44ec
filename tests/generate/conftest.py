"""Outside services on loopback, and what a provider works with: records and a store of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from gemini import KEY, GeminiFake
from pydantic import SecretStr
from suno import OFFICIAL_KEY, RESELLER_KEY, OfficialFake, SunoApiFake

from castad_cli.errors import PutOff
from castad_cli.generate.outside import Outside
from castad_cli.records import open_records
from castad_cli.settings import Settings
from castad_cli.storage import open_store

T = TypeVar("T")


@pytest.fixture
def gemini(tmp_path: Path) -> Iterator[GeminiFake]:
    fake = GeminiFake(tmp_path / "fakes")
    yield fake
    fake.stop()


@pytest.fixture
def official(tmp_path: Path) -> Iterator[OfficialFake]:
    fake = OfficialFake(tmp_path / "fakes")
    yield fake
    fake.stop()


@pytest.fixture
def sunoapi(tmp_path: Path) -> Iterator[SunoApiFake]:
    fake = SunoApiFake(tmp_path / "fakes")
    yield fake
    fake.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        gemini_api_key=SecretStr(KEY),
        gemini_url="http://127.0.0.1:9",
        gemini_proofread=False,  # so that a test of the writer counts the writer's calls alone
        suno_api_key=SecretStr(OFFICIAL_KEY),
        suno_url="http://127.0.0.1:9",
        database_url=f"sqlite:///{tmp_path / 'castad.db'}",
        storage_url=str(tmp_path / "store"),
    )


@pytest.fixture
def outside(settings: Settings, tmp_path: Path) -> Iterator[Outside]:
    records = open_records(settings.database_url)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    yield Outside(settings, records.effects, records.limits, open_store(settings.storage_url), scratch=scratch)
    records.close()


@pytest.fixture
def with_gemini(outside: Outside, gemini: GeminiFake) -> Outside:
    return replace(outside, settings=replace(outside.settings, gemini_url=gemini.url))


@pytest.fixture
def proofread(with_gemini: Outside) -> Outside:
    """With Gemini, as it is out of the box: what it writes is proofread."""
    return replace(with_gemini, settings=replace(with_gemini.settings, gemini_proofread=True))


@pytest.fixture
def with_suno(outside: Outside, official: OfficialFake) -> Outside:
    return replace(outside, settings=replace(outside.settings, suno_url=official.url))


@pytest.fixture
def with_sunoapi(outside: Outside, sunoapi: SunoApiFake) -> Outside:
    key = SecretStr(RESELLER_KEY)
    changed = replace(outside.settings, suno_url=sunoapi.url, suno_flavor="sunoapi", suno_api_key=key)
    return replace(outside, settings=changed)


def wait_for(make: Callable[[], T], limit_s: float = 60) -> T:
    """What ``make`` gives once it is no longer put off."""
    ends = time.monotonic() + limit_s
    while True:
        try:
            return make()
        except PutOff as error:
            if time.monotonic() > ends:
                raise
            time.sleep(max(0.02, min(1.0, (error.until - datetime.now(UTC)).total_seconds())))


@pytest.fixture
def patiently() -> Callable[[Callable[[], Any]], Any]:
    return wait_for
