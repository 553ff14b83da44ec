"""Smaller copies of pictures: ``python examples/draw/small.py FROM TO [NAME…]``, at most 1400 px and 200 KB each."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image

LONGEST_PX, LARGEST_BYTES = 1400, 200_000


def shrink(source: Path) -> bytes:
    """The picture as a JPEG within both limits, at the best quality that fits."""
    picture = Image.open(source).convert("RGB")
    picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    for quality in range(88, 40, -2):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if buffer.tell() <= LARGEST_BYTES:
            return buffer.getvalue()
    raise SystemExit(f"{source}: does not fit into {LARGEST_BYTES} bytes")


if __name__ == "__main__":
    source, target, *names = (Path(part) for part in sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    for picture in sorted(source.glob("*.jpg")):
        if not names or Path(picture.stem) in names:
            (target / picture.name).write_bytes(shrink(picture))
    shutil.copy(source / "logo.svg", target / "logo.svg")
