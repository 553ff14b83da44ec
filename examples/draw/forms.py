"""Shapes: blocks, turned profiles, tubes, cloth, stones, and grids bent by functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import bmesh
import bpy
import numpy as np
from mathutils import Vector, noise

from studio import add


def dress(made: Any, paint: Any, smooth: bool = True) -> Any:
    if paint is not None:
        made.data.materials.append(paint)
    if smooth and hasattr(made.data, "polygons"):
        made.data.polygons.foreach_set("use_smooth", [True] * len(made.data.polygons))
    return made


def mesh(vertices: Any, faces: Any, paint: Any = None, *, smooth: bool = True, name: str = "form") -> Any:
    data = bpy.data.meshes.new(name)
    data.from_pydata([tuple(v) for v in vertices], [], [tuple(f) for f in faces])
    data.update()
    return dress(add(data, name), paint, smooth)


def subdivide(made: Any, levels: int) -> Any:
    modifier = made.modifiers.new("subdivide", "SUBSURF")
    modifier.levels = modifier.render_levels = levels
    return made


def block(
    center: Sequence[float],
    size: Sequence[float],
    paint: Any,
    *,
    bevel: float = 0.006,
    turn: Sequence[float] = (0, 0, 0),
    segments: int = 3,
) -> Any:
    """A box with softened edges; ``turn`` in degrees."""
    body = bmesh.new()
    bmesh.ops.create_cube(body, size=1)
    bmesh.ops.scale(body, vec=Vector(size), verts=body.verts)
    if bevel > 0:
        width = min(bevel, min(size) * 0.49)
        bmesh.ops.bevel(body, geom=body.edges[:], offset=width, segments=segments, profile=0.5, affect="EDGES")
    data = bpy.data.meshes.new("block")
    body.to_mesh(data)
    body.free()
    made = add(data, "block")
    made.location = center
    made.rotation_euler = [math.radians(t) for t in turn]
    dress(made, paint, smooth=bevel > 0)
    if bevel > 0:
        made.modifiers.new("normals", "WEIGHTED_NORMAL")
    return made


def turned(
    profile: Sequence[tuple[float, float]],
    paint: Any,
    place: Sequence[float] = (0, 0, 0),
    *,
    steps: int = 96,
    wobble: float = 0.0,
    seed: int = 0,
    scale: float = 1.0,
    levels: int = 2,
) -> Any:
    """A profile of (radius, height) turned about the vertical, as on a wheel.

    ``wobble`` makes it look thrown by hand. The profile is smoothed by subdivision, so two close
    points make an edge.
    """
    chance = np.random.default_rng(seed)
    phase = chance.uniform(0, 6.28, 3)
    vertices, faces = [], []
    around = steps // 2
    for radius, height in profile:
        for k in range(around):
            angle = 2 * math.pi * k / around
            lean = 1 + wobble * (math.sin(2 * angle + phase[0] + height * 9) + 0.5 * math.sin(3 * angle + phase[1]))
            vertices.append((radius * lean * math.cos(angle), radius * lean * math.sin(angle), height))
    for row in range(len(profile) - 1):
        for k in range(around):
            n = (k + 1) % around
            faces.append((row * around + k, row * around + n, (row + 1) * around + n, (row + 1) * around + k))
    if profile[0][0] > 1e-4:
        faces.append(tuple(reversed(range(around))))
    if profile[-1][0] > 1e-4 and profile[-1][1] > profile[0][1] and profile[-1][0] < 0.2 * max(r for r, _ in profile):
        faces.append(tuple((len(profile) - 1) * around + k for k in range(around)))
    made = mesh(vertices, faces, paint, name="turned")
    made.location = place
    made.scale = (scale, scale, scale)
    return subdivide(made, levels)


def tube(points: Sequence[Sequence[float]], radius: float | Sequence[float], paint: Any, *, smooth: bool = True) -> Any:
    """A round wire through ``points``; one radius, or one a point."""
    curve = bpy.data.curves.new("tube", "CURVE")
    curve.dimensions = "3D"
    curve.bevel_depth = 1.0
    curve.bevel_resolution = 5
    curve.use_fill_caps = True
    radii = [radius] * len(points) if isinstance(radius, (int, float)) else list(radius)
    spline = curve.splines.new("NURBS" if smooth else "POLY")
    spline.points.add(len(points) - 1)
    for point, place, size in zip(spline.points, points, radii, strict=True):
        point.co = (*place, 1)
        point.radius = size
    if smooth:
        spline.use_endpoint_u = True
        spline.order_u = min(4, len(points))
        spline.resolution_u = 8
    made = add(curve, "tube")
    made.data.materials.append(paint)
    return made


def sheet(
    bend: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]],
    steps: tuple[int, int],
    paint: Any,
    *,
    thick: float = 0.0,
    levels: int = 0,
) -> Any:
    """A surface over the unit square: ``bend(u, v)`` gives x, y and z."""
    u, v = np.meshgrid(np.linspace(0, 1, steps[0]), np.linspace(0, 1, steps[1]))
    x, y, z = bend(u, v)
    vertices = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    made = grid_mesh(vertices, steps[0], steps[1], paint)
    uv = made.data.uv_layers.new(name="UVMap")
    loops = np.empty(len(made.data.loops), dtype=np.int32)
    made.data.loops.foreach_get("vertex_index", loops)
    flat = np.stack([u.ravel(), v.ravel()], axis=-1)[loops]
    uv.data.foreach_set("uv", flat.astype(np.float32).ravel())
    if thick:
        modifier = made.modifiers.new("thick", "SOLIDIFY")
        modifier.thickness, modifier.offset = thick, 0
    return subdivide(made, levels) if levels else made


def grid_mesh(vertices: np.ndarray, columns: int, rows: int, paint: Any) -> Any:
    """A mesh over ``rows`` × ``columns`` vertices in row-major order; quick for millions of them."""
    first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel()
    quads = np.stack([first, first + 1, first + 1 + columns, first + columns], axis=-1).astype(np.int32)
    data = bpy.data.meshes.new("grid")
    data.vertices.add(len(vertices))
    data.vertices.foreach_set("co", vertices.astype(np.float32).ravel())
    data.loops.add(quads.size)
    data.loops.foreach_set("vertex_index", quads.ravel())
    data.polygons.add(len(quads))
    data.polygons.foreach_set("loop_start", np.arange(0, quads.size, 4, dtype=np.int32))
    data.update(calc_edges=True)
    return dress(add(data, "grid"), paint)


def stone(
    place: Sequence[float],
    size: Sequence[float],
    paint: Any,
    *,
    seed: int = 0,
    rough: float = 0.35,
    detail: int = 5,
    facets: float = 0.0,
) -> Any:
    """A boulder: a sphere pushed about by noise; ``facets`` breaks it like basalt."""
    body = bmesh.new()
    bmesh.ops.create_icosphere(body, subdivisions=detail, radius=1)
    shift = Vector((seed * 13.1, seed * 7.7, seed * 3.3))
    for vertex in body.verts:
        at = vertex.co.normalized()
        push = noise.fractal(at * 1.3 + shift, 1.0, 2.1, 6) * rough
        if facets:
            near = noise.voronoi(at * 1.7 + shift)[0]
            push += (near[1] - near[0]) * facets - facets * 0.4
        vertex.co = at * (1 + push)
    bmesh.ops.scale(body, vec=Vector(size), verts=body.verts)
    data = bpy.data.meshes.new("stone")
    body.to_mesh(data)
    body.free()
    made = dress(add(data, "stone"), paint)
    made.location = place
    made.rotation_euler = (0, 0, seed * 1.7)
    return made


def copy(
    made: Any, place: Sequence[float], turn: Sequence[float] = (0, 0, 0), scale: float | Sequence[float] = 1.0
) -> Any:
    """Another object with the same mesh; ``turn`` in radians.

    Why freeze: objects with modifiers each get a mesh of their own, thousands of leaves would fill the memory.
    """
    if made.modifiers:
        freeze(made)
    again = made.copy()
    bpy.context.collection.objects.link(again)
    again.location = place
    again.rotation_euler = turn
    again.scale = (scale, scale, scale) if isinstance(scale, (int, float)) else scale
    return again


def freeze(made: Any) -> Any:
    """Applies all modifiers (a simulation's last state too)."""
    graph = bpy.context.evaluated_depsgraph_get()
    data = bpy.data.meshes.new_from_object(made.evaluated_get(graph), depsgraph=graph)
    made.modifiers.clear()
    made.data = data
    return made


def settle(cloths: Sequence[Any], solids: Sequence[Any], frames: int) -> None:
    """Lets the cloths fall onto the solids, then freezes them."""
    for solid in solids:
        solid.modifiers.new("solid", "COLLISION")
        solid.collision.thickness_outer = 0.008
        solid.collision.cloth_friction = 30
    scene = bpy.context.scene
    for frame in range(1, frames + 1):
        scene.frame_set(frame)
    for cloth in cloths:
        freeze(cloth)
    for solid in solids:
        for modifier in [m for m in solid.modifiers if m.type == "COLLISION"]:
            solid.modifiers.remove(modifier)
    scene.frame_set(1)


def cloth(
    made: Any, *, mass: float = 0.3, stiff: float = 12, bend: float = 0.6, pressure: float = 0.0, frames: int = 60
) -> Any:
    """Marks a mesh as cloth for `settle`; ``pressure`` fills a closed one like a pillow."""
    modifier = made.modifiers.new("cloth", "CLOTH")
    settings = modifier.settings
    settings.quality = 6
    settings.mass = mass
    settings.tension_stiffness = settings.compression_stiffness = stiff
    settings.shear_stiffness = stiff * 0.5
    settings.bending_stiffness = bend
    settings.air_damping = 1.5
    if pressure:
        settings.use_pressure = True
        settings.uniform_pressure_force = pressure
    modifier.collision_settings.distance_min = 0.008
    modifier.collision_settings.use_self_collision = False
    modifier.point_cache.frame_end = frames
    return made


def pillow(
    center: Sequence[float], size: Sequence[float], paint: Any, *, turn: Sequence[float] = (0, 0, 0), seed: int = 0
) -> Any:
    """A cushion: a seam around a square, two bellies, corners that stick out, a few creases."""
    wide, deep, thick = size
    count = 44

    def side(sign: float) -> np.ndarray:
        u, v = np.meshgrid(np.linspace(-1, 1, count), np.linspace(-1, 1, count))
        belly = ((1 - u**2) ** 0.42) * ((1 - v**2) ** 0.42)
        pinch = 1 - 0.09 * (1 - np.abs(u) ** 2) * np.abs(v) ** 3
        pinch_v = 1 - 0.09 * (1 - np.abs(v) ** 2) * np.abs(u) ** 3
        creases = np.zeros_like(u)
        for row in range(count):
            for column in range(count):
                at = Vector((u[row, column] * 1.4 + seed * 5.1, v[row, column] * 1.4, sign * 2.0 + seed))
                creases[row, column] = noise.fractal(at, 1.0, 2.0, 4)
        z = sign * thick / 2 * belly * (1 + 0.16 * creases)
        return np.stack([u * wide / 2 * pinch_v, v * deep / 2 * pinch, z], axis=-1).reshape(-1, 3)

    vertices = np.concatenate([side(1.0), side(-1.0)])
    faces: list[tuple[int, ...]] = []
    for row in range(count - 1):
        for column in range(count - 1):
            a = row * count + column
            faces.append((a, a + 1, a + 1 + count, a + count))
            b = a + count * count
            faces.append((b, b + count, b + 1 + count, b + 1))
    made = mesh(vertices, faces, paint, name="pillow")
    body = bmesh.new()
    body.from_mesh(made.data)
    bmesh.ops.remove_doubles(body, verts=body.verts, dist=0.0005)
    body.to_mesh(made.data)
    body.free()
    made.data.polygons.foreach_set("use_smooth", [True] * len(made.data.polygons))
    made.location = center
    made.rotation_euler = [math.radians(t) for t in turn]
    return subdivide(made, 1)
