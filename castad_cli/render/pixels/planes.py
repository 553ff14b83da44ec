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


@dataclass(frozen=True)
class Picture:
    """An opaque picture: ``y`` (height, width), ``u`` and ``v`` (half of each), uint8, limited range."""

    y: Plane
    u: Plane
    v: Plane
    left: int = 0
    top: int = 0
    """Columns and rows (even) of the picture itself that were cut off, see `cut`."""
    whole: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture itself, whatever was cut off it."""
        if self.whole is not None:
            return self.whole
        return int(self.y.shape[1]), int(self.y.shape[0])

    @property
    def planes(self) -> tuple[Plane, Plane, Plane]:
        return (self.y, self.u, self.v)

    def origin(self, step: int) -> tuple[int, int]:
        """Where the picture's first pixel stands in its planes (``step`` 1: in ``y``; 2: in the others): maybe before
        their beginning."""
        return -(self.left // step), -(self.top // step)

    def cut(self, left: float, top: float, right: float, bottom: float) -> Picture:
        """The same picture without the pixels beyond some edges, but for the room that sampling needs."""
        if self.whole is not None:
            return self
        x0, y0, x1, y1 = part_within(self.size, left, top, right, bottom)
        y, u, v = (
            plane[y0 // step : y1 // step, x0 // step : x1 // step].copy()
            for plane, step in zip(self.planes, (1, 2, 2), strict=True)
        )
        return Picture(y, u, v, x0, y0, self.size)


def part_within(size: tuple[int, int], left: float, top: float, right: float, bottom: float) -> tuple[int, ...]:
    """The even box, with room for sampling, of what lies between some edges of a picture of (width, height)."""
    x0, y0 = (min(max(0, int(edge) - 4) // 2 * 2, side - 2) for edge, side in zip((left, top), size, strict=True))
    x1, y1 = (min(side, int(edge) + 6) // 2 * 2 for edge, side in zip((right, bottom), size, strict=True))
    return x0, y0, max(x1, x0 + 2), max(y1, y0 + 2)


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
