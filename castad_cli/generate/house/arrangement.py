"""Who plays what, and when: the layers of each mood, added section by section."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from castad_cli.generate.house import figures
from castad_cli.generate.house.figures import Figure
from castad_cli.generate.house.form import Form
from castad_cli.generate.house.grooves import GROOVES, play_drums
from castad_cli.generate.house.melody import write_melody
from castad_cli.generate.house.moods import MOODS
from castad_cli.generate.house.progression import Change, Progression, plan_progression
from castad_cli.generate.house.score import Note, Part

_DAMPED_S = 0.65
"""How long before the track's end the final chord is let go, in seconds."""


@dataclass(frozen=True)
class Layer:
    """One player of the band.

    ``instruments`` and ``figures`` are choices for the seed; ``energies`` says when it plays (the lift is
    4); ``end`` how it takes the final hit: ``hold``, ``roll`` (low to high), ``short`` or ``none``.
    """

    name: str
    instruments: tuple[str, ...]
    figures: tuple[Figure, ...]
    energies: frozenset[int]
    end: str = "hold"
    pedal: bool = False
    swell: bool = False


def _layer(name: str, instruments: str, choice: Figure | tuple[Figure, ...], energies: str, end: str = "hold",
           *, pedal: bool = False, swell: bool = False) -> Layer:  # fmt: skip
    chosen = choice if isinstance(choice, tuple) else (choice,)
    return Layer(name, tuple(instruments.split()), chosen, frozenset(map(int, energies)), end, pedal, swell)


@dataclass(frozen=True)
class Band:
    """The layers of a mood, who may carry the tune, who doubles it in the lift, and the drums' instrument."""

    layers: tuple[Layer, ...]
    tunes: tuple[str, ...]
    doubles: tuple[str, ...]
    drums: str


BANDS: dict[str, Band] = {
    "calm": Band(
        (
            _layer("keys", "felt_piano", figures.felt, "1234", "roll", pedal=True),
            _layer("pad", "warm_pad", figures.sustain, "1234", swell=True),
            _layer("bass", "sub_bass", figures.bass_long, "234"),
            _layer("bells", "kalimba harp", figures.pluck_arpeggio, "3", "none"),
            _layer("strings", "strings", figures.top_line, "4", swell=True),
        ),
        tunes=("vibraphone_tune", "piano_tune", "celesta_tune", "music_box_tune"),
        doubles=("celesta_tune", "glockenspiel"),
        drums="light_drums",
    ),
    "warm": Band(
        (
            _layer("guitar", "nylon_guitar steel_guitar", figures.travis, "1234", "roll"),
            _layer("keys", "electric_piano", figures.quarter_chords, "234"),
            _layer("bass", "upright_bass finger_bass", figures.bass_walk, "234"),
            _layer("pad", "warm_pad strings", figures.sustain, "34", swell=True),
            _layer("strum", "strummed_guitar", figures.strum, "4", "roll"),
        ),
        tunes=("piano_tune", "bell_piano_tune", "vibraphone_tune", "nylon_tune"),
        doubles=("glockenspiel", "vibraphone_tune"),
        drums="light_drums",
    ),
    "bright": Band(
        (
            _layer("pluck", "pluck kalimba", figures.pluck_arpeggio, "1234", "none"),
            _layer("keys", "piano", (figures.pulse, figures.stab), "234", "hold"),
            _layer("bass", "finger_bass", figures.bass_eighths, "234"),
            _layer("pad", "glass_pad", figures.sustain, "34", swell=True),
            _layer("strum", "strummed_guitar", figures.strum, "4", "roll"),
        ),
        tunes=("pluck_tune", "piano_tune", "glockenspiel_tune", "bell_piano_tune"),
        doubles=("glockenspiel", "pluck_tune"),
        drums="drums",
    ),
    "upbeat": Band(
        (
            _layer("stabs", "pluck piano", figures.stab, "1234", "hold"),
            _layer("bass", "synth_bass", (figures.bass_octaves, figures.bass_eighths), "234"),
            _layer("guitar", "muted_guitar", figures.muted_sixteenths, "34", "none"),
            _layer("pad", "glass_pad warm_pad", figures.sustain, "234", swell=True),
            _layer("piano", "piano", figures.pulse, "4", "hold"),
        ),
        tunes=("pluck_tune", "piano_tune", "bell_piano_tune"),
        doubles=("pluck_tune", "glockenspiel"),
        drums="drums",
    ),
    "elegant": Band(
        (
            _layer("harp", "harp", figures.harp, "1234", "roll"),
            _layer("strings", "strings", figures.sustain, "234", swell=True),
            _layer("bass", "cello_bass", figures.bass_long, "234", swell=True),
            _layer("low", "sub_bass", figures.bass_long, "34"),
            _layer("high", "high_strings", figures.top_line, "34", swell=True),
        ),
        tunes=("piano_tune", "vibraphone_tune", "celesta_tune"),
        doubles=("glockenspiel", "celesta_tune"),
        drums="light_drums",
    ),
    "playful": Band(
        (
            _layer("pizzicato", "pizzicato", figures.offbeat, "1234", "short"),
            _layer("bass", "upright_bass", figures.bass_two, "1234", "short"),
            _layer("marimba", "marimba kalimba", figures.ostinato, "234", "roll"),
            _layer("strings", "high_strings", figures.top_line, "4", "short", swell=True),
            _layer("keys", "piano", figures.offbeat, "34", "roll"),
        ),
        tunes=("glockenspiel_tune", "pizzicato_tune", "marimba_tune", "music_box_tune"),
        doubles=("glockenspiel", "pizzicato"),
        drums="light_drums",
    ),
}


@dataclass(frozen=True)
class Composition:
    """A whole piece on paper."""

    form: Form
    progression: Progression
    parts: tuple[Part, ...]
    swing: float


def compose(form: Form, mood: str, seed: int) -> Composition:
    """The piece for a form. The same form, mood and seed give the same notes."""
    material, band = MOODS[mood], BANDS[mood]
    rng = Random(f"compose/{mood}/{seed}")
    progression = plan_progression(form, material, rng)
    tune = write_melody(form, progression, material, rng)
    lead = rng.choice(band.tunes)
    parts = [_play(layer, progression, form, rng) for layer in band.layers]
    parts.append(Part("tune", lead, tuple(tune)))
    double = rng.choice([name for name in band.doubles if name != lead])
    lifted = tuple(
        Note(note.start, note.length, note.pitch, note.velocity - 10)
        for note in tune
        if note.start >= form.spans[-1].start - 4 * form.spans[-1].index
    )
    parts.append(Part("double", double, lifted))
    parts.append(Part("drums", band.drums, tuple(play_drums(form, rng.choice(GROOVES[mood]), rng))))
    return Composition(form, progression, tuple(part for part in parts if part.notes), material.swing)


def _play(layer: Layer, progression: Progression, form: Form, rng: Random) -> Part:
    instrument = rng.choice(layer.instruments)
    figure = rng.choice(layer.figures)
    changes = [*progression.changes, progression.final]
    notes: list[Note] = []
    pedal: list[tuple[float, float]] = []
    for change, following in pairwise(changes):
        if change.span.energy in layer.energies:
            notes += figure(change, following, change.span.energy, rng)
            if layer.pedal:
                pedal.append((change.start + 0.05, change.end - 0.05))
    if notes:
        notes += _end(layer, progression.final, figure, float(form.beat_s))
    swell = _swells(form) if layer.swell else ()
    return Part(layer.name, instrument, tuple(notes), tuple(pedal), swell)


def _end(layer: Layer, final: Change, figure: Figure, beat_s: float) -> list[Note]:
    """How a layer lands: the chord, or for a bass its root."""
    if layer.end == "none":
        return []
    length = final.beats - _DAMPED_S / beat_s if layer.end != "short" else 0.4
    if layer.name in ("bass", "low"):
        return [Note(final.start, length, final.bass, 96)]
    pitches = final.voicing
    if figure is figures.top_line:
        pitches = tuple(pitch + 12 for pitch in final.voicing[-2:])
    elif layer.end == "roll":
        pitches = tuple(sorted({final.bass + 12, *final.voicing}))
    step = 0.045 if layer.end == "roll" else 0.0
    return [Note(final.start + step * i, length, pitch, 90 - 2 * i) for i, pitch in enumerate(pitches)]


def _swells(form: Form) -> tuple[tuple[float, float], ...]:
    """Expression: a breath in each phrase, a rise into the lift, and away under the final chord."""
    points: list[tuple[float, float]] = []
    for span in form.spans:
        low = {1: 0.45, 2: 0.6, 3: 0.7, 4: 0.85}[span.energy]
        points += [(span.start, low), (span.start + span.beats * 0.6, min(1.0, low + 0.12))]
    ring = float(form.tail_s / form.beat_s)
    points += [(form.final_beat, 1.0), (form.final_beat + ring * 0.25, 0.9), (form.final_beat + ring * 0.62, 0.35)]
    return tuple(points)
