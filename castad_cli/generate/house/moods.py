"""What each mood is made of: keys, progressions, hooks. Written by hand, as a songwriter keeps a notebook.

A progression is four bars separated by ``|``; a bar with two chords gives each half of it. A cell is one
bar of a tune's rhythm: (onset, length) in beats.
"""

from __future__ import annotations

from dataclasses import dataclass

Cell = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Mood:
    """The material of one mood.

    ``keys`` are pitch classes; ``swing`` delays every second eighth by that share of a beat;
    ``cadences`` lead to the final chord in one bar; ``center`` is the MIDI pitch the tune lives around;
    ``hooks`` open a phrase, ``answers`` go on, ``rests`` end it on a long note.
    """

    keys: tuple[int, ...]
    swing: float
    build: tuple[str, ...]
    breath: tuple[str, ...]
    lift: tuple[str, ...]
    cadences: tuple[str, ...]
    final: str
    center: int
    hooks: tuple[Cell, ...]
    answers: tuple[Cell, ...]
    rests: tuple[Cell, ...]


MOODS: dict[str, Mood] = {
    "calm": Mood(
        keys=(0, 2, 3, 5, 7, 9),
        swing=0.0,
        build=(
            "Iadd9 | vi7 | IVmaj7 | Vsus4 V",
            "IVmaj7 | Iadd9/3 | vi7 | Vsus4",
            "Imaj7 | iii7 | IVmaj7 | iv6",
            "vi7 | IVmaj7 | Iadd9 | V/3",
            "Iadd9 | V/3 | vi7 | IVmaj7",
            "Imaj9 | IVmaj7/1 | vi7 | ii9",
        ),
        breath=("IVmaj7 | iii7 | ii9 | Vsus4", "vi7 | iii7 | IVmaj7 | ivadd9"),
        lift=("IVmaj7 | V | vi7 | Iadd9/3", "ii9 | Iadd9/3 | IVmaj7 | Vsus4", "IVadd9 | V/3 | Iadd9 | vi7"),
        cadences=("IVmaj7 Vsus4", "ii9 V7sus4", "IVmaj7 iv6", "IVadd9 V"),
        final="Iadd9",
        center=74,
        hooks=(
            ((0, 1.5), (1.5, 0.5), (2, 2)),
            ((0, 1), (1, 1), (2, 2)),
            ((0.5, 0.5), (1, 1), (2, 2)),
            ((0, 0.5), (0.5, 0.5), (1, 3)),
            ((1, 0.5), (1.5, 0.5), (2, 1), (3, 1)),
        ),
        answers=(((0, 1), (1, 3)), ((0, 3), (3, 1)), ((0, 1.5), (1.5, 0.5), (2, 1), (3, 1)), ((1, 1), (2, 2))),
        rests=(((0, 3),), ((0, 1), (1, 2.5))),
    ),
    "warm": Mood(
        keys=(0, 2, 4, 5, 7, 9),
        swing=0.06,
        build=(
            "I | V/3 | vi7 | IVadd9",
            "Iadd9 | IVmaj7 | vi7 | Vsus4 V",
            "I | iii7 | IVadd9 | V7sus4",
            "IVadd9 | I/3 | ii7 | V",
            "I | IVmaj7 | ii7 | V7sus4",
            "Iadd9 | Imaj7 | IVmaj7 | iv6",
        ),
        breath=("vi7 | V/3 | IVmaj7 | I/3", "ii7 | iii7 | IVmaj7 | V7sus4"),
        lift=("IVadd9 | V | I/3 | vi7", "IVmaj7 | I/3 | ii7 | V7sus4", "vi7 | V/3 | IVadd9 | V"),
        cadences=("IV V", "ii7 V7sus4", "IVadd9 iv6", "IV V/3"),
        final="Iadd9",
        center=72,
        hooks=(
            ((0, 0.5), (0.5, 0.5), (1, 1), (2.5, 0.5), (3, 1)),
            ((0, 0.75), (0.75, 0.75), (1.5, 0.5), (2, 1.5)),
            ((0.5, 0.5), (1, 0.5), (1.5, 0.5), (2, 1.5)),
            ((0, 1), (1, 0.5), (1.5, 1), (2.5, 1.5)),
            ((0, 0.5), (0.5, 1), (1.5, 0.5), (2, 2)),
        ),
        answers=(
            ((0, 0.5), (0.5, 0.5), (1, 1), (2, 1.5)),
            ((0, 1.5), (1.5, 0.5), (2, 1), (3, 0.5), (3.5, 0.5)),
            ((0.5, 0.5), (1, 1), (2, 0.5), (2.5, 1.5)),
        ),
        rests=(((0, 2.5),), ((0, 0.5), (0.5, 0.5), (1, 2))),
    ),
    "bright": Mood(
        keys=(0, 2, 4, 5, 7, 9, 11),
        swing=0.0,
        build=(
            "I | V | vi | IVadd9",
            "Iadd9 | IV | vi7 | V",
            "vi7 | IVadd9 | I | V",
            "IVmaj7 | V | iii7 | vi7",
            "I | IV/1 | I | Vsus4 V",
            "I | iii7 | vi7 | IVadd9",
        ),
        breath=("ii7 | I/3 | IV | Vsus4", "vi7 | iii7 | IVmaj7 | V"),
        lift=("IVadd9 | V | vi7 | I/3", "IV | V | I/3 | IVadd9", "vi7 | IVadd9 | I | V"),
        cadences=("IV V", "ii7 V", "bVII IV", "IVadd9 Vsus4"),
        final="I",
        center=76,
        hooks=(
            ((0, 0.5), (0.5, 0.5), (1, 0.5), (1.5, 1), (2.5, 0.5), (3, 1)),
            ((0, 0.75), (0.75, 0.75), (1.5, 0.5), (2, 0.5), (2.5, 0.5), (3, 0.5)),
            ((0, 0.5), (1, 0.5), (1.5, 0.5), (2.5, 0.5), (3, 1)),
            ((0, 1), (1, 0.5), (1.5, 0.5), (2, 0.75), (2.75, 0.75)),
        ),
        answers=(
            ((0, 0.5), (0.5, 0.5), (1, 0.5), (1.5, 1.5)),
            ((0, 0.75), (0.75, 0.75), (1.5, 1.5), (3.5, 0.5)),
            ((0.5, 0.5), (1, 0.5), (1.5, 0.5), (2, 1.5)),
        ),
        rests=(((0, 2),), ((0, 0.5), (0.5, 0.5), (1, 1.5)), ((0, 0.75), (0.75, 1.75))),
    ),
    "upbeat": Mood(
        keys=(0, 2, 4, 5, 7, 9, 10),
        swing=0.0,
        build=(
            "vi7 | IVadd9 | I | V",
            "IVmaj7 | V | vi7 | I/3",
            "I | bVII | IVadd9 | IV",
            "vi7 | V/3 | IVmaj7 | V",
            "IVmaj7 | iii7 | vi7 | V",
            "I | vi7 | IVadd9 | Vsus4",
        ),
        breath=("ii7 | vi7 | IVmaj7 | V", "IVmaj7 | IVmaj7 | vi7 | V"),
        lift=("IVadd9 | V | vi7 | V/3", "vi7 | IVadd9 | I/3 | V", "IV | I/3 | bVII | V"),
        cadences=("IV V", "bVII V", "ii7 Vsus4", "bVI bVII"),
        final="I",
        center=76,
        hooks=(
            ((0, 0.5), (0.75, 0.5), (1.5, 0.5), (2.25, 0.5), (3, 0.5), (3.5, 0.5)),
            ((0, 0.5), (0.5, 0.25), (1, 0.5), (1.75, 0.5), (2.5, 1)),
            ((0.5, 0.5), (1, 0.25), (1.5, 0.5), (2, 0.25), (2.5, 0.5), (3, 0.75)),
            ((0, 0.75), (0.75, 0.75), (1.5, 0.5), (2, 0.75), (2.75, 0.75)),
        ),
        answers=(
            ((0, 0.5), (0.75, 0.5), (1.5, 1.5)),
            ((0, 0.25), (0.5, 0.5), (1.25, 0.25), (1.5, 0.5), (2, 1)),
            ((0, 0.5), (0.75, 0.5), (1.5, 0.5), (2.5, 0.5), (3, 0.5)),
        ),
        rests=(((0, 1.5),), ((0, 0.5), (0.75, 1.25))),
    ),
    "elegant": Mood(
        keys=(0, 2, 3, 5, 7, 10),
        swing=0.0,
        build=(
            "Imaj7 | vi7 | ii9 | V7sus4",
            "I V/3 | vi I/5 | IV I/3 | ii7 V7",
            "Imaj7 | iii7 | IVmaj7 | iv6",
            "vi7 | iii7 | IVmaj7 | V7sus4 V",
            "Iadd9 | V/3 | bVII6 | IVmaj7",
            "I V | vi iii7 | IV I/3 | ii7 V7sus4",
        ),
        breath=("ii9 | iii7 | IVmaj7 | V7sus4", "vi7 | II7 | ii7 | V7sus4"),
        lift=("IVmaj7 | V7/3 | Iadd9/3 | vi7", "ii9 | V7/3 | Imaj7 | vi7", "IVmaj7 iv6 | I/5 | ii7 | V7sus4"),
        cadences=("ii7 V7", "iv6 V7sus4", "IVmaj7 V7", "ii9 V7sus4"),
        final="Iadd9",
        center=76,
        hooks=(
            ((0, 1.5), (1.5, 0.5), (2, 1), (3, 1)),
            ((0, 2), (2, 1), (3, 1)),
            ((0, 1), (1, 0.5), (1.5, 0.5), (2, 2)),
            ((0.5, 0.5), (1, 1), (2, 1), (3, 1)),
        ),
        answers=(((0, 3), (3, 1)), ((0, 1), (1, 1), (2, 2)), ((0, 1.5), (1.5, 0.5), (2, 2))),
        rests=(((0, 3),), ((0, 1), (1, 2.5))),
    ),
    "playful": Mood(
        keys=(0, 2, 5, 7, 9, 10),
        swing=0.10,
        build=(
            "I6 | vi7 | ii7 | V7",
            "I | I7/3 | IV6 | iv6",
            "I6 | #idim7 | ii7 | V7",
            "I | II7 | ii7 V7 | I6",
            "IV6 | I/5 | II7 | V7",
            "I V/3 | vi7 V | IV6 | V7",
        ),
        breath=("vi7 | II7 | ii7 | V7", "IV6 | iv6 | I/5 | V7"),
        lift=("IV6 | #ivdim7 | I/5 | vi7", "IV6 | V7 | I6 | vi7", "ii7 | #iidim7 | I/3 | vi7"),
        cadences=("ii7 V7", "II7 V7", "IV6 V7", "bVI7 V7"),
        final="I6",
        center=76,
        hooks=(
            ((0, 0.25), (0.5, 0.25), (1, 0.5), (2, 0.25), (2.5, 0.25), (3, 0.5)),
            ((0, 0.5), (0.75, 0.25), (1, 0.5), (1.5, 0.5), (2.5, 0.25), (3, 0.25)),
            ((0.5, 0.25), (1, 0.25), (1.5, 0.5), (2.5, 0.25), (3, 0.25), (3.5, 0.25)),
            ((0, 0.5), (1, 0.25), (1.5, 0.25), (2, 0.25), (2.5, 0.25), (3, 0.5)),
        ),
        answers=(
            ((0, 0.25), (0.5, 0.25), (1, 0.5), (2, 0.5)),
            ((0, 0.5), (0.5, 0.25), (1, 0.25), (1.5, 0.25), (2, 0.25), (2.5, 0.25), (3, 0.5)),
            ((0.5, 0.25), (1, 0.5), (2, 0.25), (2.5, 0.5)),
        ),
        rests=(((0, 0.5), (1, 0.5)), ((0, 0.25), (0.5, 0.25), (1, 1))),
    ),
}
