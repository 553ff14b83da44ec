"""The room with the ocean view."""

from __future__ import annotations

import math

import numpy as np

from forms import block, cloth, pillow, settle, sheet, subdivide, tube, turned
from jeju import MORNING, cone, day_sea
from paints import glaze, hazy, leaf, linen, liquid, matte, metal, paper_shade, sheer, wood
from plants import hide, leaf_form, sprig
from rooms import curtain, floor
from studio import begin, look_from, panel, sky, sun
from table import cup, stool


def ocean_room(width: int, height: int, samples: int) -> None:
    """A bed beside a wall of window, morning sun across the boards, the sea outside."""
    begin(width, height, samples=samples, exposure=0.55)
    camera = look_from((-2.0, -1.15, 1.36), (0.8, 4.2, 0.96), lens_mm=25, f_stop=5.6, focus=(1.0, 2.4, 0.7), level=True)
    sky(
        MORNING,
        sun_at=(30, -38),
        glow="#fff0d0",
        glow_strength=0.5,
        clouds=0.55,
        cloud_scale=0.7,
        cloud_light="#ffffff",
        cloud_shade="#c3d3e4",
        cloud_seed=2.0,
        strength=1.5,
        lighting=1.9,
    )
    sun(27, -33, "#ffd6a0", 17.0, 0.6)
    panel((0, 5.25, 1.5), (0, 0, 1.2), (5.2, 2.4), "#dcecff", 45)
    plaster = matte("plaster", "#efe8dc", vary=0.02, scale=1.2, grain=0.05)
    oak = wood("oak", "#a8794a", "#d2a874", along="Y", rough=0.4)
    frame = wood("frame", "#8a6139", "#b88a58", along="Z", rough=0.42)
    rail = wood("rail", "#8a6139", "#b88a58", along="X", rough=0.42)
    floor(7.4, 8.0, oak, center=(0.2, 1.4, 0), along="Y", seed=3)
    block((3.75, 1.5, 1.4), (0.3, 8, 3.2), plaster, bevel=0)
    block((-3.45, 1.5, 1.4), (0.3, 8, 3.2), plaster, bevel=0)
    block((0.2, 1.5, 2.92), (8, 8, 0.24), matte("ceiling", "#f3eee4", vary=0.01), bevel=0)
    block((0.2, -2.6, 1.4), (8, 0.2, 3.2), plaster, bevel=0)
    block((0.2, 5.1, 0.11), (7.2, 0.24, 0.26), rail, bevel=0.01)
    block((0.2, 5.1, 2.72), (7.2, 0.24, 0.22), rail, bevel=0.01)
    for x in (-3.3, -1.05, 1.3, 3.6):
        block((x, 5.1, 1.4), (0.075, 0.14, 2.5), frame, bevel=0.006)
    block((0.2, 6.1, -0.04), (10, 1.7, 0.06), wood("deck", "#6f5138", "#9a7350", along="X", rough=0.6), bevel=0.004)
    for x in np.arange(-4.2, 4.6, 1.4):
        block((x, 6.85, 0.5), (0.035, 0.035, 1.0), metal("rail post", "#3a3633", rough=0.5), bevel=0.003)
    block((0.2, 6.85, 1.0), (9, 0.05, 0.035), rail, bevel=0.01)
    grassy = matte("heath", "#6f7d3f", vary=0.3, scale=0.5, grain=0.6)
    sheet(
        lambda u, v: (
            (u - 0.5) * 90,
            9 + v * 22,
            -3.6 - 4.5 * v**1.6 + 0.5 * np.sin(u * 31) * v + 0.3 * np.sin(u * 77 + v * 9),
        ),
        (90, 40),
        grassy,
    )
    day_sea(-14, camera)
    hill = hazy("hill", "#4e6b63", "#c4dbe8", 300, 4200)
    cone((1250, 3300, -16), 800, 230, hill, 5, crown=0.3)
    cone((-900, 4200, -16), 500, 90, hill, 9, crown=0.1)
    # the bed, its head to the right-hand wall
    base = block((2.35, 2.55, 0.13), (2.3, 2.2, 0.2), wood("bed", "#8a6139", "#b88a58", along="X"), bevel=0.02)
    mattress = block((2.4, 2.55, 0.36), (2.1, 1.9, 0.28), linen("sheet", "#f4efe6"), bevel=0.09, segments=6)
    block((3.52, 2.55, 0.62), (0.09, 2.35, 0.95), wood("head", "#8a6139", "#b88a58", along="Y"), bevel=0.02)
    white = linen("duvet", "#f6f1e8", weave=260, glow=0.08)
    clay = linen("throw", "#c98a63", weave=160, strength=0.5, glow=0.03)
    duvet = sheet(
        lambda u, v: (
            1.0 + u * 1.75,
            1.35 + v * 2.4,
            0.62 + 0.03 * np.sin(u * 19 + v * 5) + 0.02 * np.sin(v * 27 - u * 8),
        ),
        (88, 118),
        white,
    )
    cloth(duvet, mass=0.5, stiff=10, bend=2.5)
    settle([duvet], [base, mattress], 34)
    modifier = duvet.modifiers.new("thick", "SOLIDIFY")
    modifier.thickness, modifier.offset = 0.05, 1
    subdivide(duvet, 2)
    throw = sheet(lambda u, v: (1.02 + u * 0.62, 1.2 + v * 2.7, 0.70 + 0.02 * np.sin(u * 23 + v * 9)), (36, 130), clay)
    cloth(throw, mass=0.4, stiff=8, bend=0.8)
    settle([throw], [duvet, base], 34)
    modifier = throw.modifiers.new("thick", "SOLIDIFY")
    modifier.thickness, modifier.offset = 0.012, 1
    subdivide(throw, 1)
    for n, (x, y, z, size, tilt, paint) in enumerate(
        [
            (3.22, 3.02, 0.74, (0.72, 0.5, 0.22), (0, -66, 3), white),
            (3.22, 2.08, 0.74, (0.72, 0.5, 0.22), (0, -66, -3), white),
            (3.0, 3.0, 0.72, (0.66, 0.48, 0.2), (0, -56, -4), linen("pillow", "#e4d9c8")),
            (3.0, 2.1, 0.72, (0.66, 0.48, 0.2), (0, -56, 5), linen("pillow", "#e4d9c8")),
            (2.78, 2.55, 0.70, (0.42, 0.42, 0.16), (0, -52, 2), linen("cushion", "#0f4c63")),
        ]
    ):
        pillow((x, y, z), (size[1], size[0], size[2]), paint, turn=tilt, seed=n)
    # rug, low table, tea
    jute = linen("rug", "#cdb68f", weave=60, strength=0.9, glow=0.0)
    block((-0.75, 2.7, 0.012), (2.1, 2.7, 0.018), jute, bevel=0.008)
    walnut = wood("walnut", "#54341f", "#83573a", along="X", rough=0.32, coat=0.15)
    turned(
        [(0.0, 0.29), (0.44, 0.29), (0.455, 0.295), (0.455, 0.318), (0.445, 0.323), (0.0, 0.323)],
        walnut,
        (-0.85, 3.05, 0.0),
        steps=128,
    )
    for k in range(3):
        a = k * 2.094 + 0.4
        tube(
            [
                (-0.85 + 0.28 * math.cos(a), 3.05 + 0.28 * math.sin(a), 0.3),
                (-0.85 + 0.36 * math.cos(a), 3.05 + 0.36 * math.sin(a), 0.02),
            ],
            [0.02, 0.013],
            walnut,
            smooth=False,
        )
    white_glaze = glaze("porcelain", "#f2ece0", speckle="#6b5a48", rim="#b48a63", rim_from=0.0, rim_to=0.012)
    celadon = glaze("celadon", "#8fb3a4", rim="#a57c56", rim_from=0.0, rim_to=0.02)
    tea = liquid("tea", "#7a3f12")
    cup((-0.68, 2.88, 0.323), white_glaze, tea, handle=None, radius=0.04, height=0.05)
    cup((-1.02, 2.86, 0.323), white_glaze, tea, handle=None, radius=0.04, height=0.05)
    turned(
        [
            (0.0, 0.0),
            (0.05, 0.0),
            (0.085, 0.03),
            (0.09, 0.06),
            (0.065, 0.1),
            (0.04, 0.108),
            (0.02, 0.112),
            (0.016, 0.13),
            (0.0, 0.134),
        ],
        celadon,
        (-0.86, 3.05, 0.323),
    )
    tube([(-0.78, 3.05, 0.375), (-0.735, 3.05, 0.40), (-0.71, 3.05, 0.428)], [0.014, 0.011, 0.008], celadon)
    tube(
        [(-0.93, 3.05, 0.40), (-0.91, 3.05, 0.49), (-0.81, 3.05, 0.49), (-0.79, 3.05, 0.40)],
        0.006,
        metal("brass", "#b08a4a"),
    )
    vase = glaze("vase", "#2c2a29", rough=0.5)
    turned(
        [
            (0.0, 0.0),
            (0.06, 0.0),
            (0.1, 0.05),
            (0.11, 0.13),
            (0.07, 0.22),
            (0.03, 0.27),
            (0.028, 0.33),
            (0.036, 0.35),
            (0.03, 0.345),
            (0.022, 0.32),
            (0.0, 0.3),
        ],
        vase,
        (-1.1, 3.25, 0.323),
        wobble=0.01,
    )
    bark = matte("bark", "#4a3a2c")
    olive = hide(leaf_form(0.075, 0.02, leaf("olive", "#4f6a3a", "#8aa268", through=0.35), curl=0.15))
    sprig(
        [(-1.1, 3.25, 0.62), (-1.14, 3.2, 0.85), (-1.22, 3.1, 1.05), (-1.4, 3.0, 1.2)],
        0.006,
        bark,
        olive,
        leaves=34,
        seed=1,
    )
    sprig(
        [(-1.1, 3.25, 0.62), (-1.05, 3.3, 0.9), (-0.98, 3.32, 1.12), (-0.82, 3.36, 1.3)],
        0.006,
        bark,
        olive,
        leaves=38,
        seed=2,
    )
    for x, y, turn in ((-0.55, 2.25, 6), (-1.5, 2.55, -34)):
        pillow(
            (x, y, 0.09),
            (0.52, 0.52, 0.15),
            linen("floor cushion", "#e2d6c2", weave=120, strength=0.5),
            turn=(0, 0, turn),
            seed=int(x * 10) + 30,
        )
    # pendant and curtains
    turned(
        [(0.0, -0.2), (0.16, -0.195), (0.27, -0.12), (0.31, 0.0), (0.27, 0.12), (0.16, 0.195), (0.03, 0.2)],
        paper_shade("pendant", "#ffe9cc", 0.9),
        (-0.85, 3.05, 2.02),
        wobble=0.004,
    )
    tube([(-0.85, 3.05, 2.2), (-0.85, 3.05, 2.85)], 0.004, matte("cord", "#3a332c"))
    gauze = sheer("gauze")
    curtain((-3.25, -2.1), 4.9, (0.02, 2.62), gauze, folds=8, blow=0.28, seed=1)
    curtain((2.75, 3.55), 4.9, (0.02, 2.62), gauze, folds=6, seed=2)
    # bedside
    stool((3.3, 1.15, 0.0), walnut, radius=0.2, height=0.45)
    turned(
        [(0.0, 0.0), (0.09, 0.0), (0.1, 0.02), (0.03, 0.04), (0.025, 0.2), (0.0, 0.2)],
        glaze("lamp foot", "#d9cbb4", speckle="#6b5a48"),
        (3.3, 1.15, 0.45),
    )
    turned([(0.13, 0.16), (0.09, 0.36), (0.0, 0.365)], paper_shade("shade", "#ffd9a6", 1.6), (3.3, 1.15, 0.45))
