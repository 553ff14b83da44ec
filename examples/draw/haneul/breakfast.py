"""Breakfast at the window."""

from __future__ import annotations

from forms import block, turned
from graph import material
from jeju import cone
from paints import glaze, hazy, leaf, linen, liquid, lit, matte, pane, wood
from plants import flower, hide, leaf_form, sprig
from studio import begin, look_from, sky, sun
from swell import Swell
from table import bowl, croissant, croissant_paint, cup, napkin, plate, steam, tangerine, tangerine_paints
from water import sea, sea_paint


def breakfast(width: int, height: int, samples: int) -> None:
    """A table at the window: tangerines, coffee, bread, a camellia, and the sea out of focus."""
    begin(width, height, samples=samples, exposure=0.5)
    camera = look_from((-0.05, -0.98, 0.36), (0.03, 0.1, 0.125), lens_mm=43, f_stop=3.5, focus=(0.0, -0.1, 0.05))
    sky(
        [(0.0, "#ffe3bd"), (0.15, "#f7e9da"), (0.4, "#c3dcec"), (1.0, "#6ba3d8")],
        sun_at=(24, 34),
        glow="#ffe6bd",
        glow_strength=0.8,
        clouds=0.5,
        cloud_scale=0.6,
        cloud_light="#ffffff",
        cloud_shade="#c6d5e4",
        cloud_seed=3.0,
        strength=1.3,
        lighting=1.5,
    )
    sun(23, 33, "#ffdcab", 8.0, 0.7)
    sea(
        camera,
        sea_paint(deep="#0b5a74", shallow="#3fb0b5", ripple=0.4, foam=0.6),
        level=-9,
        swells=[Swell(140, wind_m_s=5, wind_deg=190, height_m=0.22, seed=4)],
        columns=300,
        rows=300,
    )
    cone((560, 4300, -12), 700, 200, hazy("hill", "#41655f", "#b9d3e4", 300, 5600), 5, crown=0.33)
    oak = wood("table", "#a9794b", "#d3a673", along="X", rough=0.38, scale=1.6)
    for k in range(7):
        block((0.0, -0.78 + k * 0.2, -0.02), (2.6, 0.198, 0.04), oak, bevel=0.003)
    frame = wood("frame", "#dcd2c0", "#f2eadb", along="X", rough=0.5)
    block((0, 0.52, 0.02), (4, 0.2, 0.06), frame, bevel=0.008)
    for x in (-0.2, 1.0):
        block((x, 0.54, 0.9), (0.042, 0.07, 1.8), frame, bevel=0.006)
    plaster = matte("plaster", "#efe8dc", vary=0.02, scale=1.2)
    block((-2.6, 0.55, 1.0), (2.2, 0.3, 3.0), plaster, bevel=0)
    block((0, -4.2, 1.2), (7, 0.1, 4), plaster, bevel=0)
    block((-3.6, -1.8, 1.2), (0.1, 5, 4), plaster, bevel=0)
    block((3.6, -1.8, 1.2), (0.1, 5, 4), plaster, bevel=0)
    block((0, -1.8, 2.7), (7.4, 5, 0.1), plaster, bevel=0)
    stoneware = glaze("stoneware", "#eee6d8", speckle="#5d4b3a", rim="#b0845c", rim_from=0.0, rim_to=0.006)
    sea_glaze = glaze("sea glaze", "#2f6672", rim="#a9794f", rim_from=0.0, rim_to=0.014, rough=0.2)
    plate((-0.02, -0.16, 0), stoneware, radius=0.135, seed=1)
    crust = croissant_paint()
    croissant((-0.045, -0.11, 0.007), crust, turn=14, size=0.165, seed=1)
    croissant((0.035, -0.2, 0.007), crust, turn=-34, size=0.15, seed=5)
    plate((0.27, -0.09, 0), sea_glaze, radius=0.078, height=0.012)
    cup((0.27, -0.09, 0.005), stoneware, liquid("coffee", "#1d0d05"), radius=0.045, height=0.062, handle=-30)
    steam((0.27, -0.09, 0.145), (0.1, 0.19), 0.3, seed=2)
    bowl((-0.33, 0.05, 0), sea_glaze, radius=0.13, height=0.075, seed=2)
    peel, citrus = tangerine_paints()
    mould = hide(leaf_form(0.062, 0.026, citrus, curl=0.22))
    for n, (x, y, z) in enumerate(
        [
            (-0.38, 0.02, 0.062),
            (-0.31, 0.0, 0.064),
            (-0.28, 0.07, 0.064),
            (-0.35, 0.11, 0.062),
            (-0.33, 0.05, 0.116),
            (-0.41, 0.08, 0.07),
        ]
    ):
        tangerine((x, y, z), peel, radius=0.037, seed=n, mould=mould if n in (0, 2, 4) else None)
    tangerine((-0.21, -0.19, 0.029), peel, radius=0.037, seed=12, mould=mould)
    napkin((0.26, -0.31, 0.0), (0.3, 0.2), linen("napkin", "#e9dfcd", weave=240, strength=0.5), turn=-16, seed=3)
    clear = pane("glass")
    turned(
        [(0.0, 0.0), (0.031, 0.0), (0.032, 0.004), (0.036, 0.11), (0.0348, 0.11), (0.031, 0.008), (0.0, 0.008)],
        clear,
        (0.12, 0.1, 0),
    )
    juice, g = material("juice")
    g.surface(
        g.principled(
            base_color="#f7931e", roughness=0.15, subsurface_weight=0.4, subsurface_radius=(0.03, 0.012, 0.004)
        )
    )
    turned(
        [
            (0.0, 0.009),
            (0.03, 0.009),
            (0.0306, 0.011),
            (0.0338, 0.083),
            (0.034, 0.0848),
            (0.0335, 0.0852),
            (0.02, 0.0852),
            (0.0, 0.0852),
        ],
        juice,
        (0.12, 0.1, 0),
    )
    # jam in a small jar, butter on a dish
    turned(
        [
            (0.0, 0.0),
            (0.03, 0.0),
            (0.034, 0.006),
            (0.034, 0.04),
            (0.029, 0.05),
            (0.029, 0.056),
            (0.027, 0.056),
            (0.03, 0.04),
            (0.03, 0.006),
            (0.0, 0.005),
        ],
        clear,
        (-0.12, 0.06, 0),
    )
    turned(
        [
            (0.0, 0.006),
            (0.028, 0.006),
            (0.0295, 0.009),
            (0.0295, 0.034),
            (0.0293, 0.036),
            (0.028, 0.0362),
            (0.0, 0.0362),
        ],
        liquid("jam", "#8f2a0c", rough=0.15),
        (-0.12, 0.06, 0),
        levels=1,
    )
    # camellia
    jar = glaze("jar", "#d9cdb9", speckle="#5d4b3a", rough=0.5)
    turned(
        [
            (0.0, 0.0),
            (0.036, 0.0),
            (0.055, 0.035),
            (0.058, 0.075),
            (0.038, 0.12),
            (0.02, 0.14),
            (0.019, 0.17),
            (0.024, 0.18),
            (0.019, 0.178),
            (0.014, 0.16),
            (0.0, 0.15),
        ],
        jar,
        (0.42, 0.16, 0),
        wobble=0.008,
    )
    glossy = hide(
        leaf_form(0.07, 0.034, leaf("camellia leaf", "#173a22", "#3f7a3a", through=0.25, rough=0.22), curl=0.15)
    )
    bark = matte("bark", "#57463a")
    camellia_paint, g = material("camellia")
    tint = g.mix(g.smooth(g.noise(g.coords(seed=True), 30.0, 3), 0.3, 0.7), "#b8122a", "#e0344a")
    g.surface(
        g.shade(
            0.3,
            g.principled(base_color=tint, roughness=0.5, sheen_weight=0.3),
            g.node("BsdfTranslucent", {"Color": "#ff4a55"}).outputs[0],
        )
    )
    petal = hide(leaf_form(0.034, 0.034, camellia_paint, curl=-0.35, fold=-0.3, tip=0.6))
    yellow = lit("stamen", "#ffc845", 0.6)
    for n, (dx, dy, dz) in enumerate([(-0.13, -0.03, 0.16), (0.02, 0.0, 0.24), (0.12, 0.02, 0.15)]):
        end = (0.42 + dx, 0.16 + dy, 0.17 + dz)
        sprig(
            [
                (0.42, 0.16, 0.16),
                (0.42 + dx * 0.25, 0.16 + dy * 0.3, 0.17 + dz * 0.45),
                (0.42 + dx * 0.65, 0.16 + dy * 0.7, 0.17 + dz * 0.85),
                end,
            ],
            0.004,
            bark,
            glossy,
            leaves=13,
            start=0.3,
            seed=n + 3,
        )
        flower(end, (dx * 2, -0.6, 0.5), petal, yellow, seed=n)
