"""What stands beside the video: the recipe's words first, else the Script's, within each platform's measure."""

from __future__ import annotations

from typing import Any

import pytest

from castad_cli.publish.fitting import utf8_bytes, utf16_units
from castad_cli.publish.metadata import fit_tags, instagram_caption, made_by_ai, tiktok_caption, youtube_words

SCRIPT: dict[str, Any] = {
    "title": "애월 바다를 품은 하루",
    "caption": "바다가 보이는 방",
    "description": "바다가 보이는 방\n\n제주 애월의 펜션",
    "hashtags": ["#제주", "애월"],
    "provider": "offline",
}
FACTS: dict[str, Any] = {"language": "ko", "script": SCRIPT}


def with_script(**changes: Any) -> dict[str, Any]:
    return {**FACTS, "script": {**SCRIPT, **changes}}


def test_the_script_speaks_where_the_recipe_is_silent() -> None:
    words = youtube_words({}, FACTS)
    assert words["title"] == SCRIPT["title"]
    assert words["description"] == f"{SCRIPT['description']}\n\n#제주 #애월"
    assert words["tags"] == ["제주", "애월"]
    assert instagram_caption({}, FACTS) == tiktok_caption({}, FACTS) == "바다가 보이는 방\n\n#제주 #애월"


def test_the_recipe_s_words_stand_alone() -> None:
    assert instagram_caption({"caption": "내 말"}, FACTS) == "내 말"
    assert youtube_words({"title": "제목", "tags": ["하나"]}, FACTS)["tags"] == ["하나"]


def test_korean_is_fitted_by_bytes_on_youtube() -> None:
    description = youtube_words({}, with_script(description="바다가 보이는 방 " * 400))["description"]
    assert utf8_bytes(description) <= 5000
    assert description.split("\n")[0].removesuffix("…").split()[-1] in ("바다가", "보이는", "방")


def test_emoji_are_fitted_by_utf_16_units_on_tiktok() -> None:
    caption = tiktok_caption({}, with_script(caption="🏝️ 바다 " * 600))
    assert utf16_units(caption) <= 2200


def test_angle_brackets_are_made_harmless_for_youtube() -> None:
    words = youtube_words({}, with_script(title="<방>", description="a < b", hashtags=["#a>b"]))
    assert words["title"] == "‹방›"
    assert "<" not in words["description"]
    assert not any(">" in tag for tag in words["tags"])


def test_hashtags_stay_below_thirty_on_instagram() -> None:
    caption = instagram_caption({}, with_script(hashtags=[f"#태그{n}" for n in range(50)]))
    assert caption.count("#") == 30


def test_tags_are_fitted_whole_with_room_for_the_marker() -> None:
    tags = youtube_words({"tags": [f"바다 전망 {n}" for n in range(100)]}, FACTS)["tags"]
    written = [*tags, "castad-0123456789ab"]
    assert sum(len(tag) + 2 * (" " in tag) for tag in written) + len(written) - 1 <= 500
    assert len(tags) > 30
    assert fit_tags(["a", "a", ""], 10) == ["a"]


@pytest.mark.parametrize(
    ("fields", "facts", "disclosed"),
    [
        ({}, FACTS, False),
        ({}, with_script(provider="gemini"), True),
        ({}, {**FACTS, "music": {"provider": "suno"}}, True),
        ({"ai_made": False}, with_script(provider="gemini"), False),
        ({"ai_made": True}, FACTS, True),
    ],
)
def test_what_an_ai_made_is_disclosed_unless_the_recipe_says_otherwise(
    fields: dict[str, Any], facts: dict[str, Any], disclosed: bool
) -> None:
    assert made_by_ai(fields, facts) is disclosed


@pytest.mark.parametrize("what", ["image", "voice"])
def test_a_picture_or_voice_that_the_facts_call_generated_is_disclosed(what: str) -> None:
    facts = {"script": {"provider": "offline"}, "generated": {"words": True, "music": True, what: True}}
    assert made_by_ai({}, facts)
    assert not made_by_ai({"ai_made": False}, facts)
    assert not made_by_ai({}, {"script": {"provider": "offline"}, "generated": {"words": True, "music": True}})
