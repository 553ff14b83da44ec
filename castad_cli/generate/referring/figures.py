"""Figures in a text of the brief, each whole with its unit: addresses, telephones, days, hours, sums, amounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from castad_cli.generate.claims import HANDLE, PHONE, WEB
from castad_cli.generate.measures import Measure, find_measures, tell_measure
from castad_cli.generate.moments import Moment, find_moments, tell_moment
from castad_cli.generate.numerals import numbers_in_words
from castad_cli.generate.offline.offers import find_amounts, tell_amount
from castad_cli.generate.offline.tongues import languages_of
from castad_cli.generate.offline.wording import load_phrases, written_languages

FigureKind = Literal["website", "phone", "date", "hours", "price", "share", "amount", "number"]

_SUM = re.compile(
    r"(?:US|NT|HK|S|A|C)?[$€£¥￥₩฿₫]\s?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*\s?(?:[€£¥₩฿₫$]|euros?\b|ريال|درهم|دينار|جنيه|دولار)"
    r"|(?<![\w.,])\d+k\b"
)
_SUMS = re.compile(r"\d[\d,.]*\s?[만천万千]?\s?[-–~〜～]\s?$")
"""What stands before a sum that is the upper end of a range."""
_NUMBER = re.compile(r"(?<![A-Za-z_\d])\d+(?:[.,:/-]\d+)*")
_ONE_AND_ONE = re.compile(r"1\s?\+\s?1")
"""No figures but a saying: it has a translation of its own."""


@dataclass(frozen=True)
class Figure:
    """A figure at ``start`` to ``end`` of a text. ``about`` is what it counts, in English."""

    start: int
    end: int
    kind: FigureKind
    said: str
    about: str = ""
    tell: Callable[[str], str] | None = None
    """It in another language; empty where that cannot be done beyond doubt."""

    def told_in(self, language: str) -> str:
        """It as an ad of ``language`` has it: as written, unless it is another language's and can be told."""
        spoken = languages_of(self.said)
        if not spoken or language in spoken or self.tell is None or language not in written_languages():
            return self.said
        return self.tell(language) or self.said


def find_figures(text: str) -> Iterator[Figure]:
    """The figures of a text from left to right; none overlaps another."""
    taken: list[tuple[int, int]] = [match.span() for match in _ONE_AND_ONE.finditer(text)]
    found: list[Figure] = []
    for figure in _candidates(text):
        if all(figure.end <= first or last <= figure.start for first, last in taken):
            taken.append((figure.start, figure.end))
            found.append(figure)
    yield from sorted(found, key=lambda each: each.start)


def _candidates(text: str) -> Iterator[Figure]:
    """All that may be a figure, what is surest first."""
    for pattern in (WEB, HANDLE):
        for match in pattern.finditer(text):
            said = match[0].rstrip(" .,)")
            yield Figure(match.start(), match.start() + len(said), "website", said)
    for moment in find_moments(text):
        yield _moment_figure(moment)
    for match in PHONE.finditer(text):
        if sum(each.isdigit() for each in match[0]) >= 7:
            yield Figure(*match.span(), "phone", match[0])
    yield from _sums(text)
    for measure in find_measures(text):
        yield _measure_figure(measure)
    yield from _figures_in_words(text)
    for match in _NUMBER.finditer(text):
        yield Figure(*match.span(), "number", match[0])


def _moment_figure(moment: Moment) -> Figure:
    parts = ["days" if len(moment.days) > 1 else "a day"] if moment.days else []
    parts += ["hours" if len(moment.clocks) > 1 else "a time of day"] if moment.clocks else []
    kind: FigureKind = "date" if any(day.month for day in moment.days) else "hours"
    return Figure(moment.start, moment.end, kind, moment.said, " and ".join(parts), partial(tell_moment, moment))


def _measure_figure(measure: Measure) -> Figure:
    kind: FigureKind = "share" if measure.is_share else "date" if measure.unit == "year" else "amount"
    about = "" if measure.unit == "percent" else measure.about
    return Figure(measure.start, measure.end, kind, measure.said, about, partial(tell_measure, measure))


def _sums(text: str) -> Iterator[Figure]:
    """Sums of money; 3만~5만원 is one."""
    spans = [match.span() for match in _SUM.finditer(text)]
    spans += [(start, end) for start, end, *_ in find_amounts(text) if not _is_within((start, end), spans)]
    spans.sort()
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and re.fullmatch(r"\s?[-–~〜～]\s?", text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        elif before := _SUMS.search(text[:start]):
            joined.append((before.start(), end))
        else:
            joined.append((start, end))
    for start, end in joined:
        said = text[start:end]
        yield Figure(start, end, "price", said, tell=partial(_tell_sums, said))


def _is_within(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


def _tell_sums(said: str, language: str) -> str:
    """One sum, or two with a dash between them, as the language writes them; empty for anything else."""
    amounts = find_amounts(said)
    rest = said
    for start, end, *_ in reversed(amounts):
        rest = rest[:start] + rest[end:]
    if not amounts or not re.fullmatch(r"\s?[-–~〜～]?\s?", rest):
        return ""
    words = load_phrases(language).offer
    return "–".join(tell_amount(value, currency, words, language) for *_, value, currency in amounts)


def _figures_in_words(text: str) -> Iterator[Figure]:
    """이만 원, 三千円, two nights: as figures that were spelled out."""
    for value, unit, said in numbers_in_words(text):
        start = text.find(said)
        if start < 0:
            continue
        digits = f"{value}{unit}" if not unit.isascii() else f"{value} {unit}"
        end = start + len(said)
        if find_amounts(digits):
            yield Figure(start, end, "price", said, tell=partial(_tell_sums, digits))
            continue
        measure = next(find_measures(digits), None)
        if measure is None:
            yield Figure(start, end, "amount" if unit else "share", said)
        else:
            kind: FigureKind = "share" if measure.is_share else "amount"
            yield Figure(start, end, kind, said, measure.about, partial(tell_measure, measure))
