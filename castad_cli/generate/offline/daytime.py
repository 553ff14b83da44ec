"""The time of day that an ad is about, so that a breakfast offer does not open on a fragrant afternoon."""

from __future__ import annotations

import re

_MORNING = (
    r"아침|오전|모닝|조식|\bmornings?\b|\bbreakfast\b|\d\s?a\.?m\b|朝|モーニング|午前|早上|早晨|清晨|上午|早餐"
    r"|เช้า|buổi sáng|bữa sáng|ban mai|صباح|فطور"
)
_AFTERNOON = (
    r"오후|점심|런치|\bafternoons?\b|\blunch\b|午後|昼|ランチ|下午|午后|午餐"
    r"|บ่าย|กลางวัน|chiều|bữa trưa|ظهيرة|غداء|بعد الظهر"
)
_EVENING = (
    r"저녁|밤|야간|심야|\bevenings?\b|\bnights?\b|\btonight\b|\bdinner\b|夜|夕|晩|晚|今宵|ディナー"
    r"|ค่ำ|คืน|มื้อเย็น|buổi tối|đêm|bữa tối|tối nay|مساء|ليل|عشاء"
)
_TIMES = {
    "morning": re.compile(_MORNING, re.IGNORECASE),
    "afternoon": re.compile(_AFTERNOON, re.IGNORECASE),
    "evening": re.compile(_EVENING, re.IGNORECASE),
}


def times_in(*texts: str) -> frozenset[str]:
    """Which of "morning", "afternoon" and "evening" the ``texts`` name, in any of our languages."""
    return frozenset(name for name, words in _TIMES.items() if any(words.search(text) for text in texts))


def suits_time(text: str, told: frozenset[str]) -> bool:
    """Whether ``text`` names no time of day besides those ``told``; where none is told, every time suits."""
    return not told or times_in(text) <= told
