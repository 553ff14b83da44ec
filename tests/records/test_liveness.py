"""A run whose process is gone is seen as interrupted; one that lives is not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from castad_cli.errors import EnvironmentNotReady
from castad_cli.records.liveness import SILENT_FOR, beating, is_interrupted, this_host

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


@pytest.mark.parametrize(
    ("host", "pid", "silent", "interrupted"),
    [
        ("here", "alive", timedelta(0), False),
        ("here", "dead", timedelta(0), True),
        ("here", "alive", SILENT_FOR + timedelta(seconds=1), True),
        ("elsewhere", "dead", timedelta(0), False),
        ("elsewhere", "dead", SILENT_FOR, False),
        ("elsewhere", "alive", SILENT_FOR + timedelta(seconds=1), True),
        ("here", "ours not", timedelta(0), False),
    ],
)
def test_a_run_is_judged_by_its_process_here_and_by_its_silence_anywhere(
    host: str, pid: str, silent: timedelta, interrupted: bool
) -> None:
    number = {"alive": os.getpid(), "dead": dead_pid(), "ours not": 1}[pid]
    name = this_host() if host == "here" else "elsewhere"
    assert is_interrupted(name, number, NOW - silent, NOW) is interrupted


def test_a_beat_that_fails_is_missed_and_the_next_one_comes() -> None:
    beats: list[int] = []
    enough = threading.Event()

    def beat() -> None:
        beats.append(1)
        if len(beats) >= 3:
            enough.set()
        raise EnvironmentNotReady("the database is away")

    with beating(beat, every_s=0.01):
        assert enough.wait(20)


def test_the_end_does_not_wait_for_the_next_beat() -> None:
    with beating(lambda: None, every_s=3600):
        pass
    assert not [thread for thread in threading.enumerate() if thread.name == "castad-heartbeat"]
