"""All names in a text that the brief does not give as they stand there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from castad_cli.generate.naming.capitals import ANYBODYS, find_capitalised
from castad_cli.generate.naming.east_asian import find_known_to_dictionaries
from castad_cli.generate.naming.known import Known, bare
from castad_cli.generate.naming.nearly import find_nearly
from castad_cli.generate.naming.places import find_places
from castad_cli.generate.naming.respelling import find_respelt
from castad_cli.generate.naming.titles import find_persons
from castad_cli.generate.naming.translated import find_translated
from castad_cli.generate.naming.vocabulary import prose, trade_words, words

_RULES = (
    find_persons,
    find_capitalised,
    find_places,
    find_known_to_dictionaries,
    find_nearly,
    find_respelt,
    find_translated,
)


def find_strangers(text: str, known: Known, *, by_capitals: bool = True) -> list[str]:
    """The names in ``text`` that the brief does not give, as they stand there, each once and no part of another.

    Without ``by_capitals`` a capital tells nothing: for what somebody may have written In Title Case.
    """
    text = unicodedata.normalize("NFC", text)
    rules = _RULES if by_capitals else [rule for rule in _RULES if rule is not find_capitalised]
    found = dict.fromkeys(name for rule in rules for name in rule(text, known))
    return [name for name in found if not any(name in other and name != other for other in found)]


def find_admitted(names: Iterable[str], texts: Iterable[str], known: Known) -> list[str]:
    """Of the names that a writer says its texts use, those that they do use and the brief does not give so.

    Everyday words are no names, though a writer may list them: Wi-Fi, the terrace.
    """
    said = bare(" ".join(texts))
    found: list[str] = []
    for name in names:
        name = unicodedata.normalize("NFC", name).strip(" #@.,!?\"'「」『』《》【】")
        if name and bare(name) in said and not known.holds(name) and not is_everyday(name, known.language):
            found.append(name)
    return list(dict.fromkeys(found))


def is_everyday(name: str, language: str) -> bool:
    """Whether it is made of words that any ad of ``language`` may use: the house's own, and those of the trade."""
    low = name.casefold()
    if re.search(r"[\u3041-\u30ff\u3400-\u9fff\u0e01-\u0e4e]", low):
        return low in prose(language) or bare(low) in trade_words()
    parts = re.findall(r"[^\W\d_]+", low)
    return all(part in words(language) or part in ANYBODYS or part in trade_words() for part in parts)
