"""Materials: plaster, wood, linen, stone, glass, glaze, metal, leaf, flame."""

from __future__ import annotations

from typing import Any

from graph import material


def matte(
    name: str, color: str, *, rough: float = 0.85, vary: float = 0.06, scale: float = 3.0, grain: float = 0.08
) -> Any:
    """Plaster, clay, painted wood: a colour that is never quite even."""
    made, g = material(name)
    at = g.coords(seed=True)
    broad = g.noise(at, scale, 5, 0.6)
    fine = g.noise(at, scale * 40, 3, 0.6)
    tint = g.mix(g.smooth(broad, 0.3, 0.7), _shift(color, 1 - vary), _shift(color, 1 + vary))
    height = g.math("ADD", g.math("MULTIPLY", broad, 0.6), g.math("MULTIPLY", fine, 0.25))
    normal = g.bump(height, grain, 0.02)
    g.surface(g.principled(base_color=tint, roughness=rough, normal=normal, specular_ior_level=0.35))
    return made


def _shift(color: str, factor: float) -> str:
    parts = [min(255, max(0, round(int(color[i : i + 2], 16) * factor))) for i in (1, 3, 5)]
    return "#{:02x}{:02x}{:02x}".format(*parts)


def wood(
    name: str,
    dark: str,
    light: str,
    *,
    along: str = "X",
    rough: float = 0.45,
    scale: float = 1.0,
    coat: float = 0.0,
    bump: float = 0.12,
) -> Any:
    """Planed wood with its grain along one axis of the object; each object is cut elsewhere."""
    made, g = material(name)
    stretch = {"X": (0.09, 1.0, 1.0), "Y": (1.0, 0.09, 1.0), "Z": (1.0, 1.0, 0.09)}[along]
    at = g.coords(scale=tuple(s * scale for s in stretch), seed=True)
    chance = g.node("ObjectInfo").outputs["Random"]
    rings = g.noise(at, 7.0, 4, 0.55, 1.6)
    bands = g.math("FRACT", g.math("MULTIPLY", rings, 5.0))
    bands = g.math("ABSOLUTE", g.math("SUBTRACT", bands, 0.5))
    fibre = g.noise(g.vector("MULTIPLY", at, (9.0, 9.0, 9.0)), 26.0, 3, 0.7)
    tone = g.math("ADD", g.math("MULTIPLY", bands, 1.1), g.math("MULTIPLY", fibre, 0.45))
    tone = g.math("ADD", tone, g.math("MULTIPLY", g.math("SUBTRACT", chance, 0.5), 0.4))
    color = g.mix(g.smooth(tone, 0.1, 0.95), dark, light)
    height = g.math("ADD", g.math("MULTIPLY", fibre, 0.7), g.math("MULTIPLY", bands, 0.4))
    shine = g.math("ADD", rough - 0.06, g.math("MULTIPLY", fibre, 0.16))
    g.surface(
        g.principled(
            base_color=color, roughness=shine, normal=g.bump(height, bump, 0.004), coat_weight=coat, coat_roughness=0.2
        )
    )
    return made


def linen(
    name: str, color: str, *, weave: float = 420.0, strength: float = 0.25, glow: float = 0.12, crease: float = 0.5
) -> Any:
    """Woven cloth: fine threads, soft creases, a little light through it."""
    made, g = material(name)
    at = g.coords(seed=True)
    x, y, z = g.split(at)
    threads = g.math(
        "MULTIPLY",
        g.math("SINE", g.math("MULTIPLY", g.math("ADD", x, g.math("MULTIPLY", z, 0.5)), weave * 6.28)),
        g.math("SINE", g.math("MULTIPLY", g.math("ADD", y, g.math("MULTIPLY", z, 0.5)), weave * 6.28)),
    )
    slub = g.noise(g.vector("MULTIPLY", at, (4.0, 40.0, 40.0)), 5.0, 3)
    folds = g.noise(at, 5.0, 5, 0.55, 0.9)
    tint = g.mix(g.smooth(slub, 0.3, 0.75), _shift(color, 0.93), _shift(color, 1.03))
    height = g.math("ADD", g.math("MULTIPLY", threads, 0.06), g.math("MULTIPLY", slub, 0.12))
    normal = g.bump(height, strength, 0.004)
    normal = g.bump(folds, crease * 0.35, 0.05, normal)
    cloth = g.principled(
        base_color=tint, roughness=0.9, normal=normal, sheen_weight=0.35, sheen_roughness=0.5, specular_ior_level=0.2
    )
    through = g.node("BsdfTranslucent", {"Color": tint, "Normal": normal}).outputs[0]
    g.surface(g.shade(glow, cloth, through))
    return made


def sheer(name: str, color: str = "#fbf7ef", *, clear: float = 0.35) -> Any:
    """Curtain gauze: some light passes straight, some is spread."""
    made, g = material(name)
    spread = g.node("BsdfTranslucent", {"Color": color}).outputs[0]
    back = g.node("BsdfDiffuse", {"Color": color}).outputs[0]
    clear_part = g.node("BsdfTransparent", {"Color": "#ffffff"}).outputs[0]
    facing = g.node("LayerWeight", {"Blend": 0.35}).outputs["Facing"]
    opening = g.math("MULTIPLY", g.math("SUBTRACT", 1.0, facing), clear)
    g.surface(g.shade(opening, g.shade(0.45, spread, back), clear_part))
    return made


def basalt(
    name: str = "basalt",
    *,
    wet: float = 0.0,
    color: str = "#2b2a2b",
    light: str = "#5a5653",
    pores: float = 26.0,
    depth: float = 0.22,
) -> Any:
    """Jeju's porous black stone; ``wet`` makes it shine."""
    made, g = material(name)
    at = g.coords(seed=True)
    broad = g.noise(at, 1.6, 8, 0.62)
    holes = g.smooth(g.cells(at, pores), 0.12, 0.34)
    tint = g.mix(g.smooth(broad, 0.35, 0.72), color, light)
    tint = g.mix(holes, _shift(color, 0.45), tint)
    height = g.math("ADD", broad, g.math("MULTIPLY", holes, depth))
    normal = g.bump(height, 0.75, 0.06)
    shine = g.smooth(g.noise(at, 3.0, 4), 0.35, 0.7, (0.75 - 0.6 * wet, 0.9 - 0.55 * wet))
    g.surface(g.principled(base_color=tint, roughness=shine, normal=normal, coat_weight=wet * 0.6, coat_roughness=0.15))
    return made


def pane(name: str = "glass", color: str = "#ffffff", *, rough: float = 0.0, ior: float = 1.46) -> Any:
    """Clear glass that lets light through without waiting for caustics."""
    made, g = material(name)
    glass = g.node("BsdfGlass", {"Color": color, "Roughness": rough, "IOR": ior}).outputs[0]
    clear = g.node("BsdfTransparent", {"Color": _shift(color, 0.95)}).outputs[0]
    path = g.node("LightPath").outputs
    skip = g.math("MAXIMUM", path["Is Shadow Ray"], path["Is Diffuse Ray"])
    g.surface(g.shade(skip, glass, clear))
    return made


def window_pane(name: str = "pane", shine: float = 1.0) -> Any:
    """Flat window glass: only its reflection is seen."""
    made, g = material(name)
    mirror = g.node("BsdfGlossy", {"Color": "#ffffff", "Roughness": 0.02}).outputs[0]
    clear = g.node("BsdfTransparent", {"Color": "#f4faf8"}).outputs[0]
    edge = g.math("MULTIPLY", g.node("Fresnel", {"IOR": 1.45}).outputs[0], shine)
    path = g.node("LightPath").outputs
    edge = g.math(
        "MULTIPLY", edge, g.math("SUBTRACT", 1.0, g.math("MAXIMUM", path["Is Shadow Ray"], path["Is Diffuse Ray"]))
    )
    g.surface(g.shade(edge, clear, mirror))
    return made


def glaze(
    name: str,
    color: str,
    *,
    speckle: str | None = None,
    rough: float = 0.28,
    rim: str | None = None,
    rim_from: float = 0.0,
    rim_to: float = 0.1,
    vary: float = 0.08,
) -> Any:
    """Fired ceramic: pooled colour, iron specks, and bare clay (``rim``) between two heights of the object."""
    made, g = material(name)
    at = g.coords(seed=True)
    pool = g.noise(at, 9.0, 4, 0.5)
    tint = g.mix(g.smooth(pool, 0.3, 0.7), _shift(color, 1 - vary), _shift(color, 1 + vary * 0.6))
    shine: Any = g.smooth(pool, 0.3, 0.7, (rough - 0.05, rough + 0.12))
    if speckle:
        dots = g.cells(at, 150.0)
        some = g.noise(at, 60.0, 2)
        specks = g.math("MULTIPLY", g.smooth(dots, 0.20, 0.12), g.smooth(some, 0.48, 0.56))
        tint = g.mix(specks, tint, speckle)
    if rim:
        z = g.split(g.node("TexCoord").outputs["Object"])[2]
        ragged = g.math("ADD", z, g.math("MULTIPLY", g.math("SUBTRACT", g.noise(at, 14.0, 3), 0.5), 0.02))
        bare = g.smooth(ragged, rim_to, rim_from)
        tint = g.mix(bare, tint, rim)
        shine = g.math("ADD", g.math("MULTIPLY", bare, 0.85 - rough), shine, clamp=True)
    fine = g.noise(at, 120.0, 3)
    rings = g.noise(g.vector("MULTIPLY", at, (0.4, 0.4, 26.0)), 4.0, 2)
    normal = g.bump(g.math("ADD", g.math("MULTIPLY", fine, 0.25), g.math("MULTIPLY", rings, 0.8)), 0.16, 0.004)
    g.surface(g.principled(base_color=tint, roughness=shine, normal=normal, coat_weight=0.15, coat_roughness=0.12))
    return made


def metal(name: str, color: str, *, rough: float = 0.3, brushed: float = 0.05) -> Any:
    made, g = material(name)
    at = g.coords(seed=True)
    worn = g.noise(at, 14.0, 4)
    shine = g.smooth(worn, 0.3, 0.7, (rough * 0.8, rough * 1.25))
    lines = g.noise(g.vector("MULTIPLY", at, (3.0, 3.0, 160.0)), 6.0, 2)
    g.surface(g.principled(base_color=color, metallic=1.0, roughness=shine, normal=g.bump(lines, brushed, 0.002)))
    return made


def lit(name: str, color: str, strength: float, *, falloff: bool = False) -> Any:
    """Something that glows: a bulb, a flame, a far window."""
    made, g = material(name)
    power: Any = strength
    if falloff:
        facing = g.node("LayerWeight", {"Blend": 0.4}).outputs["Facing"]
        power = g.math("MULTIPLY", g.math("SUBTRACT", 1.15, facing), strength)
    g.surface(g.node("Emission", {"Color": color, "Strength": power}).outputs[0])
    return made


def paper_shade(name: str, color: str = "#ffe3b8", strength: float = 2.0) -> Any:
    """Paper with a lamp inside."""
    made, g = material(name)
    fibre = g.noise(g.coords(), 30.0, 5, 0.65, 0.8)
    tone = g.smooth(fibre, 0.25, 0.8, (0.8, 1.12))
    facing = g.node("LayerWeight", {"Blend": 0.3}).outputs["Facing"]
    power = g.math(
        "MULTIPLY", g.math("MULTIPLY", tone, strength), g.math("SUBTRACT", 1.1, g.math("MULTIPLY", facing, 0.6))
    )
    glow = g.node("Emission", {"Color": color, "Strength": power}).outputs[0]
    paper = g.principled(base_color="#f4e9d5", roughness=0.9)
    g.surface(g.shade(0.5, paper, glow))
    return made


def leaf(name: str, dark: str, light: str, *, through: float = 0.35, rough: float = 0.4, vein: bool = True) -> Any:
    """A leaf with UVs: lighter along its midrib, lit from behind."""
    made, g = material(name)
    uv = g.coords("UV")
    u, v, _ = g.split(uv)
    chance = g.node("ObjectInfo").outputs["Random"]
    blotch = g.noise(g.coords(seed=True), 16.0, 4)
    tone = g.math("ADD", g.math("MULTIPLY", blotch, 0.7), g.math("MULTIPLY", chance, 0.5))
    tint = g.mix(g.smooth(tone, 0.2, 0.95), dark, light)
    inputs: dict[str, Any] = {}
    if vein:
        mid = g.math("ABSOLUTE", g.math("SUBTRACT", u, 0.5))
        ribs = g.math("SINE", g.math("MULTIPLY", g.math("SUBTRACT", v, g.math("MULTIPLY", mid, 0.9)), 70.0))
        line = g.math("MAXIMUM", g.smooth(mid, 0.03, 0.006), g.math("MULTIPLY", g.smooth(ribs, 0.86, 1.0), 0.4))
        tint = g.mix(g.math("MULTIPLY", line, 0.55), tint, _shift(light, 1.35))
        inputs["normal"] = g.bump(g.math("SUBTRACT", 1.0, line), 0.2, 0.004)
    front = g.principled(base_color=tint, roughness=rough, specular_ior_level=0.45, **inputs)
    back = g.node("BsdfTranslucent", {"Color": g.mix(0.6, tint, _shift(light, 1.5))}).outputs[0]
    g.surface(g.shade(through, front, back))
    return made


def liquid(name: str, color: str, *, depth: float = 0.0, rough: float = 0.02) -> Any:
    """Coffee, tea, broth: dark below, a mirror above."""
    made, g = material(name)
    g.surface(g.principled(base_color=color, roughness=rough, ior=1.33, specular_ior_level=0.5, coat_weight=depth))
    return made


def hazy(name: str, near: str, haze: str, start: float, end: float) -> Any:
    """A far hill: its own colour lost in the colour of the air with distance."""
    made, g = material(name)
    at = g.coords("Object")
    tint = g.mix(g.smooth(g.noise(at, 0.06, 8, 0.62), 0.35, 0.65), near, "#3c4a40")
    air = g.smooth(g.node("CameraData").outputs["View Distance"], start, end)
    low = g.smooth(g.split(at)[2], 40.0, 0.0)
    air = g.math("ADD", air, g.math("MULTIPLY", low, 0.25), clamp=True)
    solid = g.principled(base_color=tint, roughness=1.0)
    glow = g.node("Emission", {"Color": haze, "Strength": 1.0}).outputs[0]
    g.surface(g.shade(air, solid, glow))
    return made


def wet_ground(name: str, color: str, light: str, wet: float) -> Any:
    """Paving after rain: dull stone with mirrors of water in its hollows."""
    made, g = material(name)
    at = g.coords("Object")
    chance = g.node("ObjectInfo").outputs["Random"]
    broad = g.noise(at, 0.9, 4, 0.5)
    fine = g.noise(at, 30.0, 4, 0.6)
    tint = g.mix(g.math("ADD", g.math("MULTIPLY", fine, 0.6), g.math("MULTIPLY", chance, 0.4)), color, light)
    pool = g.smooth(broad, 0.62 - 0.3 * wet, 0.72 - 0.3 * wet)
    shine = g.math("SUBTRACT", 0.5, g.math("MULTIPLY", pool, 0.44))
    normal = g.bump(fine, 0.25, 0.004)
    g.surface(
        g.principled(
            base_color=tint,
            roughness=shine,
            normal=normal,
            coat_weight=g.math("MULTIPLY", pool, 0.9),
            coat_roughness=0.04,
        )
    )
    return made
