"""Words of Japanese and Chinese with what they are, by dictionaries: whether a place, a person, a thing.

Japanese by Sudachi with its small dictionary, Chinese by jieba's; both are on this machine, and load on first use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Kind = Literal["place", "person", "name", "title", "other"]


@dataclass(frozen=True)
class Word:
    """A word as it stands at ``start`` of a text, and what the dictionary says it is."""

    surface: str
    kind: Kind
    start: int
    detail: str = ""


_PROPER: Mapping[str, Kind] = {"地名": "place", "人名": "person"}
"""What Sudachi's kinds of proper nouns are here; any other is a name."""


def read_japanese(text: str) -> Sequence[Word]:
    """The words of a Japanese text. ``detail`` of a person is 姓 (surname), 名 (given) or 一般."""
    found: list[Word] = []
    for morpheme in _sudachi().tokenize(text):
        part = morpheme.part_of_speech()
        kind: Kind = "other"
        if part[1] == "固有名詞":
            kind = _PROPER.get(part[2], "name")
        found.append(Word(morpheme.surface(), kind, morpheme.begin(), part[3]))
    return found


def read_chinese(text: str) -> Sequence[Word]:
    """The words of a Chinese text."""
    import rjieba

    found: list[Word] = []
    start = 0
    for token in rjieba.tag(text):
        surface, tag = token[0], token[1]
        kind: Kind = "place" if tag == "ns" else "person" if tag in ("nr", "nrt", "nrfg") else "other"
        found.append(Word(surface, kind, start, tag))
        start += len(surface)
    return found


def reading(text: str) -> str:
    """How Japanese reads a text, in katakana."""
    return "".join(morpheme.reading_form() for morpheme in _sudachi().tokenize(text))


def is_in_japanese(word: str) -> bool:
    """Whether the dictionary has ``word`` as one, and not as somebody's or some place's name."""
    found = list(_sudachi().tokenize(word))
    return len(found) == 1 and not found[0].is_oov() and found[0].part_of_speech()[1] != "固有名詞"


@cache
def _sudachi() -> Any:
    from sudachipy import Dictionary

    return Dictionary(dict="small").tokenizer()
