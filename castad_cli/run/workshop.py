"""Where one job is done: look in the store, else make it and put it there whole; or post what is there.

`Workshop.do` returns a `Result`, and never raises for a failed stage: a failure is a value, so one ad's failure stops
nothing else.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import PutOff, ToolError
from castad_cli.model.events import Event, StageDone, StageFailed, StageProgress, StagePutOff, StageStarted
from castad_cli.model.plan import Asset, MediaSpec, PostTask, RenderTask, ScriptTask, TrackTask
from castad_cli.model.script import Script
from castad_cli.run.failures import Subject, describe_failure
from castad_cli.run.graph import Job
from castad_cli.run.packing import files_of, pack_script, pack_track, unpack_script, unpack_track, with_files
from castad_cli.run.stages import Attention, Cancelled, Posted, Stages, UploadFiles
from castad_cli.storage.objects import DamagedObjectError

if TYPE_CHECKING:
    from castad_cli.model.music import Track
    from castad_cli.run.stages import RenderedFiles
    from castad_cli.storage import Store

VIDEO, COVER, CAPTIONS, FACTS = "video.mp4", "cover.jpg", "captions.srt", "facts.json"
"""The files of a rendition in the store."""

_PROGRESS_EVERY_S = 0.1


@dataclass(frozen=True)
class Result:
    """How a job ended: made (or found) under ``fingerprint``, ``posted``, put off until ``due``, or ``problem``.

    Small and picklable.
    """

    fingerprint: str
    cached: bool = False
    seconds: float = 0.0
    problem: StageFailed | None = None
    posted: Posted | None = None
    due: datetime | None = None
    """When a job that was put off may be done: an aware instant in UTC."""
    reason: str = ""
    """Why it was put off."""
    worker: str = ""
    """Who did it; empty for the driver's own process."""
    crashed: bool = False
    """A tool was killed by a signal: no word on the job itself, which may well succeed another time."""

    @property
    def ok(self) -> bool:
        return self.problem is None and self.due is None


@dataclass
class Workshop:
    """What a job needs where it is done. ``emit`` may be called from any thread; ``since`` is the clock's start.

    With ``remake`` a rendition is made even if the store has it; words and music are not bought twice for that.
    ``cancelled`` stops all that is being done.
    """

    stages: Stages
    store: Store
    scratch: Path
    emit: Callable[[Event], None]
    since: float
    cancelled: threading.Event = field(default_factory=threading.Event)
    remake: bool = False

    def do(self, job: Job, stop: threading.Event | None = None) -> Result:
        """Do one job, whatever its kind. ``stop`` stops this one alone.

        Raises:
            Cancelled: it was stopped.
        """
        stop, began = stop or self.cancelled, time.monotonic()
        cached, posted = False, None
        try:
            match job.task:
                case ScriptTask():
                    cached = self.ensure_script(job.task, job.subject, stop)
                case TrackTask():
                    cached = self.ensure_track(job.task, job.subject, stop)
                case RenderTask():
                    cached = self.ensure_rendition(job.task, job.subject, stop)
                case PostTask():
                    posted = self.post(job.task, job.subject, stop)
        except PutOff as error:
            labels, seconds = job.subject.labels, time.monotonic() - began
            self.emit(StagePutOff(self._now(), **labels, until=error.until, reason=error.message))
            return Result(job.fingerprint, seconds=seconds, due=error.until, reason=error.message)
        except Exception as error:
            problem = describe_failure(error, job.subject, at=self._now())
            crashed = isinstance(error, ToolError) and (error.status or 0) < 0
            return Result(job.fingerprint, problem=problem, seconds=time.monotonic() - began, crashed=crashed)
        seconds = time.monotonic() - began
        self.emit(StageDone(self._now(), **job.subject.labels, cached=cached, seconds=seconds))
        return Result(job.fingerprint, cached=cached, seconds=seconds, posted=posted)

    def ensure_script(self, task: ScriptTask, subject: Subject, stop: threading.Event | None = None) -> bool:
        """See that the words are in the store; whether they were there. Raises what the writer raises."""

        def make(folder: Path) -> Mapping[str, Path]:
            file = folder / "script.json"
            script = self.stages.complete(task, self.stages.write_script(task), folder)
            file.write_text(json.dumps(pack_script(script), ensure_ascii=False, indent=2), encoding="utf-8")
            return {"script.json": file, **files_of(script)}

        return self._ensure("script", task.fingerprint, subject, make, stop)

    def ensure_track(self, task: TrackTask, subject: Subject, stop: threading.Event | None = None) -> bool:
        """See that the music is in the store; whether it was there. Raises what the composer raises."""

        def make(folder: Path) -> Mapping[str, Path]:
            track = self.stages.make_track(task, folder)
            facts = folder / "track.json"
            facts.write_text(json.dumps(pack_track(track), ensure_ascii=False), encoding="utf-8")
            return {"track.wav": Path(track.file), "track.json": facts}

        return self._ensure("track", task.fingerprint, subject, make, stop)

    def ensure_rendition(self, task: RenderTask, subject: Subject, stop: threading.Event | None = None) -> bool:
        """See that a rendition is in the store, from a script and a track that are; whether it was there."""

        def make(folder: Path) -> Mapping[str, Path]:
            words = self.read_script(task.script, folder)
            music = self.read_track(task.track, folder) if task.track else None
            on_progress = self._progress(subject, stop or self.cancelled)
            on_progress(0, 0)
            complete = with_background(task, words)
            rendered = self.stages.render(complete, words, music, folder, on_progress)
            facts = folder / FACTS
            text = json.dumps(rendition_facts(complete, words, music, rendered), ensure_ascii=False, indent=2)
            facts.write_text(text + "\n", encoding="utf-8")
            return {VIDEO: rendered.video, COVER: rendered.cover, CAPTIONS: rendered.captions, FACTS: facts}

        return self._ensure("rendition", task.fingerprint, subject, make, stop)

    def post(self, task: PostTask, subject: Subject, stop: threading.Event | None = None) -> Posted:
        """Publish a rendition that is in the store. Raises what the publisher raises."""
        stop = stop or self.cancelled
        if stop.is_set():
            raise Cancelled
        self.emit(StageStarted(self._now(), **subject.labels))
        with tempfile.TemporaryDirectory(prefix="post-", dir=self.scratch) as folder:
            video, cover, captions, facts = (
                self._fetch("rendition", task.rendition, name, Path(folder)) for name in (VIDEO, COVER, CAPTIONS, FACTS)
            )
            files = UploadFiles(video, cover, captions, json.loads(facts.read_text(encoding="utf-8")))
            return self.stages.upload(task, files, Attention(self._progress(subject, stop), stop))

    def read_script(self, fingerprint: str, folder: Path) -> Script:
        """A script that is in the store; its voice and its picture, if it has them, as files below ``folder``."""
        file = self._fetch("script", fingerprint, "script.json", folder)
        script = unpack_script(json.loads(file.read_text(encoding="utf-8")))
        return with_files(script, lambda name: str(self._fetch("script", fingerprint, name, folder)))

    def read_track(self, fingerprint: str, folder: Path) -> Track:
        """A track that is in the store, its sound as a file below ``folder``."""
        facts = self._fetch("track", fingerprint, "track.json", folder)
        file = self._fetch("track", fingerprint, "track.wav", folder)
        return unpack_track(json.loads(facts.read_text(encoding="utf-8")), str(file))

    def _fetch(self, kind: str, fingerprint: str, name: str, folder: Path) -> Path:
        made = self.store.get(kind, fingerprint)
        if made is None:
            raise DamagedObjectError(f"a {kind} left the store during the run", fix="run the same command again")
        to = folder / f"{fingerprint[:16]}-{name}"
        self.store.fetch(made, name, to)
        return to

    def _ensure(
        self,
        kind: str,
        fingerprint: str,
        subject: Subject,
        make: Callable[[Path], Mapping[str, Path]],
        stop: threading.Event | None,
    ) -> bool:
        stop = stop or self.cancelled
        if stop.is_set():
            raise Cancelled
        remake = self.remake and kind == "rendition"
        if not remake and self.store.get(kind, fingerprint) is not None:
            return True
        self.emit(StageStarted(self._now(), **subject.labels))
        with tempfile.TemporaryDirectory(prefix=f"{kind}-", dir=self.scratch) as folder:
            files = make(Path(folder))
            if stop.is_set():
                raise Cancelled
            if remake:
                self.store.forget(kind, fingerprint)
            self.store.put(kind, fingerprint, files, {"ad": subject.ad, "format": subject.format})
        return False

    def _now(self) -> float:
        return time.monotonic() - self.since

    def _progress(self, subject: Subject, stop: threading.Event) -> Callable[[int, int], None]:
        told = 0.0

        def on_progress(done: int, total: int) -> None:
            nonlocal told
            if stop.is_set():
                raise Cancelled
            now = time.monotonic()
            if total and (now - told >= _PROGRESS_EVERY_S or done >= total):
                told = now
                self.emit(StageProgress(self._now(), **subject.labels, done=done, total=total))

        return on_progress


def with_background(task: RenderTask, script: Script) -> RenderTask:
    """The rendition with the picture that was made for the ad, after the recipe's own."""
    made = script.background
    if made is None:
        return task
    asset = Asset(f"{made.provider}: {made.prompt}", made.file, made.sha256, "photo")
    return dataclasses.replace(task, media=(*task.media, MediaSpec(asset, alt=made.prompt)))


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
        "generated": {
            "words": script.generated,
            "music": track.generated if track else False,
            "voice": script.voice is not None,
            "image": script.background is not None,
        },
        "music": None,
        "assets": [_asset_facts(asset) for asset in _assets(task)],
        **{name: value for name, value in rendered.facts.items() if name != "seconds"},
    }
    by_ai = {
        "words": script.by_ai,
        "music": track.by_ai if track else "",
        "voice": script.voice.by_ai if script.voice else "",
        "image": script.background.by_ai if script.background else "",
    }
    facts["ai"] = {what: who for what, who in by_ai.items() if who}
    if script.by_ai:
        facts["proofread"] = script.proofread_by or None
    if track:
        facts["music"] = {"provider": track.provider, "credit": track.credit, "licence": track.licence}
        facts["music"]["tempo_bpm"] = float(track.grid.tempo_bpm)
    if (voice := script.voice) is not None:
        facts["voice"] = {"provider": voice.provider, "model": voice.model, "name": voice.name}
    if (image := script.background) is not None:
        facts["image"] = {"provider": image.provider, "model": image.model, "prompt": image.prompt}
    return facts


def _assets(task: RenderTask) -> list[Asset]:
    found = [each.asset for each in task.media]
    found += [asset for asset in (task.brand.logo, task.brand.font_file) if asset]
    return list(dict.fromkeys(found))


def _asset_facts(asset: Asset) -> dict[str, str]:
    return {"src": asset.src, "kind": asset.kind, "sha256": asset.sha256}
