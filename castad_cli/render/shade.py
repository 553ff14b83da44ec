"""How strong a scrim each photograph needs for the words on it to be read: no stronger, so that the picture lives.

A template marks its scrims with ``data-scrim``; they are captured once at full strength, and their opacity
follows from the pixels that will be behind the words. A scene's own scrim takes the hue of that scene's picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.model.colors import Rgb, luminance
from castad_cli.model.formats import Box
from castad_cli.render.kernel.shading import strengths
from castad_cli.render.layers import Layer, Layout, ShownText, Spot
from castad_cli.render.media.motion import emphasised
from castad_cli.render.pixels.planes import rgb_from_yuv
from castad_cli.render.pixels.undertone import CELLS, undertones
from castad_cli.render.shots import Source
from castad_cli.render.timeline import Scene, Timeline

_CONTRAST = 5.3
"""Aimed at: above the 4.5 that is asked, since encoding and motion move pixels a little."""

_THIN_PX = 36
"""Type smaller than this has strokes of few pixels."""

_FAINT_PX = 24
"""Type smaller than this, as a draft has it, has strokes that are nowhere of the full colour."""

_SHARE_SHADED = 92
"""Percent of the cells behind a text that reach it; a sun's glint between two letters is left to shine."""

_CELL = 4
"""Pixels a side: finer than a stroke, since the contrast is measured between strokes."""

_LEAST = 0.18
"""A photograph always gets a little shade under its words: it makes them one with it."""

_FULL = 0.96
_ABOVE = 12
"""Where a scrim counts as full, and by how many pixels it is so above the words."""

_SIDE = 0.8
"""Where along a row a scrim counts as full: it may be weaker where a long line ends."""

_NOTHING = 0.04
"""What share of its strength is nothing."""

_NARROWEST = 0.55
"""To what share of its width a scrim is narrowed at most: it is light that falls off, not a spot."""

_FAINT = 0.2
"""A scrim that is fainter than this behind a text is not there for it."""

_SAMPLES = (0.0, 0.25, 0.5, 0.75, 1.0)

Glimpses = dict[tuple[int, Box, int], tuple[Source, NDArray[np.uint8]]]
"""The colours behind boxes, by the source's id, the box and the frame; with the source, so that no other gets its id.

Why: several scrims are behind the same words.
"""


def shade(layout: Layout, timeline: Timeline, sources: Mapping[Spot, Source]) -> Layout:
    """The layout with its scrims as strong, scene by scene, as the texts over photographs need."""
    glimpses: Glimpses = {}
    shaded = tuple(shade_layer(layer, layout, timeline, sources, glimpses) for layer in layout.layers)
    return replace(layout, layers=shaded)


def shade_layer(
    layer: Layer, layout: Layout, timeline: Timeline, sources: Mapping[Spot, Source], glimpses: Glimpses
) -> Layer:
    """A layer of the layout as strong as the texts need, if it is a scrim; any other as it is.

    ``glimpses`` are shared among a layout's layers.
    """
    if not (layer.is_scrim and layer.sprites):
        return layer
    return _shaded(_toned(layer, layout, timeline, sources), layout, timeline, sources, glimpses)


def _toned(layer: Layer, layout: Layout, timeline: Timeline, sources: Mapping[Spot, Source]) -> Layer:
    """A scrim of one scene in the hues of what it lies on; one of several, whose pictures differ, as it is."""
    own = [scene for scene in timeline.scenes if _concerns(layer, scene)]
    sprite = layer.sprites[0]
    top, left = sprite.top, sprite.left
    box = Box(left, top, left + sprite.bgra.shape[1], top + sprite.bgra.shape[0])
    source = _behind(box, own[0].index, layout, sources) if len(own) == 1 else None
    if source is None:
        return layer
    colors = _colors(source, box, (own[0].start + own[0].end) // 2, CELLS).astype(np.float32) / np.float32(255)
    height, width = sprite.bgra.shape[:2]
    blue, green, red = (int(v) for v in sprite.bgra[height // 2, width // 2, :3])
    bgra = sprite.bgra.copy()
    bgra[:, :, :3] = undertones(colors, (red, green, blue), width, height)[:, :, ::-1]
    return replace(layer, sprites=(replace(sprite, bgra=bgra), *layer.sprites[1:]))


def _shaded(
    layer: Layer, layout: Layout, timeline: Timeline, sources: Mapping[Spot, Source], glimpses: Glimpses
) -> Layer:
    opacities, matrices = layer.opacities.copy(), layer.matrices.copy()
    alpha = cv2.extractChannel(layer.sprites[0].bgra, 3)
    rows, columns = alpha.max(axis=1), alpha.max(axis=0)
    before = _LEAST
    for scene, after in zip(timeline.scenes, [*timeline.scenes[1:], None], strict=True):
        if not _concerns(layer, scene) and not (after and after.transition_frames and _concerns(layer, after)):
            continue  # how strong it would be there is seen nowhere
        texts = [t for t in layout.texts if _is_over_photo(t, scene.index) and _meets(layer, t.box)]
        shift, narrow, anchor = _shift(layer, texts, rows), *_narrowing(layer, texts, columns)
        need = _LEAST
        if texts:
            moved = [replace(t, box=_on_scrim(t.box, shift, narrow, anchor)) for t in texts]
            behind = [_behind(text.box, scene.index, layout, sources) for text in texts]
            need = _strength(layer, texts, moved, behind, scene.start, scene.end, glimpses)
        low, high = max(scene.start - layer.start, 0), max(scene.end - layer.start, 0)
        strengths = np.full(scene.frames, need)
        strengths[: scene.transition_frames] = _between(before, need, scene)
        part = opacities[low:high]  # a view; shorter than the scene where only a few frames are asked for
        skipped = low + layer.start - scene.start
        part *= strengths[skipped : skipped + len(part)]
        matrices[low:high, 5] += shift
        matrices[low:high, 0] *= narrow
        matrices[low:high, 4] += anchor * (1 - narrow)
        before = need
    return replace(layer, opacities=opacities, matrices=matrices)


def _concerns(layer: Layer, scene: Scene) -> bool:
    return layer.start < scene.end and layer.end > scene.start


def _between(before: float, after: float, scene: Scene) -> NDArray[np.float64]:
    """A scrim's strength on each frame of a transition, in which two pictures are behind the words.

    A mixture of a bright and a dark picture needs nearly what the brighter one does (contrast is a ratio of light), so
    the strength stays near the greater of both for most of a dissolve.
    """
    count = scene.transition_frames
    if scene.transition != "dissolve":
        return np.full(count, max(before, after))
    done = np.array([emphasised((k + 1) / (count + 1)) for k in range(count)])
    share = 1 - (1 - done) ** 3 if after > before else done**3
    return np.asarray(before + (after - before) * share)


def _behind(box: Box, scene: int, layout: Layout, sources: Mapping[Spot, Source]) -> Source | None:
    """The picture behind most of a text: the topmost of a scene's that its middle lies on, else the first."""
    own = [layer for layer in layout.layers if layer.kind == "media" and layer.scene == scene]
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    on = [m for m in own if m.box.left <= x <= m.box.right and m.box.top <= y <= m.box.bottom]
    chosen = (on[-1:] or own[:1]) if own else []
    return sources.get(chosen[0].spot) if chosen else next((s for k, s in sources.items() if k[0] == scene), None)


def _shift(layer: Layer, texts: Sequence[ShownText], rows: NDArray[np.uint8]) -> int:
    """How far down (up, where negative), in whole even pixels, a scrim that goes by its words is moved.

    So that it is full from where they begin on, or to where they end. ``rows`` are how opaque it is at most in each.
    """
    if not layer.scrim_to or not texts:
        return 0
    sprite = layer.sprites[0]
    whole = np.flatnonzero(rows >= rows.max() * _FULL)
    if layer.scrim_to == "fit":
        return min(0, int(max(text.box.bottom for text in texts)) + _ABOVE - sprite.top - int(whole[-1])) // 2 * 2
    return max(0, int(min(text.box.top for text in texts)) - _ABOVE - sprite.top - int(whole[0])) // 2 * 2


def _narrowing(layer: Layer, texts: Sequence[ShownText], columns: NDArray[np.uint8]) -> tuple[float, float]:
    """To what share of its width a scrim that fits its words is narrowed, and about which x: where it is full.

    Only such as ends in nothing at its other side: of any other an edge would be seen. ``columns`` are how opaque it is
    at most in each.
    """
    if layer.scrim_to != "fit" or not texts:
        return 1.0, 0.0
    sprite = layer.sprites[0]
    whole = np.flatnonzero(columns >= columns.max() * _SIDE) + sprite.left
    left, right = sprite.left, sprite.left + len(columns)
    if min(columns[0], columns[-1]) > columns.max() * _NOTHING:
        return 1.0, 0.0
    if whole[0] - left <= right - whole[-1]:
        reach, needed, anchor = whole[-1] + 1 - left, max(text.box.right for text in texts) - left, left
    else:
        reach, needed, anchor = right - whole[0], right - min(text.box.left for text in texts), right
    return float(np.clip((needed + _ABOVE) / reach, _NARROWEST, 1)), float(anchor)


def _on_scrim(box: Box, shift: int, narrow: float, anchor: float) -> Box:
    """Where a box lies on a scrim as it was captured."""
    left, right = (anchor + (side - anchor) / narrow for side in (box.left, box.right))
    return Box(left, box.top - shift, right, box.bottom - shift)


def _is_over_photo(text: ShownText, scene: int) -> bool:
    return text.scene in (-1, scene) and not text.on_panel


def _meets(layer: Layer, box: Box) -> bool:
    sprite = layer.sprites[0]
    return sprite.top < box.bottom and sprite.top + sprite.bgra.shape[0] > box.top


def _strength(
    layer: Layer,
    texts: Sequence[ShownText],
    moved: Sequence[ShownText],
    behind: Sequence[Source | None],
    start: int,
    end: int,
    glimpses: Glimpses,
) -> float:
    """The opacity that the scrim needs so that nearly all of what lies behind each text is dark (or light) enough.

    ``moved`` are the texts where they stand on the scrim as captured, ``behind`` the pictures they stand on.
    """
    need = _LEAST
    for text, on_scrim, source in zip(texts, moved, behind, strict=True):
        if source is None:
            continue
        own, ink = _own_shade(layer, on_scrim.box, _cells(text.box))
        if own.max() < _FAINT:  # these words are another scrim's
            continue
        goal, weak = _goal(text), np.maximum(own, np.float32(0.02))
        if goal <= 0:  # dark words: no dark ink can help them
            return 1.0
        for share in _SAMPLES:
            colors = _glimpse(source, text.box, start + round(share * (end - 1 - start)), glimpses)
            need = max(need, _needed(colors, weak, ink, goal, need))
    return min(need, 1.0)


def _own_shade(layer: Layer, box: Box, cells: tuple[int, int]) -> tuple[NDArray[np.float32], Rgb]:
    """The scrim's own alpha, 0 to 1, over a box parted into so many ``cells`` across and down, and its colour there."""
    sprite = layer.sprites[0]
    left, top = max(0, int(box.left) - sprite.left), max(0, int(box.top) - sprite.top)
    part = sprite.bgra[
        top : max(top + 1, ceil(box.bottom) - sprite.top), left : max(left + 1, ceil(box.right) - sprite.left)
    ]
    alpha = cv2.resize(np.ascontiguousarray(part[:, :, 3]), cells, interpolation=cv2.INTER_AREA)
    blue, green, red = (int(v) for v in part[part.shape[0] // 2, part.shape[1] // 2, :3])
    return alpha.astype(np.float32) / 255, (red, green, blue)


def _cells(box: Box) -> tuple[int, int]:
    return max(1, round(box.width / _CELL)), max(1, round(box.height / _CELL))


def _glimpse(source: Source, box: Box, frame: int, glimpses: Glimpses) -> NDArray[np.uint8]:
    """The sRGB colours of the picture behind the cells of a box: (rows, columns, 3)."""
    key = (id(source), box, frame)
    if key not in glimpses:
        glimpses[key] = source, _colors(source, box, frame)
    return glimpses[key][1]


def _colors(source: Source, box: Box, frame: int, cells: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """The sRGB colours of the picture behind the cells of a box: (rows, columns, 3)."""
    picture = source.picture(frame)
    scale, dx, dy = source.placing(frame)
    width, height = picture.size
    x0, x1 = (int(np.clip(scale * v + dx, 0, width - 1)) for v in (box.left, box.right))
    y0, y1 = (int(np.clip(scale * v + dy, 0, height - 1)) for v in (box.top, box.bottom))
    planes = []
    for plane, step in zip(picture.planes, (1, 2, 2), strict=True):
        top, left = y0 // step, x0 // step
        dx, dy = picture.origin(step)
        part = plane[dy + top : dy + max(y1 // step, top + 1), dx + left : dx + max(x1 // step, left + 1)]
        planes.append(cv2.resize(np.ascontiguousarray(part), cells or _cells(box), interpolation=cv2.INTER_AREA))
    return rgb_from_yuv(cv2.merge(planes))


def _aim(size_px: float) -> float:
    """The contrast to aim at: thin strokes grow paler in the encoder, so small words need more."""
    return _CONTRAST * (1 + max(0.0, _THIN_PX - size_px) / 75 + max(0.0, _FAINT_PX - size_px) / 20)


def _goal(text: ShownText) -> float:
    """The linear light that what lies behind a text may have at most."""
    return (luminance(text.color) + 0.05) / _aim(text.size_px) - 0.05


def _needed(colors: NDArray[np.uint8], weak: NDArray[np.float32], ink: Rgb, goal: float, least: float) -> float:
    """By how much an ink that is ``weak`` at each cell has to be multiplied, ``least`` or more, so that no more of the
    cells stay lighter than a goal than may be."""
    needs = strengths(colors, weak, ink, goal, least)
    left = weak.size * (100 - _SHARE_SHADED) // 100
    if needs.size <= left:
        return least  # it is strong enough there already
    # More ink makes none of them lighter: those that are dark enough stay so.
    return max(least, float(np.partition(needs, needs.size - 1 - left)[needs.size - 1 - left]))
