"""Which words of a text stay on one line, where spaces part words: "한 겹", "in the morning", "20% off". Pure.

A line that ends with a numeral, an article or a preposition makes the reader wait for what it belongs to; a line that
begins with a counter or a dependent noun begins in the middle of a thought. Such words are joined by a no-break space.
Japanese, Chinese and Thai have no spaces between words: there the page finds phrases and words (engine/blocks.js).
"""

from __future__ import annotations

import re
from itertools import pairwise

from castad_cli.model.script import width_em

NO_BREAK = "\u00a0"
_MOST_EM = 8.0
"""Words are joined to no more than this: a column must have room for what does not break."""

_KO_BEFORE = frozenset(
    re.findall(
        r"\w+",
        "한 두 세 네 석 넉 몇 반 첫 새 헌 옛 온 각 매 단 이 그 저 내 제 더 덜 안 못 꼭 갓 맨 총 약 딱 또 막 "
        "참 잘 다 큰 여러 모든 어느 어떤 이런 그런 오전 오후 매주 매달 최대 단돈 이번 다음 지난 다시 가장 아주 매우",
    )
)
"""Determiners, numerals and short adverbs, which belong to the word that follows (표준국어대사전: 관형사, 부사)."""

_KO_AFTER = re.compile(
    r"(?:것|거|게|걸|건|수|줄|뿐|때|데|곳|중|등|동안|만큼|대로|앞|옆|뒤|밖|위|아래|속)"
    r"(?:이|가|을|를|은|는|의|에|도|만|마다|까지|부터|로|으로|에서|에는|라도)?[.,!?…]?"
)
"""Dependent nouns and nouns of place, with a particle or none, which belong to the word before (의존 명사)."""

_KO_LEADS = re.compile(r".*[아어여해고지러려게와워져돼]")
_KO_AUXILIARY = re.compile(
    r"(?:가|가는|가요|가세요|갑니다|오는|와요|오세요|있는|있어요|있습니다|있다|보세요|봐요|주는|주세요|줘요|두는|둔|버린|"
    r"않는|않아요|않습니다|싶은|싶어요|싶다|싶다면|되는|돼요|됩니다|내는|낸|놓은)[.,!?…]?"
)
"""A verb's auxiliary after the verb's connecting form (보조 용언): 익어 가는, 오고 싶은, 들으러 가요."""

_EN_BEFORE = frozenset(
    re.findall(
        r"\S+", "a an the of to in on at by for with from and or but & no my your our its his her their this that as"
    )
)
_VI_BEFORE = frozenset(re.findall(r"\w+", "một hai ba các những mỗi và của ở tại từ cho với không chỉ rất"))
_NUMBER = re.compile(r"[\d][\d.,:/~–-]*[%％]?")
_PERCENT = re.compile(r"\d[\d.,]*\s?[%％]")


_SUM = re.compile(r"[₩¥€£$฿₫]\s?\d[\d.,]*|\d[\d.,]*\s?[₩¥€£$฿₫]")
_AR_BEFORE = re.compile(r"(?<!\S)([بلك]ـ|في|من|إلى|على|عن|مع|حتى|كل|أو|يا|لا|ما) (?=\S)")
"""Arabic's prepositions, which belong to the word that follows."""


def keep_together(text: str, language: str) -> str:
    """``text`` with no-break spaces where a line must not end. Its words and their order stay as they are."""
    if language == "ar":
        # Among Arabic letters a sum's sign would go to its other side: ₩9000 is read as it is written, from the left.
        return _SUM.sub("\u2066\\g<0>\u2069", _AR_BEFORE.sub(f"\\1{NO_BREAK}", text))
    if language not in ("ko", "en", "vi"):
        return text
    words = text.split(" ")
    joined = [words[0]]
    for before, word in pairwise(words):
        whole = f"{joined[-1]} {word}"
        if word and before and width_em(whole) <= _MOST_EM and _belong(before, word, language):
            joined[-1] = f"{joined[-1]}{NO_BREAK}{word}"
        else:
            joined.append(word)
    return " ".join(_paired(joined) if language == "ko" else joined)


def _belong(before: str, word: str, language: str) -> bool:
    """Whether no line ends between two words that follow one another."""
    if before in ("%", "％") or word in ("%", "％"):
        return True
    if _PERCENT.fullmatch(word if language == "vi" else before):  # 20% off, 20% 할인, but Giảm 20%
        return True
    if before[-1] in ".,!?…:;":
        return False
    if language == "ko":
        counted = _NUMBER.fullmatch(before) is not None and len(word) <= 3
        helped = _KO_LEADS.fullmatch(before) is not None and _KO_AUXILIARY.fullmatch(word) is not None
        return before in _KO_BEFORE or counted or helped or _KO_AFTER.fullmatch(word) is not None
    counted = _NUMBER.fullmatch(before) is not None and not _PERCENT.fullmatch(before)
    return counted or before.casefold() in (_EN_BEFORE if language == "en" else _VI_BEFORE)


def _paired(parts: list[str]) -> list[str]:
    """The same twice is one phrase: "한 겹 한 겹", "하나 하나"."""
    paired: list[str] = []
    for part in parts:
        if paired and paired[-1] == part and part and width_em(part) <= _MOST_EM / 2:
            paired[-1] = f"{part}{NO_BREAK}{part}"
        else:
            paired.append(part)
    return paired
