"""A rendition to an account, once: the effect that is the post, and the publisher that carries it out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from castad_cli.model.effects import post_key
from castad_cli.model.plan import PostTask
from castad_cli.publish.finding import find_publisher
from castad_cli.publish.publisher import Draft, Job, Posted, PostFiles, PublishContext

if TYPE_CHECKING:
    from castad_cli.records.performing import Hold


def publish(task: PostTask, files: PostFiles, context: PublishContext) -> Posted:
    """The post, whether it is published now or was before, here or elsewhere. Idempotent.

    The files are read only where something has yet to be sent; a post that is out makes no call at all.

    Raises:
        UserError: there is no such platform.
        PutOff: it must wait: for its time, a limit, the platform, or another worker.
        PlatformError: it failed (``rejected``), or the account must be mended (``auth``).
        NeedsReview: whether it is out cannot be known.
    """
    from castad_cli.records.performing import perform

    publisher, key = find_publisher(task.platform), key_of(task)

    def act(hold: Hold) -> Mapping[str, Any]:
        draft = publisher.compose(task.account, task.fields, files)
        credentials = context.credentials(task.platform, task.account)
        return publisher.post(Job(draft, hold, credentials, context, marker_of(key)))

    result = perform(
        context.records.effects,
        "post",
        key,
        facts_of(task),
        act,
        owner=context.owner,
        lease_s=context.lease_s,
        max_attempts=context.max_attempts,
        first_wait_s=context.pace.later_s / 30,
    )
    return Posted.of(result)


def compose(task: PostTask, files: PostFiles) -> Draft:
    """The post exactly as it would be sent; nothing is sent.

    Raises:
        UserError: there is no such platform.
        PlatformError: (``rejected``) the platform would not take it.
    """
    return find_publisher(task.platform).compose(task.account, task.fields, files)


def outgoing(task: PostTask, draft: Draft, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Every field of the post as it goes out from an account of those facts; nothing is sent.

    Raises:
        UserError: there is no such platform.
        PlatformError: (``rejected``) the platform would not take it from that account.
    """
    return find_publisher(task.platform).outgoing(draft, facts, marker_of(key_of(task)))


def key_of(task: PostTask) -> str:
    """The key of the post's effect."""
    return post_key(task.rendition, task.platform, task.account)


def facts_of(task: PostTask) -> Mapping[str, Any]:
    """What is recorded of a post before anything happens."""
    return {"rendition": task.rendition, "platform": task.platform, "account": task.account}


def marker_of(key: str) -> str:
    """A word that stands for one post alone, to find it again by: ``castad-`` and twelve hexadecimal digits."""
    return f"castad-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
