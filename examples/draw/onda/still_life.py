"""A jar, a bowl and a branch."""

from __future__ import annotations

import numpy as np

from forms import block, copy, tube, turned
from graph import material
from paints import leaf, linen, matte
from plants import flower, hide, leaf_form, sprig
from rooms import window_shade
from studio import begin, direction, look_from, sky, sun
from table import bowl, cup, napkin
from vessels import bottle, glazes, moon_jar


def still_life(width: int, height: int, samples: int) -> None:
    """A jar, a bowl, a branch, and the window's light on a wall."""
    begin(width, height, samples=samples, exposure=0.5)
    look_from((0.05, -1.75, 0.62), (0.02, 0.1, 0.33), lens_mm=52, f_stop=4.0, focus=(0.0, -0.02, 0.2), level=True)
    sky([(0.0, "#e8ddd0"), (1.0, "#b4c4dc")], clouds=0, glow_strength=0, strength=0.26)
    sun(29, -122, "#ffcf9b", 9.5, 0.8)
    towards = direction(29, -122)
    window_shade(
        tuple(towards * 3.0 + direction(90, 0) * 0.5 + direction(0, 90) * 0.12), (0.95, 0.85), (2, 2), tuple(towards)
    )
    wall = matte("limewash", "#c9a58a", vary=0.09, scale=1.1, grain=0.14)
    block((0, 0.55, 1.0), (6, 0.1, 5), wall, bevel=0)
    plinth = matte("plinth", "#e3d5c2", vary=0.05, scale=2.0, grain=0.12)
    block((0, 0.0, -0.3), (2.6, 0.72, 0.6), plinth, bevel=0.012)
    p = glazes()
    cloth_paint = linen("cloth", "#d8cbb6", weave=240, strength=0.5)
    napkin((0.2, -0.2, 0.0), (0.4, 0.22), cloth_paint, turn=-10, seed=4, lift=0.016)
    moon_jar((-0.12, 0.06, 0.0), p["milk"], 1.25, 3)
    bowl((0.2, -0.1, 0.012), p["sea"], radius=0.13, height=0.085, seed=6)
    cup((0.03, -0.23, 0.0), p["ember"], None, radius=0.042, height=0.07, handle=None, seed=5)
    bottle((0.34, 0.13, 0.0), p["iron"], 0.95, 8)
    pear_paint, g = material("pear")
    at = g.coords(seed=True)
    blush = g.smooth(g.noise(at, 7.0, 3), 0.42, 0.66)
    g.surface(
        g.principled(
            base_color=g.mix(blush, "#b7a548", "#b0622f"),
            roughness=0.42,
            normal=g.bump(g.noise(at, 160.0, 2), 0.1, 0.002),
            subsurface_weight=0.1,
            subsurface_radius=(0.02, 0.01, 0.004),
        )
    )
    shape = [
        (0.0, 0.004),
        (0.02, 0.0),
        (0.036, 0.014),
        (0.041, 0.034),
        (0.034, 0.058),
        (0.021, 0.08),
        (0.016, 0.094),
        (0.009, 0.101),
        (0.0, 0.099),
    ]
    for x, y, z, lean in ((0.17, -0.1, 0.045, 0.25), (0.25, -0.07, 0.05, -0.4), (-0.25, -0.2, 0.0, 0.0)):
        turned(shape, pear_paint, (x, y, z), wobble=0.02, seed=int(x * 100) + 40).rotation_euler = (
            lean,
            lean * 0.6,
            x * 9,
        )
        tube(
            [(x, y, z + 0.096), (x + 0.004, y, z + 0.112), (x + 0.011, y, z + 0.122)], 0.0016, matte("stalk", "#4d3826")
        )
    bark = matte("bark", "#54402f", rough=0.8, scale=30)
    blossom, g = material("blossom")
    tint = g.mix(g.node("ObjectInfo").outputs["Random"], "#fbeee8", "#f2c9c4")
    g.surface(
        g.shade(
            0.4,
            g.principled(base_color=tint, roughness=0.6),
            g.node("BsdfTranslucent", {"Color": "#ffe3dc"}).outputs[0],
        )
    )
    petal = hide(leaf_form(0.017, 0.017, blossom, curl=-0.3, fold=-0.25, tip=0.5))
    stamen = matte("stamen", "#d9a441")
    bud = hide(leaf_form(0.03, 0.013, leaf("young leaf", "#5f7d3a", "#a3b76a", through=0.4), curl=0.2))
    chance = np.random.default_rng(12)
    x0, y0, z0 = -0.12, 0.06, 0.33
    twigs = [
        [(0, 0, -0.06), (0.03, -0.01, 0.1), (0.14, -0.03, 0.27), (0.2, -0.04, 0.42), (0.34, -0.05, 0.56)],
        [(0.1, -0.02, 0.2), (0.2, -0.06, 0.26), (0.33, -0.1, 0.29), (0.43, -0.12, 0.36)],
        [(0, 0, -0.06), (-0.03, 0.0, 0.12), (-0.04, 0.02, 0.3), (-0.13, 0.03, 0.46), (-0.15, 0.02, 0.6)],
        [(0.16, -0.03, 0.34), (0.11, 0.0, 0.45), (0.13, 0.02, 0.58)],
        [(-0.04, 0.02, 0.26), (-0.14, -0.04, 0.32), (-0.24, -0.06, 0.33)],
    ]
    for n, twig in enumerate(twigs):
        points = [(x0 + x, y0 + y, z0 + z) for x, y, z in twig]
        sprig(points, 0.006 if n in (0, 2) else 0.0042, bark, bud, leaves=9, start=0.45, seed=n)
        path = [np.array(q) for q in points]
        for k in range(15 if n in (0, 2) else 9):
            t = chance.uniform(0.35, 1.0) * (len(path) - 1)
            j = min(int(t), len(path) - 2)
            at = path[j] * (1 - (t - j)) + path[j + 1] * (t - j)
            out = chance.normal(0, 1, 3)
            out /= np.linalg.norm(out)
            flower(
                tuple(at + out * 0.008),
                (float(out[0]), float(out[1] - 0.5), float(out[2] + 0.3)),
                petal,
                stamen,
                seed=n * 50 + k,
            )
    for _ in range(12):
        made = copy(
            petal,
            (x0 + chance.uniform(-0.1, 0.5), chance.uniform(-0.3, 0.1), 0.003),
            (chance.uniform(-0.3, 0.3), chance.uniform(-0.3, 0.3), chance.uniform(0, 6)),
        )
        made.hide_render = False
