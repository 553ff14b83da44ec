"""A picture made for an ad: who makes it, by name, and the file that the renderer takes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import PlatformError
from castad_cli.generate.providers import find_provider
from castad_cli.model.script import Background

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside
    from castad_cli.model.plan import ImageSpec, ScriptTask

LEAST_SIDE = 256
"""Smaller pictures would be blurred in any format. Pixels."""
_MOST_PIXELS = 60_000_000


@dataclass(frozen=True)
class Painting:
    """What a provider made: an image file of whatever format, by which model."""

    file: Path
    by_ai: str
    model: str = ""


def paint_background(task: ScriptTask, image: ImageSpec, folder: Path, outside: Outside) -> Background:
    """The picture of ``image`` as a PNG below ``folder``. The same purchase gives the same bytes.

    Raises:
        UserError: no such provider.
        PlatformError: the service refused, or what it gave is no picture.
    """
    provider = find_provider(image.provider, "paint", "pictures", image.place)
    painting: Painting = provider.paint(task, image, folder, outside)
    file = folder / "background.png"
    _save_as_png(painting.file, file)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return Background(image.provider, image.prompt, sha256, painting.by_ai, painting.model, str(file))


def _save_as_png(source: Path, to: Path) -> None:
    from PIL import Image

    try:
        with Image.open(source) as image:
            if image.width * image.height > _MOST_PIXELS or min(image.size) < LEAST_SIDE:
                raise ValueError(f"{image.width}×{image.height} pixels")
            image.convert("RGB").save(to, "PNG", compress_level=3)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise PlatformError(f"the picture that was made cannot be used: {error}", kind="rejected") from error
