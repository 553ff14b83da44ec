"""What happens during a run, as observers see it: a progress bar, lines of JSON, a report.

Observers only watch. They are called one at a time, in the order things happened, and must be quick.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from castad_cli.model.place import Place


@dataclass(frozen=True)
class Event:
    """Base of all events. ``at`` is seconds since the run began."""

    name: ClassVar[str] = "event"
    """What the event is called in ``--json`` output."""

    at: float


@dataclass(frozen=True)
class RunStarted(Event):
    """``cached`` of the ``renditions`` are in the store already."""

    name: ClassVar[str] = "run.started"

    run: str
    ads: int
    renditions: int
    posts: int
    cached: int = 0


@dataclass(frozen=True)
class StageStarted(Event):
    """``stage`` is ``script``, ``track``, ``render`` or ``upload``."""

    name: ClassVar[str] = "stage.started"

    ad: str
    stage: str
    format: str = ""
    language: str = ""


@dataclass(frozen=True)
class StageProgress(Event):
    """``done`` of ``total`` units (frames, for ``render``)."""

    name: ClassVar[str] = "stage.progress"

    ad: str
    stage: str
    format: str
    done: int
    total: int
    language: str = ""


@dataclass(frozen=True)
class StageDone(Event):
    name: ClassVar[str] = "stage.done"

    ad: str
    stage: str
    cached: bool
    seconds: float
    format: str = ""
    language: str = ""


@dataclass(frozen=True)
class RenditionDone(Event):
    """``path`` is where the video stands for a person to find."""

    name: ClassVar[str] = "rendition.done"

    ad: str
    format: str
    language: str
    path: str
    cached: bool
    seconds: float
    fingerprint: str = ""


@dataclass(frozen=True)
class StageFailed(Event):
    """``error`` is already text a person can act on; ``kind`` the exception's class name.

    ``exit_code`` is what the error alone would end the program with. ``details`` hold what a tool said or what an
    inspection found; ``traceback`` is filled for bugs only. ``renditions`` counts the renditions lost to it.
    """

    name: ClassVar[str] = "stage.failed"

    ad: str
    stage: str
    error: str
    fix: str = ""
    where: str = ""
    kind: str = ""
    format: str = ""
    language: str = ""
    renditions: int = 1
    exit_code: int = 1
    details: tuple[str, ...] = ()
    traceback: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class RunFinished(Event):
    """The figures of a whole run.

    ``done`` counts renditions that stand finished, ``cached`` those among them that were there already; ``done`` and
    ``failed`` make ``renditions``, unless the run was ``interrupted``.
    """

    name: ClassVar[str] = "summary"

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
    interrupted: bool = False


_NOT_IN_JSON = {"problems", "place"}


def as_record(event: Event) -> dict[str, Any]:
    """The event as one flat JSON object, ``event`` first. Problems have events of their own; a place is ``where``."""
    record: dict[str, Any] = {"event": event.name}
    for each in fields(event):
        if each.name in _NOT_IN_JSON:
            continue
        value = getattr(event, each.name)
        record[each.name] = round(value, 3) if isinstance(value, float) else value
    return record
