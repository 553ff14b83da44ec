"""How strong a shade has to be, cell by cell."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np
from numpy.typing import NDArray

from castad_cli.model.colors import Rgb
from castad_cli.render.kernel.compiled import load

_LEVELS = 4095


def strengths(
    colors: NDArray[np.uint8], opaque: NDArray[np.float32], ink: Rgb, goal: float, strength: float
) -> NDArray[np.float32]:
    """Of the cells that are lighter than ``goal`` under ``strength`` of a shade, the strength that each needs.

    ``colors`` (rows, columns, 3) are sRGB, ``opaque`` (rows, columns) is how opaque the shade is there at full
    strength, above 0; ``goal`` is linear light. Colours are blended in sRGB, as browsers do. Not by the grey of a
    colour's luma: a pure green is far lighter than the grey that encodes like it.

    Raises:
        ValueError: there is not one colour for each cell.
    """
    if colors.dtype != np.uint8 or opaque.dtype != np.float32 or colors.shape != (*opaque.shape, 3):
        raise ValueError(f"colours of {colors.shape} for cells of {opaque.shape}")
    colors, opaque = np.ascontiguousarray(colors), np.ascontiguousarray(opaque)
    needs = np.empty(opaque.size, np.float32)
    found = load().castad_shade(
        *(colors.ctypes.data, opaque.ctypes.data, opaque.size, bytes(ink)),
        *(ctypes.c_float(goal), ctypes.c_float(strength), _linear().ctypes.data, _LEVELS, needs.ctypes.data),
    )
    return needs[:found]


@cache
def _linear() -> NDArray[np.float32]:
    """Linear light of sRGB values in so many steps (IEC 61966-2-1)."""
    shares = np.arange(_LEVELS + 1) / _LEVELS
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4).astype(np.float32)
