"""Posting, where it runs: a rendition's files and an account's credentials handed to its publisher, once an ad."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from castad_cli.errors import NeedsReview, PlatformError, PutOff
from castad_cli.model.plan import PostTask
from castad_cli.run.stages import Attention, Posted, UploadFiles
from castad_cli.settings import Settings

if TYPE_CHECKING:
    from castad_cli.model.effects import Effect
    from castad_cli.publish import Pace, PublishContext
    from castad_cli.records import Records


ADDRESS_S = 24 * 3600
"""How long a public address of a video holds: as long as what Instagram makes of it."""


class Posting:
    """The ``upload`` and ``standing`` stages of one process, on records of its own. Safe to use from many threads."""

    def __init__(self, settings: Settings, pace: Pace | None = None, *, for_a_run: bool = False) -> None:
        self._settings, self._pace, self._for_a_run = settings, pace, for_a_run
        self._opening = threading.Lock()
        self._records: Records | None = None
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"

    @property
    def records(self) -> Records:
        """The records, opened when they are first needed."""
        from castad_cli.records import open_records

        with self._opening:
            if self._records is None:
                self._records = open_records(self._settings.database_url, patient=self._for_a_run)
            return self._records

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        if self._records is not None:
            self._records.close()

    def standing(self, tasks: Sequence[PostTask]) -> Mapping[str, Posted]:
        """Those of the posts that are out, by their task's fingerprint, from the records alone."""
        from castad_cli.publish.posting import key_of

        effects = self.records.effects
        same_file = effects.get_all([key_of(task) for task in tasks])
        same_ad = effects.posts_known([task.identity for task in tasks if task.identity])
        found: dict[str, Posted] = {}
        for task in tasks:
            effect = same_file.get(key_of(task))
            if effect is None or effect.state != "done":
                effect = None if task.again else same_ad.get(task.identity)
            if effect is not None and effect.state == "done":
                found[task.fingerprint] = _posted(effect, is_same=effect.key == key_of(task))
        return found

    def upload(self, task: PostTask, files: UploadFiles, attention: Attention) -> Posted:
        """The post, published now or before.

        Raises:
            PutOff, PlatformError, NeedsReview: as `castad_cli.publish.publish`; also for another version of the same
                ad that is under way there.
        """
        from castad_cli.publish import PostFiles, publish
        from castad_cli.publish.posting import facts_of, key_of

        key = key_of(task)
        if task.identity:
            holder = self.records.effects.reserve_post(task.identity, key, facts_of(task), again=task.again)
            if holder.key != key:
                return _other_version(holder)
        video_url, cover_url = self.addresses(task)
        post_files = PostFiles(files.video, files.cover, files.captions, files.facts, video_url, cover_url)
        posted = publish(task, post_files, self._context(attention))
        return Posted(posted.id, posted.url, "; ".join(posted.warnings))

    def _context(self, attention: Attention) -> PublishContext:
        from castad_cli.publish import Pace, PublishContext
        from castad_cli.publish.credentials import credentials_for

        records, settings = self.records, self._settings
        return PublishContext(
            settings=settings,
            records=records,
            owner=self._owner,
            credentials=lambda platform, account: credentials_for(platform, account, records, settings),
            on_progress=attention.progress,
            cancelled=attention.cancelled,
            pace=self._pace or Pace(),
        )

    def addresses(self, task: PostTask) -> tuple[str, str]:
        """Public addresses of video and cover, for the platform that may fetch them; empty where there are none.

        Signed here, by calculation: nobody is asked. Secrets while they hold.
        """
        if task.platform != "instagram" or "://" not in self._settings.storage_url:
            return "", ""
        from castad_cli.run.workshop import COVER, VIDEO
        from castad_cli.storage import open_store

        store = open_store(self._settings.storage_url, self._settings.storage_options)
        made = store.get("rendition", task.rendition)
        if made is None:
            return "", ""
        endpoint = self._settings.storage_public_url
        video, cover = (store.public_url(made, name, ADDRESS_S, endpoint_url=endpoint) for name in (VIDEO, COVER))
        return video or "", cover or ""


def _posted(effect: Effect, *, is_same: bool) -> Posted:
    result = effect.result or {}
    note = "; ".join(str(warning) for warning in result.get("warnings", ()))
    return Posted(str(result.get("id", "")), str(result.get("url", "")), note if is_same else EARLIER)


EARLIER = "another version of this ad stands there already; --again posts this one too"


def _other_version(effect: Effect) -> Posted:
    """What to say of an ad of which another version has the post."""
    if effect.state == "done":
        return _posted(effect, is_same=False)
    if effect.state == "needs_review":
        raise NeedsReview(
            f"another version of this ad may be posted already: {effect.reason}", fix="settle it with `castad review`"
        )
    if effect.due_at is not None:
        raise PutOff("another version of this ad is being posted", until=effect.due_at)
    raise PlatformError(f"another version of this ad failed to post: {effect.reason}", kind="rejected")
