"""The copywriter's phrase material, one file a language, read when first needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from castad_cli.errors import UserError
from castad_cli.generate.offline.particles import attach
from castad_cli.generate.offline.recognition import EAT, kinds, read_data
from castad_cli.model.formats import LANGUAGES

TONES = ("warm", "calm", "bright", "elegant", "playful", "bold")
FAMILIES = (
    "stay", "cafe", "bakery", "restaurant", "shop",
    "beauty", "fitness", "petcare", "clinic", "lessons", "service", "generic",
)  # fmt: skip

_TAGS = re.compile(r"\s+@([a-z_+-]+)$")
_THAI_MEETS_LATIN = re.compile(r"(?<=[\u0e00-\u0e7f])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u0e00-\u0e7f])")
"""Where Thai, which has no spaces between words, has one: อยู่ที่ Portland."""
_SLOT = re.compile(r"\{(\w+)(?::([^}]+))?\}")


@dataclass(frozen=True)
class Phrase:
    """A text with ``{slots}``, and what it suits: tones and families of business (empty: all); ``unsuited`` are kinds
    of business of which it would be wrong all the same.
    """

    text: str
    tones: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    unsuited: frozenset[str] = frozenset()

    def suits(self, family: str, kind: str = "") -> bool:
        return (not self.families or family in self.families) and kind not in self.unsuited

    def fill(self, values: Mapping[str, str]) -> str | None:
        """The text with its slots filled, Korean particles agreeing; None where a value is missing.

        None too where the name already says the kind: nobody writes "the guesthouse Seaside Guesthouse".
        """
        slots = [match[1] for match in _SLOT.finditer(self.text)]
        if any(not values.get(name) for name in slots):
            return None
        names_kind = "name" in slots and ("kind" in slots or "a_kind" in slots)
        if names_kind and values["kind"].casefold() in values["name"].casefold():
            return None
        filled = _SLOT.sub(lambda m: attach(values[m[1]], m[2]) if m[2] else values[m[1]], self.text)
        filled = space_thai(filled)
        return filled[:1].upper() + filled[1:]


def space_thai(text: str) -> str:
    """With a space wherever Thai meets Latin letters."""
    return _THAI_MEETS_LATIN.sub(" ", text)


@dataclass(frozen=True)
class ConceptPhrases:
    """What can be said of one concept. ``name`` is its short noun, for lists and hashtags."""

    name: str
    headlines: tuple[Phrase, ...]
    lines: tuple[Phrase, ...]


@dataclass(frozen=True)
class Phrases:
    """All phrase material of one language.

    ``openings`` and ``closings`` are by family or theme; ``moods`` are headline and line pairs that claim nothing, by
    family; ``asides`` are lines and headlines that go with a highlight told in the owner's own words.
    """

    language: str
    kinds: Mapping[str, str]
    openings: Mapping[str, tuple[Phrase, ...]]
    opening_lines: Mapping[str, tuple[Phrase, ...]]
    closings: Mapping[str, tuple[Phrase, ...]]
    closing_lines: Mapping[str, tuple[Phrase, ...]]
    calls: Mapping[str, tuple[Phrase, ...]]
    moods: Mapping[str, tuple[tuple[Phrase, Phrase], ...]]
    aside_headlines: tuple[Phrase, ...]
    aside_lines: tuple[Phrase, ...]
    concepts: Mapping[str, ConceptPhrases]
    offer: Mapping[str, str]
    meta: Mapping[str, Any]
    short: tuple[Phrase, ...]
    fuller: Mapping[str, tuple[Phrase, ...]]
    """By role (point, closing), what is said of a place or name where there is room for no more than a few words."""


def written_languages() -> tuple[str, ...]:
    """The languages of `formats.LANGUAGES` that there is phrase material for."""
    folder = resources.files("castad_cli.generate.offline.phrases")
    return tuple(tag for tag in LANGUAGES if folder.joinpath(f"{tag}.yaml").is_file())


@cache
def load_phrases(language: str) -> Phrases:
    """The phrase material of ``language``, a tag of `formats.LANGUAGES`.

    Raises:
        UserError: there is none.
    """
    if language not in written_languages():
        raise UserError(
            f"the offline copywriter does not write {LANGUAGES[language].name} (`{language}`)",
            fix=f"take `{language}` out of `languages`, or use `copy: {{provider: gemini}}`",
        )
    data = read_data("castad_cli.generate.offline.phrases", f"{language}.yaml")
    return Phrases(
        language=language,
        kinds=data["kinds"],
        openings=_by_key(data["openings"]),
        opening_lines=_by_key(data["opening_lines"]),
        closings=_by_key(data["closings"]),
        closing_lines=_by_key(data["closing_lines"]),
        calls=_by_key(data["calls"]),
        moods={
            key: tuple((_phrase(headline), _phrase(line)) for headline, line in pairs)
            for key, pairs in data["moods"].items()
        },
        aside_headlines=_phrases(data["asides"]["h"]),
        aside_lines=_phrases(data["asides"]["l"]),
        concepts={
            key: ConceptPhrases(entry["n"], _phrases(entry["h"]), _phrases(entry["l"]))
            for key, entry in data["concepts"].items()
        },
        offer=data["offer"],
        meta=data["meta"],
        short=_phrases(data["short"]),
        fuller=_by_key(data["fuller"]),
    )


def _by_key(data: Mapping[str, Sequence[str]]) -> dict[str, tuple[Phrase, ...]]:
    return {key: _phrases(texts) for key, texts in data.items()}


def _phrases(texts: Sequence[str]) -> tuple[Phrase, ...]:
    return tuple(_phrase(text) for text in texts)


def _phrase(written: str) -> Phrase:
    """``text @tag+tag`` as a phrase; ``eat`` stands for all families where people eat, ``-kind`` takes a kind out."""
    match = _TAGS.search(written)
    if match is None:
        return Phrase(written)
    tags = set(match[1].split("+"))
    if "eat" in tags:
        tags |= set(EAT)
        tags.remove("eat")
    unsuited = {tag[1:] for tag in tags if tag.startswith("-")}
    unknown = {tag for tag in tags if not tag.startswith("-")} - set(TONES) - set(FAMILIES) | unsuited - set(kinds())
    assert not unknown, f"{written!r}: unknown tags {sorted(unknown)}"
    text = written[: match.start()]
    return Phrase(text, frozenset(tags & set(TONES)), frozenset(tags & set(FAMILIES)), frozenset(unsuited))
