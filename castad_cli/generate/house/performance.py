"""From paper to played: beats become samples, with a player's small freedoms."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from castad_cli.generate.house.arrangement import Composition
from castad_cli.generate.house.score import Part

RATE = 48_000
"""Samples a second, everywhere."""

_LOOSENESS_MS = {"drums": 2.5, "bass": 4.0, "tune": 6.0, "double": 6.0}
"""Standard deviation of a player's timing; 5 ms for those not named."""


@dataclass(frozen=True)
class Stroke:
    """A note as played: first sample, sample of release, MIDI pitch (or drum), velocity 1 to 127."""

    start: int
    end: int
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Performance:
    """One part as played; ``pedal`` and ``swell`` as in `score.Part`, in samples."""

    part: Part
    strokes: tuple[Stroke, ...]
    pedal: tuple[tuple[int, int], ...]
    swell: tuple[tuple[int, float], ...]


def perform(composition: Composition, part: Part, seed: int) -> Performance:
    """``part`` as its player plays it. Nothing starts before the track does; first beats of sections stay tight."""
    rng = Random(f"perform/{part.name}/{seed}")
    beat_s = float(composition.form.beat_s)
    loose_s = _LOOSENESS_MS.get(part.name, 5.0) / 1000
    tight = {beat for _, beat in composition.form.sections}
    strokes: list[Stroke] = []
    for note in part.notes:
        beat = note.start
        if composition.swing and abs(beat % 1 - 0.5) < 0.01:
            beat += composition.swing
        freedom = 0.2 if note.start in tight else 1.0
        drift_s = max(-2.2, min(2.2, rng.gauss(0, 1))) * loose_s * freedom
        start_s = max(0.0, beat * beat_s + drift_s)
        velocity = max(1, min(127, round(note.velocity + rng.gauss(0, 3.0))))
        strokes.append(
            Stroke(round(start_s * RATE), round((start_s + note.length * beat_s) * RATE), note.pitch, velocity)
        )
    return Performance(
        part,
        tuple(sorted(strokes, key=lambda stroke: (stroke.start, stroke.pitch))),
        tuple((round(down * beat_s * RATE), round(up * beat_s * RATE)) for down, up in part.pedal),
        tuple((round(beat * beat_s * RATE), level) for beat, level in part.swell),
    )
