"""An empty Cycles stage, its camera, its lights, its sky, and the film that comes out of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpy
from mathutils import Vector

from graph import Graph, rgb


def begin(width: int, height: int, *, samples: int = 48, exposure: float = 0.0, look: str = "AgX - Punchy") -> None:
    """Clears everything and sets the film. Sizes in pixels; ``exposure`` in stops."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    scene.render.image_settings.color_depth = "16"
    scene.render.dither_intensity = 0
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = look
    scene.view_settings.exposure = exposure
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = samples
    cycles.seed = 7
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = 0.06
    cycles.adaptive_min_samples = 6
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.max_bounces = 8
    cycles.diffuse_bounces = 4
    cycles.glossy_bounces = 3
    cycles.transmission_bounces = 8
    cycles.transparent_max_bounces = 24
    cycles.caustics_reflective = False
    cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 6.0
    cycles.blur_glossy = 0.8


def add(thing: Any, name: str = "part") -> Any:
    """Puts a mesh, curve, light or camera into the scene and returns its object."""
    made = bpy.data.objects.new(name, thing)
    bpy.context.collection.objects.link(made)
    return made


def look_from(
    place: Sequence[float],
    target: Sequence[float],
    *,
    lens_mm: float = 35,
    f_stop: float | None = None,
    focus: Sequence[float] | None = None,
    level: bool = False,
) -> Any:
    """The camera. ``level`` keeps verticals upright by shifting the lens instead of tilting it."""
    camera = bpy.data.cameras.new("camera")
    camera.lens = lens_mm
    camera.clip_end = 20000
    made = add(camera, "camera")
    made.location = place
    aim = Vector(target) - Vector(place)
    if level:
        distance = math.hypot(aim.x, aim.y)
        camera.shift_y = aim.z / distance * lens_mm / camera.sensor_width
        aim.z = 0
    made.rotation_euler = aim.to_track_quat("-Z", "Y").to_euler()
    if f_stop is not None:
        camera.dof.use_dof = True
        camera.dof.aperture_fstop = f_stop
        camera.dof.aperture_blades = 0
        forward = made.rotation_euler.to_matrix() @ Vector((0, 0, -1))
        camera.dof.focus_distance = (Vector(focus or target) - Vector(place)).dot(forward)
    bpy.context.scene.camera = made
    return made


def direction(elevation_deg: float, azimuth_deg: float) -> Vector:
    """Unit vector towards a point of the sky; azimuth 0 is +Y, 90 is +X."""
    up, side = math.radians(elevation_deg), math.radians(azimuth_deg)
    return Vector((math.sin(side) * math.cos(up), math.cos(side) * math.cos(up), math.sin(up)))


def sun(
    elevation_deg: float, azimuth_deg: float, color: str = "#fff1dc", power: float = 4.0, size_deg: float = 0.8
) -> Any:
    lamp = bpy.data.lights.new("sun", "SUN")
    lamp.energy, lamp.angle = power, math.radians(size_deg)
    lamp.color = rgb(color)[:3]
    made = add(lamp, "sun")
    made.rotation_euler = direction(elevation_deg, azimuth_deg).to_track_quat("Z", "Y").to_euler()
    return made


def lamp(place: Sequence[float], color: str = "#ffb46b", watts: float = 20.0, radius: float = 0.04) -> Any:
    """A glowing point, softened by ``radius`` (metres)."""
    light = bpy.data.lights.new("lamp", "POINT")
    light.energy, light.shadow_soft_size = watts, radius
    light.color = rgb(color)[:3]
    made = add(light, "lamp")
    made.location = place
    return made


def panel(
    place: Sequence[float],
    target: Sequence[float],
    size: tuple[float, float],
    color: str = "#ffffff",
    watts: float = 100.0,
    spread_deg: float = 180,
) -> Any:
    """A rectangle of light that faces ``target``; the camera never sees it."""
    light = bpy.data.lights.new("panel", "AREA")
    light.shape = "RECTANGLE"
    light.size, light.size_y = size
    light.spread = math.radians(spread_deg)
    light.energy = watts
    light.color = rgb(color)[:3]
    made = add(light, "panel")
    made.location = place
    made.rotation_euler = (Vector(target) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    made.visible_camera = False
    return made


def spot(
    place: Sequence[float],
    target: Sequence[float],
    color: str = "#ffd9a8",
    watts: float = 100.0,
    cone_deg: float = 50,
    radius: float = 0.05,
) -> Any:
    light = bpy.data.lights.new("spot", "SPOT")
    light.energy, light.shadow_soft_size = watts, radius
    light.spot_size, light.spot_blend = math.radians(cone_deg), 0.7
    light.color = rgb(color)[:3]
    made = add(light, "spot")
    made.location = place
    made.rotation_euler = (Vector(target) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    return made


def sky(
    stops: list[tuple[float, str]],
    *,
    sun_at: tuple[float, float] = (8.0, 0.0),
    glow: str = "#ffb070",
    glow_strength: float = 1.5,
    disc: float = 0.0,
    clouds: float = 0.5,
    cloud_scale: float = 1.0,
    cloud_light: str = "#ffe2c4",
    cloud_shade: str = "#8d93b5",
    cloud_seed: float = 0.0,
    strength: float = 1.0,
    lighting: float = 1.0,
) -> None:
    """A painted sky: a gradient by elevation (0 horizon, 1 zenith), a glow around the sun, lit clouds.

    ``sun_at`` is (elevation, azimuth) in degrees. ``clouds`` is cover from 0 to 1. ``lighting`` scales
    the sky as a light without changing how it looks to the camera.
    """
    scene = bpy.context.scene
    world = bpy.data.worlds.new("sky")
    scene.world = world
    world.use_nodes = True
    g = Graph(world.node_tree)
    ray = g.vector("NORMALIZE", g.node("TexCoord").outputs["Generated"])
    x, y, z = g.split(ray)
    height = g.math("POWER", g.math("MAXIMUM", z, 0.0), 0.5)
    color = g.ramp(height, stops)
    towards = direction(*sun_at)
    near = g.math("MAXIMUM", g.vector("DOT_PRODUCT", ray, tuple(towards)), 0.0)
    wide = g.math("MULTIPLY", g.math("POWER", near, 7.0), 0.28 * glow_strength)
    tight = g.math("MULTIPLY", g.math("POWER", near, 90.0), 0.9 * glow_strength)
    halo = g.math("ADD", wide, tight)
    flat = g.math("POWER", g.math("SUBTRACT", 1.0, g.math("ABSOLUTE", z)), 6.0)
    halo = g.math("MULTIPLY", halo, g.math("ADD", 0.35, g.math("MULTIPLY", flat, 0.65)))
    color = _add(g, color, glow, halo)
    if clouds > 0:
        drop = g.math("ADD", g.math("MAXIMUM", z, 0.0), 0.09)
        flat_place = g.join(g.math("DIVIDE", x, drop), g.math("DIVIDE", y, drop), cloud_seed)
        stretched = g.vector("MULTIPLY", flat_place, (cloud_scale, cloud_scale * 1.25, 1.0))

        def cover(offset: float) -> Any:
            shift = (towards.x * offset, towards.y * offset, 0.0)
            at = g.vector("ADD", stretched, shift)
            big = g.noise(at, 0.42, 2, 0.5)
            fine = g.noise(at, 1.1, 7, 0.58, 0.35)
            return g.math("ADD", g.math("MULTIPLY", big, 0.55), g.math("MULTIPLY", fine, 0.45))

        edge = 0.64 - 0.26 * clouds
        here, ahead = cover(0.0), cover(0.22)
        thick = g.smooth(here, edge, edge + 0.13)
        lit = g.smooth(g.math("SUBTRACT", here, ahead), -0.05, 0.075)
        lit = g.math(
            "ADD", g.math("MULTIPLY", lit, 0.75), g.math("MULTIPLY", g.math("POWER", near, 4.0), 0.35), clamp=True
        )
        body = g.mix(lit, cloud_shade, cloud_light)
        body = _add(g, body, glow, g.math("MULTIPLY", halo, 0.75))
        haze = g.smooth(z, 0.0, 0.10)
        thick = g.math("MULTIPLY", thick, g.math("ADD", 0.3, g.math("MULTIPLY", haze, 0.68)))
        color = g.mix(thick, color, body)
    if disc > 0:
        edge_deg = 0.55
        inner, outer = math.cos(math.radians(edge_deg)), math.cos(math.radians(edge_deg * 1.35))
        color = _add(g, color, "#fff0d0", g.math("MULTIPLY", g.smooth(near, outer, inner), disc))
    is_camera = g.node("LightPath").outputs["Is Camera Ray"]
    power = g.math("ADD", strength * lighting, g.math("MULTIPLY", is_camera, strength * (1 - lighting)))
    background = g.node("Background", {"Color": color, "Strength": power}).outputs[0]
    out = g.node("OutputWorld")
    g.tree.links.new(background, out.inputs["Surface"])
    world.cycles.sampling_method = "MANUAL"
    world.cycles.sample_map_resolution = 1024


def _add(g: Graph, base: Any, color: str, amount: Any) -> Any:
    tint = g.vector("SCALE", rgb(color)[:3], scale=amount)
    return g.vector("ADD", base, tint)


def expose(film: Path) -> None:
    """Renders the stage to a 16-bit PNG."""
    bpy.context.scene.render.filepath = str(film)
    bpy.ops.render.render(write_still=True)
