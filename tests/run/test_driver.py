"""What the driver makes, skips, records and tells."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from castad_cli.errors import CastadError, EnvironmentNotReady, RenditionRejected, UserError
from castad_cli.model.events import (
    Event,
    RenditionDone,
    RunFinished,
    RunStarted,
    StageFailed,
    StageProgress,
    as_record,
)
from castad_cli.model.place import Place
from castad_cli.model.plan import Plan
from castad_cli.records import Records, open_records
from castad_cli.run.driver import exit_code, run_plan
from castad_cli.run.executors.local import LocalExecutor
from castad_cli.run.request import RunRequest
from castad_cli.storage import Store, open_store
from castad_cli.storage.layout import blob_key

Counted = Any


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    with closing(open_records(f"sqlite:///{tmp_path_factory.mktemp('records') / 'castad.db'}")) as opened:
        yield opened


@pytest.fixture
def run(store: Store, records: Records, counted: Counted, tmp_path: Path, events: list[Event]) -> Any:
    def go(plan: Plan, **options: Any) -> RunFinished:
        events.clear()
        options.setdefault("out", tmp_path / "out")
        return run_plan(
            plan, counted.stages(), store, records, RunRequest(tmp_path / "scratch", **options), [events.append]
        )

    return go


def of(kind: type[Event], events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def test_everything_is_made_once_and_stands_where_people_look(
    run: Any, plan: Plan, counted: Counted, tmp_path: Path
) -> None:
    finished = run(plan)
    assert (finished.done, finished.cached, finished.failed) == (8, 0, 0)
    assert (counted.calls["script"], counted.calls["track"], counted.calls["render"]) == (4, 2, 8)
    found = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert found[:8] == [
        f"cafe/en-{name}"
        for name in (
            "reel.jpg",
            "reel.json",
            "reel.mp4",
            "reel.srt",
            "square.jpg",
            "square.json",
            "square.mp4",
            "square.srt",
        )
    ]
    assert len(found) == 32
    assert exit_code(finished) == 0


def test_a_second_run_makes_nothing_and_says_cached(
    run: Any, plan: Plan, counted: Counted, events: list[Event], tmp_path: Path
) -> None:
    run(plan)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.mp4")}
    counted.calls.clear()
    finished = run(plan)
    assert not counted.calls
    assert counted.opened == 1  # by the first run alone
    assert (finished.done, finished.cached) == (8, 8)
    assert all(event.cached and Path(event.path).is_file() for event in of(RenditionDone, events))
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert of(RunStarted, events)[0].cached == 8


def test_a_deleted_output_comes_back_from_the_store(run: Any, plan: Plan, counted: Counted, tmp_path: Path) -> None:
    run(plan)
    video = tmp_path / "out/inn/ko-reel.mp4"
    whole = video.read_bytes()
    video.unlink()
    counted.calls.clear()
    run(plan)
    assert video.read_bytes() == whole
    assert not counted.calls


def test_only_what_is_missing_is_made(run: Any, plan: Plan, counted: Counted) -> None:
    run(Plan(plan.ads[:1]))
    counted.calls.clear()
    finished = run(plan)
    assert (finished.done, finished.cached) == (8, 2)
    assert (counted.calls["script"], counted.calls["track"], counted.calls["render"]) == (3, 1, 6)


def test_force_renders_again_but_buys_no_words_or_music_twice(run: Any, plan: Plan, counted: Counted) -> None:
    run(plan)
    counted.calls.clear()
    finished = run(plan, force=True)
    assert (finished.done, finished.cached) == (8, 0)
    assert (counted.calls["script"], counted.calls["track"], counted.calls["render"]) == (0, 0, 8)


def test_an_ad_without_music_needs_no_track(run: Any, make_ad: Any, counted: Counted) -> None:
    assert run(Plan((make_ad(music=None),))).done == 2
    assert counted.calls["track"] == 0


def test_equal_renditions_of_two_variants_are_made_once_and_delivered_twice(
    run: Any, make_ad: Any, counted: Counted, tmp_path: Path
) -> None:
    calm, loud = make_ad(formats=("reel",)), make_ad(formats=("reel",))
    object.__setattr__(loud, "variant", "loud")
    object.__setattr__(loud, "key", "inn/loud/ko")
    assert run(Plan((calm, loud))).done == 2
    assert counted.calls["render"] == 1
    assert (tmp_path / "out/inn/ko-reel.mp4").is_file()
    assert (tmp_path / "out/inn/loud/ko-reel.mp4").is_file()


def test_one_failed_rendition_stops_nothing_else(
    run: Any, plan: Plan, counted: Counted, events: list[Event], records: Records
) -> None:
    def fail(what: str) -> None:
        if what == "inn/ko/reel":
            raise RenditionRejected("the file failed its check", findings=["loudness -9.1 LUFS"], fix="report this")

    counted.trouble["render"] = fail
    finished = run(plan)
    assert (finished.done, finished.failed) == (7, 1)
    (failed,) = of(StageFailed, events)
    assert (failed.ad, failed.format, failed.kind) == ("inn/ko", "reel", "RenditionRejected")
    assert failed.details == ("loudness -9.1 LUFS",)
    assert failed.traceback == ""
    assert exit_code(finished) == 1
    assert finished.problems == (failed,)


def test_failed_words_cost_their_own_ad_and_are_told_once(
    run: Any, plan: Plan, counted: Counted, events: list[Event]
) -> None:
    def fail(what: str) -> None:
        if what == "inn/ko":
            raise UserError("no words", fix="write some", place=Place("inn.yaml", 3, 1))

    counted.trouble["script"] = fail
    finished = run(plan)
    (failed,) = of(StageFailed, events)
    assert (finished.done, finished.failed, failed.renditions, failed.stage) == (6, 2, 2, "script")
    assert failed.place == Place("inn.yaml", 3, 1)


def test_every_stage_is_recorded_with_what_it_took(run: Any, plan: Plan, counted: Counted, records: Records) -> None:
    def fail(what: str) -> None:
        if what == "inn/ko":
            raise UserError("no words")

    counted.trouble["script"] = fail
    finished = run(plan)
    stages = records.stages(finished.run)
    assert sorted(stage.stage for stage in stages) == ["script"] * 4 + ["track"] * 2
    (lost,) = (stage for stage in stages if stage.state == "failed")
    assert {rendition.stage for rendition in records.renditions(finished.run, "failed")} == {"script"}
    (ad,) = (ad for ad in records.ads(finished.run) if ad.script == lost.fingerprint)
    assert (ad.recipe, ad.language) == ("inn", "ko")
    del counted.trouble["script"]
    again = run(plan)
    assert sorted((stage.stage, stage.cached) for stage in records.stages(again.run)) == [
        ("script", False), ("track", True),
    ]  # fmt: skip


def test_a_bug_in_one_ad_keeps_its_traceback_and_stops_nothing_else(
    run: Any, plan: Plan, counted: Counted, events: list[Event]
) -> None:
    def fail(what: str) -> None:
        if what == "inn/ko/reel":
            raise ZeroDivisionError("oops")

    counted.trouble["render"] = fail
    assert run(plan).done == 7
    (failed,) = of(StageFailed, events)
    assert "ZeroDivisionError: oops" in failed.traceback
    assert failed.error == "ZeroDivisionError: oops"


def test_what_failed_is_made_by_the_next_run(run: Any, plan: Plan, counted: Counted) -> None:
    counted.trouble["render"] = lambda what: (_ for _ in ()).throw(UserError("no")) if "reel" in what else None
    assert run(plan).failed == 4
    counted.trouble.clear()
    counted.calls.clear()
    finished = run(plan)
    assert (finished.done, finished.cached, counted.calls["render"]) == (8, 4, 4)


@pytest.mark.parametrize(
    ("errors", "some_done", "expected"),
    [
        ([UserError("a")], False, 2),
        ([UserError("a")], True, 1),
        ([UserError("a"), RenditionRejected("b")], False, 1),
        ([EnvironmentNotReady("a"), UserError("b")], False, 3),
        ([ValueError("bug")], False, 1),
    ],
)
def test_the_exit_code_says_whose_fault_it_was(
    run: Any, make_ad: Any, counted: Counted, errors: list[Exception], some_done: bool, expected: int
) -> None:
    left = list(errors)

    def fail(what: str) -> None:
        if "fine" not in what:
            raise left.pop()

    counted.trouble["render"] = fail
    ads = [make_ad(f"ad{n}", formats=("reel",)) for n in range(len(errors))]
    if some_done:
        ads.append(make_ad("fine", formats=("reel",)))
    assert exit_code(run(Plan(tuple(ads)))) == expected


def test_a_machine_that_cannot_render_is_told_before_anything_is_made(
    run: Any, plan: Plan, counted: Counted, records: Records, events: list[Event]
) -> None:
    def missing(_: str) -> None:
        raise EnvironmentNotReady("no browser found", fix="castad doctor --fix")

    counted.trouble["open"] = missing
    finished = run(plan)
    assert not counted.calls
    assert (finished.done, finished.failed, exit_code(finished)) == (0, 8, 3)
    (failed,) = of(StageFailed, events)
    assert (failed.error, failed.renditions) == ("no browser found", 8)
    assert records.runs(1)[0].state == "failed"
    assert events[-1] is finished
    assert {each.error for each in records.renditions(finished.run)} == {"no browser found"}


class Failing:
    """Records that fail at a method, as a full disk would make them."""

    def __init__(self, records: Records, method: str) -> None:
        self._records, self._method = records, method

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any, **__: Any) -> None:
            raise EnvironmentNotReady("the disk is full", fix="free some space")

        return fail if name == self._method else getattr(self._records, name)


@pytest.mark.parametrize("method", ["record_ads", "renditions_started", "settle", "finish_run"])
def test_records_that_fail_are_told_once_and_the_figures_still_come(
    plan: Plan, counted: Counted, store: Store, records: Records, events: list[Event], tmp_path: Path, method: str
) -> None:
    failing: Any = Failing(records, method)
    request = RunRequest(tmp_path / "scratch", out=tmp_path / "out")
    finished = run_plan(plan, counted.stages(), store, failing, request, [events.append])
    assert exit_code(finished) == 3
    assert {failed.error for failed in of(StageFailed, events)} == {"the disk is full"}
    assert events[-1] is finished
    assert finished.done + finished.failed == 8


def test_an_output_folder_that_cannot_be_written_is_told_per_rendition(
    run: Any, plan: Plan, events: list[Event], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    finished = run(plan, out=tmp_path / "file/out")
    assert finished.failed == 8
    assert all(failed.stage == "deliver" and failed.fix for failed in of(StageFailed, events))
    assert run(plan).cached == 8


def test_renditions_go_through_one_thread_one_at_a_time(run: Any, plan: Plan, counted: Counted) -> None:
    run(plan)
    assert counted.most_at_once == 1
    assert len(counted.threads) == 1
    assert counted.closed == 1


def test_the_words_of_the_next_ad_are_written_while_one_renders(run: Any, make_ad: Any, counted: Counted) -> None:
    second_words = threading.Event()
    counted.trouble["script"] = lambda what: second_words.set() if what == "cafe/ko" else None
    counted.trouble["render"] = lambda what: None if second_words.wait(10) else pytest.fail("waited")
    assert run(Plan((make_ad("inn", formats=("reel",)), make_ad("cafe", formats=("reel",))))).done == 2


def test_progress_is_told_and_the_last_event_is_the_result(run: Any, plan: Plan, events: list[Event]) -> None:
    finished = run(plan)
    assert isinstance(events[0], RunStarted)
    assert events[-1] is finished
    last = {(event.ad, event.format): event for event in of(StageProgress, events)}
    assert len(last) == 8
    assert all(event.done == event.total for event in last.values())


def test_every_event_is_one_flat_json_object(run: Any, plan: Plan, counted: Counted, events: list[Event]) -> None:
    counted.trouble["track"] = lambda what: (_ for _ in ()).throw(UserError("no music", place=Place("a.yaml", 1, 2)))
    run(Plan(plan.ads[:2]))
    for event in events:
        record = json.loads(json.dumps(as_record(event)))
        assert next(iter(record)) == "event"
        assert not any(isinstance(value, dict) for value in record.values())
    summary = as_record(events[-1])
    asked = ["event", "run", "ads", "renditions", "posts", "done", "cached", "failed", "needs_review", "seconds"]
    assert set(asked) <= set(summary)
    assert summary["event"] == "summary"
    assert summary["done"] + summary["failed"] == summary["renditions"]


def test_the_facts_beside_a_video_name_words_music_and_bytes(run: Any, make_ad: Any, tmp_path: Path) -> None:
    run(Plan((make_ad(),)))
    facts = json.loads((tmp_path / "out/inn/ko-reel.json").read_text())
    assert facts["script"]["scenes"][0]["headline"] == "inn"
    assert facts["music"]["provider"] == "house"
    assert facts["inspection"] == {"lufs": -14.0}
    assert "seconds" not in facts  # how long it took is the run's to record, and no part of what was made
    assert facts["generated"] == {"words": True, "music": True, "voice": False, "image": False}


def damage(store: Store, kind: str, name: str) -> None:
    info = next(info for info in store.list() if info.kind == kind)
    made = store.get(kind, info.fingerprint)
    assert made is not None
    path = Path(store.url) / blob_key(made.files[name].sha256)
    data = bytearray(path.read_bytes())
    data[0] ^= 0xFF
    path.unlink()
    path.write_bytes(data)


def test_a_damaged_rendition_in_the_store_is_made_again(
    run: Any, plan: Plan, counted: Counted, store: Store, tmp_path: Path
) -> None:
    run(plan)
    counted.calls.clear()
    damage(store, "rendition", "video.mp4")
    finished = run(plan, out=tmp_path / "elsewhere")
    assert (finished.done, finished.cached, finished.failed) == (8, 7, 0)
    assert counted.calls["render"] == 1


def test_a_damaged_track_in_the_store_is_made_again(run: Any, make_ad: Any, counted: Counted, store: Store) -> None:
    run(Plan((make_ad(formats=("reel",)),)))
    damage(store, "track", "track.wav")
    counted.calls.clear()
    finished = run(Plan((make_ad(formats=("reel", "square")),)))
    assert (finished.done, finished.failed) == (2, 0)
    assert counted.calls["track"] == 1


def test_what_fails_as_an_interrupted_run_stops_does_not_hide_the_interrupt(
    run: Any,
    plan: Plan,
    counted: Counted,
    records: Records,
    events: list[Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop = LocalExecutor.stop

    def stop_and_fail(executor: LocalExecutor) -> None:
        stop(executor)
        raise CastadError("the scheduler does not answer")

    def interrupt() -> None:
        if not counted.calls["interrupt"]:
            counted.calls["interrupt"] = 1
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.001)

    monkeypatch.setattr(LocalExecutor, "stop", stop_and_fail)
    counted.each_frame, counted.frames = interrupt, 20_000
    with pytest.raises(KeyboardInterrupt):
        run(plan)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].interrupted
    assert records.runs(1)[0].state == "interrupted"


def test_an_interrupt_stops_between_frames_is_recorded_and_the_next_run_goes_on(
    run: Any, plan: Plan, counted: Counted, records: Records, events: list[Event], tmp_path: Path
) -> None:
    def interrupt_third() -> None:
        if counted.calls["render"] == 3:
            # The third is drawn on the renderer's thread while the driver may still be handing over the second.
            handed_over = sum(isinstance(event, RenditionDone) for event in list(events))
            if handed_over == 2 and not counted.calls["interrupt"]:
                counted.calls["interrupt"] = 1
                os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.001)

    counted.each_frame = interrupt_third
    counted.frames = 20_000
    with pytest.raises(KeyboardInterrupt):
        run(plan)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].interrupted
    assert events[-1].done == 2
    assert counted.calls["render"] == 3
    assert counted.closed == 1
    assert records.runs(1)[0].state == "interrupted"
    assert len(list((tmp_path / "out").rglob("*.mp4"))) == 2
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]
    assert not list((tmp_path / "scratch").iterdir())
    counted.each_frame = lambda: None
    counted.frames = 3
    finished = run(plan)
    assert (finished.done, finished.cached) == (8, 2)
