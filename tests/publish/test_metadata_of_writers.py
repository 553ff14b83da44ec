"""What a writer wrote for one platform stands there, and an AI's part is disclosed."""

from __future__ import annotations

from castad_cli.publish.metadata import instagram_caption, made_by_ai, tiktok_caption, youtube_words

SCRIPT = {
    "title": "For all",
    "caption": "For all",
    "description": "For all",
    "hashtags": ["all"],
    "platforms": [
        {"platform": "youtube", "title": "A film", "description": "Long", "caption": "", "hashtags": ["film"]},
        {"platform": "instagram", "title": "", "caption": "A reel", "description": "", "hashtags": ["reel", "sea"]},
    ],
}


def test_each_platform_has_its_own_words_and_what_is_missing_is_taken_from_those_for_all() -> None:
    facts = {"script": SCRIPT}
    words = youtube_words({}, facts)
    assert (words["title"], words["tags"]) == ("A film", ["film"])
    assert words["description"].startswith("Long")
    assert instagram_caption({}, facts) == "A reel\n\n#reel #sea"
    assert tiktok_caption({}, facts).startswith("For all")
    assert instagram_caption({"caption": "By hand"}, facts) == "By hand"


def test_whatever_ai_had_a_part_in_it_is_disclosed() -> None:
    assert made_by_ai({}, {"script": SCRIPT, "ai": {"voice": "Somebody's model"}})
    assert not made_by_ai({}, {"script": SCRIPT, "ai": {}})
    assert not made_by_ai({"ai_made": False}, {"ai": {"words": "Google Gemini"}})
