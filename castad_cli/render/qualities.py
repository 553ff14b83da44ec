"""What an encoder is asked for, by quality."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

KEYFRAME_SECONDS = 2


@dataclass(frozen=True)
class Encoding:
    """Encoder settings of a quality: x264 ``preset``, constant rate factor, and the share of full size.

    ``extra`` are further x264 parameters.
    """

    preset: str
    crf: int
    scale: Fraction
    extra: str = ""

    def size(self, width: int, height: int) -> tuple[int, int]:
        """The rendition's width and height in pixels for a format's: even, as 4:2:0 needs."""
        return int(width * self.scale) // 2 * 2, int(height * self.scale) // 2 * 2


QUALITIES = {
    # 8×8 transforms cost next to nothing and keep a draft in the High profile, like any other rendition.
    "draft": Encoding("ultrafast", 27, Fraction(1, 2), ":8x8dct=1"),
    "standard": Encoding("veryfast", 19, Fraction(1)),
    "high": Encoding("slow", 16, Fraction(1)),
}
