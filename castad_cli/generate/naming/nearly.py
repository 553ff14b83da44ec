"""The business's name with one letter changed: 하늘마로 for 하늘마루."""

from __future__ import annotations

import re
from collections.abc import Iterator

from castad_cli.generate.naming.known import Known

_SPACED_FROM, _UNSPACED_FROM = 6, 4
"""A given name of fewer letters has too many neighbours that are words: in Latin, and in other scripts."""


def find_nearly(text: str, known: Known) -> Iterator[str]:
    """Words one letter off a word of the business's name."""
    low = text.casefold()
    for given in set(re.findall(r"[^\W\d_]+", known.name.casefold())):
        given = given.removeprefix("ال")
        latin, size = given < "\u0250", len(given)
        if size < (_SPACED_FROM if latin else _UNSPACED_FROM) or given in low:
            continue
        for match in re.finditer(r"[^\W\d_]+", low):
            word = match[0]
            if (latin or "\uac00" <= given[0] <= "\ud7a3") and _differs_by_one(word[:size], given):
                if not latin or (len(word) == size and text[match.start()].isupper()):
                    yield text[match.start() : match.start() + size]
            elif not latin and any(_differs_by_one(word[at : at + size], given) for at in range(len(word) - size + 1)):
                yield word


def _differs_by_one(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
