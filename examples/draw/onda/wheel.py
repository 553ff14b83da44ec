"""The wheel in the workshop."""

from __future__ import annotations

import math

import numpy as np

from forms import block, sheet, tube, turned
from graph import material
from paints import (
    glaze,
    linen,
    matte,
    metal,
    wood,
)
from plants import garden
from rooms import floor
from studio import begin, look_from, panel, sky, sun
from table import (
    bowl,
    cup,
)
from vessels import bottle, glazes, moon_jar, tall_vase

NOON = [(0.0, "#eef1ee"), (0.3, "#cfe2ee"), (1.0, "#8fbbe0")]


def wheel(width: int, height: int, samples: int) -> None:
    """The wheel by the window with a bowl just thrown, boards of pots drying behind."""
    begin(width, height, samples=samples, exposure=1.2)
    panel((-1.2, -2.4, 2.4), (0.2, 0.2, 0.7), (2.0, 1.4), "#ffe9d0", 60)
    look_from((-0.95, -1.75, 1.22), (0.18, 0.35, 0.84), lens_mm=36, f_stop=2.2, focus=(0.0, -0.1, 0.85))
    sky(NOON, sun_at=(34, 30), glow="#fff0d0", glow_strength=0.4, clouds=0.3, strength=0.8, lighting=2.2)
    sun(33, 33, "#ffdcae", 11.0, 0.7)
    wall = matte("limewash", "#e2d6c4", vary=0.07, scale=0.9, grain=0.12)
    boards = wood("floor", "#76502f", "#a87c50", along="Y", rough=0.5)
    floor(6, 6, boards, center=(0, 0, 0), along="Y", board=0.17, seed=6)
    y = 1.65
    for x, w in ((-2.2, 1.9), (2.35, 1.9)):
        block((x, y, 1.5), (w, 0.24, 3.2), wall, bevel=0)
    block((0.075, y, 0.45), (2.65, 0.24, 0.9), wall, bevel=0)
    block((0.075, y, 2.75), (2.65, 0.24, 0.7), wall, bevel=0)
    block((2.4, -0.5, 1.5), (0.2, 5, 3.2), wall, bevel=0)
    block((-2.4, -0.5, 1.5), (0.2, 5, 3.2), wall, bevel=0)
    block((0, -0.5, 3.0), (5, 5, 0.1), wall, bevel=0)
    block((0, -3.0, 1.5), (5, 0.1, 3.2), wall, bevel=0)
    iron = matte("iron", "#26292a", rough=0.45)
    for x in (-1.25, -0.58, 0.09, 0.76, 1.4):
        block((x, y, 1.65), (0.035, 0.05, 1.55), iron, bevel=0.003)
    for z in (0.92, 1.4, 1.9, 2.4):
        block((0.07, y, z), (2.65, 0.05, 0.035), iron, bevel=0.003)
    sill = wood("sill", "#8a5f3c", "#b88a5e", along="X", rough=0.45)
    block((0.07, y - 0.2, 0.9), (2.8, 0.34, 0.04), sill, bevel=0.006)
    garden(y)
    p = glazes()
    raw = matte("bisque", "#d9b79a", rough=0.9, vary=0.05, scale=12, grain=0.15)
    dry = matte("dry clay", "#b9a08a", rough=0.95, vary=0.06, scale=12, grain=0.15)
    for n, x in enumerate((-1.1, -0.86, -0.6, -0.34, 0.52, 0.78, 1.05)):
        form = (bottle, tall_vase, moon_jar)[n % 3]
        form(
            (x, y - 0.2, 0.92),
            (raw, p["milk"], dry, p["celadon"], raw, p["sea"], p["milk"])[n],
            0.72 + 0.08 * (n % 2),
            n,
        )
    # wheel
    steel = metal("wheel head", "#9a938a", rough=0.35)
    body = matte("wheel", "#3c4a4a", rough=0.4)
    turned(
        [(0.0, 0.0), (0.2, 0.0), (0.22, 0.02), (0.2, 0.06), (0.12, 0.1), (0.11, 0.6), (0.0, 0.6)], body, (0, -0.1, 0)
    )
    turned(
        [
            (0.12, 0.62),
            (0.36, 0.62),
            (0.38, 0.63),
            (0.385, 0.74),
            (0.375, 0.75),
            (0.365, 0.74),
            (0.36, 0.66),
            (0.12, 0.655),
        ],
        matte("tray", "#d8d2c6", rough=0.35),
        (0, -0.1, 0),
        steps=128,
    )
    turned(
        [(0.0, 0.7), (0.165, 0.7), (0.17, 0.706), (0.17, 0.722), (0.165, 0.727), (0.0, 0.727)],
        steel,
        (0, -0.1, 0),
        steps=128,
    )
    for a in (0.6, 2.7, 4.75):
        tube(
            [
                (0.16 * math.cos(a), -0.1 + 0.16 * math.sin(a), 0.62),
                (0.33 * math.cos(a), -0.1 + 0.33 * math.sin(a), 0.0),
            ],
            0.02,
            body,
            smooth=False,
        )
    wet, g = material("wet clay")
    at = g.coords()
    rings = g.noise(g.vector("MULTIPLY", at, (0.25, 0.25, 60.0)), 3.0, 3, 0.6)
    slip = g.noise(at, 18.0, 4)
    g.surface(
        g.principled(
            base_color=g.mix(slip, "#7d5b45", "#a47c60"),
            roughness=g.smooth(slip, 0.3, 0.7, (0.16, 0.42)),
            normal=g.bump(g.math("ADD", rings, g.math("MULTIPLY", slip, 0.3)), 0.5, 0.006),
            coat_weight=0.4,
            coat_roughness=0.12,
        )
    )
    turned(
        [
            (0.0, 0.727),
            (0.1, 0.727),
            (0.104, 0.733),
            (0.098, 0.745),
            (0.102, 0.762),
            (0.125, 0.8),
            (0.15, 0.85),
            (0.165, 0.905),
            (0.168, 0.925),
            (0.163, 0.93),
            (0.157, 0.923),
            (0.153, 0.9),
            (0.133, 0.855),
            (0.09, 0.81),
            (0.04, 0.78),
            (0.0, 0.775),
        ],
        wet,
        (0, -0.1, 0),
        wobble=0.01,
        seed=3,
        steps=160,
    )
    # the potter's stool, a bucket, tools, an apron
    oak = wood("stool", "#94653c", "#c6975f", along="Z", rough=0.45)
    turned(
        [(0.0, 0.5), (0.17, 0.5), (0.18, 0.506), (0.18, 0.53), (0.17, 0.54), (0.0, 0.535)],
        wood("seat", "#94653c", "#c6975f", along="X", rough=0.45),
        (-0.35, -0.72, 0),
    )
    for k in range(3):
        a = k * 2.094 + 0.2
        tube(
            [
                (-0.35 + 0.1 * math.cos(a), -0.72 + 0.1 * math.sin(a), 0.5),
                (-0.35 + 0.2 * math.cos(a), -0.72 + 0.2 * math.sin(a), 0.0),
            ],
            0.018,
            oak,
            smooth=False,
        )
    bench = wood("bench", "#94653c", "#c6975f", along="X", rough=0.45)
    block((1.15, 0.35, 0.74), (0.95, 1.7, 0.05), bench, bevel=0.006)
    for x in (0.74, 1.55):
        for dy in (-0.4, 1.1):
            block((x, dy, 0.36), (0.06, 0.06, 0.72), oak, bevel=0.004)
    for n, (x, dy) in enumerate(((0.9, 0.0), (1.12, -0.05), (1.34, 0.0), (0.92, 0.28), (1.16, 0.26), (1.4, 0.3))):
        cup((x, dy, 0.765), (dry, raw, dry, raw, dry, dry)[n], None, radius=0.06, height=0.095, handle=None, seed=n)
    moon_jar((1.15, 0.68, 0.765), raw, 1.05, 8)
    bowl((0.9, 0.75, 0.765), p["sea"], radius=0.12, height=0.08, seed=9)
    jar = glaze("tool jar", "#2d5f73", rough=0.25)
    turned(
        [(0.0, 0.0), (0.05, 0.0), (0.055, 0.006), (0.055, 0.12), (0.05, 0.12), (0.05, 0.01), (0.0, 0.01)],
        jar,
        (0.83, -0.28, 0.765),
    )
    for k in range(6):
        a = k * 1.05
        tube(
            [
                (0.83 + 0.02 * math.cos(a), -0.28 + 0.02 * math.sin(a), 0.78),
                (0.83 + 0.07 * math.cos(a), -0.28 + 0.07 * math.sin(a), 0.98 + 0.03 * (k % 3)),
            ],
            0.005,
            (oak, steel)[k % 2],
            smooth=False,
        )
    turned(
        [(0.0, 0.0), (0.1, 0.0), (0.12, 0.2), (0.125, 0.2), (0.115, 0.19), (0.1, 0.012), (0.0, 0.012)],
        metal("bucket", "#8f9494", rough=0.4),
        (-0.62, 0.42, 0.0),
        scale=1.3,
    )
    apron = linen("apron", "#3b5a6b", weave=140, strength=0.5)
    sheet(
        lambda u, v: (
            2.27 - 0.035 * np.sin(u * 16 + v * 2) * v - 0.02,
            0.75 + (u - 0.5) * (0.2 + 0.55 * v),
            1.95 - v * 0.95 - 0.05 * (1 - v) * np.abs(u - 0.5) * 4,
        ),
        (90, 60),
        apron,
    )
