"""Proper names by how they are written: a capital within a sentence, Latin amid another script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from castad_cli.generate.naming.everyday import ANYBODYS
from castad_cli.generate.naming.known import Known
from castad_cli.generate.naming.titles import CAPITAL, LATIN
from castad_cli.generate.naming.vocabulary import trade_words

_CAPITALISED = re.compile(
    rf"(?<![.!?…:\n]\s)(?<!^)(?<=[\w,;’'] )(?P<name>[{CAPITAL}]{LATIN}+(?: [{CAPITAL}]{LATIN}+)*)", re.MULTILINE
)
_SMALL = "a-z\u00df-\u00f6\u00f8-\u00ff"
_LATIN_WORD = re.compile(
    rf"(?<![A-Za-z{_SMALL}0-9@#/._-])(?P<name>[A-Z][{_SMALL}]{{2,}}(?: [A-Z][{_SMALL}]{{2,}})*)"
    rf"(?![A-Za-z{_SMALL}0-9@/-])"
)
_SOME = 4
"""So many letters of another script make a text one of that script's."""


def find_capitalised(text: str, known: Known) -> Iterator[str]:
    """Names by their capitals or brackets that the brief does not hold."""
    patterns = [_CAPITALISED]
    if not _is_in_latin(text, known):
        patterns.append(_LATIN_WORD)
    for pattern in patterns:
        for match in pattern.finditer(text):
            if _is_new(match["name"], known):
                yield match["name"]


def _is_in_latin(text: str, known: Known) -> bool:
    """Whether an ad is written in Latin letters: by its language, or by what most letters of ``text`` are."""
    if known.language:
        return known.language in ("en", "vi")
    letters = [each for each in text.replace(known.name, "") if each.isalpha()]
    latin = sum(each < "\u0250" or "\u1e00" <= each <= "\u1eff" for each in letters)
    return len(letters) - latin < max(_SOME, latin / 2)


def _is_new(name: str, known: Known) -> bool:
    """Whether a word of it is neither the brief's nor everybody's, nor what the business is: Haneul Maru Pension."""
    bare_name = re.sub(r"[’'](?:s|ll|m|d|ve|re)\b", "", name)
    parts = [part for part in re.findall(r"[^\W\d_]+", bare_name.casefold()) if len(part) > 1]
    if name.isupper() or set(parts) <= ANYBODYS:
        return False
    new = [part for part in parts if part not in known.words and part not in ANYBODYS]
    own = re.findall(r"[^\W\d_]+", known.name.casefold())
    is_own = len(new) < len(parts) and all(part in own for part in parts if part not in new and part not in ANYBODYS)
    return bool(new) and not (is_own and all(part in trade_words() for part in new))
