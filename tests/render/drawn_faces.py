"""Faces drawn well enough for a detector of real ones."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def draw_face(picture: NDArray[np.uint8], left: int, top: int, side: int) -> None:
    """A face with hair into a square of ``picture`` (rows, columns, 3), which it fills from ear to ear."""
    patch = np.ascontiguousarray(picture[top : top + side, left : left + side])
    middle = side / 2

    def blot(x: float, y: float, wide: float, high: float, grey: tuple[int, int, int]) -> None:
        at = (int(middle + x * side), int(middle + y * side))
        cv2.ellipse(patch, at, (max(1, int(wide * side)), max(1, int(high * side))), 0, 0, 360, grey, -1, cv2.LINE_AA)

    blot(0, -0.05, 0.33, 0.42, (70, 55, 45))
    blot(0, 0.02, 0.27, 0.36, (224, 196, 172))
    for way in (-1, 1):
        blot(way * 0.115, -0.06, 0.06, 0.035, (150, 115, 100))
        blot(way * 0.115, -0.055, 0.045, 0.022, (245, 245, 245))
        blot(way * 0.115, -0.055, 0.022, 0.022, (40, 35, 30))
        brow = (int(middle + way * 0.115 * side), int(middle - 0.12 * side))
        cv2.ellipse(patch, brow, (int(0.07 * side), int(0.02 * side)), 0, 180, 360, (60, 45, 40), side // 60 + 1, 16)
    nostrils = (int(middle), int(middle + 0.08 * side))
    cv2.ellipse(patch, nostrils, (int(0.05 * side), int(0.03 * side)), 0, 20, 160, (140, 110, 100), side // 80 + 1, 16)
    nose = (
        (int(middle - 0.02 * side), int(middle - 0.03 * side)),
        (int(middle - 0.03 * side), int(middle + 0.07 * side)),
    )
    cv2.line(patch, *nose, (185, 155, 135), side // 60 + 1, cv2.LINE_AA)
    blot(0, 0.185, 0.1, 0.025, (150, 90, 90))
    picture[top : top + side, left : left + side] = cv2.GaussianBlur(patch, (0, 0), side / 120)


def portrait(width: int, height: int, left: int, top: int, side: int) -> NDArray[np.uint8]:
    """A soft ground with one face on it."""
    random = np.random.default_rng(5)
    coarse = random.uniform(110, 190, (5, 5, 3)).astype(np.float32)
    picture = np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)
    draw_face(picture, left, top, side)
    return picture
