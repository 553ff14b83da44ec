"""Sprites as the browser gives them, made ready to be drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from castad_cli.render.kernel.compiled import load
from castad_cli.render.pixels.planes import Cutout, yuv_matrix, yuv_offsets

_UNIT = 1 << 16
_TO_YUV = np.rint(np.hstack([yuv_matrix() / 255, yuv_offsets()[:, None]]) * _UNIT).astype(np.int32)


def cutout_from_bgra(bgra: NDArray[np.uint8], left: int, top: int) -> Cutout:
    """Premultiplied planes of a straight-alpha sRGB picture; nothing is beyond an odd edge, where a block has to end.

    Raises:
        ValueError: it has not four channels.
    """
    height, width, channels = bgra.shape
    if channels != 4:
        raise ValueError(f"a sprite with {channels} channels")
    bgra = np.ascontiguousarray(
        np.pad(bgra, ((0, height % 2), (0, width % 2), (0, 0))) if height % 2 or width % 2 else bgra
    )
    height, width = bgra.shape[:2]
    half = height // 2, width // 2
    y, u, v, a, a2 = (np.empty(size, np.uint8) for size in ((height, width), half, half, (height, width), half))
    addresses = np.array([plane.ctypes.data for plane in (y, u, v, a, a2)], np.uint64)
    load().castad_cut(bgra.ctypes.data, bgra.strides[0], width, height, _TO_YUV.ctypes.data, addresses.ctypes.data)
    return Cutout(y, u, v, a, a2, left, top)
