"""Photographs of one ad as one series: exposure and white balance drawn a little towards each other, then a look.

All of it is one table for each plane of a picture, so it costs next to nothing and changes no detail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from castad_cli.render.pixels.planes import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TOWARDS = 0.3
"""What share of the way to the series' middle a photograph goes: a night stays a night."""

_MOST_LUMA, _MOST_CHROMA = 10.0, 4.0
"""And never further than this, in code values of 8-bit video."""

_BLACK, _WHITE = 16, 235
_GREY = 128


@dataclass(frozen=True)
class Grade:
    """A table (256,) uint8 for each plane of a yuv420p picture, limited range."""

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]

    def apply(self, picture: Picture) -> Picture:
        """The picture as the tables have it."""
        import cv2
        import numpy as np

        y, u, v = (
            np.asarray(cv2.LUT(plane, table), np.uint8)
            for plane, table in zip(picture.planes, (self.y, self.u, self.v), strict=True)
        )
        return Picture(y, u, v)


def make_grade(look: str, luma: float = 0.0, blue: float = 0.0, red: float = 0.0) -> Grade | None:
    """The tables of a look, mid-tones moved by ``luma`` and colours by ``blue`` and ``red`` (Cb, Cr) code values.

    None where nothing would change. Black and white stay where they are.
    """
    import numpy as np

    depth = {"crisp": 7.0, "mono": 6.0}.get(look, 0.0)
    colour = {"crisp": 1.07, "mono": 0.0}.get(look, 1.0)
    if look == "warm":
        blue, red = blue - 4.0, red + 3.0
    if not (depth or luma or blue or red) and colour == 1.0:
        return None
    codes = np.arange(256, dtype=np.float32)
    tone = np.clip((codes - _BLACK) / (_WHITE - _BLACK), 0, 1)
    curve = codes + luma * 4 * tone * (1 - tone) - depth * np.sin(2 * np.pi * tone)
    tables = [curve, *(_GREY + (codes - _GREY) * colour + shift * bool(colour) for shift in (blue, red))]
    y, u, v = (np.asarray(np.clip(np.rint(table), 0, 255), np.uint8) for table in tables)
    return Grade(y, u, v)


def match(pictures: Mapping[int, Picture], look: str) -> dict[int, Picture]:
    """The pictures of an ad in one look, drawn towards the middle of them all; ``none`` leaves them as they are."""
    if look == "none" or not pictures:
        return dict(pictures)
    import numpy as np

    own = {index: _middles(picture) for index, picture in pictures.items()}
    centre = np.mean(list(own.values()), axis=0)
    most = np.array([_MOST_LUMA, _MOST_CHROMA, _MOST_CHROMA])
    graded = {}
    for index, picture in pictures.items():
        luma, blue, red = (float(v) for v in np.clip((centre - own[index]) * _TOWARDS, -most, most))
        grade = make_grade(look, luma, blue, red)
        graded[index] = picture if grade is None else grade.apply(picture)
    return graded


def _middles(picture: Picture) -> NDArray[np.float64]:
    """The medians of the three planes: what a bright sky or a dark corner does not drag along."""
    import numpy as np

    return np.array([float(np.median(plane[::8, ::8])) for plane in picture.planes])
