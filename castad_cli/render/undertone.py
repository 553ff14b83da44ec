"""The colour of the shade under words: nearly black, of the hue of the picture that it lies on, place by place.

Why: a near-black of the brand's hue over a sunlit room takes its warmth away, and is seen as a grey band; a shadow is
of the colour of what it falls on.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.model.colors import Rgb, luminance

CELLS = (16, 16)
"""Into how many parts, across and down, the picture behind a scrim is taken to learn their hues."""

_SOFT_CELLS = 2.4
"""Standard deviation of the blur between them: hues change more slowly than a photograph moves."""

_POWER = 2.0
"""Of linear light: a shadow is more saturated than what lies in the light."""

_LEAST, _MOST = 0.3, 2.6
"""Of a channel's light beside the whole shade's: beyond them, it is a colour over the picture and no shade of it."""

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)


def undertones(colors: NDArray[np.float32], ink: Rgb, width: int, height: int) -> NDArray[np.uint8]:
    """A shade (height, width, 3; sRGB) as dark as ``ink`` everywhere, of the hues of ``colors`` (rows, columns, 3).

    ``colors`` are sRGB, 0 to 1.
    """
    soft = cv2.GaussianBlur(np.asarray(colors, np.float32), (0, 0), _SOFT_CELLS, borderType=cv2.BORDER_REPLICATE)
    light = np.where(soft <= 0.04045, soft / 12.92, ((soft + 0.055) / 1.055) ** 2.4) + 1e-4
    goal = luminance(ink)
    deep = light**_POWER
    deep *= goal / (deep @ _WEIGHTS)[..., None]
    # Mixed with a grey of the same light where it is too strong, which changes neither its hue nor its darkness.
    above = np.maximum(deep.max(axis=2, keepdims=True) - goal, 1e-6)
    below = np.maximum(goal - deep.min(axis=2, keepdims=True), 1e-6)
    deep = goal + (deep - goal) * np.minimum(1, np.minimum((_MOST - 1) * goal / above, (1 - _LEAST) * goal / below))
    shade = np.where(deep <= 0.0031308, deep * 12.92, 1.055 * deep ** (1 / 2.4) - 0.055).astype(np.float32)
    whole = cv2.resize(shade, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.convertScaleAbs(whole, alpha=255), np.uint8)  # rounds and keeps within 255, in one pass
