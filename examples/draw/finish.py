"""From rendered film to the finished JPEG: bloom, grade, vignette, grain."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image


def develop(
    film: Path,
    target: Path,
    *,
    size: tuple[int, int],
    bloom: float = 0.18,
    saturation: float = 1.08,
    warmth: float = 0.0,
    contrast: float = 0.06,
    vignette: float = 0.16,
    grain: float = 0.009,
    quality: int = 86,
    seed: int = 1,
) -> None:
    """Writes ``target``, ``size`` pixels (width, height), from a 16-bit sRGB PNG.

    ``warmth`` shifts red against blue; ``grain`` is the standard deviation of the noise, which also
    hides the banding that 8-bit gradients would show.
    """
    raw = cv2.imread(str(film), cv2.IMREAD_UNCHANGED)
    picture = raw[..., ::-1].astype(np.float32) / 65535
    width, height = size
    if picture.shape[:2] != (height, width):
        picture = np.clip(cv2.resize(picture, size, interpolation=cv2.INTER_LANCZOS4), 0, 1)
        soft = cv2.GaussianBlur(picture, (0, 0), 1.6)
        picture = np.clip(picture + 0.35 * (picture - soft), 0, 1)
    longer = max(height, width)

    small = cv2.resize(picture, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    light = np.clip(small - 0.72, 0, None) * small.max(axis=2, keepdims=True)
    glow = sum(
        cv2.GaussianBlur(light, (0, 0), longer / 4 * spread) * weight
        for spread, weight in ((0.006, 0.5), (0.02, 0.8), (0.06, 1.0))
    )
    glow = cv2.resize(glow.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    picture = 1 - (1 - np.clip(picture, 0, 1)) * (1 - np.clip(glow * bloom * 4, 0, 1))

    picture = picture + contrast * (picture - 0.5) * (1 - np.abs(2 * picture - 1)) * 2
    luma = picture @ np.float32([0.2126, 0.7152, 0.0722])
    picture = luma[..., None] + (picture - luma[..., None]) * saturation
    picture *= np.float32([1 + warmth, 1 + warmth * 0.15, 1 - warmth])

    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    radius = np.hypot((x - width / 2) / width, (y - height / 2) / height) * 2 / np.sqrt(2)
    picture *= (1 - vignette * np.clip(radius, 0, 1) ** 2.4)[..., None]

    chance = np.random.default_rng(seed)
    noise = chance.standard_normal((height, width), dtype=np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 0.7) * 1.8 * min(1.0, longer / 2400)
    picture += (noise * grain * (0.6 + 0.8 * np.sqrt(np.clip(1 - luma, 0, 1))))[..., None]
    pixels = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    target.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(target, quality=quality, subsampling="4:2:0", optimize=True, progressive=True)
