"""Leases by which several drivers share work, and runs that are told to stop: on SQLite and on Postgres."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import update

from castad_cli.model.effects import post_key
from castad_cli.model.plan import AdPlan, BrandSpec, Facts, Plan, PostTask, RenderTask, ScriptTask, fingerprint
from castad_cli.model.script import SlotLimit
from castad_cli.records import Outcome, PostOutcome, Records
from castad_cli.records.schema import Lease, Run


def set_lease(records: Records, **values: Any) -> None:
    records._access.write(lambda connection: connection.execute(update(Lease).values(**values)))


def test_what_one_run_has_leased_another_does_not_get(records: Records) -> None:
    ann, ben = records.start_run("batch"), records.start_run("batch")
    assert records.shares.claim(ann, ["a", "b"]) == {"a", "b"}
    assert records.shares.claim(ben, ["b", "c"]) == {"c"}
    assert records.shares.claim(ann, ["a", "c"]) == {"a"}


def test_what_is_given_back_is_free(records: Records) -> None:
    ann, ben = records.start_run("batch"), records.start_run("batch")
    records.shares.claim(ann, ["a", "b"])
    records.shares.give_back(ann, {"a"})
    records.shares.give_back(ben, {"b"})  # not its own
    assert records.shares.claim(ben, ["a", "b"]) == {"a"}


def test_a_lease_runs_out_and_a_heartbeat_keeps_it(records: Records) -> None:
    ann, ben = records.start_run("batch"), records.start_run("batch")
    records.shares.claim(ann, ["a"])
    set_lease(records, until=datetime.now(UTC) - timedelta(seconds=5))
    assert records.heartbeat(ann)
    assert records.shares.claim(ben, ["a"]) == set()
    set_lease(records, until=datetime.now(UTC) - timedelta(seconds=5))
    assert records.shares.claim(ben, ["a"]) == {"a"}


def test_the_end_of_a_run_frees_what_it_had_leased(records: Records) -> None:
    ann, ben = records.start_run("batch"), records.start_run("batch")
    records.shares.claim(ann, ["a"])
    records.finish_run(ann, "failed")
    assert records.shares.claim(ben, ["a"]) == {"a"}


def test_what_a_killed_process_had_leased_is_free_at_once(records: Records) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    ann, ben = records.start_run("batch"), records.start_run("batch")
    records.shares.claim(ann, ["a", "b"])
    records._access.write(lambda connection: connection.execute(update(Run).where(Run.id == ann).values(pid=gone.pid)))
    assert records.shares.claim(ben, ["a"]) == {"a"}


def test_drivers_at_once_never_get_the_same(records: Records) -> None:
    runs = [records.start_run("batch") for _ in range(4)]
    keys = [f"key-{number}" for number in range(400)]
    got: dict[str, set[str]] = {run: set() for run in runs}

    def claim(run: str) -> None:
        for start in range(0, len(keys), 20):
            got[run] |= records.shares.claim(run, keys[start : start + 20])

    threads = [threading.Thread(target=claim, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(each) for each in got.values()) == len(keys)
    assert set().union(*got.values()) == set(keys)


def test_a_run_hears_that_it_shall_stop(records: Records) -> None:
    run = records.start_run("batch")
    assert records.heartbeat(run)
    told = threading.Event()
    with records.beating(run, every_s=0.05, on_stop=told.set):
        assert records.ask_to_stop(run)
        assert told.wait(20)
    assert records.run(run).state == "stopping"
    records.finish_run(run, "interrupted")
    assert records.run(run).state == "cancelled"
    assert not records.ask_to_stop(run)


def make_ad(name: str) -> AdPlan:
    script = ScriptTask(fingerprint("script", name), "ko", "offline", 0, Facts(name), (), SlotLimit(10))
    look = BrandSpec(name, "#000000", "#ff0000", "#ffffff")
    rendition = RenderTask(
        fingerprint("rendition", name), "reel", "ko", "draft", "horizon", Fraction(6), look, "", (), (),
        script.fingerprint, None,
    )  # fmt: skip
    post = PostTask(fingerprint("post", name), rendition.fingerprint, "youtube", "main")
    return AdPlan(f"{name}///ko", f"{name}.yaml", name, "", "", "ko", script, None, (rendition,), (post,))


def key_of(ad: AdPlan) -> str:
    return post_key(ad.posts[0].rendition, ad.posts[0].platform, ad.posts[0].account)


@pytest.fixture
def plan() -> Plan:
    return Plan((make_ad("inn"), make_ad("cafe")))


def test_what_waits_and_what_needs_review_is_seen_and_counted(records: Records, plan: Plan) -> None:
    run = records.start_run("batch")
    records.record_ads(run, plan.ads, posts=True)
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    inn, cafe = plan.ads
    records.settle(
        run,
        [
            Outcome(inn.key, "reel", "ko", "waiting", due_at=due, error="no credits"),
            Outcome(cafe.key, "reel", "ko", "needs_review", error="who knows"),
        ],
        posts=[
            PostOutcome(key_of(inn), "waiting", until=due, error="quota"),
            PostOutcome(key_of(cafe), "done", remote_id="1", url="https://example.com/1"),
        ],
    )
    seen = records.run(run)
    assert (seen.waiting, seen.needs_review, seen.pending, seen.failed) == (1, 1, 0, 0)
    assert (seen.posts, seen.posted, seen.posts_waiting) == (2, 1, 1)
    assert [(each.state, each.due_at) for each in records.renditions(run)] == [("waiting", due), ("needs_review", None)]
    assert [each.ad for each in records.renditions(run, "waiting")] == [inn.key]
    assert [(each.ad, each.platform, each.state, each.until, each.url) for each in records.posts(run)] == [
        (inn.key, "youtube", "waiting", due, ""),
        (cafe.key, "youtube", "done", None, "https://example.com/1"),
    ]
    records.rendition_started(run, inn.key, "reel", "ko")
    assert records.renditions(run)[0].due_at is None
