"""Figures and states as the report's readers read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

STATES = {
    "failed": "failed",
    "needs_review": "needs review",
    "waiting": "waiting",
    "running": "being made",
    "pending": "not made",
    "done": "done",
}
RUN_STATES = {"running": "running", "done": "done", "failed": "finished with failures", "interrupted": "interrupted"}
STAGES = {
    "script": "words",
    "track": "music",
    "render": "rendering",
    "deliver": "saving",
    "run": "the run",
    "upload": "posting",
}
PLATFORMS = {"youtube": "YouTube", "instagram": "Instagram", "tiktok": "TikTok"}
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "KRW": "₩", "JPY": "¥"}
_WHOLE = {"KRW", "JPY"}


def count(number: int, noun: str) -> str:
    """``1 ad``, ``5,000 ads``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def seconds(value: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 05 s``, ``2 h 10 min``."""
    if value < 9.95:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02} min"


def moment(at: datetime) -> str:
    """``25 Nov 2026, 16:04 KST``, in the time zone of whoever made the report."""
    local = at.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M} {local:%Z}".rstrip()


def money(amounts: Mapping[str, float]) -> str:
    """``$3.20``, ``$0.0039 + 12 credits``; empty for nothing."""
    return " + ".join(_amount(currency, value) for currency, value in sorted(amounts.items()) if value)


def _amount(currency: str, value: float) -> str:
    if currency in _SIGNS:
        digits = 0 if currency in _WHOLE else 2 if value >= 0.995 else 4
        text = f"{value:,.{digits}f}"
        if digits == 4:
            text = f"{value:.4f}".rstrip("0")
            text += "0" * max(0, 2 - len(text.partition(".")[2]))
        return f"{_SIGNS[currency]}{text}"
    return f"{value:,.4g} {currency}"
