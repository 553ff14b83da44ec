"""A flattened picture as rectangles, so that nothing is blended where nothing or all of it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from castad_cli.render.pixels.planes import Plane, Planes

_BAND = 32
_BAND_SLACK = 96
"""Rows at a time, and pixels of width, that a flattened overlay is cut by: blending fewer costs less than a call."""


@dataclass(frozen=True)
class Band:
    """A rectangle of an overlay: premultiplied colour, and how much it covers (full, half size); None where it hides
    all that is below."""

    planes: Planes
    alpha: tuple[Plane, Plane] | None
    left: int
    top: int


def cut_bands(colour: Planes, alpha: tuple[Plane, Plane]) -> Iterator[Band]:
    """The rectangles of a flattened picture that show anything, from top to bottom, as copies; like neighbours are
    joined."""
    height = alpha[0].shape[0]
    found: list[tuple[int, int, int, int, bool]] = []
    for y0 in range(0, height, _BAND):
        y1 = min(y0 + _BAND, height)
        rows = alpha[0][y0:y1]
        x, _, w, _ = cv2.boundingRect(rows)
        if not w:
            continue
        x0, x1 = x // 2 * 2, min((x + w + 1) // 2 * 2, rows.shape[1])
        hides = bool((rows[:, x0:x1] == 255).all() and (alpha[1][y0 // 2 : y1 // 2, x0 // 2 : x1 // 2] == 255).all())
        if found:
            a0, b0, a1, b1, before = found[-1]
            if b1 == y0 and before == hides and (a0, a1) == (x0, x1):
                found[-1] = (a0, b0, a1, y1, hides)
                continue
            if b1 == y0 and not before and not hides and abs(a0 - x0) + abs(a1 - x1) < _BAND_SLACK:
                found[-1] = (min(a0, x0), b0, max(a1, x1), y1, hides)
                continue
        found.append((x0, y0, x1, y1, hides))
    for x0, y0, x1, y1, hides in found:
        full, half = np.s_[y0:y1, x0:x1], np.s_[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2]
        yield Band(
            (colour[0][full].copy(), colour[1][half].copy(), colour[2][half].copy()),
            None if hides else (alpha[0][full].copy(), alpha[1][half].copy()),
            x0,
            y0,
        )


def windows_of(planes: Planes, left: int, top: int, shape: tuple[int, ...]) -> Planes:
    height, width = shape
    half = np.s_[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2]
    return planes[0][top : top + height, left : left + width], planes[1][half], planes[2][half]
