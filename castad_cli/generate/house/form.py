"""The shape of a track in time: tempo, bars and sections that fill an ad's exact length.

A track is an even number of beats that ends on a *final hit*, and a tail in which that hit rings out.
Everything here is exact (`fractions.Fraction` seconds, whole beats) and uses nothing but the standard
library, so that a timeline can ask for the beats without a note being made.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from castad_cli.model.music import BeatGrid

BEATS_A_BAR = 4


@dataclass(frozen=True)
class Pace:
    """How fast a mood goes when the recipe does not say, and how long its last chord likes to ring (seconds)."""

    slowest: int
    fastest: int
    tail_s: Fraction


PACES: dict[str, Pace] = {
    "calm": Pace(64, 86, Fraction(27, 10)),
    "warm": Pace(80, 102, Fraction(24, 10)),
    "bright": Pace(102, 122, Fraction(21, 10)),
    "upbeat": Pace(116, 134, Fraction(20, 10)),
    "elegant": Pace(68, 92, Fraction(27, 10)),
    "playful": Pace(98, 122, Fraction(20, 10)),
}

_SHORTEST_TAIL_S = Fraction(16, 10)


@dataclass(frozen=True)
class Span:
    """Beats that belong together: a bar, or a part of one in very short tracks.

    ``phrase`` is ``intro``, ``A`` (the hook), ``A'`` (the hook, fuller), ``B`` (a breath), ``turn``
    (a bridge into the lift) or ``lift``; ``index`` counts within the phrase of ``of`` spans;
    ``energy`` goes from 1 (intro) to 4 (lift).
    """

    start: int
    beats: int
    section: str
    phrase: str
    index: int
    of: int
    energy: int

    @property
    def end(self) -> int:
        return self.start + self.beats


@dataclass(frozen=True)
class Form:
    """A track's length, tempo (whole beats a minute), spans, downbeats and final hit, all in beats but the length."""

    duration_s: Fraction
    tempo: int
    spans: tuple[Span, ...]
    downbeats: tuple[int, ...]
    final_beat: int

    @property
    def beat_s(self) -> Fraction:
        return Fraction(60, self.tempo)

    @property
    def tail_s(self) -> Fraction:
        """How long the final hit has to ring, in seconds."""
        return self.duration_s - self.final_beat * self.beat_s

    @property
    def sections(self) -> tuple[tuple[str, int], ...]:
        """Each section's name and first beat, the final hit's last."""
        starts: list[tuple[str, int]] = []
        for span in self.spans:
            if not starts or starts[-1][0] != span.section:
                starts.append((span.section, span.start))
        return (*starts, ("ending", self.final_beat))

    @property
    def grid(self) -> BeatGrid:
        """The beats up to and including the final hit; the tail has none."""
        return BeatGrid(
            tempo_bpm=Fraction(self.tempo),
            beats=tuple(beat * self.beat_s for beat in range(self.final_beat + 1)),
            downbeats=tuple(beat * self.beat_s for beat in self.downbeats),
            sections=tuple((name, beat * self.beat_s) for name, beat in self.sections),
        )


def plan_form(duration_s: Fraction, mood: str, tempo: int | None = None) -> Form:
    """The form for one ad. ``tempo`` is kept when given, else chosen near the mood's pace so that bars and tail fit.

    A seed decides nothing here: another piece in the same mood has the same beats, so that an ad's cuts, which fall on
    them, stay where they are, and none of its pictures is made again.

    Why: a cut is as strong as the beat it falls on, so the last hit must land where the closing card
    has just come, with time left for it to ring; that fixes bars × tempo + tail = length.
    """
    pace = PACES[mood]
    liked = (pace.slowest + pace.fastest) / 2
    tempos = [tempo] if tempo else range(pace.slowest, pace.fastest + 1)
    _, best_tempo, beats = min(
        _misfit(duration_s, candidate, beats, liked, pace)
        for candidate in tempos
        for beats in _possible_beats(duration_s, candidate)
    )
    spans, downbeats = _lay_out(beats)
    return Form(duration_s, best_tempo, spans, downbeats, beats)


def plan_grid(duration_s: Fraction, mood: str, tempo: int | None = None) -> BeatGrid:
    """The beat grid that the track of these settings will have, without making the track."""
    return plan_form(duration_s, mood, tempo).grid


def _possible_beats(duration_s: Fraction, tempo: int) -> list[int]:
    most = math.floor((duration_s - _SHORTEST_TAIL_S) * tempo / 60)
    most -= most % 2
    return [beats for beats in (most, most - 2, most - 4) if beats >= BEATS_A_BAR]


def _misfit(duration_s: Fraction, tempo: int, beats: int, liked: float, pace: Pace) -> tuple[float, int, int]:
    """How badly these beats fit (0: perfectly), with the tempo and beats it speaks of."""
    tail_s = duration_s - Fraction(beats * 60, tempo)
    misfit = abs(float(tail_s - pace.tail_s)) * 1.5
    misfit += 0.7 if beats % BEATS_A_BAR else 0.0
    misfit += 0.15 if beats // BEATS_A_BAR % 2 == 0 else 0.0  # intro + even bars reads best
    misfit += abs(tempo - liked) / 3
    return misfit, tempo, beats


def _lay_out(beats: int) -> tuple[tuple[Span, ...], tuple[int, ...]]:
    """Spans and downbeats for so many beats. A half bar, when there is one, comes first, as a pick-up."""
    pickup = beats % BEATS_A_BAR
    bars = beats // BEATS_A_BAR
    downbeats = tuple(([0] if pickup else []) + list(range(pickup, beats + 1, BEATS_A_BAR)))
    if not pickup and bars == 1:
        lengths = {"intro": [1], "build": [1], "lift": [2]}
    elif pickup and bars == 1:
        lengths = {"intro": [2], "build": [2], "lift": [2]}
    elif not pickup and bars == 2:
        lengths = {"intro": [2], "build": [2], "lift": [4]}
    else:
        rest = bars if pickup else bars - 1
        lift = _lift_bars(bars)
        lengths = {"intro": [pickup or 4], "build": [4] * (rest - lift), "lift": [4] * lift}
    spans: list[Span] = []
    beat = 0
    for section, sizes in lengths.items():
        for size, (phrase, index, of, energy) in zip(sizes, _phrases(section, len(sizes)), strict=True):
            spans.append(Span(beat, size, section, phrase, index, of, energy))
            beat += size
    return tuple(spans), downbeats


def _lift_bars(bars: int) -> int:
    """About three tenths of the track, as one, two or four bars."""
    return min((1, 2, 4), key=lambda lift: (abs(math.log(lift / (0.3 * bars))), lift))


def _phrases(section: str, bars: int) -> list[tuple[str, int, int, int]]:
    """Phrase, index, length and energy of each bar of a section."""
    if section != "build":
        return [(section, i, bars, 1 if section == "intro" else 4) for i in range(bars)]
    full, rest = divmod(bars, 4)
    sizes = [(("A", "A'", "B", "A'")[i % 4], 4) for i in range(full)]
    if rest:
        sizes = [*sizes, ("turn", rest)] if sizes else [("A", rest)]
    energies = {"A": 2, "A'": 3, "B": 2, "turn": 3}
    laid = [(kind, i, size, energies[kind]) for kind, size in sizes for i in range(size)]
    if len(sizes) == 1 and bars > 1:  # one phrase must grow within itself
        laid = [(kind, i, of, 2 if i < bars // 2 else 3) for kind, i, of, _ in laid]
    return laid
