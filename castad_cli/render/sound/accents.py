"""Short sounds that a template asks for at its own moves: a whoosh, a tick, a thump. Made here, the same every time.

They lie well under the music: one who looks away must not notice them, one who looks should feel the move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Literal

from castad_cli.render.sound.loudness import RATE, highest, integrated_lufs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["whoosh", "tick", "thump"]

_BELOW_LU = 14.0
"""How far below the music they lie while they are heard: 12 dB or more is what keeps them from being effects."""
_MOST_PEAK = 0.5
"""A tick is so short that it has little loudness: its peak, too, stays at half of the music's."""
_WHOOSH_S, _TICK_S, _THUMP_S = 0.7, 0.09, 0.45


@dataclass(frozen=True)
class Accent:
    """One short sound of which the loudest moment is heard at ``at_s`` of the video."""

    kind: Kind
    at_s: Fraction


def lay_accents(programme: NDArray[np.float32], accents: Sequence[Accent]) -> NDArray[np.float32]:
    """The programme, (frames, 2), with the accents `_BELOW_LU` under it. A silent one is left as it is."""
    import numpy as np

    bed = np.zeros_like(programme)
    for accent in accents:
        sound, peak = make_sound(accent.kind)
        begin = round(accent.at_s * RATE) - peak
        first, last = max(0, begin), min(len(bed), begin + len(sound))
        if first < last:
            bed[first:last] += sound[first - begin : last - begin]
    under, over = integrated_lufs(bed), integrated_lufs(programme)
    if not isfinite(under) or not isfinite(over):
        return programme
    gain = 10 ** ((over - _BELOW_LU - under) / 20)
    gain = min(gain, _MOST_PEAK * highest(programme) / highest(bed))
    bed *= np.float32(gain)
    bed += programme
    return bed


@lru_cache(maxsize=3)
def make_sound(kind: Kind) -> tuple[NDArray[np.float32], int]:
    """A sound, (frames, 2) at a peak of 1, and the frame of its loudest moment."""
    import numpy as np

    made = {"whoosh": _whoosh, "tick": _tick, "thump": _thump}[kind]()
    made /= np.abs(made).max()
    made.flags.writeable = False
    return made, int(np.abs(made).max(axis=1).argmax())


def _whoosh() -> NDArray[np.float32]:
    """Air that goes by: bands of noise, the higher the nearer it comes, from one side to the other."""
    import numpy as np

    count = round(_WHOOSH_S * RATE)
    time = np.arange(count) / RATE
    random = np.random.default_rng(20)
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    sound = np.zeros((count, 2))
    bands = ((260, 0.30, 0.7), (520, 0.36, 1.0), (1000, 0.41, 0.8), (1900, 0.44, 0.4), (3400, 0.46, 0.16))
    for centre, middle, level in bands:
        band = np.exp(-(np.log2(np.maximum(frequency, 1) / centre) ** 2) / 0.5)
        swell = np.exp(-(((time - middle) / np.where(time < middle, 0.16, 0.07)) ** 2))
        for side in (0, 1):
            noise = np.fft.irfft(np.fft.rfft(random.normal(size=count)) * band, count)
            sound[:, side] += level * swell * noise / noise.std()
    across = np.clip((time - 0.15) / 0.4, 0, 1) * np.pi / 2
    sound *= np.stack([0.35 + 0.65 * np.cos(across), 0.35 + 0.65 * np.sin(across)], axis=1)
    return _softened(sound)


def _tick() -> NDArray[np.float32]:
    """Wood on wood: two partials that are gone in hundredths of a second."""
    import numpy as np

    time = np.arange(round(_TICK_S * RATE)) / RATE
    partials = ((1240.0, 1.0, 0.011), (2790.0, 0.45, 0.006), (4650.0, 0.2, 0.003))
    sound = sum(level * np.sin(2 * np.pi * pitch * time) * np.exp(-time / fall) for pitch, level, fall in partials)
    return _softened(np.stack([sound, sound], axis=1))


def _thump() -> NDArray[np.float32]:
    """Something heavy that lands softly: a low tone that falls, with a breath of noise as it touches."""
    import numpy as np

    time = np.arange(round(_THUMP_S * RATE)) / RATE
    pitch = 52 + 70 * np.exp(-time / 0.03)
    body = np.sin(2 * np.pi * np.cumsum(pitch) / RATE) * np.exp(-time / 0.11)
    breath = np.convolve(np.random.default_rng(21).normal(size=len(time)), np.ones(24) / 24, "same")
    sound = body + 0.35 * breath / breath.std() * np.exp(-time / 0.018)
    return _softened(np.stack([sound, sound], axis=1))


def _softened(sound: NDArray[np.float64]) -> NDArray[np.float32]:
    """With edges that make no click."""
    import numpy as np

    edge = round(0.0015 * RATE)
    ramp = np.linspace(0, 1, edge)[:, None]
    sound[:edge] *= ramp
    sound[-4 * edge :] *= np.linspace(1, 0, 4 * edge)[:, None]
    return np.asarray(sound, np.float32)
