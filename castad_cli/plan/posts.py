"""Which of an ad's renditions are posted where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from castad_cli.model.plan import AdSource, PostTask, RenderTask, fingerprint
from castad_cli.model.recipe import Publish
from castad_cli.model.values import in_language

TEXTS = frozenset({"title", "description", "caption"})
NOT_FIELDS = frozenset({"account", "format", "language"})


def plan_posts(ad: AdSource, language: str, renditions: Sequence[RenderTask]) -> tuple[PostTask, ...]:
    """The posts of an ad's renditions in one language, in the recipe's order.

    An entry without a language posts the recipe's first. A post is known by its rendition, platform and account alone:
    other words for the same video on the same account are not another post, so that mending a title never posts twice.
    """
    by_format = {rendition.format: rendition for rendition in renditions}
    posts: dict[str, PostTask] = {}
    for index, entry in enumerate(ad.recipe.publish):
        post = entry.post
        rendition = by_format.get(post.format)
        if rendition is None or (post.language or ad.recipe.languages[0]) != language:
            continue
        task = PostTask(
            fingerprint=fingerprint("post", rendition.fingerprint, entry.platform, post.account),
            rendition=rendition.fingerprint,
            platform=entry.platform,
            account=post.account,
            fields=post_fields(entry, language),
            place=ad.place(f"publish[{index}]"),
            identity=fingerprint("post identity", *_same_ad(ad), post.format, language, entry.platform, post.account),
        )
        posts.setdefault(task.fingerprint, task)
    return tuple(posts.values())


def _same_ad(ad: AdSource) -> tuple[object, ...]:
    """What makes two versions of an ad the same ad: its names. Not its words, pictures or looks, which are mended."""
    return ad.recipe.name, ad.row, ad.variant, ad.recipe.brand.name


def post_fields(entry: Publish, language: str) -> dict[str, Any]:
    """A post's fields as plain values: texts in its language, the time in ISO 8601."""
    fields: dict[str, Any] = {}
    post = entry.post
    for name in type(post).model_fields:
        if name in NOT_FIELDS:
            continue
        value = getattr(post, name)
        if name in TEXTS:
            value = in_language(value, language)
        elif isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, list):
            value = tuple(value)
        fields[name] = value
    return fields
