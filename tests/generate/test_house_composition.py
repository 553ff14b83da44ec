"""What the composer writes is music: chords that lead, a tune that belongs to them, a way home."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from castad_cli.generate.house.arrangement import BANDS, Composition, compose
from castad_cli.generate.house.form import PACES, plan_form
from castad_cli.generate.house.grooves import DRUMS, GROOVES
from castad_cli.generate.house.harmony import parse_chord, voice_progression
from castad_cli.generate.house.instruments import INSTRUMENTS
from castad_cli.generate.house.moods import MOODS
from castad_cli.generate.house.score import Note

SEEDS = range(12)


def piece(mood: str, seed: int, duration: int = 20) -> Composition:
    return compose(plan_form(Fraction(duration), mood), mood, seed)


def tune(composition: Composition) -> tuple[Note, ...]:
    return next(part.notes for part in composition.parts if part.name == "tune")


def test_roman_numerals_become_the_chords_a_musician_expects() -> None:
    in_c = {symbol: parse_chord(symbol, 0) for symbol in ("Iadd9", "iv6", "V/3", "bVII", "#idim7", "V7sus4", "II7")}
    assert in_c["Iadd9"].name == "Cadd9"
    assert in_c["Iadd9"].tones == (0, 4, 7, 2)
    assert in_c["iv6"].tones == (5, 8, 0, 2)
    assert (in_c["V/3"].name, in_c["V/3"].bass) == ("G/B", 11)
    assert in_c["bVII"].root == 10
    assert in_c["#idim7"].tones == (1, 4, 7, 10)
    assert in_c["V7sus4"].tones == (7, 0, 2, 5)
    assert 6 in in_c["II7"].scale
    assert 5 not in in_c["II7"].scale
    with pytest.raises(ValueError, match="no such chord"):
        parse_chord("H7", 0)


@pytest.mark.parametrize("mood", sorted(MOODS))
def test_voices_move_by_small_steps_in_every_progression(mood: str) -> None:
    material = MOODS[mood]
    for progression in (*material.build, *material.breath, *material.lift):
        chords = [parse_chord(symbol, 2) for symbol in progression.replace("|", " ").split()]
        voicings = voice_progression(chords, 53, 76)
        for before, after in pairwise(voicings):
            moves = [abs(a - b) for a, b in zip(before, after, strict=True)]
            assert sum(moves) / len(moves) <= 4.5, progression
        for chord, voicing in zip(chords, voicings, strict=True):
            assert {pitch % 12 for pitch in voicing} <= set(chord.tones)


@pytest.mark.parametrize("mood", sorted(MOODS))
def test_chords_fill_the_form_without_gaps_and_end_on_the_tonic(mood: str) -> None:
    for seed in SEEDS:
        composition = piece(mood, seed)
        changes = composition.progression.changes
        assert changes[0].start == 0
        assert all(a.end == b.start for a, b in pairwise(changes))
        assert changes[-1].end == composition.form.final_beat == composition.progression.final.start
        assert composition.progression.final.chord.root == composition.progression.tonic
        assert composition.progression.final.chord.bass == composition.progression.tonic
        assert changes[-1].chord.root != composition.progression.tonic, "something must lead home"


@pytest.mark.parametrize("mood", sorted(MOODS))
def test_the_tune_is_singable_and_comes_home(mood: str) -> None:
    for seed in SEEDS:
        composition = piece(mood, seed)
        notes = tune(composition)
        final = composition.progression.final.chord
        assert notes[-1].start == composition.form.final_beat
        assert notes[-1].pitch % 12 in final.tones[:3]
        assert all(abs(a.pitch - b.pitch) <= 12 for a, b in pairwise(notes))
        assert max(n.pitch for n in notes) - min(n.pitch for n in notes) <= 24
        assert len({n.pitch for n in notes}) >= 3
        assert all(a.start + a.length <= b.start + 1e-9 for a, b in pairwise(notes)), "one voice"
        long = [n for n in notes if n.length >= 1.5 and n.start < composition.form.final_beat]
        assert all(n.pitch % 12 in composition.progression.at(n.start).chord.tones for n in long)


@pytest.mark.parametrize("mood", sorted(MOODS))
def test_the_hook_returns(mood: str) -> None:
    composition = piece(mood, 5, duration=30)
    rhythms: dict[tuple[float, ...], int] = {}
    for span in composition.form.spans:
        onsets = tuple(n.start - span.start for n in tune(composition) if span.start <= n.start < span.end)
        rhythms[onsets] = rhythms.get(onsets, 0) + (onsets != ())
    assert max(rhythms.values()) >= 2


@pytest.mark.parametrize("mood", sorted(MOODS))
def test_the_band_grows_from_the_intro_to_the_lift(mood: str) -> None:
    for seed in SEEDS:
        composition = piece(mood, seed)
        form = composition.form

        def players(first: float, last: float, of: Composition = composition) -> int:
            return sum(any(first <= n.start < last for n in part.notes) for part in of.parts)

        starts = dict(form.sections)
        intro = players(0, starts["build"])
        build = players(starts["build"], starts["lift"])
        lift = players(starts["lift"], form.final_beat)
        assert 1 <= intro < build <= lift
        assert lift >= 5


@pytest.mark.parametrize("mood", sorted(MOODS))
def test_seeds_give_different_pieces_and_the_same_seed_the_same(mood: str) -> None:
    pieces = [(piece(mood, seed).progression.tonic, tune(piece(mood, seed))) for seed in SEEDS]
    assert len({repr(p) for p in pieces}) >= len(SEEDS) - 1
    assert piece(mood, 4) == piece(mood, 4)


def test_everything_named_exists() -> None:
    assert set(MOODS) == set(BANDS) == set(GROOVES) == set(PACES)
    for band in BANDS.values():
        names = {name for layer in band.layers for name in layer.instruments}
        assert names | set(band.tunes) | set(band.doubles) | {band.drums} <= set(INSTRUMENTS)
    for grooves in GROOVES.values():
        for groove in grooves:
            rows = [*groove.rows.values(), groove.fill]
            assert {name for row in rows for name in row} | set(groove.lift_opens) | set(groove.end) <= set(DRUMS)
            assert all(len(pattern) == 16 for row in rows for pattern in row.values())


@pytest.mark.parametrize("duration", [6, 8, 60])
@pytest.mark.parametrize("tempo", [60, 160])
def test_very_short_and_very_long_pieces_are_whole(duration: int, tempo: int) -> None:
    for mood in MOODS:
        composition = compose(plan_form(Fraction(duration), mood, tempo), mood, 1)
        assert tune(composition)[0].start < composition.form.final_beat
        assert {part.name for part in composition.parts} >= {"tune", "bass", "drums"}
        assert all(1 <= n.velocity <= 127 and 0 <= n.pitch <= 127 for p in composition.parts for n in p.notes)


def test_hooks_have_no_leaps_that_nobody_sings() -> None:
    leaps = total = 0
    for mood in MOODS:
        for seed in SEEDS:
            notes = tune(piece(mood, seed))
            leaps += sum(abs(a.pitch - b.pitch) in (6, 10, 11) for a, b in pairwise(notes))
            total += len(notes)
    assert leaps < total * 0.02
