"""Words that were written by their sound alone and that no dictionary has: ハヌルマル, 哈努尔马鲁.

Japanese and Chinese mark foreign words by their characters. Those that are not loan words are names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from castad_cli.generate.naming.analysis import is_in_japanese
from castad_cli.generate.naming.known import Known
from castad_cli.generate.naming.respelling import FOR_SOUND
from castad_cli.generate.naming.vocabulary import prose, trade_words
from castad_cli.generate.offline.recognition import read_data

_KATAKANA = re.compile(r"[ァ-ヴー]{4,}(?:・[ァ-ヴー]+)*")
_HAN_FOR_SOUND = re.compile(f"[{''.join(sorted(FOR_SOUND))}]{{3,}}")


def find_transcribed(text: str, known: Known) -> Iterator[str]:
    """The words of a Japanese or Chinese text that only sound, and that the brief does not have."""
    language = known.language_of(text)
    if language == "ja":
        for match in _KATAKANA.finditer(text):
            if not known.holds(match[0]) and not all(is_loan(part) for part in match[0].split("・")):
                yield match[0]
    elif language.startswith("zh"):
        for match in _HAN_FOR_SOUND.finditer(text):
            rest = match[0]
            for word in _loans("zh"):
                rest = rest.replace(word, " ")
            if any(len(part) > 2 and not known.holds(part) and part not in prose(language) for part in rest.split()):
                yield match[0]


@cache
def is_loan(word: str) -> bool:
    """Whether a word of katakana is a loan, or made of some."""
    if _is_one_loan(word):
        return True
    return any(_is_one_loan(word[:at]) and is_loan(word[at:]) for at in range(2, len(word) - 1))


@cache
def _is_one_loan(word: str) -> bool:
    return word in _loans("ja") or word in trade_words() or word in prose("ja") or is_in_japanese(word)


@cache
def _loans(language: str) -> tuple[str, ...]:
    found = read_data("castad_cli.generate.naming.lexicon", "loans.yaml")[language]
    return tuple(sorted(map(str, found), key=len, reverse=True))
