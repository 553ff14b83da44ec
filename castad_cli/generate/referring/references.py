"""All references of an ad: they hide the brief's names in a text, and put them into one."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from castad_cli.generate.offline.tongues import languages_of
from castad_cli.generate.referring.figures import find_figures
from castad_cli.generate.referring.putting_in import put_in, spell_out
from castad_cli.generate.referring.reference import Reference
from castad_cli.model.script import width_em

Span = tuple[int, int, str]
"""Where something begins and ends, and the word that stands for it."""

_LATIN, _ARABIC = "[0-9A-Za-z\u00c0-\u024f\u1e00-\u1eff]", "[\u0620-\u064a]"
_PARENTHESES = str.maketrans("{｛}｝", "(())")
_WIDE = ("ko", "ja", "zh-Hans", "zh-Hant")
_LETTERS = {
    "ko": "Hangul",
    "ja": "Japanese",
    "zh-Hans": "Chinese",
    "zh-Hant": "Chinese",
    "th": "Thai",
    "ar": "Arabic",
    "en": "Latin",
    "vi": "Latin",
}


@dataclass(frozen=True)
class References:
    """All of one ad in one language, in the order they were found.

    ``spellings`` are the ways in which the brief writes its names, each with its word; ``figures`` those of figures.
    ``plain`` are spellings that are ordinary words, too: they are hidden only where they stand alone.
    """

    language: str
    all: tuple[Reference, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()

    @cached_property
    def by_word(self) -> dict[str, Reference]:
        return {reference.word: reference for reference in self.all}

    def hide(self, text: str) -> str:
        """A text of the brief with a reference for each name and figure.

        Its own braces become parentheses: the only ones left are those of references.
        """
        pieces = self._cut(" ".join(unicodedata.normalize("NFC", text).split()))
        return "".join(piece if at % 2 else piece.translate(_PARENTHESES) for at, piece in enumerate(pieces))

    def cover(self, text: str) -> str:
        """Any text, its braces as they are, with a reference for each name and figure."""
        return "".join(self._cut(text))

    def _cut(self, text: str) -> list[str]:
        """The text in pieces; at odd places stand references."""
        if alone := self._folded.get(fold(text)) or self.figures.get(text):
            return ["", "{" + alone + "}"]
        return _split(_split([text], self._find_names), self._find_figures)

    def put_in(self, text: str, *, is_tag: bool = False) -> str:
        """A machine's text with the names in: Korean particles agree, and nothing is said twice.

        Raises:
            Misplaced: a reference that there is not, broken braces, a digit at a figure, a phone number in a hashtag.
        """
        return put_in(text, self.by_word, self.language, is_tag=is_tag)

    def spell_out(self, message: str) -> str:
        """A message that holds references, for people."""
        return spell_out(message, self.by_word)

    def describe(self) -> list[dict[str, Any]]:
        """What a machine is told of them: never what they stand for."""
        told = []
        for reference in self.all:
            entry: dict[str, Any] = {"write": reference.written, "is": reference.kind}
            entry["chars"] = math.ceil(width_em(reference.value) * room_of(self.language))
            if letters := letters_of(reference.value):
                entry["letters"] = letters
            if reference.about:
                entry["about"] = reference.about
            if reference.says_kind:
                entry["says_what_the_business_is"] = True
            told.append(entry)
        return told

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {fold(spelling): word for spelling, word in self.spellings.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        texts = sorted((each for each in self.spellings if each not in self.plain), key=len, reverse=True)
        return re.compile("|".join(map(_as_pattern, texts)) or r"(?!)", re.IGNORECASE)

    def _find_names(self, text: str) -> Iterable[Span]:
        for match in self._pattern.finditer(text):
            if word := self._folded.get(fold(match[0])):
                yield *match.span(), word

    def _find_figures(self, text: str) -> Iterable[Span]:
        for figure in find_figures(text):
            if word := self.figures.get(figure.said):
                yield figure.start, figure.end, word


def room_of(language: str) -> int:
    """Characters to an em, as a writer of the language counts."""
    return 1 if language in _WIDE else 2


def letters_of(text: str) -> str:
    """The script of a name, by its usual word; empty for figures."""
    found = languages_of(text)
    return "Chinese" if len(found) > 1 else _LETTERS[next(iter(found))] if found else ""


def fold(text: str) -> str:
    """A spelling as it is looked up: without spaces, in lower case."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text)).casefold()


def _as_pattern(spelling: str) -> str:
    """Finds a spelling however it is spaced; where there are spaces between words, as whole words."""
    spaced = r"\s*".join(re.escape(each) for each in spelling if not each.isspace())
    script = letters_of(spelling)
    letter = _ARABIC if script == "Arabic" else _LATIN if script in ("Latin", "") else ""
    return f"(?<!{letter}){spaced}(?!{letter})" if letter else spaced


def _split(pieces: list[str], find: Callable[[str], Iterable[Span]]) -> list[str]:
    """The pieces, those at even places cut further where ``find`` finds something; at odd places stand references."""
    out: list[str] = []
    for index, piece in enumerate(pieces):
        if index % 2:
            out.append(piece)
            continue
        at = 0
        for start, end, word in find(piece):
            out += [piece[at:start], "{" + word + "}"]
            at = end
        out.append(piece[at:])
    return out
