"""CSS blend modes between a sprite and the frame below it, on the planes of both.

The formulas are those of W3C Compositing and Blending Level 1, sections 10.1 (separable) and 10.2; the frame is
opaque, so a blended pixel is ``(1 − αs)·cb + αs·B(cb, cs)``. What is added to a frame is computed as a difference in
R'G'B' and brought to Y'CbCr, which is linear: a pixel that nothing covers stays as it was to the bit.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.errors import ToolError
from castad_cli.render.pixels.planes import Plane, Planes, rgb_matrix, yuv_matrix

Values = NDArray[np.float32]
"""(height, width, 3) R'G'B' from 0 to 1, or a part of that."""


def blend_onto(target: Planes, source: Planes, alpha: tuple[Plane, Plane], mode: str) -> None:
    """Blends premultiplied ``source`` into ``target`` in place; ``alpha`` is its coverage in full and in half size.

    Raises:
        ToolError: there is no such blend mode.
    """
    covered = alpha[0].astype(np.float32) / 255.0
    mix_onto(target, np.asarray(np.clip(planes_to_rgb(source, covered), 0, 1), np.float32), covered, mode)


def mix_onto(target: Planes, light: Values, covered: Values, mode: str = "") -> None:
    """Blends ``light``, R'G'B' premultiplied by ``covered`` (height, width), into ``target`` in place.

    Raises:
        ToolError: there is no such blend mode.
    """
    below = np.asarray(np.clip(planes_to_rgb(target, np.ones_like(covered)), 0, 1), np.float32)
    if not mode:
        change = light - below * covered[:, :, None]
    elif mode == "plus-lighter":
        change = np.minimum(below + light, 1) - below
    else:
        above = np.asarray(np.clip(light / np.maximum(covered, 1e-3)[:, :, None], 0, 1), np.float32)
        change = (_function(mode)(below, above) - below) * covered[:, :, None]
    matrix = yuv_matrix().astype(np.float32)
    y, u, v = (change @ row for row in matrix)
    half = (target[1].shape[1], target[1].shape[0])
    for plane, difference in zip(
        target, (y, *(cv2.resize(p, half, interpolation=cv2.INTER_AREA) for p in (u, v))), strict=True
    ):
        plane[:] = np.clip(np.rint(plane + difference), 0, 255).astype(np.uint8)


def planes_to_rgb(planes: Planes, alpha: Values) -> Values:
    """R'G'B' of planes that are premultiplied by ``alpha``, premultiplied likewise."""
    size = (planes[0].shape[1], planes[0].shape[0])
    whole = [planes[0], *(cv2.resize(p, size, interpolation=cv2.INTER_LINEAR) for p in planes[1:])]
    offset = np.array([16.0, 128.0, 128.0], np.float32)
    yuv = np.stack([p.astype(np.float32) for p in whole], axis=-1) - alpha[:, :, None] * offset
    return np.asarray(yuv @ rgb_matrix().astype(np.float32).T, np.float32)


def _function(mode: str) -> Callable[[Values, Values], Values]:
    if mode not in _MODES:
        raise ToolError(f"there is no blend mode {mode!r}", fix="use one of CSS's mix-blend-mode")
    return _MODES[mode]


def _overlay(b: Values, s: Values) -> Values:
    return _hard_light(s, b)


def _hard_light(b: Values, s: Values) -> Values:
    return np.where(s <= 0.5, 2 * b * s, 1 - 2 * (1 - b) * (1 - s))


def _color_dodge(b: Values, s: Values) -> Values:
    return np.where(b <= 0, 0, np.where(s >= 1, 1, np.minimum(1, b / np.maximum(1 - s, 1e-6)))).astype(np.float32)


def _color_burn(b: Values, s: Values) -> Values:
    return np.where(b >= 1, 1, np.where(s <= 0, 0, 1 - np.minimum(1, (1 - b) / np.maximum(s, 1e-6)))).astype(np.float32)


def _soft_light(b: Values, s: Values) -> Values:
    d = np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))
    return np.where(s <= 0.5, b - (1 - 2 * s) * b * (1 - b), b + (2 * s - 1) * (d - b)).astype(np.float32)


_WEIGHTS = np.array([0.3, 0.59, 0.11], np.float32)


def _lum(c: Values) -> Values:
    return np.asarray((c @ _WEIGHTS)[:, :, None])


def _sat(c: Values) -> Values:
    return np.asarray(c.max(axis=2, keepdims=True) - c.min(axis=2, keepdims=True))


def _set_lum(c: Values, lum: Values) -> Values:
    c = c + (lum - _lum(c))
    low, high = c.min(axis=2, keepdims=True), c.max(axis=2, keepdims=True)
    c = np.where(low < 0, lum + (c - lum) * lum / np.maximum(lum - low, 1e-6), c)
    return np.where(high > 1, lum + (c - lum) * (1 - lum) / np.maximum(high - lum, 1e-6), c).astype(np.float32)


def _set_sat(c: Values, sat: Values) -> Values:
    low = c.min(axis=2, keepdims=True)
    return np.asarray((c - low) * sat / np.maximum(_sat(c), 1e-6), np.float32)


_MODES: dict[str, Callable[[Values, Values], Values]] = {
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: b + s - b * s,
    "overlay": _overlay,
    "darken": np.minimum,
    "lighten": np.maximum,
    "color-dodge": _color_dodge,
    "color-burn": _color_burn,
    "hard-light": _hard_light,
    "soft-light": _soft_light,
    "difference": lambda b, s: np.abs(b - s),
    "exclusion": lambda b, s: b + s - 2 * b * s,
    "hue": lambda b, s: _set_lum(_set_sat(s, _sat(b)), _lum(b)),
    "saturation": lambda b, s: _set_lum(_set_sat(b, _sat(s)), _lum(b)),
    "color": lambda b, s: _set_lum(s, _lum(b)),
    "luminosity": lambda b, s: _set_lum(b, _lum(s)),
}
