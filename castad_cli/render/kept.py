"""What of a rendition was made before, found by all that decides it: encoded segments, and an ad's pictures whole.

A segment's fingerprint is taken from what will be drawn: each layer's state on each frame, its sprites' bytes, the
photographs and how they move, the encoder and its settings. So one changed headline encodes its own scene alone. The
pictures' fingerprint is taken from what decides the layout, so that an ad of which only the music changes needs neither
browser nor encoder (docs/adr/0009-kept-segments.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.model.formats import Box
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.page import PageSource
from castad_cli.render.planning import medium
from castad_cli.render.segments import Segment
from castad_cli.render.timeline import Timeline
from castad_cli.storage import DamagedObjectError, Store

if TYPE_CHECKING:
    from castad_cli.render.chromium.sprites import Sprite
    from castad_cli.render.layers import Hashes, ShownText
    from castad_cli.render.scenery import Scenery
    from castad_cli.render.sound.audio import MixReport

SEGMENT, PICTURES, LOOK, COVER, SOUND = "segment", "pictures", "look", "cover", "sound"
_SEGMENT_FILE, _COVER_FILE, _FACTS_FILE, _SOUND_FILE = "segment.mp4", "cover.jpg", "pictures.json", "sound.m4a"

_MOST_SEEN = 4096


@dataclass(frozen=True)
class Pictured:
    """What is known of a rendition's pictures once they are drawn: all that captions and inspection need.

    ``clips`` are the media that move by themselves; ``notes`` are for the person; ``segments`` are fingerprints.
    """

    texts: tuple[ShownText, ...]
    clips: frozenset[int]
    notes: tuple[str, ...]
    segments: tuple[str, ...] = ()


class Kept:
    """Segments and pictures in a store. ``engine`` is the fingerprint of the code that draws them."""

    def __init__(self, store: Store, engine: str) -> None:
        self._store = store
        self._engine = engine
        self._seen: set[bytes] = set()

    def unseen_scenes(self, task: RenderTask, script: Script, timeline: Timeline) -> set[int]:
        """The scenes that will probably have to be drawn: no scene of the same words and timing was rendered by this
        process; with each the one before it, which is seen in its transition, and the one after it, in whose transition
        it is seen. From now on all of them were.

        A guess, which decides nothing but what is made ready early.
        """
        unseen: set[int] = set()
        common = (task.format, task.quality, task.template, task.language, task.look, task.brand, task.offer)
        after = [*timeline.scenes[1:], None]
        for scene, words, next_scene in zip(timeline.scenes, script.scenes, after, strict=True):
            told = (common, script.call_to_action, scene, words, [medium(task.media[n]) for n in scene.all_pictures])
            name = hashlib.sha256(repr(told).encode()).digest()
            if name not in self._seen:
                unseen.add(scene.index)
                if scene.transition_frames:
                    unseen.add(scene.index - 1)
                if next_scene and next_scene.transition_frames:
                    unseen.add(next_scene.index)
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add(name)
        return unseen

    # -- segments --------------------------------------------------------------------------------------------

    def fingerprint_segments(self, scenery: Scenery, segments: Iterable[Segment]) -> list[str]:
        """For each segment the SHA-256 (hex) of all that decides its bytes."""
        return [self._fingerprint(scenery, segment) for segment in segments]

    def _fingerprint(self, scenery: Scenery, segment: Segment) -> str:
        from castad_cli.render.foresight import add_states, add_timing, scenes_in

        digest = hashlib.sha256()

        def add(*values: Any) -> None:
            digest.update(repr(values).encode() + b"\0")

        start, end = segment.start, segment.end
        line, task = scenery.timeline, scenery.task
        add(self._engine, _encoder(), task.quality, scenery.width, scenery.height, scenery.origin_y)
        add_timing(digest, line, start, end)
        if task.look != "none":  # each photograph is graded by all of them
            every = {picture for scene in line.scenes for picture in scene.all_pictures}
            add(task.look, [medium(task.media[picture]) for picture in sorted(every)])
        seen = scenes_in(line, [segment.frames])
        for spot, box in scenery.boxes.items():
            if spot[0] in seen:
                item = scenery.prepared[spot[2]]
                add(spot[:2], box, item.size, item.focus, medium(item.spec), scenery.moves.get(spot))
        for layer in scenery.layout.layers:
            if layer.start < end and layer.end > start:
                sprites = [_hash(sprite, scenery.hashes) for sprite in layer.sprites]
                add_states(digest, layer, max(start, layer.start), min(end, layer.end), start, sprites)
        return digest.hexdigest()

    def ground(self, task: RenderTask, source: PageSource, template: str, *more: object) -> bytes:
        """What decides a rendition's pictures beside its layout, media and timing; see `foresight`.

        Fonts are cut to the ad's characters, but what they draw is their families', which layers name.
        """
        brand_font = task.brand.font_file.sha256 if task.brand.font_file else ""
        digest = hashlib.sha256(repr((self._engine, _encoder(), template, task.format, task.language)).encode())
        digest.update(repr((task.quality, brand_font, more)).encode())
        for path, resource in sorted(source.resources.items()):
            if path != "/" and not path.startswith("/fonts/"):
                digest.update(repr((path, resource.content_type)).encode())
                digest.update(hashlib.sha256(resource.body).digest())
        return digest.digest()

    def take_look(self, look: str, to: Path) -> str | None:
        """The segment of that look in a file at ``to``; its fingerprint, or None when the store has none."""
        made = self._store.get(LOOK, look)
        print_ = str(made.facts.get(SEGMENT, "")) if made else ""
        return print_ if print_ and self.take_segment(print_, to) else None

    def keep_look(self, look: str, fingerprint: str) -> None:
        """From now on the segment of that fingerprint is found by its look, too."""
        self._store.put(LOOK, look, {}, {SEGMENT: fingerprint})

    def take_cover(self, look: str, to: Path) -> bool:
        """The cover of that look in a file at ``to``; whether the store has it."""
        return self._take(COVER, look, _COVER_FILE, to)

    def keep_cover(self, look: str, cover: Path) -> None:
        """Put a cover into the store, to be found by its look."""
        self._store.put(COVER, look, {_COVER_FILE: cover})

    def take_segment(self, fingerprint: str, to: Path) -> bool:
        """The segment in a file at ``to``; whether the store has it."""
        return self._take(SEGMENT, fingerprint, _SEGMENT_FILE, to)

    def keep_segment(self, fingerprint: str, file: Path) -> None:
        """Put an encoded segment into the store."""
        self._store.put(SEGMENT, fingerprint, {_SEGMENT_FILE: file})

    def _take(self, kind: str, fingerprint: str, name: str, to: Path) -> bool:
        """What is kept under that fingerprint, in a file at ``to``; False where it is not, or is damaged."""
        made = self._store.get(kind, fingerprint)
        if made is None:
            return False
        try:
            self._store.fetch(made, name, to)
        except DamagedObjectError:
            return False
        return True

    # -- sound -----------------------------------------------------------------------------------------------

    def fingerprint_sound(self, track: Path | None, ffmpeg: str, *parts: object) -> str:
        """SHA-256 (hex) of all that decides a rendition's sound: its music's bytes, and ``parts``."""
        digest = hashlib.sha256(repr((self._engine, _encoder(), ffmpeg, Path(ffmpeg).stat().st_size, parts)).encode())
        if track is not None:
            digest.update(track.read_bytes())
        return digest.hexdigest()

    def take_sound(self, fingerprint: str, to: Path) -> MixReport | None:
        """The sound in a file at ``to``, and how it came out; None when the store has it not."""
        made = self._store.get(SOUND, fingerprint)
        if made is None:
            return None
        try:
            self._store.fetch(made, _SOUND_FILE, to)
        except DamagedObjectError:
            return None
        from castad_cli.render.sound.audio import MixReport

        return MixReport(path=to, **made.facts)

    def keep_sound(self, fingerprint: str, mixed: MixReport) -> None:
        """Put a rendition's sound into the store; of silence nothing is to be gained."""
        if not mixed.silent:
            facts = {name: value for name, value in asdict(mixed).items() if name != "path"}
            self._store.put(SOUND, fingerprint, {_SOUND_FILE: mixed.path}, facts)

    # -- pictures --------------------------------------------------------------------------------------------

    def fingerprint_pictures(self, task: RenderTask, timeline: Timeline, source: PageSource, template: str) -> str:
        """SHA-256 (hex) of all that decides a rendition's pictures; ``template`` is its template's fingerprint."""
        digest = hashlib.sha256(repr((self._engine, _encoder(), template, task.format, task.quality)).encode())
        digest.update(repr((timeline, task.look)).encode())
        for path, resource in sorted(source.resources.items()):
            digest.update(repr((path, resource.content_type)).encode())
            digest.update(hashlib.sha256(resource.body).digest())
        for spec in task.media:
            digest.update(repr(medium(spec)).encode())
        return digest.hexdigest()

    def take_pictures(self, fingerprint: str, cover: Path, files: Iterable[Path]) -> Pictured | None:
        """The pictures' facts, with the cover and the segments in the files given; None when something is missing."""
        made = self._store.get(PICTURES, fingerprint)
        if made is None:
            return None
        taken: list[Path] = []
        try:
            facts = json.loads(self._store.fetch(made, _FACTS_FILE, cover.with_suffix(".json")).read_text("utf-8"))
            pictured = _unpack(facts)
            targets = list(files)
            whole = len(targets) == len(pictured.segments)
            for print_, file in zip(pictured.segments, targets, strict=False):
                if whole := whole and self.take_segment(print_, file):
                    taken.append(file)
            if whole:
                self._store.fetch(made, _COVER_FILE, cover)
        except DamagedObjectError:
            whole = False
        finally:
            cover.with_suffix(".json").unlink(missing_ok=True)
        if whole:
            return pictured
        for file in taken:  # they may be the store's own files by another name: nobody may write into them
            file.unlink(missing_ok=True)
        return None

    def keep_pictures(self, fingerprint: str, pictured: Pictured, cover: Path) -> None:
        """Put a rendition's pictures into the store; their segments are there already."""
        facts = cover.with_suffix(".json")
        facts.write_text(json.dumps(_pack(pictured), ensure_ascii=False), encoding="utf-8")
        try:
            self._store.put(PICTURES, fingerprint, {_FACTS_FILE: facts, _COVER_FILE: cover})
        finally:
            facts.unlink(missing_ok=True)


def _hash(sprite: Sprite, known: Hashes) -> bytes:
    from castad_cli.render.chromium.groups import PackedSprite
    from castad_cli.render.cut_sprites import CutSprite

    if id(sprite) not in known:
        whole = sprite.unpack() if isinstance(sprite, PackedSprite) else sprite
        planes = whole.cutout.planes if isinstance(whole, CutSprite) else (whole.bgra, *whole.weights)
        digest = hashlib.sha256(repr((whole.left, whole.top, *(plane.shape for plane in planes))).encode())
        for plane in planes:
            digest.update(plane.tobytes())
        known[id(sprite)] = (sprite, digest.digest())
    return known[id(sprite)][1]


def _encoder() -> str:
    import av

    return f"{av.__version__} {av.library_versions}"


def _pack(pictured: Pictured) -> dict[str, Any]:
    return {
        "texts": [asdict(text) for text in pictured.texts],
        "clips": sorted(pictured.clips),
        "notes": list(pictured.notes),
        "segments": list(pictured.segments),
    }


def _unpack(facts: Mapping[str, Any]) -> Pictured:
    from castad_cli.render.layers import ShownText

    texts = (
        ShownText(
            **{
                **text,
                "box": Box(**text["box"]),
                "lines": tuple(Box(**line) for line in text["lines"]),
                "color": tuple(text["color"]),
            }
        )
        for text in facts["texts"]
    )
    return Pictured(tuple(texts), frozenset(facts["clips"]), tuple(facts["notes"]), tuple(facts["segments"]))
