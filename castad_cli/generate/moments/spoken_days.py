"""Days in words: the eighth of May, 유월 육일, วันที่สิบห้าตุลาคม, ngày mười lăm tháng mười, العاشر من أبريل.

Chinese and Japanese write them in characters, which `reading` takes for numbers. A day is told with its month:
the first of many, and May first impressions last, are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from castad_cli.generate.moments.hour_words import EN_AFTER, TH, VI
from castad_cli.generate.moments.moment import Day
from castad_cli.generate.moments.words import AR_MONTH, EN_MONTH, MONTHS, TH_MONTH, alternatives
from castad_cli.generate.numerals import read_numeral

_MOST = 31

_EN_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_EN_TENTHS = (
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth",
)  # fmt: skip
_EN = {
    **{word: number for number, word in enumerate((*_EN_ONES, *_EN_TENTHS), start=1)},
    **{f"twenty{dash}{word}": 20 + number for number, word in enumerate(_EN_ONES, start=1) for dash in "- "},
    "thirtieth": 30,
    "thirty-first": 31,
    "thirty first": 31,
}
_TH_ONES = {word: number for word, number in TH.items() if not word.isdecimal() and number < 10}
_TH = {
    **_TH_ONES,
    **{
        tens + word: ten + number
        for tens, ten in (("สิบ", 10), ("ยี่สิบ", 20), ("สามสิบ", 30))
        for word, number in {
            "": 0,
            "เอ็ด": 1,
            **{word: number for word, number in _TH_ONES.items() if number > 1},
        }.items()
        if ten + number <= _MOST
    },
}
_VI_ONES = {word: number for word, number in VI.items() if number < 10} | {"mốt": 1, "tư": 4, "lăm": 5}
_VI = {
    **{word: number for word, number in VI.items() if number <= 10},
    **{
        f"{tens} {word}".strip(): ten + number
        for tens, ten in (("mười", 10), ("hai mươi", 20), ("ba mươi", 30))
        for word, number in {"": 0, **_VI_ONES}.items()
        if ten + number <= _MOST
    },
}
_VI_MONTHS = {**VI, "giêng": 1, "tư": 4, "chạp": 12}
_AR_ONES = ("الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر")
_AR = {
    **{word: number for number, word in enumerate(_AR_ONES, start=1)},
    **{f"{word} عشر": 10 + number for number, word in enumerate(("الحادي", *_AR_ONES[1:9]), start=1)},
    **{
        word: number
        for words, number in ((("العشرين", "العشرون"), 20), (("الثلاثين", "الثلاثون"), 30))
        for word in words
    },
    **{
        f"{word} وال{tens}": ten + number
        for tens, ten in (("عشرين", 20), ("عشرون", 20), ("ثلاثين", 30), ("ثلاثون", 30))
        for number, word in enumerate(("الحادي", *_AR_ONES[1:9]), start=1)
        if ten + number <= _MOST
    },
}
_KO_MONTHS = {"유": 6, "시": 10}
"""Those that are not said as their number is."""


def _any(words: Mapping[str, int]) -> str:
    return alternatives(tuple(words))


_FORMS: tuple[tuple[re.Pattern[str], Mapping[str, int], Mapping[str, int]], ...] = tuple(
    (re.compile(form, re.IGNORECASE), days, months)
    for form, days, months in (
        (rf"(?<![a-z-])(?:the\s)?(?P<day>{_any(_EN)})(?:\sof)?\s(?P<month>{EN_MONTH})(?![a-z])", _EN, MONTHS),
        (rf"(?<![a-z])(?P<month>{EN_MONTH})\s(?:the\s)?(?P<day>{_any(_EN)})(?={EN_AFTER})", _EN, MONTHS),
        (r"(?<![가-힣])(?P<month>유|시)월\s?(?P<day>[일이삼사오육칠팔구십]{1,4}|\d{1,2})\s?일", {}, _KO_MONTHS),
        (rf"(?:วันที่\s?)?(?P<day>{_any(_TH)})\s?(?P<month>{TH_MONTH})", _TH, MONTHS),
        (
            rf"(?<!\w)(?:ngày\s)?(?P<day>{_any(_VI)})\stháng\s(?P<month>{_any(_VI_MONTHS)}|\d{{1,2}})(?!\w)",
            _VI,
            _VI_MONTHS,
        ),
        (rf"(?<![\u0620-\u064a])(?P<day>{_any(_AR)})\s(?:من\s)?(?P<month>{AR_MONTH})(?![\u0620-\u064a])", _AR, MONTHS),
    )
)


def find_spoken_days(text: str) -> Iterator[tuple[int, int, Day]]:
    """Each day in words: where it begins and ends, and which it is."""
    for pattern, days, months in _FORMS:
        for match in pattern.finditer(text):
            day, month = _number(match["day"], days), _number(match["month"], months)
            if 1 <= month <= 12 and 1 <= day <= _MOST:
                yield match.start(), match.end(), Day(month, day)


def _number(word: str, words: Mapping[str, int]) -> int:
    if word.isdecimal():
        return int(word)
    return words[word.casefold()] if word.casefold() in words else read_numeral(word)
