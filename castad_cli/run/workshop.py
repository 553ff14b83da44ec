"""Where one task of the graph is done: look in the store, else make it and put it there whole.

Every method returns an `Result`, never raises for a failed stage: a failure is a value that flows down the graph, so
one ad's failure stops nothing else.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.model.events import Event, StageDone, StageFailed, StageProgress, StageStarted
from castad_cli.model.plan import Asset, RenderTask, ScriptTask, TrackTask
from castad_cli.model.script import Script
from castad_cli.run.failures import Subject, describe_failure
from castad_cli.run.packing import pack_script, pack_track, unpack_script, unpack_track
from castad_cli.run.stages import Cancelled, Stages

if TYPE_CHECKING:
    from castad_cli.model.music import Track
    from castad_cli.run.stages import RenderedFiles
    from castad_cli.storage import Store

VIDEO, COVER, CAPTIONS, FACTS = "video.mp4", "cover.jpg", "captions.srt", "facts.json"
"""The files of a rendition in the store."""

_PROGRESS_EVERY_S = 0.1


@dataclass(frozen=True)
class Result:
    """How a task of the graph ended: made (or found) under ``fingerprint``, or ``problem``. Small and picklable."""

    fingerprint: str
    cached: bool = False
    seconds: float = 0.0
    problem: StageFailed | None = None

    @property
    def ok(self) -> bool:
        return self.problem is None


@dataclass
class Workshop:
    """What a task needs where it runs. ``emit`` may be called from any thread; ``since`` is the clock's start.

    With ``remake`` a rendition is made even if the store has it; words and music are not bought twice for that.
    """

    stages: Stages
    store: Store
    scratch: Path
    emit: Callable[[Event], None]
    since: float
    cancelled: threading.Event = field(default_factory=threading.Event)
    remake: bool = False

    def script(self, task: ScriptTask, subject: Subject) -> Result:
        """The words of one ad, in the store as ``script.json``."""
        return self._result(subject, task.fingerprint, lambda: self.ensure_script(task, subject))

    def track(self, task: TrackTask, subject: Subject) -> Result:
        """The music of one ad, in the store as ``track.wav`` and ``track.json``."""
        return self._result(subject, task.fingerprint, lambda: self.ensure_track(task, subject))

    def ensure_script(self, task: ScriptTask, subject: Subject) -> bool:
        """See that the words are in the store; whether they were there. Raises what the writer raises."""

        def make(folder: Path) -> Mapping[str, Path]:
            file = folder / "script.json"
            script = self.stages.write_script(task)
            file.write_text(json.dumps(pack_script(script), ensure_ascii=False, indent=2), encoding="utf-8")
            return {"script.json": file}

        return self._ensure("script", task.fingerprint, subject, make)

    def ensure_track(self, task: TrackTask, subject: Subject) -> bool:
        """See that the music is in the store; whether it was there. Raises what the composer raises."""

        def make(folder: Path) -> Mapping[str, Path]:
            track = self.stages.make_track(task, folder)
            facts = folder / "track.json"
            facts.write_text(json.dumps(pack_track(track), ensure_ascii=False), encoding="utf-8")
            return {"track.wav": Path(track.file), "track.json": facts}

        return self._ensure("track", task.fingerprint, subject, make)

    def rendition(self, task: RenderTask, subject: Subject, script: Result, track: Result | None) -> Result:
        """One rendition, from a script and a track that are in the store."""
        for needed in (script, track):
            if needed is not None and not needed.ok:
                return Result(task.fingerprint, problem=needed.problem)

        def make(folder: Path) -> Mapping[str, Path]:
            words = self.read_script(script.fingerprint)
            music = self.read_track(track.fingerprint, folder) if track else None
            on_progress = self._progress(subject)
            on_progress(0, 0)
            rendered = self.stages.render(task, words, music, folder, on_progress)
            facts = folder / FACTS
            text = json.dumps(rendition_facts(task, words, music, rendered), ensure_ascii=False, indent=2)
            facts.write_text(text + "\n", encoding="utf-8")
            return {VIDEO: rendered.video, COVER: rendered.cover, CAPTIONS: rendered.captions, FACTS: facts}

        return self._result(
            subject, task.fingerprint, lambda: self._ensure("rendition", task.fingerprint, subject, make)
        )

    def read_script(self, fingerprint: str) -> Script:
        """A script that is in the store."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            file = self._fetch("script", fingerprint, "script.json", Path(folder))
            return unpack_script(json.loads(file.read_text(encoding="utf-8")))

    def read_track(self, fingerprint: str, folder: Path) -> Track:
        """A track that is in the store, its sound as a file below ``folder``."""
        facts = self._fetch("track", fingerprint, "track.json", folder)
        file = self._fetch("track", fingerprint, "track.wav", folder)
        return unpack_track(json.loads(facts.read_text(encoding="utf-8")), str(file))

    def _fetch(self, kind: str, fingerprint: str, name: str, folder: Path) -> Path:
        made = self.store.get(kind, fingerprint)
        if made is None:
            raise FileNotFoundError(f"{kind} {fingerprint} left the store during the run")
        to = folder / f"{fingerprint[:16]}-{name}"
        self.store.fetch(made, name, to)
        return to

    def _ensure(
        self, kind: str, fingerprint: str, subject: Subject, make: Callable[[Path], Mapping[str, Path]]
    ) -> bool:
        if self.cancelled.is_set():
            raise Cancelled
        remake = self.remake and kind == "rendition"
        if not remake and self.store.get(kind, fingerprint) is not None:
            return True
        self.emit(StageStarted(self._now(), **subject.labels))
        with tempfile.TemporaryDirectory(prefix=f"{kind}-", dir=self.scratch) as folder:
            files = make(Path(folder))
            if self.cancelled.is_set():
                raise Cancelled
            if remake:
                self.store.forget(kind, fingerprint)
            self.store.put(kind, fingerprint, files, {"ad": subject.ad, "format": subject.format})
        return False

    def _result(self, subject: Subject, fingerprint: str, ensure: Callable[[], bool]) -> Result:
        began = time.monotonic()
        try:
            cached = ensure()
        except Exception as error:
            problem = describe_failure(error, subject, at=self._now())
            return Result(fingerprint, problem=problem, seconds=time.monotonic() - began)
        seconds = time.monotonic() - began
        self.emit(StageDone(self._now(), **subject.labels, cached=cached, seconds=seconds))
        return Result(fingerprint, cached=cached, seconds=seconds)

    def _now(self) -> float:
        return time.monotonic() - self.since

    def _progress(self, subject: Subject) -> Callable[[int, int], None]:
        told = 0.0

        def on_progress(done: int, total: int) -> None:
            nonlocal told
            if self.cancelled.is_set():
                raise Cancelled
            now = time.monotonic()
            if total and (now - told >= _PROGRESS_EVERY_S or done >= total):
                told = now
                self.emit(StageProgress(self._now(), **subject.labels, done=done, total=total))

        return on_progress


def rendition_facts(task: RenderTask, script: Script, track: Track | None, rendered: RenderedFiles) -> dict[str, Any]:
    """What stands in the ``.json`` beside a video: the words, the credits, which bytes went in, what was measured."""
    facts: dict[str, Any] = {
        "castad": 1,
        "fingerprint": task.fingerprint,
        "format": task.format,
        "language": task.language,
        "quality": task.quality,
        "template": task.template,
        "duration_s": float(task.duration_s),
        "brand": task.brand.name,
        "script": pack_script(script),
        "generated": {"words": script.generated, "music": track.generated if track else False},
        "music": None,
        "assets": [_asset_facts(asset) for asset in _assets(task)],
        **{name: value for name, value in rendered.facts.items() if name != "seconds"},
    }
    if track:
        facts["music"] = {"provider": track.provider, "credit": track.credit, "licence": track.licence}
        facts["music"]["tempo_bpm"] = float(track.grid.tempo_bpm)
    return facts


def _assets(task: RenderTask) -> list[Asset]:
    found = [each.asset for each in task.media]
    found += [asset for asset in (task.brand.logo, task.brand.font_file) if asset]
    return list(dict.fromkeys(found))


def _asset_facts(asset: Asset) -> dict[str, str]:
    return {"src": asset.src, "kind": asset.kind, "sha256": asset.sha256}
