"""The matrices that frames are drawn with. Pure."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def moves_whole_blocks(m: NDArray[np.float64]) -> bool:
    """Whether a matrix only moves by whole 2×2 pixel blocks, so that nothing needs resampling."""
    a, b, c, d, e, f = m
    return bool(
        a == 1
        and d == 1
        and b == 0
        and c == 0
        and abs(e / 2 - round(e / 2)) < 1e-4
        and abs(f / 2 - round(f / 2)) < 1e-4
    )


def inverted(m: NDArray[np.float64]) -> NDArray[np.float64]:
    a, b, c, d, e, f = m
    matrix = np.array([[a, c, e], [b, d, f]])
    return np.asarray(cv2.invertAffineTransform(matrix))


def plane_matrix(m: NDArray[np.float64], step: int, left: int, top: int) -> NDArray[np.float64]:
    """``m`` (frame pixels to picture pixels, continuous) as `cv2.warpAffine` wants it for one plane.

    OpenCV counts pixel centres at integers, planes of half size have pixels ``step`` wide, and the target
    begins at (left, top) of its plane.
    """
    (a, c, e), (b, d, f) = m.tolist()
    x, y = (left + 0.5) * step, (top + 0.5) * step
    return np.array([[a, c, (a * x + c * y + e) / step - 0.5], [b, d, (b * x + d * y + f) / step - 0.5]])
