"""CSS filters on pixels: what a photograph is seen through, and what a pane with a backdrop filter does behind it.

The functions are those of Filter Effects Module Level 1, section 12 (shorthands and their matrices); they work on
R'G'B', as browsers do. A filter that is an SVG's or a shadow never comes here: the page is refused before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.errors import ToolError

Values = NDArray[np.float32]
"""(height, width, 3) R'G'B' from 0 to 1, or a part of that."""

Step = tuple[str, float]
"""A function and its amount: pixels, degrees, or a factor."""

_CALL = re.compile(r"([a-z-]+)\(\s*(-?[\d.e+-]*)\s*([a-z%]*)\s*\)")
_TO_DEGREES = {"deg": 1.0, "rad": 180 / math.pi, "turn": 360.0, "grad": 0.9}


@lru_cache(maxsize=512)
def read_filter(css: str) -> tuple[Step, ...]:
    """The steps of a computed ``filter`` value, such as ``blur(4px) grayscale(50%)``, in order.

    Raises:
        ToolError: there is a function among them that is not known.
    """
    if css == "none":
        return ()
    steps: list[Step] = []
    for name, number, unit in _CALL.findall(css):
        value = float(number) if number else (0.0 if name in ("blur", "hue-rotate") else 1.0)
        steps.append((name, value * (0.01 if unit == "%" else _TO_DEGREES.get(unit, 1.0))))
    if not steps or any(name != "blur" and name != "opacity" and name not in _MATRICES for name, _ in steps):
        raise ToolError(f"there is no CSS filter {css!r}", fix="use blur, brightness, contrast, … one after the other")
    return tuple(steps)


def reach_px(steps: tuple[Step, ...]) -> float:
    """By how many CSS pixels what is filtered grows: three standard deviations of its blurs."""
    return 3 * sum(value for name, value in steps if name == "blur")


def apply_filter(
    steps: tuple[Step, ...], light: Values, covered: Values, px: float, border: int
) -> tuple[Values, Values]:
    """What ``light``, premultiplied by ``covered`` (height, width), becomes; ``px`` pixels to a CSS pixel.

    ``border`` is OpenCV's: what a blur takes to be beyond the edge.
    """
    for name, value in steps:
        if name == "blur":
            if value * px > 0.05:
                light, covered = (
                    np.asarray(cv2.GaussianBlur(part, (0, 0), value * px, borderType=border), np.float32)
                    for part in (light, covered)
                )
        elif name == "opacity":
            share = np.float32(min(max(value, 0.0), 1.0))
            light, covered = light * share, covered * share
        else:
            matrix, offset = _MATRICES[name](value)
            weight = covered[:, :, None]
            straight = light / np.maximum(weight, 1e-6)
            changed = np.clip(straight @ matrix.T.astype(np.float32) + np.float32(offset), 0, 1)
            light = np.asarray(changed * weight, np.float32)
    return light, covered


_Affine = tuple[NDArray[np.float64], float]


def _blended(inner: NDArray[np.float64], share: float) -> _Affine:
    """The identity at a share of 0, ``inner`` at 1 (and beyond, for `saturate`)."""
    return np.eye(3) * (1 - share) + inner * share, 0.0


_GREY = np.tile([0.2126, 0.7152, 0.0722], (3, 1))
_LUMA = np.tile([0.213, 0.715, 0.072], (3, 1))
_SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
_COSINE = np.array([[0.787, -0.715, -0.072], [-0.213, 0.285, -0.072], [-0.213, -0.715, 0.928]])
_SINE = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])


def _turned(degrees: float) -> _Affine:
    angle = math.radians(degrees)
    return _LUMA + math.cos(angle) * _COSINE + math.sin(angle) * _SINE, 0.0


_MATRICES: dict[str, Callable[[float], _Affine]] = {
    "brightness": lambda v: (np.eye(3) * max(v, 0.0), 0.0),
    "contrast": lambda v: (np.eye(3) * max(v, 0.0), 0.5 - 0.5 * max(v, 0.0)),
    "grayscale": lambda v: _blended(_GREY, min(max(v, 0.0), 1.0)),
    "hue-rotate": _turned,
    "invert": lambda v: (np.eye(3) * (1 - 2 * min(max(v, 0.0), 1.0)), min(max(v, 0.0), 1.0)),
    "saturate": lambda v: (_LUMA + max(v, 0.0) * (np.eye(3) - _LUMA), 0.0),
    "sepia": lambda v: _blended(_SEPIA, min(max(v, 0.0), 1.0)),
}
