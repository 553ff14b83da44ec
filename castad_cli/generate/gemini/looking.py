"""An ad's pictures as Gemini is shown them: small JPEGs, upright; of a clip, its first frame in the ad."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import UserError
from castad_cli.generate.gemini.asking import Picture
from castad_cli.model.plan import Asset

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SIDE = 640
"""Enough to see what a picture shows; a phone's photograph comes to about 60 kB."""
_MOST_PIXELS = 120_000_000


def downscale(assets: Sequence[Asset]) -> tuple[Picture, ...]:
    """The pictures that can be looked at, each with its index among ``assets``; vector drawings are left out.

    The same bytes give the same JPEG.

    Raises:
        UserError: one cannot be read.
    """
    return tuple(Picture(i, _to_jpeg(asset)) for i, asset in enumerate(assets) if asset.kind in ("photo", "clip"))


def _to_jpeg(asset: Asset) -> bytes:
    from PIL import Image

    try:
        image = _first_frame(Path(asset.path)) if asset.kind == "clip" else _open(Path(asset.path))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=80)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise UserError(
            f"{asset.src} cannot be read as a picture", fix="save it again as a JPEG", place=asset.place
        ) from error
    return out.getvalue()


def _open(path: Path) -> Image.Image:
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener()
    with Image.open(path) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise ValueError("too large")
        image.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
        upright = ImageOps.exif_transpose(image)
        if upright.mode in ("RGBA", "LA", "PA"):
            ground = Image.new("RGBA", upright.size, "white")
            return Image.alpha_composite(ground, upright.convert("RGBA"))
        return upright.convert("RGB")


def _first_frame(path: Path) -> Image.Image:
    import av
    from PIL import Image

    with path.open("rb") as file, av.open(file, "r", options={"protocol_whitelist": "pipe"}) as container:
        for frame in container.decode(video=0):
            return Image.fromarray(frame.to_ndarray(format="rgb24"))
    raise ValueError("no frame")
