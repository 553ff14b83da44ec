"""Texts fitted to what a platform takes, by rule: whole lines, else sentences, else words; never a part of a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

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


def fit(text: str, most: int, measure: Measure = characters) -> str:
    """``text``, or the longest beginning of it that measures at most ``most`` and ends where a part of it ends.

    The best end is a line's; then a sentence's; then a clause's or a word's, marked by an ellipsis. In scripts without
    spaces a word's end is where the script changes (お部屋|から: a reader's rule of thumb), or, where even that is
    missing, between two characters as they are seen. Empty when not one word fits.
    """
    text = text.strip()
    if measure(text) <= most:
        return text
    for ends, mark in ((_lines, ""), (_sentences, ""), (_words, ELLIPSIS), (_scripts, ELLIPSIS), (_clusters, ELLIPSIS)):
        best = ""
        for end in ends(text):
            kept = text[:end].rstrip()
            if mark:
                kept = kept.rstrip(",;:·-–—、，；：") + mark
            if measure(kept) > most:
                break
            best = kept
        # A line or a sentence that leaves most of the room empty says less than words that fill it.
        if best and (mark or measure(best) * 2 >= most):
            return best
    return ""


def with_hashtags(
    text: str, hashtags: Sequence[str], most: int, measure: Measure = characters, most_hashtags: int = 30
) -> str:
    """``text`` and below it as many of ``hashtags``, in their order, as fit whole; hashtags in the text count too."""
    text = fit(text, most, measure)
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


HASHTAG = re.compile(r"(?<![\w&/])[#＃]\w+")


def _below(text: str, tags: Sequence[str]) -> str:
    line = " ".join(tags)
    return f"{text}\n\n{line}" if text and line else text or line


def _lines(text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(r"\n", text))


def _sentences(text: str) -> Iterator[int]:
    """After ``. ! ?`` before a space, and after their full-width kin."""
    return (match.end() for match in re.finditer(r"[.!?…]+[\"'”’)]*(?=\s)|[。！？]+[」』）]*", text))


def _words(text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(r"\s+|(?<=[、，；：])", text))


def _scripts(text: str) -> Iterator[int]:
    """Where one script of Chinese or Japanese gives way to another, kana after kanji left whole."""
    kinds = [_kind(character) for character in text]
    for index in range(1, len(text)):
        before, after = kinds[index - 1], kinds[index]
        ends = before in ("hiragana", "katakana", "han") and after not in (before, "mark")
        if ends and (before, after) != ("han", "hiragana"):
            yield index


def _clusters(text: str) -> Iterator[int]:
    """Between ideographs or kana alone: a letter of another script never stands apart from its word."""
    for index in range(1, len(text)):
        if _kind(text[index - 1]) in ("han", "katakana", "hiragana") and _kind(text[index]) in ("han", "hiragana"):
            yield index


def _kind(character: str) -> str:
    if unicodedata.category(character)[0] == "M" or unicodedata.category(character) == "Cf":
        return "mark"
    name = unicodedata.name(character, "")
    if name.startswith("CJK UNIFIED"):
        return "han"
    if name.startswith("KATAKANA"):
        return "katakana"
    return "hiragana" if name.startswith("HIRAGANA") else "other"
