"""The music of an ad: what was made or taken, and where its beats are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class BeatGrid:
    """Where a track's beats fall, in exact seconds from its start.

    ``beats`` ascend; ``downbeats`` are the subset that starts a bar. ``sections`` name what begins
    where ("intro", "build", "lift", "ending"), in order.
    """

    tempo_bpm: Fraction
    beats: tuple[Fraction, ...]
    downbeats: tuple[Fraction, ...]
    sections: tuple[tuple[str, Fraction], ...] = ()


@dataclass(frozen=True)
class Track:
    """A piece of music as a WAV file (48 kHz stereo), as long as the ad, with its beats.

    ``file`` is a path on this machine. ``licence`` and ``credit`` go into the ad's ``.json``.
    """

    file: str
    duration_s: Fraction
    grid: BeatGrid
    provider: str
    credit: str = ""
    licence: str = ""
    generated: bool = True
    by_ai: str = ""
    """The generative AI that made it, as it is disclosed; empty otherwise."""
