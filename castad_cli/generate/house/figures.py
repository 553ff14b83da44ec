"""How a player turns a chord into notes: broken chords, pulses, strums, bass lines.

Each figure takes the chord at hand, the one that follows, the energy (1 to 4) and a random source, and
gives the notes of that chord's stretch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

from castad_cli.generate.house.progression import Change
from castad_cli.generate.house.score import Note

Figure = Callable[[Change, Change, int, Random], list[Note]]


def _within(change: Change, onsets: Iterable[float]) -> list[float]:
    return [change.start + onset for onset in onsets if onset < change.beats - 1e-9]


def _loud(energy: int, accent: float = 0.0) -> int:
    return round(66 + 5 * energy + accent)


def sustain(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """The whole chord, held."""
    return [Note(change.start, change.beats, pitch, _loud(energy)) for pitch in change.voicing]


def top_line(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """The upper two voices an octave up, held: strings over a full band."""
    return [Note(change.start, change.beats, pitch + 12, _loud(energy)) for pitch in change.voicing[-2:]]


def felt(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """A soft two-handed piano: root and fifth below, the chord's upper notes in rocking eighths."""
    root = change.bass + 12
    notes = [Note(change.start, change.beats, root, _loud(energy, 2))]
    upper = [pitch for pitch in change.voicing if pitch > root + 2] or list(change.voicing)
    shape = (0, 2, 1, 2) if len(upper) > 2 else (0, 1, 0, 1)
    step = 1.0 if energy == 1 else 0.5
    for i, start in enumerate(_within(change, [step * k for k in range(int(4 / step))])):
        if i == 0 and energy > 1:
            continue
        pitch = upper[min(shape[i % 4], len(upper) - 1)]
        notes.append(Note(start, step * 1.5, pitch, _loud(energy, -8 + (3 if i % 2 == 0 else 0))))
    return notes


def harp(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Rising and falling broken chords over two octaves, in eighths (sixteenths in the lift)."""
    ladder = sorted({*change.voicing, *(pitch + 12 for pitch in change.voicing[:3]), change.bass + 12})
    turn = ladder + ladder[-2:0:-1]
    step = 0.5 if energy < 4 else 0.25
    onsets = _within(change, [step * k for k in range(int(4 / step))])
    return [
        Note(start, 1.5, turn[i % len(turn)], _loud(energy, (4 if i % round(1 / step) == 0 else -6)))
        for i, start in enumerate(onsets)
    ]


def travis(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Finger-picked guitar: the thumb alternates on the beats, the fingers answer between."""
    low, fifth = change.bass + 12, change.voicing[0] if change.voicing[0] > change.bass + 13 else change.voicing[1]
    fingers = change.voicing[-3:]
    order = (1, 2, 0, 2) if change.span.index % 2 == 0 else (2, 1, 0, 1)
    notes = [
        Note(start, 1.8, low if i % 2 == 0 else fifth, _loud(energy, 3 if i % 2 == 0 else -4))
        for i, start in enumerate(_within(change, (0, 1, 2, 3)))
    ]
    if change.start % 4 == 0:
        notes.append(Note(change.start, 1.0, fingers[2], _loud(energy, -2)))
    notes += [
        Note(start, 1.5, fingers[order[i % 4]], _loud(energy, -6))
        for i, start in enumerate(_within(change, (0.5, 1.5, 2.5, 3.5)))
    ]
    return notes


def strum(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Down, down-up, up-down-up across six strings; up-strokes take the thin ones."""
    strings = sorted({change.bass + 12, *change.voicing, change.voicing[0] + 12})
    notes: list[Note] = []
    for onset, down in ((0, True), (1, True), (1.5, False), (2.5, False), (3, True), (3.5, False)):
        for start in _within(change, (onset,)):
            played = strings if down else strings[:1:-1]
            accent = 6 if onset in (1, 3) else 0 if down else -12
            notes += [
                Note(start + 0.014 * i, 0.9 if down else 0.45, pitch, _loud(energy, accent - 2 * i))
                for i, pitch in enumerate(played)
            ]
    return notes


def pulse(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Piano chords in eighths, the accents pushing 3-3-2."""
    notes: list[Note] = []
    voicing = change.voicing if energy < 4 else (*change.voicing, change.voicing[0] + 12)
    for start in _within(change, [0.5 * k for k in range(8)]):
        place = (start - change.start) % 4
        accent = 8 if place in (0, 1.5, 3) else -10
        notes += [Note(start, 0.42, pitch, _loud(energy, accent)) for pitch in voicing]
    return notes


def quarter_chords(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """A chord on the first and third beat, with a light touch before the next."""
    notes: list[Note] = []
    for onset, length, accent in ((0, 1.9, 0), (2, 1.4, -5), (3.5, 0.5, -14)):
        for start in _within(change, (onset,)):
            notes += [Note(start, length, pitch, _loud(energy, accent)) for pitch in change.voicing]
    return notes


def stab(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Short syncopated chords, dotted eighths against the beat."""
    onsets = (0, 0.75, 1.5, 2.25, 3, 3.5) if energy >= 3 else (0, 1.5, 3)
    return [
        Note(start, 0.3, pitch, _loud(energy, 6 if start == change.start else -2))
        for start in _within(change, onsets)
        for pitch in change.voicing
    ]


def pluck_arpeggio(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """A sparkling arpeggio an octave up: eighths, or sixteenths once the band is in."""
    ladder = [pitch + 12 for pitch in change.voicing]
    shape = (0, 2, 3, 1, 2, 3, 0, 3)
    step = 0.5 if energy < 4 else 0.25
    return [
        Note(start, 0.4, ladder[shape[i % 8]], _loud(energy, 4 if i % round(1 / step) == 0 else -7))
        for i, start in enumerate(_within(change, [step * k for k in range(int(4 / step))]))
    ]


def offbeat(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Short chords between the beats."""
    return [
        Note(start, 0.22, pitch, _loud(energy, 3 if (start - change.start) % 2 > 1 else 0))
        for start in _within(change, (0.5, 1.5, 2.5, 3.5))
        for pitch in change.voicing[-3:]
    ]


def ostinato(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """A marimba turning over three notes of the chord."""
    tones = change.voicing[-3:]
    shape = (0, 1, 2, 1, 0, 2, 1, 2)
    return [
        Note(start, 0.4, tones[shape[i % 8]], _loud(energy, 4 if i % 4 == 0 else -6))
        for i, start in enumerate(_within(change, [0.5 * k for k in range(8)]))
        if not (energy < 3 and i in (3, 7))
    ]


def muted_sixteenths(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """A palm-muted guitar on root and fifth, with gaps that move."""
    pattern = (1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1)
    low = change.voicing[0]
    return [
        Note(start, 0.2, low if i % 8 < 5 else change.voicing[1], _loud(energy, 8 if i % 4 == 0 else -4))
        for i, start in enumerate(_within(change, [0.25 * k for k in range(16)]))
        if pattern[i]
    ]


def bass_long(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """The bass note, held."""
    return [Note(change.start, change.beats, change.bass, _loud(energy, 4))]


def bass_walk(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Root, fifth and a step into the next chord, as an upright player would."""
    if change.beats < 4:
        return [Note(change.start, change.beats * 0.95, change.bass, _loud(energy, 6))]
    fifth = _reach(change.bass, change.chord.tones[2 if len(change.chord.tones) > 2 else 0])
    notes = [Note(change.start, 1.9, change.bass, _loud(energy, 6))]
    if energy >= 3:
        notes.append(Note(change.start + 1.5, 0.45, change.bass, _loud(energy, -12)))
        notes[0] = Note(change.start, 1.4, change.bass, _loud(energy, 6))
    notes.append(Note(change.start + 2, 1.4, fifth, _loud(energy, -2)))
    notes.append(Note(change.start + 3.5, 0.48, _approach(change, following), _loud(energy, -8)))
    return notes


def bass_eighths(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Driving eighths on the root, the last stepping into the next chord."""
    onsets = _within(change, [0.5 * k for k in range(8)])
    notes = [Note(start, 0.44, change.bass, _loud(energy, 6 if i % 2 == 0 else -6)) for i, start in enumerate(onsets)]
    if energy == 2:
        notes = [note for note in notes if (note.start - change.start) % 4 in (0, 1.5, 2, 3, 3.5)]
    if notes and change.bass != following.bass:
        last = notes[-1]
        notes[-1] = Note(last.start, last.length, _approach(change, following), last.velocity)
    return notes


def bass_octaves(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Root between the kicks, with octave answers: the dance floor's way."""
    pattern = ((0, 0, 0.4), (0.75, 0, 0.2), (1.5, 12, 0.3), (2, 0, 0.4), (2.75, 0, 0.2), (3.5, 12, 0.3))
    return [
        Note(change.start + onset, length, change.bass + up, _loud(energy, 4 if up == 0 else -4))
        for onset, up, length in pattern
        if onset < change.beats and (energy > 2 or up == 0)
    ]


def bass_two(change: Change, following: Change, energy: int, rng: Random) -> list[Note]:
    """Oom on one, pah's bass on three: root and fifth, short."""
    fifth = _reach(change.bass, change.chord.tones[2])
    notes = [
        Note(start, 0.5, change.bass if i % 2 == 0 else fifth, _loud(energy, 5))
        for i, start in enumerate(_within(change, (0, 2)))
    ]
    if energy >= 3 and change.beats == 4:
        notes.append(Note(change.start + 3.5, 0.4, _approach(change, following), _loud(energy, -4)))
    return notes


def _reach(bass: int, tone: int) -> int:
    """``tone`` (a pitch class) as near to ``bass`` as it comes, kept in a bass's good range."""
    candidates = [pitch for pitch in range(bass - 7, bass + 8) if pitch % 12 == tone and 31 <= pitch <= 52]
    return min(candidates, key=lambda pitch: (abs(pitch - bass), pitch)) if candidates else bass


def _approach(change: Change, following: Change) -> int:
    """A scale step from the side the line comes from; the note itself when the bass stays."""
    if following.bass == change.bass:
        return change.bass
    direction = -1 if following.bass > change.bass else 1
    pitch = following.bass + direction
    while pitch % 12 not in change.chord.scale:
        pitch += direction
    return pitch
