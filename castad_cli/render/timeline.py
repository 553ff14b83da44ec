"""When each scene begins and ends, in whole frames: template × script × beats -> scenes.

Pure. Time is counted in frames of a `Fraction` rate; a beat's exact second becomes the nearest frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from types import MappingProxyType

from castad_cli.errors import UserError
from castad_cli.model.formats import FRAME_RATE
from castad_cli.model.music import BeatGrid
from castad_cli.model.script import (
    CARD_MOVES_S,
    FASTEST_SPEECH,
    SPEECH_LEAD_S,
    SPEECH_TAIL_S,
    SceneRole,
    SceneWords,
    reading_time_s,
)
from castad_cli.model.template import TemplateSpec, Transition
from castad_cli.render.words.parting import caption_time_s

_RHYTHM = (Fraction(4, 5), Fraction(6, 5), Fraction(1), Fraction(5, 4), Fraction(9, 10))
"""Shots of equal length are a slide show: points take turns at these shares."""

_OPENING_MOVES_S = Fraction(9, 20)
_HEADLINE_MOVES_S = Fraction(9, 10)
_LINE_MOVES_S = Fraction(11, 10)
"""What coming in and leaving take of a scene before an opening's headline (there from the first frame), any other
headline, or the line below one stands still to be read."""

_SPEECH_RATES = (Fraction(1), Fraction(21, 20), Fraction(11, 10), Fraction(23, 20), Fraction(6, 5), FASTEST_SPEECH)

_TIGHT = Fraction(51, 50)
"""How far the least lengths may pass the ad's: entrances and exits are bounded from above, so a little gives."""


@dataclass(frozen=True)
class Scene:
    """One scene on the timeline: frames ``start`` (inclusive) to ``end`` (exclusive).

    ``transition`` says how it comes in, over its own first ``transition_frames``, while the scene
    before it is still seen below.
    """

    index: int
    role: SceneRole
    media: int
    start: int
    end: int
    transition: str
    transition_frames: int
    kind: str = ""
    pictures: tuple[int, ...] = ()
    """All pictures it shows, ``media`` among them; empty: just that one."""

    @property
    def all_pictures(self) -> tuple[int, ...]:
        return self.pictures or (self.media,)

    @property
    def frames(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Timeline:
    """All scenes of one rendition, without gaps, from frame 0 to ``frames``; ``rate`` in frames a second."""

    scenes: tuple[Scene, ...]
    frames: int
    rate: Fraction = Fraction(FRAME_RATE)
    speech_rate: Fraction = Fraction(1)
    """How much faster than it was recorded a voice is heard."""
    left_out: tuple[str, ...] = ()
    """What the closing card does not show, since the ad has not the time for it to be read."""

    @property
    def duration_s(self) -> Fraction:
        return self.frames / self.rate

    def seconds(self, frame: int) -> Fraction:
        return frame / self.rate

    def scene_at(self, frame: int) -> Scene:
        """The scene that owns ``frame``; the last one for frames past the end."""
        return next((s for s in self.scenes if s.start <= frame < s.end), self.scenes[-1])


def make_timeline(
    spec: TemplateSpec,
    words: Sequence[SceneWords],
    media: Sequence[int],
    duration_s: Fraction,
    grid: BeatGrid | None,
    rate: Fraction = Fraction(FRAME_RATE),
    card: Sequence[str] = (),
    kinds: Sequence[str] = (),
    besides: Sequence[Sequence[str]] = (),
    pictures: Sequence[tuple[int, ...]] = (),
    spoken: Mapping[int, Fraction] = MappingProxyType({}),
    spare: Mapping[str, str] = MappingProxyType({}),
    written: Mapping[int, str] = MappingProxyType({}),
) -> Timeline:
    """Scenes of watchable, unequal lengths whose cuts fall on beats where there are any.

    ``card`` are the texts that the closing card shows besides its words, ``spare`` those, by name, that it shows where
    there is time for them, the dearest first. For each scene, ``kinds`` are the template's
    names (default: roles), ``besides`` what it shows to be read besides its words, ``pictures`` all that it shows
    (default: its ``media`` alone). ``spoken`` are the seconds that scenes' lines take to be said: such a scene is long
    enough for its line, which is heard a little faster where the ad has not the time, and for what is ``written`` of
    it. Lengths follow the template's weights, except where words need longer to be read; among all ways to place the
    cuts on beats the one closest to those lengths is taken, downbeats preferred. So other words of a scene move a cut
    only when they cannot be read in the time that it has.

    Raises:
        UserError: the scenes' shortest lengths do not fit the ad's duration.
    """
    frames = round(duration_s * rate)
    kinds = kinds or [word.role for word in words]
    wants, floors, faster, left_out = _lengths(
        spec, words, kinds, besides, card, Fraction(frames) / rate, spoken, spare, written
    )
    cuts = _place_cuts(wants, floors, Fraction(frames) / rate, grid)
    edges = [0, *(round(cut * rate) for cut in cuts), frames]
    scenes = []
    for index, (word, start, end) in enumerate(zip(words, edges[:-1], edges[1:], strict=True)):
        coming = spec.transitions.get(kinds[index]) or spec.transitions.get(word.role)
        transition = (coming if index else None) or Transition()
        length = min(round(transition.length * rate), (end - start) // 2)
        kind = transition.kind if length else "cut"
        moved = length if kind != "cut" else 0
        shown = pictures[index] if pictures else ()
        scenes.append(Scene(index, word.role, media[index], start, end, kind, moved, kinds[index], shown))
    return Timeline(tuple(scenes), frames, rate, faster, left_out)


def _lengths(
    spec: TemplateSpec,
    words: Sequence[SceneWords],
    kinds: Sequence[str],
    besides: Sequence[Sequence[str]],
    card: Sequence[str],
    duration_s: Fraction,
    spoken: Mapping[int, Fraction],
    spare: Mapping[str, str],
    written: Mapping[int, str],
) -> tuple[list[Fraction], list[Fraction], Fraction, tuple[str, ...]]:
    """What each scene wants and the least it takes, in seconds, the speech rate, and which spare texts have no time.

    Wants sum up to the duration.
    """
    floors, weights = [], []
    points = 0
    rhythm = [Fraction(share).limit_denominator(1000) for share in spec.rhythm] or _RHYTHM
    for index, word in enumerate(words):
        kind = spec.scenes.get(kinds[index]) or spec.scenes[word.role]
        weight = Fraction(kind.weight).limit_denominator(1000)
        if word.role == "point":
            weight *= rhythm[points % len(rhythm)]
            points += 1
        weights.append(weight)
        headline, line = reading_time_s(word.headline), reading_time_s(word.line)
        moves = _OPENING_MOVES_S if word.role == "opening" else _HEADLINE_MOVES_S
        least = max(headline + moves, line + _LINE_MOVES_S if line else Fraction(0))
        least = least if kind.moves is None else max(headline, line) + kind.moves
        if besides and besides[index]:
            least = max(least, sum(map(reading_time_s, besides[index]), kind.moves or _LINE_MOVES_S))
        floors.append(max(kind.min, least))
    closing = words[-1].role == "closing"
    settled = spec.kind(kinds[-1]).moves or CARD_MOVES_S
    if closing:
        floors[-1] = max([floors[-1], *(reading_time_s(text) + settled for text in card)])
    for index, text in written.items():
        floors[index] = max(floors[index], SPEECH_LEAD_S + caption_time_s(text))
    faster = _speech_rate(floors, spoken, duration_s)
    for index, said_s in spoken.items():
        floors[index] = max(floors[index], _heard(said_s, faster))
    if spoken and sum(floors) > duration_s * _TIGHT:
        raise UserError(
            f"the words of {len(words)} scenes need {float(sum(floors)):.1f}s to be said and read, the ad has "
            f"{float(duration_s):g}s",
            fix="write less, give fewer scenes, or make the ad longer",
        )
    if sum(floors) > duration_s * _TIGHT:
        raise UserError(
            f"the words of {len(words)} scenes need {float(sum(floors)):.1f}s to be read, the ad has "
            f"{float(duration_s):g}s",
            fix="write less, give fewer scenes, or make the ad longer",
        )
    left_out = []
    for name, text in spare.items() if closing else ():
        more = reading_time_s(text) + settled - floors[-1]
        if more > duration_s - sum(floors):
            left_out.append(name)
        elif more > 0:
            floors[-1] += more
    # Words come first; where they do not all fit, every scene gives up the same share of its time.
    if sum(floors) > duration_s:
        floors = [floor / _TIGHT for floor in floors]
    return _share(duration_s, weights, floors), floors, faster, tuple(left_out)


def _share(whole: Fraction, weights: Sequence[Fraction], floors: Sequence[Fraction]) -> list[Fraction]:
    """``whole`` in parts as ``weights`` have them, none less than its floor; ``floors`` sum up to ``whole`` at most.

    A part that would be less gets its floor, and the others share what is left. So a floor below what a part has
    anyway decides nothing.
    """
    parts = list(floors)
    free = set(range(len(floors)))
    while free:
        rest = whole - sum(parts[index] for index in range(len(parts)) if index not in free)
        total = sum(weights[index] for index in free)
        short = {index for index in free if rest * weights[index] / total < floors[index]}
        if not short:
            for index in free:
                parts[index] = rest * weights[index] / total
            break
        free -= short
    return parts


def _speech_rate(floors: Sequence[Fraction], spoken: Mapping[int, Fraction], duration_s: Fraction) -> Fraction:
    """The slowest of `_SPEECH_RATES` at which all that is spoken has time; the fastest where none does."""
    for faster in _SPEECH_RATES:
        total = sum(
            (max(floor, _heard(spoken[i], faster)) if i in spoken else floor for i, floor in enumerate(floors)),
            Fraction(0),
        )
        if total <= duration_s:
            return faster
    return _SPEECH_RATES[-1] if spoken else Fraction(1)


def _heard(said_s: Fraction, faster: Fraction) -> Fraction:
    """How long a scene is for its line to be heard in it."""
    return SPEECH_LEAD_S + said_s / faster + SPEECH_TAIL_S


def _place_cuts(
    wants: Sequence[Fraction], floors: Sequence[Fraction], duration_s: Fraction, grid: BeatGrid | None
) -> list[Fraction]:
    """The instants between scenes: beats (or, with no beats, quarter seconds) by dynamic programming."""
    if len(wants) == 1:
        return []
    beats = [b for b in (grid.beats if grid else ()) if 0 < b < duration_s]
    strong = set(grid.downbeats) if grid else set()
    marks = beats if len(beats) >= 2 * len(wants) else [Fraction(i, 4) for i in range(1, int(duration_s * 4))]
    placed = _best(wants, floors, duration_s, marks, strong)
    if placed is None:  # beats too coarse for these scenes: fall back to every twelfth of a second
        fine = [Fraction(i, 12) for i in range(1, int(duration_s * 12) + 1) if Fraction(i, 12) < duration_s]
        placed = _best(wants, floors, duration_s, fine, set())
    if placed is None:
        ideal, at = [], Fraction(0)
        for want in wants[:-1]:
            at += want
            ideal.append(at)
        return ideal
    return placed


def _best(
    wants: Sequence[Fraction],
    floors: Sequence[Fraction],
    duration_s: Fraction,
    marks: Sequence[Fraction],
    strong: set[Fraction],
) -> list[Fraction] | None:
    points = [Fraction(0), *marks, duration_s]
    last = len(points) - 1
    at = [float(p) for p in points]
    costs = [0.0] + [inf] * last
    ways: list[list[int]] = [[0]] + [[] for _ in range(last)]
    for scene, (want, floor) in enumerate(zip(wants, floors, strict=True)):
        final = scene == len(wants) - 1
        new_costs = [inf] * (last + 1)
        new_ways: list[list[int]] = [[] for _ in range(last + 1)]
        for end in [last] if final else range(1, last):
            weak = 0.0 if final or not strong or points[end] in strong else 0.02
            for begin in range(end):
                length = at[end] - at[begin]
                if costs[begin] == inf or length + 1e-9 < float(floor):
                    continue
                cost = costs[begin] + ((length - float(want)) / float(want)) ** 2 + weak
                if cost < new_costs[end]:
                    new_costs[end], new_ways[end] = cost, [*ways[begin], end]
        costs, ways = new_costs, new_ways
    return None if costs[last] == inf else [points[i] for i in ways[last][1:-1]]
