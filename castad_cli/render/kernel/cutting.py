"""Sprites as the browser gives them, made ready to be drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from castad_cli.render.kernel.compiled import load
from castad_cli.render.pixels.planes import Cutout, yuv_matrix, yuv_offsets

_UNIT = 1 << 16
_TO_YUV = np.rint(np.hstack([yuv_matrix() / 255, yuv_offsets()[:, None]]) * _UNIT).astype(np.int32)


def cutout_from_bgra(bgra: NDArray[np.uint8], left: int, top: int) -> Cutout:
    """Premultiplied planes of a straight-alpha sRGB picture of even size.

    Raises:
        ValueError: its width or height is odd, or it has not four channels.
    """
    height, width, channels = bgra.shape
    if height % 2 or width % 2 or channels != 4:
        raise ValueError(f"a sprite of {width}×{height} with {channels} channels")
    bgra = np.ascontiguousarray(bgra)
    half = height // 2, width // 2
    y, u, v, a, a2 = (np.empty(size, np.uint8) for size in ((height, width), half, half, (height, width), half))
    addresses = np.array([plane.ctypes.data for plane in (y, u, v, a, a2)], np.uint64)
    load().castad_cut(bgra.ctypes.data, bgra.strides[0], width, height, _TO_YUV.ctypes.data, addresses.ctypes.data)
    return Cutout(y, u, v, a, a2, left, top)
