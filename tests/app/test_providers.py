"""What a plan would buy is forecast, keys are checked before anything is bought, and a sum is not passed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gemini import KEY, GeminiFake
from suno import OFFICIAL_KEY, OfficialFake

RECIPE = """\
castad: 1
duration: 6s
languages: [ko, en]
brand: {name: Haneul}
brief: {kind: pension, offer: {ko: 평일 20% 할인, en: 20% off on weekdays}}
copy: {provider: gemini}
media: [room.jpg]
music: {provider: suno}
variants:
  a: {}
  b: {copy: {seed: 1}}
"""


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
def env(tmp_path: Path, gemini: GeminiFake, official: OfficialFake) -> dict[str, str]:
    """A recipe that buys words in two languages for two variants, and one track for all."""
    rooms = Path(__file__).parents[2] / "examples/rooms/room.jpg"
    shutil.copyfile(rooms, tmp_path / "room.jpg")
    (tmp_path / "ad.yaml").write_text(RECIPE, encoding="utf-8")
    (tmp_path / "castad.toml").write_text(
        "[gemini]\nwords_price = 0.01\nproofreading_price = 0.001\nper_day = 3\n[suno]\ntrack_price = 0.1\n",
        encoding="utf-8",
    )
    return {
        "GEMINI_API_KEY": KEY,
        "CASTAD_GEMINI_URL": gemini.url,
        "SUNO_API_KEY": OFFICIAL_KEY,
        "CASTAD_SUNO_URL": official.url,
    }


def summary_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
    return found


def test_a_plan_forecasts_calls_money_and_days(castad: Any, env: dict[str, str], gemini: GeminiFake) -> None:
    done = castad("plan", "ad.yaml", "--json", env=env)
    assert done.returncode == 0, done.stderr
    summary = summary_of(done.stdout)
    assert summary["paid_calls"] == {"gemini": 8, "suno": 1}
    assert summary["cost"] == pytest.approx(0.04 + 0.004 + 0.1)
    words, reading = (bill for bill in summary["bills"] if bill["provider"] == "gemini")
    assert (words["calls"], words["most"], words["days"]) == (4, 12, 2)
    assert (reading["what"], reading["calls"], reading["most"]) == ("proofreading", 4, 24)
    assert summary["days"] == {"Gemini": 3}, "both count against one limit"
    assert gemini.journal == [], "planning asks nobody"
    shown = castad("plan", "ad.yaml", env=env).stdout
    assert summary["most_cost"] == pytest.approx(0.12 + 0.024 + 0.1)
    assert "Gemini: 4 calls (words), 0.04; at most 12, 0.12" in shown
    assert "Gemini: 4 calls (proofreading), 0.004; at most 24, 0.024; 8 calls in all; 3 days within 3 a day" in shown
    assert "together 0.144 if every answer is taken as it comes, at most 0.244 if each is asked for again" in shown
    assert "--max-cost" in shown


def test_proofreading_has_a_limit_of_its_own_or_is_turned_off(castad: Any, env: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "castad.toml"
    prices = "[suno]\ntrack_price = 0.1\n[gemini]\nwords_price = 0.01\nper_day = 3\n"
    config.write_text(prices + "proofreading_per_day = 1\n", encoding="utf-8")
    summary = summary_of(castad("plan", "ad.yaml", "--json", env=env).stdout)
    assert summary["days"] == {"Gemini": 2, "Gemini (proofreading)": 4}
    assert summary["cost"] == pytest.approx(0.04 + 0.04 + 0.1), "without a price it costs as much as words"
    config.write_text(prices + "proofread = false\n", encoding="utf-8")
    summary = summary_of(castad("plan", "ad.yaml", "--json", env=env).stdout)
    assert summary["paid_calls"] == {"gemini": 4, "suno": 1}


def test_a_plan_forecasts_voices_and_pictures_too(
    castad: Any, env: dict[str, str], tmp_path: Path, gemini: GeminiFake
) -> None:
    more = "voice: gemini\nimage: {provider: gemini, prompt: The sea at dawn}\n"
    (tmp_path / "ad.yaml").write_text(RECIPE + more, encoding="utf-8")
    prices = "[gemini]\nwords_price = 0.01\nspeech_price = 0.02\nimage_price = 0.04\nper_day = 4\n"
    prices += "[suno]\ntrack_price = 0.1\n"
    (tmp_path / "castad.toml").write_text(prices, encoding="utf-8")
    done = castad("plan", "ad.yaml", "--json", env=env)
    assert done.returncode == 0, done.stderr
    summary = summary_of(done.stdout)
    shown = castad("plan", "ad.yaml", env=env).stdout
    lines = summary["paid_calls"]["gemini"] - 4 - 4 - 1
    assert lines > 0
    assert lines % 4 == 0, "each of four scripts has as many scenes"
    assert summary["cost"] == pytest.approx(8 * 0.01 + lines * 0.02 + 0.04 + 0.1)
    days = -(-(8 + lines + 1) // 4)
    assert summary["days"] == {"Gemini": days}, "words, voices and pictures share one limit"
    assert f"{8 + lines + 1} calls in all; {days} days within 4 a day" in shown
    assert "voice" in shown
    assert "picture" in shown
    assert gemini.journal == []


@pytest.mark.parametrize("which", ["gemini", "official"])
def test_a_bad_key_ends_the_run_before_anything_is_spent(
    castad: Any, env: dict[str, str], gemini: GeminiFake, official: OfficialFake, which: str
) -> None:
    fake: Any = {"gemini": gemini, "official": official}[which]
    fake.tokens.clear()
    done = castad("render", "ad.yaml", env=env)
    assert done.returncode == 3, done.stderr
    assert "turned the key away" in done.stderr
    assert gemini.ledger == official.ledger == []
    assert not any(key in done.stdout + done.stderr for key in (KEY, OFFICIAL_KEY))


def test_a_missing_key_ends_the_run_with_the_fix(castad: Any, env: dict[str, str]) -> None:
    done = castad("render", "ad.yaml", env={**env, "GEMINI_API_KEY": ""})
    assert done.returncode == 3
    assert "GEMINI_API_KEY" in done.stderr


def test_a_sum_without_prices_cannot_be_held(castad: Any, env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "castad.toml").write_text("[suno]\ntrack_price = 0.1\n", encoding="utf-8")
    for command in ("render", "batch"):
        done = castad(command, "ad.yaml", "--max-cost", "1", env=env)
        assert done.returncode == 2, done.stderr
        assert "no price for Gemini (proofreading), Gemini (words)" in done.stderr


@pytest.mark.slow
def test_buying_stops_before_the_call_that_would_pass_the_sum(
    castad: Any, env: dict[str, str], gemini: GeminiFake, official: OfficialFake, tmp_path: Path
) -> None:
    (tmp_path / "castad.toml").write_text(
        "[gemini]\nwords_price = 1\nproofreading_price = 0.1\n[suno]\ntrack_price = 0.1\n", encoding="utf-8"
    )
    done = castad("render", "ad.yaml", "--max-cost", "2.5", "--quality", "draft", env=env, timeout_s=280)
    assert done.returncode == 1, done.stderr
    assert len(gemini.ledger) == 4, "two for the words of two ads, two for reading them"
    assert "would pass --max-cost 2.5" in done.stderr
    facts = [json.loads(file.read_text("utf-8")) for file in (tmp_path / "out").rglob("*.json")]
    assert len(facts) == 2
    assert all(each["ai"] == {"words": "Google Gemini", "music": "Suno"} for each in facts)
    assert all(each["proofread"] == "Google Gemini, gemini-3.5-flash-lite" for each in facts)
    assert all(each["music"]["licence"] and each["music"]["credit"] for each in facts)
    for file in tmp_path.rglob("*"):
        if file.is_file() and "fakes" not in file.parts:
            data = file.read_bytes()
            assert KEY.encode() not in data, file
            assert OFFICIAL_KEY.encode() not in data, file
