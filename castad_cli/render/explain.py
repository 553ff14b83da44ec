"""What each layer of a rendition costs: how it is had from the browser, and how much is kept of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from castad_cli.model.music import Track
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.layers import Layer
from castad_cli.render.scenery import set_scene
from castad_cli.render.studio import Studio


@dataclass(frozen=True)
class LayerCost:
    """One layer: in ``scene`` (counted from 1; 0: the whole ad), seen on ``frames`` frames.

    ``captured`` is how many pictures the browser had to draw of it, ``size_bytes`` what those take in memory; ``why``
    says what keeps it from being a sprite, where it is none.
    """

    scene: int
    name: str
    kind: str
    frames: int
    captured: int
    size_bytes: int
    why: str

    @property
    def record(self) -> dict[str, Any]:
        """Its JSON values."""
        return asdict(self)


def explain(task: RenderTask, script: Script, track: Track | None, studio: Studio) -> tuple[LayerCost, ...]:
    """The layers of a rendition as it would be rendered, scene by scene, the dearest of each scene first.

    Raises:
        UserError, ToolError, EnvironmentNotReady: as `set_scene`.
    """
    return layer_costs(set_scene(task, script, track, studio).layout.layers)


def layer_costs(layers: Iterable[Layer]) -> tuple[LayerCost, ...]:
    """What each of some layers costs, ordered as `explain` has them."""
    costs = [
        LayerCost(
            scene=layer.scene + 1,
            name=layer.name,
            kind=layer.kind,
            frames=layer.end - layer.start,
            captured=len(layer.sprites),
            size_bytes=sum(sprite.size_bytes for sprite in layer.sprites),
            why=layer.why,
        )
        for layer in layers
    ]
    return tuple(sorted(costs, key=lambda cost: (cost.scene, -cost.captured, -cost.size_bytes)))
