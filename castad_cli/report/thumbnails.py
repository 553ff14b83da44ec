"""Covers made small enough to stand in a page by the thousand."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Size:
    """How large covers are shown, in CSS pixels, and how many picture pixels each of those gets."""

    width: int
    height: int
    density: float
    quality: int


LARGE = Size(400, 300, 1.6, 74)
MEDIUM = Size(84, 96, 2.0, 62)
SMALL = Size(64, 72, 1.5, 50)
"""For one ad or a few, for some hundreds, and for thousands (about 1.5 kB each)."""


def size_for(covers: int) -> Size:
    """The size at which so many covers make a page that still opens at once."""
    return LARGE if covers <= 40 else MEDIUM if covers <= 600 else SMALL


def thumbnail(cover: Path, size: Size) -> tuple[str, tuple[int, int]]:
    """A cover as a ``data:`` address, and the width and height to show it at; it keeps its shape.

    Raises:
        OSError: it is no picture.
    """
    from PIL import Image

    with Image.open(cover) as image:
        scale = min(size.width / image.width, size.height / image.height)
        shown = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        pixels = round(shown[0] * size.density), round(shown[1] * size.density)
        image.draft("RGB", (pixels[0] * 2, pixels[1] * 2))  # a JPEG is read at an eighth of its size where that does
        small = image.convert("RGB").resize(pixels, Image.Resampling.LANCZOS, reducing_gap=3.0)
    data = io.BytesIO()
    small.save(data, "WEBP", quality=size.quality, method=4)
    return "data:image/webp;base64," + base64.b64encode(data.getvalue()).decode(), shown
