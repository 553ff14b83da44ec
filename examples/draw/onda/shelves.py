"""Shelves of pots."""

from __future__ import annotations

from forms import block
from paints import matte, metal, wood
from rooms import window_shade
from studio import begin, direction, look_from, panel, sky, sun
from table import bowl, cup, plate
from vessels import bottle, glazes, jug, moon_jar, tall_vase


def shelves(width: int, height: int, samples: int) -> None:
    """Four oak shelves of pots, lit from one side."""
    begin(width, height, samples=samples, exposure=0.75)
    look_from((0.32, -2.55, 1.36), (-0.03, 0.2, 1.3), lens_mm=46, f_stop=5.0, focus=(0, 0.05, 1.3), level=True)
    sky([(0.0, "#e8e2d6"), (1.0, "#b8c8da")], clouds=0, glow_strength=0, strength=0.22)
    towards = direction(30, -112)
    sun(30, -112, "#ffd9a8", 8.5, 0.9)
    window_shade(tuple(towards * 3.2 + direction(90, 0) * 1.25), (1.1, 1.5), (2, 3), tuple(towards))
    wall = matte("limewash", "#ddcfba", vary=0.08, scale=1.0, grain=0.12)
    block((0, 0.3, 1.5), (6, 0.1, 5), wall, bevel=0)
    oak = wood("oak", "#94653c", "#c6975f", along="X", rough=0.42)
    palette = glazes()
    rows = [0.42, 0.86, 1.27, 1.68, 2.08]
    for z in rows:
        block((0, 0.11, z - 0.02), (1.9, 0.28, 0.036), oak, bevel=0.005)
        for x in (-0.7, 0.7):
            block((x, 0.2, z - 0.07), (0.022, 0.12, 0.07), metal("bracket", "#2a2724", rough=0.5), bevel=0.002)
    p = palette
    m, s, c, b, i, e = (p[k] for k in ("milk", "sand", "celadon", "sea", "iron", "ember"))
    place = lambda x, row: (x, 0.1, rows[row] - 0.002)  # noqa: E731
    moon_jar(place(-0.5, 3), m, 1.0, 1)
    bottle(place(-0.2, 3), i, 0.85, 2)
    bottle(place(-0.02, 3), b, 0.68, 3)
    bowl(place(0.3, 3), c, radius=0.13, height=0.09, seed=4)
    tall_vase(place(0.62, 3), s, 0.9, 5)
    for n, (x, paint) in enumerate(((-0.62, b), (-0.44, c), (-0.26, m))):
        bowl(place(x, 2), paint, radius=0.082, height=0.06, seed=n)
        bowl((x, 0.1, rows[2] + 0.036), paint, radius=0.08, height=0.06, seed=n + 9)
        if n != 1:
            bowl((x, 0.1, rows[2] + 0.074), paint, radius=0.078, height=0.06, seed=n + 19)
    jug(place(0.05, 2), e, 1.05, 200)
    moon_jar(place(0.36, 2), i, 0.85, 11)
    cup(place(0.6, 2), m, None, radius=0.045, height=0.075, handle=None, seed=1)
    cup(place(0.71, 2), s, None, radius=0.045, height=0.075, handle=None, seed=2)
    tall_vase(place(-0.68, 1), c, 0.92, 14)
    moon_jar(place(-0.38, 1), b, 0.95, 15)
    bottle(place(-0.1, 1), m, 0.95, 16)
    for n in range(7):
        plate((0.2, 0.1, rows[1] + n * 0.011), m if n % 3 else s, radius=0.12 - 0.002 * n, height=0.014, seed=n)
    bowl((0.2, 0.1, rows[1] + 0.086), e, radius=0.07, height=0.05, seed=7)
    bottle(place(0.48, 1), e, 0.82, 18)
    bottle(place(0.66, 1), s, 1.0, 19)
    bowl(place(-0.52, 0), i, radius=0.135, height=0.095, seed=21)
    moon_jar(place(-0.1, 0), m, 1.1, 22)
    jug(place(0.28, 0), c, 1.2, -20)
    tall_vase(place(0.6, 0), b, 1.0, 24)
    tall_vase(place(-0.6, 4), e, 0.8, 31)
    bowl(place(-0.15, 4), m, radius=0.14, height=0.1, seed=32)
    bottle(place(0.35, 4), c, 0.8, 33)
    panel((2.2, -2.0, 2.2), (0, 0, 1.2), (1.2, 1.6), "#cfdcff", 14)
