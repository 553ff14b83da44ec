"""Numbers with their units in a text: nights, minutes, people, distances, read whole and told in another language.

A unit that is not here stays a word of its own beside its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from castad_cli.generate.unit_words import ABOUT, FORMS, STAYS, UNITS

_ONE = r"\d+(?:[.,]\d+)*"
_NUMBER = rf"(?<![A-Za-z_\d.,:/-])(?P<number>{_ONE}(?:\s?[-–~〜～]\s?{_ONE})?)(?![.,:/-]?\d)(?P<hyphen>-)?\s?"
_NEVER_PLAIN = frozenset({"day"})
"""The 24th of some month, or so many days: who does not know which leaves it as it is."""
_MEASURES = {name: re.compile(_NUMBER + f"(?:{unit})", re.IGNORECASE) for name, unit in UNITS.items()}
_STAY = re.compile(
    r"(?P<nights>\d{1,2})\s?(?:박|泊)\s?(?P<days>\d{1,2})\s?[일日]|(?P<days_first>\d{1,2})\s?(?:天|ngày|วัน|日)\s?"
    r"(?P<nights_last>\d{1,2})\s?(?:晚|夜|đêm|คืน)"
)
_YEAR = re.compile(r"(?<!\d)(?P<number>(?:19|20)\d\d)\s?(?:년|年)")
_FOLD = re.compile(r"(?<![\d.])(?P<tens>[1-9])(?:\.?(?P<ones>[1-9]))?\s?折|(?<![\d.])(?P<off>[1-9])割(?:引き?|オフ)")
_PERSONS_ARE_MEANT = re.compile(r"(?:선착순|한정|추첨|고객|손님|매일|하루)\s?$")
"""Before 분, which is people, too."""


@dataclass(frozen=True)
class Measure:
    """A number and its unit at ``start`` to ``end`` of a text.

    ``numbers`` are as written, without grouping: one, two of a range, or the nights and days of a stay.
    ``is_plain`` when it may be told in other words; ``before_noun`` for "5-minute".
    """

    start: int
    end: int
    said: str
    unit: str
    numbers: tuple[str, ...]
    is_plain: bool = True
    before_noun: bool = False

    @property
    def is_share(self) -> bool:
        return self.unit in ("percent", "off")

    @property
    def about(self) -> str:
        """What it counts, in English."""
        what = ABOUT.get(self.unit, {"km": "kilometres", "m": "metres"}.get(self.unit, self.unit))
        return f"{what}, before a noun" if self.before_noun else what


def find_measures(text: str) -> Iterator[Measure]:
    """The measures of ``text``, none overlapping another, in no order."""
    taken: list[tuple[int, int]] = []

    def is_free(match: re.Match[str]) -> bool:
        free = all(match.end() <= start or end <= match.start() for start, end in taken)
        if free:
            taken.append(match.span())
        return free

    for match in filter(is_free, _STAY.finditer(text)):
        stay = (match["nights"] or match["nights_last"], match["days"] or match["days_first"])
        yield Measure(*match.span(), match[0], "stay", stay)
    for match in filter(is_free, _YEAR.finditer(text)):
        yield Measure(*match.span(), match[0], "year", (match["number"],))
    for match in filter(is_free, _FOLD.finditer(text)):
        paid = int(match["tens"] or 0) * 10 + int(match["ones"] or 0)
        off = int(match["off"]) * 10 if match["off"] else 100 - paid
        yield Measure(*match.span(), match[0], "off", (str(off),))
    for unit, pattern in _MEASURES.items():
        for match in filter(is_free, pattern.finditer(text)):
            numbers = tuple(re.split(r"\s?[-–~〜～]\s?", match["number"]))
            are_people = unit == "minutes" and bool(_PERSONS_ARE_MEANT.search(text[: match.start()]))
            plain = unit not in _NEVER_PLAIN and not are_people
            yield Measure(*match.span(), match[0], unit, numbers, plain, bool(match["hyphen"]))


def tell_measure(measure: Measure, language: str) -> str:
    """The measure in ``language``; empty where that cannot be done beyond doubt."""
    if not measure.is_plain:
        return ""
    if measure.unit == "stay":
        nights, days = measure.numbers
        if language == "ar" and not (2 < int(nights) < 11 and 2 < int(days) < 11):
            return ""
        if language == "en" and nights == "1":
            return f"1 night, {days} days"
        return (STAYS.get(language) or STAYS[language[:2]]).format(nights=nights, days=days)
    if measure.unit == "off" and language.startswith("zh"):
        paid = 100 - int(measure.numbers[0])
        return f"{paid // 10 if paid % 10 == 0 else paid}折"
    forms = FORMS[measure.unit]
    choices = (forms.get(language) or forms[language[:2]]).split("|")
    return choices[_form(measure.numbers[-1], len(choices))].format(n="–".join(measure.numbers))


def _form(number: str, choices: int) -> int:
    if choices == 1:
        return 0
    if choices == 2:
        return int(number != "1")
    count = int(number) if number.isdecimal() else 11
    return 0 if count == 1 else 1 if count == 2 else 2 if 3 <= count % 100 <= 10 else 3
