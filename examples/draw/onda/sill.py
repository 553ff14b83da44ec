"""Vessels on the sill."""

from __future__ import annotations

from forms import block
from paints import leaf, matte, wood
from plants import hide, leaf_form, sprig
from studio import begin, look_from, sky, sun
from swell import Swell
from table import bowl, cup
from vessels import bottle, glazes, moon_jar, tall_vase
from water import sea, sea_paint


def sill(width: int, height: int, samples: int) -> None:
    """A row of vessels on the shop's sill, the sea in the window behind."""

    begin(width, height, samples=samples, exposure=0.5)
    camera = look_from(
        (-0.28, -1.5, 0.44), (0.03, 0.2, 0.27), lens_mm=44, f_stop=3.2, focus=(0.0, -0.02, 0.15), level=True
    )
    sky(
        [(0.0, "#fbe6cc"), (0.18, "#efe4dd"), (0.45, "#bcd6e8"), (1.0, "#7fb2dc")],
        sun_at=(22, 40),
        glow="#ffe6bd",
        glow_strength=0.8,
        clouds=0.55,
        cloud_scale=0.6,
        cloud_light="#fffaf2",
        cloud_shade="#c5d2e2",
        cloud_seed=5.0,
        strength=1.15,
        lighting=1.5,
    )
    sun(24, 42, "#ffd6a0", 9.0, 0.7)
    sea(
        camera,
        sea_paint(deep="#0f5a70", shallow="#45aab0", ripple=0.4, foam=0.6),
        level=-9,
        swells=[Swell(140, wind_m_s=5, wind_deg=190, height_m=0.25, seed=4)],
        columns=300,
        rows=300,
    )
    wall = matte("limewash", "#eadfcd", vary=0.06, scale=0.9, grain=0.12)
    frame = wood("frame", "#6a4428", "#93633c", along="Z", rough=0.42)
    rail = wood("rail", "#6a4428", "#93633c", along="X", rough=0.42)
    block((0, 0.1, -0.03), (4.0, 0.55, 0.06), wood("sill", "#94653c", "#c6975f", along="X", rough=0.4), bevel=0.008)
    block((0, 0.1, -0.66), (4.0, 0.4, 1.2), wall, bevel=0)
    for x in (-0.86, 0.18, 1.22):
        block((x, 0.32, 0.9), (0.05, 0.07, 2.0), frame, bevel=0.005)
    block((0, 0.32, 0.02), (4, 0.08, 0.05), rail, bevel=0.005)
    block((0, -2.6, 0.8), (6, 0.1, 4), wall, bevel=0)
    block((-2.2, -1.2, 0.8), (0.1, 3.2, 4), wall, bevel=0)
    block((2.2, -1.2, 0.8), (0.1, 3.2, 4), wall, bevel=0)
    block((0, -1.2, 2.2), (5, 3.2, 0.1), wall, bevel=0)
    p = glazes()
    tall_vase((-0.5, 0.05, 0.0), p["celadon"], 1.05, 1)
    moon_jar((-0.2, 0.08, 0.0), p["milk"], 1.1, 2)
    cup((-0.02, -0.08, 0.0), p["ember"], None, radius=0.045, height=0.07, handle=None, seed=3)
    bowl((0.17, -0.03, 0.0), p["sea"], radius=0.115, height=0.08, seed=4)
    bottle((0.42, 0.06, 0.0), p["iron"], 1.1, 5)
    bottle((0.58, -0.02, 0.0), p["sand"], 0.75, 6)
    olive = hide(leaf_form(0.06, 0.019, leaf("olive", "#4f6a3a", "#9bb074", through=0.45), curl=0.15))
    bark = matte("bark", "#57463a")
    for n, (dx, dz) in enumerate(((-0.2, 0.22), (0.08, 0.34), (0.2, 0.2))):
        x, y, z = -0.5, 0.05, 0.34
        sprig(
            [
                (x, y, z),
                (x + dx * 0.2, y, z + dz * 0.45),
                (x + dx * 0.6, y - 0.02, z + dz * 0.8),
                (x + dx, y - 0.04, z + dz),
            ],
            0.0035,
            bark,
            olive,
            leaves=24,
            start=0.2,
            seed=n,
        )
