"""TikTok, against a fake that keeps to the Content Posting API's rules."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fake_service import FakeService, Reply
from hypothesis import given, settings
from hypothesis import strategies as st
from publisher_contract import (
    BRIEF,
    Bench,
    FaultCase,
    PublisherContract,
    Token,
    big_video,
    cover,
    faults_of,
    small_video,
)
from tiktok import TikTokFake, refuse

from castad_cli.errors import NeedsReview, PlatformError, PutOff
from castad_cli.publish import tiktok as publisher
from castad_cli.publish.tiktok import CHUNK, cut

__all__ = ["big_video", "cover", "small_video"]

FAILED = frozenset({"failed"})


class TestTikTok(PublisherContract):
    platform = "tiktok"
    last_call = "chunk"
    fields: ClassVar[dict[str, Any]] = {"privacy": "SELF_ONLY"}
    facts: ClassVar[dict[str, Any]] = {"username": "haneul", "open_id": "open-1"}
    scopes = ("video.publish", "video.upload", "video.list")
    faults: ClassVar[list[FaultCase]] = [
        *faults_of("creator_info"),
        *faults_of("init"),
        *faults_of("chunk", 1, big=True, cut=3_000_000),
        *faults_of("chunk", 2, big=True, cut=3_000_000),
        *faults_of("chunk", 1),
        *faults_of("status", 1),
        *faults_of("status", 2),
        FaultCase("a slow drip of the last answer", "chunk", "drip", {"reply": Reply(201)}),
        FaultCase("a slow drip of a reading", "status", "drip"),
        FaultCase("a storm of 429", "init", "instead", {"times": 4, "reply": refuse(429, "rate_limit_exceeded")}),
        FaultCase("429 on status", "status", "instead", {"nth": 2, "reply": refuse(429, "rate_limit_exceeded")}),
        FaultCase("too many posts", "init", "instead", {"reply": refuse(403, "spam_risk_too_many_posts")}),
        FaultCase("the app's users", "init", "instead", {"reply": refuse(403, "reached_active_user_cap")}),
        FaultCase("banned", "init", "instead", {"reply": refuse(403, "spam_risk_user_banned")}, ends=FAILED),
        FaultCase("out of order", "chunk", "instead", {"nth": 2, "reply": Reply(416)}, True),
        FaultCase("no such upload", "chunk", "instead", {"nth": 1, "reply": Reply(404)}, True),
        FaultCase(
            "an unknown state",
            "status",
            "after",
            {
                "nth": 2,
                "reply": Reply(
                    200, {"data": {"status": "PONDERING"}, "error": {"code": "ok", "message": "", "log_id": "x"}}
                ),
            },
        ),
    ]

    recovery: ClassVar[list[FaultCase]] = [
        *faults_of("status", 3),
        *faults_of("chunk", 2),
        *faults_of("init", 2),
        FaultCase("forgotten", "status", "instead", {"nth": 2, "times": 9, "reply": refuse(400, "invalid_publish_id")}),
    ]
    told_otherwise = frozenset({"mode"})

    def make_fake(self, folder: Path) -> FakeService:
        return TikTokFake(folder)

    def arrived(self, bench: Bench) -> Any:
        fake: Any = bench.fake
        (post,) = fake.posts.values()
        return {"source_info": post["source"], "post_info": post["info"]}

    def test_every_field_arrives_as_set(self, bench: Bench) -> None:
        fields: Any = bench.task.fields
        fields.update(privacy="PUBLIC_TO_EVERYONE", brand_content=True, brand_organic=False, ai_made=True)
        fields.update(comments=False, duet=True, stitch=True, caption="바다 #제주")
        posted = bench.publish()
        info = bench.fake.ledger[0]["info"]
        assert info == {
            "title": "바다 #제주",
            "privacy_level": "PUBLIC_TO_EVERYONE",
            "disable_comment": True,
            "disable_duet": False,
            "disable_stitch": True,
            "video_cover_timestamp_ms": 1000,
            "brand_content_toggle": True,
            "brand_organic_toggle": False,
            "is_aigc": True,
        }
        assert posted.url.startswith("https://www.tiktok.com/@haneul/video/7")

    def test_a_privacy_that_is_not_offered_fails_with_those_that_are(self, bench: Bench) -> None:
        fake: Any = bench.fake
        bench.task.fields["privacy"] = "FOLLOWER_OF_CREATOR"  # type: ignore[index]
        with pytest.raises(PlatformError, match="offers @haneul no FOLLOWER_OF_CREATOR") as refused:
            bench.publish()
        assert "SELF_ONLY" in refused.value.fix
        assert fake.calls["init"] == 0

    @pytest.mark.parametrize(
        ("code", "state"),
        [
            ("spam_risk_too_many_posts", "waiting"),
            ("reached_active_user_cap", "waiting"),
            ("spam_risk_user_banned_from_posting", "failed"),
        ],
    )
    def test_a_creator_who_may_not_post_is_told_at_http_200(self, bench: Bench, code: str, state: str) -> None:
        fake: Any = bench.fake
        fake.creator_code = code
        with pytest.raises((PlatformError, PutOff)):
            bench.publish()
        bench.check(frozenset({state}))
        assert bench.fake.calls["init"] == 0

    def test_a_video_longer_than_the_creator_may_post_is_not_sent(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.creator["max_video_post_duration_sec"] = 3
        bench.to_end()
        bench.check(FAILED)
        assert bench.fake.calls["init"] == 0

    def test_a_draft_goes_to_the_inbox(self, bench: Bench) -> None:
        bench.task.fields["mode"] = "inbox"  # type: ignore[index]
        posted = bench.publish()
        assert posted.state == "inbox"
        assert bench.fake.ledger[0]["mode"] == "inbox"
        assert bench.fake.calls["creator_info"] == 0

    def test_a_sixth_draft_waits_for_a_day(self, bench: Bench) -> None:
        bench.task.fields["mode"] = "inbox"  # type: ignore[index]
        for number in range(5):
            bench.task = replace(bench.task, rendition=f"{number}" * 64)
            bench.publish()
            bench.let_time_pass()
        bench.task = replace(bench.task, rendition="5" * 64)
        with pytest.raises(PutOff, match="spam_risk_too_many_pending_share") as put_off:
            bench.publish()
        assert put_off.value.until > datetime.now(UTC) + timedelta(hours=23)
        bench.fake.ahead_s += 86_401
        bench.let_time_pass()
        bench.publish()
        assert len(bench.fake.ledger) == 6

    def test_a_sixth_user_of_an_unaudited_app_waits_for_a_day(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.user_cap = 5
        for number in range(6):
            token = f"token-of-{number}"
            fake.allow(token, *self.scopes)
            fake.users[token] = f"user-{number}"
            bench.credentials = Token(token, username=f"user{number}", open_id=f"open-{number}")
            bench.task = replace(bench.task, account=f"shop{number}")
            if number < 5:
                bench.publish()
                continue
            with pytest.raises(PutOff, match="reached_active_user_cap"):
                bench.publish()
        assert bench.effect.state == "waiting"
        assert len(fake.ledger) == 5
        fake.ahead_s += 86_401
        bench.let_time_pass()
        bench.publish()
        assert len(fake.ledger) == 6

    def test_an_unaudited_app_posts_to_private_accounts_alone_and_says_so(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.unaudited = True
        with pytest.raises(PlatformError, match="unaudited") as refused:
            bench.publish()
        assert "make the account private" in refused.value.fix
        fake.creator["privacy_level_options"] = ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
        bench.records.effects.retry(bench.key)
        bench.let_time_pass()
        bench.publish()
        assert fake.ledger[0]["info"]["privacy_level"] == "SELF_ONLY"

    def test_what_the_creator_has_switched_off_stays_off(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.creator |= {"comment_disabled": True, "duet_disabled": True, "stitch_disabled": False}
        bench.task.fields.update(comments=True, duet=True, stitch=True)  # type: ignore[attr-defined]
        bench.publish()
        info = fake.ledger[0]["info"]
        assert (info["disable_comment"], info["disable_duet"], info["disable_stitch"]) == (True, True, False)

    def test_tiktok_is_never_asked_to_fetch_a_video_itself(self, bench: Bench) -> None:
        """That call alone would begin a post, and nothing could tell whether one whose answer was lost did."""
        fake: Any = bench.fake
        fake.prefixes = ("http://127.0.0.1",)
        bench.files = replace(bench.files, video_url="http://127.0.0.1:9/video.mp4", cover_url="http://127.0.0.1:9/c")
        bench.publish()
        assert not any(post.get("pulled") for post in fake.posts.values())
        bench.check()

    def test_too_many_posts_is_asked_once_by_all_workers(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.post_cap = 0
        for number in range(3):
            bench.task = replace(bench.task, rendition=f"{number}" * 64)
            with pytest.raises(PutOff):
                bench.publish()
        assert bench.fake.calls["init"] == 1
        assert bench.fake.calls["creator_info"] == 1

    def test_a_moderated_number_that_comes_late_is_none_that_a_post_waits_for(self, bench: Bench) -> None:
        fake: Any = bench.fake
        fake.moderated = False
        bench.task.fields["privacy"] = "PUBLIC_TO_EVERYONE"  # type: ignore[index]
        posted = bench.publish()
        assert (posted.id[:2], posted.url) == ("v_", "https://www.tiktok.com/@haneul")

    def lose(self, bench: Bench, **fields: Any) -> None:
        """A post whose last chunk came through, and whose publish id TikTok then knows no more."""
        bench.task.fields.update(fields)  # type: ignore[attr-defined]
        bench.fake.fault("chunk", "drop_after")
        bench.fake.fault("status", "instead", reply=Reply(503), nth=2, times=99)
        with pytest.raises(PutOff):
            bench.publish()
        bench.fake.faults.clear()
        bench.fake.forget()  # type: ignore[attr-defined]
        bench.let_time_pass()

    @pytest.mark.parametrize("others", [0, 30])
    def test_a_public_post_whose_id_is_forgotten_is_found_in_the_account_s_list(
        self, bench: Bench, others: int
    ) -> None:
        fake: Any = bench.fake
        self.lose(bench, privacy="PUBLIC_TO_EVERYONE", caption="바다 앞 하루")
        fake.add_others(others)
        posted = bench.publish()
        bench.check()
        assert posted.url.startswith("https://www.tiktok.com/@haneul/video/7")
        assert bench.fake.calls["video.list"] >= others // 20 + 1

    @pytest.mark.parametrize("why", ["private", "two alike", "no right to the list"])
    def test_what_the_account_s_list_cannot_tell_is_left_to_a_person(self, bench: Bench, why: str) -> None:
        fake: Any = bench.fake
        privacy = "SELF_ONLY" if why == "private" else "PUBLIC_TO_EVERYONE"
        self.lose(bench, privacy=privacy, caption="바다 앞 하루")
        if why == "two alike":
            fake.add_others(1, "바다 앞 하루")
        if why == "no right to the list":
            fake.allow("token-1", "video.publish")
        with pytest.raises(NeedsReview, match="no longer knows"):
            bench.publish(pace=BRIEF)
        bench.check(frozenset({"needs_review"}))

    def test_a_publish_id_that_nobody_knows_before_the_last_chunk_is_begun_anew(self, bench: Bench) -> None:
        fake: Any = bench.fake
        bench.fake.fault("status", "instead", reply=refuse(400, "invalid_publish_id"))
        bench.to_end()
        bench.check()
        assert fake.calls["init"] == 2

    def test_another_account_s_publish_id_is_left_to_a_person(self, bench: Bench) -> None:
        fake: Any = bench.fake
        self.lose(bench)
        fake.posts = {name.removeprefix("gone "): post for name, post in fake.posts.items()}
        fake.users["token-1"] = "another"
        with pytest.raises(NeedsReview, match="token_not_authorized"):
            bench.publish(pace=BRIEF)

    @pytest.mark.parametrize(
        ("reason", "state"),
        [
            ("file_format_check_failed", "failed"),
            ("duration_check_failed", "failed"),
            ("frame_rate_check_failed", "failed"),
            ("picture_size_check_failed", "failed"),
            ("publish_cancelled", "failed"),
            ("spam_risk", "failed"),
            ("spam_risk_text", "failed"),
            ("spam_risk_user_banned_from_posting", "failed"),
            ("internal", "failed"),
            ("video_pull_failed", "failed"),
            ("spam_risk_too_many_posts", "waiting"),
            ("auth_removed", "waiting"),
        ],
    )
    def test_a_failed_post_ends_with_its_reason(self, bench: Bench, reason: str, state: str) -> None:
        fake: Any = bench.fake
        fake.fail_reason = reason
        if state == "failed":
            bench.to_end()
        else:
            with pytest.raises((PlatformError, PutOff)):
                bench.publish()
        bench.check(frozenset({state}))
        assert reason in bench.effect.reason or bench.effect.reason == "given back"

    def test_an_expired_address_with_bytes_missing_is_begun_anew(self, bench: Bench, big_video: Path) -> None:
        bench.files = replace(bench.files, video=big_video)
        bench.fake.fault("chunk", "instead", reply=Reply(503), nth=1, times=200)
        with pytest.raises(PutOff):
            bench.publish(pace=BRIEF)
        bench.fake.faults.clear()
        bench.fake.ahead_s += 3700
        bench.let_time_pass()
        bench.to_end()
        bench.check()
        assert bench.fake.calls["init"] == 2

    def test_an_expired_address_whose_last_bytes_may_have_arrived_is_waited_for(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench.fake.fault("chunk", "instead", reply=Reply(503), times=200)
        with pytest.raises(PutOff):
            bench.publish(pace=BRIEF)
        bench.fake.faults.clear()
        bench.fake.ahead_s += 3700
        bench.let_time_pass()
        with pytest.raises(PutOff):
            bench.publish(pace=BRIEF)
        assert bench.fake.calls["init"] == 1
        monkeypatch.setattr(publisher, "SETTLED_S", 0.0)
        bench.let_time_pass()
        bench.to_end()
        bench.check()

    def test_a_post_that_never_ends_is_left_to_a_person(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        fake: Any = bench.fake
        fake.stalls = True
        with pytest.raises(PutOff):
            bench.publish(pace=BRIEF)
        monkeypatch.setattr(publisher, "LONGEST_S", 0.0)
        bench.let_time_pass()
        with pytest.raises(NeedsReview):
            bench.publish(pace=BRIEF)

    def test_chunks_sent_again_are_taken_or_refused_and_the_post_goes_out(self, bench: Bench, big_video: Path) -> None:
        fake: Any = bench.fake
        fake.repeats = True
        bench.files = replace(bench.files, video=big_video)
        bench.fake.fault("chunk", "drop_after", nth=1)
        bench.to_end()
        bench.check()


@given(size=st.integers(1, 4_000_000_000))
@settings(max_examples=300, deadline=None)
def test_chunks_keep_to_tiktok_s_rules_whatever_its_megabyte_is(size: int) -> None:
    chunks = cut(size)
    spans = [chunks.span(index) for index in range(chunks.count)]
    assert spans[0][0] == 0
    assert spans[-1][1] == size
    assert all(before[1] == after[0] for before, after in itertools.pairwise(spans))
    assert 1 <= chunks.count <= 1000
    if chunks.count > 1:
        assert chunks.count == size // chunks.chunk
        assert 5_242_880 <= chunks.chunk <= 64_000_000
        assert spans[-1][1] - spans[-1][0] < 2 * CHUNK
    else:
        assert size <= 64_000_000
