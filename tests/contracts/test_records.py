"""One contract over every database the records stand in."""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import update

from castad_cli import __version__
from castad_cli.errors import UserError
from castad_cli.model.plan import AdPlan, BrandSpec, Facts, RenderTask, ScriptTask, fingerprint
from castad_cli.model.script import SlotLimit
from castad_cli.records import Outcome, Records, StageRecord, open_records
from castad_cli.records.schema import Run


def make_ad(name: str, formats: tuple[str, ...] = ("reel", "square"), language: str = "ko") -> AdPlan:
    script = ScriptTask(fingerprint("script", name), language, "offline", 0, Facts(name), (), SlotLimit(10))
    renditions = tuple(
        RenderTask(
            fingerprint(name, shape),
            shape,
            language,
            "standard",
            "horizon",
            Fraction(15),
            BrandSpec(name, "#000000", "#ffffff", "#ffffff"),
            "",
            (),
            (),
            script.fingerprint,
            None,
        )
        for shape in formats
    )
    return AdPlan(f"{name}///{language}", f"recipes/{name}.yaml", name, "", "", language, script, None, renditions)


@pytest.fixture
def run(records: Records) -> str:
    run = records.start_run("render haneul.yaml", summary={"ads": 2, "renditions": 4})
    records.record_ads(run, [make_ad("하늘마루"), make_ad("cafe", language="en")])
    return run


KO = ("하늘마루///ko", "reel", "ko")


def test_a_run_is_recorded_with_its_process_and_its_plan(records: Records) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    run = records.start_run("batch recipes", summary={"ads": 2}, arguments={"paths": ["recipes"], "draft": True})
    record = records.run(run)
    assert (record.id, record.command, record.state, record.version) == (run, "batch recipes", "running", __version__)
    assert (record.host, record.pid) == (socket.gethostname(), os.getpid())
    assert (record.summary, record.arguments) == ({"ads": 2}, {"paths": ["recipes"], "draft": True})
    assert before <= record.started_at == record.updated_at <= datetime.now(UTC) + timedelta(seconds=1)
    assert record.finished_at is None
    assert (record.ads, record.renditions) == (0, 0)


def test_a_plan_is_recorded_in_its_order(records: Records) -> None:
    run = records.start_run("render")
    plans = [make_ad(f"ad-{number}", ("square", "reel", "landscape")) for number in (3, 1, 2)]
    records.record_ads(run, iter(plans))
    ads = records.ads(run)
    assert [ad.key for ad in ads] == ["ad-3///ko", "ad-1///ko", "ad-2///ko"]
    assert (ads[0].recipe_file, ads[0].recipe, ads[0].language) == ("recipes/ad-3.yaml", "ad-3", "ko")
    assert (ads[0].script, ads[0].track) == (plans[0].script.fingerprint, "")
    renditions = records.renditions(run)
    assert [(r.ad, r.format, r.state) for r in renditions] == [
        (ad.key, shape, "pending") for ad in ads for shape in ("square", "reel", "landscape")
    ]
    assert renditions[0].fingerprint == plans[0].renditions[0].fingerprint


def test_recording_a_plan_again_changes_nothing(records: Records, run: str) -> None:
    records.rendition_done(run, *KO, fingerprint="", path="x.mp4")
    records.record_ads(run, [make_ad("하늘마루"), make_ad("cafe", language="en")])
    assert (records.run(run).ads, records.run(run).renditions, records.run(run).done) == (2, 4, 1)


def test_an_empty_plan_is_recorded_as_empty(records: Records) -> None:
    run = records.start_run("render")
    records.record_ads(run, [])
    records.settle(run, [])
    assert records.ads(run) == []
    assert records.renditions(run) == []


def test_a_rendition_goes_from_pending_through_rendering_to_done(records: Records, run: str) -> None:
    records.rendition_started(run, *KO)
    started = records.renditions(run, "rendering")
    assert [(r.ad, r.format, r.language, r.attempts) for r in started] == [(*KO, 1)]
    assert started[0].started_at is not None
    assert started[0].finished_at is None
    facts = {"loudness": -14.1, "words": ["바다"], "none": None}
    records.rendition_done(run, *KO, fingerprint="f" * 64, path="out/ko-reel.mp4", seconds=2.5, facts=facts)
    (done,) = records.renditions(run, "done")
    assert (done.path, done.fingerprint, done.cached, done.seconds) == ("out/ko-reel.mp4", "f" * 64, False, 2.5)
    assert done.facts == facts
    assert done.finished_at is not None
    assert done.finished_at >= (done.started_at or done.finished_at)


def test_a_failure_keeps_its_words_and_a_later_success_clears_them(records: Records, run: str) -> None:
    records.rendition_failed(
        run, *KO, error="text too long", fix="shorten it", where="a.yaml:3:4", kind="UserError", seconds=0.5
    )
    (failed,) = records.renditions(run, "failed")
    assert (failed.error, failed.fix, failed.where, failed.kind) == (
        "text too long", "shorten it", "a.yaml:3:4", "UserError",
    )  # fmt: skip
    assert failed.fingerprint == make_ad("하늘마루").renditions[0].fingerprint
    records.rendition_started(run, *KO)
    records.rendition_started(run, *KO)
    records.rendition_done(run, *KO, fingerprint="f" * 64, path="x")
    (done,) = records.renditions(run, "done")
    assert (done.error, done.fix, done.where, done.kind, done.attempts) == ("", "", "", "", 2)


def test_what_words_and_music_took_is_kept_once_each(records: Records, run: str) -> None:
    words, music = "a" * 64, "b" * 64
    records.settle(run, [], stages=[StageRecord("script", words, seconds=1.5, worker="tcp://ann:1")])
    records.settle(run, [], stages=[StageRecord("track", music, "failed", seconds=9.0)])
    found_again = [StageRecord("script", words, cached=True), StageRecord("track", music, cached=True, seconds=0.1)]
    records.settle(run, [], stages=found_again)
    script, track = sorted(records.stages(run), key=lambda stage: stage.stage)
    assert (script.seconds, script.worker, script.cached) == (1.5, "tcp://ann:1", False), "what making it took stays"
    assert (track.state, track.cached, track.seconds) == ("done", True, 0.1), "another run made it meanwhile"
    assert script.finished_at is not None
    assert script.finished_at.utcoffset() is not None
    assert records.stages("another") == []


def test_a_rendition_says_who_made_it_and_where_it_was_lost(records: Records, run: str) -> None:
    records.settle(run, [Outcome(*KO, "failed", error="no words", stage="script", worker="tcp://ann:1")])
    (failed,) = records.renditions(run, "failed")
    assert (failed.stage, failed.worker) == ("script", "tcp://ann:1")
    records.rendition_done(run, *KO, fingerprint="f" * 64, path="x")
    (done,) = records.renditions(run, "done")
    assert (done.stage, done.worker) == ("", "")


def test_old_runs_are_forgotten_with_their_ads_and_what_was_posted_stays(records: Records, run: str) -> None:
    records.settle(run, [], stages=[StageRecord("script", "a" * 64)])
    records.effects.ensure("post", "video")
    newer = records.start_run("batch")
    records._access.write(
        lambda connection: connection.execute(
            update(Run).where(Run.id == run).values(updated_at=datetime.now(UTC) - timedelta(days=91))
        )
    )
    assert records.prune(timedelta(days=90), dry_run=True) == [run]
    assert {each.id for each in records.runs()} == {run, newer}
    assert records.prune(timedelta(days=90)) == [run]
    assert [each.id for each in records.runs()] == [newer]
    assert records.ads(run) == []
    assert records.renditions(run) == []
    assert records.stages(run) == []
    assert records.effects.get("video") is not None
    assert records.prune(timedelta(days=90)) == []


def test_counts_follow_the_renditions(records: Records, run: str) -> None:
    records.rendition_done(run, *KO, fingerprint="f" * 64, path="x", cached=True)
    records.rendition_failed(run, "하늘마루///ko", "square", "ko", error="no")
    records.rendition_started(run, "cafe///en", "reel", "en")
    record = records.run(run)
    assert (record.ads, record.renditions) == (2, 4)
    assert (record.done, record.cached, record.failed, record.rendering, record.pending) == (1, 1, 1, 1, 1)


def test_many_outcomes_are_recorded_at_once(records: Records) -> None:
    run = records.start_run("batch")
    ads = [make_ad(f"ad-{number:04}") for number in range(600)]
    records.record_ads(run, ads)
    outcomes = [
        Outcome(ad.key, "reel", "ko", "done", path=f"{ad.key}.mp4", cached=number % 2 == 0, facts={"n": number})
        if number % 3
        else Outcome(ad.key, "reel", "ko", "failed", error="no", kind="UserError")
        for number, ad in enumerate(ads)
    ]
    records.settle(run, outcomes)
    record = records.run(run)
    assert (record.renditions, record.done, record.failed, record.pending) == (1200, 400, 200, 600)
    assert [r.facts["n"] for r in records.renditions(run, "done")] == [n for n in range(600) if n % 3]


def test_outcomes_are_recorded_all_or_none(records: Records, run: str) -> None:
    outcomes = [Outcome(*KO, "done", path="x"), Outcome("nobody", "reel", "ko", "done", path="y")]
    with pytest.raises(LookupError, match="2 records were to change, 1 did"):
        records.settle(run, outcomes)
    assert records.run(run).done == 0


def test_what_is_not_recorded_cannot_be_changed(records: Records, run: str) -> None:
    with pytest.raises(LookupError):
        records.rendition_started(run, "nobody", "reel", "ko")
    with pytest.raises(LookupError):
        records.finish_run("20200101-000000-abc", "done")


@pytest.mark.parametrize("state", ["done", "failed", "interrupted"])
def test_a_finished_run_says_how_it_ended(records: Records, run: str, state: str) -> None:
    records.rendition_started(run, *KO)
    records.finish_run(run, state)  # type: ignore[arg-type]
    record = records.run(run)
    assert record.state == state
    assert record.finished_at is not None
    assert (record.rendering, record.pending) == (0, 4), "what was being made is to be made again"


def test_runs_are_listed_latest_first_and_no_more_than_asked_for(records: Records) -> None:
    ids = [records.start_run(f"render {number}") for number in range(5)]
    assert [run.command for run in records.runs()] == [f"render {number}" for number in (4, 3, 2, 1, 0)]
    assert [run.id for run in records.runs(limit=2)] == [ids[4], ids[3]]
    assert records.run("last").id == ids[4]


def test_an_id_is_short_sortable_and_told_apart_in_the_same_second(records: Records) -> None:
    ids = [records.start_run("render") for _ in range(20)]
    assert len(set(ids)) == 20
    assert all(len(run) == 19 and run[8] == run[15] == "-" for run in ids)
    assert abs(datetime.strptime(ids[0][:15] + "+0000", "%Y%m%d-%H%M%S%z") - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_taken_id_is_passed_over(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    first = records.start_run("render first")
    ids = iter([first, first, "20990101-000000-zzz"])
    monkeypatch.setattr("castad_cli.records.records.new_run_id", lambda now: next(ids))
    assert records.start_run("render first") == "20990101-000000-zzz"


def test_a_run_is_found_by_the_beginning_or_the_end_of_its_id(records: Records, run: str) -> None:
    assert records.run(run[:8]).id == records.run(run[-3:]).id == records.run(run).id == run


def test_a_beginning_that_two_runs_share_is_not_enough(records: Records, run: str) -> None:
    other = records.start_run("render")
    with pytest.raises(UserError, match="more than one run") as caught:
        records.run(run[:2])
    assert run in caught.value.message
    assert other in caught.value.message


@pytest.mark.parametrize("which", ["nothing", "%", "_", "", "2%"])
def test_a_run_that_is_not_there_is_told(records: Records, run: str, which: str) -> None:
    with pytest.raises(UserError, match="there is no run") as caught:
        records.run(which)
    assert "castad runs" in caught.value.fix


def test_without_any_run_the_last_is_told_missing(records: Records) -> None:
    assert records.runs() == []
    with pytest.raises(UserError, match="no run is recorded"):
        records.run("last")


def age_run(records: Records, run: str, **values: object) -> None:
    records._access.primary.write(
        lambda connection: connection.execute(update(Run).where(Run.id == run).values(**values))
    )


def test_a_run_whose_process_died_is_seen_as_interrupted(records: Records, database_url: str) -> None:
    code = (
        "import sys, os, signal; from castad_cli.records import open_records\n"
        "print(open_records(sys.argv[1]).start_run('render'), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    records.runs()
    child = subprocess.run([sys.executable, "-c", code, database_url], capture_output=True, text=True, timeout=60)
    assert child.returncode == -9, child.stderr
    assert records.run(child.stdout.strip()).state == "interrupted"


def test_a_run_on_another_machine_is_running_until_it_falls_silent(records: Records, run: str) -> None:
    age_run(records, run, host="elsewhere", pid=1)
    assert records.run(run).state == "running"
    age_run(records, run, updated_at=datetime.now(UTC) - timedelta(seconds=300))
    assert records.run(run).state == "interrupted"
    assert records.runs()[0].state == "interrupted"
    records.heartbeat(run)
    assert records.run(run).state == "running"


def test_every_write_about_a_rendition_is_a_heartbeat(records: Records, run: str) -> None:
    for act in (
        lambda: records.rendition_started(run, *KO),
        lambda: records.rendition_done(run, *KO, fingerprint="", path="x"),
    ):
        age_run(records, run, updated_at=datetime.now(UTC) - timedelta(seconds=300))
        act()
        assert datetime.now(UTC) - records.run(run).updated_at < timedelta(seconds=30)


def test_a_beating_run_stays_alive_and_stops_beating_at_the_end(records: Records, run: str) -> None:
    with records.beating(run, every_s=0.02):
        seen = {records.run(run).updated_at}
        deadline = time.monotonic() + 20
        while len(seen) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
            seen.add(records.run(run).updated_at)
    assert len(seen) >= 3
    after = records.run(run).updated_at
    time.sleep(0.1)
    assert records.run(run).updated_at == after
    assert not [thread for thread in threading.enumerate() if thread.name == "castad-heartbeat"]


def test_text_that_databases_refuse_is_kept_readable(records: Records, run: str) -> None:
    records.rendition_failed(run, *KO, error="nul \0 here", where="bad \udce9 name.yaml", fix="😀 " * 9000)
    (failed,) = records.renditions(run, "failed")
    assert (failed.error, failed.where) == ("nul \\0 here", "bad \\udce9 name.yaml")
    assert failed.fix.startswith("😀 😀")
    assert len(failed.fix) == 8000


def test_passwords_in_urls_are_not_kept(records: Records) -> None:
    secret = "postgresql://castad:hush@db/castad"
    run = records.start_run(f"batch --database {secret}", arguments={"flags": [secret], "deep": {"url": secret}})
    record = records.run(run)
    assert "hush" not in str(record)
    assert record.arguments["flags"] == ["postgresql://castad:***@db/castad"]


def test_records_travel_to_another_process(records: Records, run: str) -> None:
    copy: Records = pickle.loads(pickle.dumps(records))
    assert copy.run(run) == records.run(run)
    copy.rendition_done(run, *KO, fingerprint="", path="x")
    assert records.run(run).done == 1
    copy.close()
    assert pickle.loads(pickle.dumps(records.run(run))) == records.run(run)


def test_threads_that_write_at_once_all_come_through(records: Records) -> None:
    run = records.start_run("batch")
    ads = [make_ad(f"ad-{number}", ("reel",)) for number in range(80)]
    records.record_ads(run, ads)

    def make(ad: AdPlan) -> None:
        records.rendition_started(run, ad.key, "reel", "ko")
        records.rendition_done(run, ad.key, "reel", "ko", fingerprint="", path=ad.key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, ads))
    assert records.run(run).done == 80
    assert {r.attempts for r in records.renditions(run)} == {1}


def test_processes_that_begin_and_write_at_once_all_come_through(database_url: str) -> None:
    code = (
        "import sys; from castad_cli.records import open_records\n"
        "sys.stdin.readline(); records = open_records(sys.argv[1])\n"
        "for number in range(25):\n"
        "    run = records.start_run(f'render {number}'); records.heartbeat(run); records.finish_run(run, 'done')"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, database_url], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for child in children:
        assert child.stdin
        child.stdin.write("go\n")
        child.stdin.flush()
    errors = [child.communicate(timeout=120)[1] for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], errors
    records = open_records(database_url)
    runs = records.runs(limit=100)
    records.close()
    assert len(runs) == len({run.id for run in runs}) == 75
    assert {run.state for run in runs} == {"done"}


def test_a_fork_does_not_share_its_parents_connections(records: Records, run: str, database_url: str) -> None:
    code = (
        "import os, sys; from castad_cli.records import open_records\n"
        "records = open_records(sys.argv[1]); run = records.start_run('parent')\n"
        "if not os.fork():\n"
        "    records.finish_run(run, 'done'); os._exit(0)\n"
        "assert os.wait()[1] == 0; assert records.run(run).state == 'done'; records.start_run('after')"
    )
    child = subprocess.run([sys.executable, "-c", code, database_url], capture_output=True, text=True, timeout=60)
    assert child.returncode == 0, child.stderr
    assert records.run("last").command == "after"
