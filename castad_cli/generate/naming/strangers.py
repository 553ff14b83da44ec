"""All names in a text that the brief does not give as they stand there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from castad_cli.generate.naming.capitals import find_capitalised
from castad_cli.generate.naming.east_asian import find_known_to_dictionaries
from castad_cli.generate.naming.everyday import is_everyday
from castad_cli.generate.naming.foreign import find_foreign
from castad_cli.generate.naming.known import Known, bare
from castad_cli.generate.naming.nearly import find_nearly
from castad_cli.generate.naming.places import find_places
from castad_cli.generate.naming.quoted import find_quoted
from castad_cli.generate.naming.respelling import find_respelt
from castad_cli.generate.naming.retold import find_retold
from castad_cli.generate.naming.titles import find_persons
from castad_cli.generate.naming.transcribed import find_transcribed
from castad_cli.generate.naming.translated import find_translated

_RULES = (
    find_persons,
    find_capitalised,
    find_foreign,
    find_quoted,
    find_places,
    find_known_to_dictionaries,
    find_transcribed,
    find_nearly,
    find_respelt,
    find_translated,
    find_retold,
)


def find_strangers(text: str, known: Known, *, by_capitals: bool = True) -> list[str]:
    """The names in ``text`` that the brief does not give, as they stand there, each once and no part of another.

    Without ``by_capitals`` a capital tells nothing: for what somebody may have written In Title Case.
    """
    text = unicodedata.normalize("NFC", text)
    rules = _RULES if by_capitals else [rule for rule in _RULES if rule not in (find_capitalised, find_foreign)]
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


def find_taken_over(names: Iterable[str], texts: Sequence[str], known: Known) -> list[str]:
    """What ``texts`` say of ``names`` that somebody read elsewhere, as they stand there or in other letters.

    What the brief has itself is no such name, nor are everyday words: OPEN, coffee.
    """
    cleaned = (unicodedata.normalize("NFC", name).strip(" #@.,!?\"'「」『』《》【】") for name in names)
    read = tuple(name for name in cleaned if name and not known.holds(name) and not is_everyday(name, known.language))
    if not read:
        return []
    found = find_admitted(read, texts, known)
    elsewhere = Known("", read, language=known.language)
    found += [said for text in texts for said in find_respelt(text, elsewhere) if not known.holds(said)]
    return list(dict.fromkeys(found))
