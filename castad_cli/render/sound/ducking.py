"""Sound that gives way to other sound: how much quieter it is at every sample. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from castad_cli.render.sound.loudness import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def give_way(
    length: int, spans: Iterable[tuple[int, int]], depth_db: float, *, ramp_s: float = 0.25, bridge_s: float = 0.0
) -> NDArray[np.float32]:
    """A gain for each of ``length`` samples (shape (length,), 48 kHz): ``-depth_db`` within the spans, 1 elsewhere.

    A span is (begin, end) in samples. The gain moves in a straight line of decibels over ``ramp_s``, half of it before
    a span begins. Between spans nearer than ``bridge_s`` it stays down, since music that comes up for a breath and goes
    down again draws attention to itself.
    """
    import numpy as np

    down = np.zeros(length, np.float32)
    before: int | None = None
    for begin, end in sorted(spans):
        begin, end = max(0, begin), min(length, end)
        if begin >= end:
            continue
        joined = before is not None and begin - before <= bridge_s * RATE
        down[before if joined and before is not None else begin : end] = 1
        before = max(end, before or 0)
    half = max(1, round(ramp_s * RATE) // 2)
    total = np.cumsum(np.pad(down, (half + 1, half), mode="edge"), dtype=np.float64)
    smooth = ((total[half * 2 :] - total[: len(total) - half * 2]) / (half * 2))[:length]
    return np.asarray(10 ** (-depth_db / 20 * smooth), np.float32)
