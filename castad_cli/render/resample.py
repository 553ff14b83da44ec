"""One plane of a picture at a sub-pixel place and scale, bilinear, at the speed of a plain resize.

`cv2.resize` is separable and two to three times faster than `cv2.warpAffine`, and honours any real scale,
but it starts on a whole source pixel. Target pixel ``k`` of a resize from source pixel ``x0`` lies at
``x0 + scale · k``, so skipping the first ``k`` pixels reaches other fractions: among the first hundred or so
there nearly always is one within a hundredth of a pixel of what is asked. Where there is none (scales near a
ratio of small numbers) the plane is warped.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]

_NEAR = 0.008
"""Pixels of the source by which a place may be missed: half of what would be seen as jitter (0.015, RMS)."""

_MOST_SKIPPED = 112
_STEPS = np.arange(_MOST_SKIPPED + 1, dtype=np.float64)


def resample(source: Plane, m: NDArray[np.float64], target: Plane, border: int = cv2.BORDER_REPLICATE) -> None:
    """Fills ``target`` with ``source`` as ``m`` places it: source index = m · (target index, 1), pixel centres whole.

    ``m`` is 2×3, as `cv2.warpAffine` takes it with ``WARP_INVERSE_MAP``. What lies outside the source shows its
    edge, or nothing with ``border=cv2.BORDER_CONSTANT``.
    """
    if border != cv2.BORDER_REPLICATE or not _resized(source, m, target):
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
    whole = cv2.resize(source[top:bottom, left:right], None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_LINEAR)
    if whole.shape[0] < skip_y + height or whole.shape[1] < skip_x + width:
        return False
    target[:] = whole[skip_y : skip_y + height, skip_x : skip_x + width]
    return True


def _start(offset: float, scale: float) -> tuple[int, int] | None:
    """``(skip, first)``: skipping so many target pixels of a resize from that source pixel comes nearest ``offset``.

    A resize puts its target pixel k at source index scale·(k + ½) − ½.
    """
    firsts = offset + 0.5 - scale * (_STEPS + 0.5)
    firsts = firsts[firsts > -0.5]
    if not firsts.size:
        return None
    misses = np.abs(firsts - np.rint(firsts))
    skip = int(np.argmax(misses <= _NEAR)) if (misses <= _NEAR).any() else -1
    return None if skip < 0 else (skip, int(np.rint(firsts[skip])))
