"""Captions: what the ad shows, or what is said in it, as SubRip (.srt). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from castad_cli.model.script import reading_time_s
from castad_cli.render.layers import ShownText
from castad_cli.render.sound.audio import Speech

_FIRST = ("headline", "line", "note", "author", "rating")
"""A scene's own words in the order in which they are read; then come lists, as they stand."""

_LAST = ("offer", "ends", "call_to_action", "phone", "url", "address")
"""What a closing card adds, in the order in which it is read."""

_LISTED = ("item", "price", "was")
"""What stands in a list: an item begins a line, its price ends it."""

_MOST_LINES = 4
"""A caption of more covers the ad, and is gone before it is read: it is parted, each part for its share of the time."""


def make_captions(
    texts: Sequence[ShownText], scenes: Sequence[tuple[int, int]], rate: Fraction, speech: Sequence[Speech] = ()
) -> str:
    """A scene's words as a caption, from when the first is shown until the last is gone (within the scene).

    All that is there to be read is in it: a board's dishes with their prices, a review with who said it, the card's
    offer and ways to reach the business. What is much to read comes as several captions.

    Where somebody speaks, the captions are what is said, each while it is heard.
    """
    if speech:
        return _join([(line.start_s, line.start_s + line.length_s, [line.text]) for line in speech])
    captions: list[tuple[Fraction, Fraction, Sequence[str]]] = []
    for index, (start, end) in enumerate(scenes):
        own = [t for t in texts if t.scene == index and t.slot in (*_FIRST, *_LISTED, *_LAST) and t.end > t.start]
        lines = _lines(own)
        if lines:
            shown_from, shown_to = max(start, min(t.start for t in own)), min(end, max(t.end for t in own))
            captions += _parted(lines, shown_from / rate, shown_to / rate)
    return _join(captions)


def _lines(texts: Sequence[ShownText]) -> list[str]:
    """A scene's texts, which are in the page's order, as lines in the order of reading; nothing twice."""
    said = [(text.slot, " ".join(text.text.split())) for text in texts]
    ordered = sorted((pair for pair in said if pair[0] in _FIRST), key=lambda pair: _FIRST.index(pair[0]))
    lines = [words for _, words in ordered]
    listed: list[list[str]] = []
    for slot, words in said:
        if slot in _LISTED:
            if slot == "item" or not listed:
                listed.append([])
            listed[-1].append(words)
    lines += [" · ".join(dict.fromkeys(parts)) for parts in listed]
    card = sorted((pair for pair in said if pair[0] in _LAST), key=lambda pair: _LAST.index(pair[0]))
    return list(dict.fromkeys([*lines, *(words for _, words in card)]))


def _parted(lines: Sequence[str], begin: Fraction, end: Fraction) -> Iterator[tuple[Fraction, Fraction, Sequence[str]]]:
    """Captions of at most `_MOST_LINES` lines, of even height, each for its share of the reading."""
    count = -(-len(lines) // _MOST_LINES)
    most = -(-len(lines) // count)
    parts = [lines[first : first + most] for first in range(0, len(lines), most)]
    reading = [sum(map(reading_time_s, part), Fraction(0)) for part in parts]
    total, done = sum(reading), Fraction(0)
    for part, own in zip(parts, reading, strict=True):
        yield begin + (end - begin) * done / total, begin + (end - begin) * (done + own) / total, part
        done += own


def _join(captions: Sequence[tuple[Fraction, Fraction, Sequence[str]]]) -> str:
    """Begin and end in seconds, and lines, as numbered blocks."""
    blocks = [
        f"{number}\n{_clock(begin)} --> {_clock(end)}\n" + "\n".join(words) + "\n"
        for number, (begin, end, words) in enumerate(captions, start=1)
    ]
    return "\n".join(blocks)


def _clock(seconds: Fraction) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d},{rest % 1000:03d}"
