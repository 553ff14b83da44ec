"""The three marks, as SVG made of filled paths alone: ``python examples/draw/logos.py FOLDER``."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

Point = tuple[float, float]


def brush(line: Callable[[float], Point], width: Callable[[float], float], steps: int = 48) -> str:
    """Path data of a stroke whose width (of 240 units) changes along it, with round ends."""
    left: list[Point] = []
    right: list[Point] = []
    for n in range(steps + 1):
        t = n / steps
        (x0, y0), (x1, y1) = line(max(t - 0.004, 0)), line(min(t + 0.004, 1))
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        nx, ny = -(y1 - y0) / length, (x1 - x0) / length
        x, y = line(t)
        half = width(t) / 2
        left.append((x + nx * half, y + ny * half))
        right.append((x - nx * half, y - ny * half))
    return closed(left + right[::-1])


def closed(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def disc(x: float, y: float, r: float) -> str:
    return f"M{x - r:g} {y:g}A{r:g} {r:g} 0 1 1 {x + r:g} {y:g}A{r:g} {r:g} 0 1 1 {x - r:g} {y:g}Z"


def svg(title: str, paths: list[tuple[str, str]]) -> str:
    body = "\n".join(f'  <path fill="{color}" fill-rule="evenodd" d="{data}"/>' for color, data in paths)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240" viewBox="0 0 240 240" role="img">\n'
        f"  <title>{title}</title>\n{body}\n</svg>\n"
    )


def haneul() -> str:
    """A tiled roof with lifted eaves, the sun under it, two lines of sea."""

    def roof(t: float) -> Point:
        x = 18 + 204 * t
        side = math.hypot(2 * t - 1, 0.13) - 0.11
        return x, 42 + 64 * side - 34 * max(side - 0.6, 0) ** 1.5 * 4.2

    def wave(y: float, x0: float, x1: float, phase: float) -> Callable[[float], Point]:
        return lambda t: (x0 + (x1 - x0) * t, y + 6.5 * math.sin(t * 2 * math.pi * 1.5 + phase))

    swell = lambda t: 2.5 + 8.5 * math.sin(math.pi * t) ** 0.7  # noqa: E731
    return svg(
        "하늘마루 펜션",
        [
            ("#ffffff", brush(roof, lambda t: 4 + 13 * math.sin(math.pi * t) ** 0.8, 80)),
            ("#ff7f51", "M80 158A40 40 0 1 1 160 158Z"),
            ("#ffffff", brush(wave(178, 34, 206, 0.0), swell, 80)),
            ("#ffffff", brush(wave(206, 62, 178, math.pi), swell, 80)),
        ],
    )


def sandglass() -> str:
    """An hourglass whose sand is a coffee bean."""
    glass = (
        "M66 44C66 92 108 100 108 120C108 140 66 148 66 196L174 196C174 148 132 140 132 120C132 100 174 92 174 44Z"
        "M79 53L161 53C157 88 121 94 121 120C121 146 157 152 161 187L79 187C83 152 119 146 119 120C119 94 83 88 79 53Z"
    )
    bars = "M52 26H188A6 6 0 0 1 188 38H52A6 6 0 0 1 52 26ZM52 202H188A6 6 0 0 1 188 214H52A6 6 0 0 1 52 202Z"
    bean = (
        "M120 150C139 150 150 161 150 170C150 178 138 184 120 184C102 184 90 178 90 170C90 161 101 150 120 150Z"
        "M97 173C108 162 117 172 126 166C134 161 139 160 144 163C137 164 132 167 126 171C116 177 107 168 97 173Z"
    )
    sand = "M91 72C104 78 136 78 149 72C143 88 126 96 120 108C114 96 97 88 91 72Z"
    return svg("Sandglass Coffee", [("#f4e9d6", glass + bars), ("#d99a4e", bean + sand)])


def onda() -> str:
    """A bowl whose rim is a wave."""

    def rim(t: float) -> Point:
        return 30 + 180 * t, 104 + 15 * math.sin(t * 2 * math.pi * 1.0 + math.pi)

    edge = [rim(n / 60) for n in range(61)]
    side = [(120 + 90 * math.cos(a), 104 + 92 * math.sin(a)) for a in [math.pi * n / 60 for n in range(61)]]
    bowl = closed(edge + side)
    foot = "M88 200H152L158 214A3 3 0 0 1 155 218H85A3 3 0 0 1 82 214Z"

    def line(t: float) -> Point:
        x, y = rim(t)
        return 42 + (x - 30) * 0.867, y - 34

    ripple = brush(line, lambda t: 2 + 9 * math.sin(math.pi * t) ** 0.8, 80)
    return svg("Onda Ceramics", [("#f6efe3", bowl + foot), ("#e08a62", ripple), ("#e08a62", disc(120, 40, 9))])


LOGOS = {"haneul-pension": haneul, "sandglass-coffee": sandglass, "onda-ceramics": onda}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, draw in LOGOS.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "logo.svg").write_text(draw(), encoding="utf-8")
