"""What each platform takes with a video, as figures, and what a post has beyond them.

Sources: YouTube Data API v3 ``videos`` resource (title, description, tags); Instagram Graph API ``media`` (caption,
hashtags, mentions); TikTok Content Posting API ``post/publish/video/init`` (title, branded content) and
``inbox/video/init`` (no caption).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from castad_cli.model.recipe import InstagramPost, Publish, TikTokPost, YouTubePost
from castad_cli.model.values import Text, in_language

YOUTUBE_TITLE = 100
YOUTUBE_DESCRIPTION_BYTES = 5000
YOUTUBE_TAGS = 500
YOUTUBE_MARKER = 20
"""Characters of the tags that are kept for the tag by which a post is found again."""
INSTAGRAM_CAPTION = 2200
INSTAGRAM_HASHTAGS = 30
INSTAGRAM_MENTIONS = 20
TIKTOK_CAPTION_UNITS = 2200

Problem = tuple[str, str, str]
"""The key below the post, what is wrong, the fix."""

_HASHTAG = re.compile(r"(?<![&/])[#＃]\w")
"""Also right behind a word or another one: #a#b are two to Instagram."""
_MENTION = re.compile(r"(?<![\w/.])@\w")


def post_problems(entry: Publish, language: str) -> Iterator[Problem]:
    """What the platform would refuse of a post, in the language it is posted in."""
    post = entry.post
    if isinstance(post, YouTubePost):
        yield from _youtube(post, language)
    elif isinstance(post, InstagramPost):
        yield from _instagram(post, language)
    else:
        yield from _tiktok(post, language)


def _youtube(post: YouTubePost, language: str) -> Iterator[Problem]:
    title, description = in_language(post.title, language), in_language(post.description, language)
    if len(title) > YOUTUBE_TITLE:
        yield (
            _key("title", post.title, language),
            f"{len(title)} characters; YouTube takes {YOUTUBE_TITLE}",
            "make it shorter",
        )
    size = len(description.encode())
    if size > YOUTUBE_DESCRIPTION_BYTES:
        fix = "make it shorter; a Korean, Chinese or Japanese character is three bytes"
        yield (
            _key("description", post.description, language),
            f"{size} bytes; YouTube takes {YOUTUBE_DESCRIPTION_BYTES}",
            fix,
        )
    for key, text, words in (("title", post.title, title), ("description", post.description, description)):
        if re.search("[<>]", words):
            yield _key(key, text, language), "YouTube takes no `<` and `>` here", "write it without them"
    tags = sum(len(tag) + 2 * (" " in tag) for tag in post.tags) + max(len(post.tags) - 1, 0)
    if tags > YOUTUBE_TAGS - YOUTUBE_MARKER:
        yield (
            "tags",
            f"{tags} characters in all, commas and quotes counted; YouTube takes {YOUTUBE_TAGS}, "
            f"{YOUTUBE_MARKER} of them for the tag that CaStAD finds the post again by",
            "take some away",
        )
    for index, tag in enumerate(post.tags):
        if re.search("[<>]", tag):
            yield f"tags[{index}]", "YouTube takes no `<` and `>` here", "write it without them"
    if post.at is not None and post.privacy != "private":
        yield (
            "privacy",
            "YouTube schedules private videos only, and makes them public at the time",
            "write `privacy: private`",
        )


def _instagram(post: InstagramPost, language: str) -> Iterator[Problem]:
    caption = in_language(post.caption, language)
    key = _key("caption", post.caption, language)
    if len(caption) > INSTAGRAM_CAPTION:
        yield key, f"{len(caption)} characters; Instagram takes {INSTAGRAM_CAPTION}", "make it shorter"
    hashtags, mentions = len(_HASHTAG.findall(caption)), len(_MENTION.findall(caption))
    if hashtags > INSTAGRAM_HASHTAGS:
        yield key, f"{hashtags} hashtags; Instagram takes {INSTAGRAM_HASHTAGS}", "take some away"
    if mentions > INSTAGRAM_MENTIONS:
        yield key, f"{mentions} mentions; Instagram takes {INSTAGRAM_MENTIONS}", "take some away"
    for index, sponsor in enumerate(post.sponsors):
        if not sponsor.isdecimal():
            fix = "write the account's id on Instagram, digits alone, not its user name"
            yield f"sponsors[{index}]", f"`{sponsor}` is no id of an account", fix


def _tiktok(post: TikTokPost, language: str) -> Iterator[Problem]:
    caption = in_language(post.caption, language)
    key = _key("caption", post.caption, language)
    units = len(caption.encode("utf-16-le")) // 2
    if units > TIKTOK_CAPTION_UNITS:
        fix = "make it shorter; most emoji count two"
        yield key, f"{units} UTF-16 units; TikTok takes {TIKTOK_CAPTION_UNITS}", fix
    if post.mode == "inbox" and caption:
        yield key, "TikTok takes no caption into the inbox", "take it away, or write `mode: direct`"
    if post.brand_content and post.privacy == "SELF_ONLY":
        yield "privacy", "TikTok keeps no paid partnership private", "choose another privacy, or `brand_content: false`"


def _key(key: str, text: Text, language: str) -> str:
    return key if isinstance(text, str) else f"{key}.{language}"
