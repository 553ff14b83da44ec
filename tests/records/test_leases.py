"""A claim is kept while its work goes on, and its loss is told in time, also when the database says nothing."""

from __future__ import annotations

import threading
import time

from castad_cli.errors import EnvironmentNotReady
from castad_cli.records.leases import holding


def test_beats_go_on_while_the_block_runs_and_end_with_it() -> None:
    beats: list[float] = []
    enough = threading.Event()

    def beat() -> bool:
        beats.append(time.monotonic())
        if len(beats) > 3:
            enough.set()
        return True

    lost = threading.Event()
    with holding(beat, 0.4, lost.set):
        assert enough.wait(20)
    count = len(beats)
    time.sleep(0.3)
    assert len(beats) == count
    assert not lost.is_set()


def test_a_beat_that_is_refused_is_told_once() -> None:
    told: list[int] = []
    lost = threading.Event()

    def on_lost() -> None:
        told.append(1)
        lost.set()

    with holding(lambda: False, 0.2, on_lost):
        assert lost.wait(20)
        time.sleep(0.2)
    assert told == [1]


def test_a_database_that_stays_away_for_most_of_the_lease_is_a_loss() -> None:
    lost = threading.Event()

    def beat() -> bool:
        raise EnvironmentNotReady("the database is away")

    began = time.monotonic()
    with holding(beat, 1.0, lost.set):
        assert not lost.wait(0.3), "one missed beat is none"
        assert lost.wait(20)
    assert time.monotonic() - began > 0.5


def test_a_beat_that_hangs_is_a_loss_too() -> None:
    lost, end = threading.Event(), threading.Event()
    with holding(lambda: end.wait(60), 0.4, lost.set):
        assert lost.wait(20), "told although no answer came"
    end.set()


def test_a_block_that_ends_first_is_not_told() -> None:
    lost = threading.Event()
    with holding(lambda: False, 600, lost.set):
        pass
    assert not lost.wait(0.1)
