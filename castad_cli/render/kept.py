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

import numpy as np

from castad_cli.model.formats import Box
from castad_cli.model.plan import MediaSpec, RenderTask
from castad_cli.render.layers import Hashes, Layer, ShownText
from castad_cli.render.page import PageSource
from castad_cli.render.runs import is_drawn, rests
from castad_cli.render.segments import Segment
from castad_cli.render.sprites import Sprite
from castad_cli.render.timeline import Timeline
from castad_cli.storage import DamagedObjectError, Store

if TYPE_CHECKING:
    from castad_cli.render.scenery import Scenery

SEGMENT, PICTURES = "segment", "pictures"
_SEGMENT_FILE, _COVER_FILE, _FACTS_FILE = "segment.mp4", "cover.jpg", "pictures.json"


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

    # -- segments --------------------------------------------------------------------------------------------

    def fingerprint_segments(self, scenery: Scenery, segments: Iterable[Segment]) -> list[str]:
        """For each segment the SHA-256 (hex) of all that decides its bytes."""
        return [self._fingerprint(scenery, segment) for segment in segments]

    def _fingerprint(self, scenery: Scenery, segment: Segment) -> str:
        digest = hashlib.sha256()

        def add(*values: Any) -> None:
            digest.update(repr(values).encode() + b"\0")

        start, end = segment.start, segment.end
        line = scenery.timeline
        add(self._engine, _encoder(), scenery.task.quality, scenery.width, scenery.height, scenery.origin_y)
        add(line.rate, end - start)
        seen = set()
        for scene, after in zip(line.scenes, [*line.scenes[1:], None], strict=True):
            last = scene.end + (after.transition_frames if after else 0)
            if scene.start < end and last > start:
                seen.add(scene.index)
                add(scene.index, scene.start - start, scene.end - start, last - start)
                add(scene.transition, scene.transition_frames)
        for spot, box in scenery.boxes.items():
            if spot[0] in seen:
                item = scenery.prepared[spot[2]]
                add(spot[:2], box, item.size, item.focus, _medium(item.spec), scenery.moves.get(spot))
        for layer in scenery.layout.layers:
            if layer.start < end and layer.end > start:
                self._add_states(digest, layer, max(start, layer.start), min(end, layer.end), start, scenery.hashes)
        return digest.hexdigest()

    @staticmethod
    def _add_states(digest: Any, layer: Layer, first: int, last: int, start: int, hashes: Hashes) -> None:
        """What of a layer shows in the segment: where it does not, its words may be others."""
        span = slice(first - layer.start, last - layer.start)
        shown = np.flatnonzero(is_drawn(layer)[span])
        if not len(shown):
            return
        what = (layer.kind, layer.spot[:2], layer.box, layer.corners, layer.blend, layer.px, first - start)
        digest.update(repr(what).encode())
        digest.update(shown.tobytes())
        for table in (layer.matrices, layer.opacities, layer.clips, rests(layer)):
            digest.update(table[span][shown].tobytes())
        for fade in layer.fades:
            digest.update(repr(fade.group).encode() + fade.opacities[span][shown].tobytes())
        if layer.effects:
            digest.update(repr([layer.effects[span][k] for k in shown]).encode())
        for index in layer.which[span][shown]:
            digest.update(_hash(layer.sprites[index], hashes) if layer.sprites and index >= 0 else b"-")

    def take_segment(self, fingerprint: str, to: Path) -> bool:
        """The segment in a file at ``to``; whether the store has it."""
        made = self._store.get(SEGMENT, fingerprint)
        if made is None:
            return False
        try:
            self._store.fetch(made, _SEGMENT_FILE, to)
        except DamagedObjectError:
            return False
        return True

    def keep_segment(self, fingerprint: str, file: Path) -> None:
        """Put an encoded segment into the store."""
        self._store.put(SEGMENT, fingerprint, {_SEGMENT_FILE: file})

    # -- pictures --------------------------------------------------------------------------------------------

    def fingerprint_pictures(self, task: RenderTask, timeline: Timeline, source: PageSource, template: str) -> str:
        """SHA-256 (hex) of all that decides a rendition's pictures; ``template`` is its template's fingerprint."""
        digest = hashlib.sha256(repr((self._engine, _encoder(), template, task.format, task.quality)).encode())
        digest.update(repr(timeline).encode())
        for path, resource in sorted(source.resources.items()):
            digest.update(repr((path, resource.content_type)).encode())
            digest.update(hashlib.sha256(resource.body).digest())
        for spec in task.media:
            digest.update(repr(_medium(spec)).encode())
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


def _medium(spec: MediaSpec) -> tuple[Any, ...]:
    """What of a medium decides pixels: its bytes and how it is shown, not where its file lies."""
    return (spec.asset.sha256, spec.asset.kind, spec.focus, spec.motion, spec.start_s)


def _hash(sprite: Sprite, known: Hashes) -> bytes:
    if id(sprite) not in known:
        digest = hashlib.sha256(repr((sprite.left, sprite.top, sprite.bgra.shape)).encode())
        digest.update(sprite.bgra.tobytes())
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
