"""Effects: what is done outside and must not happen twice. A purchase is paid once, a post is published once.

An effect is a row that exists before anything happens. A worker holds it by a *claim*: a lease, and a token that
grows with every claim, so that a worker who lost the lease and does not know can write nothing any more. The
provider's handle is kept before the bytes go out, and `committing` before the call that cannot be taken back. Whoever
finds a handle or a crossed commit point asks the provider first.

`MOVES` is the whole state machine; the records enforce it, and nothing else knows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

EffectKind = Literal["purchase", "post"]

EffectState = Literal["ready", "waiting", "claimed", "committing", "done", "failed", "needs_review"]
"""What is known of an effect:

- ``ready``: nobody has begun it.
- ``waiting``: it is put off, and due again at ``due_at``; nobody holds it.
- ``claimed``: a worker holds it until ``due_at``; the point of no return has not been crossed.
- ``committing``: a worker holds it and has crossed that point; it may have happened.
- ``done``: it happened, and ``result`` says what came of it.
- ``failed``: it did not happen, and will not by itself.
- ``needs_review``: whether it happened cannot be known; a person decides.
"""

KINDS: tuple[EffectKind, ...] = ("purchase", "post")
STATES: tuple[EffectState, ...] = ("ready", "waiting", "claimed", "committing", "done", "failed", "needs_review")
HELD: frozenset[EffectState] = frozenset({"claimed", "committing"})
FINAL: frozenset[EffectState] = frozenset({"done", "failed", "needs_review"})
"""States that only a person's decision leaves."""


@dataclass(frozen=True)
class Move:
    """One way through the state machine. ``by_holder``: only with the token of the latest claim."""

    of: frozenset[EffectState]
    to: frozenset[EffectState]
    by_holder: bool = True


def _move(of: frozenset[EffectState] | set[EffectState], *to: EffectState, by_holder: bool = True) -> Move:
    return Move(frozenset(of), frozenset(to), by_holder)


MOVES: Mapping[str, Move] = MappingProxyType(
    {
        # Any worker, once it is due: a new effect, one put off, or one whose holder fell silent. What has crossed the
        # commit point is committing again, whatever became of it meanwhile.
        "claim": _move({"ready", "waiting", "claimed", "committing"}, "claimed", "committing", by_holder=False),
        "heartbeat": _move(HELD, *HELD),
        "save_handle": _move(HELD, *HELD),
        "commit_point": _move(HELD, "committing"),
        "nothing_happened": _move(HELD, "claimed"),  # the provider said so
        "settle": _move(HELD, "done"),
        "fail": _move(HELD, "failed"),
        "defer": _move(HELD, "waiting"),
        "park": _move(HELD, "needs_review"),
        # A person.
        "resolve": _move({"needs_review"}, "done", "failed", "ready", by_holder=False),
        "retry": _move({"failed"}, "ready", by_holder=False),
    }
)


@dataclass(frozen=True)
class NewEffect:
    """What is to be done once. ``key`` is the request's fingerprint for a purchase, `post_key` for a post."""

    kind: EffectKind
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """An effect as it stands. Times are the database's, in UTC."""

    key: str
    kind: EffectKind
    state: EffectState
    token: int
    """Grows with every claim and every decision of a person; only the latest may write."""
    attempts: int
    """How often it was tried; waiting for a quota is not trying."""
    owner: str
    """Who claimed it last."""
    due_at: datetime | None
    """When it may be claimed: for a held one, the end of its lease. None once it is final."""
    committed_at: datetime | None
    """When the commit point was first crossed; None again after the provider said that nothing happened."""
    facts: Mapping[str, Any]
    """What it is, as JSON: enough to do it."""
    handle: Mapping[str, Any] | None
    """The provider's, to ask by: a session, a container, a task."""
    result: Mapping[str, Any] | None
    reason: str
    """Why it failed, waits or needs review."""
    created_at: datetime
    updated_at: datetime

    @property
    def is_final(self) -> bool:
        return self.state in FINAL


@dataclass(frozen=True)
class Claim:
    """The right to work on an effect until its lease ends, or a later claim is made. Picklable.

    When `must_ask`, a former holder went far enough that it may have happened: ask the provider before anything else.
    """

    key: str
    kind: EffectKind
    token: int
    owner: str
    lease_s: float
    attempts: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    handle: Mapping[str, Any] | None = None
    was_committing: bool = False

    @property
    def must_ask(self) -> bool:
        return self.handle is not None or self.was_committing


@dataclass(frozen=True)
class Granted:
    """Leave to make a call now."""


@dataclass(frozen=True)
class NotYet:
    """No leave before ``until``, by the database's clock; that is ``wait_s`` from now."""

    until: datetime
    wait_s: float


@dataclass(frozen=True)
class Window:
    """A provider's quota window: it begins anew at every full ``unit`` of a time zone's clock; ``ever`` never does."""

    unit: Literal["hour", "day", "month", "ever"] = "day"
    zone: str = "UTC"


@dataclass(frozen=True)
class Post:
    """A published video: what, where, and how to find it."""

    key: str
    rendition: str
    platform: str
    account: str
    remote_id: str
    url: str
    published_at: datetime


@dataclass(frozen=True)
class Account:
    """A person's account on a platform. ``sealed`` is its credentials, encrypted; each change makes a new version."""

    platform: str
    name: str
    sealed: bytes = field(repr=False)
    facts: Mapping[str, Any]
    version: int
    updated_at: datetime
    leased_by: str = ""
    leased_until: datetime | None = None


def post_key(rendition: str, platform: str, account: str) -> str:
    """The key of a post: the same file goes to the same account once."""
    return f"{rendition}/{platform}/{account}"
