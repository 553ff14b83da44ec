"""Layers that fade as one: which of those drawn one over the other belong together on a frame. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from castad_cli.render.layers import Layer

Item = tuple[int, Layer, int]
"""A layer's place in the order they are painted, the layer, and the frame counted from its first."""

Group = tuple[int, int]


def group_items(
    items: Sequence[Item], within: frozenset[Group]
) -> Iterator[tuple[tuple[Group, float] | None, list[Item]]]:
    """Layers by the outermost group, of those not entered yet, that several of them fade in; one by one else."""
    run: list[Item] = []
    group: tuple[Group, float] | None = None
    for item in [*items, None]:
        own = None if item is None else _fading(item, within)
        if run and (own is None or own != group):
            yield (group, run) if len(run) > 1 else (None, run)
            run = []
        group = own
        if item is not None and own is None:
            yield None, [item]
        elif item is not None:
            run.append(item)


def _fading(item: Item, within: frozenset[Group]) -> tuple[Group, float] | None:
    """The outermost group that a layer fades in on a frame, and the group's opacity then."""
    _, layer, k = item
    for fade in layer.fades:
        if fade.group not in within and fade.opacities[k] < 1:
            return fade.group, float(fade.opacities[k])
    return None
