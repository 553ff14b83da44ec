"""A latte from above."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from forms import block, copy, stone, tube, turned
from graph import material
from paints import glaze, leaf, linen, matte, metal, wood
from plants import hide, leaf_form, sprig
from studio import begin, direction, look_from, sky, sun
from table import croissant, croissant_paint, cup, napkin, plate


def latte_picture(pixels: int = 900) -> Any:
    """A rosetta in foamed milk, as an image: a fern drawn by folds of a wave, pulled through its middle."""
    y, x = np.mgrid[-1 : 1 : pixels * 1j, -1 : 1 : pixels * 1j]
    chance = np.random.default_rng(5)
    bend = np.zeros_like(x)
    for k in range(1, 6):
        a = chance.uniform(0, 6.28, 4)
        bend += 0.018 / k * np.sin(k * 2.6 * x + a[0] + np.cos(k * 2.1 * y + a[1])) + 0.012 / k * np.sin(
            k * 3.1 * y + a[2]
        )
    px, py = x * 1.04 + bend, y * 1.04 + bend * 0.7
    along = (py + 0.74) / 1.42
    width = 0.66 * np.sin(np.pi * np.clip(along, 0, 1) ** 0.72) ** 0.62
    across = np.abs(px) / np.maximum(width, 1e-3)
    phase = along * 6.4 - 0.95 * np.abs(px) ** 0.9 * 1.6 + 0.12 * np.sin(px * 7)
    fold = np.abs((phase % 1.0) - 0.5) * 2
    across = np.minimum(across, 3.0)
    leafs = 1 / (1 + np.exp((fold - (0.68 - 0.34 * across)) * 16))
    inside = 1 / (1 + np.exp((across - 0.97) * 22)) * ((along > 0) & (along < 1))
    milk = leafs * inside
    heart = np.hypot(px * 1.15, (py - 0.62)) - 0.13 - 0.05 * np.cos(np.arctan2(py - 0.62, px) * 2)
    milk = np.maximum(milk, 1 / (1 + np.exp(heart * 45)))
    stem = np.exp(-((px / (0.014 + 0.01 * np.clip(along, 0, 1))) ** 2)) * (along > -0.02) * (along < 0.93)
    milk = milk * (1 - 0.75 * stem)
    ring = np.hypot(x, y)
    crema = np.array([0.36, 0.165, 0.05]) * (1 - 0.35 * np.clip((ring - 0.55) / 0.45, 0, 1))[..., None]
    speck = chance.normal(0, 1, (pixels, pixels))
    import cv2

    speck = cv2.GaussianBlur(speck, (0, 0), 2.2) * 4
    crema = crema * (1 + 0.05 * speck[..., None])
    white = np.array([0.93, 0.83, 0.67]) * (1 - 0.03 * np.clip(speck, 0, 3))[..., None]
    color = crema + (white - crema) * milk[..., None]
    edge = np.clip((ring - 0.93) / 0.05, 0, 1)[..., None]
    color = color * (1 - 0.35 * edge)
    image = bpy.data.images.new("latte", pixels, pixels, float_buffer=True)
    rgba = np.concatenate([color, np.ones((pixels, pixels, 1))], axis=2).astype(np.float32)
    image.colorspace_settings.name = "Linear Rec.709"
    image.pixels.foreach_set(rgba.ravel())
    return image


def latte(width: int, height: int, samples: int) -> None:
    """From above: a rosetta, a spoon, a biscuit, the shadow of leaves."""

    begin(width, height, samples=samples, exposure=0.9)
    look_from((0.0, -0.02, 0.86), (0.0, 0.0, 0.0), lens_mm=52, f_stop=4.0, focus=(0, 0, 0.06))
    sky([(0.0, "#dfe4ea"), (1.0, "#b9cbe0")], clouds=0, glow_strength=0, strength=0.33)
    sun(44, -52, "#ffdcae", 9.0, 0.9)
    table = wood("table", "#3d2617", "#6b4529", along="X", rough=0.4, coat=0.1, scale=1.8)
    for k in range(5):
        block((0, -0.44 + k * 0.2, -0.02), (2.4, 0.198, 0.04), table, bevel=0.003)
    sage = glaze("sage", "#7f9a86", speckle="#3e4a3c", rim="#a97f58", rim_from=0.0, rim_to=0.004, rough=0.25)
    plate((0.0, 0.0, 0.0), sage, radius=0.108, height=0.014)
    made, g = material("latte")
    at = g.coords("Object", scale=(1 / 0.104, 1 / 0.104, 1))
    at = g.vector("ADD", at, (0.5, 0.5, 0.0))
    tint = g.image(latte_picture(), at, extension="EXTEND")
    froth = g.noise(g.coords(), 300.0, 2)
    g.surface(
        g.principled(
            base_color=tint, roughness=0.34, normal=g.bump(froth, 0.06, 0.001), coat_weight=0.25, coat_roughness=0.15
        )
    )
    cup((0.0, 0.0, 0.006), sage, None, radius=0.056, height=0.064, handle=-32)
    surface = turned([(0.0, 0.0), (0.03, 0.0), (0.0528, 0.0004)], made, (0, 0, 0.064), levels=1)
    surface.rotation_euler = (0, 0, 0.5)
    steel = metal("spoon", "#d8c29a", rough=0.18)
    tube([(0.075, 0.078, 0.016), (0.02, 0.115, 0.011), (-0.06, 0.165, 0.009)], [0.0022, 0.0026, 0.0042], steel)
    scoop = stone((0.088, 0.070, 0.016), (0.019, 0.0125, 0.004), steel, seed=0, rough=0.0, detail=4)
    scoop.rotation_euler = (0, 0, -0.55)
    dish = glaze("dish", "#efe5d3", speckle="#6b5540", rough=0.3)
    plate((-0.285, 0.10, 0.0), dish, radius=0.11, height=0.013)
    croissant((-0.285, 0.10, 0.006), croissant_paint(), turn=40, size=0.155, seed=4)
    napkin(
        (-0.26, -0.17, 0.0),
        (0.26, 0.19),
        linen("napkin", "#d9cdb6", weave=240, strength=0.5),
        turn=18,
        seed=5,
        lift=0.012,
    )
    page = matte("paper", "#efe6d4", vary=0.02)
    cover = linen("cover", "#9c4a2c", weave=260, strength=0.3, glow=0.0)
    block((0.325, -0.13, 0.007), (0.17, 0.23, 0.012), page, bevel=0.001, turn=(0, 0, -14))
    block((0.325, -0.13, 0.0145), (0.176, 0.236, 0.003), cover, bevel=0.001, turn=(0, 0, -14))
    block((0.325, -0.13, 0.0012), (0.176, 0.236, 0.002), cover, bevel=0.001, turn=(0, 0, -14))
    tube([(0.29, -0.2, 0.021), (0.37, -0.07, 0.021)], 0.0042, matte("pencil", "#20372d", rough=0.35), smooth=False)
    bean_paint = matte("bean", "#3a1c0c", rough=0.32, vary=0.3, scale=60)
    bean = hide(stone((0, 0, 0), (0.0062, 0.0044, 0.0034), bean_paint, seed=1, rough=0.04, detail=3))
    chance = np.random.default_rng(3)
    for _ in range(24):
        made = copy(
            bean,
            (0.25 + chance.normal(0, 0.05), 0.2 + chance.normal(0, 0.03), 0.003),
            (0, chance.uniform(-0.2, 0.2), chance.uniform(0, 6)),
        )
        made.hide_render = False
    towards = direction(44, -52)
    twig = hide(leaf_form(0.11, 0.045, leaf("shade", "#33602f", "#5f9446"), curl=0.2))
    bark = matte("bark", "#4d3a2c")
    for n, (dx, dy) in enumerate(((-0.25, 0.12), (0.02, 0.34), (0.3, 0.3), (0.42, 0.02), (-0.4, -0.1))):
        root = Vector((dx, dy, 0.0)) + towards * 0.85
        way = Vector((0.3 * (-1) ** n, 0.22, 0.03 * n))
        sprig(
            [
                tuple(root - way),
                tuple(root - way * 0.3 + Vector((0, 0, 0.02))),
                tuple(root + way * 0.4),
                tuple(root + way),
            ],
            0.005,
            bark,
            twig,
            leaves=15,
            start=0.1,
            seed=n,
        )
