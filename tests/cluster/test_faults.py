"""What breaks in mid-batch, with real processes: after each, every ad is done, once, and no child is left.

``CASTAD_TEST_FAULTS=1`` makes the batches longer and repeats what depends on the moment.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

THOROUGH = bool(os.environ.get("CASTAD_TEST_FAULTS"))
ADS = 60 if THOROUGH else 14
EARLY, LATE = 2, 6


def test_a_batch_on_a_cluster_is_made_once_resumed_and_told_as_it_goes(cluster: Any) -> None:
    driver = cluster.start_driver(ADS)
    summary = driver.end()
    assert (summary["done"], summary["cached"], summary["posted"], driver.process.returncode) == (ADS, 0, ADS, 0)
    assert set(cluster.did("begin").values()) == {1}
    workers = {event["worker"] for event in driver.events if event["event"] == "stage.started"}
    assert workers
    assert driver.count("stage.done") >= 4 * ADS
    again = cluster.start_driver(ADS, out="again")
    assert again.end()["cached"] == ADS
    assert set(cluster.did("begin").values()) == {1}
    cluster.check(ADS)


def test_a_killed_worker_loses_nothing(cluster: Any) -> None:
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    tool = cluster.tool_of(cluster.workers[0])
    cluster.workers[0].kill()
    cluster.until("its child is gone", lambda: not Path(f"/proc/{tool}").exists(), 20)
    summary = driver.end()
    assert (summary["done"], summary["failed"], driver.process.returncode) == (ADS, 0, 0)
    assert set(cluster.did("end").values()) == {1}
    cluster.check(ADS)


def test_a_worker_whose_supervisor_was_killed_before_it_leaves_no_child(cluster: Any) -> None:
    """The supervisor is what a nanny is elsewhere: it sees to it that nothing outlives the worker."""
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    worker = cluster.workers[0]
    cluster.tool_of(worker)
    nanny = cluster.supervisor_of(worker)
    os.kill(nanny, signal.SIGKILL)
    cluster.until("another takes its place", lambda: cluster.supervisor_of(worker) != nanny)
    cluster.until("a child is at work", lambda: Path(f"/proc/{cluster.tool_of(worker)}").exists())
    tool = cluster.tool_of(worker)
    worker.kill()
    cluster.until("the child is gone", lambda: not Path(f"/proc/{tool}").exists(), 20)
    summary = driver.end()
    assert (summary["done"], summary["failed"], driver.process.returncode) == (ADS, 0, 0)
    cluster.check(ADS)


def test_a_killed_tool_is_started_again_for_the_same_ad(cluster: Any) -> None:
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    for worker in cluster.workers:
        cluster.kill_tool_of(worker)
    summary = driver.end()
    assert (summary["done"], summary["failed"], driver.process.returncode) == (ADS, 0, 0)
    cluster.check(ADS)


def test_a_killed_driver_is_taken_up_by_the_next_one(cluster: Any) -> None:
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    driver.process.kill()
    driver.process.wait()
    summary = cluster.start_driver(ADS).end()
    assert (summary["done"], summary["posted"]) == (ADS, ADS)
    assert set(cluster.did("end").values()) == {1}
    cluster.check(ADS)


def test_two_drivers_share_the_work_and_both_end_right(cluster: Any) -> None:
    drivers = [cluster.start_driver(ADS, out=f"out{number}") for number in range(2)]
    for driver in drivers:
        summary = driver.end()
        assert (summary["done"], summary["posted"], driver.process.returncode) == (ADS, ADS, 0)
    assert set(cluster.did("begin").values()) == {1}
    cluster.check(ADS)


def test_a_killed_scheduler_is_waited_for_and_the_run_goes_on(cluster: Any) -> None:
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    cluster.scheduler.kill()
    cluster.scheduler.wait()
    cluster.until("the driver says that it waits", lambda: driver.count("run.waits") > 0)
    cluster.start_scheduler()
    summary = driver.end()
    assert (summary["done"], summary["failed"], driver.process.returncode) == (ADS, 0, 0)
    cluster.check(ADS)


def test_a_restarted_database_is_waited_for(cluster: Any, postgres: Any) -> None:
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    postgres.restart("immediate")
    summary = driver.end()
    assert (summary["done"], summary["failed"], driver.process.returncode) == (ADS, 0, 0)
    cluster.check(ADS)


def test_a_frozen_worker_loses_its_work_to_others_and_does_nothing_twice_when_it_wakes(cluster: Any) -> None:
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    cluster.tool_of(cluster.workers[0])
    os.kill(cluster.workers[0].pid, signal.SIGSTOP)
    summary = driver.end()
    assert (summary["done"], summary["posted"], summary["failed"]) == (ADS, ADS, 0)
    os.kill(cluster.workers[0].pid, signal.SIGCONT)
    cluster.check(ADS)


def test_a_worker_that_cannot_reach_the_database_stops_posting_and_another_goes_on(
    cluster: Any, postgres: Any, proxy_to: Any
) -> None:
    with proxy_to(postgres.port) as proxy:
        url = cluster.database_url.replace(f":{postgres.port}/", f":{proxy.port}/")
        assert url != cluster.database_url
        cluster.workers[1].terminate()
        cut = cluster.start_worker(PARTS_WORKER_DATABASE_URL=url)
        driver = cluster.start_driver(ADS)
        driver.wait_done(EARLY)
        proxy.cut()
        driver.wait_done(LATE)
        proxy.mend()
        summary = driver.end()
        assert (summary["done"], summary["posted"], summary["failed"]) == (ADS, ADS, 0)
        assert cut.poll() is None
        cluster.check(ADS)


def test_a_worker_told_to_end_finishes_what_it_has_begun(cluster: Any) -> None:
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    cluster.workers[0].send_signal(signal.SIGTERM)
    assert cluster.workers[0].wait(60) == 0
    summary = driver.end()
    assert (summary["done"], summary["failed"]) == (ADS, 0)
    assert set(cluster.did("begin").values()) == {1}
    cluster.check(ADS)


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupted_driver_stops_its_workers_children_and_the_next_one_goes_on(cluster: Any, times: int) -> None:
    driver = cluster.start_driver(ADS)
    driver.wait_done(EARLY)
    for _ in range(times):
        driver.process.send_signal(signal.SIGINT)
    assert driver.process.wait(60) == 130, cluster.complaints()
    cluster.until("the children are gone", lambda: not [each for each in cluster.left() if "sleep(600)" in each], 20)
    summary = cluster.start_driver(ADS).end()
    assert (summary["done"], summary["posted"]) == (ADS, ADS)
    cluster.check(ADS)


def test_a_worker_of_another_release_is_given_nothing(cluster: Any) -> None:
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    program = (
        "import runpy, sys; import castad_cli; castad_cli.__version__ = '0.0.0';"
        f"sys.argv = ['parts.py', 'worker']; runpy.run_path({str(cluster.parts)!r}, run_name='__main__')"
    )
    other = cluster.start("-c", program, CASTAD_CACHE_FOLDER=str(cluster.folder / "other"))
    driver = cluster.start_driver(2)
    cluster.until("the driver says why it waits", lambda: driver.said("another release"))
    assert not cluster.did("begin")
    cluster.start_worker()
    assert driver.end()["done"] == 2
    assert f"-{other.pid}.log" not in " ".join(file.name for file in cluster.folder.glob("did-*"))
    cluster.check(2)
