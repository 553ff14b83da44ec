"""The front of the café at blue hour."""

from __future__ import annotations

import math

import numpy as np

from forms import block, copy, sheet, tube, turned
from graph import material
from paints import glaze, leaf, linen, lit, matte, metal, pane, wet_ground, window_pane, wood
from plants import bush, hide, leaf_form, monstera
from rooms import chair, floor, pendant
from studio import begin, lamp, look_from, panel, sky
from table import cup

BLUE_HOUR = [(0.0, "#e7a989"), (0.08, "#b998ad"), (0.2, "#6f80b8"), (0.5, "#38539a"), (1.0, "#1c2f66")]


def street(width: int, height: int, samples: int) -> None:
    """The front at blue hour, its warm windows doubled in the wet paving."""
    begin(width, height, samples=samples, exposure=1.35)
    look_from((-1.25, -7.1, 1.6), (0.1, 0.0, 2.0), lens_mm=32, level=True)
    sky(
        BLUE_HOUR,
        sun_at=(-2, 150),
        glow="#ff9a70",
        glow_strength=0.4,
        clouds=0.5,
        cloud_scale=0.6,
        cloud_light="#8f97c4",
        cloud_shade="#3b4a86",
        cloud_seed=3.3,
        strength=0.62,
        lighting=1.25,
    )
    render = matte("render", "#b9b3a6", vary=0.12, scale=0.7, grain=0.25)
    green = matte("green wood", "#1d3a30", rough=0.38, vary=0.08, scale=2)
    brass = metal("brass", "#c79a4e", rough=0.24)
    # ground
    paving = wet_ground("paving", "#23252a", "#4a4a4c", 0.62)
    chance = np.random.default_rng(7)
    slab = hide(block((0, 0, 0), (0.195, 0.12, 0.08), paving, bevel=0.012, segments=2))
    for row in range(62):
        y = -7.6 + row * 0.124
        for k in range(46):
            x = -4.6 + (k + 0.5 * (row % 2)) * 0.2
            made = copy(
                slab, (x, y, -0.044 + chance.normal(0, 0.0025)), (chance.normal(0, 0.008), chance.normal(0, 0.008), 0)
            )
            made.hide_render = False
    block((0, 0, -0.07), (40, 40, 0.06), wet_ground("grout", "#15171b", "#24262a", 0.9), bevel=0)
    block((0, -0.18, 0.03), (9, 0.5, 0.1), wet_ground("step", "#4a4844", "#6c6862", 0.4), bevel=0.015)
    # the house
    block((-4.0, 0.35, 3.5), (3.2, 0.7, 7.2), render, bevel=0.02)
    block((4.1, 0.35, 3.5), (3.2, 0.7, 7.2), render, bevel=0.02)
    block((0.05, 0.34, 5.6), (5.4, 0.64, 3.6), render, bevel=0.02)
    block((0.05, -0.02, 3.98), (5.1, 0.16, 0.12), green, bevel=0.02)
    block((0.05, 0.06, 3.55), (4.9, 0.12, 0.6), green, bevel=0.02)
    block((0.05, -0.06, 3.22), (5.1, 0.2, 0.07), green, bevel=0.02)
    for x in (-2.35, 2.45):
        block((x, -0.02, 1.75), (0.26, 0.2, 3.3), green, bevel=0.02)
        block((x, -0.13, 1.75), (0.14, 0.03, 2.7), green, bevel=0.012)
    # window left, door right
    block((-0.62, 0.02, 0.42), (3.3, 0.14, 0.72), green, bevel=0.01)
    for x in (-1.65, -0.62, 0.42):
        block((x, -0.06, 0.43), (0.86, 0.03, 0.5), green, bevel=0.012)
    block((-0.62, -0.04, 0.81), (3.34, 0.26, 0.05), green, bevel=0.012)
    for x in (-2.2, -1.14, -0.1, 0.97):
        block((x, 0.02, 2.0), (0.07, 0.09, 2.4), green, bevel=0.008)
    for z in (2.5, 3.16):
        block((-0.62, 0.02, z), (3.24, 0.09, 0.06), green, bevel=0.008)
    glass = window_pane()
    block((-0.62, 0.04, 2.0), (3.2, 0.008, 2.4), glass, bevel=0)
    block((1.66, 0.02, 2.86), (1.35, 0.09, 0.07), green, bevel=0.008)
    for x in (1.06, 2.26):
        block((x, 0.02, 1.6), (0.1, 0.12, 3.1), green, bevel=0.01)
    for x in (1.17, 2.15):
        block((x, 0.08, 1.45), (0.13, 0.06, 2.75), green, bevel=0.008)
    block((1.66, 0.08, 0.45), (0.95, 0.06, 0.75), green, bevel=0.008)
    block((1.66, 0.08, 2.76), (0.95, 0.06, 0.12), green, bevel=0.008)
    block((1.66, 0.09, 1.75), (0.9, 0.008, 1.95), glass, bevel=0)
    tube([(1.26, 0.0, 1.2), (1.26, -0.03, 1.25), (1.26, -0.03, 1.5), (1.26, 0.0, 1.55)], 0.014, brass)
    # inside
    plaster = matte("inside", "#d9b98c", vary=0.1, scale=1)
    boards = wood("boards", "#6b4427", "#94663f", along="Y", rough=0.4)
    block((0.0, 4.2, 1.8), (5.2, 0.1, 3.6), plaster, bevel=0)
    for x in (-2.5, 2.6):
        block((x, 2.2, 1.8), (0.1, 4, 3.6), plaster, bevel=0)
    block((0, 2.2, 3.5), (5.2, 4, 0.1), plaster, bevel=0)
    floor(5.2, 4.2, boards, center=(0, 2.2, 0.07), along="Y", board=0.2, seed=4)
    counter = wood("counter", "#4a2c1a", "#7d5233", along="X", rough=0.35)
    block((-0.4, 2.9, 0.58), (2.9, 0.6, 1.0), counter, bevel=0.02)
    block((-0.4, 2.88, 1.1), (3.0, 0.7, 0.05), matte("stone top", "#e2d8c8"), bevel=0.01)
    cream = glaze("cream", "#efe5d3", rough=0.3)
    for z in (1.75, 2.2, 2.65):
        block((-0.2, 4.05, z), (3.6, 0.26, 0.04), counter, bevel=0.006)
        x = -1.9
        while x < 1.5:
            kind = chance.integers(4)
            if kind == 0:
                turned(
                    [(0.0, 0.0), (0.05, 0.0), (0.055, 0.01), (0.055, 0.2), (0.02, 0.26), (0.02, 0.32), (0.0, 0.32)],
                    pane("bottle", "#7fa06a"),
                    (x, 4.03, z + 0.02),
                )
            elif kind == 1:
                cup((x, 4.03, z + 0.02), cream, None, radius=0.06, height=0.09, handle=None)
            elif kind == 2:
                turned(
                    [(0.0, 0.0), (0.07, 0.0), (0.075, 0.01), (0.075, 0.18), (0.0, 0.2)],
                    metal("tin", "#c79a55", rough=0.3),
                    (x, 4.03, z + 0.02),
                )
            x += chance.uniform(0.16, 0.3)
    machine = metal("machine", "#c9c4bb", rough=0.22)
    block((-0.95, 2.9, 1.36), (0.75, 0.45, 0.42), machine, bevel=0.04)
    block((-0.95, 2.85, 1.62), (0.8, 0.5, 0.04), brass, bevel=0.01)
    for x in (-1.55, -0.62, 0.32, 1.66):
        pendant((x, 1.3 if x < 1 else 2.4, 2.35), brass, watts=42, size=0.2, cord=1.2)
    lamp((-0.5, 3.4, 2.9), "#ffb670", 60, 0.3)
    lamp((0.8, 0.9, 3.1), "#ffb670", 45, 0.3)
    dark = wood("chair", "#4a2d1a", "#7d5233", along="Z", rough=0.35)
    for x in (-1.5, -0.1):
        turned([(0.0, 0.75), (0.36, 0.75), (0.37, 0.76), (0.37, 0.78), (0.0, 0.785)], dark, (x, 0.75, 0.07))
        turned(
            [(0.0, 0.0), (0.2, 0.0), (0.03, 0.04), (0.025, 0.74), (0.0, 0.75)],
            matte("iron", "#181614"),
            (x, 0.75, 0.07),
        )
        cup((x + 0.08, 0.7, 0.855), cream, None, radius=0.05, height=0.07)
        turned(
            [(0.0, 0.0), (0.03, 0.0), (0.04, 0.05), (0.02, 0.1), (0.024, 0.12), (0.0, 0.11)],
            cream,
            (x - 0.12, 0.78, 0.855),
        )
    cane = linen("cane", "#cfae78", weave=60, strength=0.9)
    for x, turn in ((-0.92, 86), (0.5, 94)):
        chair((x, 0.8), turn, dark, cane)
    monstera((0.72, 0.6, 0.07), height=0.9, seed=12, size=1.0)
    # awning
    canvas, g = material("canvas")
    u = g.split(g.coords("UV"))[0]
    stripe = g.smooth(g.math("SINE", g.math("MULTIPLY", u, 6.2832 * 9)), -0.06, 0.06)
    tint = g.mix(stripe, "#e9dcc2", "#24493c")
    g.surface(
        g.shade(
            0.3, g.principled(base_color=tint, roughness=0.9), g.node("BsdfTranslucent", {"Color": tint}).outputs[0]
        )
    )
    sheet(
        lambda u, v: (
            -2.3 + u * 3.36,
            -0.08 - v * 1.15,
            3.2 - v * 0.52 - 0.05 * np.sin(np.pi * v) * (1 + 0.2 * np.sin(u * 40)),
        ),
        (160, 24),
        canvas,
    )
    sheet(
        lambda u, v: (
            -2.3 + u * 3.36,
            -1.23 + 0.01 * np.sin(u * 120) * v,
            2.68 - v * (0.17 + 0.035 * np.abs(np.sin(u * np.pi * 18))),
        ),
        (240, 8),
        canvas,
    )
    # round sign with the glass on it, and lanterns
    tube([(2.45, -0.1, 3.0), (2.45, -0.42, 3.0), (2.45, -0.8, 3.0)], 0.016, matte("iron", "#181614"), smooth=False)
    disc = turned(
        [(0.0, -0.02), (0.31, -0.02), (0.33, -0.012), (0.33, 0.012), (0.31, 0.02), (0.0, 0.02)],
        green,
        (2.45, -0.62, 2.6),
    )
    disc.rotation_euler = (math.radians(90), 0, math.radians(24))
    hour = turned(
        [
            (0.0, -0.2),
            (0.12, -0.2),
            (0.13, -0.185),
            (0.12, -0.17),
            (0.1, -0.1),
            (0.022, 0.0),
            (0.1, 0.1),
            (0.12, 0.17),
            (0.13, 0.185),
            (0.12, 0.2),
            (0.0, 0.2),
        ],
        lit("hourglass", "#ffd9a0", 2.6),
        (2.465, -0.66, 2.6),
    )
    hour.scale = (1, 0.16, 1)
    hour.rotation_euler = (0, 0, math.radians(24))
    for x in (-2.35, 2.45):
        block((x, -0.16, 2.02), (0.05, 0.12, 0.16), brass, bevel=0.01)
        turned(
            [(0.0, 0.0), (0.06, 0.01), (0.075, 0.09), (0.05, 0.17), (0.0, 0.18)],
            lit("lantern", "#ffcb85", 9),
            (x, -0.25, 1.98),
        )
        lamp((x, -0.36, 2.06), "#ffb266", 26, 0.07)
    # bench, pots, a chalkboard, upper windows
    oak = wood("bench", "#6b4427", "#9a6a42", along="X", rough=0.4)
    for k in range(3):
        block((-1.1, -0.66 - k * 0.125, 0.46), (1.7, 0.11, 0.035), oak, bevel=0.008)
    for x in (-1.8, -0.4):
        for y in (-0.62, -0.95):
            block((x, y, 0.22), (0.05, 0.05, 0.44), matte("iron", "#181614"), bevel=0.005)
    box = hide(leaf_form(0.07, 0.035, leaf("box", "#234a28", "#5c8a45", through=0.3, rough=0.35), curl=0.2))
    clay = matte("clay", "#9a5a40", rough=0.85, vary=0.1, scale=8)
    for x, y, s, tall in ((0.86, -0.62, 1.0, 0.5), (2.52, -0.7, 1.15, 0.62), (-2.45, -0.72, 1.05, 0.55)):
        turned(
            [
                (0.0, 0.0),
                (0.16, 0.0),
                (0.18, 0.02),
                (0.23, 0.38),
                (0.25, 0.39),
                (0.25, 0.45),
                (0.22, 0.455),
                (0.0, 0.43),
            ],
            clay,
            (x, y, 0),
            scale=s,
        )
        bush((x, y, 0.45 * s + tall * 0.75), (0.3 * s, 0.3 * s, tall * 0.8), box, leaves=520, seed=int(x * 10) + 60)
    for x in (-1.2, 1.3):
        block((x, -0.02, 5.35), (1.0, 0.1, 1.5), matte("reveal", "#d8d2c4"), bevel=0.01)
        block(
            (x, -0.08, 5.35),
            (0.86, 0.03, 1.36),
            lit("room above", "#ffb875", 0.55) if x > 0 else matte("dark pane", "#1d2a44", rough=0.08),
            bevel=0,
        )
        block((x, -0.1, 5.35), (0.05, 0.03, 1.36), green, bevel=0.004)
        block((x, -0.1, 5.35), (0.86, 0.03, 0.05), green, bevel=0.004)
        block((x, -0.14, 4.57), (1.2, 0.2, 0.07), matte("sill", "#c9c2b4"), bevel=0.01)
    panel((-2, -9, 7), (0, 0, 1.5), (8, 5), "#7f95dd", 260)
