"""The private spa."""

from __future__ import annotations

import math

import numpy as np
from mathutils import Matrix

from forms import block, copy, stone, tube, turned
from graph import material
from jeju import AFTERGLOW, cone
from paints import basalt, glaze, hazy, leaf, linen, liquid, matte, metal, pane, wood
from plants import hide, leaf_form, put, sprig
from studio import begin, lamp, look_from, panel, sky
from swell import Swell
from table import candle, cup, plate, steam, stool, tangerine, tangerine_paints, towels
from water import sea, sea_paint


def private_spa(width: int, height: int, samples: int) -> None:
    """A cedar tub before an open wall, tangerines on the water, candles, the last light over the sea."""
    begin(width, height, samples=samples, exposure=0.6)
    camera = look_from((0.2, -3.1, 1.62), (-0.12, 2.0, 1.1), lens_mm=28, f_stop=4.0, focus=(0.0, 0.2, 0.7), level=True)
    sky(
        AFTERGLOW,
        sun_at=(1.0, 14),
        glow="#ff8a55",
        glow_strength=1.1,
        clouds=0.75,
        cloud_scale=0.6,
        cloud_light="#ffb594",
        cloud_shade="#6a5f92",
        cloud_seed=6.4,
        strength=0.8,
        lighting=1.3,
    )
    panel((0.3, 3.4, 2.0), (0, 0, 0.6), (4.4, 2.4), "#a9b4ff", 55)
    water = sea_paint(deep="#10283f", shallow="#2c5a72", ripple=0.3, foam=0.4)
    sea(
        camera,
        water,
        level=-12,
        swells=[Swell(140, wind_m_s=7, wind_deg=190, height_m=0.5, seed=4)],
        columns=420,
        rows=420,
    )
    far = hazy("far", "#2c3550", "#b98096", 500, 4600)
    cone((900, 3600, -14), 620, 190, far, 5, crown=0.34)
    cone((-1500, 4600, -14), 900, 150, far, 8, crown=0.1)
    slate = basalt("slate", color="#343233", light="#5e5a57", pores=70.0, depth=0.06)
    stone_floor = basalt("floor", color="#33302f", light="#55504b", wet=0.55, pores=60.0, depth=0.03)
    for i in range(-4, 5):
        for j in range(-4, 4):
            block((i * 0.9 + 0.2 * (j % 2), j * 0.9, -0.02), (0.89, 0.89, 0.04), stone_floor, bevel=0.004)
    # left: a dry stone wall, washed by light from the floor
    chance = np.random.default_rng(5)
    moulds = [
        hide(stone((0, 0, 0), (0.205, 0.19, 0.14), slate, seed=s, rough=0.24, facets=0.24, detail=5)) for s in range(6)
    ]
    z = 0.1
    while z < 3.3:
        y = -3.4
        tall = chance.uniform(0.85, 1.15)
        while y < 2.4:
            long = chance.uniform(0.8, 1.5)
            made = copy(
                moulds[int(chance.integers(6))],
                (-2.0 + chance.uniform(-0.03, 0.03), y + 0.17 * long, z + chance.uniform(-0.015, 0.015)),
                (chance.uniform(-0.2, 0.2), chance.uniform(-0.2, 0.2), chance.uniform(0, 6.28)),
                (tall, long if chance.random() < 0.5 else 1.05, tall),
            )
            made.hide_render = False
            y += 0.29 * long
        z += 0.2 * tall
    block((-2.22, -0.5, 1.6), (0.1, 6, 3.4), slate, bevel=0)
    cedar = wood("cedar", "#9a5f35", "#d09a63", along="Z", rough=0.45)
    beam = wood("beam", "#6b4427", "#9a6a42", along="X", rough=0.5)
    side = wood("side", "#6b4427", "#9a6a42", along="Y", rough=0.5)
    for x in np.arange(-2.0, 2.6, 0.135):
        block((x, -0.6, 2.98), (0.125, 5.8, 0.02), side, bevel=0.003)
    block((0.2, -0.6, 3.1), (6, 6, 0.1), matte("roof", "#1b130d"), bevel=0)
    block((0.2, 2.3, 2.9), (5, 0.16, 0.22), beam, bevel=0.01)
    block((2.2, 2.3, 1.5), (0.16, 0.16, 3.0), cedar, bevel=0.01)
    block((0.2, 2.34, 0.02), (5, 0.22, 0.12), beam, bevel=0.01)
    for z in np.arange(0.14, 3.0, 0.115):
        block((2.28, -0.6, z), (0.03, 5.7, 0.1), side, bevel=0.004)
    # the tub
    radius, tall, wall = 0.86, 0.66, 0.05
    staves = 44
    cx, cy = 0.12, 0.35
    stave = block((0, 0, -500), (2 * math.pi * radius / staves * 0.985, wall, tall), cedar, bevel=0.008)
    for k in range(staves):
        a = 2 * math.pi * k / staves
        copy(stave, (cx + radius * math.cos(a), cy + radius * math.sin(a), tall / 2), (0, 0, a + math.pi / 2))
    copper = metal("hoop", "#b8754a", rough=0.35)
    for z in (0.14, 0.5):
        ring = [
            (cx + (radius + wall * 0.55) * math.cos(a), cy + (radius + wall * 0.55) * math.sin(a), z)
            for a in np.linspace(0, 2 * math.pi, 90)
        ]
        tube(ring, 0.011, copper, smooth=False)
    bath, g = material("bath")
    at = g.coords()
    ripple = g.math("ADD", g.noise(at, 5.5, 3, 0.5, 0.6), g.math("MULTIPLY", g.noise(at, 17.0, 2), 0.25))
    g.surface(g.principled(base_color="#123a40", roughness=0.03, ior=1.33, normal=g.bump(ripple, 0.3, 0.03)))
    turned([(0.0, tall - 0.085), (radius * 0.5, tall - 0.085), (radius, tall - 0.085)], bath, (cx, cy, 0), levels=1)
    peel, citrus = tangerine_paints()
    mould = hide(leaf_form(0.06, 0.024, citrus, curl=0.2))
    for n, (a, r) in enumerate(
        [(3.9, 0.62), (4.35, 0.5), (4.1, 0.32), (5.2, 0.64), (0.4, 0.5), (2.4, 0.58), (5.7, 0.28), (3.2, 0.66)]
    ):
        tangerine(
            (cx + r * math.cos(a), cy + r * math.sin(a), tall - 0.078),
            peel,
            radius=0.041 + 0.004 * (n % 3),
            seed=n,
            mould=mould if n % 2 else None,
        )
    for _ in range(14):
        a, r = chance.uniform(0, 6.28), 0.78 * chance.uniform(0.1, 1) ** 0.5
        put(
            mould,
            Matrix.Translation((cx + r * math.cos(a), cy + r * math.sin(a), tall - 0.083))
            @ Matrix.Rotation(chance.uniform(0, 6), 4, "Z"),
        )
    # step, stool, towels, ladle
    block((0.1, -0.88, 0.13), (1.25, 0.42, 0.045), beam, bevel=0.008)
    for x in (-0.42, 0.62):
        block((x, -0.88, 0.055), (0.05, 0.38, 0.11), side, bevel=0.004)
    pale = linen("towel", "#f3ebdd", weave=90, strength=0.9, glow=0.05)
    towels((0.42, -0.88, 0.152), pale, count=3, size=(0.4, 0.27, 0.06), turn=8)
    stool((1.3, -0.62, 0), cedar, radius=0.19, height=0.36)
    tray = glaze("tray", "#3b4d4a", rough=0.4)
    plate((1.3, -0.62, 0.36), tray, radius=0.13)
    cup(
        (1.25, -0.66, 0.369),
        glaze("tea cup", "#e7dcc8", speckle="#5b4a3a"),
        liquid("tea", "#7a3f12"),
        handle=None,
        radius=0.036,
        height=0.045,
    )
    tangerine((1.35, -0.6, 0.405), peel, radius=0.036, seed=40, mould=mould)
    clear = pane("votive")
    for x, y, tall_c in (
        (-0.25, -0.9, 0.1),
        (-0.42, -0.86, 0.07),
        (-0.95, -0.35, 0.13),
        (-1.12, -0.15, 0.09),
        (-1.0, -0.62, 0.08),
    ):
        candle((x, y, 0.152 if y < -0.8 else 0.0), height=tall_c, watts=1.6, glass=clear)
    # lantern on the floor by the wall, and the wall washer
    panel((-1.62, -0.4, 0.08), (-2.25, -0.4, 2.2), (5.2, 0.16), "#ffb974", 70, 120)
    panel((-1.45, -0.4, 2.8), (-2.2, -0.4, 0.6), (5.2, 0.12), "#ffc78e", 34, 120)
    lamp((1.5, -1.9, 2.6), "#ffc48a", 75, 0.25)
    # a camellia in a jar by the opening
    jar = glaze("jar", "#26292b", rough=0.45)
    turned(
        [
            (0.0, 0.0),
            (0.13, 0.0),
            (0.21, 0.12),
            (0.23, 0.28),
            (0.17, 0.44),
            (0.11, 0.49),
            (0.12, 0.52),
            (0.1, 0.515),
            (0.08, 0.48),
            (0.0, 0.4),
        ],
        jar,
        (1.62, 1.3, 0),
        wobble=0.008,
    )
    glossy = hide(leaf_form(0.1, 0.05, leaf("camellia leaf", "#173a22", "#356b34", through=0.2, rough=0.22), curl=0.15))
    bark = matte("bark", "#57463a")
    for n, (dx, dy, dz) in enumerate([(-0.35, -0.1, 0.9), (0.1, 0.1, 1.15), (0.35, -0.15, 0.8), (-0.1, -0.2, 1.05)]):
        sprig(
            [
                (1.62, 1.3, 0.45),
                (1.62 + dx * 0.3, 1.3 + dy * 0.3, 0.45 + dz * 0.45),
                (1.62 + dx * 0.7, 1.3 + dy * 0.7, 0.45 + dz * 0.8),
                (1.62 + dx, 1.3 + dy, 0.45 + dz),
            ],
            0.008,
            bark,
            glossy,
            leaves=22,
            start=0.35,
            seed=n,
        )
    steam((cx, cy, tall + 0.5), (1.7, 1.25), 0.5, seed=1)
