"""What the records say, as plain values: no session, no lazy loading, picklable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

RunState = Literal["running", "stopping", "done", "failed", "waiting", "interrupted", "cancelled"]
RenditionState = Literal["pending", "rendering", "waiting", "done", "failed", "needs_review"]
PostState = Literal["pending", "waiting", "done", "failed", "needs_review"]


@dataclass(frozen=True)
class RunRecord:
    """One invocation, with its counts. Times are UTC.

    ``state`` is as seen now: a run that says it is running, but whose process is gone, is ``interrupted``; one that
    was told to stop is ``stopping``, and then ``cancelled``.
    """

    id: str
    command: str
    state: RunState
    version: str
    host: str
    pid: int
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    summary: Mapping[str, Any]
    """What the plan would make, as `start_run` was told."""
    arguments: Mapping[str, Any]
    """What it takes to invoke it again."""
    ads: int = 0
    renditions: int = 0
    pending: int = 0
    rendering: int = 0
    done: int = 0
    failed: int = 0
    cached: int = 0
    """How many of ``done`` cost nothing."""
    waiting: int = 0
    needs_review: int = 0
    posts: int = 0
    posted: int = 0
    posts_failed: int = 0
    posts_waiting: int = 0
    posts_needing_review: int = 0
    stop_asked_at: datetime | None = None


@dataclass(frozen=True)
class AdRecord:
    """One ad of a run, in the plan's order. ``key`` is unique in its run."""

    run: str
    key: str
    recipe_file: str
    recipe: str
    row: str
    variant: str
    language: str
    script: str
    """Fingerprint of its words."""
    track: str
    """Fingerprint of its music; empty for none."""


@dataclass(frozen=True)
class RenditionRecord:
    """One rendition of a run. ``error``, ``fix``, ``where`` and ``kind`` (the exception's name) tell a failure."""

    run: str
    ad: str
    format: str
    language: str
    state: RenditionState
    fingerprint: str
    path: str = ""
    cached: bool = False
    seconds: float = 0.0
    attempts: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error: str = ""
    fix: str = ""
    where: str = ""
    kind: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    stage: str = ""
    """Where it failed: ``script``, ``track``, ``render``, ``deliver``, or ``run`` for what stopped everything."""
    worker: str = ""
    """Who made it; empty for the driver's own process."""
    due_at: datetime | None = None
    """When one that is ``waiting`` may go on."""


@dataclass(frozen=True)
class PostRecord:
    """A post that a run was asked for, and how that run left it; the effect of that ``key`` knows more.

    ``error`` and ``fix`` tell a failure or a wait, which is over at ``until``.
    """

    run: str
    key: str
    ad: str
    format: str
    language: str
    platform: str
    account: str
    state: PostState
    remote_id: str
    url: str
    until: datetime | None
    error: str
    fix: str
    updated_at: datetime


@dataclass(frozen=True)
class PostOutcome:
    """What became of a run's post, by the key of its effect."""

    key: str
    state: PostState
    remote_id: str = ""
    url: str = ""
    until: datetime | None = None
    error: str = ""
    fix: str = ""


@dataclass(frozen=True)
class StageRecord:
    """What it took to have an ad's words (``stage`` is ``script``) or its music (``track``)."""

    stage: str
    fingerprint: str
    state: Literal["done", "failed"] = "done"
    cached: bool = False
    seconds: float = 0.0
    worker: str = ""
    finished_at: datetime | None = None
    """By the database's clock; not to be given when it is written."""


@dataclass(frozen=True)
class QuotaRecord:
    """What one project has used of a provider's quota in the window that began at ``starts_at``."""

    provider: str
    project: str
    unit: str
    starts_at: datetime
    resets_at: datetime
    used: int


@dataclass(frozen=True)
class Outcome:
    """How a rendition ended: ``done`` with its path and facts, ``failed`` or ``needs_review`` with its error.

    Or that it is ``waiting`` until ``due_at``.
    """

    ad: str
    format: str
    language: str
    state: Literal["done", "failed", "waiting", "needs_review"]
    fingerprint: str = ""
    path: str = ""
    cached: bool = False
    seconds: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    fix: str = ""
    where: str = ""
    kind: str = ""
    stage: str = ""
    worker: str = ""
    due_at: datetime | None = None
