"""`castad review`: what only a person can know, and what they say of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from castad_cli.errors import UserError
from castad_cli.settings import Settings

if TYPE_CHECKING:
    from castad_cli.model.effects import Effect
    from castad_cli.records import Records

_LOOK = {
    "youtube": "https://studio.youtube.com (Content), also under Drafts",
    "instagram": "the account's profile, and its Reels",
    "tiktok": "the account's profile in the app, private posts and the inbox too",
}


@dataclass(frozen=True)
class ReviewItem:
    """Something outside that may or may not have happened."""

    key: str
    kind: str
    platform: str
    account: str
    title: str
    """Whose it is, as the platform has it; empty for one that is not logged in any more."""
    ad: str
    format: str
    language: str
    reason: str
    since: datetime
    marker: str
    """A word that the post, if it is out, carries where the platform has room for it."""
    look: str

    def as_record(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"event": "review", **vars(self), "since": self.since.isoformat()}


def list_reviews(settings: Settings, run: str | None) -> list[ReviewItem]:
    """What needs review, oldest first: everything, or what a run was asked to post.

    Raises:
        UserError: no such run.
    """
    with _records(settings) as records:
        effects = records.effects.find(state="needs_review", limit=10_000)
        if run is not None:
            keys = {post.key for post in records.posts(records.run(run).id)}
            effects = [effect for effect in effects if effect.key in keys]
        titles = {(each.platform, each.name): str(each.facts.get("title", "")) for each in records.accounts.all()}
        ads = records.ads_of_posts([effect.key for effect in effects])
        return [_item(effect, titles, ads) for effect in effects]


def say_posted(settings: Settings, key: str, remote_id: str, url: str = "") -> ReviewItem:
    """A person found it out there, under that id.

    Raises:
        UserError: nothing that needs review has that key, or more than one has.
    """
    if not remote_id.strip():
        raise UserError("a post that is out has an id", fix="give it with --id: it stands in the post's address")
    item = find_review(settings, key)
    if item.kind != "post":
        raise UserError(
            "what was bought and did not arrive cannot be had by its id",
            fix="--not-posted KEY --again buys it (once more), --not-posted KEY does without",
        )
    if not url and item.platform == "youtube":
        url = f"https://youtu.be/{remote_id.strip()}"
    with _records(settings) as records:
        result = {"id": remote_id.strip(), "url": url.strip(), "settled_by": "a person"}
        records.effects.resolve(item.key, happened=True, result=result)
    return item


def say_not_posted(settings: Settings, key: str, *, again: bool) -> ReviewItem:
    """A person found that it is not out there; ``again``: the next run posts it.

    Raises:
        UserError: as `say_posted`.
    """
    item = find_review(settings, key)
    with _records(settings) as records:
        records.effects.resolve(item.key, happened=False, again=again)
    return item


def find_review(settings: Settings, key: str) -> ReviewItem:
    """The one item whose key, or its beginning, or whose marker is ``key``.

    Raises:
        UserError: none, or several.
    """
    items = list_reviews(settings, None)
    found = [item for item in items if key and (item.key == key or item.marker == key)]
    found = found or [item for item in items if key and item.key.startswith(key)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(f"`{key}` begins the keys of {len(found)}", fix="write more of the key")
    raise UserError(f"nothing that needs review is called `{key}`", fix="`castad review` lists what does")


def _item(effect: Effect, titles: dict[tuple[str, str], str], ads: dict[str, tuple[str, str, str]]) -> ReviewItem:
    from castad_cli.publish.posting import marker_of

    facts = effect.facts
    platform, account = str(facts.get("platform", "")), str(facts.get("account", ""))
    ad, format_, language = ads.get(effect.key, ("", "", ""))
    return ReviewItem(
        key=effect.key,
        kind=effect.kind,
        platform=platform,
        account=account,
        title=titles.get((platform, account), ""),
        ad="/".join(part for part in ad.split("/") if part),
        format=format_,
        language=language,
        reason=effect.reason,
        since=effect.updated_at,
        marker=marker_of(effect.key) if effect.kind == "post" else "",
        look=_LOOK.get(platform, "the provider's own pages"),
    )


@contextmanager
def _records(settings: Settings) -> Iterator[Records]:
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url)) as records:
        yield records
