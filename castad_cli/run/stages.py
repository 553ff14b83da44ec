"""The four things a run can have done, as the driver sees them: plain callables, given to it.

Why: the driver schedules, resumes and records; what a stage does is no business of its, and a test can count the
calls of a stage that makes a few bytes instead of a video.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from castad_cli.errors import UserError
from castad_cli.model.music import Track
from castad_cli.model.plan import PostTask, RenderTask, ScriptTask, TrackTask
from castad_cli.model.script import Script

OnProgress = Callable[[int, int], None]
"""Called with (frames done, frames in all), and with (0, 0) while there is nothing to count yet.

It raises `Cancelled` to stop the work, so whoever works calls it often.
"""


class RenderedFiles(Protocol):
    """What the renderer leaves in its folder."""

    @property
    def video(self) -> Path: ...
    @property
    def cover(self) -> Path: ...
    @property
    def captions(self) -> Path: ...
    @property
    def facts(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class UploadFiles:
    """A rendition's files as whoever posts it takes them; ``facts`` are what stands in its ``.json``."""

    video: Path
    cover: Path
    captions: Path
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Posted:
    """Where a post stands: the platform's own ``id`` of it, and the address people see it at."""

    id: str
    url: str = ""
    note: str = ""
    """What a person should know of it."""


@dataclass
class Attention:
    """How a stage that takes long tells how far it is, and hears that it shall stop.

    ``progress(done, total)`` raises `Cancelled` to stop the work. ``cancelled`` is set, too, for whoever waits.
    """

    progress: OnProgress
    cancelled: threading.Event = field(default_factory=threading.Event)


def _no_upload(task: PostTask, files: UploadFiles, attention: Attention) -> Posted:
    raise UserError(f"nothing here posts to {task.platform}", fix="run without --publish", place=task.place)


def _as_written(task: ScriptTask, script: Script, folder: Path) -> Script:
    return script


def _none_standing(tasks: Sequence[PostTask]) -> Mapping[str, Posted]:
    return {}


@dataclass(frozen=True)
class Stages:
    """``render`` is always called on one and the same thread, one rendition after another.

    ``open`` is called before anything is made, by a run that has something to make: it raises what makes all
    rendering impossible, and may begin to warm up. ``close`` releases what is warm; ``open`` may follow again.

    Any of the four may raise `PutOff` (not now: the slot is given up, and the stage called again when it is due) and
    `NeedsReview` (what happened outside cannot be known). ``upload`` must be idempotent: what was posted before, by
    anyone, is answered and not posted again. ``standing`` tells which posts are out already, by the fingerprint of
    their task, from the records alone: those are not handed out at all.
    """

    write_script: Callable[[ScriptTask], Script]
    make_track: Callable[[TrackTask, Path], Track]
    render: Callable[[RenderTask, Script, Track | None, Path, OnProgress], RenderedFiles]
    open: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None
    upload: Callable[[PostTask, UploadFiles, Attention], Posted] = _no_upload
    standing: Callable[[Sequence[PostTask]], Mapping[str, Posted]] = _none_standing
    complete: Callable[[ScriptTask, Script, Path], Script] = _as_written
    """Gives a script its voice and its picture, as files below a folder, where the task wants them."""


class Cancelled(BaseException):
    """Stops a stage between two frames after an interrupt.

    Why not an Exception: nothing that handles failures may mistake it for one.
    """
