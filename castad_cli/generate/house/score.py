"""What the composer writes: notes in beats, grouped in parts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """``start`` and ``length`` in beats from the track's start; ``pitch`` a MIDI key, or a drum's place in `DRUMS`."""

    start: float
    length: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Part:
    """One player: an instrument of `instruments.INSTRUMENTS` and what it plays.

    ``pedal``: stretches in beats with the sustain pedal down. ``swell``: expression, as (beat, 0 to 1)
    points joined by straight lines; empty for full throughout.
    """

    name: str
    instrument: str
    notes: tuple[Note, ...]
    pedal: tuple[tuple[float, float], ...] = ()
    swell: tuple[tuple[float, float], ...] = ()
