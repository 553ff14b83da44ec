"""A recorded run as a report: what it says, where its links lead, and what it does without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from castad_cli.app.reporting import make_report
from castad_cli.model.effects import Window, post_key
from castad_cli.model.plan import AdPlan, BrandSpec, Facts, PostTask, RenderTask, ScriptTask, TrackTask, fingerprint
from castad_cli.model.script import SlotLimit
from castad_cli.records import Outcome, PostOutcome, Records, StageRecord, open_records
from castad_cli.report import Report
from castad_cli.settings import Settings
from castad_cli.storage import Store, open_store
from castad_cli.storage.layout import blob_key

LONG_S = 600.0


def make_ad(name: str, shapes: tuple[str, ...] = ("reel", "square")) -> AdPlan:
    script = ScriptTask(fingerprint("script", name), "ko", "gemini", 0, Facts(name), (), SlotLimit(10))
    track = TrackTask(fingerprint("track", name), "house", Fraction(15))
    renditions = tuple(
        RenderTask(
            fingerprint(name, shape), shape, "ko", "standard", "horizon", Fraction(15),
            BrandSpec(name, "#000000", "#ffffff", "#ffffff"), "", (), (), script.fingerprint, track.fingerprint,
        )
        for shape in shapes
    )  # fmt: skip
    posts = (PostTask(fingerprint("post", name), renditions[0].fingerprint, "youtube", "main"),)
    return AdPlan(f"{name}///ko", f"{name}.yaml", name, "", "", "ko", script, track, renditions, posts)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'castad.db'}",
        storage_url=str(tmp_path / "store"),
        cache_folder=tmp_path / "cache",
    )


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    with closing(open_records(settings.database_url)) as opened:
        yield opened


@pytest.fixture
def store(settings: Settings) -> Store:
    return open_store(settings.storage_url)


def put(store: Store, task: RenderTask, folder: Path) -> None:
    cover, video = folder / "cover.jpg", folder / "video.mp4"
    Image.new("RGB", (1080, 1920 if task.format == "reel" else 1080), f"#{task.fingerprint[:6]}").save(cover)
    video.write_bytes(task.fingerprint.encode())
    store.put("rendition", task.fingerprint, {"cover.jpg": cover, "video.mp4": video})


@pytest.fixture
def run(records: Records, store: Store, tmp_path: Path) -> str:
    """Two ads: the first made, bought for and posted; of the second one format failed, and the post is put off."""
    inn, cafe = make_ad("inn"), make_ad("cafe")
    run = records.start_run("batch recipes", arguments={"folder": str(tmp_path)})
    records.record_ads(run, [inn, cafe], posts=True)
    out = tmp_path / "out"
    out.mkdir()
    outcomes = []
    for ad in (inn, cafe):
        for task in ad.renditions:
            if (ad.recipe, task.format) == ("cafe", "square"):
                told = {"error": "no room", "fix": "write less", "where": "cafe.yaml:3:5", "kind": "UserError"}
                outcomes.append(Outcome(ad.key, task.format, "ko", "failed", **told, stage="render"))
                continue
            put(store, task, tmp_path)
            (out / f"{ad.recipe} {task.format}.mp4").write_bytes(b"video")
            done = Outcome(ad.key, task.format, "ko", "done", task.fingerprint, f"out/{ad.recipe} {task.format}.mp4")
            outcomes.append(replace(done, seconds=7.5, worker="tcp://ann:1"))
    stages = [StageRecord("script", inn.script.fingerprint, seconds=1.25)]
    assert inn.track
    stages.append(StageRecord("track", inn.track.fingerprint, cached=True))
    records.settle(run, outcomes, stages=stages)
    for ad, bought in ((inn, "done"), (cafe, "waiting")):
        facts = {"service": "Gemini", "price": 0.25, "for": ad.script.fingerprint}
        records.effects.ensure("purchase", f"{bought}-{ad.recipe}", facts)
        claim = records.effects.claim_one(f"{bought}-{ad.recipe}", "ann", LONG_S)
        assert claim
        if bought == "done":
            records.effects.settle(records.effects.commit_point(claim))
        else:
            records.effects.defer(claim, timedelta(hours=1), "the day's limit is reached")
        post = ad.posts[0]
        facts = {"rendition": post.rendition, "platform": "youtube", "account": "main"}
        records.effects.ensure("post", post_key(post.rendition, "youtube", "main"), facts)
    records.limits.spend("youtube", "main", 3, 100, Window("day", "America/Los_Angeles"))
    records.finish_run(run, "failed")
    return run


def report_of(settings: Settings, file: Path, said: list[str] | None = None) -> Report:
    written, report = make_report(settings, None, file, (said if said is not None else []).append)
    assert written == file
    assert file.read_text("utf-8").startswith("<!doctype html>") or "<!doctype html>" in file.read_text("utf-8")[:200]
    return report


def test_it_says_what_was_made_when_by_whom_and_what_it_cost(settings: Settings, run: str, tmp_path: Path) -> None:
    report = report_of(settings, tmp_path / "report.html")
    inn, cafe = report.ads
    assert (report.run, report.state, inn.recipe, inn.state) == (run, "failed", "inn", "pending")
    assert [(stage.name, stage.seconds, stage.cached) for stage in inn.stages] == [
        ("script", 1.25, False), ("track", 0.0, True),
    ]  # fmt: skip
    assert [(each.format, each.state, each.worker) for each in inn.renditions] == [
        ("reel", "done", "tcp://ann:1"), ("square", "done", "tcp://ann:1"),
    ]  # fmt: skip
    assert inn.renditions[0].cover.startswith("data:image/webp;base64,")
    assert inn.renditions[0].cover_size == (169, 300)
    assert inn.seconds == 16.25
    assert (inn.cost, cafe.cost) == (0.25, 0.0), "what was not bought yet costs nothing"
    (problem,) = cafe.problems
    assert (problem.error, problem.fix, problem.where, problem.stage) == (
        "no room", "write less", "cafe.yaml:3:5", "render",
    )  # fmt: skip
    assert [(cost.provider, cost.what, cost.state, cost.amount) for cost in report.costs] == [
        ("Gemini", "script", "done", 0.25), ("Gemini", "script", "waiting", None),
    ]  # fmt: skip
    (quota,) = report.quotas
    assert (quota.provider, quota.project, quota.used) == ("youtube", "main", 3)


def test_a_post_stands_as_its_effect_does_now(settings: Settings, run: str, records: Records, tmp_path: Path) -> None:
    inn, cafe = make_ad("inn").posts[0], make_ad("cafe").posts[0]
    keys = [post_key(each.rendition, "youtube", "main") for each in (inn, cafe)]
    claim = records.effects.claim_one(keys[0], "ann", LONG_S)
    assert claim
    records.effects.settle(claim, {"id": "abc", "url": "https://youtu.be/abc"})
    claim = records.effects.claim_one(keys[1], "ann", LONG_S)
    assert claim
    records.effects.park(claim, "the answer was lost")
    records.settle(run, [], posts=[PostOutcome(keys[1], "waiting", error="no answer yet")])
    first, second = report_of(settings, tmp_path / "report.html").ads
    assert [(post.state, post.url, post.remote_id) for post in first.posts] == [
        ("done", "https://youtu.be/abc", "abc")
    ]  # fmt: skip
    assert first.posts[0].at is not None
    assert [(post.state, post.reason) for post in second.posts] == [("needs_review", "the answer was lost")]
    assert (first.state, second.state) == ("done", "failed")


def test_links_lead_from_the_report_to_the_videos_and_only_to_those_that_are_there(
    settings: Settings, run: str, tmp_path: Path
) -> None:
    (tmp_path / "out" / "inn square.mp4").unlink()
    report = report_of(settings, tmp_path / "kept" / "deep" / "report.html")
    reel, square = report.ads[0].renditions
    assert reel.video == "../../out/inn%20reel.mp4"
    assert (square.video, square.path) == ("", "out/inn square.mp4")
    assert report.links_until is None


def test_a_cover_that_is_lost_or_damaged_is_left_out(
    settings: Settings, run: str, store: Store, tmp_path: Path
) -> None:
    first, second = (store.get("rendition", task.fingerprint) for task in make_ad("inn").renditions)
    assert first
    assert second
    store.objects.replace(blob_key(first.files["cover.jpg"].sha256), b"x" * first.files["cover.jpg"].size)
    store.forget("rendition", second.fingerprint)
    said: list[str] = []
    report = report_of(settings, tmp_path / "report.html", said)
    assert [bool(each.cover) for each in report.ads[0].renditions] == [False, False]
    assert report.ads[1].renditions[0].cover
    assert said == []


def test_a_store_that_cannot_be_read_costs_the_covers_and_is_told(
    settings: Settings, run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import s3fs

    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    values = {"storage_url": "s3://bucket/x", "storage_endpoint_url": "http://127.0.0.1:9", "storage_anonymous": True}
    said: list[str] = []
    report = report_of(replace(settings, **values), tmp_path / "report.html", said)
    assert len(report.ads) == 2
    assert "without covers" in said[0]
    assert len(said) == 1


def test_a_run_without_anything_is_a_report(settings: Settings, records: Records, tmp_path: Path) -> None:
    run = records.start_run("batch nothing")
    report = report_of(settings, tmp_path / "report.html")
    assert (report.run, report.state, list(report.ads)) == (run, "running", [])
