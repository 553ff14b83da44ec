"""How much of each pixel a box covers that may be moved, turned or scaled and have round corners. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from castad_cli.model.formats import Box
from castad_cli.render.layers import Corners

Region = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; may reach beyond the frame."""


def bounds(box: Box, m: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """The upright rectangle that holds a box under the CSS matrix ``m``: a, b, c, d, e, f."""
    a, b, c, d, e, f = m
    xs = [a * x + c * y + e for x in (box.left, box.right) for y in (box.top, box.bottom)]
    ys = [b * x + d * y + f for x in (box.left, box.right) for y in (box.top, box.bottom)]
    return min(xs), min(ys), max(xs), max(ys)


def is_upright(m: NDArray[np.float64]) -> bool:
    """Whether a matrix leaves an upright box upright."""
    return bool(m[1] == 0 and m[2] == 0 and m[0] > 0 and m[3] > 0)


def cover(box: Box, corners: Corners, m: NDArray[np.float64], region: Region) -> NDArray[np.float32]:
    """The box's coverage, 0 to 1, of the pixels of a region; edges are smoothed over one pixel."""
    a, b, c, d, e, f = (float(v) for v in m)
    size = abs(a * d - b * c)
    if size < 1e-9:
        return np.zeros((region[3] - region[1], region[2] - region[0]), np.float32)
    x = np.arange(region[0], region[2], dtype=np.float32)[None, :] + 0.5 - e
    y = np.arange(region[1], region[3], dtype=np.float32)[:, None] + 0.5 - f
    # Back to where the box is upright, its centre at zero.
    across = (d * x - c * y) / (a * d - b * c) - (box.left + box.right) / 2
    down = (a * y - b * x) / (a * d - b * c) - (box.top + box.bottom) / 2
    # A pixel there is so many of the frame's along each side.
    wide, high = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
    to_right, to_bottom = np.abs(across) - box.width / 2, np.abs(down) - box.height / 2
    outside = np.maximum(to_right * wide, to_bottom * high)
    for index, (rx, ry) in enumerate(corners):
        if rx > 0 and ry > 0:
            own = (across >= 0 if index in (1, 2) else across < 0) & (down >= 0 if index > 1 else down < 0)
            qx, qy = (to_right + rx) / rx, (to_bottom + ry) / ry
            round_off = (np.hypot(np.maximum(qx, 0), np.maximum(qy, 0)) - 1) * min(rx * wide, ry * high)
            outside = np.where(own & (qx > 0) & (qy > 0), round_off, outside)
    return np.asarray(np.clip(0.5 - outside, 0, 1), np.float32)


def between_edges(edges: Sequence[float], region: Region) -> NDArray[np.float32]:
    """How much of each pixel of a region lies between some edges (left, top, right, bottom)."""
    across, down = (
        np.ones(region[high] - region[low], np.float32) if part is None else part
        for low, high in ((0, 2), (1, 3))
        for part in [edge_coverage(edges[low], edges[high], region[low], region[high])]
    )
    return np.asarray(np.outer(down, across), np.float32)


def edge_coverage(low: float, high: float, start: int, end: int) -> NDArray[np.float32] | None:
    """How much of each pixel from ``start`` to ``end`` lies between two edges; None when all of all."""
    if low <= start and high >= end:
        return None
    edges = np.arange(start, end + 1, dtype=np.float64)
    inside = np.clip(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0, 1)
    return np.asarray(inside, dtype=np.float32)
