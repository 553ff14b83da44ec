"""What the potter throws: glazes, jars, bottles, jugs."""

from __future__ import annotations

import math
from typing import Any

from forms import tube, turned
from paints import glaze


def glazes() -> dict[str, Any]:
    """The shop's palette: milk, sand, celadon, sea, iron, ember."""
    clay = "#a9764f"
    return {
        "milk": glaze("milk", "#f0e8da", speckle="#5f4a38", rim=clay, rim_from=0.004, rim_to=0.016),
        "sand": glaze("sand", "#cdb391", speckle="#5f4a38", rough=0.5, rim=clay, rim_from=0.004, rim_to=0.016),
        "celadon": glaze("celadon", "#9dbcae", rough=0.2, rim=clay, rim_from=0.004, rim_to=0.016),
        "sea": glaze("sea", "#2d5f73", rough=0.18, rim=clay, rim_from=0.004, rim_to=0.016, vary=0.2),
        "iron": glaze("iron", "#2b2725", rough=0.42, rim="#6b4a35", rim_from=0.004, rim_to=0.014, vary=0.2),
        "ember": glaze("ember", "#b4583a", rough=0.38, rim=clay, rim_from=0.004, rim_to=0.016, vary=0.15),
    }


def bottle(place: tuple[float, float, float], paint: Any, size: float = 1.0, seed: int = 0) -> Any:
    return turned(
        [
            (0.0, 0.0),
            (0.05, 0.0),
            (0.056, 0.004),
            (0.08, 0.06),
            (0.083, 0.11),
            (0.06, 0.17),
            (0.026, 0.215),
            (0.02, 0.26),
            (0.021, 0.29),
            (0.028, 0.305),
            (0.026, 0.308),
            (0.017, 0.29),
            (0.0, 0.27),
        ],
        paint,
        place,
        wobble=0.008,
        seed=seed,
        scale=size,
    )


def moon_jar(place: tuple[float, float, float], paint: Any, size: float = 1.0, seed: int = 0) -> Any:
    return turned(
        [
            (0.0, 0.006),
            (0.055, 0.006),
            (0.06, 0.0),
            (0.066, 0.0),
            (0.07, 0.014),
            (0.12, 0.06),
            (0.146, 0.125),
            (0.143, 0.165),
            (0.115, 0.22),
            (0.07, 0.25),
            (0.062, 0.262),
            (0.066, 0.276),
            (0.062, 0.28),
            (0.055, 0.265),
            (0.06, 0.245),
            (0.0, 0.22),
        ],
        paint,
        place,
        wobble=0.012,
        seed=seed,
        scale=size,
    )


def tall_vase(place: tuple[float, float, float], paint: Any, size: float = 1.0, seed: int = 0) -> Any:
    return turned(
        [
            (0.0, 0.0),
            (0.05, 0.0),
            (0.055, 0.005),
            (0.066, 0.08),
            (0.072, 0.18),
            (0.064, 0.27),
            (0.042, 0.31),
            (0.04, 0.33),
            (0.05, 0.35),
            (0.047, 0.353),
            (0.034, 0.33),
            (0.036, 0.3),
            (0.0, 0.28),
        ],
        paint,
        place,
        wobble=0.008,
        seed=seed,
        scale=size,
    )


def jug(place: tuple[float, float, float], paint: Any, size: float = 1.0, turn: float = 0.0) -> None:
    turned(
        [
            (0.0, 0.0),
            (0.055, 0.0),
            (0.06, 0.004),
            (0.078, 0.06),
            (0.076, 0.1),
            (0.055, 0.15),
            (0.05, 0.18),
            (0.056, 0.2),
            (0.053, 0.202),
            (0.046, 0.18),
            (0.05, 0.15),
            (0.0, 0.12),
        ],
        paint,
        place,
        scale=size,
        wobble=0.01,
    )
    a = math.radians(turn)
    x, y, z = place
    ring = [(0.05, 0.185), (0.085, 0.19), (0.112, 0.15), (0.1, 0.1), (0.076, 0.075)]
    tube([(x + r * size * math.cos(a), y + r * size * math.sin(a), z + h * size) for r, h in ring], 0.009 * size, paint)
