"""YouTube, through Google's own client, against a fake that keeps to its protocol."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fake_service import FakeService, Reply
from publisher_contract import BRIEF, Bench, FaultCase, PublisherContract, big_video, cover, faults_of, small_video
from youtube import ALL, READ, UPLOAD, YouTubeFake, refuse

from castad_cli.errors import NeedsReview, PlatformError, PutOff

__all__ = ["big_video", "cover", "small_video"]

FAILURES = ("conversion", "invalidFile", "emptyFile", "tooSmall", "codec", "uploadAborted")
REJECTIONS = ("duplicate", "length", "inappropriate", "termsOfUse", "claim", "trademark")
BUCKET = refuse(429, "rateLimitExceeded", "metric 'Video Uploads' and limit 'Video Uploads per day'", "global")


class TestYouTube(PublisherContract):
    platform = "youtube"
    last_call = "chunk"
    fields: ClassVar[dict[str, Any]] = {"privacy": "public", "tags": ["제주", "바다 전망"], "playlist": "PLads"}
    facts: ClassVar[dict[str, Any]] = {"project": "p1"}
    scopes = (UPLOAD, READ, ALL)
    faults: ClassVar[list[FaultCase]] = [
        *faults_of("open"),
        *faults_of("chunk", 1, big=True, cut=3_000_000),
        *faults_of("chunk", 3, big=True, cut=100_000),
        *faults_of("chunk", 1),
        *faults_of("videos.list"),
        *faults_of("thumbnails.set"),
        *faults_of("playlistItems.insert"),
        FaultCase("no such playlist", "playlistItems.list", "instead", {"reply": refuse(404, "playlistNotFound")}),
        FaultCase("a slow drip of the last answer", "chunk", "drip"),
        FaultCase("a slow drip of a reading", "videos.list", "drip"),
        *(
            FaultCase(f"{status} {where}", "chunk", how, {"nth": nth, "reply": Reply(status)}, big=nth == 2)
            for status in (500, 502, 504)
            for where, how, nth in (
                ("in the middle", "instead", 2),
                ("before the last byte counts", "instead", 1),
                ("after the last byte counts", "after", 1),
            )
        ),
        *(FaultCase(f"{each} at the start", "open", "instead", {"reply": Reply(each)}) for each in (500, 502, 504)),
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

    recovery: ClassVar[list[FaultCase]] = [
        *faults_of("query"),
        *faults_of("channels.list"),
        *faults_of("playlistItems.list"),
        FaultCase("session forgotten", "query", "instead", {"times": 9, "reply": Reply(404)}),
    ]
    told_otherwise = frozenset({"short", "playlist"})

    def make_fake(self, folder: Path) -> FakeService:
        return YouTubeFake(folder)

    def arrived(self, bench: Bench) -> Any:
        fake: Any = bench.fake
        (session,) = fake.sessions.values()
        return session["sent"]

    def test_every_field_arrives_as_set(self, bench: Bench) -> None:
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

    def test_an_account_without_the_scope_for_playlists_posts_without_one(self, bench: Bench) -> None:
        bench.fake.allow("token-1", UPLOAD, READ)
        assert "insufficientPermissions" in bench.publish().warnings[0]
        bench.check()

    def test_a_playlist_that_is_silent_keeps_no_post_from_being_done(self, bench: Bench) -> None:
        bench.fake.fault("playlistItems.insert", "instead", reply=Reply(503), times=99)
        assert "PLads" in bench.publish().warnings[0]
        bench.check()
        assert bench.fake.playlists["PLads"] == []  # type: ignore[attr-defined]

    def test_what_was_stored_counts_not_what_was_sent(self, bench: Bench, big_video: Path) -> None:
        fake: Any = bench.fake
        fake.accept_at_most = 5 * 262_144
        bench.files = bench.files.__class__(big_video, bench.files.cover, bench.files.captions, bench.files.facts)
        fake.final_status = 200
        bench.publish()
        bench.check()

    def test_a_session_that_moves_is_followed_after_chunks_and_after_questions(
        self, bench: Bench, big_video: Path
    ) -> None:
        fake: Any = bench.fake
        fake.moves_session = True
        bench.files = replace(bench.files, video=big_video)
        bench.fake.fault("chunk", "drop_after", nth=2)
        bench.publish()
        bench.check()
        assert fake.moves >= 3

    def test_a_server_that_keeps_nothing_of_a_chunk_is_sent_it_again(self, bench: Bench, big_video: Path) -> None:
        bench.files = replace(bench.files, video=big_video)
        bench.fake.fault("chunk", "cut", keep=100, nth=1)  # a 308 without Range follows
        bench.publish()
        bench.check()

    @pytest.mark.parametrize("others", [60, 240])
    def test_a_lost_session_s_video_is_found_on_whichever_page_it_stands(self, bench: Bench, others: int) -> None:
        fake: Any = bench.fake
        bench.fake.fault("chunk", "drop_after")
        bench.fake.fault("query", "instead", reply=Reply(503), times=99)
        with pytest.raises(PutOff):
            bench.publish()
        fake.add_others(others)
        bench.fake.faults.clear()
        bench.fake.fault("query", "instead", reply=Reply(404), times=99)
        bench.let_time_pass()
        bench.to_end()
        bench.check()
        assert bench.fake.calls["playlistItems.list"] >= others // 50 + 1

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
            bench.publish(pace=BRIEF)
        bench.check(frozenset({"needs_review"}))

    def test_a_video_that_youtube_rejects_fails_with_its_reason(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.outcome = {"uploadStatus": "rejected", "rejectionReason": "copyright"}
        with pytest.raises(PlatformError, match="copyright"):
            bench.publish()
        assert bench.effect.state == "failed"

    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            *(("failed", word) for word in FAILURES),
            *(("rejected", word) for word in REJECTIONS),
        ],
    )
    def test_however_youtube_turns_a_video_down_its_reason_is_told(
        self, bench: Bench, status: str, reason: str
    ) -> None:
        fake: Any = bench.fake
        fake.outcome = {"uploadStatus": status, "failureReason" if status == "failed" else "rejectionReason": reason}
        with pytest.raises(PlatformError, match=reason):
            bench.publish()
        assert bench.effect.state == "failed"
        calls = sum(bench.fake.calls.values())
        with pytest.raises(PlatformError, match=reason):
            bench.publish()
        assert sum(bench.fake.calls.values()) == calls, "and nobody is asked again"

    @pytest.mark.parametrize("reason", ["uploadFailed", "transcodeFailed", "streamingFailed", "other"])
    def test_a_video_that_youtube_could_not_process_fails_with_its_reason(self, bench: Bench, reason: str) -> None:
        fake: Any = bench.fake
        fake.outcome = {"uploadStatus": "uploaded"}
        fake.processing = {"processingStatus": "failed", "processingFailureReason": reason}
        with pytest.raises(PlatformError, match=reason):
            bench.publish()
        assert bench.effect.state == "failed"

    def test_the_same_bytes_twice_are_youtube_s_duplicate(self, bench: Bench) -> None:
        bench.publish()
        bench.task = replace(bench.task, rendition="b" * 64)
        with pytest.raises(PlatformError, match="duplicate"):
            bench.publish()

    def test_a_scheduled_video_is_private_until_its_time(self, bench: Bench) -> None:
        fake: Any = bench.fake
        at = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
        bench.task.fields.update(at=at.isoformat(), privacy="private")  # type: ignore[attr-defined]
        posted = bench.publish()
        assert (posted.state, fake.resource(posted.id, "status")["status"]["privacyStatus"]) == ("scheduled", "private")
        fake.ahead_s += 90_000
        assert fake.resource(posted.id, "status")["status"]["privacyStatus"] == "public"

    def test_an_account_that_may_only_upload_posts_and_says_what_it_could_not_see(self, bench: Bench) -> None:
        bench.fake.allow("token-1", UPLOAD)
        posted = bench.publish()
        assert "could not be read" in posted.warnings[0]
        bench.check()

    @pytest.mark.parametrize(
        ("refusal", "kind", "fix"),
        [
            (refuse(401, "youtubeSignupRequired"), "auth", "make a channel"),
            (refuse(403, "insufficientPermissions"), "auth", "castad auth login youtube"),
            (refuse(403, "accessNotConfigured"), "auth", "castad auth login youtube"),
            (refuse(403, "forbidden"), "rejected", ""),
            (refuse(403, "channelSuspended"), "rejected", ""),
            (refuse(400, "invalidTags"), "rejected", ""),
        ],
        ids=lambda value: value.body["error"]["errors"][0]["reason"] if isinstance(value, Reply) else str(value)[:8],
    )
    def test_what_a_person_must_mend_is_told_with_the_way(
        self, bench: Bench, refusal: Reply, kind: str, fix: str
    ) -> None:
        bench.fake.fault("open", "instead", reply=refusal, times=9)
        with pytest.raises(PlatformError) as refused:
            bench.publish()
        assert (refused.value.kind, bench.effect.state) == (kind, "waiting" if kind == "auth" else "failed")
        assert fix in refused.value.fix

    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            (refuse(400, "invalidImage"), "invalidImage"),
            (refuse(403, "forbidden"), "forbidden"),
            (refuse(404, "videoNotFound"), "videoNotFound"),
            (refuse(403, "quotaExceeded"), "quotaExceeded"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_a_thumbnail_that_cannot_be_set_undoes_no_post(self, bench: Bench, fault: Reply, said: str) -> None:
        bench.fake.fault("thumbnails.set", "instead", reply=fault, times=9)
        posted = bench.publish()
        assert said in posted.warnings[0]
        bench.check()

    @pytest.mark.parametrize("route", ["videos.list", "thumbnails.set"])
    def test_a_thumbnail_waits_for_a_throttle_that_soon_ends(self, bench: Bench, route: str) -> None:
        fake: Any = bench.fake
        bench.fake.fault(route, "instead", reply=refuse(403, "rateLimitExceeded"), times=2)
        with pytest.raises(PutOff, match="rateLimitExceeded"):
            bench.publish()
        assert bench.effect.state == "waiting"
        bench.to_end()
        bench.check()
        assert bench.effect.result
        assert "warnings" not in bench.effect.result
        assert fake.videos[bench.effect.result["id"]]["thumbnail"] == 1

    def test_a_throttle_that_never_ends_keeps_no_post_from_being_done(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench.fake.fault("thumbnails.set", "instead", reply=refuse(429, "uploadRateLimitExceeded"), times=99)
        with pytest.raises(PutOff):
            bench.publish()
        monkeypatch.setattr("castad_cli.publish.youtube.LONGEST_PROCESSING_S", 0.0)
        bench.let_time_pass()
        assert "uploadRateLimitExceeded" in bench.publish().warnings[0]
        bench.check()

    def test_a_spent_bucket_is_asked_once_by_all_workers_until_midnight_pacific(self, bench: Bench) -> None:
        """Another program may have spent it: then YouTube's word holds, not our own count."""
        from castad_cli.publish import quotas

        fake: Any = bench.fake
        fake.upload_cap = 0
        midnight = quotas.next_pacific_midnight(datetime.now(UTC))
        for number in range(3):
            bench.task = replace(bench.task, rendition=f"{number}" * 64)
            with pytest.raises(PutOff) as put_off:
                bench.publish()
            assert abs((put_off.value.until - midnight).total_seconds()) < 60
        assert bench.fake.calls["open"] == 1
        fake.ahead_s += 90_000
        fake.upload_cap = 100
        bench.let_time_pass()
        bench.to_end()
        bench.check()

    def test_one_channel_s_own_cap_holds_no_other_channel_back(self, bench: Bench) -> None:
        bench.fake.fault("open", "instead", reply=refuse(400, "uploadLimitExceeded"))
        with pytest.raises(PutOff):
            bench.publish()
        bench.task = replace(bench.task, rendition="b" * 64, account="other")
        bench.publish()

    def test_slow_processing_frees_the_slot_and_comes_back(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.polls = 10_000
        with pytest.raises(PutOff, match="processing"):
            bench.publish(pace=BRIEF)
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
