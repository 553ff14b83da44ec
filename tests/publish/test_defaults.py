"""What a post says of itself where the recipe says nothing: unseen, and disclosed as the platforms ask of ads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from logins import FAKES, settings_for
from publisher_contract import FACTS, cover, small_video

from castad_cli.model.recipe import InstagramPost, TikTokPost, YouTubePost
from castad_cli.publish import PostFiles, quotas
from castad_cli.publish.finding import find_publisher
from castad_cli.publish.login import find_login
from castad_cli.publish.quotas import Rate

__all__ = ["cover", "small_video"]

POSTS: dict[str, Any] = {"youtube": YouTubePost, "instagram": InstagramPost, "tiktok": TikTokPost}


def sent_of(platform: str, video: Path, picture: Path, facts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What would be sent of a post that names its account alone."""
    post = POSTS[platform](account="main", format="reel", **fields)
    files = PostFiles(video, picture, picture, facts)
    return dict(find_publisher(platform).compose("main", post.model_dump(), files).sent)


@pytest.fixture
def made_by_gemini() -> dict[str, Any]:
    script: Any = FACTS["script"]
    return {**FACTS, "script": {**script, "provider": "gemini"}}


def test_youtube_s_are_private_not_for_children_and_unpaid(small_video: Path, cover: Path) -> None:
    sent = sent_of("youtube", small_video, cover, FACTS)
    assert sent["status"] == {
        "privacyStatus": "private",
        "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": False,
    }
    assert sent["paidProductPlacementDetails"] == {"hasPaidProductPlacement": False}
    assert sent["short"] is True


def test_tiktok_s_are_the_creator_s_own_to_see_and_promote_their_own_business(small_video: Path, cover: Path) -> None:
    info = sent_of("tiktok", small_video, cover, FACTS)["post_info"]
    assert info["privacy_level"] == "SELF_ONLY"
    assert (info["brand_organic_toggle"], info["brand_content_toggle"], info["is_aigc"]) == (True, False, False)
    assert (info["disable_duet"], info["disable_stitch"]) == (True, True)


def test_instagram_s_name_no_partner(small_video: Path, cover: Path) -> None:
    sent = sent_of("instagram", small_video, cover, FACTS)
    assert sent["is_ai_generated"] is False
    assert "is_paid_partnership" not in sent
    assert "collaborators" not in sent


@pytest.mark.parametrize("platform", POSTS)
def test_what_a_machine_made_is_disclosed_unasked(
    platform: str, small_video: Path, cover: Path, made_by_gemini: dict[str, Any]
) -> None:
    def disclosed(**fields: Any) -> bool:
        sent = sent_of(platform, small_video, cover, made_by_gemini, **fields)
        flags = {**sent.get("status", {}), **sent.get("post_info", {}), **sent}
        (flag,) = [flags[name] for name in ("containsSyntheticMedia", "is_ai_generated", "is_aigc") if name in flags]
        return bool(flag)

    assert disclosed()
    assert not disclosed(ai_made=False)


@pytest.mark.parametrize(
    ("platform", "told"),
    [
        ("youtube", ["paid promotion must be declared", "altered or synthetic content", "100 a day"]),
        ("instagram", ["paid partnership must be declared", "AI-generated", "50 or 100", "professional accounts"]),
        (
            "tiktok",
            [
                "no brand names, logos, watermarks or promotional text",
                "does not approve tools with which one uploads to accounts one manages oneself",
                "`mode: inbox`",
                "not audited posts privately only",
                "`brand_organic`",
                "AI-generated",
                "Music Usage Confirmation",
            ],
        ),
    ],
)
def test_each_platform_s_rules_for_ads_are_told_at_login(platform: str, told: list[str], tmp_path: Path) -> None:
    fake = FAKES[platform](tmp_path)
    rules = " ".join(find_login(platform, settings_for(platform, fake, tmp_path)).rules)
    fake.stop()
    assert [words for words in told if words not in rules] == []


@pytest.mark.parametrize(
    ("rate", "a_minute"),
    [(quotas.TIKTOK_CREATOR_INFO, 20), (quotas.TIKTOK_INIT, 6), (quotas.TIKTOK_STATUS, 30)],
)
def test_no_minute_has_more_calls_than_tiktok_takes(rate: Rate, a_minute: int) -> None:
    assert rate.burst + 60 * rate.rate <= a_minute
