"""Draws the example pictures: ``python examples/draw NAME… [--out recipes]``."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

PORTRAIT, LANDSCAPE = (2250, 3000), (3000, 2000)
CLEAR = {"contrast": 0.2, "saturation": 1.2}
"""For pictures whose background is hazy with distance."""


@dataclass(frozen=True)
class Picture:
    """A scene (``module.stage(width, height, samples)``), its size in pixels, how it is developed."""

    module: str
    stage: str
    size: tuple[int, int]
    finish: dict[str, float] = field(default_factory=dict)


PICTURES = {
    "haneul-pension/sea": Picture("haneul.sea", "golden_sea", PORTRAIT, {"bloom": 0.5}),
    "haneul-pension/room": Picture("haneul.room", "ocean_room", LANDSCAPE, {"contrast": 0.14, "saturation": 1.12}),
    "haneul-pension/spa": Picture("haneul.spa", "private_spa", PORTRAIT),
    "haneul-pension/terrace": Picture("haneul.terrace", "terrace", PORTRAIT, {"bloom": 1.8}),
    "haneul-pension/breakfast": Picture(
        "haneul.breakfast", "breakfast", LANDSCAPE, {"contrast": 0.2, "saturation": 1.2}
    ),
    "sandglass-coffee/pour-over": Picture("sandglass.pour_over", "pour_over", PORTRAIT),
    "sandglass-coffee/croissants": Picture("sandglass.croissants", "croissants", LANDSCAPE, {"contrast": 0.12}),
    "sandglass-coffee/window-seat": Picture("sandglass.window_seat", "window_seat", PORTRAIT),
    "sandglass-coffee/latte": Picture("sandglass.latte", "latte", LANDSCAPE),
    "sandglass-coffee/street": Picture("sandglass.street", "street", PORTRAIT),
    "onda-ceramics/shelves": Picture("onda.shelves", "shelves", PORTRAIT),
    "onda-ceramics/still-life": Picture("onda.still_life", "still_life", PORTRAIT),
    "onda-ceramics/wheel": Picture("onda.wheel", "wheel", LANDSCAPE),
    "onda-ceramics/gift": Picture("onda.gift", "gift", LANDSCAPE),
    "onda-ceramics/sill": Picture("onda.sill", "sill", LANDSCAPE, CLEAR),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="draw", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="business/picture; none draws all")
    parser.add_argument("--out", type=Path, default=Path("recipes"), help="a folder; NAME.jpg goes below it")
    parser.add_argument("--scale", type=float, default=1.0, help="of the finished picture")
    parser.add_argument("--film", type=float, default=0.48, help="size of the rendering, relative to the picture")
    parser.add_argument("--samples", type=int, default=10, help="paths of light a pixel")
    wanted = parser.parse_args()
    from finish import develop
    from studio import expose

    for name in wanted.names or PICTURES:
        picture = PICTURES[name]
        began = time.monotonic()
        width, height = (round(side * wanted.scale) for side in picture.size)
        stage = getattr(importlib.import_module(picture.module), picture.stage)
        stage(round(width * wanted.film), round(height * wanted.film), wanted.samples)
        with tempfile.TemporaryDirectory() as folder:
            film = Path(folder) / "film.png"
            expose(film)
            develop(film, wanted.out / f"{name}.jpg", size=(width, height), **picture.finish)
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
