"""Chords: from Roman numerals to voiced notes that move as little as they can.

A chord symbol is a Roman numeral relative to a major key, its case the third (``vi``, ``IV``, ``bVII``),
an optional ending (``maj7``, ``add9``, ``sus4``, …) and an optional bass: ``/3`` or ``/5`` (the chord's
own third or fifth), ``/1`` (the key's tonic, a pedal).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

_SYMBOL = re.compile(r"(?P<flat>[b#]?)(?P<numeral>[IV]+|[iv]+)(?P<ending>[a-z0-9+ø]*)(?:/(?P<bass>[135]))?")
_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_ENDINGS: dict[str, tuple[int, ...]] = {
    # intervals above the root; a third of 3 or 4 comes from the numeral's case
    "": (7,),
    "6": (7, 9),
    "7": (7, 10),
    "maj7": (7, 11),
    "add9": (7, 14),
    "9": (7, 10, 14),
    "maj9": (7, 11, 14),
    "69": (7, 9, 14),
    "dim": (6,),
    "dim7": (6, 9),
    "ø": (6, 10),
}
_SUSPENSIONS: dict[str, tuple[int, ...]] = {
    "sus2": (2, 7),
    "sus4": (5, 7),
    "7sus4": (5, 7, 10),
    "9sus4": (5, 7, 10, 14),
}
_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True)
class Chord:
    """A chord in a key. All are pitch classes (0 is C); ``tones`` begins with the root, colour last."""

    symbol: str
    root: int
    tones: tuple[int, ...]
    bass: int
    tonic: int

    @property
    def name(self) -> str:
        """As on a lead sheet: ``Fmaj7``, ``Am7``, ``G/B``."""
        match = _SYMBOL.fullmatch(self.symbol)
        assert match is not None
        minor = "m" if match["numeral"].islower() and "dim" not in match["ending"] else ""
        bass = f"/{_NAMES[self.bass]}" if self.bass != self.root else ""
        return f"{_NAMES[self.root]}{minor}{match['ending']}{bass}"

    @property
    def scale(self) -> tuple[int, ...]:
        """Pitch classes a melody may pass through: the key's, bent where the chord borrows from elsewhere."""
        scale = {(self.tonic + step) % 12 for step in _MAJOR_SCALE}
        for tone in self.tones:
            if tone not in scale:
                scale -= {(tone + 1) % 12, (tone - 1) % 12} - set(self.tones)
                scale.add(tone)
        return tuple(sorted(scale))


def parse_chord(symbol: str, tonic: int) -> Chord:
    """The chord that ``symbol`` names in the major key on pitch class ``tonic``."""
    match = _SYMBOL.fullmatch(symbol)
    if match is None:
        raise ValueError(f"no such chord: {symbol}")
    shift = {"": 0, "b": -1, "#": 1}[match["flat"]]
    root = (tonic + _DEGREES[match["numeral"].upper()] + shift) % 12
    ending = match["ending"]
    if ending in _SUSPENSIONS:
        intervals: tuple[int, ...] = (0, *_SUSPENSIONS[ending])
    else:
        third = 3 if match["numeral"].islower() else 4
        intervals = (0, third, *_ENDINGS[ending])
    tones = tuple(dict.fromkeys((root + interval) % 12 for interval in intervals))
    bass = {"3": tones[1], "5": tones[2], "1": tonic, None: root}[match["bass"]]
    return Chord(symbol, root, tones, bass, tonic)


def voice_chord(chord: Chord, previous: tuple[int, ...], low: int, high: int, voices: int = 4) -> tuple[int, ...]:
    """MIDI pitches for ``chord``, low to high, close to ``previous`` (empty: near the middle of the range).

    The third and the colour always sound; the root is left to the bass when there are more tones than voices.
    """
    needed = list(chord.tones)
    if len(needed) > voices:
        needed = needed[1:][-voices:]
    while len(needed) < voices:
        needed.append(chord.root if len(needed) == len(chord.tones) else chord.tones[-1])
    places = [[pitch for pitch in range(low, high + 1) if pitch % 12 == tone] for tone in needed]
    middle = (low + high) / 2
    best: tuple[float, tuple[int, ...]] | None = None
    for pick in itertools.product(*places):
        pitches = tuple(sorted(pick))
        if len(set(pitches)) < voices:
            continue
        cost = _awkwardness(pitches, middle)
        if previous:
            cost += sum(abs(a - b) for a, b in zip(pitches, previous, strict=False))
            cost += 1.5 * abs(pitches[-1] - previous[-1])  # the top voice is heard as a line
        if best is None or (cost, pitches) < best:
            best = (cost, pitches)
    assert best is not None, f"{chord.symbol} does not fit between {low} and {high}"
    return best[1]


def _awkwardness(pitches: tuple[int, ...], middle: float) -> float:
    cost = abs(sum(pitches) / len(pitches) - middle) * 0.8
    for lower, upper in itertools.pairwise(pitches):
        gap = upper - lower
        if gap < 3:
            cost += 2.5 if lower >= 55 and upper != pitches[-1] else 7.0
        if gap > 7:
            cost += (gap - 7) * 1.5
    return cost


def voice_progression(chords: list[Chord], low: int, high: int, voices: int = 4) -> list[tuple[int, ...]]:
    """Each chord's voicing, led from the one before."""
    voicings: list[tuple[int, ...]] = []
    for chord in chords:
        voicings.append(voice_chord(chord, voicings[-1] if voicings else (), low, high, voices))
    return voicings
