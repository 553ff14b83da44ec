"""YouTube, through Google's own client, against a fake that keeps to its protocol."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fake_service import FakeService, Reply
from publisher_contract import Bench, FaultCase, PublisherContract, big_video, cover, faults_of, small_video
from youtube import ALL, READ, UPLOAD, YouTubeFake, refuse

from castad_cli.errors import NeedsReview, PlatformError, PutOff

__all__ = ["big_video", "cover", "small_video"]

BUCKET = refuse(429, "rateLimitExceeded", "metric 'Video Uploads' and limit 'Video Uploads per day'", "global")


class TestYouTube(PublisherContract):
    platform = "youtube"
    fields: ClassVar[dict[str, Any]] = {"privacy": "public", "tags": ["제주", "바다 전망"]}
    facts: ClassVar[dict[str, Any]] = {"project": "p1"}
    scopes = (UPLOAD, READ)
    faults: ClassVar[list[FaultCase]] = [
        *faults_of("open"),
        *faults_of("chunk", 1, big=True, cut=3_000_000),
        *faults_of("chunk", 3, big=True, cut=100_000),
        *faults_of("chunk", 1),
        *faults_of("videos.list"),
        *faults_of("thumbnails.set"),
        FaultCase("the bucket is empty", "open", "instead", {"reply": BUCKET}),
        FaultCase("a storm of throttling", "open", "instead", {"times": 3, "reply": refuse(403, "rateLimitExceeded")}),
        FaultCase("the channel's own cap", "open", "instead", {"reply": refuse(400, "uploadLimitExceeded")}),
        FaultCase(
            "refused words", "open", "instead", {"reply": refuse(400, "invalidTitle")}, ends=frozenset({"failed"})
        ),
        FaultCase("401 in the middle", "chunk", "instead", {"nth": 2, "reply": refuse(401, "authError")}, True),
        FaultCase("404 in the middle", "chunk", "instead", {"nth": 2, "reply": Reply(404)}, True),
        FaultCase("410 in the middle", "chunk", "instead", {"nth": 2, "reply": Reply(410)}, True),
        FaultCase("general quota spent", "videos.list", "instead", {"reply": refuse(403, "quotaExceeded")}),
        FaultCase("thumbnail burst", "thumbnails.set", "instead", {"reply": refuse(429, "uploadRateLimitExceeded")}),
    ]

    def make_fake(self, folder: Path) -> FakeService:
        return YouTubeFake(folder)

    def test_every_field_arrives_as_set(self, bench: Bench) -> None:
        bench.fake.allow("token-1", ALL)  # without it nothing is added to a playlist
        at = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
        bench.task.fields.update(  # type: ignore[attr-defined]
            at=at.isoformat(), made_for_kids=True, paid_placement=True, ai_made=True, playlist="PLads", title="하늘마루"
        )
        posted = bench.publish()
        video = bench.fake.videos[posted.id]  # type: ignore[attr-defined]
        assert video["snippet"]["title"] == "하늘마루"
        assert video["snippet"]["tags"][:2] == ["제주", "바다 전망"]
        assert video["snippet"]["defaultLanguage"] == "ko"
        assert video["status"]["privacyStatus"] == "private"
        assert datetime.fromisoformat(video["status"]["publishAt"]) == at
        assert video["status"]["selfDeclaredMadeForKids"] is True
        assert video["status"]["containsSyntheticMedia"] is True
        assert video["paidProductPlacementDetails"] == {"hasPaidProductPlacement": True}
        assert bench.fake.playlists["PLads"] == [posted.id]  # type: ignore[attr-defined]
        assert video["thumbnail"] == 1
        assert posted.state == "scheduled"
        assert posted.url == f"https://www.youtube.com/shorts/{posted.id}"

    def test_what_was_stored_counts_not_what_was_sent(self, bench: Bench, big_video: Path) -> None:
        fake: Any = bench.fake
        fake.accept_at_most = 5 * 262_144
        bench.files = bench.files.__class__(big_video, bench.files.cover, bench.files.captions, bench.files.facts)
        fake.final_status = 200
        bench.publish()
        bench.check()

    def test_a_lost_session_is_found_again_by_the_marker(self, bench: Bench) -> None:
        fake: Any = bench.fake
        bench.fake.fault("chunk", "drop_after")
        bench.fake.fault("query", "instead", reply=Reply(404), times=99)
        bench.to_end()
        bench.check()
        assert bench.effect.result
        assert bench.effect.result["id"] in fake.videos

    def test_what_cannot_be_found_is_left_to_a_person(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.listed = False
        bench.fake.fault("chunk", "drop_after")
        bench.fake.fault("query", "instead", reply=Reply(404), times=99)
        with pytest.raises(NeedsReview):
            bench.publish()
        bench.check(frozenset({"needs_review"}))

    def test_a_video_that_youtube_rejects_fails_with_its_reason(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.outcome = {"uploadStatus": "rejected", "rejectionReason": "copyright"}
        with pytest.raises(PlatformError, match="copyright"):
            bench.publish()
        assert bench.effect.state == "failed"

    def test_slow_processing_frees_the_slot_and_comes_back(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.polls = 10_000
        with pytest.raises(PutOff, match="processing"):
            bench.publish()
        assert bench.effect.state == "waiting"
        fake.polls = 1
        bench.to_end()
        bench.check()

    def test_the_project_s_uploads_are_shared_and_end_at_midnight_pacific(self, bench: Bench) -> None:
        from castad_cli.publish import quotas

        for _ in range(quotas.YOUTUBE_UPLOADS_A_DAY):
            bench.records.limits.spend("youtube.uploads", "p1", 1, 100, quotas.PACIFIC_DAY)
        with pytest.raises(PutOff) as put_off:
            bench.publish()
        midnight = quotas.next_pacific_midnight(datetime.now(UTC))
        assert abs((put_off.value.until - midnight).total_seconds()) < 60
        assert bench.fake.calls["open"] == 0
        assert bench.effect.attempts == 0
