"""The three things a run can have made, as the driver sees them: plain callables, given to it.

Why: the driver schedules, resumes and records; what a stage does is no business of its, and a test can count the
calls of a stage that makes a few bytes instead of a video.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from castad_cli.model.music import Track
from castad_cli.model.plan import RenderTask, ScriptTask, TrackTask
from castad_cli.model.script import Script

OnProgress = Callable[[int, int], None]
"""Called with (frames done, frames in all). It raises `Cancelled` to stop the work."""


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
class Stages:
    """``render`` is always called on one and the same thread, one rendition after another.

    ``open`` is called before anything is made, by a run that has something to make: it raises what makes all
    rendering impossible, and may begin to warm up. ``close`` releases what is warm; ``open`` may follow again.
    """

    write_script: Callable[[ScriptTask], Script]
    make_track: Callable[[TrackTask, Path], Track]
    render: Callable[[RenderTask, Script, Track | None, Path, OnProgress], RenderedFiles]
    open: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None


class Cancelled(BaseException):
    """Stops a stage between two frames after an interrupt.

    Why not an Exception: nothing that handles failures may mistake it for one.
    """
