"""Photographs as planes: no more of them converted than is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.errors import ToolError
from castad_cli.render.kernel.compiled import load
from castad_cli.render.pixels.planes import Picture, Planes, part_within, yuv_matrix, yuv_offsets

_UNIT = 1 << 16
_TO_YUV = np.rint(yuv_matrix() / 255 * _UNIT)
_HALF_A_STEP = 1 << 8
"""Of luma, which is kept in 128ths until it is blurred."""
_TO_LUMA = np.append(_TO_YUV[0], yuv_offsets()[0] * _UNIT + _HALF_A_STEP).astype(np.int32)
# Of the sums of four pixels: offsets four times as large, and half of what four times a level comes to.
_TO_CHROMA = np.hstack([_TO_YUV[1:], yuv_offsets()[1:, None] * 4 * _UNIT + 2 * _UNIT]).astype(np.int32)

_BLUR_UNIT = 1 << 15

_VECTORS = 1
"""Whether it may use what the processor has for many pixels at once; it gives the same without."""


@dataclass(frozen=True, eq=False)
class RgbPicture:
    """A `Picture` to be: (height, width, 3) sRGB, of which no more is converted than is wanted.

    ``soft_px`` is the standard deviation of a blur of its luma.
    """

    rgb: NDArray[np.uint8]
    soft_px: float = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture: even, since an odd last row or column is repeated for its chroma."""
        height, width = self.rgb.shape[:2]
        return width + width % 2, height + height % 2

    def convert(self) -> Picture:
        """All of it."""
        return Picture(*self._planes(0, 0, *self.size))

    def cut(self, left: float, top: float, right: float, bottom: float) -> Picture:
        """The same as if all of it were converted, and then cut."""
        box = part_within(self.size, left, top, right, bottom)
        return Picture(*self._planes(*box), box[0], box[1], self.size)

    def _planes(self, x0: int, y0: int, x1: int, y1: int) -> Planes:
        """The planes of a box of the picture, whose edges are even."""
        (width, height), rgb = self.size, self.rgb
        if (height, width) != rgb.shape[:2]:
            more = height - rgb.shape[0], width - rgb.shape[1]
            rgb = np.asarray(cv2.copyMakeBorder(rgb, 0, more[0], 0, more[1], cv2.BORDER_REPLICATE), np.uint8)
        rgb = rgb if rgb.strides[1:] == (3, 1) else np.ascontiguousarray(rgb)
        y, u, v = (np.empty(((y1 - y0) // step, (x1 - x0) // step), np.uint8) for step in (1, 2, 2))
        source = rgb.ctypes.data, rgb.strides[0], width, height
        blur = _weights_of(self.soft_px)
        to = y.ctypes.data, y.strides[0], _VECTORS
        failed = load().castad_luma(*source, x0, y0, x1, y1, _TO_LUMA.ctypes.data, blur.ctypes.data, *to)
        half = x0 // 2, y0 // 2, x1 // 2, y1 // 2
        to_both = u.ctypes.data, v.ctypes.data, u.strides[0], _VECTORS
        failed = failed or load().castad_chroma(*source, *half, _TO_CHROMA.ctypes.data, *to_both)
        if failed:
            raise ToolError("there is no memory left to convert a photograph")
        return y, u, v


def picture_from_rgb(rgb: NDArray[np.uint8], soft_px: float = 0.0) -> Picture:
    """Planes of an (height, width, 3) sRGB picture; see `RgbPicture`."""
    return RgbPicture(rgb, soft_px).convert()


@cache
def _weights_of(soft_px: float) -> NDArray[np.int32]:
    """Those of a pixel, its neighbours and theirs in a blur of that standard deviation, in 32,768ths."""
    if not soft_px:
        return np.array([_BLUR_UNIT, 0, 0], np.int32)
    sides = np.exp(-(np.arange(3) ** 2) / (2 * soft_px**2))
    weights = np.rint(sides / (2 * sides.sum() - sides[0]) * _BLUR_UNIT).astype(np.int32)
    weights[0] = _BLUR_UNIT - 2 * weights[1:].sum()
    return np.asarray(weights)
