"""How strong a scrim each photograph needs for the words on it to be read: no stronger, so that the picture lives.

A template marks its scrims with ``data-scrim``; they are captured once at full strength, and their opacity
follows from the pixels that will be behind the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.model.formats import Box
from castad_cli.render.colors import Rgb, luminance
from castad_cli.render.compositor import Source
from castad_cli.render.layers import Layer, Layout, ShownText
from castad_cli.render.timeline import Timeline

_CONTRAST = 5.2
"""Aimed at: above the 4.5 that is asked, since encoding and motion move pixels a little."""

_LEAST = 0.3
"""A photograph always gets a little shade under its words: it makes them one with it."""

_SAMPLES = (0.0, 0.5, 1.0)


def shade(layout: Layout, timeline: Timeline, sources: Mapping[int, Source]) -> Layout:
    """The layout with its scrims as strong, scene by scene, as the texts over photographs need."""
    scrims = [layer for layer in layout.layers if layer.is_scrim and layer.sprites]
    if not scrims:
        return layout
    strengths: dict[int, NDArray[np.float64]] = {}
    for layer in scrims:
        per_frame = layer.opacities.copy()
        for scene in timeline.scenes:
            texts = [t for t in layout.texts if _is_over_photo(t, scene.index, layout) and _meets(layer, t.box)]
            need = _strength(layer, texts, sources.get(scene.index), scene.start, scene.end) if texts else _LEAST
            low, high = max(scene.start - layer.start, 0), max(scene.end - layer.start, 0)
            per_frame[low:high] *= need
        strengths[id(layer)] = per_frame
    layers = tuple(
        replace(layer, opacities=strengths[id(layer)]) if id(layer) in strengths else layer for layer in layout.layers
    )
    return replace(layout, layers=layers)


def _is_over_photo(text: ShownText, scene: int, layout: Layout) -> bool:
    return text.scene in (-1, scene) and not text.on_panel


def _meets(layer: Layer, box: Box) -> bool:
    sprite = layer.sprites[0]
    return sprite.top < box.bottom and sprite.top + sprite.bgra.shape[0] > box.top


def _strength(layer: Layer, texts: Sequence[ShownText], source: Source | None, start: int, end: int) -> float:
    if source is None:
        return _LEAST
    need = _LEAST
    sprite = layer.sprites[0]
    for text in texts:
        brightest = max(_brightness(source, text.box, start + round(share * (end - 1 - start))) for share in _SAMPLES)
        rows = sprite.bgra[max(0, int(text.box.top) - sprite.top) : max(1, ceil(text.box.bottom) - sprite.top)]
        columns = rows[:, max(0, int(text.box.left) - sprite.left) : max(1, ceil(text.box.right) - sprite.left)]
        own = float(np.percentile(columns[:, :, 3], 10)) / 255
        ink = tuple(int(v) for v in columns[columns.shape[0] // 2, columns.shape[1] // 2, 2::-1])
        need = max(need, _alpha(brightest, text.color, (ink[0], ink[1], ink[2])) / max(own, 0.01))
    return min(need, 1.0)


def _brightness(source: Source, box: Box, frame: int) -> float:
    """The sRGB grey level, 0 to 1, of the brightest twentieth of what lies behind a box (luma over 40-pixel cells)."""
    picture = source.picture(frame)
    scale, dx, dy = source.placing(frame)
    height, width = picture.y.shape
    x0, x1 = (int(np.clip(scale * v + dx, 0, width - 1)) for v in (box.left, box.right))
    y0, y1 = (int(np.clip(scale * v + dy, 0, height - 1)) for v in (box.top, box.bottom))
    part = picture.y[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    cells = cv2.resize(part, (max(1, part.shape[1] // 12), max(1, part.shape[0] // 12)), interpolation=cv2.INTER_AREA)
    return float(np.clip((np.percentile(cells, 96) - 16) / 219, 0, 1))


def _alpha(grey: float, text: Rgb, ink: Rgb) -> float:
    """How opaque an ink must lie over a grey for the text's contrast; both in sRGB, where browsers blend."""
    goal = (luminance(text) + 0.05) / _CONTRAST - 0.05
    dark = float(np.mean(ink)) / 255
    if goal <= 0 or grey <= 0:
        return 1.0 if goal <= 0 else 0.0
    limit = 12.92 * goal if goal <= 0.0031308 else 1.055 * goal ** (1 / 2.4) - 0.055
    if grey <= limit:
        return 0.0
    return min(1.0, (grey - limit) / max(grey - dark, 1e-6))
