"""What the publishers are given and what they give back: the words that run, app and plug-ins share with `publish`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from castad_cli.records import Records
    from castad_cli.records.performing import Hold
    from castad_cli.settings import Settings


class Credentials(Protocol):
    """Leave to act for one account. Its secrets are in `token` alone: never logged, kept or shown."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of the account and is no secret.

        YouTube: ``project`` (whose quota is used). Instagram: ``user_id``, and ``login``: ``facebook`` or
        ``instagram``. TikTok: ``username``.
        """
        ...

    def token(self) -> str:
        """An access token, valid now; renewed if need be. Raises `PlatformError` (``auth``) if none can be had."""
        ...

    def refresh(self) -> None:
        """Renew the token, since the platform refused it. Raises `PlatformError` (``auth``) if that cannot be done."""
        ...


@dataclass(frozen=True)
class PostFiles:
    """A rendition's files on this machine. ``facts`` is what stands in its ``.json``: script, language, measures.

    ``video_url`` and ``cover_url`` are public addresses of the same bytes, good for a day, where the store can give
    them: secrets while they hold.
    """

    video: Path
    cover: Path
    captions: Path
    facts: Mapping[str, Any]
    video_url: str = field(default="", repr=False)
    cover_url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Pace:
    """How long publishers wait, in seconds, for what a platform does in its own time.

    ``retry_s``: after a broken call, doubled each time, ``retries`` times; ``poll_s``: between two looks at a video
    being processed; ``patience_s``: how long to go on looking before the post is put off for ``later_s`` and its slot
    is free; ``answer_s``: for an answer, or the next bytes of it.
    """

    retry_s: float = 1.0
    retries: int = 4
    poll_s: float = 5.0
    patience_s: float = 60.0
    later_s: float = 60.0
    answer_s: float = 60.0


@dataclass(frozen=True)
class PublishContext:
    """What publishing needs where it runs. ``owner`` names this worker among all.

    ``credentials`` gives an account's, by platform and name: `castad_cli.publish.credentials.credentials_for`.
    ``on_progress`` is called with (bytes sent, bytes in all) and may raise to stop the work; ``cancelled``, once it is
    set, stops it too.
    """

    settings: Settings
    records: Records
    owner: str
    credentials: Callable[[str, str], Credentials]
    on_progress: Callable[[int, int], None] = lambda done, total: None
    cancelled: threading.Event = field(default_factory=threading.Event)
    pace: Pace = Pace()
    lease_s: float = 60.0
    max_attempts: int = 5


@dataclass(frozen=True)
class Draft:
    """A post exactly as it would be sent: `castad publish --dry-run` shows it.

    ``sent`` holds every field by the platform's own name. ``at`` is when sending it begins, if not at once;
    ``warnings`` say what had to be left out.
    """

    platform: str
    account: str
    sent: Mapping[str, Any]
    files: PostFiles
    at: datetime | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Posted:
    """A post that is out. ``url`` is empty where the platform tells none.

    ``warnings`` say what the post goes without: a thumbnail, a playlist.
    """

    id: str
    url: str
    state: str = "posted"
    """``posted``; ``scheduled``: uploaded, public at its time; ``inbox``: a person finishes it in the app."""
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, result: Mapping[str, Any]) -> Posted:
        """From an effect's result."""
        warnings = tuple(str(warning) for warning in result.get("warnings", ()))
        return cls(str(result.get("id", "")), str(result.get("url", "")), str(result.get("state", "posted")), warnings)


@dataclass(frozen=True)
class Job:
    """One post under way: the draft, the hold on its effect, the account's credentials, where this runs.

    ``marker`` is a word of its own by which the post can be found again among an account's others.
    """

    draft: Draft
    hold: Hold
    credentials: Credentials
    context: PublishContext
    marker: str


class Publisher(Protocol):
    """A platform that videos are posted on. One file, one test class, one page of docs each."""

    name: str

    def compose(self, account: str, fields: Mapping[str, Any], files: PostFiles) -> Draft:
        """The post as it would be sent. Pure: no network, no clock.

        Raises:
            PlatformError: (``rejected``) the platform would not take it.
        """
        ...

    def outgoing(self, draft: Draft, facts: Mapping[str, Any], marker: str) -> Mapping[str, Any]:
        """Every field as it goes out: ``draft.sent``, with what the account's ``facts`` and the post's marker decide.

        Pure. `post` sends this, and `castad publish --dry-run` shows it.

        Raises:
            PlatformError: (``rejected``) the platform would not take it from that account.
        """
        ...

    def post(self, job: Job) -> Mapping[str, Any]:
        """Publish it, or find out what became of it; ``id`` and ``url`` of the post, as JSON.

        When ``job.hold.claim.must_ask``, a former holder may have published it: ask the platform first.

        Raises:
            PutOff: a quota, a limit, its time, or the platform is still at work.
            PlatformError: as its ``kind`` says.
            NeedsReview: what happened cannot be known.
            StaleClaim: another has taken over.
        """
        ...
