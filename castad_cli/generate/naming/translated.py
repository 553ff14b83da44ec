"""The business's name in the words of another language: Sky Pension, 天空民宿 and บ้านพักท้องฟ้า for 하늘펜션.

What names are made of stands in ``lexicon/meanings.yaml``, in seven languages. A name is told translated where two of
its parts stand side by side in the ad's language, or its only part beside what kind of business it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from castad_cli.generate.naming.known import Known
from castad_cli.generate.offline.recognition import kinds, read_data
from castad_cli.generate.offline.tongues import has_only_han, languages_of

_COLUMNS = {"ko": 0, "en": 1, "ja": 2, "zh-Hans": 3, "zh-Hant": 3, "th": 4, "vi": 5, "ar": 6}
_DESCRIBES = frozenset(
    ("작은", "느린", "고요한", "첫", "온기", "설탕", "하얀", "검은", "푸른", "초록", "빨간", "노란", "분홍", "행복")
)
"""Parts, by the first Korean word of their row, that describe what they stand beside: a quiet pension, a red door."""
_BEFORE_ANY_KIND = _DESCRIBES | {"집", "정원"}
"""Parts that beside a kind of business describe it: a garden cafe."""
_ALSO_KINDS = {
    "ko": "스파|여관|산장|서재|작업실|연구소|요가|찻집",
    "en": "spa|books|coffee|diner|inn|study|library|workshop|studio|kitchen|table|retreat|farm",
    "ja": "スパ|本屋|書店|旅館|書斎|工房|ペンション|宿|食堂",
    "zh": "水疗|水療|商店|旅馆|旅館|民宿|书房|書房|书店|書店|工坊|工作室|瑜伽|瑜珈|露营|露營|咖啡|小馆|小館|客栈|客棧"
    "|面包店|麵包店",
    "th": "สปา|ครัว|ร้าน|บ้านพัก|บ้าน|คาเฟ่|โรงแรม|สตูดิโอ",
    "vi": "spa|hiệu sách|quán|tiệm|nhà nghỉ|nhà hàng|xưởng",
    "ar": "سبا|مكتبة|مقهى|مطعم|نزل|فندق|مخبز|متجر|بيت ضيافة|استوديو",
}
_OF = {
    "ko": r"(?:의|과|와)?\s?",
    "en": r"(?:'s|s|’s)?[ -]?(?:(?<= )(?:of|in|on|at|by) )?(?:(?<= )(?:the|a) )?",
    "ja": r"(?:の|な)?",
    "zh": r"[之的]?",
    "th": r"\s?(?:แห่ง|ใน|ของ)?\s?",
    "vi": r" (?:(?:của|trong|trên) )?",
    "ar": r"\s(?:(?:في|على|من)\s)?",
}
"""What may stand between two parts of a name."""
_AND = {
    "ko": r"\s?(?:앤|과|와|그리고|랑)\s?", "en": r" and (?:the )?", "ja": r"(?:と|アンド)", "zh": r"[与與和及]",
    "th": r"\s?(?:และ|กับ)\s?", "vi": r" và ", "ar": r"\s?و\s?",
}  # fmt: skip
"""The same in a name that says "and" itself, or is Chinese, which need not."""
_SAYS_AND = re.compile(r"&|\+|\band\b|(?<=[가-힣])[와과](?=\s)|と|[与與和]|และ|\bvà\b|\sو")
_OPEN_BEFORE = r"(?<![\u3400-\u9fff々])|(?<=[在来來到去的是与與和于於住访訪进進])"
"""Where a word of Han may begin: not within another one."""


def find_translated(text: str, known: Known) -> Iterator[str]:
    """Where ``text`` says a name of the brief by its meaning, in words that the brief does not have."""
    language = known.language_of(text)
    if language not in _COLUMNS:
        return
    for name in dict.fromkeys((known.name, *known.names)):
        pattern = _pattern_for(name, language)
        for match in pattern.finditer(text) if pattern else ():
            if not known.holds(match[0]):
                yield match[0].strip()


@lru_cache(maxsize=1024)
def _pattern_for(name: str, language: str) -> re.Pattern[str] | None:
    """What finds a name translated into a language; None where its meaning is not known."""
    rows = _meanings()
    parts = _parts_of(name)
    column = _COLUMNS[language]
    words = [_alternatives(rows[index][column], language) for index in parts]
    tongue = language[:2]
    joints = [_OF[tongue], *([_AND[tongue]] if _SAYS_AND.search(name) or has_only_han(name) else [])]
    joint = "(?:" + "|".join(joints) + ")"
    kind = _kinds_of(language)
    plain = [rows[index][0].split("|")[0] in _DESCRIBES for index in parts]
    found = []
    for i, one in enumerate(words):
        for j, other in enumerate(words):
            if i == j:
                continue
            pair = f"{one}{joint}{other}"
            if plain[i] or plain[j]:  # a red door is any red door, until it is a shop, or more of the name follows
                beside = "|".join([kind, *(each for k, each in enumerate(words) if k not in (i, j))])
                found += [f"{pair}{joint}(?:{beside})", f"(?:{beside}){joint}{pair}"]
            else:
                found.append(pair)
    if len(parts) == 1 and rows[parts[0]][0].split("|")[0] not in _BEFORE_ANY_KIND:
        if language in ("th", "vi", "ar"):
            found.append(f"{kind}[\\s]?{words[0]}")
        elif tongue == "zh":
            found.append(f"(?:{_OPEN_BEFORE}){words[0]}{kind}")
        else:
            before = _OPEN_BEFORE if tongue == "ja" else ""
            gap = {"ja": "", "ko": r"\s?", "en": r"[ -]"}[tongue]
            found.append(f"(?:{before}){words[0]}{gap}{kind}")
    if not found:
        return None
    body = "|".join(found)
    if language in ("en", "vi", "ar"):
        body = rf"(?<![^\W\d_])(?:{body})(?![^\W\d_])"
    elif language == "ko":
        body = rf"(?<![가-힣])(?:{body})"
    return re.compile(body, re.IGNORECASE)


@lru_cache(maxsize=1024)
def _parts_of(name: str) -> tuple[int, ...]:
    """The rows of what a name is made of, each once, longest words first; no letter counts twice."""
    low = unicodedata.normalize("NFC", name).casefold()
    spoken = languages_of(low)
    columns = {_COLUMNS[each] for each in spoken} | ({1} if "vi" in spoken else set())
    said = sorted(
        (
            (word, index)
            for index, row in enumerate(_meanings())
            for column in columns
            for word in row[column].split("|")
        ),
        key=lambda each: -len(each[0]),
    )
    found: list[int] = []
    for word, index in said:
        plural = "(?:e?s)?" if word.isascii() else ""
        bound = "[^\\W\\d_]" if word[0] < "\u0e00" else ""
        form = f"(?<!{bound}){re.escape(word)}{plural}(?!{bound})" if bound else re.escape(word)
        cut, count = re.subn(form, " ", low, count=1)
        if count:
            low = cut
            found.append(index)
    return tuple(dict.fromkeys(found))


@cache
def plain_words(language: str) -> frozenset[str]:
    """All words of the table in a language: what a word means is no respelling of it, though it may sound like one."""
    column = _COLUMNS.get(language)
    return (
        frozenset(word for row in _meanings() for word in row[column].split("|")) if column is not None else frozenset()
    )


@cache
def _meanings() -> list[list[str]]:
    rows: list[list[str]] = read_data("castad_cli.generate.naming.lexicon", "meanings.yaml")
    return [[cell.casefold() for cell in row] for row in rows]


def _alternatives(cell: str, language: str) -> str:
    words = sorted(cell.split("|"), key=len, reverse=True)
    article = "(?:ال)?" if language == "ar" else ""
    return f"(?:{article}(?:" + "|".join(map(re.escape, words)) + "))"


@cache
def _kinds_of(language: str) -> str:
    """What kinds of business are called in a language."""
    tongue = language[:2]
    named = {word.casefold() for kind in kinds().values() for word in kind.words if language in languages_of(word)}
    named |= set(_ALSO_KINDS[tongue].split("|"))
    named -= {word for row in _meanings() for word in row[_COLUMNS[language]].split("|")} - {"books"}  # goods: flowers
    words = sorted((word for word in named if len(word) > 1 or tongue == "ja"), key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, words)) + ")"
