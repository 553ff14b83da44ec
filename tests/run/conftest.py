"""A plan of small ads, and stages that make a few bytes and count their calls."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from castad_cli.model.events import Event
from castad_cli.model.music import BeatGrid, Track
from castad_cli.model.plan import (
    AdPlan,
    BrandSpec,
    Facts,
    Plan,
    PostTask,
    RenderTask,
    SceneSlots,
    ScriptTask,
    TrackTask,
    fingerprint,
)
from castad_cli.model.script import SceneWords, Script, SlotLimit
from castad_cli.run.stages import Attention, OnProgress, Posted, Stages, UploadFiles

SLOTS = (SceneSlots("opening", 0, SlotLimit(14)), SceneSlots("closing", 0, SlotLimit(14)))


def _make_ad(
    name: str = "inn",
    language: str = "ko",
    formats: tuple[str, ...] = ("reel", "square"),
    variant: str = "",
    music: str | None = "house",
    posts: tuple[str, ...] = (),
) -> AdPlan:
    script = ScriptTask(
        fingerprint("script", name, language), language, "offline", 0, Facts(name), SLOTS, SlotLimit(10)
    )
    track = TrackTask(fingerprint("track", name), music, Fraction(6)) if music else None
    renditions = tuple(
        RenderTask(
            fingerprint("rendition", name, language, each, variant),
            each,
            language,
            "draft",
            "horizon",
            Fraction(6),
            BrandSpec(name, "#000000", "#ff0000", "#ffffff"),
            "",
            (),
            SLOTS,
            script.fingerprint,
            track.fingerprint if track else None,
        )
        for each in formats
    )
    key = "/".join(part for part in (name, variant, language) if part)
    made = renditions[0].fingerprint
    tasks = tuple(PostTask(fingerprint("post", made, platform), made, platform, "main") for platform in posts)
    return AdPlan(key, f"{name}.yaml", name, "", variant, language, script, track, renditions, tasks)


@dataclass
class Files:
    video: Path
    cover: Path
    captions: Path
    facts: dict[str, Any]


@dataclass
class Counted:
    """Stages that count. ``trouble[stage, what]`` is called before a stage's work and may raise."""

    calls: Counter[str] = field(default_factory=Counter)
    trouble: dict[str, Callable[[str], None]] = field(default_factory=dict)
    frames: int = 3
    each_frame: Callable[[], None] = lambda: None
    threads: set[int] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0
    opened: int = 0
    closed: int = 0

    def stages(self) -> Stages:
        return Stages(self.write_script, self.make_track, self.render, self.open, self.close, self.upload)

    def _call(self, stage: str, what: str) -> None:
        self.calls[stage] += 1
        self.calls[f"{stage} {what}"] += 1
        if stage in self.trouble:
            self.trouble[stage](what)

    def write_script(self, task: ScriptTask) -> Script:
        self._call("script", f"{task.facts.name}/{task.language}")
        return Script(task.language, (SceneWords("opening", task.facts.name),), "go", hashtags=("a", "b"))

    def make_track(self, task: TrackTask, folder: Path) -> Track:
        self._call("track", task.provider)
        file = folder / "music.wav"
        file.write_bytes(b"RIFF" + task.fingerprint.encode())
        beats = (Fraction(0), Fraction(2, 3), Fraction(4, 3))
        grid = BeatGrid(Fraction(90), beats, beats[:1], (("intro", Fraction(0)),))
        return Track(str(file), Fraction(6), grid, "house")

    def render(
        self, task: RenderTask, script: Script, track: Track | None, folder: Path, on_progress: OnProgress
    ) -> Files:
        self.threads.add(threading.get_ident())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self._call("render", f"{script.scenes[0].headline}/{task.language}/{task.format}")
            assert track is None or Path(track.file).read_bytes().startswith(b"RIFF")
            for frame in range(self.frames):
                self.each_frame()
                on_progress(frame + 1, self.frames)
            files = {}
            for name in ("video", "cover", "captions"):
                files[name] = folder / f"made.{name}"
                files[name].write_bytes(f"{name} {task.fingerprint}".encode())
            return Files(
                files["video"],
                files["cover"],
                files["captions"],
                {"inspection": {"lufs": -14.0}, "seconds": {"encode": 1.0}},
            )
        finally:
            self.at_once -= 1

    def upload(self, task: PostTask, files: UploadFiles, attention: Attention) -> Posted:
        self._call("upload", f"{files.facts['brand']}/{task.platform}")
        size = len(files.video.read_bytes())
        attention.progress(size, size)
        return Posted(f"id-{task.rendition[:8]}", f"https://{task.platform}.example/{task.rendition[:8]}")

    def open(self) -> None:
        self.opened += 1
        if "open" in self.trouble:
            self.trouble["open"]("")

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def plan() -> Plan:
    """Two ads in two languages and two formats each: four ads, eight renditions, four scripts, two tracks."""
    return Plan(tuple(_make_ad(name, language) for name in ("inn", "cafe") for language in ("ko", "en")))


@pytest.fixture
def make_ad() -> Callable[..., AdPlan]:
    return _make_ad


@pytest.fixture
def events() -> list[Event]:
    return []
