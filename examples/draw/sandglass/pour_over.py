"""Coffee poured over at the bar."""

from __future__ import annotations

import math

import numpy as np

from forms import block, copy, sheet, stone, tube, turned
from graph import material
from paints import glaze, liquid, matte, metal, pane, wood
from plants import hide
from rooms import pendant, tiles
from studio import begin, look_from, panel, sky
from table import cup, plate, steam


def pour_over(width: int, height: int, samples: int) -> None:
    """Water falls in a thread into the dripper; behind, the bar's lamps out of focus."""
    begin(width, height, samples=samples, exposure=0.95)
    look_from((-0.12, -0.92, 0.37), (0.045, 0.05, 0.232), lens_mm=60, f_stop=2.2, focus=(0.0, -0.05, 0.2))
    sky([(0.0, "#8a7a68"), (1.0, "#3a3a3a")], clouds=0, glow_strength=0, strength=0.05)
    walnut = wood("bar", "#4a2c1a", "#7d5233", along="X", rough=0.28, coat=0.25, scale=1.4)
    for k in range(5):
        block((0, -0.75 + k * 0.28, -0.025), (3.4, 0.279, 0.05), walnut, bevel=0.004)
    green = glaze("green tile", "#1f4a3d", rough=0.16, vary=0.22)
    tiles((0, 1.5, 0.9), 4.2, 2.4, green, matte("grout", "#142a24"))
    shelf = wood("shelf", "#5c3a22", "#8c6040", along="X")
    for z in (0.2, 0.78):
        block((0.1, 1.38, z), (2.6, 0.22, 0.035), shelf, bevel=0.004)
    cream = glaze("cream", "#efe5d3", speckle="#6b5540", rough=0.3)
    rust = glaze("rust", "#a4552e", rough=0.35)
    chance = np.random.default_rng(3)
    for z in (0.218, 0.798):
        x = -1.05
        while x < 1.3:
            kind = chance.integers(3)
            if kind == 0:
                cup((x, 1.36, z), cream, None, radius=0.045, height=0.07, handle=chance.uniform(200, 340))
                cup((x, 1.36, z + 0.06), cream, None, radius=0.045, height=0.07, handle=chance.uniform(200, 340))
            elif kind == 1:
                cup((x, 1.36, z), rust, None, radius=0.05, height=0.09, handle=None)
            else:
                turned(
                    [(0.0, 0.0), (0.055, 0.0), (0.06, 0.01), (0.06, 0.14), (0.05, 0.16), (0.0, 0.165)],
                    metal("tin", "#c79a55", rough=0.3),
                    (x, 1.36, z),
                )
            x += chance.uniform(0.13, 0.24)
    brass = metal("brass", "#c79a4e", rough=0.24)
    for x, y, z in ((-0.5, 0.95, 0.50), (-0.08, 1.15, 0.56), (0.62, 1.0, 0.52)):
        pendant((x, y, z), brass, watts=9, size=0.11)
    # glass server with coffee, dripper above
    clear = pane("glass")
    turned(
        [
            (0.0, 0.0),
            (0.05, 0.0),
            (0.056, 0.004),
            (0.062, 0.03),
            (0.06, 0.075),
            (0.042, 0.105),
            (0.036, 0.115),
            (0.037, 0.13),
            (0.0355, 0.13),
            (0.0345, 0.116),
            (0.0405, 0.104),
            (0.0582, 0.075),
            (0.060, 0.03),
            (0.054, 0.006),
            (0.0, 0.005),
        ],
        clear,
        (0, 0, 0),
        steps=128,
    )
    turned(
        [(0.0, 0.006), (0.053, 0.007), (0.0592, 0.03), (0.0588, 0.052), (0.03, 0.0525), (0.0, 0.0525)],
        liquid("coffee", "#2a0f04", depth=0.3),
        (0, 0, 0),
    )
    tube(
        [
            (0.047, 0.0, 0.094),
            (0.07, 0.0, 0.1),
            (0.1, 0.0, 0.1),
            (0.108, 0.0, 0.06),
            (0.085, 0.0, 0.036),
            (0.058, 0.0, 0.036),
        ],
        0.0048,
        clear,
    )
    turned(
        [(0.0395, 0.1), (0.0425, 0.101), (0.043, 0.128), (0.0395, 0.129)],
        wood("collar", "#8c5c36", "#bd8a5a", along="Z", rough=0.4),
        (0, 0, 0),
    )
    white = glaze("dripper", "#f5efe4", rough=0.16)
    turned(
        [
            (0.03, 0.118),
            (0.032, 0.13),
            (0.054, 0.132),
            (0.056, 0.137),
            (0.034, 0.141),
            (0.034, 0.146),
            (0.066, 0.208),
            (0.0675, 0.213),
            (0.0655, 0.2145),
            (0.063, 0.211),
            (0.03, 0.146),
            (0.026, 0.12),
        ],
        white,
        (0, 0, 0),
        steps=128,
    )
    tube(
        [
            (0.052, -0.012, 0.2),
            (0.07, -0.013, 0.202),
            (0.094, -0.014, 0.198),
            (0.098, -0.014, 0.165),
            (0.06, -0.012, 0.155),
            (0.034, -0.008, 0.157),
        ],
        0.0055,
        white,
    )
    paper, g = material("filter")
    g.surface(
        g.shade(
            0.5,
            g.principled(base_color="#f2e8d8", roughness=0.9, normal=g.bump(g.noise(g.coords(), 160.0, 3), 0.3, 0.002)),
            g.node("BsdfTranslucent", {"Color": "#e8d2b0"}).outputs[0],
        )
    )
    sheet(
        lambda u, v: (
            (0.022 + v * 0.05) * np.cos(u * 6.2832) * (1 + 0.015 * np.sin(u * 88) * v),
            (0.022 + v * 0.05) * np.sin(u * 6.2832) * (1 + 0.015 * np.sin(u * 88) * v),
            0.136 + v * 0.094 + 0.002 * np.sin(u * 12.57),
        ),
        (180, 20),
        paper,
    )
    grounds, g = material("grounds")
    at = g.coords()
    froth = g.smooth(g.noise(at, 60.0, 5, 0.65), 0.42, 0.62)
    g.surface(
        g.principled(
            base_color=g.mix(froth, "#1c0a04", "#8a5a30"),
            roughness=g.smooth(froth, 0.0, 1.0, (0.08, 0.45)),
            normal=g.bump(froth, 0.5, 0.003),
        )
    )
    turned([(0.0, 0.205), (0.03, 0.204), (0.0585, 0.2035)], grounds, (0, 0, 0), levels=1)
    # kettle
    steel = metal("kettle", "#2d2b2a", rough=0.34)
    kx, ky, kz = 0.30, 0.03, 0.292
    turned(
        [
            (0.0, 0.0),
            (0.07, 0.0),
            (0.076, 0.004),
            (0.07, 0.05),
            (0.056, 0.1),
            (0.05, 0.112),
            (0.052, 0.116),
            (0.05, 0.12),
            (0.02, 0.128),
            (0.0, 0.129),
        ],
        steel,
        (kx, ky, kz),
    ).rotation_euler = (0, -0.28, 0)
    turned(
        [(0.0, 0.125), (0.008, 0.126), (0.006, 0.135), (0.012, 0.143), (0.0, 0.15)],
        wood("knob", "#6b4427", "#9a6a42", along="Z"),
        (kx, ky, kz),
    ).rotation_euler = (0, -0.28, 0)
    tube(
        [
            (kx - 0.066, ky, kz + 0.055),
            (kx - 0.10, ky, kz + 0.055),
            (kx - 0.135, ky, kz + 0.10),
            (kx - 0.165, ky, kz + 0.165),
            (kx - 0.2, ky - 0.01, kz + 0.175),
            (kx - 0.262, ky - 0.02, kz + 0.12),
            (kx - 0.275, ky - 0.02, kz + 0.085),
        ],
        [0.013, 0.011, 0.0085, 0.0072, 0.0062, 0.0052, 0.0046],
        steel,
    )
    tube(
        [
            (kx + 0.012, ky, kz + 0.112),
            (kx + 0.09, ky, kz + 0.15),
            (kx + 0.155, ky, kz + 0.12),
            (kx + 0.15, ky, kz + 0.03),
            (kx + 0.12, ky, kz - 0.02),
        ],
        [0.008, 0.011, 0.012, 0.012, 0.009],
        wood("grip", "#6b4427", "#9a6a42", along="Z"),
    )
    thread = pane("water", "#f4fbff", ior=1.33)
    tube(
        [
            (kx - 0.275, ky - 0.02, kz + 0.086),
            (kx - 0.281, ky - 0.02, kz + 0.05),
            (kx - 0.284, ky - 0.02, kz - 0.02),
            (kx - 0.285, ky - 0.02, 0.204),
        ],
        [0.0042, 0.0032, 0.0026, 0.0022],
        thread,
    )
    steam((0.0, 0.02, 0.31), (0.2, 0.26), 0.5, seed=1)
    # beans, scoop, cups waiting
    bean_paint = matte("bean", "#3a1c0c", rough=0.32, vary=0.3, scale=60)
    bean = hide(stone((0, 0, 0), (0.0062, 0.0044, 0.0034), bean_paint, seed=1, rough=0.04, detail=3))
    for _ in range(70):
        a, r = chance.uniform(0, 6.28), 0.075 * chance.uniform(0, 1) ** 0.6
        made = copy(
            bean,
            (-0.25 + r * math.cos(a) * 1.3, -0.2 + r * math.sin(a) * 0.8, 0.003),
            (0, chance.uniform(-0.2, 0.2), chance.uniform(0, 6)),
        )
        made.hide_render = False
    cup((-0.2, 0.06, 0.0), cream, None, radius=0.042, height=0.06, handle=210)
    plate((0.24, -0.2, 0.0), cream, radius=0.07, height=0.01)
    cup((0.24, -0.2, 0.006), cream, liquid("espresso", "#2a0f04"), radius=0.036, height=0.055, handle=-40)
    panel((-1.5, -0.7, 1.1), (0, 0, 0.15), (1.0, 1.4), "#fff0dc", 46)
    panel((1.3, 0.7, 0.9), (0, 0, 0.2), (0.5, 0.9), "#ffb878", 16)
    panel((0.2, -2.0, 1.6), (0, 0, 0.1), (2.0, 1.0), "#d8e4ff", 7)
