"""Finds moments: single days and hours by their forms, then those that belong together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from castad_cli.generate.moments.moment import Clock, Day, Moment, Span
from castad_cli.generate.moments.spoken import find_spoken
from castad_cli.generate.moments.spoken_days import find_spoken_days
from castad_cli.generate.moments.words import (
    AM,
    AR_MONTH,
    EN_MONTH,
    MONTHS,
    NIGHT,
    NOON,
    PM,
    SIGN,
    TH_MONTH,
    WEEKDAY,
    alternatives,
    read_weekday,
)
from castad_cli.generate.numerals import read_numeral
from castad_cli.generate.offline.tongues import languages_of

_TO = r"\s?(?:[-–—~〜～−－]|부터|에서|から|[至到]|to|through|until|till|and|ถึง|đến|tới|إلى|حتى)\s?"
_WITHIN = r"[\s,，、·()（）]{0,3}"
"""What stands between the parts of one moment."""
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3}|(?<![가-힣])[일이삼사오육칠팔구십]{1,4})"
_Y = r"(?P<year>(?:19|20|25)\d\d)"
_NTH = r"(?:st|nd|rd|th)?"
_FREE, _END = r"(?<![\d./-])", r"(?![\d/]|[.,:-]\d)"

_DAYS = (
    # 12월 24일(목)–26일(토); 2026년 12월 24일–26일; 2026년 12월 24일; 12월
    rf"(?:{_Y}\s?[년年]\s?)?(?P<month>{_N})\s?[월月]\s?(?P<day>{_N})\s?[일日号號]\s?[(（](?:{WEEKDAY}|{SIGN})[)）]"
    rf"{_TO}(?P<last>{_N})\s?[일日号號](?:\s?[(（](?:{WEEKDAY}|{SIGN})[)）])?",
    rf"(?:{_Y}\s?[년年]\s?)?(?P<month>{_N})\s?[월月]\s?(?P<day>{_N})\s?[일日号號]?"
    rf"{_TO}(?P<last>{_N})\s?[일日号號]",
    rf"(?:{_Y}\s?[년年]\s?)?(?P<month>{_N})\s?[월月]\s?(?P<day>{_N})\s?[일日号號](?!本)",
    r"(?<![\d개か个個ヶカ])(?P<month>1[0-2]|0?[1-9])\s?[월月](?![요曜])",
    rf"{_FREE}{_Y}\s?[-./]\s?(?P<month>\d{{1,2}})\s?[-./]\s?(?P<day>\d{{1,2}}){_END}\.?",
    rf"(?<![A-Za-z])(?P<name>{EN_MONTH})\.?\s(?P<day>\d{{1,2}}){_NTH}"
    rf"(?:{_TO}(?P<last>\d{{1,2}}){_NTH}(?!\s?(?:[ap]\.?m\b|:)))?(?:,?\s{_Y})?{_END}",
    rf"{_FREE}(?:(?P<day>\d{{1,2}}){_NTH}{_TO})?(?P<last>\d{{1,2}}){_NTH}(?:\sof)?\s(?P<name>{EN_MONTH})(?![A-Za-z])"
    rf"\.?(?:,?\s{_Y}{_END})?",
    rf"(?:วันที่\s?)?{_FREE}(?:(?P<day>\d{{1,2}}){_TO})?(?P<last>\d{{1,2}})\s?(?P<name>{TH_MONTH})"
    rf"(?:\s?(?P<era>พ\.ศ\.|ค\.ศ\.)?\s?{_Y}{_END})?",
    rf"(?:(?<!\w)ngày\s)?{_FREE}(?:(?P<day>\d{{1,2}}){_TO}(?:ngày\s)?)?(?P<last>\d{{1,2}})\stháng\s(?P<month>\d{{1,2}})"
    rf"(?:(?:\snăm\s|,?\s){_Y})?{_END}",
    rf"(?<!\w)tháng\s(?P<month>\d{{1,2}})(?:(?:\snăm\s|/){_Y})?{_END}",
    rf"{_FREE}(?:(?P<day>\d{{1,2}}){_TO})?(?P<last>\d{{1,2}})\s(?:من\s)?(?P<name>{AR_MONTH})(?![\u0620-\u064a])"
    rf"(?:[،,]?\s{_Y}{_END})?",
    rf"(?:(?<!\w)ngày\s)?{_FREE}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/{_Y})?{_END}",
)
_WITH_WEEKDAYS, _NUMBERED = 0, 11
"""Which of them has weekdays within, and which is 12/24 or 24/12."""
_MOON = re.compile(r"(?:음력|陰曆|農曆|农历|旧暦|âm lịch)\s?$")

_H, _MI = r"(?P<hour>2[0-4]|[01]?\d)", r"(?P<minute>[0-5]\d)"
_HALF = "(?:(?P<half>" + alternatives((*AM, *PM)) + r")(?:の)?\s?)?"
_AFTER = rf"(?P<half>{alternatives((*AM, *PM))})"
_CLOCKS = (
    rf"{_FREE}(?P<from>1[0-2]|[1-9])(?::(?P<from_minute>[0-5]\d))?{_TO}(?P<hour>1[0-2]|[1-9])(?::{_MI})?"
    r"\s?(?P<half>[ap])\.?m\b\.?",
    rf"{_FREE}(?P<hour>1[0-2]|0?[1-9])(?:[:.]{_MI})?\s?(?P<half>[ap])\.?m\b\.?",
    rf"{_FREE}(?P<hour>1[0-2]|0?[1-9])(?:[:.]{_MI})?(?:\so['’]clock)?\s(?:in\sthe\s|at\s)"
    r"(?P<half>morning|afternoon|evening|night)(?![a-z])",
    rf"{_HALF}{_FREE}{_H}\s?시(?![간즌리작설대])(?:\s?(?P<minute>[0-5]?\d)\s?분|\s?(?P<thirty>반)(?![가-힣]))?",
    rf"{_HALF}{_FREE}{_H}\s?[時时點点](?![間间候髦尚計])(?:(?P<minute>[0-5]?\d)分?|(?P<thirty>半))?",
    rf"{_FREE}(?:(?P<from>2[0-4]|[01]?\d)(?:[.:](?P<from_minute>[0-5]\d))?{_TO})?{_H}(?:[.:]{_MI})?\s?(?:น\.|นาฬิกา)",
    rf"{_FREE}{_H}\s?(?:giờ|h)\s?{_MI}?(?:\s(?P<half>sáng|trưa|chiều|tối|đêm))?(?![\w])",
    rf"(?:الساعة\s)?{_FREE}{_H}(?::{_MI})?\s?{_AFTER}(?![\u0620-\u064a])",
    rf"{_FREE}{_H}:{_MI}(?:\s(?P<half>sáng|trưa|chiều|tối|đêm))?{_END}",
)
_THAI_CLOCK, _PLAIN_CLOCK = 5, 8
_WEEKDAYS = (
    rf"(?P<name>{WEEKDAY})",
    rf"(?<=[(（])(?P<name>{SIGN})(?=[)）])",
    rf"(?<![가-힣\u3400-\u9fff])(?P<name>{SIGN})(?={_TO}{SIGN}(?![가-힣\u3400-\u9fff]))",
    rf"(?<=[-–—~〜～−－부터에서から至到])\s?(?P<name>{SIGN})(?![가-힣\u3400-\u9fff])",
)


@dataclass(frozen=True)
class _Piece:
    start: int
    end: int
    kind: Literal["day", "weekday", "clock"]
    span: Span
    is_plain: bool = True


def find_moments(text: str) -> list[Moment]:
    """The moments of ``text`` from left to right. A weekday alone is none, nor is an hour count."""
    spoken = languages_of(text)
    pieces: list[_Piece] = []

    def take(patterns: tuple[re.Pattern[str], ...], read: Callable[[int, re.Match[str]], _Piece | None]) -> None:
        for number, pattern in enumerate(patterns):
            for match in pattern.finditer(text):
                if any(match.start() < each.end and each.start < match.end() for each in pieces):
                    continue
                piece = read(number, match)
                if piece is not None:
                    pieces.append(piece)

    take(_compiled_days, lambda number, match: _read_day(number, match, spoken))
    _take_spoken(pieces, ((start, end, "day", Span(day)) for start, end, day in find_spoken_days(text)))
    take(_compiled_clocks, _read_clock)
    _take_spoken(pieces, ((start, end, "clock", Span(clock)) for start, end, clock in find_spoken(text)))
    take(_compiled_weekdays, lambda _, match: _Piece(
        match.start("name"), match.end("name"), "weekday", Span(Day(weekday=read_weekday(match["name"])))
    ))  # fmt: skip
    joined = _join_ranges(text, sorted(pieces, key=lambda each: each.start))
    return list(_join_parts(text, joined))


def _take_spoken(pieces: list[_Piece], found: Iterable[tuple[int, int, Literal["day", "clock"], Span]]) -> None:
    """Adds what overlaps nothing so far."""
    for start, end, kind, span in found:
        if all(end <= each.start or each.end <= start for each in pieces):
            pieces.append(_Piece(start, end, kind, span))


def _compile(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_compiled_days, _compiled_clocks, _compiled_weekdays = _compile(*_DAYS), _compile(*_CLOCKS), _compile(*_WEEKDAYS)


def _read_day(number: int, match: re.Match[str], spoken: frozenset[str]) -> _Piece | None:
    found = match.groupdict()
    year = int(found["year"]) if found.get("year") else None
    plain = number != _WITH_WEEKDAYS and not _MOON.search(match.string[: match.start()])
    if year is not None and year > 2400:  # of the Buddhist era
        year -= 543
    elif found.get("era") == "พ.ศ.":
        plain = False
    first: int | None
    last: int | None
    if number == _NUMBERED:
        ordered = _order(int(match["a"]), int(match["b"]), spoken, match[0])
        if ordered is None:
            return None
        month = ordered[0]
        first, last = ordered[1], None
    else:
        month = MONTHS[found["name"].casefold()] if found.get("name") else _number(match["month"])
        first, last = (_number(found[key]) if found.get(key) else None for key in ("day", "last"))
        if first is None:
            first, last = last, None
    if not 1 <= month <= 12 or any(day is not None and not 1 <= day <= 31 for day in (first, last)):
        return None
    begins = Day(month, first, year)
    ends = None if last is None else Day(month, last, year)
    end = match.end() - len(match[0]) + len(match[0].rstrip(" ,"))
    return _Piece(match.start(), end, "day", Span(begins, ends), plain)


def _order(a: int, b: int, spoken: frozenset[str], said: str) -> tuple[int, int] | None:
    """Month and day of 12/24; None where it may be either, or is no date but a saying."""
    if said == "24/7":
        return None
    if b > 12 >= a:
        return a, b
    if a > 12 >= b:
        return b, a
    if said.startswith("ngày") or spoken in ({"vi"}, {"th"}, {"ar"}):
        return (b, a) if max(a, b) <= 12 else None
    return None


def _read_clock(number: int, match: re.Match[str]) -> _Piece | None:
    found = match.groupdict()
    hour, minute = int(match["hour"]), int(found.get("minute") or (30 if found.get("thirty") else 0))
    word = (found.get("half") or "").casefold()
    half: Literal["am", "pm", "24h", ""] = ""
    if word:
        half = "am" if word in ("a", "morning") or word in AM else "pm"
    plain = True
    if (word in NIGHT or word == "night") and (hour == 12 or hour < 5):
        half, plain = "am", False
    if word in NOON and hour in (10, 11):
        half = "am"
    if not word and (hour > 12 or hour == 0 or number in (_THAI_CLOCK, _PLAIN_CLOCK)):
        half = "24h"
    if word and hour > 12:
        half = "24h"
    clock, last = Clock(hour, minute, half), None
    if found.get("from"):
        before = Clock(int(match["from"]), int(found["from_minute"] or 0), half)
        at, to = before.minutes, clock.minutes
        plain = number == _THAI_CLOCK or (at is not None and to is not None and at < to)
        clock, last = before, clock
    end = match.end() - len(match[0]) + len(match[0].rstrip())
    return _Piece(match.start(), end, "clock", Span(clock, last), plain)


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else read_numeral(word)


def _join_ranges(text: str, pieces: list[_Piece]) -> list[_Piece]:
    """Two pieces of a kind with "to" between them are one."""
    out: list[_Piece] = []
    for piece in pieces:
        before = out[-1] if out else None
        if (
            before is not None
            and before.kind == piece.kind
            and before.span.last is None
            and piece.span.last is None
            and re.fullmatch(_TO, text[before.end : piece.start], re.IGNORECASE)
        ):
            first, last = before.span.first, piece.span.first
            if isinstance(first, Clock) and isinstance(last, Clock) and first.half in ("am", "pm") and not last.half:
                later = replace(last, half=first.half)  # 오후 3시–5시
                is_later = (later.minutes or 0) > (first.minutes or 0)
                last = later if is_later else last
            plain = before.is_plain and piece.is_plain
            out[-1] = _Piece(before.start, piece.end, piece.kind, Span(first, last), plain)
        else:
            out.append(piece)
    return out


def _join_parts(text: str, pieces: list[_Piece]) -> Iterator[Moment]:
    """Days, their weekdays and their hours side by side are one moment."""
    groups: list[list[_Piece]] = []
    for piece in pieces:
        last = groups[-1][-1] if groups else None
        kinds = {each.kind for each in groups[-1]} if groups else set()
        if last is not None and piece.kind not in kinds and re.fullmatch(_WITHIN, text[last.end : piece.start]):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    for group in _bridged(text, groups):
        if all(piece.kind == "weekday" and piece.span.last is None for piece in group):
            continue
        start, end = group[0].start, group[-1].end
        if re.match(r"[)）]", text[end:]) and re.search(r"[(（]", text[start:end]):
            end += 1
        yield Moment(
            start,
            end,
            text[start:end],
            tuple(piece.span for piece in group),
            all(piece.is_plain for piece in group) and "·" not in text[start:end],
        )


def _bridged(text: str, groups: list[list[_Piece]]) -> list[list[_Piece]]:
    """12월 24일(목)–26일(토): groups with "to" between them are one, which stays as it is written."""
    out: list[list[_Piece]] = []
    for group in groups:
        if out and len(out[-1]) + len(group) > 2:
            gap = text[out[-1][-1].end : group[0].start]
            has_day = any(piece.kind == "day" for piece in out[-1])
            if has_day and re.fullmatch(rf"[)）]?{_TO}", gap, re.IGNORECASE):
                out[-1] = [replace(piece, is_plain=False) for piece in (*out[-1], *group)]
                continue
        out.append(group)
    return out
