"""The colour of the shade under words: dark, of the hue of the picture that it lies on, place by place.

Why: a near-black of the brand's hue over a sunlit room takes its warmth away, and is seen as a grey band; a shadow is
of the colour of what it falls on, and on a white wall of the light in the room.
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

_MOOD = 0.8
"""Share of the picture's own colour in a shade over what has little of one: evening comes over white walls, too."""

_LIGHTEST = 0.038
"""Linear light of a shade over white, whose hue could not be seen if it were as dark as over a dark picture: white
under a dark grey is a grey fog."""

_LEAST, _MOST = 0.12, 3.4
"""Of a channel's light beside the whole shade's: beyond them, it is a colour over the picture and no shade of it."""

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)


def undertones(colors: NDArray[np.float32], ink: Rgb, width: int, height: int) -> NDArray[np.uint8]:
    """A shade (height, width, 3; sRGB) of the hues of ``colors`` (rows, columns, 3), as dark as ``ink``.

    ``colors`` are sRGB, 0 to 1. Where they are bright the shade is a little lighter, up to `_LIGHTEST`.
    """
    soft = cv2.GaussianBlur(np.asarray(colors, np.float32), (0, 0), _SOFT_CELLS, borderType=cv2.BORDER_REPLICATE)
    light = np.where(soft <= 0.04045, soft / 12.92, ((soft + 0.055) / 1.055) ** 2.4) + 1e-4
    dark = luminance(ink)
    goal = (dark + np.maximum(_LIGHTEST - dark, 0) * (light @ _WEIGHTS))[..., None]
    deep = _with_mood(light) ** _POWER
    deep *= goal / (deep @ _WEIGHTS)[..., None]
    # Mixed with a grey of the same light where it is too strong, which changes neither its hue nor its darkness.
    above = np.maximum(deep.max(axis=2, keepdims=True) - goal, 1e-6)
    below = np.maximum(goal - deep.min(axis=2, keepdims=True), 1e-6)
    deep = goal + (deep - goal) * np.minimum(1, np.minimum((_MOST - 1) * goal / above, (1 - _LEAST) * goal / below))
    shade = np.where(deep <= 0.0031308, deep * 12.92, 1.055 * deep ** (1 / 2.4) - 0.055).astype(np.float32)
    whole = cv2.resize(shade, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.convertScaleAbs(whole, alpha=255), np.uint8)  # rounds and keeps within 255, in one pass


def _with_mood(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear ``light`` in which places of little colour take that of the places that have most of it."""
    hues = light / (light @ _WEIGHTS)[..., None]
    chroma = hues.max(axis=2) - hues.min(axis=2)
    weights = (chroma**2)[..., None] + 1e-6
    mood = (hues * weights).sum(axis=(0, 1)) / weights.sum()
    share = (_MOOD * np.exp(-chroma / 0.8))[..., None]
    return np.asarray(hues * (1 - share) + mood * share, np.float32)
