"""A report from a replica and from a bucket, both real."""

from __future__ import annotations

import urllib.request
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from s3_server import ACCESS_KEY, SECRET

from castad_cli.app.history import RunReader, list_runs, watch_run
from castad_cli.app.reporting import make_report
from castad_cli.records import Outcome, Records, open_records
from castad_cli.settings import load_settings
from castad_cli.storage import open_store

from .conftest import empty
from .test_records import KO, make_ad


def test_runs_status_and_report_need_the_replica_alone(postgres_url: str, s3_server: Any, tmp_path: Path) -> None:
    empty(postgres_url)
    url = s3_server.fresh()
    environment = {
        "CASTAD_DATABASE_URL": "postgresql+psycopg://castad:hush@127.0.0.1:9/castad",
        "CASTAD_DATABASE_REPLICA_URL": postgres_url,
        "CASTAD_STORAGE_URL": url,
        "CASTAD_STORAGE_ENDPOINT_URL": s3_server.url,
        "CASTAD_STORAGE_KEY": ACCESS_KEY,
        "CASTAD_STORAGE_SECRET": SECRET,
        "CASTAD_CACHE_FOLDER": str(tmp_path / "cache"),
    }
    settings = load_settings(tmp_path, {}, environment=environment)
    ad = make_ad("하늘마루")
    task = ad.renditions[0]
    cover, video = tmp_path / "cover.jpg", tmp_path / "video.mp4"
    Image.new("RGB", (108, 192), "#204060").save(cover)
    video.write_bytes(b"a video")
    store = open_store(url, s3_server.options)
    made = store.put("rendition", task.fingerprint, {"cover.jpg": cover, "video.mp4": video})
    address = store.place(made, "video.mp4", "하늘마루/ko-reel.mp4")
    with closing(open_records(postgres_url)) as records:
        run = records.start_run("batch")
        records.record_ads(run, [ad])
        records.settle(run, [Outcome(*KO, "done", task.fingerprint, address, seconds=2.0)])
        records.finish_run(run, "done")
    assert [view.record.id for view in list_runs(settings, 5)] == [run]
    with watch_run(settings, None) as reader:
        assert reader.whole().record.done == 1
        assert reader.glance(1).renditions == reader.whole(["done"]).renditions
    said: list[str] = []
    file, report = make_report(settings, run, tmp_path / "report.html", said.append)
    assert said == []
    rendition = report.ads[0].renditions[0]
    assert rendition.path == address
    assert rendition.cover.startswith("data:image/webp")
    assert report.links_until is not None
    with urllib.request.urlopen(rendition.video, timeout=30) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (b"a video", "video/mp4")
    text = file.read_text("utf-8")
    assert SECRET not in text
    assert "hush" not in text


def test_purchases_and_posts_of_a_run_are_found_and_no_others(records: Records) -> None:
    ad, other = make_ad("하늘마루"), make_ad("other")
    run = records.start_run("batch")
    records.record_ads(run, [ad])
    for key, each in (("mine", ad), ("theirs", other)):
        records.effects.ensure("purchase", key, {"for": each.script.fingerprint, "service": "Gemini"})
    records.effects.ensure("purchase", "nobody's", {"service": "Gemini"})
    records.effects.ensure("post", "another run's", {})
    assert [effect.key for effect in records.effects_of(run)] == ["mine"]
    assert records.quotas() == []


def test_a_glance_at_a_large_run_has_what_one_wants_to_see_first(records: Records) -> None:
    ads = [make_ad(f"ad{number}") for number in range(9)]
    run = records.start_run("batch")
    records.record_ads(run, ads)
    reader = RunReader(records, run)
    whole = reader.glance(len(ads) * len(ads[0].renditions))
    assert whole == reader.whole()
    assert whole.is_whole
    form = ads[0].renditions[0].format
    for number, state in enumerate(("done", "done", "done", "failed", "waiting", "needs_review")):
        outcome: Any = Outcome(ads[number].key, form, "ko", state, due_at=datetime.now(UTC))
        records.settle(run, [outcome])
    records.rendition_started(run, ads[6].key, form, "ko")
    seen = reader.glance(2)
    assert not seen.is_whole
    assert [(each.ad, each.state) for each in seen.renditions] == [
        (ads[6].key, "rendering"),
        (ads[3].key, "failed"),
        (ads[5].key, "needs_review"),
        (ads[4].key, "waiting"),
        (ads[2].key, "done"),
        (ads[1].key, "done"),
    ]
    assert seen.record.renditions == len(whole.renditions)
    assert {each.state for each in reader.whole(["done", "failed"]).renditions} == {"done", "failed"}
