"""Photographs as planes: no more of them converted than is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.errors import ToolError
from castad_cli.render.kernel.compiled import load
from castad_cli.render.pixels.planes import Picture, Plane, Planes, part_within, yuv_matrix, yuv_offsets

_UNIT = 1 << 16
_TO_YUV = np.rint(yuv_matrix() / 255 * _UNIT)
_HALF_A_STEP = 1 << 8
"""Of luma, which is kept in 128ths until it is blurred."""
_TO_LUMA = np.append(_TO_YUV[0], yuv_offsets()[0] * _UNIT + _HALF_A_STEP).astype(np.int32)
# Of the sums of four pixels: offsets four times as large, and half of what four times a level comes to.
_TO_CHROMA = np.hstack([_TO_YUV[1:], yuv_offsets()[1:, None] * 4 * _UNIT + 2 * _UNIT]).astype(np.int32)

_BLUR_UNIT = 1 << 15

_END = 4
"""Pixels of room after a padded picture's end: for a last sample's neighbour."""

_VECTORS = 1
"""Whether it may use what the processor has for many pixels at once; it gives the same without."""


@dataclass(frozen=True, eq=False)
class RgbPicture:
    """A `Picture` to be: (height, width, 3) sRGB, of which no more is converted than is wanted.

    ``pad`` pixels of each plane's edge are repeated to its left and above it, for `resample`. ``soft_px`` is the
    standard deviation of a blur of its luma.
    """

    rgb: NDArray[np.uint8]
    pad: int = 0
    soft_px: float = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture: even, since an odd last row or column is repeated for its chroma."""
        height, width = self.rgb.shape[:2]
        return width + width % 2, height + height % 2

    def convert(self) -> Picture:
        """All of it."""
        return Picture(*self._planes(0, 0, *self.size), self.pad, self._end)

    def cut(self, left: float, top: float, right: float, bottom: float) -> Picture:
        """The same as if all of it were converted, and then cut."""
        if not self.pad:
            return self.convert()
        box = part_within(self.size, left, top, right, bottom)
        return Picture(*self._planes(*box), self.pad, self._end, box[0], box[1], self.size)

    @property
    def _end(self) -> int:
        return _END if self.pad else 0

    def _planes(self, x0: int, y0: int, x1: int, y1: int) -> Planes:
        """The planes of a box of the picture, each with the room before and after it: the picture where it goes on."""
        (width, height), rgb = self.size, self.rgb
        if (height, width) != rgb.shape[:2]:
            more = height - rgb.shape[0], width - rgb.shape[1]
            rgb = np.asarray(cv2.copyMakeBorder(rgb, 0, more[0], 0, more[1], cv2.BORDER_REPLICATE), np.uint8)
        rgb = rgb if rgb.strides[1:] == (3, 1) else np.ascontiguousarray(rgb)
        y, u, v = (
            np.empty(((y1 - y0) // step + self.pad + self._end, (x1 - x0) // step + self.pad + self._end), np.uint8)
            for step in (1, 2, 2)
        )
        sides = [
            _Side(
                _Span.of(x0 // step, x1 // step, width // step, self.pad, self._end),
                _Span.of(y0 // step, y1 // step, height // step, self.pad, self._end),
            )
            for step in (1, 2)
        ]
        source = rgb.ctypes.data, rgb.strides[0], width, height
        full, half = sides
        blur = _weights_of(self.soft_px)
        to = full.inner(y).ctypes.data, y.strides[0], _VECTORS
        failed = load().castad_luma(*source, *full.box, _TO_LUMA.ctypes.data, blur.ctypes.data, *to)
        to_both = half.inner(u).ctypes.data, half.inner(v).ctypes.data, u.strides[0], _VECTORS
        failed = failed or load().castad_chroma(*source, *half.box, _TO_CHROMA.ctypes.data, *to_both)
        if failed:
            raise ToolError("there is no memory left to convert a photograph")
        for plane, side in ((y, full), (u, half), (v, half)):
            side.repeat_edges(plane)
        return y, u, v


@dataclass(frozen=True)
class _Span:
    """What of a picture's rows or columns lies in a plane: ``first`` to ``last`` (exclusive), ``before`` and ``after``
    which it has others, where the picture does not go on."""

    first: int
    last: int
    before: int
    after: int

    @classmethod
    def of(cls, begin: int, end: int, length: int, pad: int, more: int) -> _Span:
        """Of a plane of the part from ``begin`` to ``end``, with ``pad`` before and ``more`` after it."""
        first, last = max(0, begin - pad), min(length, end + more)
        return cls(first, last, first - (begin - pad), end + more - last)

    @property
    def length(self) -> int:
        return self.last - self.first


@dataclass(frozen=True)
class _Side:
    """Which columns and rows of a picture lie in a plane, and where."""

    across: _Span
    down: _Span

    @property
    def box(self) -> tuple[int, int, int, int]:
        """What of the picture is converted: left, top, right, bottom."""
        return self.across.first, self.down.first, self.across.last, self.down.last

    def inner(self, plane: Plane) -> Plane:
        """The part of the plane in which the picture goes on."""
        rows = slice(self.down.before, plane.shape[0] - self.down.after)
        return plane[rows, self.across.before : self.across.before + self.across.length]

    def repeat_edges(self, plane: Plane) -> None:
        """Fills the columns and rows where the picture does not go on with what is next to them within."""
        left, right = self.across.before, plane.shape[1] - self.across.after
        top, bottom = self.down.before, plane.shape[0] - self.down.after
        inner = plane[top:bottom]
        inner[:, :left], inner[:, right:] = inner[:, left : left + 1], inner[:, right - 1 : right]
        plane[:top], plane[bottom:] = plane[top], plane[bottom - 1]


def picture_from_rgb(rgb: NDArray[np.uint8], pad: int = 0, soft_px: float = 0.0) -> Picture:
    """Planes of an (height, width, 3) sRGB picture; see `RgbPicture`."""
    return RgbPicture(rgb, pad, soft_px).convert()


@cache
def _weights_of(soft_px: float) -> NDArray[np.int32]:
    """Those of a pixel, its neighbours and theirs in a blur of that standard deviation, in 32,768ths."""
    if not soft_px:
        return np.array([_BLUR_UNIT, 0, 0], np.int32)
    sides = np.exp(-(np.arange(3) ** 2) / (2 * soft_px**2))
    weights = np.rint(sides / (2 * sides.sum() - sides[0]) * _BLUR_UNIT).astype(np.int32)
    weights[0] = _BLUR_UNIT - 2 * weights[1:].sum()
    return np.asarray(weights)
