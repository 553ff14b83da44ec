"""What happens during a run, as observers see it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Event:
    """Base of all events. ``at`` is seconds since the run began."""

    at: float


@dataclass(frozen=True)
class RunStarted(Event):
    run: str
    ads: int
    renditions: int
    posts: int


@dataclass(frozen=True)
class StageStarted(Event):
    """``stage`` is ``script``, ``track``, ``render`` or ``upload``."""

    ad: str
    stage: str
    format: str = ""


@dataclass(frozen=True)
class StageProgress(Event):
    """``done`` of ``total`` units (frames, for ``render``)."""

    ad: str
    stage: str
    format: str
    done: int
    total: int


@dataclass(frozen=True)
class StageDone(Event):
    ad: str
    stage: str
    cached: bool
    seconds: float
    format: str = ""


@dataclass(frozen=True)
class RenditionDone(Event):
    ad: str
    format: str
    language: str
    path: str
    cached: bool
    seconds: float
    fingerprint: str = ""


@dataclass(frozen=True)
class StageFailed(Event):
    """``error`` is already text a person can act on; ``kind`` the exception's class name."""

    ad: str
    stage: str
    error: str
    fix: str = ""
    where: str = ""
    kind: str = ""
    format: str = ""


@dataclass(frozen=True)
class RunFinished(Event):
    run: str
    ads: int
    renditions: int
    posts: int
    done: int
    cached: int
    failed: int
    needs_review: int
    seconds: float
    problems: tuple[StageFailed, ...] = field(default=())
