"""How far renditions are from the encoder's own time, and what editing, drafts and memory cost: the reference ad.

Run with ``make bench``. Each figure is a ratio of two things measured in one run, in turns, or a count, so that it
holds on any machine; a machine that does something else meanwhile spoils it. ``CASTAD_BENCH_RUNS`` is how often cold
rendition and floor take turns, ``CASTAD_BENCH_ADS`` how many ads a batch has, ``CASTAD_BENCH_DRAFTS`` how many drafts
memory is watched over after such a batch, ``CASTAD_BENCH_PARTS`` which parts are measured (all: ``cold formats batch
edit draft memory``). Whatever is above what is asked fails, after the whole table.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import subprocess
import sys
import threading
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import pytest

from castad_cli.generate.house.provider import make_track
from castad_cli.model.music import Track
from castad_cli.model.plan import Asset, BrandSpec, MediaSpec, RenderTask, SceneSlots, TrackTask
from castad_cli.model.script import SceneRole, SceneWords, Script, SlotLimit
from castad_cli.model.template import Transition
from castad_cli.render.encode import x264_settings
from castad_cli.render.qualities import KEYFRAME_SECONDS, QUALITIES
from castad_cli.render.scenery import Scenery, set_scene
from castad_cli.render.studio import Studio
from castad_cli.templates import load_template

RUNS = int(os.environ.get("CASTAD_BENCH_RUNS", "3"))
ADS = int(os.environ.get("CASTAD_BENCH_ADS", "10"))
DRAFTS = int(os.environ.get("CASTAD_BENCH_DRAFTS", "30"))
PARTS = os.environ.get("CASTAD_BENCH_PARTS", "cold formats batch edit draft memory").split()
SECONDS = 15
COLD, BATCH, EDIT, MUSIC, DRAFT, MEGABYTES = 1.2, 1.1, 0.35, 0.2, 3.0, 700

CHILD = """
from castad_cli.cli.main import begin, leave

begin()  # and ends, as `castad` does
import json, os, pickle, resource, sys, time
from pathlib import Path
from castad_cli.render import Studio

def held():
    children = sum(1 for p in Path("/proc").glob("[0-9]*/stat")
                   if p.read_text().rsplit(")", 1)[1].split()[1] == str(os.getpid()))
    rss = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return {"handles": len(os.listdir("/proc/self/fd")), "children": children, "rss": rss}

with Studio() as studio:
    studio.warm_up()  # as `castad render` does, before it needs it
    from fractions import Fraction
    from castad_cli.model.template import Transition
    from castad_cli.render import Kept, render
    from castad_cli.storage import open_store
    from castad_cli.templates import load_template
    fade = Transition(kind="dissolve", length=Fraction(1, 2))
    load_template("horizon").spec.transitions.update({"point": fade, "closing": fade})
    kept = Kept(open_store(os.environ["KEPT"]), "benchmark") if "KEPT" in os.environ else None
    folder = Path(sys.argv[2])
    for ad in pickle.loads(Path(sys.argv[1]).read_bytes()):
        began = time.perf_counter()
        parts = render(*ad, folder, studio, kept=kept).facts["seconds"]
        print(json.dumps({"seconds": time.perf_counter() - began, **parts, **held()}), flush=True)
leave(0)
"""

WORDS = (
    ("opening", "파도 소리로 여는 아침", "제주 애월, 바다 앞 여섯 객실"),
    ("point", "창을 열면 바로 바다", "모든 객실 오션뷰"),
    ("point", "둘만의 프라이빗 스파", "노을을 보며 따뜻하게"),
    ("point", "바람 부는 바베큐 테라스", "장작과 그릴은 저희가"),
    ("closing", "오늘은 바다 곁에서", ""),
)
SYLLABLES = "가나다라마바사아자차카타파하"


def cross_fades() -> None:
    """Gives horizon the reference ad's transitions: each scene dissolves into the next for half a second."""
    fade = Transition(kind="dissolve", length=Fraction(1, 2))
    load_template("horizon").spec.transitions.update({"point": fade, "closing": fade})


def draw_photograph(path: Path, seed: int) -> None:
    """A 3000×2000 JPEG with what photographs have: smooth light, shapes with edges, texture, a little grain."""
    random = np.random.default_rng(seed)
    width, height = 3000, 2000
    light = cv2.resize(
        random.uniform(40, 220, (4, 5, 3)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    for _ in range(60):
        centre = (int(random.integers(width)), int(random.integers(height)))
        axes = (int(random.integers(40, 400)), int(random.integers(30, 250)))
        color = tuple(float(c) for c in random.uniform(30, 230, 3))
        cv2.ellipse(light, centre, axes, float(random.uniform(0, 180)), 0, 360, color, -1, cv2.LINE_AA)
    texture = sum(
        cv2.resize(random.normal(0, 7, (height // n, width // n)).astype(np.float32), (width, height))
        for n in (2, 5, 13)
    )
    grain = random.normal(0, 3, (height, width, 3)).astype(np.float32)
    pixels = np.clip(light + np.asarray(texture)[..., None] + grain, 0, 255).astype(np.uint8)
    assert cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, 90])


def make_ad(folder: Path) -> tuple[RenderTask, Script, Track]:
    media = []
    for number in range(len(WORDS)):
        path = folder / f"photo-{number}.jpg"
        draw_photograph(path, number)
        asset = Asset(path.name, str(path), hashlib.sha256(path.read_bytes()).hexdigest(), "photo")
        media.append(MediaSpec(asset))
    roles: list[SceneRole] = [words[0] for words in WORDS]  # type: ignore[misc]
    task = RenderTask(
        fingerprint="0" * 64,
        format="reel",
        language="ko",
        quality="standard",
        template="horizon",
        duration_s=Fraction(SECONDS),
        brand=BrandSpec(
            name="하늘마루 펜션",
            primary="#0b3954",
            accent="#ff7f51",
            text="#ffffff",
            phone="064-000-0000",
            url="https://example.com/haneul",
            address="제주시 애월읍",
        ),
        offer="평일 20% 할인",
        media=tuple(media),
        scenes=tuple(SceneSlots(role, index, SlotLimit(20)) for index, role in enumerate(roles)),
        script="1" * 64,
        track="2" * 64,
    )
    words = tuple(SceneWords(role, headline, line) for role, (_, headline, line) in zip(roles, WORDS, strict=True))
    return task, Script("ko", words, "지금 예약하기", task.offer), make_music(folder, 7)


def make_music(folder: Path, seed: int) -> Track:
    """Another piece in the same mood for each seed."""
    (folder / f"music-{seed}").mkdir()
    return make_track(TrackTask("2" * 64, "house", Fraction(SECONDS), mood="warm", seed=seed), folder / f"music-{seed}")


def headlined(script: Script, scene: int, number: int) -> Script:
    """The script with one syllable of a scene's headline changed, so that it takes as long to read."""
    return worded(script, scene, SYLLABLES[number % len(SYLLABLES)] + script.scenes[scene].headline[1:])


def worded(script: Script, scene: int, headline: str) -> Script:
    """The script with another headline for a scene."""
    scenes = list(script.scenes)
    scenes[scene] = replace(scenes[scene], headline=headline)
    return replace(script, scenes=tuple(scenes))


def paint_all(scenery: Scenery, path: Path) -> None:
    """Every frame of the ad, raw, one after the other."""
    buffer = np.empty(scenery.frame_bytes, np.uint8)
    with path.open("wb") as file:
        for scene in scenery.timeline.scenes:
            with scenery.painter(scene.start, scene.end) as painter:
                for frame in range(scene.start, scene.end):
                    painter.paint(frame, buffer)
                    file.write(buffer.data)


def build_floor_command(ffmpeg: str, frames: Path, sound: Path, scenery: Scenery, out: Path) -> list[str]:
    """x264 with a rendition's own settings and as many threads as it likes; the sound is copied."""
    rate = scenery.timeline.rate
    settings = x264_settings(QUALITIES["standard"], rate)
    tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    return [
        *(ffmpeg, "-nostdin", "-loglevel", "error", "-y"),
        *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{scenery.width}x{scenery.height}", "-framerate", str(rate)),
        *(*tags, "-i", str(frames), "-i", str(sound), "-map", "0:v", "-map", "1:a", "-c:a", "copy"),
        *("-c:v", "libx264", *(word for name, value in settings.items() for word in (f"-{name}:v", value))),
        *("-pix_fmt", "yuv420p", "-g", str(int(KEYFRAME_SECONDS * rate))),
        *(*tags, "-movflags", "+faststart", str(out)),
    ]


class Bench:
    """One machine's run: makes the ad, starts processes, keeps what was measured."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: list[tuple[str, str, str, bool]] = []
        cross_fades()
        self.ad = make_ad(folder)
        self._floors: dict[str, list[str]] = {}

    def tell(self, what: str, figure: float, asked: float, *, least: bool = False, unit: str = "") -> None:
        good = figure >= asked if least else figure <= asked
        bound = "at least" if least else "at most"
        self.rows.append((what, f"{figure:.2f}{unit}", f"{bound} {asked:g}{unit}", good))

    def children(self, ads: list[Any], *, kept: Path | None = None) -> tuple[float, list[dict[str, float]]]:
        """Seconds of a fresh process that renders ``ads`` one after the other, and what it says of each."""
        process = self.start(ads, kept)
        began = time.perf_counter()
        said = process.communicate(timeout=1200)[0]
        assert process.returncode == 0
        return time.perf_counter() - began, [json.loads(line) for line in said.splitlines()]

    def start(self, ads: list[Any], kept: Path | None = None) -> subprocess.Popen[str]:
        pickled = self.folder / "ads.pickle"
        pickled.write_bytes(pickle.dumps(ads))
        made = self.folder / "made"
        made.mkdir(exist_ok=True)
        command = [sys.executable, "-c", CHILD, str(pickled), str(made)]
        environment = os.environ | ({"KEPT": str(kept)} if kept else {})
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody's second run compiles the program again
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    def floor(self, format_: str = "reel") -> float:
        """Seconds of x264 alone on the very frames of the ad in a format."""
        if format_ not in self._floors:
            task, script, track = self.ad
            frames, out = self.folder / f"{format_}.yuv", self.folder / "floor.mp4"
            with Studio() as studio:
                scenery = set_scene(replace(task, format=format_), script, track, studio)
                paint_all(scenery, frames)
                self._floors[format_] = build_floor_command(
                    studio.ffmpeg, frames, self.folder / "made" / "video.mp4", scenery, out
                )
            subprocess.run(self._floors[format_], check=True, timeout=600)  # into the page cache
        began = time.perf_counter()
        subprocess.run(self._floors[format_], check=True, timeout=600)
        return time.perf_counter() - began

    def variants(self, count: int) -> list[Any]:
        """So many ads, in each of which every scene has another headline than in the one before."""
        task, script, track = self.ad
        ads = []
        for number in range(count):
            varied = script
            for scene in range(len(WORDS)):
                varied = headlined(varied, scene, number + scene)
            ads.append((task, varied, track))
        return ads


def measure_cold(bench: Bench) -> None:
    floors, colds, parts = [], [], []
    for _ in range(RUNS):
        floors.append(bench.floor())
        seconds, (said,) = bench.children([bench.ad])
        colds.append(seconds)
        parts.append(said)
    count = SECONDS * 30
    layout, encode, finish = (median(part[name] for part in parts) for name in ("layout", "encode", "finish"))
    for what, seconds in (
        ("x264 alone, frames from a file", median(floors)),
        ("rendition from cold", median(colds)),
        ("  start and end of the program", median(colds) - layout - encode - finish),
        ("  layout and pictures", layout),
        ("  draw and encode", encode),
        ("  join, inspection", finish),
    ):
        print(f"  {what:<32}{seconds:7.2f} s {seconds / count * 1000:6.1f} ms a frame")
    bench.tell("cold, reel: times the floor", median(c / f for c, f in zip(colds, floors, strict=True)), COLD)


def measure_formats(bench: Bench) -> None:
    task, script, track = bench.ad
    for format_ in ("square", "portrait", "landscape"):
        ratios = []
        for _ in range(RUNS):
            floor = bench.floor(format_)
            seconds, _said = bench.children([(replace(task, format=format_), script, track)])
            ratios.append(seconds / floor)
        bench.tell(f"cold, {format_}: times the floor", median(ratios), COLD)


def measure_batch(bench: Bench) -> None:
    before = bench.floor()
    # What an ad shares with the one before is kept, as it is in a batch.
    seconds, _said = bench.children(bench.variants(ADS), kept=bench.folder / "batch")
    bench.tell(f"batch of {ADS}: times the floor, each", seconds / ADS / ((before + bench.floor()) / 2), BATCH)


def measure_edits(bench: Bench) -> None:
    task, script, track = bench.ad
    edited, longer = headlined(script, 2, 3), worded(script, 2, "둘만의 조용한 프라이빗 스파")
    ads = [bench.ad, (task, edited, track), (task, longer, track), (task, longer, make_music(bench.folder, 8))]
    # The draft warms the browser, and shares nothing with what follows.
    _, (_warm, whole, *others) = bench.children(
        [(replace(task, quality="draft"), script, track), *ads], kept=bench.folder / "empty"
    )
    for what, said, asked in zip(
        ("one headline changed", "one headline longer", "music changed"), others, (EDIT, EDIT, MUSIC), strict=True
    ):
        bench.tell(f"{what}: part of the whole", said["seconds"] / whole["seconds"], asked)


def measure_draft(bench: Bench) -> None:
    task, script, track = bench.ad
    _, (_warm, draft, standard) = bench.children(
        [(replace(task, quality="draft"), script, track), (replace(task, quality="draft"), script, track), bench.ad]
    )
    bench.tell("standard: times a draft", standard["seconds"] / draft["seconds"], DRAFT, least=True)


def measure_memory(bench: Bench) -> None:
    peak, ended = [0], threading.Event()
    ads = bench.variants(ADS)
    drafts = [(replace(task, quality="draft"), script, track) for task, script, track in bench.variants(DRAFTS)]
    process = bench.start([*ads, *drafts])

    def watch() -> None:
        while not ended.wait(0.25):
            peak[0] = max(peak[0], tree_memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    said = [json.loads(line) for line in process.communicate(timeout=1200)[0].splitlines()]
    ended.set()
    watcher.join()
    bench.tell("memory of all processes together", peak[0] / 1e6, MEGABYTES, unit=" MB")
    settled = said[-DRAFTS * 4 // 5 :]
    # What the C library has not given back goes up and down by some 10 MB from ad to ad: middles tell whether it grows.
    half = len(settled) // 2
    first, last = (median(ad["rss"] for ad in part) for part in (settled[:half], settled[half:]))
    grown = (last - first) / 1e6 / half
    bench.tell("memory more after each further ad", grown, 1.0, unit=" MB")
    bench.tell("handles more after each further ad", settled[-1]["handles"] - settled[0]["handles"], 0)
    bench.tell("processes more after each further ad", settled[-1]["children"] - settled[0]["children"], 0)


def tree_memory(pid: int) -> int:
    """Bytes of a process and all it started, pages that several share counted once (proportional set size)."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
    total = 0
    for each in parents:
        above: int | None = each
        while above and above != pid:
            above = parents.get(above)
        if above == pid:
            try:
                text = Path(f"/proc/{each}/smaps_rollup").read_text()
            except OSError:
                continue
            total += next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)
    return total


MEASURES = {
    "cold": measure_cold,
    "formats": measure_formats,
    "batch": measure_batch,
    "edit": measure_edits,
    "draft": measure_draft,
    "memory": measure_memory,
}


@pytest.mark.timeout(3600)
def test_renditions_stay_near_the_encoders_own_time(tmp_path: Path) -> None:
    load = os.getloadavg()[0]
    bench = Bench(tmp_path)
    print(f"\n{SECONDS} s reel, {os.cpu_count()} cores (load before: {load:.1f})")
    bench.children([bench.ad])  # the floor copies its sound, and both programs come into the page cache
    for part in PARTS:
        MEASURES[part](bench)
    for what, figure, asked, good in bench.rows:
        print(f"  {what:<40}{figure:>12}  {asked:<18}{'' if good else 'MISSED'}")
    missed = [what for what, _, _, good in bench.rows if not good]
    assert not missed, "more than is asked: " + "; ".join(missed)
