"""What stands beside the video on each platform: the recipe's own texts, else the Script's, fitted to each limit.

Pure: from a post's fields and a rendition's facts to plain values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from castad_cli.publish.fitting import characters, fit, utf8_bytes, utf16_units, with_hashtags
from castad_cli.recipe.limits import (
    INSTAGRAM_CAPTION,
    INSTAGRAM_HASHTAGS,
    TIKTOK_CAPTION_UNITS,
    YOUTUBE_DESCRIPTION_BYTES,
    YOUTUBE_MARKER,
    YOUTUBE_TAGS,
    YOUTUBE_TITLE,
)

YOUTUBE_HASHTAGS = 15
"""More than 60 make YouTube ignore all; above the title it shows three."""
AI_PROVIDERS = frozenset({"gemini", "suno"})
"""Whose words or music are made by an AI; the offline copywriter and the house composer follow rules."""

_BRACKETS = str.maketrans({"<": "‹", ">": "›"})
"""YouTube takes no angle brackets in titles, descriptions and tags."""


def youtube_words(fields: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """``title``, ``description`` and ``tags`` of a YouTube video."""
    script, language = _script(facts, "youtube"), str(facts.get("language") or "")
    title = _one_line(fields.get("title") or script.get("title") or _first_headline(script) or facts.get("brand", ""))
    given = str(fields.get("description") or "").translate(_BRACKETS)
    if given:
        description = fit(given, YOUTUBE_DESCRIPTION_BYTES, utf8_bytes, language)
    else:
        written = str(script.get("description") or script.get("caption") or "").translate(_BRACKETS)
        tags = _hashtags(script)
        most = YOUTUBE_DESCRIPTION_BYTES
        description = with_hashtags(written, tags, most, utf8_bytes, YOUTUBE_HASHTAGS, language)
    tags = [str(tag) for tag in fields.get("tags") or ()] or [tag.lstrip("#＃") for tag in _hashtags(script)]
    return {
        "title": fit(title.translate(_BRACKETS), YOUTUBE_TITLE, characters, language),
        "description": description,
        "tags": fit_tags([tag.translate(_BRACKETS) for tag in tags], YOUTUBE_TAGS - YOUTUBE_MARKER),
    }


def instagram_caption(fields: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """A Reel's caption: characters and hashtags within Instagram's limits."""
    return _caption("instagram", fields, facts, INSTAGRAM_CAPTION, characters, INSTAGRAM_HASHTAGS)


def tiktok_caption(fields: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """A TikTok video's caption: within TikTok's UTF-16 units."""
    return _caption("tiktok", fields, facts, TIKTOK_CAPTION_UNITS, utf16_units, INSTAGRAM_HASHTAGS)


def fit_tags(tags: Sequence[str], most: int) -> list[str]:
    """As many whole tags as fit into ``most`` characters, each once: commas count, a space costs two quotes."""
    kept: list[str] = []
    left = most
    for tag in dict.fromkeys(tag.strip() for tag in tags):
        size = len(tag) + 2 * (" " in tag) + 1
        if tag and size <= left:
            kept.append(tag)
            left -= size
    return kept


def made_by_ai(fields: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether the post is disclosed as AI-made: as the recipe says, else when an AI wrote its words or its music.

    Pictures and voices that the facts call generated were made by an AI: no rule makes them.
    """
    said = fields.get("ai_made")
    if said is not None:
        return bool(said)
    if facts.get("ai"):
        return True
    generated = facts.get("generated") or {}
    if generated.get("image") or generated.get("voice"):
        return True
    music = facts.get("music") or {}
    return bool({_script(facts).get("provider"), music.get("provider")} & AI_PROVIDERS)


def _caption(
    platform: str,
    fields: Mapping[str, Any],
    facts: Mapping[str, Any],
    most: int,
    measure: Any,
    most_hashtags: int,
) -> str:
    language = str(facts.get("language") or "")
    if given := str(fields.get("caption") or ""):
        return fit(given, most, measure, language)
    script = _script(facts, platform)
    return with_hashtags(str(script.get("caption") or ""), _hashtags(script), most, measure, most_hashtags, language)


def _script(facts: Mapping[str, Any], platform: str = "") -> Mapping[str, Any]:
    """The script, with the words that were written for this platform in place of those for all."""
    found = facts.get("script")
    if not isinstance(found, Mapping):
        return {}
    written = {words.get("platform"): words for words in found.get("platforms") or ()}
    own: Mapping[str, Any] = written.get(platform, {})
    return {**found, **{name: words for name, words in own.items() if words}}


def _hashtags(script: Mapping[str, Any]) -> list[str]:
    tags = [str(tag).strip() for tag in script.get("hashtags") or ()]
    return [tag if tag.startswith(("#", "＃")) else f"#{tag}" for tag in tags if tag]


def _first_headline(script: Mapping[str, Any]) -> str:
    scenes = script.get("scenes") or ()
    return str(scenes[0].get("headline", "")) if scenes else ""


def _one_line(text: Any) -> str:
    return " ".join(str(text).split())
