"""A rendition to an account, once: the effect that is the post, and the publisher that carries it out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from castad_cli.model.effects import post_key
from castad_cli.model.plan import PostTask
from castad_cli.publish.finding import find_publisher
from castad_cli.publish.publisher import Draft, PostFiles


def compose(task: PostTask, files: PostFiles) -> Draft:
    """The post exactly as it would be sent; nothing is sent.

    Raises:
        UserError: there is no such platform.
        PlatformError: (``rejected``) the platform would not take it.
    """
    return find_publisher(task.platform).compose(task.account, task.fields, files)


def key_of(task: PostTask) -> str:
    """The key of the post's effect."""
    return post_key(task.rendition, task.platform, task.account)


def facts_of(task: PostTask) -> Mapping[str, Any]:
    """What is recorded of a post before anything happens."""
    return {"rendition": task.rendition, "platform": task.platform, "account": task.account}


def marker_of(key: str) -> str:
    """A word that stands for one post alone, to find it again by: ``castad-`` and twelve hexadecimal digits."""
    return f"castad-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
