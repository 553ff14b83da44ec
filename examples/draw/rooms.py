"""Boards, curtains, chairs, walls: what rooms are made of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from mathutils import Vector

from forms import block, copy, sheet, tube, turned
from paints import lit, matte
from studio import lamp


def floor(
    width: float,
    depth: float,
    paint: Any,
    *,
    center: tuple[float, float, float] = (0, 0, 0),
    board: float = 0.16,
    along: str = "Y",
    gap: float = 0.003,
    seed: int = 0,
) -> None:
    """Boards of random lengths, each its own cut of the wood."""
    chance = np.random.default_rng(seed)
    across, length = (width, depth) if along == "Y" else (depth, width)
    moulds: dict[float, Any] = {}
    ground = matte("under the boards", "#17100b")
    block((center[0], center[1], center[2] - 0.035), (width, depth, 0.012), ground, bevel=0)
    for n in range(math.ceil(across / board)):
        side = -across / 2 + (n + 0.5) * board
        start = -length / 2
        while start < length / 2 - 0.01:
            long = float(chance.choice([1.4, 1.9, 2.4]))
            if start == -length / 2:
                long = round(long * float(chance.choice([0.3, 0.5, 0.7, 1.0])), 2)
            long = round(min(long, length / 2 - start), 2)
            middle = start + long / 2
            x, y = (side, middle) if along == "Y" else (middle, side)
            size = (board - gap, long - gap, 0.024) if along == "Y" else (long - gap, board - gap, 0.024)
            at = (center[0] + x, center[1] + y, center[2] - 0.012)
            if long in moulds:
                copy(moulds[long], at)
            else:
                moulds[long] = block(at, size, paint, bevel=0.002, segments=2)
            start += long


def curtain(
    x: tuple[float, float],
    y: float,
    z: tuple[float, float],
    paint: Any,
    *,
    folds: float = 9,
    deep: float = 0.07,
    blow: float = 0.0,
    seed: int = 0,
) -> None:
    """A hanging of gauze, in folds that are never quite alike; ``blow`` lifts it into the room."""
    chance = np.random.default_rng(seed)
    p = chance.uniform(0, 6.28, 6)

    def bend(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        low = 1 - v
        phase = u * folds * 6.28 + 0.9 * np.sin(u * 7 + p[0]) + 0.5 * low * np.sin(u * 13 + p[1])
        wave = np.sin(phase) + 0.35 * np.sin(2 * phase + p[2])
        out = deep * wave * (0.55 + 0.6 * low) + 0.03 * np.sin(u * 21 + v * 3 + p[3]) * low
        puff = blow * np.sin(np.pi * np.clip(low * 0.75, 0, 1)) * (0.4 + 0.6 * np.sin(u * 3.1 + 0.3))
        xs = x[0] + (x[1] - x[0]) * u + 0.02 * np.sin(phase + 1.5) * low
        return xs, y + out - puff, z[0] + (z[1] - z[0]) * v + 0.0 * u

    sheet(bend, (420, 70), paint)


def chair(place: tuple[float, float], facing: float, frame: Any, seat: Any) -> None:
    """A slim wooden chair with a woven seat, facing +Y at 0 degrees."""
    a = math.radians(facing)

    def at(x: float, y: float, z: float) -> tuple[float, float, float]:
        return (place[0] + x * math.cos(a) - y * math.sin(a), place[1] + x * math.sin(a) + y * math.cos(a), z)

    for x in (-0.2, 0.2):
        tube([at(x, 0.19, 0.0), at(x * 0.95, 0.19, 0.44)], [0.014, 0.018], frame, smooth=False)
        tube(
            [at(x, -0.2, 0.0), at(x * 0.96, -0.18, 0.44), at(x * 0.98, -0.22, 0.66), at(x, -0.29, 0.86)],
            [0.014, 0.018, 0.017, 0.014],
            frame,
        )
    for z, lean in ((0.84, -0.283), (0.66, -0.224)):
        tube(
            [at(-0.2, lean, z), at(-0.1, lean - 0.03, z + 0.006), at(0.1, lean - 0.03, z + 0.006), at(0.2, lean, z)],
            0.015,
            frame,
        )
    for ends in (
        ((-0.2, 0.19), (0.2, 0.19)),
        ((-0.2, -0.19), (0.2, -0.19)),
        ((-0.2, -0.19), (-0.2, 0.19)),
        ((0.2, -0.19), (0.2, 0.19)),
    ):
        tube([at(*ends[0], 0.43), at(*ends[1], 0.43)], 0.014, frame, smooth=False)
    block(at(0, 0, 0.445), (0.4, 0.38, 0.03), seat, bevel=0.014, turn=(0, 0, facing))


def tiles(
    center: tuple[float, float, float],
    width: float,
    height: float,
    paint: Any,
    grout: Any,
    *,
    size: tuple[float, float] = (0.075, 0.22),
) -> None:
    """Upright glazed tiles on a wall that faces -Y."""
    x0, y, z0 = center
    block((x0, y + 0.012, z0), (width, 0.02, height), grout, bevel=0)
    mould = block((0, 0, -500), (size[0] - 0.004, 0.014, size[1] - 0.004), paint, bevel=0.003, segments=2)
    chance = np.random.default_rng(4)
    for i in range(int(width / size[0])):
        for j in range(int(height / size[1])):
            x = x0 - width / 2 + (i + 0.5) * size[0]
            z = z0 - height / 2 + (j + 0.5 + 0.5 * (i % 2)) * size[1]
            copy(mould, (x, y - 0.004, z), (chance.normal(0, 0.012), 0, chance.normal(0, 0.012)))


def pendant(
    place: tuple[float, float, float], paint: Any, *, watts: float = 18, size: float = 0.17, cord: float = 1.5
) -> None:
    """A spun metal shade with a bulb in it."""
    s = size
    turned(
        [
            (s, 0.0),
            (s * 0.97, 0.03 * s),
            (s * 0.82, 0.42 * s),
            (s * 0.4, 0.75 * s),
            (s * 0.14, 0.85 * s),
            (s * 0.12, 1.1 * s),
            (0.0, 1.12 * s),
        ],
        paint,
        place,
    )
    x, y, z = place
    turned(
        [(0.0, -0.02), (0.03, 0.0), (0.042, 0.04), (0.03, 0.08), (0.0, 0.09)],
        lit("bulb", "#ffd08a", 26),
        (x, y, z + 0.01),
    )
    tube([(x, y, z + 1.1 * s), (x, y, z + cord)], 0.004, matte("cord", "#17120e"))
    lamp((x, y, z - 0.03), "#ffbf7d", watts, 0.05)


def window_shade(
    center: tuple[float, float, float],
    size: tuple[float, float],
    panes: tuple[int, int],
    away: tuple[float, float, float],
) -> None:
    """Glazing bars between the sun and the scene, seen only by their shadows."""

    dark = matte("bars", "#000000")
    turn = Vector(away).to_track_quat("Y", "Z").to_euler()
    right = turn.to_matrix() @ Vector((1, 0, 0))
    up = turn.to_matrix() @ Vector((0, 0, 1))
    middle = Vector(center)
    for count, along, across, size_along, size_across in (
        (panes[0], right, up, *size),
        (panes[1], up, right, *reversed(size)),
    ):
        for n in range(count + 1):
            inner = 0 < n < count
            side = 0.0 if inner else (-0.5 if n == 0 else 0.5)
            at = middle + along * ((n / count - 0.5) * size_along + side)
            wide, tall = (0.05 if inner else 1.0), size_across + (0.0 if inner else 2.0)
            bar = block(tuple(at), (wide, 0.02, tall) if across is up else (tall, 0.02, wide), dark, bevel=0)
            bar.rotation_euler = turn
            bar.visible_camera = False
