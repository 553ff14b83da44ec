"""The house composer: paper, players, mix."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from castad_cli.generate.house import midi
from castad_cli.generate.house.arrangement import Composition, compose
from castad_cli.generate.house.form import Form, plan_form
from castad_cli.generate.house.grooves import DRUMS
from castad_cli.generate.house.instruments import INSTRUMENTS, Instrument
from castad_cli.generate.house.mix import Stem, mix_stems
from castad_cli.generate.house.percussion import play_percussion
from castad_cli.generate.house.performance import RATE, Performance, perform
from castad_cli.generate.house.soundfont import render_midi
from castad_cli.generate.house.voices import play_voice

Sound = NDArray[np.float32]

_ROOMS_S = {"calm": 1.9, "warm": 1.3, "bright": 1.2, "upbeat": 1.0, "elegant": 2.1, "playful": 1.1}
_AIR_DB = {"calm": -3.5, "warm": -1.5, "bright": 2.0, "upbeat": 2.0, "elegant": -1.5, "playful": 0.5}
_DRIVING = frozenset({"bright", "upbeat"})
"""The moods whose every downbeat is as full as the last: that one is heard by the silence before it."""
_DUCKED = frozenset({"pad", "stabs", "pluck", "bass", "guitar"})


def make_sound(duration_s: Fraction, mood: str, tempo: int | None = None, seed: int = 0) -> tuple[Form, Sound]:
    """The form and the finished track, (2, samples) at 48 kHz, as many samples as the duration rounds to."""
    form = plan_form(duration_s, mood, tempo)
    composition = compose(form, mood, seed)
    length = round(duration_s * RATE)
    performances = [perform(composition, part, seed) for part in composition.parts]
    pump = _pump(performances, length) if mood in _DRIVING else None
    ring = _ring_out(form, length)
    if mood in _DRIVING:
        ring *= _catch_breath(form, length)
    stems: list[Stem] = []
    for performance in performances:
        instrument = INSTRUMENTS[performance.part.instrument]
        sound = _play(performance, instrument, length)
        if pump is not None and performance.part.name in _DUCKED:
            sound = sound * pump
        stems.append(Stem(sound * ring, instrument))
    room_s = min(_ROOMS_S[mood], 0.75 * float(form.tail_s))
    intro_end = round(dict(form.sections)["build"] * form.beat_s * RATE)
    sound = mix_stems(stems, length, room_s, _AIR_DB[mood], intro_end)
    last = int(0.02 * RATE)  # what is left here is below hearing; the file ends on zero all the same
    sound[:, -last:] *= np.linspace(1, 0, last, dtype=np.float32)
    return form, sound


def _play(performance: Performance, instrument: Instrument, length: int) -> Sound:
    strokes = performance.strokes
    if instrument.transpose:
        strokes = tuple(replace(stroke, pitch=stroke.pitch + instrument.transpose) for stroke in strokes)
    if instrument.program is not None:
        messages = [midi.program(instrument.program)]
        for stroke in strokes:
            messages += midi.note(stroke.start, stroke.end, stroke.pitch, stroke.velocity)
        for down, up in performance.pedal:
            messages += [midi.control(down, 64, 127), midi.control(up, 64, 0)]
        messages += [midi.control(at, 11, value) for at, value in _expression(performance.swell)]
        return render_midi(messages, length)
    if instrument.voice == "drums":
        return play_percussion(strokes, length)
    sound = play_voice(instrument.voice, strokes, length)
    if performance.swell:
        at, level = zip(*performance.swell, strict=True)
        # expression as MIDI has it: amplitude goes with the square of the value
        sound *= np.interp(np.arange(length), at, np.square(level)).astype(np.float32)
    return sound


def _expression(swell: tuple[tuple[int, float], ...]) -> list[tuple[int, int]]:
    """The swell as control values every 20 ms, as a wheel or a breath would send them."""
    if not swell:
        return []
    at, level = zip(*swell, strict=True)
    times = np.arange(at[0], at[-1] + 1, RATE // 50)
    return [(int(t), round(float(v) * 127)) for t, v in zip(times, np.interp(times, at, level), strict=True)]


def _pump(performances: list[Performance], length: int) -> Sound:
    """The gain of what makes way for the kick: 4 dB down on the stroke, back within a quarter of a second."""
    gain = np.ones(length, dtype=np.float32)
    samples = int(0.25 * RATE)
    t = np.linspace(0, 1, samples, dtype=np.float32)
    dip = 1 - np.float32(0.37) * np.minimum(1, t * 40) * (1 - t) ** 2
    for performance in performances:
        if performance.part.name == "drums":
            for stroke in performance.strokes:
                if DRUMS[stroke.pitch] == "kick":
                    piece = gain[stroke.start : stroke.start + samples]
                    np.minimum(piece, dip[: piece.size], out=piece)
    return gain


def _ring_out(form: Form, length: int) -> Sound:
    """The gain under which the final chord dies away, in decibels straight down, as strings and plates do.

    Why: a sampled piano rings for eight seconds and an ad leaves it two; a player would damp it just so.
    The room's own decay follows and is done before the end.
    """
    start = int((form.final_beat * form.beat_s + form.tail_s * Fraction(35, 100)) * RATE)
    damped = length - int(0.55 * RATE)
    end = length - int(0.10 * RATE)
    decibels = np.interp(np.arange(length), (start, damped, end), (0, -9, -54))
    return np.asarray(10 ** (decibels / 20), np.float32)


def _catch_breath(form: Form, length: int) -> Sound:
    """The gain that leaves three eighths of a beat before the final hit to the room alone, and lifts the hit.

    Why: in a full mix the last downbeat is one of many; everybody stops before it, so that it lands.
    """
    hit, beat = float(form.final_beat * form.beat_s), float(form.beat_s)
    at = (hit - 0.5 * beat, hit - 0.375 * beat, hit - 0.012, hit - 0.004, hit + 0.5, hit + 1.0)
    decibels = np.interp(np.arange(length), np.array(at) * RATE, (0.0, -20.0, -20.0, 2.5, 2.5, 0.0))
    return np.asarray(10 ** (decibels / 20), np.float32)


def describe(composition: Composition) -> str:
    """The piece as a musician would note it: tempo, chords bar by bar, who plays."""
    chords = " | ".join(
        " ".join(change.chord.name for change in composition.progression.changes if change.span is span)
        for span in composition.form.spans
    )
    band = ", ".join(f"{part.name}: {part.instrument}" for part in composition.parts)
    return f"{composition.form.tempo} bpm  {chords} || {composition.progression.final.chord.name}\n{band}"
