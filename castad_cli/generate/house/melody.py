"""A tune made of one idea: a hook that is stated, moved, answered and brought home."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from random import Random

from castad_cli.generate.house.form import Form, Span
from castad_cli.generate.house.moods import Cell, Mood
from castad_cli.generate.house.progression import Progression
from castad_cli.generate.house.score import Note

_CONTOURS: tuple[tuple[int, ...], ...] = (
    # steps of the scale from one note to the next
    (1, 1, 1, -1, -1, -1, 1),
    (3, -1, -1, -1, 1, 1, -2),
    (1, -1, -2, 1, 1, 2, -1),
    (2, 1, 1, -2, 1, -1, -1),
    (-1, -1, -2, 1, 1, -1, -1),
    (0, 2, -1, -1, 2, -1, -1),
    (4, -1, -1, -1, -1, 1, 1),
    (-1, 1, 2, -1, -1, 2, -1),
    (2, -1, 2, -1, -2, 1, -1),
    (-2, 1, 1, 3, -1, -1, -1),
    (0, 0, 2, -1, 1, -2, -1),
)
_UNSUNG = frozenset({6, 10, 11})
"""Leaps in semitones that are hard to sing: the tritone and the sevenths."""

_PLANS: tuple[tuple[str, ...], ...] = (
    ("hook", "hook", "hook", "rest"),
    ("hook", "answer", "hook", "rest"),
    ("hook", "hook", "answer", "rest"),
    ("hook", "rest", "hook", "answer"),
)


@dataclass(frozen=True)
class _Idea:
    """The hook and its relatives: one rhythm and one contour each."""

    rhythms: dict[str, Cell]
    contours: dict[str, tuple[int, ...]]
    plan: tuple[str, ...]


def write_melody(form: Form, progression: Progression, mood: Mood, rng: Random) -> list[Note]:
    """The tune from the build to the final hit, which it reaches on the tonic's root, third or fifth."""
    idea = _invent(mood, rng)
    notes: list[Note] = []
    anchor = mood.center
    for span in form.spans:
        if span.phrase == "intro":
            continue
        kind = _kind(idea, span)
        lifted = 5 if span.phrase == "lift" else -2 if span.phrase == "B" else 0
        anchor = _anchor(progression, span, mood.center + lifted, anchor, kind, rng)
        bar = _sing(idea, kind, span, progression, anchor, mood.center + lifted)
        if span.phrase in ("A'", "turn") and kind == "hook" and rng.random() < 0.6:
            bar = _vary(bar, progression, rng)
        notes += bar
    notes = _pick_up(notes, progression, form, rng) + notes
    notes = _smooth(notes, progression)
    notes.append(_home(notes, progression, form))
    return notes


def _invent(mood: Mood, rng: Random) -> _Idea:
    hook, answer, rest = rng.choice(mood.hooks), rng.choice(mood.answers), rng.choice(mood.rests)
    moving = [contour for contour in _CONTOURS if contour[0] or len(hook) > 4]  # few notes have none to spare
    contour, other = rng.sample(moving, 2)
    return _Idea(
        {"hook": hook, "answer": answer, "rest": rest},
        # an answer turns the hook's shape over; a phrase's end sinks
        {"hook": contour, "answer": tuple(-step for step in contour[:3]) + other[3:], "rest": (-1, -1, 1, 0, 0, 0, 0)},
        rng.choice(_PLANS),
    )


def _kind(idea: _Idea, span: Span) -> str:
    if span.of <= 2 and span.phrase != "lift":
        return "hook" if span.index == 0 else "answer"
    if span.phrase == "lift":
        return "hook" if span.index % 2 == 0 or span.index < span.of - 1 else "answer"
    if span.phrase == "B":
        return ("rest", "answer", "rest", "answer")[span.index % 4]
    return idea.plan[span.index % 4]


def _anchor(progression: Progression, span: Span, center: int, last: int, kind: str, rng: Random) -> int:
    """Where a bar's first note lies: a chord tone near the last one and near the tune's middle."""
    chord = progression.at(span.start).chord
    candidates = [pitch for pitch in range(center - 8, center + 9) if pitch % 12 in chord.tones]
    pull = 0.45 if span.phrase == "lift" and span.index == 0 else 0.7 if kind == "hook" else 0.9
    return min(candidates, key=lambda p: (abs(p - last) * pull + abs(p - center) * 0.5 + rng.random() * 1.5, p))


def _sing(idea: _Idea, kind: str, span: Span, progression: Progression, anchor: int, center: int) -> list[Note]:
    cell = [(onset, length) for onset, length in idea.rhythms[kind] if onset < span.beats]
    contour = idea.contours[kind]
    pitch = anchor
    notes: list[Note] = []
    for i, (onset, length) in enumerate(cell):
        start = span.start + onset
        chord = progression.at(start).chord
        before, steps = pitch, contour[(i - 1) % len(contour)] if i else 0
        if i:
            pitch = _step(pitch, steps, chord.scale)
        stressed = onset % 2 == 0 or length >= 1 or i == len(cell) - 1
        if stressed and pitch % 12 not in chord.tones:
            pitch = _nearest(pitch, chord.tones, towards=center)
            if steps and pitch == before:  # the idea moves here, so must the note
                pitch = _next_tone(before, 1 if steps > 0 else -1, chord.tones)
        if notes and abs(pitch - notes[-1].pitch) in _UNSUNG:
            pitch = _nearest(notes[-1].pitch + (5 if pitch > notes[-1].pitch else -5), chord.tones, notes[-1].pitch)
        if pitch > center + 10:
            pitch -= 12
        if pitch < center - 10:
            pitch += 12
        accent = 8 if onset == 0 else 3 if onset % 1 == 0 else -3
        velocity = 76 + accent + 5 * (span.energy - 2)
        notes.append(Note(start, min(length, span.end - start), pitch, velocity))
    return notes


def _step(pitch: int, steps: int, scale: tuple[int, ...]) -> int:
    """``steps`` of the scale up or down from ``pitch``, which need not be in it."""
    direction = 1 if steps > 0 else -1
    for _ in range(abs(steps)):
        pitch += direction
        while pitch % 12 not in scale:
            pitch += direction
    return pitch


def _nearest(pitch: int, tones: tuple[int, ...], towards: int) -> int:
    candidates = [p for p in range(pitch - 6, pitch + 7) if p % 12 in tones]
    return min(candidates, key=lambda p: (abs(p - pitch), abs(p - towards)))


def _next_tone(pitch: int, direction: int, tones: tuple[int, ...]) -> int:
    pitch += direction
    while pitch % 12 not in tones:
        pitch += direction
    return pitch


def _pick_up(notes: list[Note], progression: Progression, form: Form, rng: Random) -> list[Note]:
    """Often, a step or two at the end of the intro that lead into the hook."""
    intro = form.spans[0]
    if intro.beats < 2 or rng.random() < 0.35:
        return []
    direction = rng.choice((-1, -1, 1))
    first = notes[0]
    scale = progression.at(intro.end - 1).chord.scale
    near = _step(first.pitch, direction, scale)
    steps = [near] if rng.random() < 0.4 else [_step(near, direction, scale), near]
    begin = intro.end - 0.5 * len(steps)
    return [Note(begin + 0.5 * i, 0.45, pitch, first.velocity - 12 + 4 * i) for i, pitch in enumerate(steps)]


def _vary(bar: list[Note], progression: Progression, rng: Random) -> list[Note]:
    """The same bar with one long note broken by its neighbour, or its last note delayed."""
    long = [i for i, note in enumerate(bar) if note.length >= 1]
    if not long:
        return bar
    i = rng.choice(long)
    note = bar[i]
    half = note.length / 2
    chord = progression.at(note.start + half).chord
    neighbour = _step(note.pitch, rng.choice((1, -1)), chord.scale)
    if half >= 1:
        neighbour = _nearest(neighbour, chord.tones, note.pitch + 2)
    broken = [
        Note(note.start, half, note.pitch, note.velocity),
        Note(note.start + half, half, neighbour, note.velocity - 6),
    ]
    return bar[:i] + broken + bar[i + 1 :]


def _smooth(notes: list[Note], progression: Progression) -> list[Note]:
    """No leap beyond an octave less a tone, and no note hammered more than three times."""
    smooth: list[Note] = []
    for note in notes:
        pitch = note.pitch
        if smooth and abs(pitch - smooth[-1].pitch) > 10:
            pitch += -12 if pitch > smooth[-1].pitch else 12
        if len(smooth) >= 3 and all(last.pitch == pitch for last in smooth[-3:]):
            chord = progression.at(note.start).chord
            pitch = _nearest(pitch + 3, chord.tones, pitch + 3)
        smooth.append(Note(note.start, note.length, pitch, note.velocity))
    for i, (note, following) in enumerate(pairwise(smooth)):  # one voice: a note ends where the next begins
        if note.start + note.length > following.start:
            smooth[i] = Note(note.start, following.start - note.start, note.pitch, note.velocity)
    return smooth


def _home(notes: list[Note], progression: Progression, form: Form) -> Note:
    """The last note: the tonic's root or third (its fifth if that is much nearer), by step or small leap."""
    final = progression.final.chord
    last = notes[-1].pitch if notes else 72
    weights = {final.tones[0]: 0.0, final.tones[1]: 0.8, final.tones[2]: 3.0}
    candidates = [p for p in range(last - 7, last + 8) if p % 12 in weights]
    pitch = min(candidates, key=lambda p: (abs(p - last) * 0.5 + weights[p % 12], p))
    return Note(form.final_beat, float((form.tail_s - Fraction(13, 20)) / form.beat_s), pitch, 88)
