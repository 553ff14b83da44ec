"""One rendition from its task, words and music: video, cover, captions and facts, checked when finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.model.formats import FORMATS, LANGUAGES, Box
from castad_cli.model.music import Track
from castad_cli.model.palette import make_palette
from castad_cli.model.place import Place
from castad_cli.model.plan import RenderTask, SceneSlots, Showcase
from castad_cli.model.script import SPEECH_LEAD_S, SceneWords, Script, SpokenLine
from castad_cli.render import layers
from castad_cli.render.audio import MixReport, SceneSound, Speech, mix
from castad_cli.render.browser import Page
from castad_cli.render.captions import make_captions
from castad_cli.render.compositor import Painter
from castad_cli.render.disk import disk_trouble
from castad_cli.render.encode import QUALITIES, encode_segment, join
from castad_cli.render.inspection import Expected, TextSample, inspect
from castad_cli.render.kept import Kept, Pictured
from castad_cli.render.layers import Layout, ShownText, Spot
from castad_cli.render.page import PageSource, build_page
from castad_cli.render.placing import find_covered
from castad_cli.render.planes import Cutout, rgb_from_frame
from castad_cli.render.segments import Segment, encode_all, plan_segments
from castad_cli.render.shade import shade
from castad_cli.render.sources import Moves, Prepared, glances, grade, moves_of, open_sources, prepare, subjects_of
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Timeline, make_timeline
from castad_cli.templates import Template, load_template

cv2.setNumThreads(1)  # segments are the unit of parallel work; threads inside each would fight over the cores

_READ = ("headline", "line")
"""Slots that are read as the ad runs. What else the card says stays to the end, to be looked up or scanned."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rendered:
    """What a rendition is made of, in the folder given to `render`; ``facts`` are JSON values."""

    video: Path
    cover: Path
    captions: Path
    facts: dict[str, Any]


@dataclass(frozen=True)
class Scenery:
    """A rendition before any frame is drawn: laid out, its pictures loaded, its timing fixed."""

    task: RenderTask
    timeline: Timeline
    layout: Layout
    prepared: dict[int, Prepared]
    boxes: dict[Spot, Box]
    moves: Moves
    width: int
    height: int
    origin_y: int
    ffmpeg: str
    cutouts: dict[tuple[int, int], Cutout] = field(default_factory=dict, compare=False)

    @property
    def frame_bytes(self) -> int:
        return self.width * self.height * 3 // 2

    @contextmanager
    def painter(self, first: int, last: int) -> Iterator[Painter]:
        """Draws the frames ``first`` to ``last`` (exclusive)."""
        with open_sources(self.prepared, self.boxes, self.timeline, first, last, self.ffmpeg, self.moves) as sources:
            yield Painter(
                self.layout,
                self.timeline,
                sources,
                self.width,
                self.height,
                self.origin_y,
                self.cutouts,
                rtl=LANGUAGES[self.task.language].rtl,
            )

    def picture(self, frame: int) -> NDArray[np.uint8]:
        """One frame as sRGB pixels (height, width, 3)."""
        buffer = np.empty(self.frame_bytes, np.uint8)
        with self.painter(frame, frame + 1) as painter:
            painter.paint(frame, buffer)
        return rgb_from_frame(buffer, self.width, self.height)


def plan_timeline(task: RenderTask, script: Script, track: Track | None, template: Template) -> Timeline:
    """The rendition's scenes in frames.

    Raises:
        UserError: too many scenes for the duration.
    """
    return make_timeline(
        template.spec,
        script.scenes,
        [shown_picture(slots, words) for slots, words in zip(task.scenes, script.scenes, strict=True)],
        task.duration_s,
        track.grid if track else None,
        card=[script.offer or task.offer, script.call_to_action],
        kinds=[slots.kind or slots.role for slots in task.scenes],
        besides=[shown_besides(slots, task.showcase) for slots in task.scenes],
        pictures=[slots.pictures for slots in task.scenes],
        spoken={line.scene: line.duration_s for line in spoken_lines(script)},
    )


def spoken_lines(script: Script) -> tuple[SpokenLine, ...]:
    """What somebody says in the ad."""
    return script.voice.lines if script.voice else ()


def place_speech(script: Script, timeline: Timeline) -> list[Speech]:
    """Every spoken line where it is heard: a moment after its scene has begun."""
    return [
        Speech(
            path=Path(line.file),
            start_s=timeline.seconds(timeline.scenes[line.scene].start) + SPEECH_LEAD_S,
            length_s=line.duration_s / timeline.speech_rate,
            rate=timeline.speech_rate,
            text=line.text,
        )
        for line in spoken_lines(script)
    ]


def shown_picture(slots: SceneSlots, words: SceneWords) -> int:
    """The picture a scene shows: the writer's choice, except where the scene shows several."""
    return slots.media if words.media is None or slots.pictures else words.media


def shown_besides(slots: SceneSlots, showcase: Showcase) -> list[str]:
    """What a scene shows to be read besides its headline and line."""
    if slots.shows == "items":
        items = [showcase.items[entry] for entry in slots.entries]
        return [item.price for item in items] if slots.is_told else [f"{item.name} {item.price}" for item in items]
    if slots.shows == "reviews" and not slots.is_told:
        return [showcase.reviews[entry].text for entry in slots.entries]
    return []


def set_scene(
    task: RenderTask,
    script: Script,
    track: Track | None,
    studio: Studio,
    *,
    only: list[int] | None = None,
    at: Callable[[Timeline], list[int]] | None = None,
    source: PageSource | None = None,
    check: Callable[[], None] = lambda: None,
) -> Scenery:
    """Lays the rendition out and loads its pictures, at the size its quality asks for.

    With ``only`` (or ``at``, which names frames once the timeline is known), for those frames alone. ``source`` is its
    page, where that has been built already. ``check`` is called every now and then; what it raises stops the work.

    Raises:
        UserError, ToolError, EnvironmentNotReady: as the parts say.
    """
    template = load_template(task.template)
    timeline = plan_timeline(task, script, track, template)
    if at is not None:
        only = at(timeline)
    encoding, shape = QUALITIES[task.quality], FORMATS[task.format]
    width, height = encoding.size(shape.width, shape.height)
    source = source or build_page(task, script, timeline, template, track.grid if track else None)
    seen = [s for s in timeline.scenes if only is None or any(s.start <= f < s.end + 60 for f in only)]
    with ThreadPoolExecutor(2, thread_name_prefix="castad-photos") as pool:
        # A still is as the video has it: how a photograph is graded depends on all the others.
        graded = seen if task.look == "none" else timeline.scenes
        pictures = dict.fromkeys(picture for scene in graded for picture in scene.all_pictures)

        def load(index: int) -> Prepared:
            check()
            return prepare(task.media[index], width, height)

        loading = {index: pool.submit(load, index) for index in pictures}

        def lay_out(page: Page) -> tuple[Layout, int]:
            layers.fit_texts(page, source.places)
            origin = page.evaluate("measure the stage", "() => Number(stage.dataset.origin || 0)")
            layout = layers.capture(page, timeline, only, scale=encoding.scale)
            return layout, round((origin or shape.height * 0.6) * float(encoding.scale))

        layout, origin_y = studio.browser.with_page(source.resources, shape.width, shape.height, lay_out, check)
        prepared = grade({index: future.result() for index, future in loading.items()}, task.look)
    check()
    boxes, moves = moves_of(prepared, layout, timeline, template.spec)
    layout = shade(layout, timeline, glances(prepared, boxes, timeline, studio.ffmpeg, moves))
    return Scenery(task, timeline, layout, prepared, boxes, moves, width, height, origin_y, studio.ffmpeg)


def render(
    task: RenderTask,
    script: Script,
    track: Track | None,
    folder: Path,
    studio: Studio,
    on_progress: OnProgress = lambda done, total: None,
    kept: Kept | None = None,
) -> Rendered:
    """Makes one rendition in ``folder``: ``video.mp4``, ``cover.jpg``, ``captions.srt``; inspected.

    ``on_progress`` is called with frames done and frames in all, and with (0, 0) while none can be counted; what it
    raises stops the work. What ``kept`` has of it is not drawn again, and what is drawn is put there.

    Raises:
        UserError: the recipe's texts or pictures cannot be shown as they are.
        ToolError: the browser or FFmpeg failed.
        RenditionRejected: the finished file does not meet what a finished ad is.
        EnvironmentNotReady: no browser, no FFmpeg, or a full disk.
    """
    began = time.perf_counter()

    def check() -> None:
        on_progress(0, 0)

    if kept is None:
        studio.warm_up()
    template = load_template(task.template)
    timeline = plan_timeline(task, script, track, template)
    segments, speech = plan_segments(timeline), place_speech(script, timeline)
    files = [folder / f"segment-{segment.index:02d}.mp4" for segment in segments]
    video, cover, captions = folder / "video.mp4", folder / "cover.jpg", folder / "captions.srt"
    with disk_trouble(folder), ThreadPoolExecutor(1, thread_name_prefix="castad-sound") as sound:
        mixing: Future[MixReport] = sound.submit(
            mix,
            Path(track.file) if track else None,
            _sounds(task, timeline),
            timeline.duration_s,
            folder / "sound.m4a",
            studio.ffmpeg,
            place=task.place,
            check=check,
            speech=speech,
        )
        source = build_page(task, script, timeline, template, track.grid if track else None)
        pictures = kept.fingerprint_pictures(task, timeline, source, template.fingerprint) if kept else ""
        pictured = kept.take_pictures(pictures, cover, files) if kept else None
        laid_out = time.perf_counter()
        if pictured is None:
            studio.warm_up()
            scenery = set_scene(task, script, track, studio, source=source, check=check)
            laid_out = time.perf_counter()
            check_faces(scenery)
            prints = _encode(scenery, segments, files, studio, on_progress, kept)
            _write_cover(scenery, cover)
            pictured = _pictured(scenery, prints)
            if kept:
                kept.keep_pictures(pictures, pictured, cover)
        encoded = time.perf_counter()
        mixed = mixing.result()
    check()
    scenes = [(s.start, s.end) for s in timeline.scenes]
    with disk_trouble(folder):
        join(files, mixed.path, timeline.rate, video)
        captions.write_text(make_captions(pictured.texts, scenes, timeline.rate, speech), encoding="utf-8")
    for leftover in (*files, mixed.path):
        leftover.unlink(missing_ok=True)
    check()
    figures = _inspect(task, timeline, pictured, video, cover, captions, mixed)
    finished = time.perf_counter()
    encoding, shape = QUALITIES[task.quality], FORMATS[task.format]
    width, height = encoding.size(shape.width, shape.height)
    facts = {
        "scenes": [
            {
                "role": s.role,
                "start_s": float(timeline.seconds(s.start)),
                "end_s": float(timeline.seconds(s.end)),
                "media": task.media[s.media].asset.src,
            }
            for s in timeline.scenes
        ],
        "frames": timeline.frames,
        "width": width,
        "height": height,
        "spoken": [
            {"text": line.text, "start_s": float(line.start_s), "end_s": float(line.start_s + line.length_s)}
            for line in speech
        ],
        "cover_s": float(timeline.seconds(cover_frame(pictured.texts, timeline))),
        "notes": [*_color_notes(task), *pictured.notes],
        "inspection": figures,
        "seconds": {
            "layout": round(laid_out - began, 3),
            "encode": round(encoded - laid_out, 3),
            "finish": round(finished - encoded, 3),
        },
    }
    return Rendered(video, cover, captions, facts)


def covered_faces(scenery: Scenery) -> list[tuple[Place | None, str]]:
    """Every photograph of which words cover a face, with where it was written: "headline “…” covers 60 % of a face"."""
    found: list[tuple[Place | None, str]] = []
    subjects = subjects_of(scenery.prepared)
    closing = len(scenery.timeline.scenes) - 1
    for spot, text, share in find_covered(subjects, scenery.boxes, scenery.layout, scenery.moves, closing):
        asset = scenery.task.media[spot[2]].asset
        at = float(scenery.timeline.seconds(text.start))
        words = f"{text.slot} “{' '.join(text.text.split())[:24]}”"
        found.append((asset.place, f"{words} covers {share:.0%} of a face in {asset.src} from {at:.2f} s"))
    return found


def check_faces(scenery: Scenery) -> None:
    """Refuses a rendition whose words lie over a face, wherever its photograph is shifted.

    Raises:
        UserError: with the photograph's place in the recipe.
    """
    for place, finding in covered_faces(scenery):
        raise UserError(
            f"{finding} ({scenery.task.format})",
            fix="use a photograph with room beside the face, another order, or say with `focus:` what to show of it",
            place=place or scenery.task.place,
        )


def _color_notes(task: RenderTask) -> list[str]:
    palette = make_palette(task.brand.primary, task.brand.accent, task.brand.text)
    return [f"brand.colors: {adjustment}" for adjustment in palette.adjustments]


def _sounds(task: RenderTask, timeline: Timeline) -> list[SceneSound]:
    return [
        SceneSound(
            path=Path(spec.asset.path),
            start_s=timeline.seconds(scene.start),
            clip_start_s=spec.start_s,
            length_s=scene.frames / timeline.rate,
        )
        for scene in timeline.scenes
        for spec in [task.media[scene.media]]
        if spec.sound and spec.asset.kind == "clip"
    ]


def _encode(
    scenery: Scenery,
    segments: Sequence[Segment],
    files: Sequence[Path],
    studio: Studio,
    on_progress: OnProgress,
    kept: Kept | None,
) -> list[str]:
    """Sees that each segment is in its file; their fingerprints, where they are kept."""
    encoding, timeline = QUALITIES[scenery.task.quality], scenery.timeline
    size = (scenery.width, scenery.height)
    prints = kept.fingerprint_segments(scenery, segments) if kept else []

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        file = files[segment.index]
        if kept and kept.take_segment(prints[segment.index], file):
            for _ in segment.frames:
                on_frame()
            return
        with scenery.painter(segment.start, segment.end) as painter:
            encode_segment(file, size, timeline.rate, encoding, segment.frames, painter.draw, on_frame)
        if kept:
            kept.keep_segment(prints[segment.index], file)

    encode_all(segments, encode, on_progress, at_once=studio.at_once)
    return prints


def _pictured(scenery: Scenery, prints: Sequence[str]) -> Pictured:
    return Pictured(
        texts=scenery.layout.texts,
        clips=frozenset(index for index, item in scenery.prepared.items() if item.is_clip),
        notes=tuple(item.note for item in scenery.prepared.values() if item.note),
        segments=tuple(prints),
    )


def cover_frame(shown: Sequence[ShownText], timeline: Timeline) -> int:
    """The frame that sells the ad as a still: the opening's words all shown, its picture at its fullest."""
    opening = timeline.scenes[0]
    texts: list[ShownText] = [t for t in shown if t.scene == opening.index and t.end > t.start]
    if not texts:
        return opening.start + opening.frames // 2
    start, end = max(t.start for t in texts), min(t.end for t in texts)
    return (start + max(start, end - 1)) // 2


def _write_cover(scenery: Scenery, path: Path) -> None:
    rgb = scenery.picture(cover_frame(scenery.layout.texts, scenery.timeline))
    good, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    assert good
    try:
        path.write_bytes(data.tobytes())
    except OSError as error:
        raise EnvironmentNotReady(
            f"cannot write the cover: {error.strerror}", fix="free some disk space, or use another --out folder"
        ) from error


def _inspect(
    task: RenderTask, timeline: Timeline, pictured: Pictured, video: Path, cover: Path, captions: Path, mixed: MixReport
) -> dict[str, Any]:
    """The figures of the finished file.

    Raises:
        RenditionRejected: it is not what product.md says a finished ad is.
    """
    shape, scale = FORMATS[task.format], float(QUALITIES[task.quality].scale)
    zones = {"must-read": shape.must_read, "secondary": shape.secondary}
    texts = [
        TextSample(
            text=text.text,
            slot=text.slot,
            box=text.box,
            lines=text.lines,
            safe=_scaled(zones[text.zone], scale),
            first_frame=text.start,
            last_frame=text.end - 1,
            color=text.color,
            must_be_read=text.slot in _READ,
            size_px=text.size_px,
        )
        for text in pictured.texts
        if text.end > text.start
    ]
    # A card at rest below a slow strip of photograph may well come out of the encoder as a still picture.
    unmoved = [
        s
        for s in timeline.scenes
        if s.role == "closing" or task.media[s.media].motion == "still" or s.media in pictured.clips
    ]
    width, height = QUALITIES[task.quality].size(shape.width, shape.height)
    expected = Expected(
        width=width,
        height=height,
        frames=timeline.frames,
        rate=timeline.rate,
        silent=mixed.silent,
        still_spans=[(s.start, s.end - 1) for s in unmoved],
        texts=texts,
        cover=cover,
        captions=captions,
    )
    inspection = inspect(video, expected)
    inspection.raise_if_bad(task.place)
    return inspection.figures


def _scaled(box: Box, by: float) -> Box:
    return Box(box.left * by, box.top * by, box.right * by, box.bottom * by)
