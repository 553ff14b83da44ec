"""The everyday words of the trade: what the house's own phrases say, and what kinds of business are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from castad_cli.generate.moments.words import AR_MONTHS, EN_MONTHS, TH_MONTHS, WEEKDAYS
from castad_cli.generate.offline.recognition import concepts, kinds, read_data
from castad_cli.generate.offline.wording import written_languages

_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"\s@[a-z_+-]+$|\{[^}]*\}")


@cache
def prose(language: str) -> str:
    """All phrases of a language, in lower case: for languages whose words run together."""
    if language not in written_languages():
        return ""
    data = read_data("castad_cli.generate.offline.phrases", f"{language}.yaml")
    return "\n".join(_TAG.sub(" ", text) for text in _strings(data)).casefold()


@cache
def words(language: str) -> frozenset[str]:
    """The words of those phrases."""
    return frozenset(_WORD.findall(prose(language)))


@cache
def trade_words() -> frozenset[str]:
    """What kinds of business and what they have are called, in any language, lower case, without spaces."""
    named = (word for entry in concepts().values() for word in entry.words)
    return kind_words() | frozenset(re.sub(r"\s", "", word.casefold()) for word in named)


@cache
def kind_words() -> frozenset[str]:
    """What kinds of business are called, likewise."""
    return frozenset(re.sub(r"\s", "", word.casefold()) for entry in kinds().values() for word in entry.words)


@cache
def everyday_words(language: str) -> frozenset[str]:
    """Everyday words beside those of phrases and trade, lower case: food, rooms, seasons, weekdays, months."""
    listed = _everyday()["words"].get(language[:2], "")
    named = (*WEEKDAYS.get(language, ()), *{"en": EN_MONTHS, "th": TH_MONTHS, "ar": AR_MONTHS}.get(language, ()))
    return frozenset((*listed.split(), *place_heads(language), *(name.casefold() for name in named)))


@cache
def place_heads(language: str) -> tuple[str, ...]:
    """What places, houses and awards are called beside what tells them apart: a bridge, a park, a prize."""
    return tuple(sorted(_everyday()["heads"].get(language[:2], "").split(), key=len, reverse=True))


@cache
def _everyday() -> Any:
    return read_data("castad_cli.generate.naming.lexicon", "everyday.yaml")


def _strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict | list):
        for each in tree.values() if isinstance(tree, dict) else tree:
            yield from _strings(each)
    elif isinstance(tree, str):
        yield tree
