"""A run as a few figures: how far it is, how fast it goes, what waits for what. Fed with events, it shows nothing."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime

from castad_cli.model.events import (
    Event,
    PostDone,
    RenditionDone,
    RunStarted,
    RunWaits,
    StageDone,
    StageFailed,
    StageLost,
    StageProgress,
    StagePutOff,
    StageStarted,
)
from castad_cli.model.figures import count, when, whole_seconds

_SPEED_OVER_S = 10.0
_DOING = {"script": "writing", "track": "composing", "render": "rendering", "upload": "posting"}
_Name = tuple[str, str, str, str]


class Totals:
    """The figures so far. ``clock`` gives seconds, from any zero."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.renditions = self.done = self.cached = self.failed = 0
        self.posts = self.posted = self.needs_review = 0
        self.reason = ""
        """Why the whole run waits; empty while it goes on."""
        self._active: dict[_Name, int] = {}
        self._waiting: dict[_Name, tuple[datetime, str]] = {}
        self._frames: deque[tuple[float, int]] = deque()
        self._began = clock()

    def observe(self, event: Event) -> None:
        """Take an event into account."""
        match event:
            case RunStarted():
                self.renditions, self.posts = event.renditions, event.posts
                self._began = self._clock()
            case StageStarted():
                self._active[_name(event)] = 0
                self._waiting.pop(_name(event), None)
            case StageProgress(stage="render"):
                before = self._active.get(_name(event), 0)
                self._active[_name(event)] = event.done
                self._frames.append((self._clock(), max(0, event.done - before)))
            case StageDone():
                self._forget(_name(event))
            case StageLost():
                self._forget(_name(event))
            case StagePutOff():
                self._forget(_name(event))
                self._waiting[_name(event)] = (event.until, event.reason)
            case RenditionDone():
                self.done += 1
                self.cached += event.cached
            case PostDone():
                self.posted += 1
                self._waiting.pop((event.ad, "upload", event.format, f"{event.platform}:{event.account}"), None)
            case StageFailed():
                self._forget(_name(event))
                if event.review:
                    self.needs_review += max(1, event.renditions)
                else:
                    self.failed += event.renditions
            case RunWaits():
                self.reason = event.reason

    def _forget(self, name: _Name) -> None:
        self._active.pop(name, None)
        self._waiting.pop(name, None)

    @property
    def frames_per_second(self) -> float:
        """Frames of all renditions together, over the last seconds."""
        now = self._clock()
        while self._frames and now - self._frames[0][0] > _SPEED_OVER_S:
            self._frames.popleft()
        if not self._frames:
            return 0.0
        return sum(frames for _, frames in self._frames) / max(1.0, min(_SPEED_OVER_S, now - self._began))

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at the speed so far; None while that cannot be said."""
        made = self.done - self.cached + self.failed
        left = self.renditions - self.done - self.failed
        return (self._clock() - self._began) / made * left if made and left > 0 else None

    def line(self) -> str:
        """All of it in one line."""
        parts = [f"{self.done:,}/{self.renditions:,} renditions"]
        if self.posts:
            parts.append(f"{self.posted:,}/{self.posts:,} posts")
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        if self.needs_review:
            parts.append(f"{self.needs_review:,} for review")
        doing = Counter(stage for _, stage, _, _ in self._active)
        parts += [f"{number} {_DOING[stage]}" for stage, number in sorted(doing.items()) if stage in _DOING]
        if fps := round(self.frames_per_second):
            parts.append(f"{fps:,} fps")
        if self._waiting:
            until, reason = min(self._waiting.values())
            parts.append(f"{count(len(self._waiting), 'stage')} put off, the first until {when(until)} ({reason})")
        if self.reason:
            parts.append(f"waiting: {self.reason}")
        elif (left := self.seconds_left) is not None:
            parts.append(f"{whole_seconds(left)} left")
        return ", ".join(parts)


def _name(event: StageStarted | StageProgress | StageDone | StageFailed | StagePutOff | StageLost) -> _Name:
    return (event.ad, event.stage, event.format, event.target)
