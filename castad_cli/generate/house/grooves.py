"""Drums: grooves written as a drum machine shows them, and fills that announce what comes.

A row is one bar of sixteenths: ``X`` accent, ``x`` stroke, ``o`` soft, ``.`` nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from castad_cli.generate.house.form import Form, Span
from castad_cli.generate.house.score import Note

DRUMS = (
    "kick", "soft_kick", "snare", "clap", "snap", "brush", "sweep", "rim", "hat", "open_hat", "shaker",
    "tom_high", "tom_low", "crash", "swell", "riser", "triangle", "wood",
)  # fmt: skip
"""What `percussion.py` can play; a drum note's pitch is its place here."""

_STROKES = {"X": 108, "x": 88, "o": 58}

Rows = dict[str, str]


@dataclass(frozen=True)
class Groove:
    """One drummer's part: rows for each energy, a fill for a section's last bar, what opens the lift and the end."""

    rows: dict[int, Rows]
    fill: Rows
    lift_opens: tuple[str, ...]
    end: tuple[str, ...]
    lead_in: str = ""
    """A sound that grows through the bar before the lift and stops on it: ``riser`` or ``swell``."""


GROOVES: dict[str, tuple[Groove, ...]] = {
    "calm": (
        Groove(
            rows={
                3: {"shaker": "o.o.x.o.o.o.x.o."},
                4: {"shaker": "o.ooX.o.o.ooX.o.", "soft_kick": "x.......x.o....."},
            },
            fill={"shaker": "o.o.x.o.o.ooxxXo"},
            lift_opens=("triangle",),
            end=("soft_kick", "triangle"),
            lead_in="swell",
        ),
        Groove(
            rows={3: {"rim": "....o.......o..."}, 4: {"soft_kick": "x.....o.x.......", "rim": "....x.......x..o"}},
            fill={"rim": "....o.......o.oo"},
            lift_opens=("triangle",),
            end=("soft_kick", "crash"),
            lead_in="swell",
        ),
    ),
    "warm": (
        Groove(
            rows={
                2: {"brush": "....x.......x...", "shaker": "o.o.o.o.o.o.o.o."},
                3: {"soft_kick": "x.......x.x.....", "brush": "..o.x..o..o.x..o", "shaker": "o.o.x.o.o.o.x.o."},
                4: {"soft_kick": "X.....x.x.x.....", "brush": "..o.X..o.oo.X.oo", "shaker": "x.o.x.o.x.o.x.oo"},
            },
            fill={"brush": "..o.x..o.xo.xxXx", "soft_kick": "x.......x......."},
            lift_opens=("crash",),
            end=("soft_kick", "brush", "crash"),
        ),
        Groove(
            rows={
                2: {"sweep": "x.......x.......", "rim": "....o.......o..."},
                3: {"soft_kick": "x..o....x.......", "rim": "....x.......x..o", "shaker": "o.o.x.o.o.o.x.o."},
                4: {"soft_kick": "X..x..x.X..o....", "brush": "....X.......X..o", "shaker": "xoooxoooxoooxooo"},
            },
            fill={"brush": "........x.x.xxXx", "soft_kick": "x..o....x......."},
            lift_opens=("crash",),
            end=("soft_kick", "crash"),
        ),
    ),
    "bright": (
        Groove(
            rows={
                2: {"kick": "x.......x.......", "shaker": "o.o.x.o.o.o.x.o."},
                3: {"kick": "X.....x.x.......", "clap": "....x.......x...", "shaker": "x.o.x.o.x.o.x.o."},
                4: {
                    "kick": "X..x..x.X.x.....",
                    "clap": "....X.......X..o",
                    "hat": "x.x.x.x.x.x.x.x.",
                    "shaker": "oooooooooooooooo",
                },
            },
            fill={"kick": "X.......X.......", "clap": "....x...x.x.x.x.", "tom_low": "..............x."},
            lift_opens=("crash",),
            end=("kick", "clap", "crash"),
            lead_in="riser",
        ),
        Groove(
            rows={
                2: {"kick": "x.....x.........", "snap": "....x.......x..."},
                3: {"kick": "X...x...X...x...", "clap": "....x.......x...", "hat": "..x...x...x...x."},
                4: {
                    "kick": "X...X...X...X...",
                    "clap": "....X.......X...",
                    "open_hat": "..x...x...x...x.",
                    "shaker": "oooooooooooooooo",
                },
            },
            fill={"kick": "X...X...X.......", "snare": "........o.oxxxXX"},
            lift_opens=("crash",),
            end=("kick", "clap", "crash"),
            lead_in="riser",
        ),
    ),
    "upbeat": (
        Groove(
            rows={
                1: {"hat": "..o...o...o...o."},
                2: {"kick": "X...X...X...X...", "hat": "..x...x...x...x.", "snap": "....x.......x..."},
                3: {
                    "kick": "X...X...X...X...",
                    "clap": "....X.......X...",
                    "hat": "o.xoo.xoo.xoo.xo",
                },
                4: {
                    "kick": "X...X...X...X..o",
                    "clap": "....X.......X...",
                    "snare": "....x..o....x..o",
                    "open_hat": "..x...x...x...x.",
                    "shaker": "oxooxxooxxooxxoo",
                },
            },
            fill={"kick": "X...X...X.......", "snare": "....x...xxxxxxXX", "tom_low": "............x.x."},
            lift_opens=("crash",),
            end=("kick", "clap", "crash"),
            lead_in="riser",
        ),
        Groove(
            rows={
                1: {"snap": "....o.......o..."},
                2: {"kick": "X.....X...x.....", "snap": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
                3: {"kick": "X.....X...x.....", "snare": "....X.......X..o", "hat": "x.xox.x.x.xox.x."},
                4: {
                    "kick": "X..x..X...x.x...",
                    "snare": "....X.......X..o",
                    "clap": "....x.......x...",
                    "hat": "xoxoxoxoxoxoxo..",
                    "open_hat": "..............x.",
                },
            },
            fill={"kick": "X.....X.........", "tom_high": "........x.xx....", "tom_low": "............x.xx"},
            lift_opens=("crash",),
            end=("kick", "clap", "crash"),
            lead_in="riser",
        ),
    ),
    "elegant": (
        Groove(
            rows={4: {"soft_kick": "x..............."}},
            fill={},
            lift_opens=("crash", "triangle"),
            end=("soft_kick", "crash", "triangle"),
            lead_in="swell",
        ),
        Groove(
            rows={
                3: {"triangle": "o..............."},
                4: {"soft_kick": "x.......o.......", "sweep": "o.......o......."},
            },
            fill={},
            lift_opens=("crash",),
            end=("soft_kick", "crash"),
            lead_in="swell",
        ),
    ),
    "playful": (
        Groove(
            rows={
                1: {"snap": "....o.......o..."},
                2: {"snap": "....x.......x...", "wood": "x.....o........."},
                3: {"snap": "....x.......x...", "soft_kick": "x.......x.......", "shaker": "o.o.x.o.o.o.x.o."},
                4: {
                    "snap": "....X.......X..o",
                    "soft_kick": "x.....x.x.......",
                    "shaker": "o.o.x.o.o.o.x.oo",
                    "wood": "..o...x...o.x...",
                },
            },
            fill={"snap": "....x.......x...", "wood": "x..x..x.x.x.xxx."},
            lift_opens=("triangle",),
            end=("soft_kick", "snap", "triangle"),
        ),
        Groove(
            rows={
                2: {"wood": "x...o...x...o...", "snap": "............x..."},
                3: {"soft_kick": "x.......x.......", "clap": "....o.......o...", "wood": "..o.x.o...o.x.o."},
                4: {"soft_kick": "X.......X..x....", "clap": "....x.......x...", "hat": "..x...x...x...x."},
            },
            fill={"wood": "x...x...x.x.x...", "brush": "............xxX."},
            lift_opens=("triangle", "crash"),
            end=("soft_kick", "clap"),
        ),
    ),
}


def play_drums(form: Form, groove: Groove, rng: Random) -> list[Note]:
    """All drum strokes of a track, from the intro to the final hit."""
    notes: list[Note] = []
    for span, following in zip(form.spans, (*form.spans[1:], None), strict=True):
        last_of_section = following is None or following.section != span.section
        rows = groove.rows.get(span.energy, {})
        if last_of_section and span.section != "intro" and rows and groove.fill and span.beats == 4:
            rows = groove.fill
        notes += _bar(span, rows, rng)
        if following is not None and following.section == "lift" and span.section != "lift":
            notes += [_stroke(name, following.start, 92) for name in groove.lift_opens]
            if groove.lead_in:
                notes.append(Note(max(0.0, following.start - 4.0), 4.0, DRUMS.index(groove.lead_in), 70))
    notes += [_stroke(name, form.final_beat, 100) for name in groove.end]
    return notes


def _bar(span: Span, rows: Rows, rng: Random) -> list[Note]:
    notes: list[Note] = []
    for name, row in rows.items():
        for i, mark in enumerate(row[: span.beats * 4]):
            if mark in _STROKES and not (mark == "o" and rng.random() < 0.12):  # a drummer leaves some ghosts out
                notes.append(_stroke(name, span.start + i / 4, _STROKES[mark]))
    return notes


def _stroke(name: str, beat: float, velocity: int) -> Note:
    return Note(beat, 0.25, DRUMS.index(name), velocity)
