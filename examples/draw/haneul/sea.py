"""The sea at golden hour."""

from __future__ import annotations

import numpy as np

from forms import sheet, stone
from graph import material
from jeju import GOLDEN, cone
from paints import basalt, hazy
from plants import hide, meadow, silver_grass
from studio import begin, look_from, sky, sun
from swell import Swell
from water import sea, sea_paint


def golden_sea(width: int, height: int, samples: int) -> None:
    """Golden hour from the cliff: silver grass against the light, black rocks, a path of sun on the water."""
    begin(width, height, samples=samples, exposure=0.28)
    camera = look_from((0, 0, 7.9), (0.3, 40, 5.3), lens_mm=30, f_stop=8.0, focus=(0, 14, 4))
    sun_at = (5.2, 7.5)
    sky(
        GOLDEN,
        sun_at=sun_at,
        glow="#ff9a3c",
        glow_strength=2.1,
        disc=60,
        clouds=0.8,
        cloud_scale=0.8,
        cloud_light="#ffc795",
        cloud_shade="#8f7ba3",
        cloud_seed=15.7,
        strength=1.0,
    )
    sun(*sun_at, color="#ffb36b", power=6.5, size_deg=1.4)
    rock = basalt(wet=0.7, color="#171618", light="#4a4340")
    shores: list[tuple[float, float, float]] = []
    chance = np.random.default_rng(11)
    for n, (x, y, size) in enumerate(
        [
            (-15, 40, 5.2),
            (-9.0, 43, 3.0),
            (-21, 50, 7.0),
            (-5.5, 39, 1.6),
            (14, 36, 3.4),
            (19, 42, 6.0),
            (10.4, 33.5, 1.6),
            (-11, 34, 2.2),
            (25, 55, 6.0),
            (-3.0, 52, 1.7),
            (9.5, 60, 2.4),
            (-13, 62, 3.0),
        ]
    ):
        stone(
            (x, y, -0.1),
            (size, size * 0.8, size * (0.42 + 0.2 * chance.random())),
            rock,
            seed=n + 3,
            rough=0.45,
            facets=0.5,
            detail=6,
        )
        shores.append((x, y, size * 0.98))
    water = sea_paint(deep="#0a3038", shallow="#2a7d7a", ripple=0.5, foam_color="#fbe8d4")
    swells = [
        Swell(170, wind_m_s=9, wind_deg=200, height_m=0.9, seed=3),
        Swell(31, wind_m_s=5, wind_deg=170, height_m=0.28, seed=8),
    ]
    sea(camera, water, swells=swells, shores=shores, columns=1000, rows=1000)
    far = hazy("far", "#39433f", "#d98d72", 700, 5200)
    cone((-620, 2050, -6), 430, 150, far, 5)
    ridge = hazy("ridge", "#39433f", "#e29a75", 800, 5600)
    for x, y, radius, tall in ((-1500, 3300, 900, 190), (-2600, 3900, 1500, 330)):
        cone((x, y, -10), radius, tall, ridge, int(tall), crown=0.08)
    blade, g = material("blade")
    front = g.principled(base_color="#6f6a35", roughness=0.6)
    g.surface(g.shade(0.45, front, g.node("BsdfTranslucent", {"Color": "#c9a24a"}).outputs[0]))
    plume, g = material("plume")
    front = g.node("BsdfDiffuse", {"Color": "#b79c86"}).outputs[0]
    g.surface(g.shade(0.7, front, g.node("BsdfTranslucent", {"Color": "#ffe2b0"}).outputs[0]))
    moulds = [hide(silver_grass(blade, plume, seed=s, height=1.2)) for s in range(5)]
    spots: list[tuple[float, float, float]] = []
    low: list[tuple[float, float, float]] = []
    for _ in range(420):
        x = chance.uniform(-6, 6)
        y = chance.uniform(3.0, 8.5)
        gap = abs(x - 0.35) / y
        small = chance.random() < 0.74 or (gap < 0.3 and chance.random() < 0.9)
        ground = 4.6 - (y - 3) * 0.16 + 0.28 * min(abs(x - 0.3), 4) + 0.15 * np.sin(x * 2.1)
        (low if small else spots).append((x, y, ground))
    meadow(moulds, spots, seed=2, size=(0.7, 1.15))
    tufts = [hide(silver_grass(blade, plume, seed=20 + s, height=0.62, plumes=1, blades=70)) for s in range(3)]
    meadow(tufts, low, seed=3)
    soil = basalt("cliff", color="#1d1a17", light="#4a4134")
    sheet(
        lambda u, v: (
            (u - 0.5) * 18,
            1.0 + v * 8.5,
            4.5
            - v * 8.5 * 0.16
            + 0.28 * np.minimum(np.abs((u - 0.5) * 18 - 0.3), 4)
            - np.maximum(v - 0.86, 0) * 30
            + 0.06 * np.sin(u * 90) * np.sin(v * 40),
        ),
        (160, 120),
        soil,
    )
