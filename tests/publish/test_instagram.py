"""Instagram Reels, against a fake that keeps to the Graph API's words."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fake_service import FakeService, Reply
from instagram import USER, InstagramFake, refuse
from publisher_contract import (
    BRIEF,
    Bench,
    FaultCase,
    PublisherContract,
    big_video,
    cover,
    faults_of,
    small_video,
)

from castad_cli.errors import NeedsReview, PlatformError, PutOff
from castad_cli.publish.instagram import Instagram

__all__ = ["big_video", "cover", "small_video"]

FAILED = frozenset({"failed"})


class TestInstagram(PublisherContract):
    platform = "instagram"
    last_call = "media_publish"
    fields: ClassVar[dict[str, Any]] = {"collaborators": ["@onda"]}
    facts: ClassVar[dict[str, Any]] = {"user_id": USER, "login": "facebook"}
    scopes = ("instagram_content_publish",)
    faults: ClassVar[list[FaultCase]] = [
        *faults_of("limit"),
        *faults_of("media.create"),
        *faults_of("container", 1),
        *faults_of("container", 2),
        *faults_of("upload", 1, big=True, cut=3_000_000),
        *faults_of("media_publish"),
        *faults_of("media.read"),
        FaultCase("a slow drip of the last answer", "media_publish", "drip"),
        FaultCase("a slow drip of a reading", "container", "drip", {"nth": 2}),
        FaultCase("the quota is spent", "media_publish", "instead", {"reply": refuse(9, 2207042)}),
        FaultCase("not ready", "media_publish", "instead", {"times": 2, "reply": refuse(9007, 2207027)}),
        FaultCase("not ready for long", "media_publish", "instead", {"times": 9, "reply": refuse(9007, 2207027)}),
        FaultCase("throttled", "media.create", "instead", {"times": 2, "reply": refuse(4)}),
        FaultCase("a spam check", "media_publish", "instead", {"reply": refuse(4, 2207051)}, ends=FAILED),
        FaultCase("words refused", "media.create", "instead", {"reply": refuse(36004, 2207010)}, ends=FAILED),
        FaultCase("a server error", "media.create", "instead", {"reply": refuse(-1, 2207001)}),
        FaultCase("container unknown", "container", "instead", {"nth": 2, "reply": refuse(100, 33)}),
        FaultCase("container unknown to publishing", "media_publish", "instead", {"reply": refuse(24, 2207008)}),
    ]

    recovery: ClassVar[list[FaultCase]] = [
        *faults_of("media.list"),
        *faults_of("container", 4),
        *faults_of("media_publish", 2),
        FaultCase("container unknown", "container", "instead", {"nth": 4, "times": 9, "reply": refuse(100, 33)}),
    ]

    def make_fake(self, folder: Path) -> FakeService:
        return InstagramFake(folder)

    def arrived(self, bench: Bench) -> Any:
        fake: Any = bench.fake
        (container,) = fake.containers.values()
        return container["sent"]

    def test_every_field_arrives_as_set(self, bench: Bench) -> None:
        bench.task.fields.update(  # type: ignore[attr-defined]
            share_to_feed=False, sponsors=["17841400000000007"], ai_made=True, caption="바다 #제주"
        )
        posted = bench.publish()
        sent = bench.fake.media[posted.id]["sent"]  # type: ignore[attr-defined]
        assert sent["caption"] == "바다 #제주"
        assert sent["share_to_feed"] is False
        assert sent["is_paid_partnership"] is True
        assert sent["branded_content_sponsor_ids"] == ["17841400000000007"]
        assert sent["is_ai_generated"] is True
        assert sent["collaborators"] == ["onda"]
        assert sent["thumb_offset"] == 1000
        assert posted.url.startswith("https://www.instagram.com/reel/")

    @pytest.mark.parametrize("second", ["error", "same"])
    def test_a_lost_answer_of_publishing_is_found_in_the_account_s_list(self, bench: Bench, second: str) -> None:
        fake: Any = bench.fake
        fake.second_publish = second
        bench.fake.fault("media_publish", "drop_after")
        bench.fake.fault("container", "instead", reply=Reply(503), nth=5, times=2)
        bench.to_end()
        bench.check()
        assert bench.effect.result
        assert bench.effect.result["id"] in fake.media

    @pytest.mark.parametrize("second", ["error", "same"])
    def test_a_status_that_lags_behind_publishes_nothing_twice(self, bench: Bench, second: str) -> None:
        """Published, the answer lost, and the container still said to be finished for a while."""
        fake: Any = bench.fake
        fake.second_publish = second
        finished = {"id": "x", "status_code": "FINISHED", "status": "Finished", "video_status": {}}
        bench.fake.fault("media_publish", "drop_after")
        bench.fake.fault("container", "instead", reply=Reply(200, finished), nth=4)
        bench.to_end()
        bench.check()

    def test_a_reel_that_is_out_is_done_though_its_address_cannot_be_read(self, bench: Bench) -> None:
        bench.fake.fault("media_publish", "drop_after")
        bench.fake.fault("media.list", "instead", reply=Reply(503), times=99)
        assert bench.publish().warnings
        bench.check()

    def test_an_expired_container_is_built_anew(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.stalls = True
        with pytest.raises(PutOff):
            bench.publish(pace=BRIEF)
        fake.stalls = False
        fake.expire()
        bench.let_time_pass()
        bench.to_end()
        bench.check()
        assert len(fake.containers) == 2

    def test_a_container_that_expired_before_it_was_published_is_built_anew(self, bench: Bench) -> None:
        fake: Any = bench.fake
        bench.fake.fault("media_publish", "instead", reply=refuse(9, 2207042))
        with pytest.raises(PutOff):
            bench.publish()
        fake.expire()
        bench.let_time_pass()
        bench.to_end()
        bench.check()

    def test_a_published_container_that_nobody_knows_any_more_is_left_to_a_person(self, bench: Bench) -> None:
        bench.fake.fault("media_publish", "drop_after")
        bench.fake.fault("container", "instead", reply=refuse(100, 33), nth=4, times=99)
        bench.fake.fault("media.list", "instead", reply=refuse(10), times=999)
        with pytest.raises(NeedsReview):
            bench.publish(pace=BRIEF)
        bench.check(frozenset({"needs_review"}))

    @pytest.mark.parametrize(
        ("failure", "ends"),
        [
            ("Error: Media upload has failed with error code 2207026", "failed"),
            ("2207026", "failed"),
            ("Error: … error code 2207001", "failed"),
        ],
    )
    def test_a_failed_container_ends_with_its_reason(self, bench: Bench, failure: str, ends: str) -> None:
        fake: Any = bench.fake
        fake.failure = failure
        bench.to_end()
        bench.check(frozenset({ends}))
        assert "2207" in bench.effect.reason

    @pytest.mark.parametrize("retriable", [True, False])
    def test_bytes_that_instagram_will_not_take_fail_the_post(self, bench: Bench, retriable: bool) -> None:
        fake: Any = bench.fake
        fake.retriable = retriable
        bench.to_end()
        bench.check(FAILED)

    @pytest.mark.parametrize(("code", "subcode"), [(190, 463), (190, 460), (190, 458), (190, 467), (10, 0), (200, 0)])
    def test_a_dead_token_or_a_missing_permission_loses_no_post(self, bench: Bench, code: int, subcode: int) -> None:
        for route in ("limit", "media.create", "container", "media_publish"):
            bench.fake.fault(route, "instead", reply=refuse(code, subcode), times=99)
        with pytest.raises(PlatformError) as refused:
            bench.publish()
        assert refused.value.kind == "auth"
        assert "castad auth login instagram" in refused.value.fix or refused.value.fix == "run `castad auth login`"
        assert bench.effect.state == "waiting"
        bench.fake.faults.clear()
        bench.to_end()
        bench.check()

    @pytest.mark.parametrize("code", [4, 17, 32, 613])
    def test_a_throttled_call_waits_as_long_as_instagram_says(self, bench: Bench, code: int) -> None:
        usage = {USER: [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 30}]}
        told = replace(refuse(code), headers={"X-Business-Use-Case-Usage": json.dumps(usage)})
        bench.fake.fault("media.create", "instead", reply=told)
        with pytest.raises(PutOff) as put_off:
            bench.publish()
        assert abs((put_off.value.until - datetime.now(UTC)).total_seconds() - 1800) < 60
        calls = sum(bench.fake.calls.values())
        bench.task = replace(bench.task, rendition="b" * 64)
        with pytest.raises(PutOff) as other:
            bench.publish()
        assert sum(bench.fake.calls.values()) == calls, "another post of the account asks nothing meanwhile"
        assert abs((other.value.until - put_off.value.until).total_seconds()) < 60

    def test_an_app_that_uses_up_its_calls_is_throttled_and_goes_on_later(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.usage_step = 34.0
        with pytest.raises(PutOff, match="Instagram"):
            bench.publish()
        fake.usage_step = fake.app_usage = 0.0
        bench.let_time_pass()
        bench.to_end()
        bench.check()

    def test_a_four_hundred_and_first_container_waits(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.containers = {f"old{n}": {"born": fake.now()} for n in range(400)}
        with pytest.raises(PutOff):
            bench.publish()
        assert fake.calls["media.create"] == 1
        fake.containers.clear()
        bench.let_time_pass()
        bench.to_end()
        bench.check()

    def test_what_instagram_says_of_its_limit_is_kept_for_forecasts(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.quota_total = 100
        bench.records.accounts.save("instagram", "main", b"sealed", {"title": "@haneul"})
        bench.publish()
        account = bench.records.accounts.get("instagram", "main")
        assert account
        assert (account.version, account.sealed, account.facts["title"]) == (1, b"sealed", "@haneul")
        assert (account.facts["limit"]["total"], account.facts["limit"]["used"]) == (100, 0)

    def test_a_container_that_is_processed_for_ever_is_left_to_a_person_with_its_id(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fake: Any = bench.fake
        fake.stalls = True
        with pytest.raises(PutOff, match="still processing"):
            bench.publish(pace=BRIEF)
        monkeypatch.setattr("castad_cli.publish.quotas.INSTAGRAM_CONTAINER_LIFE_S", 0)
        bench.let_time_pass()
        (container,) = fake.containers
        with pytest.raises(NeedsReview, match=container):
            bench.publish(pace=BRIEF)
        assert bench.fake.ledger == []

    @pytest.mark.parametrize("others", [60, 130])
    def test_a_lost_answer_is_found_on_whichever_page_it_stands(self, bench: Bench, others: int) -> None:
        fake: Any = bench.fake
        bench.fake.fault("media_publish", "drop_after")
        bench.fake.fault("container", "instead", reply=Reply(503), nth=4, times=99)
        with pytest.raises(PutOff):
            bench.publish()
        fake.add_others(others)
        bench.fake.faults.clear()
        bench.let_time_pass()
        bench.to_end()
        bench.check()
        assert bench.effect.result
        assert bench.effect.result["id"] == bench.fake.ledger[0]["id"]

    def test_two_reels_of_one_caption_are_not_taken_for_one_another(self, bench: Bench) -> None:
        fake: Any = bench.fake
        bench.fake.fault("media_publish", "drop_after")
        bench.fake.fault("container", "instead", reply=Reply(503), nth=4, times=99)
        with pytest.raises(PutOff):
            bench.publish()
        fake.add_others(1, bench.fake.ledger[0]["caption"])
        bench.fake.faults.clear()
        bench.let_time_pass()
        posted = bench.publish(pace=BRIEF)
        assert (posted.id, len(posted.warnings)) == ("", 1)
        bench.check()

    @pytest.mark.parametrize("version", ["v19.0", "v21.0"])
    def test_a_retired_version_of_the_api_is_refused_and_another_can_be_set(self, bench: Bench, version: str) -> None:
        bench.settings = replace(bench.settings, instagram_version=version)
        with pytest.raises(PlatformError, match="retired"):
            bench.publish()
        bench.settings = replace(bench.settings, instagram_version="v26.0")
        bench.records.effects.retry(bench.key)
        bench.publish()
        assert {entry.path.split("/")[1] for entry in bench.fake.journal[-3:]} == {"v26.0"}

    def test_the_limit_read_at_run_time_puts_a_post_off(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.quota_total = 0
        with pytest.raises(PutOff, match="0 posts a day"):
            bench.publish()
        assert fake.containers == {}
        assert bench.effect.state == "waiting"

    def test_a_post_waits_for_its_time(self, bench: Bench) -> None:
        at = (datetime.now(UTC) + timedelta(hours=5)).replace(microsecond=0)
        bench.task.fields["at"] = at.isoformat()  # type: ignore[index]
        with pytest.raises(PutOff) as put_off:
            bench.publish()
        assert put_off.value.until == at
        assert sum(bench.fake.calls.values()) == 0

    def test_an_instagram_login_posts_from_a_public_address(self, bench: Bench, file_server: str) -> None:
        fake: Any = bench.fake
        fake.login = bench.credentials.facts["login"] = "instagram"
        with pytest.raises(PlatformError, match="Facebook"):
            bench.publish()
        bench.records.effects.retry(bench.key)
        bench.files = replace(bench.files, video_url=f"{file_server}/video.mp4?X-Amz-Signature=abc")
        bench.publish()
        bench.check()
        assert bytes(next(iter(fake.containers.values()))["data"]) == bench.files.video.read_bytes()

    @pytest.mark.parametrize(
        ("how", "subcode"),
        [("no ranges", 2207077), ("gone", 2207052), ("moved", 2207052), ("denied", 2207052), ("slow", 2207003)],
    )
    def test_a_host_that_does_not_serve_the_video_fails_the_post_with_instagram_s_word(
        self, bench: Bench, file_server: str, how: str, subcode: int
    ) -> None:
        fake: Any = bench.fake
        fake.login = bench.credentials.facts["login"] = "instagram"
        fake.fetch_s = 0.2
        bench.files = replace(bench.files, video_url=f"{file_server}/{how.replace(' ', '-')}?X-Amz-Signature=abc")
        bench.to_end()
        bench.check(FAILED)
        assert str(subcode) in bench.effect.reason
        assert "Signature" not in bench.effect.reason
        assert len(fake.containers) >= 2, "another container was tried: the host's trouble may pass"

    @pytest.mark.parametrize(("what", "said"), [("png", "no JPEG"), ("large", "8.0 MB")])
    def test_a_cover_that_instagram_would_not_take_gives_way_to_a_moment_of_the_video(
        self, bench: Bench, file_server: str, tmp_path: Path, what: str, said: str
    ) -> None:
        fake: Any = bench.fake
        cover = tmp_path / "cover.bin"
        cover.write_bytes(b"\x89PNG" + bytes(100) if what == "png" else b"\xff\xd8\xff" + bytes(8_000_000))
        bench.files = replace(bench.files, cover=cover, cover_url=f"{file_server}/cover")
        draft = Instagram().compose("main", bench.task.fields, bench.files)
        assert said in draft.warnings[0]
        posted = bench.publish()
        assert posted.warnings == draft.warnings
        assert fake.media[posted.id]["sent"]["thumb_offset"] == 1000
        assert "cover_url" not in fake.media[posted.id]["sent"]

    def test_a_cover_is_fetched_from_its_address(self, bench: Bench, file_server: str) -> None:
        fake: Any = bench.fake
        bench.files = replace(bench.files, cover_url=f"{file_server}/cover.jpg")
        posted = bench.publish()
        assert fake.media[posted.id]["sent"]["cover_url"] == f"{file_server}/cover.jpg"


@pytest.fixture(scope="module")
def file_server(small_video: Path, cover: Path) -> Iterator[str]:
    """Serves the video with Range, as an S3 bucket does; by other names as hosts do that Instagram cannot use."""
    over = threading.Event()

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            name = self.path.partition("?")[0].strip("/")
            if name in ("gone", "moved", "denied"):
                self.send_response({"gone": 404, "moved": 302, "denied": 403}[name])
                self.send_header("Location", "/video.mp4")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if name == "slow":
                over.wait(30)
            data = (cover if name == "cover.jpg" else small_video).read_bytes()
            if "Range" not in self.headers or name == "no-ranges":
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                return
            first, last = (int(part) for part in self.headers["Range"].removeprefix("bytes=").split("-"))
            part = data[first : last + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            self.wfile.write(part)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        yield f"http://127.0.0.1:{server.server_address[1]}"
        over.set()
        server.shutdown()
