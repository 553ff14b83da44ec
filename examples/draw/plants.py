"""Leaves, grasses, branches and pots."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

from forms import block, copy, freeze, sheet, stone, tube, turned
from paints import leaf, matte
from studio import add


def leaf_form(
    length: float, width: float, paint: Any, *, curl: float = 0.25, fold: float = 0.25, tip: float = 1.6, steps: int = 9
) -> Any:
    """One leaf along +Y from its stem at the origin, facing +Z."""

    def bend(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        outline = np.sin(np.pi * v**0.8) ** 0.75 * (1 - v ** (tip * 3) * 0.3)
        across = (u - 0.5) * 2
        x = across * width / 2 * outline
        y = v * length
        z = fold * np.abs(x) - curl * length * v**2 + 0.02 * length * np.sin(v * 14) * np.abs(across)
        return x, y, z

    return sheet(bend, (5, steps), paint, levels=1)


def hide(made: Any) -> Any:
    """Keeps a form only as a mould for copies."""
    made.hide_render = True
    made.hide_viewport = False
    made.location = (0, 0, -500)
    return made


def aim(place: Vector, along: Vector, roll: float, size: float) -> Matrix:
    turn = along.to_track_quat("Y", "Z").to_matrix().to_4x4()
    return Matrix.Translation(place) @ turn @ Matrix.Rotation(roll, 4, "Y") @ Matrix.Scale(size, 4)


def put(mould: Any, matrix: Matrix) -> Any:
    """A copy of the mould where ``matrix`` places it."""
    if mould.modifiers:
        freeze(mould)
    again = mould.copy()
    again.hide_render = False
    bpy.context.collection.objects.link(again)
    again.matrix_world = matrix
    return again


def silver_grass(
    paint: Any, plume: Any, *, seed: int = 0, height: float = 1.3, blades: int = 46, plumes: int = 7
) -> Any:
    """A clump of silver grass (eoksae): arching blades and feathered plumes, as one mesh."""
    chance = np.random.default_rng(seed)
    vertices: list[Any] = []
    faces: list[tuple[int, ...]] = []
    paints: list[int] = []

    def ribbon(points: np.ndarray, widths: np.ndarray, side: np.ndarray, slot: int) -> None:
        first = len(vertices)
        for point, width in zip(points, widths, strict=True):
            vertices.append(point - side * width)
            vertices.append(point + side * width)
        for k in range(len(points) - 1):
            faces.append((first + 2 * k, first + 2 * k + 1, first + 2 * k + 3, first + 2 * k + 2))
            paints.append(slot)

    lean = np.array([0.32, 0.05, 0.0])
    for _ in range(blades):
        heading = chance.uniform(0, 6.28)
        out = np.array([math.cos(heading), math.sin(heading), 0.0])
        long = height * chance.uniform(0.5, 0.95)
        droop = chance.uniform(0.3, 0.8)
        t = np.linspace(0, 1, 9)[:, None]
        root = out * chance.uniform(0, 0.09)
        points = root + out * (t**1.6 * droop * long * 0.6) + lean * t**2 * long * 0.5
        points = points + np.array([0, 0, 1.0]) * (t - 0.38 * droop * t**2.4) * long
        widths = 0.0065 * (1 - np.linspace(0, 1, 9) ** 2) + 0.0006
        ribbon(points, widths, np.array([-out[1], out[0], 0.0]), 0)
    for _ in range(plumes):
        heading = chance.uniform(0, 6.28)
        out = np.array([math.cos(heading), math.sin(heading), 0.0])
        long = height * chance.uniform(0.95, 1.35)
        t = np.linspace(0, 1, 12)[:, None]
        stem = out * (t * 0.12 + t**2 * 0.10) * long + lean * t**2.2 * long * 0.55
        stem = stem + np.array([0, 0, 1.0]) * (t - 0.07 * t**3) * long
        ribbon(stem, np.full(12, 0.0022), np.array([-out[1], out[0], 0.0]), 0)
        ribbon(stem, np.full(12, 0.0022), out, 0)
        head = stem[-5:]
        fine = np.concatenate([np.linspace(head[k], head[k + 1], 9, endpoint=False) for k in range(4)])
        for n, point in enumerate(fine):
            along = n / len(fine)
            reach = (0.16 + 0.10 * math.sin(along * 3.0)) * height * (1.15 - along * 0.75)
            for _ in range(7):
                spread = chance.normal(0, 0.28, 3)
                way = np.array([lean[0] * 1.3, lean[1], 0.62]) + spread + out * 0.25
                way /= np.linalg.norm(way)
                s = np.linspace(0, 1, 5)[:, None]
                hair = point + way * s * reach - np.array([0, 0, 1.0]) * s**2 * reach * 0.28 + lean * s**2 * reach * 0.4
                side = np.cross(way, chance.normal(0, 1, 3))
                side /= np.linalg.norm(side)
                ribbon(hair, np.array([0.0010, 0.0020, 0.0024, 0.0018, 0.0004]) * height, side, 1)
    data = bpy.data.meshes.new("grass")
    data.from_pydata([tuple(v) for v in vertices], [], faces)
    data.materials.append(paint)
    data.materials.append(plume)
    data.polygons.foreach_set("material_index", paints)
    data.update()
    return add(data, "grass")


def meadow(
    moulds: list[Any],
    spots: list[tuple[float, float, float]],
    *,
    seed: int = 0,
    size: tuple[float, float] = (0.8, 1.25),
) -> None:
    """Copies of the moulds on the spots, all leaning one way with the wind."""
    chance = np.random.default_rng(seed)
    for n, spot in enumerate(spots):
        grown = copy(moulds[n % len(moulds)], spot, (0, 0, chance.uniform(-0.7, 0.7)), chance.uniform(*size))
        grown.hide_render = False


def sprig(
    points: list[tuple[float, float, float]],
    radius: float,
    bark: Any,
    mould: Any,
    *,
    leaves: int = 26,
    start: float = 0.2,
    size: tuple[float, float] = (0.7, 1.2),
    spread: float = 0.9,
    droop: float = 0.2,
    seed: int = 0,
) -> None:
    """A twig through ``points`` with leaves on both sides."""
    chance = np.random.default_rng(seed)
    taper = np.linspace(radius, radius * 0.35, len(points))
    tube(points, list(taper), bark)
    path = [Vector(p) for p in points]
    for n in range(leaves):
        t = start + (1 - start) * (n + 0.5) / leaves
        at = t * (len(path) - 1)
        k = min(int(at), len(path) - 2)
        place = path[k].lerp(path[k + 1], at - k)
        along = (path[k + 1] - path[k]).normalized()
        side = along.cross(Vector((0, 0, 1)))
        side = side.normalized() if side.length > 1e-3 else Vector((1, 0, 0))
        up = side.cross(along)
        angle = n * 2.4 + chance.uniform(-0.4, 0.4)
        out = side * math.cos(angle) + up * math.sin(angle)
        way = (along * (1 - spread * 0.6) + out * spread + Vector((0, 0, -droop))).normalized()
        put(mould, aim(place, way, chance.uniform(-0.6, 0.6), chance.uniform(*size)))


def bush(
    center: tuple[float, float, float],
    reach: tuple[float, float, float],
    mould: Any,
    *,
    leaves: int = 300,
    size: tuple[float, float] = (0.7, 1.3),
    seed: int = 0,
) -> None:
    """A rounded mass of leaves."""
    chance = np.random.default_rng(seed)
    for _ in range(leaves):
        out = Vector(chance.normal(0, 1, 3)).normalized()
        far = chance.uniform(0.35, 1.0) ** 0.5
        place = Vector(center) + Vector((out.x * reach[0], out.y * reach[1], out.z * reach[2])) * far
        way = (out + Vector(chance.normal(0, 0.5, 3)) + Vector((0, 0, 0.1))).normalized()
        put(mould, aim(place, way, chance.uniform(-0.8, 0.8), chance.uniform(*size)))


def rosette(
    place: tuple[float, float, float],
    mould: Any,
    stem: Any,
    *,
    leaves: int = 12,
    height: float = 0.5,
    reach: float = 0.35,
    size: tuple[float, float] = (0.8, 1.2),
    seed: int = 0,
    stem_radius: float = 0.004,
) -> None:
    """A pot plant: long stems that rise and bow, a big leaf at the end of each."""
    chance = np.random.default_rng(seed)
    base = Vector(place)
    for n in range(leaves):
        heading = n * 2.4 + chance.uniform(-0.3, 0.3)
        out = Vector((math.cos(heading), math.sin(heading), 0))
        inner = (n + 0.5) / leaves
        rise = height * (1.05 - 0.55 * inner) * chance.uniform(0.85, 1.1)
        far = reach * (0.25 + 0.8 * inner) * chance.uniform(0.8, 1.15)
        tip = base + out * far + Vector((0, 0, rise))
        middle = base + out * far * 0.3 + Vector((0, 0, rise * 0.7))
        tube(
            [tuple(base), tuple(base.lerp(middle, 0.5) + Vector((0, 0, rise * 0.05))), tuple(middle), tuple(tip)],
            [stem_radius * 1.3, stem_radius * 1.1, stem_radius, stem_radius * 0.7],
            stem,
        )
        way = (out * 1.0 + Vector((0, 0, 0.35 - 0.7 * inner))).normalized()
        put(mould, aim(tip, way, chance.uniform(-0.35, 0.35), chance.uniform(*size)))


def flower(
    place: tuple[float, float, float], facing: tuple[float, float, float], petal: Any, heart: Any, *, seed: int = 0
) -> None:
    """Two rings of cupped petals around stamens."""
    chance = np.random.default_rng(seed)
    turn = Vector(facing).to_track_quat("Z", "Y").to_matrix().to_4x4()
    base = Matrix.Translation(place) @ turn
    for ring, (count, open_deg, size) in enumerate(((6, 28, 1.0), (5, 52, 0.8))):
        for k in range(count):
            spin = Matrix.Rotation(2 * math.pi * (k + 0.5 * ring) / count + chance.uniform(-0.1, 0.1), 4, "Z")
            put(
                petal,
                base
                @ spin
                @ Matrix.Rotation(math.radians(open_deg + chance.uniform(-6, 6)), 4, "X")
                @ Matrix.Scale(size, 4),
            )
    for _ in range(14):
        a, r = chance.uniform(0, 6.28), chance.uniform(0, 0.006)
        tip = base @ Vector((r * math.cos(a), r * math.sin(a), 0.016))
        tube(
            [tuple(base @ Vector((r * 0.4 * math.cos(a), r * 0.4 * math.sin(a), 0.002))), tuple(tip)],
            [0.0006, 0.0016],
            heart,
            smooth=False,
        )


def monstera(
    place: tuple[float, float, float], *, height: float = 0.8, seed: int = 1, leaves: int = 13, size: float = 1.0
) -> None:
    """A big-leaved plant in a clay pot."""
    green = leaf("broad", "#1c4526", "#3f8038", through=0.28, rough=0.3)
    mould = hide(leaf_form(0.3 * size, 0.21 * size, green, curl=0.35, fold=0.16, tip=1.0, steps=14))
    pot = matte("clay", "#b8694a", rough=0.85, vary=0.1, scale=8)
    x, y, z = place
    turned(
        [
            (0.0, 0.0),
            (0.13, 0.0),
            (0.15, 0.02),
            (0.19, 0.27),
            (0.21, 0.28),
            (0.215, 0.33),
            (0.19, 0.335),
            (0.175, 0.3),
            (0.0, 0.29),
        ],
        pot,
        place,
        scale=size,
    )
    rosette(
        (x, y, z + 0.28 * size),
        mould,
        matte("stem", "#3c6a30"),
        leaves=leaves,
        height=height,
        reach=height * 0.62,
        seed=seed,
        stem_radius=0.006,
    )


def garden(y: float) -> None:
    """Shrubs and a lawn outside a window at ``y``: dark hearts, so that the leaves in front of them shine."""
    lawn = matte("lawn", "#8a9a5a", vary=0.3, scale=2, grain=0.5)
    block((0, y + 13, -0.35), (40, 24, 0.1), lawn, bevel=0)
    heart = matte("shade", "#1d3a1c", vary=0.5, scale=3, grain=0.8)
    mould = hide(leaf_form(0.17, 0.085, leaf("garden", "#2c5a26", "#7fa845", through=0.45), curl=0.2))
    shrubs = (
        (-3.4, 4.6, 0.6, 1.2),
        (-1.5, 5.2, 0.3, 1.15),
        (0.5, 4.8, 0.2, 1.0),
        (2.4, 5.0, 0.5, 1.25),
        (4.2, 5.4, 0.7, 1.4),
        (-2.6, 7.6, 1.6, 1.8),
        (0.6, 8.4, 1.1, 1.6),
        (3.4, 8.2, 2.0, 2.0),
        (-5.6, 8.4, 1.8, 2.0),
    )
    for n, (x, away, z, r) in enumerate(shrubs):
        stone((x, y + away, z), (r * 0.62, r * 0.5, r * 0.6), heart, seed=n, rough=0.3, detail=4)
        bush((x, y + away, z), (r, r * 0.85, r), mould, leaves=620, size=(0.8, 1.6), seed=n)
