"""Jobs that travel together: which, how many, and what a worker does with them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from castad_cli.model.plan import AdPlan
from castad_cli.run.cluster import bench as benches
from castad_cli.run.cluster.bench import Bench
from castad_cli.run.cluster.bundles import MOST, Bundling
from castad_cli.run.cluster.telegraph import Telegraph
from castad_cli.run.graph import GENERATE, RENDER, RENDITION, SCRIPT, TRACK, Job, ad_graph
from castad_cli.run.stages import Cancelled
from castad_cli.run.workshop import Result
from castad_cli.settings import Settings


@pytest.fixture
def jobs(make_ad: Callable[..., AdPlan]) -> dict[str, list[Job]]:
    """The jobs of sixty ads, by role: 120 of generate and 60 of render."""
    found: dict[str, list[Job]] = {GENERATE: [], RENDER: []}
    for number in range(60):
        ad = make_ad(f"inn{number}", formats=("reel",))
        for job in ad_graph(ad, {task.fingerprint for task in ad.renditions}).values():
            found[job.role].append(job)
    return found


def test_what_is_short_goes_together_and_what_is_long_goes_alone(jobs: dict[str, list[Job]]) -> None:
    bundling = Bundling()
    assert [len(each) for each in bundling.sort(jobs[GENERATE])] == [1] * 120, "nothing is known yet"
    bundling.ended(jobs[GENERATE][0], 0.01)
    bundling.ended(jobs[RENDER][0], 4.0)
    bundles = list(bundling.sort(jobs[RENDER] + jobs[GENERATE]))
    assert {(each[0].kind, len(each)) for each in bundles} == {(SCRIPT, 10), (TRACK, 1), (RENDITION, 1)}
    kinds = [each[0].kind for each in bundles]
    assert kinds.index(TRACK) == 6, "no words wait behind music"
    assert sorted(job.key for each in bundles for job in each) == sorted(
        job.key for found in jobs.values() for job in found
    )


def test_a_bundle_has_an_end_however_short_its_jobs_are_and_adapts_when_they_grow(jobs: dict[str, list[Job]]) -> None:
    bundling = Bundling()
    scripts = [job for job in jobs[GENERATE] if job.kind == SCRIPT]
    bundling.ended(scripts[0], 0.0)
    assert bundling.size(SCRIPT) == MOST
    for job in scripts[:20]:
        bundling.ended(job, 2.0)
    assert bundling.size(SCRIPT) == 1


def test_what_takes_long_or_may_do_so_waits_for_a_free_slot(jobs: dict[str, list[Job]]) -> None:
    bundling = Bundling()
    assert bundling.is_long(RENDITION)
    bundling.ended(jobs["render"][0], 0.01)
    assert not bundling.is_long(RENDITION)
    for job in jobs["render"]:
        bundling.ended(job, 9.0)
    assert bundling.is_long(RENDITION)


def test_what_was_lost_with_others_goes_alone_until_it_ends(jobs: dict[str, list[Job]]) -> None:
    bundling = Bundling()
    scripts = [job for job in jobs[GENERATE] if job.kind == SCRIPT]
    first, second, *_ = scripts
    bundling.ended(first, 0.001)
    bundling.lost(second)
    assert [len(each) for each in bundling.sort(scripts[:5])] == [1, 4]
    bundling.ended(second, 0.001)
    assert [len(each) for each in bundling.sort(scripts[:5])] == [5]


class Shop:
    """Does what it is told to do for each job: a `Result`, or what to raise."""

    def __init__(self, act: Callable[[Job], None] = lambda job: None) -> None:
        self.did: list[Job] = []
        self._act = act

    def do(self, job: Job, stop: threading.Event) -> Result:
        self.did.append(job)
        self._act(job)
        return Result(job.fingerprint)


def bench_with(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Bench:
    def as_shop(value: Any, **changes: Any) -> Any:
        if isinstance(value, SimpleNamespace):
            return SimpleNamespace(do=shop.do, stages=SimpleNamespace(open=lambda: None), store=None)
        return Result(value.fingerprint, worker=changes["worker"])

    monkeypatch.setattr(benches, "replace", as_shop)
    given: Any = SimpleNamespace()
    return Bench("w1", given, Settings(cache_folder=Path("/nowhere")), Telegraph(lambda topic, news: None, "w1"))


def test_a_worker_does_a_bundle_in_order(jobs: dict[str, list[Job]], monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop()
    results = bench_with(shop, monkeypatch).do("key", jobs[GENERATE][:4], "run", False)
    assert results is not None
    assert [each.fingerprint for each in results] == [job.fingerprint for job in jobs[GENERATE][:4]]
    assert {each.worker for each in results} == {"w1"}


def test_a_worker_gives_back_what_would_have_to_wait_long(
    jobs: dict[str, list[Job]], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]

    def takes_long(job: Job) -> None:
        clock[0] += 0.7

    monkeypatch.setattr(benches.time, "monotonic", lambda: clock[0])
    shop = Shop(takes_long)
    results = bench_with(shop, monkeypatch).do("key", jobs[GENERATE][:5], "run", False)
    assert results is not None
    assert len(results) == len(shop.did) == 2


def test_a_bundle_stopped_in_its_midst_is_given_back_whole(
    jobs: dict[str, list[Job]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = jobs[GENERATE][2]

    def stop(job: Job) -> None:
        if job is stopped:
            raise Cancelled

    shop = Shop(stop)
    assert bench_with(shop, monkeypatch).do("key", jobs[GENERATE][:5], "run", False) is None
    assert len(shop.did) == 3
