"""Which chord sounds when: a mood's progressions laid over a form, and led to the tonic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from random import Random

from castad_cli.generate.house.form import Form, Span
from castad_cli.generate.house.harmony import Chord, parse_chord, voice_progression
from castad_cli.generate.house.moods import Mood


@dataclass(frozen=True)
class Change:
    """A chord from one beat to another, voiced in the middle register. ``bass`` is a MIDI pitch from 36 up."""

    start: float
    beats: float
    chord: Chord
    voicing: tuple[int, ...]
    bass: int
    span: Span

    @property
    def end(self) -> float:
        return self.start + self.beats


@dataclass(frozen=True)
class Progression:
    """All changes in order, and the chord of the final hit."""

    tonic: int
    changes: tuple[Change, ...]
    final: Change

    def at(self, beat: float) -> Change:
        """The chord sounding at ``beat``; the final one from the final hit on."""
        if beat >= self.final.start:
            return self.final
        return next(change for change in reversed(self.changes) if change.start <= beat + 1e-9)


def plan_progression(form: Form, mood: Mood, rng: Random) -> Progression:
    """Chords for every span: the mood's own for each kind of phrase, a cadence before the final hit."""
    tonic = rng.choice(mood.keys)
    build = _bars(rng.choice(mood.build))
    breath = _bars(rng.choice(mood.breath))
    before_lift = [span for span in form.spans if span.section == "build"][-1]
    last = (breath if before_lift.phrase == "B" else build)[before_lift.index % 4][-1]
    lift = _bars(rng.choice([p for p in mood.lift if _numeral(p) != _numeral(last)]))
    lift_bars = form.spans[-1].of
    before_cadence = lift[(lift_bars - 2) % 4][-1] if lift_bars > 1 else last
    cadence = rng.choice([c for c in mood.cadences if _numeral(c) != _numeral(before_cadence)]).split()
    opening = rng.choice(("IVadd9/1", "Isus2")) if build[0][0].startswith("I") else "Iadd9"

    plan: list[tuple[float, float, str, Span]] = []
    for _, group in groupby(form.spans, key=lambda span: (span.phrase, span.start - 4 * span.index)):
        spans = list(group)
        for i, span in enumerate(spans):
            if span.phrase == "intro":
                symbols = [opening]
            elif span is form.spans[-1]:
                symbols = cadence
            else:
                source = {"B": breath, "lift": lift}.get(span.phrase, build)
                symbols = source[i % len(source)]
            symbols = symbols[-span.beats :]
            share = span.beats / len(symbols)
            plan += [(span.start + share * j, share, symbol, span) for j, symbol in enumerate(symbols)]

    chords = [parse_chord(symbol, tonic) for _, _, symbol, _ in plan]
    chords.append(parse_chord(mood.final, tonic))
    voicings = voice_progression(chords, 53, 76)
    basses = _lead_bass(chords)
    changes = tuple(
        Change(start, beats, chord, voicing, bass, span)
        for (start, beats, _, span), chord, voicing, bass in zip(plan, chords, voicings, basses, strict=False)
    )
    tail_beats = float(form.tail_s / form.beat_s)
    final = Change(form.final_beat, tail_beats, chords[-1], voicings[-1], basses[-1], form.spans[-1])
    return Progression(tonic, changes, final)


def _bars(progression: str) -> list[list[str]]:
    return [bar.split() for bar in progression.split("|")]


def _numeral(progression: str) -> str:
    """The first chord's bare numeral, so that ``IVadd9`` counts as ``IV``."""
    match = re.match(r"[b#]?[IViv]+", progression)
    assert match is not None
    return match[0]


def _lead_bass(chords: list[Chord]) -> list[int]:
    """A bass pitch for each chord between E1 and E♭2's octave, by the nearest way, drawn to the low middle."""
    low, high, middle = 34, 48, 40
    line: list[int] = []
    for chord in chords:
        choices = [pitch for pitch in range(low, high) if pitch % 12 == chord.bass]
        last = line[-1] if line else middle
        line.append(min(choices, key=lambda pitch: (abs(pitch - last) + 0.6 * abs(pitch - middle), pitch)))
    return line
