"""Shader node trees written as expressions: every method adds a node and returns its output socket."""

from __future__ import annotations

from typing import Any

import bpy


def rgb(hex_color: str) -> tuple[float, float, float, float]:
    """Scene-linear Rec. 709 colour of an sRGB ``#rrggbb`` (IEC 61966-2-1 transfer function)."""
    parts = [int(hex_color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return (linear[0], linear[1], linear[2], 1.0)


def _value(value: Any) -> Any:
    return rgb(value) if isinstance(value, str) and value.startswith("#") else value


class Graph:
    """Builds one node tree. Inputs may be numbers, vectors, ``#rrggbb`` colours or other nodes' sockets."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        tree.nodes.clear()

    def node(self, kind: str, inputs: dict[Any, Any] | None = None, **properties: Any) -> Any:
        """A new node with its properties and inputs (by name or index) set."""
        made = self.tree.nodes.new(f"ShaderNode{kind}")
        for name, value in properties.items():
            setattr(made, name, value)
        for key, value in (inputs or {}).items():
            socket = made.inputs[key]
            if isinstance(value, bpy.types.NodeSocket):
                self.tree.links.new(value, socket)
            else:
                socket.default_value = _value(value)
        return made

    def coords(self, kind: str = "Object", scale: Any = (1, 1, 1), turn: Any = (0, 0, 0), seed: bool = False) -> Any:
        """Texture coordinates; with ``seed``, shifted at random for each object."""
        vector = self.node("TexCoord").outputs[kind]
        if seed:
            chance = self.node("ObjectInfo").outputs["Random"]
            vector = self.vector("ADD", vector, self.vector("SCALE", (37.0, 91.0, 53.0), scale=chance))
        return self.node("Mapping", {"Vector": vector, "Scale": scale, "Rotation": turn}).outputs[0]

    def noise(self, vector: Any, scale: float, detail: float = 4, rough: float = 0.55, warp: float = 0.0) -> Any:
        inputs = {"Vector": vector, "Scale": scale, "Detail": detail, "Roughness": rough, "Distortion": warp}
        return self.node("TexNoise", inputs).outputs["Factor" if bpy.app.version >= (5, 0) else "Fac"]

    def cells(self, vector: Any, scale: float, feature: str = "F1", chance: float = 1.0) -> Any:
        inputs = {"Vector": vector, "Scale": scale, "Randomness": chance}
        return self.node("TexVoronoi", inputs, feature=feature).outputs["Distance"]

    def wave(self, vector: Any, scale: float, warp: float = 0.0, detail: float = 2, bands: str = "X") -> Any:
        inputs = {"Vector": vector, "Scale": scale, "Distortion": warp, "Detail": detail}
        return self.node("TexWave", inputs, bands_direction=bands).outputs["Fac"]

    def image(self, image: Any, vector: Any, **properties: Any) -> Any:
        made = self.node("TexImage", {"Vector": vector}, **properties)
        made.image = image
        return made.outputs["Color"]

    def math(self, operation: str, a: Any, b: Any = 0.0, clamp: bool = False) -> Any:
        return self.node("Math", {0: a, 1: b}, operation=operation, use_clamp=clamp).outputs[0]

    def vector(self, operation: str, a: Any, b: Any = (0, 0, 0), scale: Any = 1.0) -> Any:
        made = self.node("VectorMath", operation=operation)
        for index, value in ((0, a), (1, b)):
            if isinstance(value, bpy.types.NodeSocket):
                self.tree.links.new(value, made.inputs[index])
            else:
                made.inputs[index].default_value = value
        if operation == "SCALE":
            if isinstance(scale, bpy.types.NodeSocket):
                self.tree.links.new(scale, made.inputs["Scale"])
            else:
                made.inputs["Scale"].default_value = scale
        return made.outputs["Value" if operation in ("DOT_PRODUCT", "LENGTH", "DISTANCE") else "Vector"]

    def split(self, vector: Any) -> tuple[Any, Any, Any]:
        out = self.node("SeparateXYZ", {0: vector}).outputs
        return out[0], out[1], out[2]

    def join(self, x: Any, y: Any, z: Any) -> Any:
        return self.node("CombineXYZ", {0: x, 1: y, 2: z}).outputs[0]

    def smooth(self, value: Any, low: float, high: float, to: tuple[float, float] = (0.0, 1.0)) -> Any:
        """``value`` mapped from [low, high] to ``to`` along a smoothstep."""
        inputs = {"Value": value, 1: low, 2: high, 3: to[0], 4: to[1]}
        return self.node("MapRange", inputs, interpolation_type="SMOOTHSTEP").outputs[0]

    def ramp(self, factor: Any, stops: list[tuple[float, str]], ease: str = "EASE") -> Any:
        """Colour along ``stops`` (position, ``#rrggbb``)."""
        made = self.node("ValToRGB", {0: factor})
        made.color_ramp.interpolation = ease
        points = made.color_ramp.elements
        while len(points) < len(stops):
            points.new(0.5)
        for point, (position, color) in zip(points, stops, strict=True):
            point.position = position
            point.color = rgb(color)
        return made.outputs["Color"]

    def mix(self, factor: Any, a: Any, b: Any, blend: str = "MIX") -> Any:
        """Colours blended."""
        return self.node("Mix", {0: factor, 6: a, 7: b}, data_type="RGBA", blend_type=blend).outputs[2]

    def bump(self, height: Any, strength: float = 0.3, distance: float = 0.01, normal: Any = None) -> Any:
        inputs = {"Height": height, "Strength": strength, "Distance": distance}
        if normal is not None:
            inputs["Normal"] = normal
        return self.node("Bump", inputs).outputs[0]

    def attribute(self, name: str) -> Any:
        return self.node("Attribute", attribute_name=name).outputs["Fac"]

    def principled(self, **inputs: Any) -> Any:
        """A Principled surface; input names in snake case, ``_`` for a space."""
        names = {key.replace("_", " ").lower(): value for key, value in inputs.items()}
        made = self.node("BsdfPrincipled")
        for socket in made.inputs:
            if socket.name.lower() in names:
                value = names.pop(socket.name.lower())
                if isinstance(value, bpy.types.NodeSocket):
                    self.tree.links.new(value, socket)
                else:
                    socket.default_value = _value(value)
        if names:
            raise KeyError(f"no such inputs: {', '.join(names)}")
        return made.outputs[0]

    def shade(self, factor: Any, a: Any, b: Any) -> Any:
        """Two surfaces blended."""
        return self.node("MixShader", {0: factor, 1: a, 2: b}).outputs[0]

    def surface(self, shader: Any, volume: Any = None) -> None:
        """Ends the tree of a material."""
        out = self.node("OutputMaterial")
        if shader is not None:
            self.tree.links.new(shader, out.inputs["Surface"])
        if volume is not None:
            self.tree.links.new(volume, out.inputs["Volume"])


def material(name: str) -> tuple[Any, Graph]:
    """A new, empty material and its tree.

    Glowing forms are only seen; the lamps beside them give the light, which is far less noisy.
    """
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    made.cycles.emission_sampling = "NONE"
    return made, Graph(made.node_tree)
