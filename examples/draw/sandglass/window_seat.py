"""The seat in the window."""

from __future__ import annotations

import math

import numpy as np

from forms import block, pillow, tube, turned
from graph import material
from paints import (
    glaze,
    leaf,
    linen,
    matte,
    metal,
    wood,
)
from plants import bush, garden, hide, leaf_form, monstera, sprig
from rooms import chair, floor, pendant
from studio import begin, look_from, panel, sky, sun
from table import (
    croissant,
    croissant_paint,
    cup,
    plate,
)

DAY = [(0.0, "#f4ead8"), (0.2, "#dfe9ee"), (0.5, "#b9d5ea"), (1.0, "#86b4da")]


def window_seat(width: int, height: int, samples: int) -> None:
    """A bench in the window, cushions, plants, two coffees, the afternoon."""
    begin(width, height, samples=samples, exposure=1.25)
    panel((-0.6, -2.9, 2.2), (0.1, 1.2, 0.6), (2.4, 1.4), "#ffe6c8", 34)
    look_from((-0.75, -2.75, 1.34), (0.12, 1.6, 1.12), lens_mm=30, f_stop=2.4, focus=(0.1, 0.55, 0.7), level=True)
    sky(DAY, sun_at=(32, 38), glow="#fff0d0", glow_strength=0.6, clouds=0.3, strength=0.8, lighting=2.2)
    sun(31, 37, "#ffd7a2", 14.0, 0.6)
    wall = matte("limewash", "#e7d9c4", vary=0.07, scale=0.9, grain=0.1)
    green = matte("green wood", "#28463a", rough=0.5, vary=0.06, scale=2)
    oak = wood("floor", "#8a5f3c", "#b88a5e", along="Y", rough=0.38)
    floor(5.4, 6.5, oak, center=(0, -0.9, 0), along="Y", board=0.14, seed=2)
    y = 1.55
    for x, w in ((-2.05, 1.5), (2.25, 1.5)):
        block((x, y + 0.15, 1.6), (w, 0.3, 3.4), wall, bevel=0)
    block((0.1, y + 0.15, 0.22), (2.8, 0.3, 0.44), wall, bevel=0)
    block((0.1, y + 0.15, 3.05), (2.8, 0.3, 0.7), wall, bevel=0)
    block((-2.2, -1, 1.6), (0.2, 6, 3.4), wall, bevel=0)
    block((2.6, -1, 1.6), (0.2, 6, 3.4), wall, bevel=0)
    block((0.2, -1, 3.2), (5, 6, 0.1), wall, bevel=0)
    block((0.2, -4.0, 1.6), (5, 0.1, 3.4), wall, bevel=0)
    for x in (-1.25, -0.35, 0.55, 1.45):
        block((x, y + 0.12, 1.58), (0.055, 0.07, 2.3), green, bevel=0.006)
    for z in (0.46, 1.16, 1.93, 2.68):
        block((0.1, y + 0.12, z), (2.75, 0.07, 0.055 if z < 2.6 else 0.08), green, bevel=0.006)
    # outside: a garden in the light
    garden(y)
    # bench, cushions
    base = wood("bench", "#5a3820", "#8a5c3a", along="X", rough=0.4)
    block((0.1, y - 0.33, 0.2), (2.86, 0.62, 0.38), green, bevel=0.01)
    for x in np.arange(-1.15, 1.4, 0.48):
        block((x, y - 0.645, 0.2), (0.4, 0.015, 0.28), green, bevel=0.006)
    block((0.1, y - 0.35, 0.415), (2.9, 0.68, 0.05), base, bevel=0.01)
    block(
        (0.1, y - 0.33, 0.49),
        (2.75, 0.56, 0.1),
        linen("seat", "#c9b48f", weave=110, strength=0.6),
        bevel=0.045,
        segments=6,
    )
    for n, (x, tilt, color, size) in enumerate(
        (
            (-0.98, -6, "#8c3f26", 0.46),
            (-0.62, 7, "#e3d5bb", 0.42),
            (0.95, 4, "#2f5546", 0.46),
            (1.27, -8, "#d2a04e", 0.4),
        )
    ):
        pillow(
            (x, y - 0.14, 0.73),
            (size, size, 0.16),
            linen("cushion", color, weave=140, strength=0.6),
            turn=(72, tilt, tilt * 1.5),
            seed=n + 2,
        )
    # table
    marble, g = material("marble")
    at = g.coords()
    veins = g.smooth(g.math("ABSOLUTE", g.math("SUBTRACT", g.noise(at, 3.2, 6, 0.6, 1.4), 0.5)), 0.035, 0.0)
    g.surface(g.principled(base_color=g.mix(veins, "#efebe4", "#a39c92"), roughness=0.16))
    iron = metal("iron", "#24211f", rough=0.5)
    tx, ty = 0.08, 0.42
    turned(
        [(0.0, 0.715), (0.33, 0.715), (0.338, 0.722), (0.338, 0.738), (0.332, 0.744), (0.0, 0.744)],
        marble,
        (tx, ty, 0),
        steps=128,
    )
    turned(
        [
            (0.0, 0.0),
            (0.21, 0.0),
            (0.215, 0.012),
            (0.06, 0.03),
            (0.022, 0.06),
            (0.02, 0.68),
            (0.06, 0.715),
            (0.0, 0.715),
        ],
        iron,
        (tx, ty, 0),
    )
    cream = glaze("cream", "#efe5d3", speckle="#6b5540", rim="#a97f58", rim_from=0.0, rim_to=0.006, rough=0.3)
    crema, g = material("crema")
    g.surface(
        g.principled(
            base_color=g.mix(g.smooth(g.noise(g.coords(), 40.0, 3), 0.45, 0.6), "#a5672f", "#ecd3a8"), roughness=0.25
        )
    )
    for x, dy, handle in ((-0.13, -0.08, 200), (0.13, 0.06, -20)):
        plate((tx + x, ty + dy, 0.744), cream, radius=0.078, height=0.012)
        cup((tx + x, ty + dy, 0.75), cream, crema, radius=0.046, height=0.058, handle=handle)
    plate((tx + 0.02, ty - 0.2, 0.744), glaze("dish", "#35564a", rough=0.2), radius=0.085, height=0.01)
    croissant((tx + 0.02, ty - 0.19, 0.75), croissant_paint(), turn=12, size=0.13, seed=3)
    chair(
        (0.92, -0.1),
        118,
        wood("chair", "#4a2d1a", "#7d5233", along="Z", rough=0.35),
        linen("cane", "#cfae78", weave=60, strength=0.9),
    )
    # plants: in pots, on the sill, hanging
    monstera((-1.62, 0.75, 0.0), height=1.05, seed=2, leaves=17, size=1.25)
    trail = hide(leaf_form(0.075, 0.05, leaf("ivy", "#2a5a30", "#6ba04a", through=0.4, rough=0.3), curl=0.3))
    vine = matte("vine", "#4d6a36")
    clay = matte("clay", "#b8694a", rough=0.85, vary=0.1, scale=8)
    chance = np.random.default_rng(6)
    for px, pz in ((-0.8, 2.42), (1.05, 2.5)):
        turned(
            [(0.0, 0.0), (0.08, 0.0), (0.12, 0.06), (0.125, 0.13), (0.11, 0.13), (0.0, 0.12)], cream, (px, y - 0.3, pz)
        )
        for k in range(3):
            a = k * 2.094
            tube(
                [(px + 0.12 * math.cos(a), y - 0.3 + 0.12 * math.sin(a), pz + 0.12), (px, y - 0.3, pz + 0.7)],
                0.003,
                vine,
                smooth=False,
            )
        for k in range(11):
            a = chance.uniform(0, 6.28)
            out, drop = chance.uniform(0.14, 0.24), chance.uniform(0.25, 0.8)
            points = [
                (px + 0.06 * math.cos(a), y - 0.3 + 0.06 * math.sin(a), pz + 0.13),
                (px + out * math.cos(a), y - 0.3 + out * math.sin(a), pz + 0.14),
                (px + out * 1.15 * math.cos(a), y - 0.3 + out * 1.1 * math.sin(a), pz - drop * 0.5),
                (px + out * 1.1 * math.cos(a + 0.2), y - 0.3 + out * math.sin(a + 0.2), pz - drop),
            ]
            sprig(
                points,
                0.003,
                vine,
                trail,
                leaves=int(12 + drop * 24),
                start=0.05,
                seed=k + int(px * 10) + 30,
                droop=0.5,
            )
    for x, s in ((1.3, 0.55), (0.98, 0.42)):
        turned(
            [
                (0.0, 0.0),
                (0.13, 0.0),
                (0.15, 0.02),
                (0.19, 0.27),
                (0.21, 0.28),
                (0.215, 0.33),
                (0.19, 0.335),
                (0.175, 0.3),
                (0.0, 0.29),
            ],
            clay,
            (x, y + 0.02, 0.44),
            scale=s,
        )
        bush(
            (x, y + 0.02, 0.44 + 0.5 * s),
            (0.24 * s, 0.24 * s, 0.3 * s),
            trail,
            leaves=90,
            seed=int(x * 9),
            size=(0.6, 1.0),
        )
    pendant((0.08, 0.42, 2.15), metal("brass", "#c79a4e", rough=0.24), watts=5, size=0.19)
