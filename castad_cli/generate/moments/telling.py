"""A moment as another language writes it: the same day, the same hour."""

from __future__ import annotations

from castad_cli.generate.moments.moment import Clock, Day, Moment, Span
from castad_cli.generate.moments.words import AR_MONTHS, EN_MONTHS, TH_MONTHS, WEEKDAYS

_HANGUL_OR_HAN = {"ko": "년월일", "ja": "年月日", "zh-Hans": "年月日", "zh-Hant": "年月日"}
_BETWEEN = {"ja": "〜", "zh-Hans": "至", "zh-Hant": "至"}
_HALVES = {"ko": ("오전 ", "오후 "), "ja": ("午前", "午後"), "zh-Hans": ("上午", "下午"), "zh-Hant": ("上午", "下午")}
_HOUR = {"ko": "시", "ja": "時", "zh-Hans": "点", "zh-Hant": "點"}
_MINUTE = {"ko": "분", "ja": "分", "zh-Hans": "分", "zh-Hant": "分"}


def tell_moment(moment: Moment, language: str) -> str:
    """The moment in ``language``; empty where that cannot be done beyond doubt."""
    if not moment.is_plain:
        return ""
    dates = [span for span in moment.spans if _is_date(span.first)]
    weekdays = [span for span in moment.spans if isinstance(span.first, Day) and not _is_date(span.first)]
    clocks = [span for span in moment.spans if isinstance(span.first, Clock)]
    day = _tell_date(dates[0], language) if dates else ""
    weekday = _tell_weekdays(weekdays[0], language) if weekdays else ""
    clock = _tell_clocks(clocks[0], language) if clocks else ""
    if (dates and not day) or (clocks and not clock):
        return ""
    if day and weekday:
        if language in _HANGUL_OR_HAN:
            day = f"{day}({weekday})" if language in ("ko", "ja") else f"{day}（{weekday}）"
        elif language == "th":
            day = f"{weekday}ที่ {day}"
        else:
            day = f"{weekday}, {day}" if language == "en" else f"{weekday} {day}"
    else:
        day = day or weekday
    return (", " if language == "en" else " ").join(part for part in (day, clock) if part)


def _is_date(each: Day | Clock) -> bool:
    return isinstance(each, Day) and each.month is not None


def _tell_date(span: Span, language: str) -> str:
    first, last = span.first, span.last
    assert isinstance(first, Day)
    if last is None:
        return _tell_day(first, language)
    assert isinstance(last, Day)
    if first.day is None or last.day is None or last.year not in (first.year, None):
        return ""
    if last.month != first.month or last.month is None:
        to = _BETWEEN.get(language, " – " if language == "en" else "–")
        return f"{_tell_day(first, language)}{to}{_tell_day(last, language)}"
    days = f"{first.day}–{last.day}"
    if language in _HANGUL_OR_HAN:
        sign = _HANGUL_OR_HAN[language][2]
        return f"{_tell_day(first, language)}{_BETWEEN.get(language, '–')}{last.day}{sign}"
    return _worded(days, first, language)


def _tell_day(day: Day, language: str) -> str:
    if language in _HANGUL_OR_HAN:
        y, m, d = tuple(_HANGUL_OR_HAN[language])
        gap = " " if language == "ko" else ""
        parts = [f"{day.year}{y}" if day.year else "", f"{day.month}{m}", f"{day.day}{d}" if day.day else ""]
        return gap.join(part for part in parts if part)
    return _worded("" if day.day is None else str(day.day), day, language)


def _worded(days: str, day: Day, language: str) -> str:
    assert day.month is not None
    year = str(day.year) if day.year else ""
    at = day.month - 1
    if language == "en":
        told = f"{EN_MONTHS[at]} {days}".strip()
        return f"{told}, {year}" if year and days else f"{told} {year}".strip()
    if language == "vi":
        told = f"{days} tháng {day.month}".strip()
        return f"{told} năm {year}" if year else told
    month = {"th": TH_MONTHS, "ar": AR_MONTHS}[language][at]
    return " ".join(part for part in (days, month, year) if part)


def _tell_weekdays(span: Span, language: str) -> str:
    names = WEEKDAYS[language]
    days = [each for each in (span.first, span.last) if isinstance(each, Day)]
    return _BETWEEN.get(language, "–").join(names[each.weekday] for each in days if each.weekday is not None)


def _tell_clocks(span: Span, language: str) -> str:
    told = [_tell_clock(each, language) for each in (span.first, span.last) if isinstance(each, Clock)]
    return "" if "" in told else _BETWEEN.get(language, "–" if language != "en" else " – ").join(told)


def _tell_clock(clock: Clock, language: str) -> str:
    minutes = clock.minutes
    if clock.half == "24h":
        return f"{clock.hour}:{clock.minute:02}"
    if language in _HALVES:
        if minutes is None and clock.half:
            return ""
        half = "" if minutes is None else _HALVES[language][minutes >= 12 * 60]
        minute = f"{clock.minute}{_MINUTE[language]}" if clock.minute else ""
        hour = f"{half}{clock.hour}{_HOUR[language]}"
        return f"{hour} {minute}".strip() if language == "ko" else hour + minute
    if minutes is None:
        if clock.half or language in ("th", "ar"):
            return ""
        return f"{clock.hour} giờ" if language == "vi" and not clock.minute else f"{clock.hour}:{clock.minute:02}"
    if language == "en":
        minute = f":{clock.minute:02}" if clock.minute else ""
        return f"{clock.hour}{minute} {'PM' if minutes >= 12 * 60 else 'AM'}"
    return f"{minutes // 60}:{minutes % 60:02}"
