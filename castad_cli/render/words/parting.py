"""A spoken line parted into captions, each read at a glance. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from castad_cli.model.script import reading_time_s, width_em

_MOST_EM = 27.0
"""A part of more takes more than two lines of a reel's column."""
_SENTENCE = re.compile(r"[^.!?。！？؟…]+[.!?。！？؟…]*\s*|[.!?。！？؟…]+\s*")
_STEP = re.compile(r"[^\s、，،,]+[、，،,]?\s*|\s+")
FADE_S = Fraction(1, 10)
"""What a caption's coming and its going take."""


def caption_time_s(text: str) -> Fraction:
    """Seconds that a line written while it is heard takes to be read, part by part."""
    texts = part_text(text)
    return sum((reading_time_s(part) + 2 * FADE_S for part in texts), Fraction(0))


def part_text(text: str) -> list[str]:
    """A line in parts of at most `_MOST_EM` where it can be parted: at sentences, else at commas and spaces."""
    parts: list[str] = []
    for sentence in _SENTENCE.findall(" ".join(text.split())):
        if parts and width_em(parts[-1] + sentence) <= _MOST_EM:
            parts[-1] += sentence
        else:
            parts += _split_long(sentence)
    return [part.strip() for part in parts if part.strip()]


def _split_long(sentence: str) -> Iterator[str]:
    """A sentence in pieces of even width."""
    count = -(-int(width_em(sentence.strip()) * 2) // int(_MOST_EM * 2)) or 1
    even = width_em(sentence.strip()) / count
    piece = ""
    for step in _STEP.findall(sentence):
        if piece and width_em((piece + step).strip()) > even * 1.15:
            yield piece
            piece = ""
        piece += step
    if piece:
        yield piece
