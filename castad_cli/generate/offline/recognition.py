"""Which concept a highlight is about, and which kind of business a brief describes, whatever language it is in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

EAT = ("cafe", "bakery", "restaurant")
"""The families of business where people eat or drink."""

_SPACES = re.compile(r"\s+")
_SPACED = re.compile(r"[a-z0-9\u00c0-\u024f\u1e00-\u1eff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NEGATION = re.compile(
    r"불가|없|금지|제외|안\s?됨|아님|不可|禁止|なし|ない|不|無し|没有|沒有|謝絶|ไม่|งด|ห้าม"
    r"|\b(?:no|not|without|except|never)\b|\bkhông(?! gian)\b|\bcấm\b",
    re.IGNORECASE,
)


_LET_IN = re.compile(
    r"동반|가능|환영|함께|같이|데리고|입장|출입|프렌들리|ok|오케이|friendly|welcome|allowed|bring|along"
    r"|可|同伴|歓迎|一緒|いっしょ|連れ|入店|友好|友善|欢迎|歡迎|携|带|帶|一起|入内|ได้|ยินดีต้อนรับ|เข้าพัก|พามา|พาน้อง|พา"
    r"|được|chào đón|mang|cùng|thân thiện|مسموح|مرحب|نرحب|برفقة|مع",
    re.IGNORECASE,
)
"""What makes the mention of an animal a permission to bring one: a dog that lives there is none."""


@dataclass(frozen=True)
class Concept:
    """Something a highlight can be about. ``theme`` names the openings it backs (may be empty).

    ``families`` limits it to some kinds of business (empty: all); a ``weak`` concept counts only where no
    other is found, since its words are everywhere (room, seat, handmade).
    """

    id: str
    theme: str
    words: tuple[str, ...]
    families: tuple[str, ...] = ()
    weak: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of business, the family whose phrases suit it, and the theme of its own that it has (may be empty)."""

    id: str
    family: str
    words: tuple[str, ...]
    theme: str = ""


def read_data(package: str, name: str) -> Any:
    """The YAML file ``name`` beside the modules of ``package``."""
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  a safe loader, in C where built


@cache
def concepts() -> dict[str, Concept]:
    """All concepts by id, in file order."""
    data = read_data("castad_cli.generate.offline.lexicon", "concepts.yaml")
    return {
        key: Concept(
            id=key,
            theme=entry["theme"],
            words=tuple(entry["words"]),
            families=tuple(entry.get("families", ())),
            weak=entry.get("weak", False),
        )
        for key, entry in data.items()
    }


@cache
def kinds() -> dict[str, Kind]:
    """All kinds of business by id."""
    data = read_data("castad_cli.generate.offline.lexicon", "kinds.yaml")
    return {
        key: Kind(key, entry["family"], tuple(entry["words"]), entry.get("theme", "")) for key, entry in data.items()
    }


def recognise(text: str, family: str = "") -> tuple[str, ...]:
    """The ids of the concepts that ``text`` is about, the best first; empty where it says that one is *not* there.

    The longest word wins, the earlier in the text on a tie; weak concepts come last.
    """
    if _NEGATION.search(text):
        return ()
    known = concepts()
    spans = [
        (start, end, key)
        for start, end, key in _spans(text)
        if not family or not known[key].families or family in known[key].families
    ]
    free = [
        (start, end, key)
        for start, end, key in spans
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
    ]
    free.sort(key=lambda span: (known[span[2]].weak, -(span[1] - span[0]), span[0]))
    if family != "petcare" and not _LET_IN.search(text):
        free = [span for span in free if span[2] != "pets"]
    return tuple(dict.fromkeys(key for _, _, key in free))


def residue(text: str) -> str:
    """What is left of ``text`` (spaces apart) when all words of concepts are taken out: its own detail."""
    folded = _fold(text)
    covered = [False] * len(folded)
    for start, end, _ in _spans(text):
        covered[start:end] = [True] * (end - start)
    return "".join(c for c, gone in zip(folded, covered, strict=True) if not gone and c.isalnum())


@lru_cache(maxsize=4096)
def _spans(text: str) -> tuple[tuple[int, int, str], ...]:
    """Where words of concepts stand in the folded text: start, end, concept."""
    return tuple(
        (start, end, concept.id)
        for concept in concepts().values()
        for word in concept.words
        for start, end in _find(text, word)
    )


@lru_cache(maxsize=4096)
def recognise_kind(text: str) -> Kind | None:
    """The kind of business that ``text`` names, by its longest word; None when it names none."""
    found = [
        (end - start, -order, kind)
        for order, kind in enumerate(kinds().values())
        for word in kind.words
        for start, end in _find(text, word)
    ]
    return max(found, key=lambda item: item[:2])[2] if found else None


@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).casefold()).strip()


@cache
def _pattern(word: str) -> tuple[re.Pattern[str], str]:
    """What finds ``word`` in folded text, and a character of it, which is quicker to look for."""
    folded = _fold(word)
    if _SPACED.match(folded):
        plural = r"(?:s|es)?" if folded.isascii() else ""
        found = rf"(?<!\w){re.escape(folded)}{plural}(?!\w)"
    elif _ARABIC.match(folded):  # and, with, for and the article are written together with the word
        found = rf"(?<!\w)[وبل]?(?:ال)?{re.escape(folded)}(?!\w)"
    elif len(folded) == 1 and _HANGUL.match(folded):
        found = rf"(?<![\uac00-\ud7a3]){folded}(?![\uac00-\ud7a3])"
    elif len(folded) == 1 and _HAN.match(folded):
        found = rf"(?<![\u3400-\u9fff々]){folded}(?![\u3400-\u9fff々])"
    else:
        found = r"\s?".join(re.escape(c) for c in folded if c != " ")
    return re.compile(found), folded[0]


def _find(text: str, word: str) -> list[tuple[int, int]]:
    pattern, first = _pattern(word)
    folded = _fold(text)
    return [match.span() for match in pattern.finditer(folded)] if first in folded else []
