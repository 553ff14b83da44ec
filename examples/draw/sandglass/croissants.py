"""Croissants in the morning light."""

from __future__ import annotations

import numpy as np

from forms import block, copy, sheet, tube
from graph import material
from paints import glaze, linen, liquid, matte, wood
from plants import hide, monstera
from rooms import window_shade
from studio import begin, direction, look_from, panel, sky, sun
from table import croissant, croissant_paint, cup, napkin, plate, steam


def croissants(width: int, height: int, samples: int) -> None:
    """Fresh from the oven, in the stripes of a morning window."""

    begin(width, height, samples=samples, exposure=1.1)
    look_from((-0.04, -0.70, 0.35), (0.02, 0.04, 0.04), lens_mm=54, f_stop=3.0, focus=(0.0, -0.06, 0.05))
    sky([(0.0, "#dccfba"), (1.0, "#9fb0bb")], clouds=0, glow_strength=0, strength=0.8)
    sun(27, -62, "#ffd29a", 20.0, 0.7)
    towards = direction(27, -62)
    window_shade(tuple(towards * 2.2), (1.3, 0.95), (3, 2), tuple(towards))
    walnut = wood("table", "#59371f", "#8d6040", along="X", rough=0.36, coat=0.12, scale=1.5)
    for k in range(6):
        block((0, -0.62 + k * 0.24, -0.02), (3, 0.238, 0.04), walnut, bevel=0.004)
    green = matte("wall", "#4c6e58", vary=0.1, scale=1.4)
    block((0, 1.9, 0.3), (6, 0.1, 2.4), green, bevel=0)
    board = wood("board", "#b98a58", "#dcb586", along="X", rough=0.5, scale=1.8)
    block((0.02, 0.0, 0.011), (0.56, 0.30, 0.022), board, bevel=0.009, turn=(0, 0, -6))
    tube([(0.30, -0.03, 0.011), (0.36, -0.036, 0.011), (0.42, -0.043, 0.011)], [0.03, 0.022, 0.02], board)
    parchment, g = material("parchment")
    g.surface(
        g.shade(
            0.25,
            g.principled(
                base_color="#ead9bb", roughness=0.7, normal=g.bump(g.noise(g.coords(), 14.0, 4, 0.6, 1.2), 0.6, 0.02)
            ),
            g.node("BsdfTranslucent", {"Color": "#f3dfb8"}).outputs[0],
        )
    )
    napkin((0.0, 0.0, 0.0225), (0.44, 0.30), parchment, turn=9, seed=6, lift=0.010)
    crust = croissant_paint()
    for x, y, z, turn, size, seed in (
        (-0.11, -0.045, 0.026, 28, 0.165, 1),
        (0.085, -0.06, 0.026, -22, 0.17, 4),
        (-0.02, 0.075, 0.026, 8, 0.165, 7),
        (0.165, 0.055, 0.026, 66, 0.15, 9),
    ):
        croissant((x, y, z), crust, turn=turn, size=size, seed=seed)
    flake = hide(
        sheet(
            lambda u, v: ((u - 0.5) * 0.014, (v - 0.5) * 0.009, 0.002 * np.sin(u * 3) + 0.001 * np.sin(v * 5)),
            (6, 5),
            crust,
        )
    )
    chance = np.random.default_rng(8)
    for _ in range(46):
        made = copy(
            flake,
            (chance.uniform(-0.28, 0.3), chance.uniform(-0.28, 0.02), 0.0015),
            (chance.uniform(-0.4, 0.4), chance.uniform(-0.4, 0.4), chance.uniform(0, 6)),
            chance.uniform(0.25, 0.9),
        )
        made.hide_render = False
    cream = glaze("cream", "#efe5d3", speckle="#6b5540", rim="#a97f58", rim_from=0.0, rim_to=0.006, rough=0.3)
    plate((-0.34, 0.13, 0.0), cream, radius=0.085, height=0.012)
    cup((-0.34, 0.13, 0.006), cream, liquid("coffee", "#23100a"), radius=0.044, height=0.062, handle=215)
    steam((-0.34, 0.13, 0.16), (0.11, 0.2), 0.6, seed=4)
    butter, g = material("butter")
    g.surface(
        g.principled(base_color="#f6d874", roughness=0.4, subsurface_weight=0.4, subsurface_radius=(0.02, 0.015, 0.005))
    )
    plate((0.36, 0.2, 0.0), glaze("dish", "#35564a", rough=0.2), radius=0.07, height=0.01)
    block((0.35, 0.2, 0.021), (0.055, 0.04, 0.025), butter, bevel=0.003, turn=(0, 0, 20))
    block((0.39, 0.185, 0.014), (0.008, 0.038, 0.024), butter, bevel=0.002, turn=(0, 62, 14))
    napkin(
        (-0.36, -0.15, 0.0),
        (0.26, 0.2),
        linen("napkin", "#d8cdb8", weave=240, strength=0.5),
        turn=32,
        seed=3,
        lift=0.014,
    )
    monstera((0.85, 1.1, -0.45), height=0.7, seed=4, size=0.9)
    monstera((-0.95, 1.3, -0.5), height=0.7, seed=8, size=0.9)
    panel((1.2, -0.6, 0.8), (0, 0, 0), (1.0, 1.0), "#bcd0ff", 3)
