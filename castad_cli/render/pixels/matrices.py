"""The matrices that frames are drawn with. Pure."""

from __future__ import annotations

from collections.abc import Sequence

Placing = tuple[float, float, float, float, float, float]
"""``a, c, e, b, d, f``: what is drawn at (x, y) is the source's (a·x + c·y + e, b·x + d·y + f)."""


def moves_whole_blocks(m: Sequence[float]) -> bool:
    """Whether a CSS matrix only moves by whole 2×2 pixel blocks, so that nothing needs resampling."""
    a, b, c, d, e, f = m
    return bool(
        a == 1
        and d == 1
        and b == 0
        and c == 0
        and abs(e / 2 - round(e / 2)) < 1e-4
        and abs(f / 2 - round(f / 2)) < 1e-4
    )


def inverted(m: Sequence[float]) -> Placing:
    """From where a CSS matrix (a, b, c, d, e, f) puts a point, back to the point; all to one where it has no size."""
    a, b, c, d, e, f = (float(value) for value in m)
    size = a * d - b * c
    if not size:
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    a, b, c, d = d / size, -b / size, -c / size, a / size
    return a, c, -(a * e + c * f), b, d, -(b * e + d * f)


def moved(placing: Placing, x: float, y: float) -> Placing:
    """The same from a source whose first pixel is its pixel (x, y)."""
    a, c, e, b, d, f = placing
    return a, c, e - x, b, d, f - y


def plane_placing(
    placing: Placing, step: int, left: int = 0, top: int = 0, origin: Sequence[float] = (0, 0)
) -> Placing:
    """A placing of continuous places in luma pixels, for one plane's whole indices.

    Pixel centres are counted at whole numbers, planes of half size have pixels ``step`` wide, the target begins at
    (left, top) of its plane and the source's first pixel stands at ``origin`` of its own.
    """
    a, c, e, b, d, f = placing
    x, y = (left + 0.5) * step, (top + 0.5) * step
    across, down = (a * x + c * y + e) / step - 0.5, (b * x + d * y + f) / step - 0.5
    return a, c, across + origin[0], b, d, down + origin[1]
