"""A rendition that was opened, completed: video, cover, captions and facts, checked when finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from castad_cli.model.formats import FORMATS, Box
from castad_cli.model.music import Track
from castad_cli.model.palette import make_palette
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import SPEECH_LEAD_S, Script
from castad_cli.model.template import TemplateSpec
from castad_cli.render.captions import make_captions
from castad_cli.render.covered import check_faces
from castad_cli.render.drawing import Drawing
from castad_cli.render.encode import join
from castad_cli.render.front import Front, cover_frame
from castad_cli.render.inspection import Expected, TextSample, inspect, look_ahead
from castad_cli.render.kept import Kept, Pictured
from castad_cli.render.kernel.blocks import reclaim_blocks
from castad_cli.render.layers import ShownText
from castad_cli.render.machine.disk import disk_trouble
from castad_cli.render.machine.memory import give_back
from castad_cli.render.opening import Opened
from castad_cli.render.planning import spoken_lines
from castad_cli.render.qualities import QUALITIES
from castad_cli.render.scenery import Scenery, set_scene
from castad_cli.render.segments import Encoders, Segment
from castad_cli.render.sound.accents import Accent
from castad_cli.render.sound.audio import MixReport, SceneSound, Speech, mix
from castad_cli.render.sound.loudness import Loudness
from castad_cli.render.sources import note_of
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Scene, Timeline

OnProgress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Rendered:
    """What a rendition is made of, in the folder given to `render`; ``facts`` are JSON values."""

    video: Path
    cover: Path
    captions: Path
    facts: dict[str, Any]


def complete(
    opened: Opened,
    task: RenderTask,
    script: Script,
    track: Track | None,
    folder: Path,
    studio: Studio,
    on_progress: OnProgress,
    kept: Kept | None,
) -> Rendered:
    """The rendition that was opened, in ``folder``; see `castad_cli.render.rendering.render`."""

    def check() -> None:
        on_progress(0, 0)

    template, timeline, segments, files = opened.template, opened.timeline, opened.segments, opened.files
    source, pictured, began = opened.source, opened.pictured, opened.began_s
    speech = place_speech(script, timeline)
    video, cover, captions = folder / "video.mp4", opened.cover, folder / "captions.srt"
    with disk_trouble(folder), ThreadPoolExecutor(1, thread_name_prefix="castad-sound") as sound:
        accents = place_accents(task, timeline, template.spec)
        # Once photographs are loaded, or a scene can be encoded: pictures are not to wait for it.
        mixing = _once(lambda: sound.submit(_mix, task, track, timeline, folder, studio, speech, accents, kept, check))
        laid_out = time.perf_counter()

        def put_together() -> MixReport:
            """The finished file, and what is known of its sound."""
            mixed = mixing().result()
            check()
            join(files, mixed.path, timeline.rate, video)
            return mixed

        if pictured is None:
            drawing = Drawing(segments, files, kept)
            samples: list[TextSample] = []

            def look(segment: Segment) -> None:
                look_ahead(files[segment.index], segment.start, samples, timeline.rate)

            with Encoders(segments, drawing.encode, on_progress, at_once=studio.at_once, meanwhile=look) as encoders:

                def show(scenery: Scenery, last: int) -> None:
                    if last == timeline.scenes[0].index:
                        samples[:] = _samples(task, scenery.layout.texts)
                        check_faces(scenery)
                        mixing()
                    drawing.know(scenery, last)
                    encoders.allow(last)

                check = encoders.check
                front = Front(timeline, cover, kept)
                scenery = set_scene(
                    task,
                    script,
                    track,
                    studio,
                    source=source,
                    check=check,
                    on_scene=show,
                    on_loading=mixing,
                    foresee=(lambda found: [*drawing.foresee(found), *front.foresee(found)]) if kept else None,
                    likely=kept.unseen_scenes(task, script, timeline) if kept else (),
                    ground=lambda *more: kept.ground(task, source, template.fingerprint, *more) if kept else b"",
                )
                laid_out = time.perf_counter()
                give_back()
                front.draw(scenery)
                encoders.finish()
                encoded = time.perf_counter()
                mixed = put_together()  # while what was encoded last is looked at
            pictured = _pictured(task, timeline, scenery, drawing.prints)
            if kept:
                kept.keep_pictures(opened.pictures, pictured, cover)
        else:
            encoded = laid_out
            mixed = put_together()
        sound.submit(reclaim_blocks)
        scenes = [(s.start, s.end) for s in timeline.scenes]
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
        "notes": [*_color_notes(task), *_card_notes(task, timeline), *pictured.notes],
        "inspection": figures,
        "seconds": {
            "layout": round(laid_out - began, 3),
            "encode": round(encoded - laid_out, 3),
            "finish": round(finished - encoded, 3),
        },
    }
    return Rendered(video, cover, captions, facts)


def _once(make: Callable[[], T]) -> Callable[[], T]:
    """What ``make`` gives, made when it is first asked for, in whichever thread."""
    lock, kept = Lock(), cache(make)

    def get() -> T:
        with lock:
            return kept()

    return get


def _mix(
    task: RenderTask,
    track: Track | None,
    timeline: Timeline,
    folder: Path,
    studio: Studio,
    speech: Sequence[Speech],
    accents: Sequence[Accent],
    kept: Kept | None,
    check: Callable[[], None],
) -> MixReport:
    """The finished sound in ``folder``: mixed, or as it was mixed before."""
    music, out = Path(track.file) if track else None, folder / "sound.m4a"
    sounds = _sounds(task, timeline)
    print_ = ""
    if kept and not speech:  # a voice's file may lie where another was
        clips = [spec.asset.sha256 for spec in task.media if spec.sound]
        heard = [(sound.start_s, sound.clip_start_s, sound.length_s, str(sound.path)) for sound in sounds]
        print_ = kept.fingerprint_sound(music, studio.ffmpeg, timeline.duration_s, clips, heard, accents)
        mixed = kept.take_sound(print_, out)
        if mixed is not None:
            return mixed
    mixed = mix(
        music,
        sounds,
        timeline.duration_s,
        out,
        studio.ffmpeg,
        place=task.place,
        check=check,
        speech=speech,
        accents=accents,
    )
    give_back()  # encoders are at work, and want all there is
    if kept and print_:
        kept.keep_sound(print_, mixed)
    return mixed


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


def place_accents(task: RenderTask, timeline: Timeline, spec: TemplateSpec) -> list[Accent]:
    """The template's short sounds, where its scenes ask for them and the recipe does not refuse them."""

    def has(scene: Scene, what: str | None) -> bool:
        slots = task.scenes[scene.index]
        return what is None or (
            slots.shows == "items" and any(getattr(task.showcase.items[entry], what) for entry in slots.entries)
        )

    return [
        Accent(accent.sound, timeline.seconds(scene.start) + accent.at)
        for scene in timeline.scenes
        for accent in spec.accents.get(scene.kind or scene.role, ())
        if task.accents and has(scene, accent.when)
    ]


def _color_notes(task: RenderTask) -> list[str]:
    palette = make_palette(task.brand.primary, task.brand.accent, task.brand.text)
    return [f"brand.colors: {adjustment}" for adjustment in palette.adjustments]


def _card_notes(task: RenderTask, timeline: Timeline) -> list[str]:
    closing_s = float(timeline.scenes[-1].frames / timeline.rate)
    return [
        f"brand.contact.{name} is not shown: it cannot be read in the {closing_s:.1f} s that the closing card has"
        for name in timeline.left_out
    ]


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


def _pictured(task: RenderTask, timeline: Timeline, scenery: Scenery, prints: Sequence[str]) -> Pictured:
    shown = dict.fromkeys(picture for scene in timeline.scenes for picture in scene.all_pictures)
    loaded, size = scenery.prepared, (scenery.width, scenery.height)
    notes = [loaded[index].note if index in loaded else note_of(task.media[index], *size) for index in shown]
    return Pictured(
        texts=scenery.layout.texts,
        clips=frozenset(index for index in shown if task.media[index].asset.kind == "clip"),
        notes=tuple(filter(None, notes)),
        segments=tuple(prints),
    )


def _inspect(
    task: RenderTask, timeline: Timeline, pictured: Pictured, video: Path, cover: Path, captions: Path, mixed: MixReport
) -> dict[str, Any]:
    """The figures of the finished file.

    Raises:
        RenditionRejected: it is not what product.md says a finished ad is.
    """
    # A card at rest below a slow strip of photograph may well come out of the encoder as a still picture.
    unmoved = [
        s
        for s in timeline.scenes
        if s.role == "closing" or task.media[s.media].motion == "still" or s.media in pictured.clips
    ]
    shape = FORMATS[task.format]
    width, height = QUALITIES[task.quality].size(shape.width, shape.height)
    expected = Expected(
        width=width,
        height=height,
        frames=timeline.frames,
        rate=timeline.rate,
        silent=mixed.silent,
        still_spans=[(s.start, s.end - 1) for s in unmoved],
        texts=_samples(task, pictured.texts),
        cover=cover,
        captions=captions,
        heard={mixed.digest: Loudness(mixed.integrated_lufs, mixed.true_peak_dbtp)} if mixed.digest else {},
    )
    inspection = inspect(video, expected)
    inspection.raise_if_bad(task.place)
    return inspection.figures


def _samples(task: RenderTask, texts: Sequence[ShownText]) -> list[TextSample]:
    """The texts that can be read, as the inspection wants to know them."""
    shape, scale = FORMATS[task.format], float(QUALITIES[task.quality].scale)
    zones = {"must-read": shape.must_read, "secondary": shape.secondary}
    return [
        TextSample(
            text=text.text,
            slot=text.slot,
            box=text.box,
            lines=text.lines,
            safe=_scaled(zones[text.zone], scale),
            first_frame=text.start,
            last_frame=text.end - 1,
            color=text.color,
            size_px=text.size_px,
        )
        for text in texts
        if text.end > text.start
    ]


def _scaled(box: Box, by: float) -> Box:
    return Box(box.left * by, box.top * by, box.right * by, box.bottom * by)
