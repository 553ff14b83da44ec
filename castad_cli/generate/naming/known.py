"""What an ad's brief gives: the names that must stand as they are, and all else that may be said."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from castad_cli.generate.offline.tongues import languages_of

_UNIT = re.compile(
    r"(?<=..)[도시군구읍면동島岛市县縣區区町]$| (?:Island|Province|City)$"
    r"|^(?:เกาะ|จังหวัด|เมือง|(?:đảo|tỉnh|thành phố) |(?:جزيرة|مدينة) )"
)
_MOST_WORDS = 6
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Known:
    """``name`` is the business's in the ad's language; ``names`` are all proper names of the recipe, in every spelling
    it gives; ``said`` is everything else that the brief says. ``language`` is the ad's (empty: by its letters).
    """

    name: str
    names: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    language: str = ""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(unicodedata.normalize("NFC", each) for each in (self.name, *self.names, *self.said) if each)

    @cached_property
    def folded(self) -> str:
        """All of it in lower case."""
        return " ".join(self.texts).casefold()

    @cached_property
    def bare(self) -> str:
        """The same without any space: 하늘마루펜션 is 하늘마루 펜션. No word is made of the end of one and the next."""
        return "\0".join(bare(each) for each in self.texts)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.folded))

    @cached_property
    def _run_together(self) -> frozenset[str]:
        """What its words are as one, each with those after it: as a hashtag has them."""
        found: set[str] = set()
        for text in self.texts:
            parts = _WORD.findall(text.casefold())
            for start in range(len(parts)):
                for end in range(start + 1, min(start + _MOST_WORDS, len(parts)) + 1):
                    found.add("".join(parts[start:end]))
        return frozenset(found)

    def holds(self, text: str) -> bool:
        """Whether the brief says these very letters, however they are spaced; in Latin, as whole words."""
        letters = bare(text)
        if not letters:
            return False
        if letters[0] < "\u0250" or "\u1e00" <= letters[0] <= "\u1eff":
            return "".join(_WORD.findall(letters)) in self._run_together
        return letters in self.bare

    def holds_place(self, name: str) -> bool:
        """The same of a place, which may be called an island or a city besides: 제주도 for 제주."""
        return self.holds(name) or (len(name) > 2 and self.holds(_UNIT.sub("", name)))

    def language_of(self, text: str) -> str:
        """The ad's language, or the one that the letters of ``text`` leave no doubt of; empty for none."""
        if self.language:
            return self.language
        found = languages_of(text)
        return next(iter(found)) if len(found) == 1 else "zh-Hant" if "zh-Hant" in found else ""


def bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text).casefold())
