"""What happens during a run, as observers see it: a progress bar, lines of JSON, a report.

Observers only watch. They are called one at a time, in the order things happened, and must be quick.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
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
    """``cached`` of the ``renditions`` are in the store already; ``posts`` are those this run is to make or has."""

    name: ClassVar[str] = "run.started"

    run: str
    ads: int
    renditions: int
    posts: int
    cached: int = 0


@dataclass(frozen=True)
class StageStarted(Event):
    """``stage`` is ``script``, ``track``, ``render`` or ``upload``; ``target`` an upload's ``platform:account``.

    ``worker`` names the worker that does it, where there are several.
    """

    name: ClassVar[str] = "stage.started"

    ad: str
    stage: str
    format: str = ""
    language: str = ""
    target: str = ""
    worker: str = ""


@dataclass(frozen=True)
class StageProgress(Event):
    """``done`` of ``total`` units: frames for ``render``, bytes for ``upload``."""

    name: ClassVar[str] = "stage.progress"

    ad: str
    stage: str
    format: str
    done: int
    total: int
    language: str = ""
    target: str = ""


@dataclass(frozen=True)
class StageDone(Event):
    name: ClassVar[str] = "stage.done"

    ad: str
    stage: str
    cached: bool
    seconds: float
    format: str = ""
    language: str = ""
    target: str = ""


@dataclass(frozen=True)
class StagePutOff(Event):
    """A stage cannot go on before ``until`` (an aware instant in UTC); its slot is free until then."""

    name: ClassVar[str] = "stage.put_off"

    ad: str
    stage: str
    until: datetime
    reason: str
    format: str = ""
    language: str = ""
    target: str = ""


@dataclass(frozen=True)
class StageLost(Event):
    """A worker was lost with this stage; it is given to another. ``attempt`` is the one that was lost, from 1."""

    name: ClassVar[str] = "stage.lost"

    ad: str
    stage: str
    reason: str
    attempt: int = 1
    format: str = ""
    language: str = ""
    target: str = ""


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
class RunWaits(Event):
    """The whole run can do nothing now, and why; an empty ``reason`` says that it goes on."""

    name: ClassVar[str] = "run.waits"

    reason: str


@dataclass(frozen=True)
class PostDone(Event):
    """A rendition stands on a platform: ``id`` is the platform's own, ``url`` where people see it."""

    name: ClassVar[str] = "post.done"

    ad: str
    format: str
    language: str
    platform: str
    account: str
    id: str
    url: str
    cached: bool
    seconds: float
    rendition: str = ""
    note: str = ""
    """What a person should know of it: that an earlier version of the ad stands there, what it goes without."""


@dataclass(frozen=True)
class StageFailed(Event):
    """``error`` is already text a person can act on; ``kind`` the exception's class name.

    ``exit_code`` is what the error alone would end the program with. ``details`` hold what a tool said or what an
    inspection found; ``traceback`` is filled for bugs only. ``renditions`` counts the renditions lost to it.
    With ``review`` nothing failed: whether something happened outside cannot be known, and a person decides.
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
    target: str = ""
    review: bool = False


@dataclass(frozen=True)
class RunFinished(Event):
    """The figures of a whole run.

    ``done`` counts renditions that stand finished, ``cached`` those among them that were there already, ``failed``
    those that were lost; ``posted`` and ``posts_failed`` are the same of ``posts``. ``needs_review`` and ``waiting``
    count renditions and posts; ``waiting_until`` is when the first of the waiting may go on. What is in none of these
    was not come to: the run was ``interrupted``, or ended at its ``--max-failures``.
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
    posted: int = 0
    posts_failed: int = 0
    waiting: int = 0
    waiting_until: datetime | None = None

    @property
    def short_of(self) -> int:
        """Renditions and posts that are neither done nor waiting."""
        return self.renditions - self.done + self.posts - self.posted - self.waiting


_NOT_IN_JSON = {"problems", "place"}


def as_record(event: Event) -> dict[str, Any]:
    """The event as one flat JSON object, ``event`` first. Problems have events of their own; a place is ``where``."""
    record: dict[str, Any] = {"event": event.name}
    for each in fields(event):
        if each.name in _NOT_IN_JSON:
            continue
        value = getattr(event, each.name)
        if isinstance(value, float):
            value = round(value, 3)
        elif isinstance(value, datetime):
            value = value.isoformat()
        record[each.name] = value
    return record
