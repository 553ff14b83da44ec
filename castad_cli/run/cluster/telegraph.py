"""How a worker tells the driver what goes on: few, small messages, and none about what was over in a moment.

Why: a message passes through the scheduler, which has better things to do than to carry every frame's progress.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from castad_cli.model.events import Event, StageProgress, StageStarted

FLUSH_EVERY_S = 0.4


def topic(run: str) -> str:
    """The Dask topic on which a run's workers tell."""
    return f"castad-{run}"


@dataclass
class _Line:
    """What is to be told of one job."""

    run: str
    started: dict[str, Any] | None = None
    progress: tuple[int, int] | None = None
    is_told: bool = False


@dataclass
class Telegraph:
    """Collects what the jobs of a worker tell, and ``send``s it (topic, message) a few times a second."""

    send: Callable[[str, Any], None]
    worker: str
    _lines: dict[str, _Line] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def open(self) -> None:
        """Begin to send, from a thread of its own."""
        threading.Thread(target=self._run, name="castad-telegraph", daemon=True).start()

    def close(self) -> None:
        self._over.set()

    def begin(self, key: str, run: str) -> Callable[[Event], None]:
        """An observer for one job's events."""
        with self._lock:
            line = self._lines[key] = _Line(run)

        def observe(event: Event) -> None:
            with self._lock:
                if isinstance(event, StageStarted):
                    labels = {name: getattr(event, name) for name in ("ad", "stage", "format", "language", "target")}
                    line.started = {**labels, "worker": self.worker}
                elif isinstance(event, StageProgress):
                    line.progress = (event.done, event.total)

        return observe

    def end(self, key: str) -> None:
        """The job is over: its result tells the rest."""
        with self._lock:
            self._lines.pop(key, None)

    def _run(self) -> None:
        while not self._over.wait(FLUSH_EVERY_S):
            for run, message in self._collect().items():
                self.send(topic(run), message)

    def _collect(self) -> dict[str, list[dict[str, Any]]]:
        messages: dict[str, list[dict[str, Any]]] = {}
        with self._lock:
            for key, line in self._lines.items():
                if line.started is None or (line.is_told and line.progress is None):
                    continue
                done, total = line.progress or (0, 0)
                news = {"key": key, **line.started, "done": done, "total": total, "began": not line.is_told}
                messages.setdefault(line.run, []).append(news)
                line.is_told, line.progress = True, None
        return messages
