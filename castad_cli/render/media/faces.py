"""Where a photograph has faces. Found by dlib's detector, which comes whole inside its wheel: nothing is downloaded.

Source: histograms of oriented gradients in a scanned window (Dalal and Triggs, CVPR 2005), as trained by Davis King
(dlib's ``get_frontal_face_detector``). It sees faces that look towards the camera, upright, at an eighth of the
picture's longer side or more; not profiles, not the small faces of a crowd.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from castad_cli.render.machine.cached import cache_folder
from castad_cli.whole import put_whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIDE = 640
"""Pixels on the longer side that a picture is looked at in; the detector's window is 80 of them."""

_SURE = 0.3
"""The detector's own score. At 0 it takes a wall's stain for a face now and then, at 0.3 hardly ever."""

_BROW, _SIDES, _CHIN = 0.25, 0.08, 0.05
"""By which shares of its sides a found square, which begins at the brows, grows to hold all of a face."""

_ONE_AT_A_TIME = threading.Lock()
"""The detector scans within itself; photographs are loaded by several threads."""


@dataclass(frozen=True)
class Face:
    """A face's box as shares, 0 to 1, of the picture's width and height."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


def find_faces(rgb: NDArray[np.uint8]) -> tuple[Face, ...]:
    """The faces of a picture (height, width, 3; sRGB), the largest first. Deterministic."""
    import cv2
    import numpy as np

    height, width = rgb.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    while min(rgb.shape[0] // size[1], rgb.shape[1] // size[0]) >= 2:
        # Means of two by two pixels are ten times as fast as those of any other share, and of them a quarter is left.
        even = rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2]
        rgb = np.asarray(cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    small = np.ascontiguousarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA))
    with _ONE_AT_A_TIME:
        found, _, _ = _detector().run(small, 0, _SURE)
    faces = []
    for square in found:
        w, h = square.right() - square.left(), square.bottom() - square.top()
        faces.append(
            Face(
                max((square.left() - _SIDES * w) / size[0], 0.0),
                max((square.top() - _BROW * h) / size[1], 0.0),
                min((square.right() + _SIDES * w) / size[0], 1.0),
                min((square.bottom() + _CHIN * h) / size[1], 1.0),
            )
        )
    return tuple(sorted(faces, key=lambda face: -face.area))


def those_that_matter(faces: tuple[Face, ...]) -> tuple[Face, ...]:
    """The largest face and those at least half as large: whom the picture is of, without who passes behind them."""
    return tuple(face for face in faces if face.area >= faces[0].area / 2)


def focus_of(faces: tuple[Face, ...]) -> tuple[float, float] | None:
    """The middle of the faces that matter; None where there are none."""
    shown = those_that_matter(faces)
    if not shown:
        return None
    x = (min(face.left for face in shown) + max(face.right for face in shown)) / 2
    y = (min(face.top for face in shown) + max(face.bottom for face in shown)) / 2
    return round(x, 4), round(y, 4)


@cache
def _detector() -> Any:
    """The detector, kept unpacked in the user's cache folder: unpacking it takes far longer than reading it."""
    import dlib

    file = cache_folder() / f"faces-{dlib.__version__}.svm"
    with contextlib.suppress(RuntimeError):
        if file.is_file():
            return dlib.fhog_object_detector(str(file))
    detector = dlib.get_frontal_face_detector()
    with contextlib.suppress(OSError, RuntimeError):
        file.parent.mkdir(parents=True, exist_ok=True)
        put_whole(file, lambda part: detector.save(str(part)))
    return detector
