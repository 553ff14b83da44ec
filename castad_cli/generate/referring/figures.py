"""Figures in a text of the brief: addresses, telephone numbers, sums of money, shares, numbers. Units stay readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from castad_cli.generate.claims import HANDLE, PHONE, WEB
from castad_cli.generate.offline.offers import find_amounts

FigureKind = Literal["website", "phone", "price", "share", "number"]

_SUM = re.compile(
    r"(?:US|NT|HK|S|A|C)?[$€£¥￥₩฿₫]\s?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*\s?(?:[€£¥₩฿₫$]|euros?\b|ريال|درهم|دينار|جنيه|دولار)"
)
_SHARE = re.compile(r"\d+(?:[.,]\d+)?\s?(?:[%％٪]|퍼센트|percent\b|パーセント|เปอร์เซ็นต์|phần trăm)")
_NUMBER = re.compile(r"(?<![A-Za-z_\d])\d+(?:[.,:/-]\d+)*")
_ONE_AND_ONE = re.compile(r"1\s?\+\s?1")
"""No figures but a saying: it has a translation of its own."""


def find_figures(text: str) -> Iterator[tuple[int, int, FigureKind, str]]:
    """Where each figure begins and ends, what it is, and how it is written; none overlaps another."""
    taken: list[tuple[int, int]] = [match.span() for match in _ONE_AND_ONE.finditer(text)]
    found: list[tuple[int, int, FigureKind, str]] = []

    def take(start: int, end: int, kind: FigureKind) -> None:
        if all(end <= first or last <= start for first, last in taken):
            taken.append((start, end))
            found.append((start, end, kind, text[start:end]))

    for pattern in (WEB, HANDLE):
        for match in pattern.finditer(text):
            take(match.start(), match.start() + len(match[0].rstrip(" .,)")), "website")
    for match in PHONE.finditer(text):
        if sum(each.isdigit() for each in match[0]) >= 7:
            take(*match.span(), "phone")
    for match in _SUM.finditer(text):
        take(*match.span(), "price")
    for start, end, *_ in find_amounts(text):
        take(start, end, "price")
    for match in _SHARE.finditer(text):
        take(*match.span(), "share")
    for match in _NUMBER.finditer(text):
        take(*match.span(), "number")
    yield from sorted(found)
