"""A pair of cups in a box."""

from __future__ import annotations

import math

import numpy as np

from forms import block, sheet, tube, turned
from graph import material
from paints import leaf, linen, matte
from plants import hide, leaf_form, sprig
from rooms import window_shade
from studio import begin, direction, look_from, sky, sun
from table import bowl, cup
from vessels import bottle, glazes


def gift(width: int, height: int, samples: int) -> None:
    """A box, tissue, a pair of cups, a ribbon: something to give."""
    begin(width, height, samples=samples, exposure=0.85)
    look_from((-0.06, -0.72, 0.5), (0.01, 0.015, 0.04), lens_mm=48, f_stop=4.0, focus=(0, -0.04, 0.06))
    sky([(0.0, "#e6dfd4"), (1.0, "#b6c6dc")], clouds=0, glow_strength=0, strength=0.42)
    sun(38, -58, "#ffd8a8", 8.5, 1.0)
    towards = direction(38, -58)
    window_shade(tuple(towards * 2.4), (1.2, 0.8), (3, 2), tuple(towards))
    table = matte("table", "#d9c9b4", vary=0.05, scale=1.6, grain=0.12)
    block((0, 0, -0.02), (4, 4, 0.04), table, bevel=0)
    kraft = matte("kraft", "#a97c54", rough=0.8, vary=0.06, scale=40, grain=0.1)
    inner = matte("inside", "#c59a70", rough=0.85, vary=0.04, scale=40)
    w, d, h, t = 0.32, 0.22, 0.1, 0.004
    block((0, 0, t / 2), (w, d, t), inner, bevel=0.001)
    for x in (-w / 2, w / 2):
        block((x, 0, h / 2), (t, d, h), kraft, bevel=0.001)
    for y in (-d / 2, d / 2):
        block((0, y, h / 2), (w, t, h), kraft, bevel=0.001)
    block((0.215, 0.235, 0.065), (w + 0.012, d + 0.012, 0.004), kraft, bevel=0.001, turn=(-58, 0, -32))
    tissue, g = material("tissue")
    at = g.coords()
    creased = g.noise(at, 26.0, 5, 0.6, 1.3)
    g.surface(
        g.shade(
            0.45,
            g.principled(base_color="#f4ece0", roughness=0.8, normal=g.bump(creased, 0.7, 0.01)),
            g.node("BsdfTranslucent", {"Color": "#fff4e4"}).outputs[0],
        )
    )
    for n, (x, y, turn, size) in enumerate(
        ((0.0, 0.0, 4, (0.33, 0.24)), (-0.09, 0.03, 24, (0.28, 0.26)), (0.1, -0.01, -18, (0.27, 0.26)))
    ):
        s = n * 2.2

        def crumple(
            u: np.ndarray,
            v: np.ndarray,
            x: float = x,
            y: float = y,
            turn: float = turn,
            size: tuple[float, float] = size,
            s: float = s,
        ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            a = math.radians(turn)
            px, py = (u - 0.5) * size[0], (v - 0.5) * size[1]
            fold = (
                np.abs(np.sin(u * 9 + s + 2.1 * np.sin(v * 5 + s))) * 0.5
                + np.abs(np.sin(v * 11 + s * 2 + 1.7 * np.sin(u * 6))) * 0.5
            )
            rim = np.maximum(np.abs(u - 0.5), np.abs(v - 0.5)) * 2
            z = 0.04 + 0.026 * fold + 0.055 * np.clip(rim - 0.55, 0, 1) ** 1.2 * (0.6 + 0.8 * fold)
            qx, qy = px * math.cos(a) - py * math.sin(a) + x, px * math.sin(a) + py * math.cos(a) + y
            inside = 0.012
            return (
                np.clip(qx, -w / 2 + inside, w / 2 - inside) + 0.006 * fold,
                np.clip(qy, -d / 2 + inside, d / 2 - inside) + 0.006 * fold,
                z,
            )

        sheet(crumple, (110, 90), tissue, thick=0.0005, levels=1)
    p = glazes()
    for x, y, paint, lean in ((-0.066, -0.005, p["sea"], (0.16, -0.2, 0.0)), (0.07, 0.0, p["milk"], (0.12, 0.22, 0.4))):
        made = cup((x, y, 0.062), paint, None, radius=0.048, height=0.082, handle=None, seed=int(x * 100) + 20)
        made.rotation_euler = lean
    ribbon = linen("ribbon", "#b4583a", weave=500, strength=0.3, glow=0.15)

    def band(points: list[tuple[float, float, float]], wide: float, twist: tuple[float, float] = (0.0, 0.0)) -> None:
        path = np.array(points)
        steps = np.linspace(0, len(path) - 1, 90)
        k = np.clip(steps.astype(int), 0, len(path) - 2)
        f = (steps - k)[:, None]
        f = f * f * (3 - 2 * f)
        line = path[k] * (1 - f) + path[k + 1] * f
        kernel = np.ones(13) / 13
        padded = np.pad(line, ((6, 6), (0, 0)), mode="edge")
        line = np.stack([np.convolve(padded[:, c], kernel, "valid") for c in range(3)], axis=1)
        tangent = np.gradient(line, axis=0)
        side = np.cross(tangent, [0.15, 0.0, 1.0])
        side /= np.linalg.norm(side, axis=1, keepdims=True)
        angle = np.linspace(*twist, len(line))[:, None]
        side = side * np.cos(angle) + np.array([0, 0, 1.0]) * np.sin(angle)
        sheet(
            lambda u, v: tuple(
                (line[:, None, c] + side[:, None, c] * (np.linspace(-0.5, 0.5, 5)[None, :] * wide)) for c in range(3)
            ),
            (5, 90),
            ribbon,
        )  # type: ignore[arg-type,return-value]

    band(
        [
            (-0.42, -0.2, 0.004),
            (-0.33, -0.24, 0.012),
            (-0.26, -0.19, 0.003),
            (-0.19, -0.23, 0.016),
            (-0.1, -0.2, 0.003),
            (0.0, -0.235, 0.014),
            (0.1, -0.2, 0.003),
            (0.2, -0.225, 0.01),
        ],
        0.022,
        (0.2, 1.2),
    )
    turned(
        [(0.0, 0.0), (0.026, 0.0), (0.028, 0.003), (0.028, 0.021), (0.026, 0.024), (0.0, 0.024)],
        ribbon,
        (0.235, -0.2, 0.0),
    )
    card = matte("card", "#f6efe2", vary=0.02)
    block((-0.27, -0.09, 0.003), (0.1, 0.07, 0.0012), card, bevel=0.0004, turn=(0, 0, 17))
    wave = matte("ink", "#2d5f73")
    for k in range(2):
        tube(
            [
                (-0.295 + t * 0.05 + k * 0.004, -0.098 + t * 0.0153 + 0.006 * math.sin(t * 12.57) + k * 0.012, 0.0042)
                for t in np.linspace(0, 1, 24)
            ],
            0.0009,
            wave,
            smooth=False,
        )
    dried = hide(leaf_form(0.034, 0.012, leaf("dried", "#8d7a4f", "#c9b27b", through=0.35), curl=0.3))
    bark = matte("stalk", "#7a6243")
    for n in range(4):
        a = 0.5 + n * 0.14
        root = (0.31, -0.08 + n * 0.012, 0.006)
        tip = (0.31 + 0.2 * math.cos(a + 1.2), -0.08 + 0.2 * math.sin(a + 1.2) - 0.02, 0.014 + 0.004 * n)
        sprig(
            [root, ((root[0] + tip[0]) / 2 + 0.012, (root[1] + tip[1]) / 2, 0.018), tip],
            0.0016,
            bark,
            dried,
            leaves=17,
            start=0.25,
            seed=n,
        )
    bowl((-0.34, 0.17, 0.0), p["celadon"], radius=0.105, height=0.07, seed=8)
    bottle((-0.2, 0.28, 0.0), p["iron"], 0.7, 9)
