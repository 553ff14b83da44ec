"""Pictures in the encoder's own format: BT.709 limited-range Y'CbCr 4:2:0 planes, with and without alpha.

Everything is drawn on planes, since blending commutes with the (linear) conversion from R'G'B': converting
photographs and sprites once is cheaper than converting every frame. Chroma is sited in the middle of its
2×2 block (the average), which is what all players undo within a quarter of a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]
"""Y', Cb and Cr of a frame; the last two have half its width and height."""

# ITU-R BT.709-6, item 3: luma coefficients; items 5.1 and 5.3: 8-bit levels 16 to 235 and 16 to 240.
_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
_TO_YUV = (
    np.array(
        [
            [219 * _KR, 219 * _KG, 219 * _KB],
            [-112 * _KR / (1 - _KB), -112 * _KG / (1 - _KB), 112.0],
            [112.0, -112 * _KG / (1 - _KR), -112 * _KB / (1 - _KR)],
        ],
        dtype=np.float64,
    )
    / 255.0
)
_OFFSET = np.array([16.0, 128.0, 128.0])

_TO_LUMA = np.hstack([_TO_YUV[:1], [[_OFFSET[0]]]])
_TO_CHROMA = np.hstack([_TO_YUV[1:], _OFFSET[1:, None]])

_ROWS = 128
"""Rows of a picture that are converted at a time (even)."""

_BLUR_REACH = 2
"""Pixels on each side that a blur looks at."""

_END = 4
"""Pixels of room after a padded picture's end: for a last sample's neighbour."""


@dataclass(frozen=True)
class Picture:
    """An opaque picture: ``y`` (height, width), ``u`` and ``v`` (half of each), uint8, limited range.

    The first ``pad`` columns and rows of each plane and its last ``end`` ones repeat the edge: room for sampling
    (`resample`), no part of the picture.
    """

    y: Plane
    u: Plane
    v: Plane
    pad: int = 0
    end: int = 0
    left: int = 0
    top: int = 0
    """Columns and rows (even) of the picture itself that were cut off, see `cut`."""
    whole: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture itself, whatever was cut off it."""
        if self.whole is not None:
            return self.whole
        return int(self.y.shape[1]) - self.pad - self.end, int(self.y.shape[0]) - self.pad - self.end

    @property
    def planes(self) -> tuple[Plane, Plane, Plane]:
        return (self.y, self.u, self.v)

    def origin(self, step: int) -> tuple[int, int]:
        """Where the picture's first pixel stands in its planes (``step`` 1: in ``y``; 2: in the others): maybe before
        their beginning."""
        return self.pad - self.left // step, self.pad - self.top // step

    def cut(self, left: float, top: float, right: float, bottom: float) -> Picture:
        """The same picture without the pixels beyond some edges, but for the room that sampling needs."""
        if self.whole is not None or not self.pad:
            return self
        x0, y0, x1, y1 = _part_within(self.size, left, top, right, bottom)
        planes = []
        for plane, step in zip(self.planes, (1, 2, 2), strict=True):
            more = self.pad + self.end
            rows, columns = slice(y0 // step, y1 // step + more), slice(x0 // step, x1 // step + more)
            planes.append(plane[rows, columns].copy())
        y, u, v = planes
        return Picture(y, u, v, self.pad, self.end, x0, y0, self.size)


def _part_within(size: tuple[int, int], left: float, top: float, right: float, bottom: float) -> tuple[int, ...]:
    """The even box, with room for sampling, of what lies between some edges of a picture of (width, height)."""
    x0, y0 = (max(0, int(edge) - 4) // 2 * 2 for edge in (left, top))
    return x0, y0, min(size[0], int(right) + 6) // 2 * 2, min(size[1], int(bottom) + 6) // 2 * 2


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
        box = _part_within(self.size, left, top, right, bottom)
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

        def luma(rows: slice, columns: slice, into: list[Plane]) -> None:
            into[0][:] = _luma(rgb, rows, columns, self.soft_px)

        def chroma(rows: slice, columns: slice, into: list[Plane]) -> None:
            pixels = rgb[2 * rows.start : 2 * rows.stop, 2 * columns.start : 2 * columns.stop]
            half = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            for plane, part in zip(into, cv2.split(cv2.transform(half, _TO_CHROMA)), strict=True):
                plane[:] = part

        y, u, v = (
            np.empty(((y1 - y0) // step + self.pad + self._end, (x1 - x0) // step + self.pad + self._end), np.uint8)
            for step in (1, 2, 2)
        )
        for planes, step, convert in (([y], 1, luma), ([u, v], 2, chroma)):
            across = _Span.of(x0 // step, x1 // step, width // step, self.pad, self._end)
            down = _Span.of(y0 // step, y1 // step, height // step, self.pad, self._end)
            columns = slice(across.first, across.last)
            # By rows that stay in the processor's cache: whole planes in between would all have to be cleared.
            for top in range(down.first, down.last, _ROWS // step):
                rows = slice(top, min(top + _ROWS // step, down.last))
                at = down.before + top - down.first
                inner = np.s_[at : at + rows.stop - rows.start, across.before : across.before + across.length]
                convert(rows, columns, [plane[inner] for plane in planes])
            for plane in planes:
                _repeat_edges(plane, across, down)
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
class Cutout:
    """A picture with alpha, premultiplied: colour planes already multiplied by ``a`` (full) or ``a2`` (half size).

    ``left`` and ``top`` are even: where it stands when nothing transforms it.
    """

    y: Plane
    u: Plane
    v: Plane
    a: Plane
    a2: Plane
    left: int
    top: int

    @property
    def planes(self) -> tuple[Plane, Plane, Plane, Plane, Plane]:
        return self.y, self.u, self.v, self.a, self.a2

    @property
    def width(self) -> int:
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        return int(self.y.shape[0])


def yuv_matrix() -> NDArray[np.float64]:
    """From R'G'B' of 0 to 1 to 8-bit Y', Cb and Cr, without their offsets of 16 and 128."""
    return np.asarray(_TO_YUV * 255.0)


def rgb_matrix() -> NDArray[np.float64]:
    """The inverse of `yuv_matrix`."""
    return np.asarray(np.linalg.inv(yuv_matrix()))


def yuv_offsets() -> NDArray[np.float64]:
    """What is added to the 8-bit values that `yuv_matrix` gives."""
    return _OFFSET.copy()


def color_to_yuv(rgb: tuple[int, int, int]) -> tuple[int, int, int]:
    """8-bit limited-range BT.709 Y', Cb, Cr of an sRGB colour."""
    values = _TO_YUV @ np.array(rgb, dtype=np.float64) + _OFFSET
    y, u, v = (round(float(x)) for x in values)
    return y, u, v


def picture_from_rgb(rgb: NDArray[np.uint8], pad: int = 0, soft_px: float = 0.0) -> Picture:
    """Planes of an (height, width, 3) sRGB picture; see `RgbPicture`."""
    return RgbPicture(rgb, pad, soft_px).convert()


def _luma(rgb: NDArray[np.uint8], rows: slice, columns: slice, soft_px: float) -> Plane:
    """The luma of some rows and columns, blurred together with what is around them."""
    reach = _BLUR_REACH if soft_px else 0
    top, left = max(0, rows.start - reach), max(0, columns.start - reach)
    luma = cv2.transform(rgb[top : rows.stop + reach, left : columns.stop + reach], _TO_LUMA)
    luma = luma.reshape(luma.shape[:2])
    if soft_px:
        luma = cv2.GaussianBlur(luma, (2 * _BLUR_REACH + 1,) * 2, soft_px)
    return np.asarray(luma[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left], np.uint8)


def _repeat_edges(plane: Plane, across: _Span, down: _Span) -> None:
    """Fills the columns and rows where the picture does not go on with what is next to them within."""
    left, right = across.before, plane.shape[1] - across.after
    top, bottom = down.before, plane.shape[0] - down.after
    inner = plane[top:bottom]
    inner[:, :left], inner[:, right:] = inner[:, left : left + 1], inner[:, right - 1 : right]
    plane[:top], plane[bottom:] = plane[top], plane[bottom - 1]


def frame_planes(buffer: NDArray[np.uint8], width: int, height: int) -> tuple[Plane, Plane, Plane]:
    """The three planes of one yuv420p frame, as views into its (width × height × 3 / 2) bytes."""
    luma, chroma = width * height, width * height // 4
    return (
        buffer[:luma].reshape(height, width),
        buffer[luma : luma + chroma].reshape(height // 2, width // 2),
        buffer[luma + chroma :].reshape(height // 2, width // 2),
    )


def rgb_from_frame(buffer: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """An sRGB (height, width, 3) picture of one yuv420p frame, chroma interpolated; for stills and covers."""
    y, u, v = frame_planes(buffer, width, height)
    full = [cv2.resize(p, (width, height), interpolation=cv2.INTER_LINEAR) for p in (u, v)]
    return rgb_from_yuv(cv2.merge([y, *full]))


def rgb_from_yuv(yuv: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An sRGB picture of an (height, width, 3) one in 8-bit limited-range BT.709 Y', Cb, Cr."""
    inverse = np.linalg.inv(_TO_YUV)
    return np.asarray(cv2.transform(yuv, np.hstack([inverse, (-inverse @ _OFFSET)[:, None]])), dtype=np.uint8)
