"""How a text sounds, whatever it is written in: 하늘, Haneul, ハヌル and 哈努尔 come to nearly the same.

A text becomes a row of sounds, coarse enough that what one language cannot write of another does not count: voiced and
unvoiced are one, vowels count little, a doubled letter is one. `find_like` finds where in a text something sounds like
a name, by the edit distance of the two rows, any part of the text against all of the name (Sellers, "The theory and
computation of evolutionary distances", 1980).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

_VOWELS = "aeiou"
_SILENT_IN_THAI = re.compile(r"[ก-ฮ][ิุ]?์")
"""A consonant under thanthakhat is written for its origin's sake, and not spoken."""
_SPOKEN_AFTER = re.compile(r"([เแโใไ])([ก-ฮ])")
"""Thai vowels that are written before the consonant that is spoken before them."""
_SKIPPED = frozenset("ッっーｰอ")
_OWN = {"・": " ", "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ى": "a", "ة": "a"}
"""Letters that the table has nothing, or something else, for."""
_PAIRS = {
    "sh": "S", "ch": "S", "zh": "S", "ts": "S", "tz": "S", "ph": "P", "th": "T", "dh": "T", "bh": "P",
    "ng": "N", "ck": "K", "qu": "KW", "gh": "K", "kh": "K", "wh": "W", "ks": "KS",
}  # fmt: skip
_SINGLES = {
    **dict.fromkeys("pbfv", "P"), **dict.fromkeys("td", "T"), **dict.fromkeys("kgq", "K"), **dict.fromkeys("szjc", "S"),
    **dict.fromkeys("lr", "R"), "m": "M", "n": "N", "h": "H", "x": "KS", "w": "W", "y": "i",
    **{vowel: vowel for vowel in _VOWELS},
}  # fmt: skip
_NEAR = {"ST": 0.5, "KS": 0.6, "MN": 0.4, "NR": 0.6, "HP": 0.5, "HK": 0.6, "PW": 0.5}
"""What two sounds cost that one language takes for the other; others cost `_OTHER`."""
_OTHER, _BETWEEN_KINDS, _VOWEL, _GLIDE = 1.0, 1.2, 0.15, 0.2
_NEVER = 1e9
_LOST = {"H": 0.2, "R": 0.45, "W": 0.25, "N": 0.7, "T": 0.7, **dict.fromkeys(_VOWELS, 0.2)}
"""What a sound costs that only one of the two has: r is often mute, a vowel is often put in. Others: 0.9."""


@dataclass(frozen=True)
class Sounds:
    """A text as sounds, each with the indices of the first and the last letter it came from."""

    row: tuple[str, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]

    @property
    def weight(self) -> float:
        """How much there is to tell it by: its consonants, and a little for its vowels."""
        return sum(0.25 if each in _VOWELS else 0.5 if each in "HW" else 1.0 for each in self.row)


@dataclass(frozen=True)
class Likeness:
    """Where a text sounds like a name: [start, end) of it, and how unlike they are, 0 being the same."""

    start: int
    end: int
    distance: float


@lru_cache(maxsize=4096)
def sounds_of(text: str) -> Sounds:
    """The sounds of a text in any script; whatever is no letter has none."""
    row: list[str] = []
    first: list[int] = []
    last: list[int] = []
    apart = True
    for symbol, place in _spoken(text):
        if symbol == " ":
            apart = True
            continue
        vowel = symbol in _VOWELS
        if row and (row[-1] == symbol if not vowel else row[-1] in _VOWELS and not apart):
            last[-1] = place  # a doubled letter, or a diphthong, which is told by its beginning
        else:
            row.append(symbol)
            first.append(place)
            last.append(place)
        apart = False
    return Sounds(tuple(row), tuple(first), tuple(last))


def _spoken(text: str) -> Iterator[tuple[str, int]]:
    """Sounds in the order they are spoken, each with the index of its letter; a space between words."""
    silent = {index for match in _SILENT_IN_THAI.finditer(text) for index in range(*match.span())}
    order = list(range(len(text)))
    for match in _SPOKEN_AFTER.finditer(text):
        order[match.start()], order[match.start() + 1] = match.start() + 1, match.start()
    index = 0
    while index < len(text):
        letter = text[order[index]]
        end = index + 1
        if _is_latin(letter):
            while end < len(text) and _is_latin(text[end]):
                end += 1
            folded = "".join(anyascii(each).lower()[:1] or " " for each in text[index:end])
            yield from ((symbol, index + offset) for symbol, offset in _spell(folded, han=False))
        elif order[index] not in silent and letter not in _SKIPPED:
            folded = _OWN.get(letter) or anyascii(letter).lower()
            if letter == "ウ" and text[index + 1 : index + 2] in tuple("ァィェォ"):
                folded = "w"
            han = "\u3400" <= letter <= "\u9fff"
            yield from ((symbol, order[index]) for symbol, _ in _spell(folded, han))
        index = end


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff"


def _spell(letters: str, han: bool) -> Iterator[tuple[str, int]]:
    """The sounds of Latin letters, each with its index. ``han``: it is Pinyin, where x, q and c are sibilants."""
    index = 0
    while index < len(letters):
        pair, letter = letters[index : index + 2], letters[index]
        if not letter.isalpha():
            yield " ", index
        elif han and pair in ("zh", "ch", "sh"):
            yield "S", index
            index += 1
        elif han and letter in "xqjzcs":
            yield "S", index
        elif letters[index : index + 3] == "dge" or (
            letter == "x" and not letters[max(index - 1, 0) : index].isalpha()
        ):
            yield "S", index
            index += letter == "d"
        elif pair == "ng" and letters[index + 2 : index + 3] in tuple("aeiouylrw"):
            yield "N", index
        elif pair in _PAIRS:
            yield from ((symbol, index) for symbol in _PAIRS[pair])
            index += 1
        elif letter == "c" and letters[index + 1 : index + 2] not in ("e", "i", "y"):
            yield "K", index
        else:
            yield from ((symbol, index) for symbol in _SINGLES.get(letter, ""))
        index += 1


def find_like(
    name: Sounds, text: Sounds, starts: frozenset[int], ends: frozenset[int], bound: float
) -> Likeness | None:
    """Where the text sounds most like the name, no further than ``bound`` from it.

    ``starts`` and ``ends`` are the indices of the letters that may be its first and its last.
    """
    if not name.row:
        return None
    best: Likeness | None = None
    prefix = [sum(_lost(each) for each in name.row[:size]) for size in range(len(name.row) + 1)]
    # What each beginning of the name costs, said by the text up to here, and the letter it was begun with.
    column = [(_NEVER, -1)] * len(prefix)
    before = -1
    for symbol, letter, final in zip(text.row, text.first, text.last, strict=True):
        if letter in starts and letter != before:
            column = [min(old, (cost, letter)) for old, cost in zip(column, prefix, strict=True)]
        fresh = [(_NEVER, -1)]
        for size, sound in enumerate(name.row, start=1):
            said, skipped, unsaid = column[size - 1], column[size], fresh[size - 1]
            fresh.append(
                min(
                    (said[0] + _swap(sound, symbol), said[1]),
                    (skipped[0] + _lost(symbol), skipped[1]),
                    (unsaid[0] + _lost(sound), unsaid[1]),
                )
            )
        column, before = fresh, letter
        distance, start = column[-1]
        if final in ends and distance <= bound and (best is None or distance < best.distance):
            best = Likeness(start, final + 1, distance)
    return best


def _lost(symbol: str) -> float:
    return _LOST.get(symbol, 0.9)


def _swap(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        return _VOWEL
    if (one in _VOWELS) != (other in _VOWELS):
        return _GLIDE if "W" in (one, other) else _BETWEEN_KINDS
    return _NEAR.get("".join(sorted((one, other))), _OTHER)
