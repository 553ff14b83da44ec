"""What of a rendition is known before a picture is taken of it: its segments, by what their pictures follow from.

A segment's own fingerprint (`kept`) needs its pictures. The look of one needs none: it is taken from the styles, places
and texts that the browser would paint, from the media's bytes, and from the states of every layer. Of equal looks the
pictures are equal, so a segment that was once encoded is found by its look, and only what is missing is painted, loaded
and drawn (docs/adr/0009-kept-segments.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from castad_cli.model.plan import RenderTask
from castad_cli.render.layers import Layer, Outline
from castad_cli.render.planning import medium
from castad_cli.render.runs import is_drawn, rests
from castad_cli.render.timeline import Scene, Timeline


@dataclass(frozen=True)
class Foreseen:
    """A rendition laid out. ``ground`` is all that decides its pictures beside what the other fields say."""

    task: RenderTask
    timeline: Timeline
    outline: Outline
    ground: bytes

    def look(self, first: int, last: int) -> str | None:
        """SHA-256 (hex) of all that decides the frames ``first`` to ``last`` (exclusive); None: it cannot be told."""
        digest = hashlib.sha256(self.ground)
        seen = scenes_in(self.timeline, [range(first, last)])
        add_timing(digest, self.timeline, first, last)
        if self.task.look != "none":  # each photograph is graded by all of them
            every = {picture for scene in self.timeline.scenes for picture in scene.all_pictures}
            _add(digest, self.task.look, [medium(self.task.media[picture]) for picture in sorted(every)])
        for text in self.outline.texts:  # photographs and scrims keep clear of words
            if text.scene in (-1, *seen):
                _add(digest, text.scene, text.box, text.lines, text.color, text.size_px, text.on_panel)
        for layer, paint in zip(self.outline.layers, self.outline.paints, strict=True):
            if not (layer.start < last and layer.end > first):
                continue
            if layer.kind == "media":
                _add(digest, layer.spot[:2], medium(self.task.media[layer.media]))
            if layer.is_scrim:
                _add(digest, paint, layer.scrim_to)
            span = max(first, layer.start), min(last, layer.end)
            shows = is_drawn(layer)[span[0] - layer.start : span[1] - layer.start].any()
            if shows and paint is None:
                return None
            add_states(digest, layer, *span, first, [f"{paint} {name}".encode() for name in layer.signatures or ("",)])
        return digest.hexdigest()

    def layers_in(self, frames: Sequence[range]) -> set[int]:
        """The places in the outline of the layers that show on some of these frames."""
        return {place for place, layer in enumerate(self.outline.layers) if _shows(layer, frames)}


def scenes_in(timeline: Timeline, frames: Sequence[range]) -> set[int]:
    """The scenes that are seen on some of these frames: with the one before a transition."""
    return {
        scene.index
        for scene, last in spans_of(timeline)
        if any(span.start < last and span.stop > scene.start for span in frames)
    }


def spans_of(timeline: Timeline) -> list[tuple[Scene, int]]:
    """Each scene with the frame at which it is no longer seen: the end of the next one's transition."""
    after = [*timeline.scenes[1:], None]
    return [(s, s.end + (a.transition_frames if a else 0)) for s, a in zip(timeline.scenes, after, strict=True)]


def add_timing(digest: Any, timeline: Timeline, first: int, last: int) -> None:
    """Adds to a digest what is seen when on the frames ``first`` to ``last`` (exclusive), counted from ``first``."""
    _add(digest, timeline.rate, last - first)
    for scene, gone in spans_of(timeline):
        if scene.start < last and gone > first:
            _add(digest, scene.index, scene.start - first, scene.end - first, gone - first)
            _add(digest, scene.role, scene.kind, scene.transition, scene.transition_frames)


def add_states(digest: Any, layer: Layer, first: int, last: int, start: int, sprites: Sequence[bytes]) -> None:
    """Adds to a digest what of a layer shows on some frames, counted from ``start``: where it does not, its words may
    be others. ``sprites`` stand for its pictures."""
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
        digest.update(sprites[index] if sprites and index >= 0 else b"-")


def _shows(layer: Layer, frames: Sequence[range]) -> bool:
    drawn = is_drawn(layer)
    return any(
        drawn[max(span.start - layer.start, 0) : max(span.stop - layer.start, 0)].any()
        for span in frames
        if span.start < layer.end and span.stop > layer.start
    )


def _add(digest: Any, *values: Any) -> None:
    digest.update(repr(values).encode() + b"\0")
