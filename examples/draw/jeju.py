"""The coast that every window of the guesthouse looks at: its skies, its hills, its sea."""

from __future__ import annotations

from typing import Any

import numpy as np

from forms import sheet
from swell import Swell
from water import sea, sea_paint

GOLDEN = [(0.0, "#ffb765"), (0.12, "#ffa766"), (0.3, "#f59a80"), (0.48, "#c88ea6"), (0.7, "#6f86c4"), (1.0, "#3d66b0")]
MORNING = [(0.0, "#fdf0dc"), (0.15, "#e6eef2"), (0.4, "#b5d6ec"), (0.75, "#7fb4e0"), (1.0, "#5c98d2")]
AFTERGLOW = [
    (0.0, "#ff9d6b"),
    (0.1, "#ff9a7d"),
    (0.22, "#e08fa0"),
    (0.38, "#9a7fb3"),
    (0.6, "#4f5f9e"),
    (1.0, "#233a73"),
]


def cone(
    place: tuple[float, float, float], radius: float, height: float, paint: Any, seed: int, crown: float = 0.35
) -> None:
    """A tuff cone with a broken crown, like the one at Seongsan."""
    chance = np.random.default_rng(seed)
    phase = chance.uniform(0, 6.28, 12)

    def bend(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        angle = u * 2 * np.pi
        jag = sum(np.sin((k + 2) * angle + phase[k]) / (k + 1.5) for k in range(9))
        rim = crown * radius * (1 + 0.06 * jag)
        spread = rim + (radius - rim) * (1 - v) ** 1.7 * (1 + 0.05 * jag)
        x, y = np.cos(angle) * spread, np.sin(angle) * spread * 0.8
        top = height * (0.86 + 0.09 * jag)
        gully = 0.02 * height * np.sin(angle * 37 + 3 * jag) * v * (1 - v) * 4
        return place[0] + x, place[1] + y, place[2] + top * v**0.82 + gully

    sheet(bend, (220, 40), paint)
    inner = crown * radius * 0.86
    sheet(
        lambda u, v: (
            place[0] + np.cos(u * 2 * np.pi) * inner * v,
            place[1] + np.sin(u * 2 * np.pi) * inner * 0.8 * v,
            0 * u + place[2] + height * 0.7,
        ),
        (40, 3),
        paint,
    )


def day_sea(level: float, camera: Any, *, calm: float = 1.0) -> None:
    water = sea_paint(deep="#0b5a74", shallow="#3fb0b5", ripple=0.3, foam=0.6)
    sea(
        camera,
        water,
        level=level,
        swells=[Swell(140, wind_m_s=7, wind_deg=190, height_m=0.5 * calm, seed=4)],
        columns=420,
        rows=420,
    )
