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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from gemini import KEY, GeminiFake
from suno import OFFICIAL_KEY, OfficialFake

KILLS = int(os.environ.get("CASTAD_TEST_CRASHES", "10"))
SEED = int(os.environ.get("CASTAD_TEST_SEED", "20261125"))
MOST_KILLS_A_BATCH = 12
MOST_CALLS, LONGEST_S = 8, 0.12
"""A worker is killed at some moment within so long after one of its first calls, or before any."""
ADS = 20


class Nursery:
    """A warm process that forks workers."""

    def __init__(self) -> None:
        worker = Path(__file__).with_name("crash_worker.py")
        self.process = subprocess.Popen(
            [sys.executable, str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def run(self, spec: dict[str, Any], wait: Callable[[threading.Event], None] | None) -> int:
        """A worker's exit status; negative: the signal that killed it, once ``wait`` came back.

        ``wait`` is told by an event that the worker has ended by itself.
        """
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(spec) + "\n")
        self.process.stdin.flush()
        pid = int(_line(self.process.stdout))
        ended = threading.Event()
        killer = threading.Thread(target=_kill_after, args=(wait, ended, pid)) if wait else None
        if killer:
            killer.start()
        status = int(_line(self.process.stdout))
        ended.set()
        if killer:
            killer.join()
        return status

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def _kill_after(wait: Callable[[threading.Event], None], ended: threading.Event, pid: int) -> None:
    wait(ended)
    if not ended.is_set():
        _kill(pid)


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


def _some_moment(gemini: GeminiFake, official: OfficialFake, rng: random.Random) -> Callable[[threading.Event], None]:
    """Waits for a random moment in the life of a worker.

    Why counted in calls: on a busy machine a worker takes many seconds to make the first, and moments chosen by the
    clock all come before it.
    """

    def calls() -> int:
        return sum(gemini.calls.values()) + sum(official.calls.values())

    until, pause_s = calls() + rng.randrange(MOST_CALLS + 1), rng.uniform(0, LONGEST_S)

    def wait(ended: threading.Event) -> None:
        while calls() < until:
            if ended.wait(0.002):
                return
        ended.wait(pause_s)

    return wait


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
    killed, amid = 0, 0
    while True:
        bought = len(gemini.ledger) + len(official.ledger)
        status = nursery.run(spec, _some_moment(gemini, official, rng) if killed < kills else None)
        if status == 0:
            return killed, amid, json.loads(Path(spec["result"]).read_text("utf-8"))
        assert status == -signal.SIGKILL, "it may only end by our hand"
        killed += 1
        amid += len(gemini.ledger) + len(official.ledger) > bought


@pytest.mark.slow
@pytest.mark.timeout(3600)
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
        assert max(bought.values()) == 1, "words, or the reading of them, were bought twice"
        assert any("lite" in entry["model"] for entry in gemini.ledger), "what was written was proofread, too"
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
    assert amid >= KILLS // 3, "workers died before they had begun, which proves nothing"
