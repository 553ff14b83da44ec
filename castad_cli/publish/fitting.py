"""Texts fitted to what a platform takes, by rule: whole lines, else sentences, else words; never a part of a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Any

ELLIPSIS = "…"

Measure = Callable[[str], int]


def characters(text: str) -> int:
    """Unicode code points."""
    return len(text)


def utf8_bytes(text: str) -> int:
    """Bytes in UTF-8: three for a Hangul syllable, kana or hanzi."""
    return len(text.encode())


def utf16_units(text: str) -> int:
    """UTF-16 code units: two for most emoji."""
    return len(text.encode("utf-16-le")) // 2


def fit(text: str, most: int, measure: Measure = characters, language: str = "") -> str:
    """``text``, or the longest beginning of it that measures at most ``most`` and ends where a part of it ends.

    The best end is a line's; then a sentence's; then a clause's or a word's, marked by an ellipsis. Japanese, Chinese
    and Thai have no spaces between words: there a phrase's or a word's end is found by BudouX's models.
    ``language`` chooses between the Chinese ones. Empty when not one word fits.
    """
    text = text.strip()
    if measure(text) <= most:
        return text
    fitting = partial(_longest, text, most, measure)
    for ends, mark in ((_lines, ""), (_sentences, ""), (_spaces, ELLIPSIS)):
        best = fitting(ends(text), mark)
        # A line, a sentence or a clause that leaves most of the room empty says less than words that fill it.
        if measure(best) * 2 >= most:
            return best
    return fitting(sorted({*_spaces(text), *_phrases(text, language)}), ELLIPSIS)


def _longest(text: str, most: int, measure: Measure, ends: Iterable[int], mark: str) -> str:
    best = ""
    for end in ends:
        kept = text[:end].rstrip()
        if mark:
            kept = kept.rstrip(",;:·-–—、，；：") + mark
        if measure(kept) > most:
            break
        best = kept
    return "" if best == mark else best


def with_hashtags(
    text: str,
    hashtags: Sequence[str],
    most: int,
    measure: Measure = characters,
    most_hashtags: int = 30,
    language: str = "",
) -> str:
    """``text`` and below it as many of ``hashtags``, in their order, as fit whole; hashtags in the text count too."""
    text = fit(text, most, measure, language)
    there = {tag.casefold() for tag in HASHTAG.findall(text)}
    added: list[str] = []
    for tag in hashtags:
        if len(there) + len(added) >= most_hashtags:
            break
        if tag.casefold() in there or tag in added:
            continue
        if measure(_below(text, [*added, tag])) <= most:
            added.append(tag)
    return _below(text, added)


HASHTAG = re.compile(r"(?<![&/])[#＃]\w+")


def _below(text: str, tags: Sequence[str]) -> str:
    line = " ".join(tags)
    return f"{text}\n\n{line}" if text and line else text or line


def _lines(text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(r"\n", text))


def _sentences(text: str) -> Iterator[int]:
    """After ``. ! ?`` before a space, and after their full-width kin."""
    return (match.end() for match in re.finditer(r"[.!?…]+[\"'”’)]*(?=\s)|[。！？]+[」』）]*", text))


def _spaces(text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(r"\s+|(?<=[、，；：])", text))


def _phrases(text: str, language: str) -> Iterator[int]:
    """Where a word or phrase ends in a script that sets no spaces; never within a letter as it is seen."""
    model = _model_of(text, language)
    marked = [match.span() for match in _WHOLE.finditer(text)]
    whole = {index for start, end in marked for index in range(start + 1, end)}
    yield from (start for start, _ in marked if start and _UNSPACED.match(text[start - 1]))
    end = 0
    for phrase in _parser(model).parse(text) if model else ():
        end += len(phrase)
        is_within = end >= len(text) or end in whole or _belongs_to_the_last(text[end])
        if not is_within and _UNSPACED.match(text[end - 1]):
            yield end


def _model_of(text: str, language: str) -> str:
    """Which of BudouX's models knows the words of a text; empty where spaces part them."""
    if re.search(r"[\u3040-\u30ff]", text):
        return "japanese"
    if re.search(r"[\u0e00-\u0e7f]", text):
        return "thai"
    if not _UNSPACED.search(text):
        return ""
    if language == "ja":
        return "japanese"
    return "traditional_chinese" if language == "zh-Hant" else "simplified_chinese"


@cache
def _parser(model: str) -> Any:
    import budoux

    return getattr(budoux, f"load_default_{model}_parser")()


_WHOLE = re.compile(r"[#＃@]\w+|https?://\S+")
"""What half of is something else: a hashtag, a name, an address."""
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Thai, kana and ideographs."""


def _belongs_to_the_last(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or unicodedata.category(character) == "Cf"
