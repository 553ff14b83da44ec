"""Posts as a stage, and what happens to whatever cannot go on now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from castad_cli.errors import NeedsReview, PlatformError, PutOff, RenditionRejected
from castad_cli.model.events import (
    Event,
    PostDone,
    RenditionDone,
    RunFinished,
    StageFailed,
    StagePutOff,
    StageStarted,
    as_record,
)
from castad_cli.model.plan import Plan
from castad_cli.records import Records, open_records
from castad_cli.run.driver import exit_code, run_plan
from castad_cli.run.request import RunRequest
from castad_cli.run.settlement import Settlement
from castad_cli.run.workshop import Result
from castad_cli.storage import Store, open_store
from castad_cli.storage.layout import blob_key

Counted = Any


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with closing(open_records(f"sqlite:///{tmp_path / 'castad.db'}")) as opened:
        yield opened


@pytest.fixture
def run(store: Store, records: Records, counted: Counted, tmp_path: Path, events: list[Event]) -> Any:
    def go(plan: Plan, **options: Any) -> RunFinished:
        events.clear()
        options = {"out": tmp_path / "out", "publish": True, **options}
        return run_plan(
            plan, counted.stages(), store, records, RunRequest(tmp_path / "scratch", **options), [events.append]
        )

    return go


def of(kind: type[Event], events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def once(error: Exception) -> Callable[[str], None]:
    """Raises the first time, and never again."""
    left = [error]

    def trouble(_: str) -> None:
        if left:
            raise left.pop()

    return trouble


def until(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_a_rendition_is_posted_once_it_is_made(run: Any, make_ad: Any, counted: Counted, events: list[Event]) -> None:
    finished = run(Plan((make_ad(posts=("youtube", "tiktok")),)))
    assert (finished.done, finished.posts, finished.posted, exit_code(finished)) == (2, 2, 2, 0)
    posted = sorted(of(PostDone, events), key=lambda event: event.platform, reverse=True)
    assert [(event.ad, event.platform, event.account, event.format) for event in posted] == [
        ("inn/ko", "youtube", "main", "reel"),
        ("inn/ko", "tiktok", "main", "reel"),
    ]
    assert posted[0].url.startswith("https://youtube.example/")
    made = next(i for i, e in enumerate(events) if isinstance(e, RenditionDone) and e.format == "reel")
    begun = next(i for i, e in enumerate(events) if isinstance(e, StageStarted) and e.stage == "upload")
    assert made < begun
    assert as_record(events[-1])["posted"] == 2


def test_without_publish_nothing_is_posted(run: Any, make_ad: Any, counted: Counted) -> None:
    finished = run(Plan((make_ad(posts=("youtube",)),)), publish=False)
    assert (finished.done, finished.posts, counted.calls["upload"]) == (2, 0, 0)


def test_what_was_rendered_before_is_posted_without_rendering(run: Any, make_ad: Any, counted: Counted) -> None:
    plan = Plan((make_ad(posts=("youtube",)),))
    run(plan, publish=False)
    counted.calls.clear()
    finished = run(plan)
    assert (finished.cached, finished.posted) == (2, 1)
    assert (counted.calls["upload"], counted.calls["render"]) == (1, 0)


def test_a_rendition_that_failed_is_not_posted(run: Any, make_ad: Any, counted: Counted, events: list[Event]) -> None:
    counted.trouble["render"] = lambda what: (_ for _ in ()).throw(RenditionRejected("bad")) if "reel" in what else None
    finished = run(Plan((make_ad(posts=("youtube",)),)))
    assert (finished.done, finished.failed, finished.posted, finished.posts_failed) == (1, 1, 0, 1)
    assert counted.calls["upload"] == 0
    assert len(of(StageFailed, events)) == 1


def test_a_refused_post_fails_alone(run: Any, make_ad: Any, counted: Counted, events: list[Event]) -> None:
    def refuse(what: str) -> None:
        if "youtube" in what:
            raise PlatformError("too long", kind="rejected", fix="shorten it")

    counted.trouble["upload"] = refuse
    finished = run(Plan((make_ad(posts=("youtube", "tiktok")),)))
    assert (finished.done, finished.posted, finished.posts_failed, exit_code(finished)) == (2, 1, 1, 1)
    (failed,) = of(StageFailed, events)
    assert (failed.stage, failed.target, failed.error) == ("upload", "youtube:main", "too long")


def test_what_is_put_off_for_a_moment_comes_back_in_the_same_run(
    run: Any, make_ad: Any, counted: Counted, events: list[Event]
) -> None:
    counted.trouble["upload"] = once(PutOff("slow down", until=until(0.3)))
    finished = run(Plan((make_ad(posts=("youtube",)),)))
    assert (finished.posted, finished.waiting, exit_code(finished)) == (1, 0, 0)
    (put_off,) = of(StagePutOff, events)
    assert (put_off.reason, put_off.target) == ("slow down", "youtube:main")
    assert as_record(put_off)["until"] == put_off.until.isoformat()
    assert counted.calls["upload"] == 2


def test_what_is_put_off_frees_its_slot(run: Any, make_ad: Any, counted: Counted, events: list[Event]) -> None:
    counted.trouble["track"] = once(PutOff("the composer is busy", until=until(0.5)))
    finished = run(Plan((make_ad("inn", formats=("reel",)), make_ad("cafe", formats=("reel",)))))
    assert finished.done == 2
    assert [event.ad for event in of(RenditionDone, events)] == ["cafe/ko", "inn/ko"]


def test_what_is_put_off_for_long_ends_the_run_and_says_until_when(
    run: Any, make_ad: Any, counted: Counted, records: Records
) -> None:
    due = until(3600)
    counted.trouble["upload"] = lambda what: (_ for _ in ()).throw(PutOff("quota is spent", until=due))
    finished = run(Plan((make_ad(posts=("youtube", "tiktok")),)))
    assert (finished.done, finished.posted, finished.waiting, finished.waiting_until) == (2, 0, 2, due)
    assert exit_code(finished) == 0, "nothing failed, and nothing is for a person to do"
    assert records.runs(1)[0].state == "waiting"
    counted.trouble.clear()
    assert run(Plan((make_ad(posts=("youtube", "tiktok")),))).posted == 2


def test_renditions_whose_music_is_put_off_for_long_wait_too(run: Any, make_ad: Any, counted: Counted) -> None:
    counted.trouble["track"] = lambda what: (_ for _ in ()).throw(PutOff("no credits", until=until(3600)))
    finished = run(Plan((make_ad(),)))
    assert (finished.done, finished.failed, finished.waiting, exit_code(finished)) == (0, 0, 2, 0)


def test_posts_of_renditions_that_wait_are_waiting_as_well(run: Any, make_ad: Any, counted: Counted) -> None:
    counted.trouble["track"] = lambda what: (_ for _ in ()).throw(PutOff("no credits", until=until(3600)))
    finished = run(Plan((make_ad(posts=("youtube", "tiktok")),)))
    assert (finished.waiting, finished.short_of, exit_code(finished)) == (4, 0, 0)


def test_one_that_waits_does_not_hide_another_that_is_short_without_a_problem(
    run: Any, make_ad: Any, counted: Counted, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_off_the_inn(what: str) -> None:
        if "inn" in what:
            raise PutOff("quota is spent", until=until(3600))

    counted.trouble["upload"] = put_off_the_inn
    real = Settlement.hand_over

    def lose_the_cafe(self: Settlement, result: Result, made: Any, places: Any = None) -> None:
        if self.wanted[result.fingerprint][0].ad.title != "cafe/ko":
            real(self, result, made, places)

    monkeypatch.setattr(Settlement, "hand_over", lose_the_cafe)
    finished = run(Plan((make_ad("inn", posts=("youtube",)), make_ad("cafe"))))
    assert (finished.done, finished.waiting, finished.problems) == (2, 1, ())
    assert (finished.short_of, exit_code(finished)) == (2, 1)
    assert records.runs(1)[0].state == "failed"


def test_what_cannot_be_known_is_left_to_a_person(
    run: Any, make_ad: Any, counted: Counted, events: list[Event]
) -> None:
    counted.trouble["upload"] = once(NeedsReview("the answer was lost", fix="castad review"))
    finished = run(Plan((make_ad(posts=("youtube", "tiktok")),)))
    assert (finished.posted, finished.needs_review, finished.posts_failed, exit_code(finished)) == (1, 1, 0, 1)
    (failed,) = of(StageFailed, events)
    assert failed.review


def test_a_run_stops_handing_out_after_so_many_failures(run: Any, make_ad: Any, counted: Counted) -> None:
    def reject(_: str) -> None:
        raise RenditionRejected("bad")

    counted.trouble["render"] = reject
    plan = Plan(tuple(make_ad(f"ad{n}", formats=("reel",)) for n in range(20)))
    finished = run(plan, max_failures=3)
    assert 3 <= finished.failed < 8
    assert exit_code(finished) == 1
    counted.trouble.clear()
    assert run(plan, max_failures=3).done == 20


def test_a_post_whose_rendition_was_damaged_is_made_again_and_posted(
    run: Any, make_ad: Any, counted: Counted, store: Store
) -> None:
    plan = Plan((make_ad(posts=("youtube",), formats=("reel",)),))
    run(plan, publish=False)
    made = store.get("rendition", plan.ads[0].renditions[0].fingerprint)
    assert made is not None
    (Path(store.url) / blob_key(made.files["facts.json"].sha256)).unlink()
    finished = run(plan)
    assert (finished.done, finished.posted, finished.posts_failed) == (1, 1, 0)
