"""Instagram Reels, against a fake that keeps to the Graph API's words."""

from __future__ import annotations

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
from publisher_contract import Bench, FaultCase, PublisherContract, big_video, cover, faults_of, small_video

from castad_cli.errors import NeedsReview, PlatformError, PutOff

__all__ = ["big_video", "cover", "small_video"]

FAILED = frozenset({"failed"})


class TestInstagram(PublisherContract):
    platform = "instagram"
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

    def make_fake(self, folder: Path) -> FakeService:
        return InstagramFake(folder)

    def test_every_field_arrives_as_set(self, bench: Bench) -> None:
        bench.task.fields.update(  # type: ignore[attr-defined]
            share_to_feed=False, paid_partnership=True, ai_made=True, caption="바다 #제주"
        )
        posted = bench.publish()
        sent = bench.fake.media[posted.id]["sent"]  # type: ignore[attr-defined]
        assert sent["caption"] == "바다 #제주"
        assert sent["share_to_feed"] is False
        assert sent["is_paid_partnership"] is True
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
            bench.publish()
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
            bench.publish()
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


@pytest.fixture
def file_server(small_video: Path) -> Iterator[str]:
    """Serves the video with Range, as an S3 bucket does."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            data = small_video.read_bytes()
            first, last = (int(part) for part in self.headers["Range"].removeprefix("bytes=").split("-"))
            part = data[first : last + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            self.wfile.write(part)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
