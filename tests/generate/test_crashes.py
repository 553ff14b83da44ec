"""Whatever moment a worker is killed at, nothing is bought twice, and every ad ends done or with a reason.

CASTAD_TEST_CRASHES sets how many kills (`make crashes` has 200); CASTAD_TEST_SEED another course of them.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from gemini import KEY, GeminiFake
from suno import OFFICIAL_KEY, OfficialFake

KILLS = int(os.environ.get("CASTAD_TEST_CRASHES", "10"))
SEED = int(os.environ.get("CASTAD_TEST_SEED", "20261125"))
MOST_KILLS_A_BATCH = 12
FIRST_SPAN_S, LONGEST_SPAN_S = 1.2, 30.0
"""Within what time a worker is killed at first, and at most: as much as it takes here to begin to buy."""
ADS = 20


class Nursery:
    """A warm process that forks workers."""

    def __init__(self) -> None:
        worker = Path(__file__).with_name("crash_worker.py")
        self.process = subprocess.Popen(
            [sys.executable, str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def run(self, spec: dict[str, Any], kill_after_s: float | None) -> int:
        """A worker's exit status; negative: the signal that killed it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(spec) + "\n")
        self.process.stdin.flush()
        pid = int(_line(self.process.stdout))
        timer = threading.Timer(kill_after_s, _kill, (pid,)) if kill_after_s is not None else None
        if timer:
            timer.start()
        status = int(_line(self.process.stdout))
        if timer:
            timer.cancel()
            timer.join()
        return status

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _line(stream: IO[str]) -> str:
    line = stream.readline()
    assert line, "the nursery died"
    return line


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


def settle(
    nursery: Nursery, gemini: GeminiFake, official: OfficialFake, folder: Path, rng: random.Random, kills: int
) -> tuple[int, int, list[str]]:
    """One batch to its end, killed up to ``kills`` times on the way: how often it was, how often a worker had bought
    something by then, and how each ad ended.
    """
    spec = {
        "gemini_key": KEY,
        "gemini_url": gemini.url,
        "suno_key": OFFICIAL_KEY,
        "suno_url": official.url,
        "database": f"sqlite:///{folder / 'castad.db'}",
        "store": str(folder / "store"),
        "scratch": str(folder / "scratch"),
        "result": str(folder / "ends.json"),
    }
    killed, amid, span_s = 0, 0, FIRST_SPAN_S
    while True:
        bought = len(gemini.ledger) + len(official.ledger)
        status = nursery.run(spec, rng.uniform(0, span_s) if killed < kills else None)
        if status == 0:
            return killed, amid, json.loads(Path(spec["result"]).read_text("utf-8"))
        assert status == -signal.SIGKILL, "it may only end by our hand"
        killed += 1
        if len(gemini.ledger) + len(official.ledger) > bought:
            amid += 1
            span_s = max(FIRST_SPAN_S, span_s / 1.5)
        else:
            span_s = min(LONGEST_SPAN_S, span_s * 1.5)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="it forks")
def test_nothing_is_bought_twice_however_often_workers_are_killed(nursery: Nursery, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    left, batch, amid = KILLS, 0, 0
    reasons: Counter[str] = Counter()
    while left > 0:
        folder = tmp_path / f"batch-{batch}"
        folder.mkdir()
        gemini, official = GeminiFake(folder / "fakes"), OfficialFake(folder / "fakes")
        gemini.pause_s, official.sound_s = 0.05, 12.0
        try:
            killed, amid_it, ends = settle(nursery, gemini, official, folder, rng, min(left, MOST_KILLS_A_BATCH))
        finally:
            gemini.stop()
            official.stop()
        bought = Counter(entry["question"] for entry in gemini.ledger)
        wished = Counter(entry["wish"] + entry["task"] for entry in official.ledger)
        assert max(bought.values()) == 1, "words were bought twice"
        assert len(official.ledger) <= 4, f"four different tracks are wanted: {wished}"
        assert len(ends) == ADS
        for end in ends:
            assert end == "done" or end.startswith("NeedsReview: "), end
            reasons[end.partition(":")[0]] += 1
        left -= killed
        amid += amid_it
        batch += 1
    assert reasons["done"] > 0
    print(f"{KILLS} kills in {batch} batches, {amid} of them after the worker had bought: {dict(reasons)}")
    assert amid >= min(KILLS, 10) // 5, "workers died before they had begun, which proves nothing"
