"""The barbecue terrace at dusk."""

from __future__ import annotations

import math

import numpy as np

from forms import block, copy, stone, tube, turned
from graph import material
from jeju import AFTERGLOW, cone
from paints import basalt, glaze, hazy, leaf, linen, liquid, lit, matte, metal, pane, wood
from plants import bush, hide, leaf_form, meadow, silver_grass
from rooms import chair, floor
from studio import begin, lamp, look_from, sky
from swell import Swell
from table import bowl, candle, plate, steam, tangerine, tangerine_paints
from water import sea, sea_paint


def terrace(width: int, height: int, samples: int) -> None:
    """Dusk on the deck: a table laid under strings of bulbs, coals in the grill, the sea beyond."""
    begin(width, height, samples=samples, exposure=0.75)
    camera = look_from(
        (-0.62, -3.5, 1.55), (-0.12, 2.0, 1.3), lens_mm=30, f_stop=4.0, focus=(0.1, 0.0, 0.8), level=True
    )
    sky(
        AFTERGLOW,
        sun_at=(0.5, -16),
        glow="#ff8450",
        glow_strength=1.2,
        clouds=0.85,
        cloud_scale=0.5,
        cloud_light="#ffac8c",
        cloud_shade="#655c90",
        cloud_seed=11.7,
        strength=0.75,
        lighting=1.3,
    )
    water = sea_paint(deep="#10283f", shallow="#2c5a72", ripple=0.35, foam=0.5)
    sea(
        camera,
        water,
        level=-11,
        swells=[Swell(140, wind_m_s=7, wind_deg=190, height_m=0.5, seed=4)],
        columns=420,
        rows=420,
    )
    far = hazy("far", "#2c3550", "#c08494", 500, 4600)
    cone((760, 3300, -14), 560, 185, far, 5, crown=0.36)
    cone((-1700, 4600, -14), 900, 130, far, 8, crown=0.1)
    deck = wood("deck", "#5c3f2a", "#8c6543", along="Y", rough=0.5, bump=0.3)
    floor(8, 9.5, deck, center=(0, -0.6, 0), along="Y", board=0.145, gap=0.008, seed=8)
    block((0, -0.6, -0.1), (8, 9.5, 0.06), matte("dark", "#14100d"), bevel=0)
    chance = np.random.default_rng(9)
    slate = basalt("wall", color="#2a2829", light="#5d5750", pores=70.0, depth=0.06)
    moulds = [
        hide(stone((0, 0, 0), (0.2, 0.18, 0.14), slate, seed=s, rough=0.3, facets=0.35, detail=4)) for s in range(6)
    ]
    for row in range(4):
        x = -4.6
        while x < 4.6:
            made = copy(
                moulds[int(chance.integers(6))],
                (x, 3.3 + chance.uniform(-0.05, 0.05), 0.1 + row * 0.19 + chance.uniform(-0.02, 0.02)),
                (chance.uniform(-0.3, 0.3), chance.uniform(-0.3, 0.3), chance.uniform(0, 6.28)),
                chance.uniform(0.85, 1.2),
            )
            made.hide_render = False
            x += 0.31
    blade, g = material("blade")
    g.surface(
        g.shade(
            0.4,
            g.principled(base_color="#5d6138", roughness=0.6),
            g.node("BsdfTranslucent", {"Color": "#a8994a"}).outputs[0],
        )
    )
    plume, g = material("plume")
    g.surface(
        g.shade(
            0.55,
            g.node("BsdfDiffuse", {"Color": "#e9d8c2"}).outputs[0],
            g.node("BsdfTranslucent", {"Color": "#ffe9d0"}).outputs[0],
        )
    )
    grasses = [hide(silver_grass(blade, plume, seed=s, height=1.05)) for s in range(4)]
    meadow(grasses, [(chance.uniform(-4.5, 4.5), chance.uniform(3.7, 4.6), -0.1) for _ in range(20)], seed=4)
    # the table, laid for two
    oak = wood("table", "#6e4a2e", "#a67a50", along="X", rough=0.38, coat=0.1)
    leg = wood("leg", "#6e4a2e", "#a67a50", along="Z", rough=0.45)
    for k in range(5):
        block((0.15, 0.0 + (k - 2) * 0.178, 0.735), (1.75, 0.172, 0.035), oak, bevel=0.006)
    for x in (-0.62, 0.92):
        for y in (-0.36, 0.36):
            block((x, y, 0.36), (0.06, 0.06, 0.72), leg, bevel=0.006)
    runner = linen("runner", "#d9c7a8", weave=140, strength=0.6)
    block((0.15, 0, 0.755), (1.76, 0.3, 0.004), runner, bevel=0.001)
    dish = glaze("dish", "#e9e1d2", speckle="#5b4a3a", rim="#a97f58", rim_from=0.0, rim_to=0.004)
    blue = glaze("bowl", "#37596a", rim="#a97f58", rim_from=0.0, rim_to=0.012)
    clear = pane("glass")
    wine = liquid("wine", "#4a0a1c")
    top = 0.758
    for x, y in ((-0.3, -0.22), (0.55, -0.2), (-0.28, 0.24), (0.58, 0.24)):
        plate((x, y, top - 0.003), dish, radius=0.125, seed=int(x * 50 + 99))
        bowl((x, y, top + 0.006), blue, radius=0.065, height=0.042, seed=int(y * 40 + 99))
    for x, y in ((-0.08, -0.27), (0.34, -0.3), (-0.05, 0.3), (0.4, 0.28)):
        turned(
            [
                (0.0, 0.0),
                (0.033, 0.001),
                (0.034, 0.003),
                (0.006, 0.009),
                (0.0042, 0.05),
                (0.0045, 0.088),
                (0.016, 0.098),
                (0.036, 0.125),
                (0.041, 0.155),
                (0.034, 0.205),
                (0.0328, 0.205),
                (0.0395, 0.155),
                (0.0345, 0.127),
                (0.014, 0.101),
                (0.0, 0.1),
            ],
            clear,
            (x, y, top),
        )
        turned(
            [(0.0, 0.102), (0.014, 0.1025), (0.034, 0.128), (0.0385, 0.15), (0.02, 0.1505), (0.0, 0.1505)],
            wine,
            (x, y, top),
        )
    bottle = pane("bottle", "#5d7a4a")
    turned(
        [
            (0.0, 0.0),
            (0.036, 0.0),
            (0.037, 0.01),
            (0.037, 0.19),
            (0.03, 0.22),
            (0.015, 0.25),
            (0.014, 0.31),
            (0.0155, 0.312),
            (0.0155, 0.32),
            (0.012, 0.32),
            (0.0, 0.32),
        ],
        bottle,
        (0.82, 0.08, top),
    )
    peel, citrus = tangerine_paints()
    mould = hide(leaf_form(0.06, 0.024, citrus, curl=0.2))
    bowl((0.16, 0.02, top), glaze("fruit", "#d8ccb8", speckle="#5b4a3a"), radius=0.13, height=0.075)
    for n, (x, y, z) in enumerate(
        [
            (0.12, 0.0, 0.06),
            (0.19, -0.02, 0.062),
            (0.16, 0.07, 0.06),
            (0.15, 0.02, 0.115),
            (0.22, 0.05, 0.065),
            (0.1, 0.06, 0.065),
        ]
    ):
        tangerine((x, y, top + z), peel, seed=n, mould=mould if n in (1, 3, 5) else None)
    for x, y in ((-0.12, 0.03), (0.42, 0.0)):
        candle((x, y, top), height=0.075, watts=2.6, glass=clear)
    # chairs
    cane = linen("seat", "#d8c6a4", weave=60, strength=0.9)
    for x, y, facing in ((-0.26, -0.8, -6), (0.78, -0.98, 24), (-0.28, 0.85, 180), (0.6, 0.85, 176)):
        chair((x, y), facing, leg, cane)
    # the grill
    gx, gy = -1.42, 0.75
    iron = metal("iron", "#2a2a2c", rough=0.45)
    enamel = glaze("enamel", "#17191b", rough=0.2)
    turned(
        [
            (0.0, 0.58),
            (0.1, 0.585),
            (0.22, 0.65),
            (0.29, 0.76),
            (0.3, 0.8),
            (0.31, 0.805),
            (0.31, 0.815),
            (0.295, 0.815),
            (0.28, 0.76),
            (0.2, 0.67),
            (0.0, 0.64),
        ],
        enamel,
        (gx, gy, 0),
    )
    for k in range(3):
        a = k * 2.094 + 0.6
        tube(
            [
                (gx + 0.17 * math.cos(a), gy + 0.17 * math.sin(a), 0.63),
                (gx + 0.33 * math.cos(a), gy + 0.33 * math.sin(a), 0.0),
            ],
            0.012,
            iron,
            smooth=False,
        )
    for k in range(17):
        x = -0.28 + k * 0.035
        half = math.sqrt(max(0.295**2 - x**2, 0.001))
        tube([(gx + x, gy - half, 0.812), (gx + x, gy + half, 0.812)], 0.0035, iron, smooth=False)
    coal, g = material("coal")
    heat = g.smooth(g.noise(g.coords(seed=True), 26.0, 4, 0.6), 0.42, 0.66)
    glow = g.node(
        "Emission", {"Color": g.mix(heat, "#ff2a05", "#ffb040"), "Strength": g.math("MULTIPLY", heat, 26.0)}
    ).outputs[0]
    g.surface(g.shade(heat, g.principled(base_color="#1b1614", roughness=0.9), glow))
    lump = hide(stone((0, 0, 0), (0.035, 0.03, 0.028), coal, seed=2, rough=0.3, facets=0.3, detail=3))
    for _ in range(90):
        a, r = chance.uniform(0, 6.28), 0.24 * chance.uniform(0, 1) ** 0.5
        made = copy(
            lump,
            (gx + r * math.cos(a), gy + r * math.sin(a), 0.725 + chance.uniform(-0.02, 0.02)),
            tuple(chance.uniform(0, 6, 3)),
            chance.uniform(0.7, 1.2),
        )
        made.hide_render = False
    lamp((gx, gy, 0.86), "#ff6a25", 14, 0.15)
    lamp((0.15, 0.0, 2.3), "#ffc98f", 42, 0.2)
    meat = matte("meat", "#8a4a2c", rough=0.45, vary=0.25, scale=20)
    green = matte("pepper", "#5d7f2c", rough=0.4)
    for k in range(5):
        y = gy - 0.17 + k * 0.075
        tube([(gx - 0.24, y, 0.83), (gx + 0.25, y + 0.02, 0.83)], 0.002, iron, smooth=False)
        for n in range(5):
            paint = green if n % 2 else meat
            block(
                (gx - 0.16 + n * 0.075, y + 0.003 * n, 0.833),
                (0.045, 0.038, 0.034),
                paint,
                bevel=0.012,
                turn=(n * 20, 0, n * 9),
            )
    steam((gx, gy, 1.3), (0.7, 1.0), 0.1, color="#ffe6d6", seed=3)
    # posts and bulbs
    post = wood("post", "#4b3423", "#73523a", along="Z", rough=0.55)
    for x, y in ((-2.7, 3.0), (2.75, 3.0)):
        block((x, y, 1.6), (0.1, 0.1, 3.2), post, bevel=0.01)
    cord = matte("cord", "#15110e")
    bulb = lit("bulb", "#ffcf8f", 3.2)
    cap = metal("cap", "#2a2320", rough=0.5)
    runs = [
        ((-2.7, 3.0, 3.1), (2.75, 3.0, 3.1), 0.42),
        ((-2.7, 3.0, 3.1), (2.9, -2.2, 3.35), 0.5),
        ((2.75, 3.0, 3.1), (-3.0, -2.2, 3.4), 0.5),
    ]
    for start, end, sag in runs:
        points = [
            tuple(np.array(start) * (1 - t) + np.array(end) * t - np.array([0, 0, sag * 4 * t * (1 - t)]))
            for t in np.linspace(0, 1, 40)
        ]
        tube(points, 0.006, cord, smooth=False)
        for t in np.linspace(0.05, 0.95, 12):
            x, y, z = np.array(start) * (1 - t) + np.array(end) * t - np.array([0, 0, sag * 4 * t * (1 - t)])
            turned(
                [(0.0, -0.1), (0.02, -0.094), (0.031, -0.07), (0.028, -0.045), (0.014, -0.022), (0.0, -0.02)],
                bulb,
                (x, y, z),
            )
            turned([(0.016, -0.03), (0.016, 0.0), (0.0, 0.0)], cap, (x, y, z), levels=1)
            lamp((x, y, z - 0.12), "#ffb26b", 7.5, 0.04)
    pot = glaze("pot", "#c8b79a", rough=0.7)
    turned(
        [(0.0, 0.0), (0.2, 0.0), (0.27, 0.2), (0.29, 0.42), (0.3, 0.46), (0.27, 0.46), (0.25, 0.4), (0.0, 0.38)],
        pot,
        (2.05, 1.5, 0),
    )
    olive = hide(leaf_form(0.1, 0.026, leaf("olive", "#4f6a3a", "#8aa268", through=0.3), curl=0.15))
    tube([(2.05, 1.5, 0.35), (2.08, 1.52, 0.9), (2.0, 1.46, 1.4)], [0.035, 0.028, 0.02], matte("bark", "#57463a"))
    bush((2.02, 1.48, 1.65), (0.55, 0.5, 0.55), olive, leaves=420, seed=6)
