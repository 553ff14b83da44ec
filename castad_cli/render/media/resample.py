"""One plane of a picture at a sub-pixel place and scale, bilinear, at the speed of a plain resize.

`cv2.resize` is separable and two to three times faster than `cv2.warpAffine`, and honours any real scale,
but it starts on a whole source pixel. Target pixel ``k`` of a resize from source pixel ``x0`` lies at
``x0 + scale · k``, so skipping the first ``k`` pixels reaches other fractions: among the first two hundred or so
there nearly always is one within a hundredth of a pixel of what is asked. Where there is none (scales near a
ratio of small numbers) the plane is warped.
"""

from __future__ import annotations

import math
import threading
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]

_NEAR = 0.012
"""Pixels of the source by which a place may be missed: 0.007 root mean square, half of what would be jitter."""

_STILL = 1 / 1024
"""A shift by less than this changes no 8-bit value by more than a rounding."""

_MOST_SKIPPED = 240
_HELD = threading.local()
_STEPS = np.arange(_MOST_SKIPPED + 1, dtype=np.float64)


def resample(source: Plane, m: NDArray[np.float64], target: Plane, border: int = cv2.BORDER_REPLICATE) -> None:
    """Fills ``target`` with ``source`` as ``m`` places it: source index = m · (target index, 1), pixel centres whole.

    ``m`` is 2×3, as `cv2.warpAffine` takes it with ``WARP_INVERSE_MAP``. What lies outside the source shows its
    edge, or nothing with ``border=cv2.BORDER_CONSTANT``.
    """
    if border == cv2.BORDER_CONSTANT and m[0, 0] == m[1, 1] == 1 and m[0, 1] == m[1, 0] == 0:
        _shift(source, float(m[0, 2]), float(m[1, 2]), target)
    elif border != cv2.BORDER_REPLICATE or not _resized(source, m, target):
        height, width = target.shape
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cv2.warpAffine(source, m, (width, height), dst=target, flags=flags, borderMode=border)


def _resized(source: Plane, m: NDArray[np.float64], target: Plane) -> bool:
    """Tries the fast way; whether it could."""
    scale = float(m[0, 0])
    if m[0, 1] or m[1, 0] or m[1, 1] != scale or not 0.5 < scale < 2:
        return False
    height, width = target.shape
    across, down = _start(float(m[0, 2]), scale), _start(float(m[1, 2]), scale)
    if across is None or down is None:
        return False
    (skip_x, left), (skip_y, top) = across, down
    # One more pixel than the last sample's neighbour, so that the source's end is never extrapolated.
    right, bottom = left + int(scale * (skip_x + width)) + 3, top + int(scale * (skip_y + height)) + 3
    if right > source.shape[1] or bottom > source.shape[0]:
        return False
    fitting = round((right - left) / scale), round((bottom - top) / scale)
    whole = _scratch(fitting[1], fitting[0])
    # What comes back, not what was offered: where a size is half a pixel more, OpenCV may round it the other way, and
    # then draws in a plane of its own.
    whole = cv2.resize(
        source[top:bottom, left:right], None, whole, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_LINEAR
    )
    if whole.shape[0] < skip_y + height or whole.shape[1] < skip_x + width:
        return False
    target[:] = whole[skip_y : skip_y + height, skip_x : skip_x + width]
    return True


def _scratch(height: int, width: int) -> Plane:
    """A plane to draw in for a moment, one for each thread: what is new each time is mapped anew each time."""
    held = getattr(_HELD, "pixels", None)
    if held is None or held.size < height * width:
        held = _HELD.pixels = np.empty(height * width * 5 // 4, np.uint8)
    return np.asarray(held[: height * width].reshape(height, width))


def _shift(source: Plane, dx: float, dy: float, target: Plane) -> None:
    """Fills ``target`` with ``source`` from (dx, dy) on, nothing beyond its edges: one weighted sum for each axis.

    Several times faster than a warp, and without its rounding to a thirty-second of a pixel.
    """
    height, width = target.shape
    left, top = math.floor(dx), math.floor(dy)
    across, down = dx - left, dy - top
    window = _window(source, left, top, width + 1, height + 1)
    if across > _STILL:
        window = cv2.addWeighted(window[:, :-1], 1 - across, window[:, 1:], across, 0)
    if down > _STILL:
        cv2.addWeighted(window[:-1, :width], 1 - down, window[1:, :width], down, 0, dst=target)
    else:
        target[:] = window[:height, :width]


def _window(source: Plane, left: int, top: int, width: int, height: int) -> Plane:
    """A rectangle of ``source`` that may reach beyond it, where it is 0."""
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + width, source.shape[1]), min(top + height, source.shape[0])
    if (x0, y0, x1, y1) == (left, top, left + width, top + height):
        return source[y0:y1, x0:x1]
    window = np.zeros((height, width), np.uint8)
    if x0 < x1 and y0 < y1:
        window[y0 - top : y1 - top, x0 - left : x1 - left] = source[y0:y1, x0:x1]
    return window


@lru_cache(maxsize=256)  # both chroma planes ask the same, and so do a sprite's colour and its alpha
def _start(offset: float, scale: float) -> tuple[int, int] | None:
    """``(skip, first)``: skipping so many target pixels of a resize from that source pixel comes nearest ``offset``.

    A resize puts its target pixel k at source index scale·(k + ½) − ½.
    """
    firsts = offset + 0.5 - scale * (_STEPS + 0.5)
    firsts = firsts[firsts > -0.5]
    if not firsts.size:
        return None
    misses = np.abs(firsts - np.rint(firsts))
    skip = int(np.argmax(misses <= _NEAR))
    return None if misses[skip] > _NEAR else (skip, int(np.rint(firsts[skip])))
