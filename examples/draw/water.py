"""The sea: waves from a wind spectrum, on a grid that is fine where the camera is near."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from forms import grid_mesh
from graph import material
from swell import Swell


def _sample(field: np.ndarray, x: np.ndarray, y: np.ndarray, tile: float) -> np.ndarray:
    count = field.shape[0]
    u, v = x / tile * count, y / tile * count
    i, j = np.floor(u).astype(int), np.floor(v).astype(int)
    fu, fv = u - i, v - j
    i0, i1, j0, j1 = i % count, (i + 1) % count, j % count, (j + 1) % count
    top = field[j0, i0] * (1 - fu) + field[j0, i1] * fu
    low = field[j1, i0] * (1 - fu) + field[j1, i1] * fu
    return top * (1 - fv) + low * fv


def sea(
    camera: Any,
    paint: Any,
    *,
    level: float = 0.0,
    columns: int = 900,
    rows: int = 900,
    swells: list[Swell],
    seconds: float = 0.0,
    margin: float = 1.15,
    foam_at: tuple[float, float] = (0.55, 0.15),
    shores: list[tuple[float, float, float]] = (),  # type: ignore[assignment]
    nearest: float = 0.0,
) -> Any:
    """The water that ``camera`` sees, up to the horizon.

    The grid is even on the picture, so that each pixel has about as many waves as it can show.
    ``shores`` are circles (x, y, radius) with a collar of foam.
    """
    bpy.context.view_layer.update()
    scene = bpy.context.scene
    matrix = camera.matrix_world
    eye = np.array(matrix.translation)
    frame = [matrix @ corner for corner in camera.data.view_frame(scene=scene)]
    rays = [(corner - matrix.translation).normalized() for corner in frame]
    center = sum(rays, Vector())
    heading = math.atan2(center.x, center.y)
    half = max(abs((math.atan2(r.x, r.y) - heading + math.pi) % (2 * math.pi) - math.pi) for r in rays) * margin
    lowest = min(math.asin(r.z) for r in rays) * 1.1 - 0.03
    above = eye[2] - level
    far = 9000.0
    near_angle = max(-lowest, 0.02)
    if nearest:
        near_angle = min(near_angle, math.atan2(above, nearest))
    angles = np.linspace(math.atan2(above, far), near_angle, rows)
    angles = angles[0] * (near_angle / angles[0]) ** np.linspace(0, 1, rows) * 0.5 + angles * 0.5
    distance = above / np.tan(angles)
    side = np.linspace(-half, half, columns) + heading
    x = eye[0] + distance[:, None] * np.sin(side)[None, :]
    y = eye[1] + distance[:, None] * np.cos(side)[None, :]
    gap = np.abs(np.gradient(distance))[:, None] + 0.0 * x
    z = np.zeros_like(x)
    sx, sy = np.zeros_like(x), np.zeros_like(x)
    fold = np.ones_like(x)
    for swell in swells:
        up, dx, dy, folding = swell.fields(seconds)
        fade = np.clip(1.6 - gap / (swell.tile / 14), 0.12, 1)
        z += _sample(up, x, y, swell.tile) * fade
        sx += _sample(dx, x, y, swell.tile) * fade
        sy += _sample(dy, x, y, swell.tile) * fade
        fold += (_sample(folding, x, y, swell.tile) - 1) * fade
    foam = np.clip((foam_at[0] - fold) / (foam_at[0] - foam_at[1]), 0, 1)
    for cx, cy, radius in shores:
        ring = np.hypot(x + sx - cx, y + sy - cy) - radius
        foam = np.maximum(foam, np.clip(1 - ring / (radius * 0.55 + 0.6), 0, 1) * 0.95)
    vertices = np.stack([x - sx, y - sy, z + level], axis=-1).reshape(-1, 3)
    made = grid_mesh(vertices, columns, rows, paint)
    layer = made.data.attributes.new("foam", "FLOAT", "POINT")
    layer.data.foreach_set("value", foam.astype(np.float32).ravel())
    return made


def sea_paint(
    name: str = "sea",
    *,
    deep: str = "#06303d",
    shallow: str = "#1f7d86",
    rough: float = 0.06,
    ripple: float = 0.35,
    ripple_scale: float = 2.2,
    foam: float = 1.0,
    foam_color: str = "#f3efe6",
) -> Any:
    """Sea water: a mirror of the sky at low angles, deep colour from above, laced with foam."""
    made, g = material(name)
    at = g.coords("Object")
    far = g.node("CameraData").outputs["View Distance"]
    calm = g.smooth(far, 20.0, 500.0, (1.0, 0.55))
    ripples = g.math(
        "ADD", g.noise(at, ripple_scale, 4, 0.6, 0.4), g.math("MULTIPLY", g.noise(at, ripple_scale * 0.23, 3, 0.5), 1.6)
    )
    bump = g.node("Bump", {"Height": ripples, "Strength": g.math("MULTIPLY", calm, ripple), "Distance": 0.16})
    normal = bump.outputs[0]
    height = g.split(at)[2]
    body = g.mix(g.smooth(height, -0.4, 0.9), deep, shallow)
    lace = g.noise(at, 1.1, 6, 0.66, 0.8)
    veins = g.math(
        "SUBTRACT",
        1.0,
        g.smooth(
            g.cells(
                g.vector("ADD", at, g.vector("SCALE", g.join(lace, lace, 0.0), scale=0.8)), 1.9, "DISTANCE_TO_EDGE"
            ),
            0.0,
            0.22,
        ),
    )
    amount = g.attribute("foam")
    cover = g.math(
        "ADD",
        g.math("MULTIPLY", amount, 1.35),
        g.math("MULTIPLY", g.math("ADD", veins, g.math("SUBTRACT", lace, 0.75)), 0.5),
    )
    white = g.math(
        "MULTIPLY", g.smooth(cover, 0.5, 1.05), g.math("MULTIPLY", g.smooth(amount, 0.02, 0.25), foam), clamp=True
    )
    water = g.principled(
        base_color=body, roughness=g.smooth(far, 30.0, 1500.0, (rough, rough + 0.14)), ior=1.333, normal=normal
    )
    froth = g.principled(base_color=foam_color, roughness=0.85, normal=normal)
    g.surface(g.shade(white, water, froth))
    return made
