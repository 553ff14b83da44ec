"""Several drivers on one plan, and runs that are stopped from elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from castad_cli.model.events import Event, RunFinished
from castad_cli.model.plan import Plan
from castad_cli.records import Records, open_records
from castad_cli.run.driver import exit_code, run_plan
from castad_cli.run.request import RunRequest
from castad_cli.storage import Store, open_store

Counted = Any


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with closing(open_records(f"sqlite:///{tmp_path / 'castad.db'}")) as opened:
        yield opened


def test_drivers_at_once_share_the_work_and_both_end_right(
    store: Store, records: Records, counted: Counted, make_ad: Any, tmp_path: Path
) -> None:
    plan = Plan(tuple(make_ad(f"ad{number}", posts=("youtube",)) for number in range(24)))
    counted.each_frame = lambda: time.sleep(0.01)
    finished: dict[str, RunFinished] = {}

    def drive(name: str) -> None:
        request = RunRequest(tmp_path / f"scratch-{name}", command="batch", out=tmp_path / name, publish=True)
        finished[name] = run_plan(plan, counted.stages(), store, records, request)

    drivers = [threading.Thread(target=drive, args=(name,)) for name in ("ann", "ben", "cai")]
    for driver in drivers:
        driver.start()
    for driver in drivers:
        driver.join()
    assert counted.calls["render"] == 48
    assert (counted.calls["script"], counted.calls["track"]) == (24, 24)
    for name, result in finished.items():
        assert (result.done, result.failed, result.posted, exit_code(result)) == (48, 0, 24, 0)
        assert len(list((tmp_path / name).rglob("*.mp4"))) == 48
    assert sum(result.cached < 48 for result in finished.values()) > 1
    assert sum(result.done - result.cached for result in finished.values()) == 48


def test_a_run_that_is_told_to_stop_from_elsewhere_stops_and_the_same_call_goes_on(
    store: Store, records: Records, counted: Counted, plan: Plan, tmp_path: Path
) -> None:
    began = threading.Event()

    def slow() -> None:
        began.set()
        time.sleep(0.002)

    counted.each_frame, counted.frames = slow, 100_000
    request = RunRequest(tmp_path / "scratch", command="batch", out=tmp_path / "out")
    events: list[Event] = []
    finished: list[RunFinished] = []
    driver = threading.Thread(
        target=lambda: finished.append(run_plan(plan, counted.stages(), store, records, request, [events.append]))
    )
    driver.start()
    assert began.wait(30)
    run = records.run().id
    assert records.ask_to_stop(run)
    driver.join(60)
    (result,) = finished
    assert (result.interrupted, result.done, exit_code(result)) == (True, 0, 130)
    assert records.run(run).state == "cancelled"
    assert not list((tmp_path / "scratch").iterdir())
    counted.each_frame, counted.frames = lambda: None, 3
    assert run_plan(plan, counted.stages(), store, records, request).done == 8
