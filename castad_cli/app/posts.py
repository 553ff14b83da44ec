"""A run's posts as they stand now: what the run saw of them, and what their effects say since."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from castad_cli.model.effects import Effect
    from castad_cli.records import PostRecord, Records
    from castad_cli.records.entries import PostState


def posts_now(records: Records, run: str) -> tuple[PostRecord, ...]:
    """The posts that a run was asked for, in the plan's order."""
    return _as_they_stand(records, records.posts(run))


def open_posts_now(records: Records, run: str, most: int) -> tuple[PostRecord, ...]:
    """The posts of a run that failed, wait, or need a person: at most so many of each."""
    states: tuple[PostState, ...] = ("failed", "needs_review", "waiting")
    found = _as_they_stand(records, [post for state in states for post in records.posts(run, state, newest=most)])
    return tuple(post for post in found if post.state in states)


def _as_they_stand(records: Records, posts: list[PostRecord]) -> tuple[PostRecord, ...]:
    effects = records.effects.get_all([post.key for post in posts]) if posts else {}
    return tuple(latest(post, effects.get(post.key)) for post in posts)


def latest(post: PostRecord, effect: Effect | None) -> PostRecord:
    """What the run said of a post, or what its effect says since: another run, or a person, may have gone on with it.

    A run that ended with an account's trouble leaves the effect as if untouched; then the run's word stands.
    """
    if effect is None or post.state == "done":
        return post
    if effect.state == "done":
        result = effect.result or {}
        return _with(post, "done", remote_id=str(result.get("id", "")), url=str(result.get("url", "")))
    if effect.state == "needs_review" or (effect.state == "failed" and post.state != "failed"):
        return _with(post, effect.state, error=effect.reason, fix=post.fix)
    if effect.state == "waiting" and post.state != "failed":
        return _with(post, "waiting", until=effect.due_at, error=effect.reason)
    return post


def _with(post: PostRecord, state: Any, **known: Any) -> PostRecord:
    plain: dict[str, Any] = {"remote_id": "", "url": "", "until": None, "error": "", "fix": ""}
    return replace(post, state=state, **(plain | known))


def as_record(post: PostRecord) -> dict[str, Any]:
    """A post as a JSON object."""
    return {
        "event": "post",
        "ad": "/".join(part for part in post.ad.split("/") if part),
        "format": post.format,
        "language": post.language,
        "platform": post.platform,
        "account": post.account,
        "state": post.state,
        "id": post.remote_id,
        "url": post.url,
        "until": post.until.isoformat() if post.until else None,
        "error": post.error,
        "fix": post.fix,
        "key": post.key,
    }
