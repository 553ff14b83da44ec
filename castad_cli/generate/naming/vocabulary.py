"""The everyday words of the trade: what the house's own phrases say, and what kinds of business are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

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


def _strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict | list):
        for each in tree.values() if isinstance(tree, dict) else tree:
            yield from _strings(each)
    elif isinstance(tree, str):
        yield tree
