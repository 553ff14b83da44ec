"""Makes the pictures in the README with the program itself: ``python docs/write_pictures.py``.

Each is a strip of frames as the video has them, taken with ``castad preview --at``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "pictures"
PAPER = (246, 244, 240)
GAP = 20

STRIPS = {
    "haneul-pension": [
        ("haneul-pension", "ko", "reel", 1.6, 640),
        ("haneul-pension", "ko", "reel", 5.2, 640),
        ("haneul-pension", "ko", "reel", 8.2, 640),
        ("haneul-pension", "ko", "reel", 11.2, 640),
        ("haneul-pension", "ko", "reel", 14.5, 640),
    ],
    "templates": [
        ("haneul-pension", "en", "reel", 5.2, 560),
        ("sandglass-menu", "en", "reel", 4.6, 560),
        ("onda-drop", "en", "reel", 5.4, 560),
        ("haneul-guests", "en", "reel", 5.0, 560),
        ("haneul-magazine", "en", "reel", 6.0, 560),
        ("sandglass-mornings", "en", "reel", 4.4, 560),
    ],
    "formats": [
        ("haneul-pension", "en", "landscape", 5.2, 430),
        ("sandglass-coffee", "ja", "portrait", 1.3, 430),
        ("onda-ceramics", "en", "square", 1.2, 430),
        ("sandglass-coffee", "en", "portrait", 11.5, 430),
    ],
}
"""Name of the picture -> frames: recipe, language, format, second, height in pixels."""


def still(recipe: str, language: str, shape: str, at: float, height: int, folder: Path) -> Image.Image:
    """One frame, ``height`` pixels high."""
    out = folder / f"{recipe}-{language}-{shape}-{at}.png"
    options = ["--at", str(at), "--format", shape, "--language", language, "-o", str(out)]
    command = [sys.executable, "-m", "castad_cli", "preview", f"recipes/{recipe}.yaml", *options]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with Image.open(out) as picture:
        return picture.convert("RGB").resize((round(picture.width * height / picture.height), height), Image.LANCZOS)


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for name in sys.argv[1:] or STRIPS:
            pictures = [still(*frame, Path(temporary)) for frame in STRIPS[name]]
            width = sum(p.width + GAP for p in pictures) + GAP
            strip = Image.new("RGB", (width, pictures[0].height + 2 * GAP), PAPER)
            x = GAP
            for picture in pictures:
                strip.paste(picture, (x, GAP))
                x += picture.width + GAP
            strip.save(TARGET / f"{name}.jpg", quality=84, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
