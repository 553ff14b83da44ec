"""What a rendition's layers cost, as a table: ``castad preview --explain``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from castad_cli.model.figures import count, size

if TYPE_CHECKING:
    from castad_cli.render.explain import LayerCost

_KINDS = {"sprite": "once", "frames": "as it changes", "media": "photograph"}


def cost_table(costs: Sequence[LayerCost]) -> Table:
    """One row a layer: the scene it is in, its name, how it is had, pictures and memory, and why it is no sprite."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for label in ("scene", "layer", "captured"):
        table.add_column(label, no_wrap=True)
    table.add_column("pictures", justify="right")
    table.add_column("memory", justify="right", no_wrap=True)
    table.add_column("why")
    for cost in costs:
        table.add_row(
            str(cost.scene) if cost.scene else "all",
            cost.name,
            _KINDS[cost.kind],
            str(cost.captured) if cost.captured else "",
            size(cost.size_bytes) if cost.size_bytes else "",
            cost.why,
        )
    return table


def cost_summary(costs: Sequence[LayerCost]) -> str:
    """``14 layers, 3 of them captured as they change: 96 pictures, 12.1 MB``."""
    changing = [cost for cost in costs if cost.kind == "frames"]
    pictures = sum(cost.captured for cost in costs)
    memory = size(sum(cost.size_bytes for cost in costs))
    return (
        f"{count(len(costs), 'layer')}, {len(changing)} captured as they change: {count(pictures, 'picture')}, {memory}"
    )
