"""On which frames a layer shows, and through how many of them it stays as it is. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from castad_cli.render.layers import Layer

AT_REST = 4
"""A sprite that keeps its state for at least so many frames is drawn as part of a flattened overlay."""

FAINTEST = 1 / 512
"""A layer less opaque than this changes no 8-bit value."""


def is_drawn(layer: Layer) -> NDArray[np.bool_]:
    """On which of its frames a layer shows at all."""
    return np.asarray(
        (layer.opacities > FAINTEST) & ((layer.which >= 0) | (layer.kind == "media") | bool(layer.effects))
    )


def rests(layer: Layer) -> NDArray[np.bool_]:
    """On which of its frames a layer is drawn as a part of a flattened overlay, which rounds otherwise than alone."""
    return np.asarray(Runs(layer).lengths() >= AT_REST)


class Runs:
    """For each frame of a layer, the stretch of equal states it belongs to."""

    def __init__(self, layer: Layer) -> None:
        table = np.column_stack([layer.matrices, layer.opacities, layer.clips, layer.which])
        changed = np.any(table[1:] != table[:-1], axis=1)
        self._ids = np.concatenate([[0], np.cumsum(changed)])
        self._lengths = np.bincount(self._ids)

    def run(self, k: int) -> int:
        return int(self._ids[k])

    def lengths(self) -> NDArray[np.int64]:
        """For each frame, through how many the layer stays as it is then."""
        return np.asarray(self._lengths[self._ids])

    def length(self, k: int) -> int:
        return int(self._lengths[self._ids[k]])
