"""Things on a table: cups, plates, fruit, bread, candles, napkins."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from mathutils import Vector
from mathutils import noise as field

from forms import block, grid_mesh, sheet, tube, turned
from graph import material
from paints import leaf, lit, matte
from plants import aim, put
from studio import lamp

Place = tuple[float, float, float]


def cup(
    place: Place,
    paint: Any,
    drink: Any | None,
    *,
    radius: float = 0.042,
    height: float = 0.066,
    handle: float | None = 0.0,
    fill: float = 0.86,
    seed: int = 0,
) -> Any:
    """A cup, with a handle towards ``handle`` (degrees) unless None, filled with ``drink``."""
    r, h = radius, height
    profile = [
        (0.0, 0.001),
        (r * 0.5, 0.0),
        (r * 0.56, 0.002),
        (r * 0.66, h * 0.06),
        (r * 0.9, h * 0.35),
        (r * 0.99, h * 0.75),
        (r, h * 0.985),
        (r * 0.985, h),
        (r * 0.955, h * 0.985),
        (r * 0.94, h * 0.75),
        (r * 0.84, h * 0.34),
        (r * 0.5, h * 0.1),
        (0.0, h * 0.09),
    ]
    made = turned(profile, paint, place, wobble=0.006, seed=seed)
    x, y, z = place
    if handle is not None:
        a = math.radians(handle)
        ring = []
        for t in np.linspace(-1.25, 1.25, 9):
            out = r * 0.93 + r * 0.62 * math.cos(t * 1.2)
            ring.append((x + math.cos(a) * out, y + math.sin(a) * out, z + h * 0.52 + h * 0.36 * math.sin(t * 1.25)))
        ring[0] = (x + math.cos(a) * r * 0.9, y + math.sin(a) * r * 0.9, ring[0][2])
        ring[-1] = (x + math.cos(a) * r * 0.95, y + math.sin(a) * r * 0.95, ring[-1][2])
        tube(ring, r * 0.11, paint)
    if drink is not None:
        level = h * fill
        turned([(0.0, level), (r * 0.5, level), (r * 0.955, level + 0.0004)], drink, place, levels=1)
    return made


def plate(place: Place, paint: Any, *, radius: float = 0.12, height: float = 0.018, seed: int = 0) -> Any:
    r, h = radius, height
    profile = [
        (0.0, 0.002),
        (r * 0.55, 0.0),
        (r * 0.6, 0.003),
        (r * 0.8, h * 0.4),
        (r * 0.985, h * 0.93),
        (r, h),
        (r * 0.985, h * 1.06),
        (r * 0.8, h * 0.62),
        (r * 0.62, h * 0.4),
        (r * 0.3, h * 0.36),
        (0.0, h * 0.36),
    ]
    return turned(profile, paint, place, wobble=0.006, seed=seed)


def bowl(
    place: Place, paint: Any, *, radius: float = 0.11, height: float = 0.08, seed: int = 0, foot: float = 0.45
) -> Any:
    r, h = radius, height
    profile = [
        (0.0, 0.004),
        (r * foot * 0.85, 0.004),
        (r * foot * 0.9, 0.0),
        (r * foot, 0.0),
        (r * foot, 0.008),
        (r * (foot + 0.02), 0.010),
        (r * 0.75, h * 0.32),
        (r * 0.95, h * 0.7),
        (r, h * 0.98),
        (r * 0.99, h),
        (r * 0.965, h * 0.985),
        (r * 0.91, h * 0.7),
        (r * 0.7, h * 0.36),
        (r * 0.35, h * 0.2),
        (0.0, h * 0.17),
    ]
    return turned(profile, paint, place, wobble=0.008, seed=seed)


def tangerine_paints() -> tuple[Any, Any]:
    made, g = material("tangerine")
    at = g.coords(seed=True)
    pores = g.smooth(g.cells(at, 110.0), 0.0, 0.5)
    tint = g.mix(g.smooth(g.noise(at, 8.0, 3), 0.3, 0.7), "#e8730c", "#f79420")
    normal = g.bump(pores, 0.35, 0.004)
    g.surface(
        g.principled(
            base_color=tint,
            roughness=0.38,
            normal=normal,
            subsurface_weight=0.15,
            subsurface_radius=(0.02, 0.008, 0.002),
            coat_weight=0.15,
        )
    )
    return made, leaf("citrus leaf", "#1f4a22", "#3d7a2e", through=0.25, rough=0.3)


def tangerine(place: Place, paint: Any, *, radius: float = 0.034, seed: int = 0, mould: Any = None) -> None:
    chance = np.random.default_rng(seed)
    r = radius
    profile = [
        (0.0, -r * 0.78),
        (r * 0.35, -r * 0.80),
        (r * 0.8, -r * 0.55),
        (r, -0.02 * r),
        (r * 0.86, r * 0.5),
        (r * 0.45, r * 0.74),
        (r * 0.16, r * 0.76),
        (r * 0.07, r * 0.70),
        (0.0, r * 0.69),
    ]
    made = turned(profile, paint, place, wobble=0.012, seed=seed)
    made.rotation_euler = (chance.uniform(-0.5, 0.5), chance.uniform(-0.5, 0.5), chance.uniform(0, 6))
    if mould is not None:
        top = Vector(place) + made.rotation_euler.to_matrix() @ Vector((0, 0, r * 0.72))
        for _ in range(2):
            a = chance.uniform(0, 6.28)
            put(mould, aim(top, Vector((math.cos(a), math.sin(a), 0.35)).normalized(), 0.2, chance.uniform(0.8, 1.15)))


def croissant_paint() -> Any:
    made, g = material("croissant")
    at = g.coords(seed=True)
    edge = g.attribute("ridge")
    blotch = g.noise(at, 22.0, 6, 0.62)
    flake = g.noise(g.vector("MULTIPLY", at, (0.5, 1.6, 1.6)), 120.0, 5, 0.75, 2.2)
    tone = g.math("ADD", g.math("MULTIPLY", edge, 0.60), g.math("MULTIPLY", blotch, 0.40))
    tone = g.math("ADD", tone, g.math("MULTIPLY", g.math("SUBTRACT", flake, 0.35), 0.38))
    tint = g.ramp(tone, [(0.05, "#f2d28c"), (0.3, "#dfa548"), (0.55, "#b3701c"), (0.85, "#64330a")])
    normal = g.bump(g.math("ADD", g.math("MULTIPLY", flake, 0.9), g.math("MULTIPLY", blotch, 0.5)), 0.8, 0.004)
    g.surface(
        g.principled(
            base_color=tint,
            roughness=g.smooth(blotch, 0.3, 0.7, (0.34, 0.6)),
            normal=normal,
            coat_weight=0.1,
            coat_roughness=0.3,
        )
    )
    return made


def croissant(place: Place, paint: Any, *, turn: float = 0.0, size: float = 0.15, seed: int = 0) -> Any:
    """Rolled layers that step down towards two bent horns."""
    chance = np.random.default_rng(seed)
    columns, rows = 150, 520
    t = np.linspace(0, 1, rows)[:, None]
    a = np.linspace(0, 2 * np.pi, columns)[None, :]
    side = np.abs(t - 0.5) * 2
    layers = 4.4
    slant = 0.16 * np.sin(a + chance.uniform(0, 6)) + 0.10 * np.sin(2 * a + chance.uniform(0, 6)) + 0.12 * np.cos(a)
    place_in = np.clip(layers * side**0.86 + slant * np.clip(side * 4, 0, 1), 0, None)
    band = np.floor(place_in)
    within = place_in - band
    outer = np.clip((within - 0.80) / 0.20, 0, 1)
    thick = np.interp(band, [0, 1, 2, 3, 4, 5], [1.0, 0.86, 0.69, 0.50, 0.33, 0.2])
    following = np.interp(band + 1, [0, 1, 2, 3, 4, 5, 6], [1.0, 0.86, 0.69, 0.50, 0.33, 0.2, 0.1])
    radius = thick * (1 + 0.035 * np.sin(np.pi * np.clip(within / 0.9, 0, 1))) - (thick - following) * 0.3 * within
    radius = radius - (radius - following * 0.97) * (1 - np.sqrt(np.clip(1 - outer**2, 0, 1)))
    radius = size * 0.275 * radius * np.sqrt(np.clip(1 - np.clip((side - 0.9) / 0.1, 0, 1) ** 2, 1e-4, 1))
    bent = (t - 0.5) * 2.35
    arc = size * 0.43
    cx, cy = np.sin(bent) * arc * 1.12, (np.cos(bent) - 1) * arc * 0.9
    nx, ny = np.sin(bent), np.cos(bent)
    x = cx + nx * np.cos(a) * radius
    y = cy + ny * np.cos(a) * radius
    z = np.sin(a) * radius * np.where(np.sin(a) < 0, 0.68, 0.92)
    vertices = np.stack(np.broadcast_arrays(x, y, z), axis=-1).reshape(-1, 3)
    for k in range(len(vertices)):
        at = Vector(vertices[k]) * 38 + Vector((seed * 3.1, 0, 0))
        vertices[k] *= 1 + 0.018 * field.fractal(at, 1.0, 2.0, 3)
    made = grid_mesh(vertices, columns, rows, paint)
    layer = made.data.attributes.new("ridge", "FLOAT", "POINT")
    top = np.clip(np.sin(a) * 0.55 + 0.5, 0, 1)
    lip = np.exp(-(((within - 0.86) / 0.13) ** 2))
    hollow = np.exp(-((within / 0.16) ** 2)) * (band > 0)
    ridge = np.clip((0.52 + 0.5 * lip - 0.42 * hollow) * (0.25 + 0.75 * top), 0, 1.2)
    layer.data.foreach_set("value", ridge.astype(np.float32).ravel())
    made.location = (place[0], place[1], place[2] + float(-vertices[:, 2].min()) * 0.96)
    made.rotation_euler = (0, 0, math.radians(turn))
    return made


def candle(place: Place, *, height: float = 0.09, radius: float = 0.032, watts: float = 1.2, glass: Any = None) -> None:
    """Wax, a flame and its light; in a glass if one is given."""
    wax, g = material("wax")
    g.surface(
        g.principled(
            base_color="#fff0d8",
            roughness=0.5,
            subsurface_weight=0.6,
            subsurface_radius=(0.04, 0.02, 0.01),
            emission_color="#ffb35e",
            emission_strength=0.25,
        )
    )
    x, y, z = place
    turned(
        [
            (0.0, z),
            (radius, z),
            (radius, z + height * 0.98),
            (radius * 0.96, z + height),
            (radius * 0.5, z + height * 0.97),
            (0.0, z + height * 0.96),
        ],
        wax,
        (x, y, 0),
        levels=1,
    )
    top = z + height
    turned(
        [(0.0, top + 0.002), (0.005, top + 0.008), (0.0062, top + 0.014), (0.0035, top + 0.026), (0.0, top + 0.036)],
        lit("flame", "#ffc46b", 45),
        (x, y, 0),
    )
    tube([(x, y, top - 0.004), (x, y, top + 0.008)], 0.0009, matte("wick", "#20160f"))
    lamp((x, y, top + 0.02), "#ff9d45", watts, 0.012)
    if glass is not None:
        r, h = radius * 1.7, height * 1.9
        turned(
            [(0.0, z), (r, z), (r, z + h), (r * 0.96, z + h), (r * 0.96, z + 0.006), (0.0, z + 0.006)],
            glass,
            (x, y, 0),
            levels=1,
        )


def napkin(
    center: Place, size: tuple[float, float], paint: Any, *, turn: float = 0.0, seed: int = 0, lift: float = 0.012
) -> Any:
    """A cloth left on the table in soft folds."""
    a = math.radians(turn)

    def bend(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        x, y = (u - 0.5) * size[0], (v - 0.5) * size[1]
        z = np.zeros_like(x)
        for row in range(z.shape[0]):
            for column in range(z.shape[1]):
                at = Vector((x[row, column] * 9 + seed, y[row, column] * 6 + x[row, column] * 5, seed * 1.3))
                z[row, column] = max(field.fractal(at, 1.0, 2.0, 3), -0.35) + 0.35
        edge = np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v))
        z = z * lift * (0.25 + 0.75 * np.clip(edge * 6, 0, 1)) + 0.0015
        return (
            center[0] + x * math.cos(a) - y * math.sin(a),
            center[1] + x * math.sin(a) + y * math.cos(a),
            center[2] + z,
        )

    return sheet(bend, (70, 70), paint, thick=0.0016, levels=1)


def towels(
    center: Place,
    paint: Any,
    *,
    count: int = 3,
    size: tuple[float, float, float] = (0.42, 0.28, 0.055),
    turn: float = 0.0,
) -> None:
    """A stack of folded towels, each with its round fold to the front."""
    for n in range(count):
        z = center[2] + size[2] * (n + 0.5) * 0.96
        block(
            (center[0] + 0.004 * (n % 2), center[1], z),
            size,
            paint,
            bevel=size[2] * 0.46,
            turn=(0, 0, turn + (n % 2) * 2 - 1),
            segments=8,
        )


def stool(place: Place, paint: Any, *, radius: float = 0.17, height: float = 0.42) -> None:
    x, y, z = place
    turned(
        [
            (0.0, height - 0.035),
            (radius * 0.97, height - 0.035),
            (radius, height - 0.03),
            (radius, height - 0.006),
            (radius * 0.97, height),
            (0.0, height),
        ],
        paint,
        place,
    )
    for k in range(3):
        a = k * 2.094 + 0.5
        tube(
            [
                (x + math.cos(a) * radius * 0.6, y + math.sin(a) * radius * 0.6, z + height - 0.03),
                (x + math.cos(a) * radius * 0.95, y + math.sin(a) * radius * 0.95, z),
            ],
            [0.017, 0.012],
            paint,
            smooth=False,
        )


def steam(
    place: Place, size: tuple[float, float], density: float, *, color: str = "#fff4e6", seed: float = 0.0
) -> None:
    """Wisps of vapour painted on three upright cards (width, height) that face -Y."""
    for layer in range(3):
        made, g = material("steam")
        u, v, _ = g.split(g.coords("UV"))
        sway = g.noise(g.join(g.math("MULTIPLY", v, 1.7), seed + layer * 3.7, 0.0), 2.0, 2)
        across = g.math("ADD", u, g.math("MULTIPLY", g.math("SUBTRACT", sway, 0.5), 0.5))
        wisp = g.noise(
            g.join(g.math("MULTIPLY", across, 2.6), g.math("MULTIPLY", v, 1.5), seed * 5 + layer), 1.6, 4, 0.5, 1.1
        )
        wisp = g.smooth(wisp, 0.40, 0.78)
        edge = g.smooth(g.math("ABSOLUTE", g.math("SUBTRACT", u, 0.5)), 0.5, 0.1)
        fade = g.math("MULTIPLY", g.smooth(v, 0.0, 0.18), g.smooth(v, 1.0, 0.3))
        amount = g.math("MULTIPLY", g.math("MULTIPLY", wisp, edge), g.math("MULTIPLY", fade, density))
        path = g.node("LightPath").outputs["Is Camera Ray"]
        clear = g.node("BsdfTransparent", {"Color": "#ffffff"}).outputs[0]
        glow = g.node("BsdfDiffuse", {"Color": color}).outputs[0]
        soft = g.shade(0.5, glow, g.node("BsdfTranslucent", {"Color": color}).outputs[0])
        g.surface(g.shade(g.math("MULTIPLY", amount, path), clear, soft))
        y = place[1] + (layer - 1) * size[0] * 0.22
        sheet(
            lambda s, t, y=y: (place[0] + (s - 0.5) * size[0], y + 0 * s, place[2] + (t - 0.5) * size[1]), (2, 2), made
        )
