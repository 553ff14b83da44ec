"""What stands in quotation marks or brackets of names, and the brief does not say: a sign, a title, somebody's name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from castad_cli.generate.naming.everyday import is_everyday
from castad_cli.generate.naming.known import Known, bare

_BRACKETS = re.compile(r"[「『《〈【〔](?P<said>[^「」『』《》〈〉【】〔〕]{2,40})[」』》〉】〕]")
_QUOTES = re.compile(
    r"[“”„〝](?P<a>[^“”„〝〞]{2,40})[”“〞]|[\"＂](?P<b>[^\"＂\n]{2,40})[\"＂]|[«‹](?P<c>[^«»‹›]{2,40})[»›]"
    r"|(?<![^\W_])[‘’](?P<d>[^‘’\n]{2,40})[’‘](?![A-Za-z])|(?<![^\W_])'(?P<e>[^'\n]{2,40})'(?![A-Za-z])"
)

_ASKS = re.compile(r"[?？؟]$|什[么麼]|怎[么樣样]|哪里|哪裡|[吗嗎呢か까]$|\b(?:what|why|how|where)\b", re.IGNORECASE)
"""What is asked is no name."""


def find_quoted(text: str, known: Known) -> Iterator[str]:
    """What ``text`` quotes and the brief does not have so; everyday words may stand in quotation marks."""
    for match in _BRACKETS.finditer(text):
        if bare(match["said"]) not in known.bare:
            yield match[0]
    for match in _QUOTES.finditer(text):
        said = next(group for group in match.groups() if group)
        if _ASKS.search(said):
            continue
        is_said = bare(said) in known.bare or not any(each.isalpha() for each in said)
        if not is_said and not is_everyday(said, known.language_of(text)):
            yield match[0]
