"""What a text claims as fact, found by its form: numbers with their units, phones, addresses of the web, promises.

Whoever lets a machine write compares the claims of its words with those of the brief: what the brief does not say is
invented. Nothing here understands a sentence. It is strict where a mistake costs money (prices, percentages, phones,
days) and where a machine likes to invent, and cannot judge a claim made without any of these forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from castad_cli.generate.claim_words import FOREVER, NAMED_DAYS, PROMISES, SPELLED, UNITS
from castad_cli.generate.moments import find_moments
from castad_cli.generate.moments.words import EN_MONTHS, EN_WEEKDAYS
from castad_cli.generate.numerals import numbers_in_words, phones_in_words, plain_digits

WEB = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|\b(?:[a-z0-9-]+\.)+(?:com|net|org|kr|co|io|shop|jp|cn|vn|th)\b\S*",
    re.I,
)
HANDLE = re.compile(r"(?<![\w.])@[\w.]{2,}")
PHONE = re.compile(r"(?<![\d.,])\+?\d[\d\-. ()]{6,}\d(?![\d])")
"""Addresses of the web and of mail, accounts, telephone numbers (where they have seven digits)."""
_HALF_OF_THE_DAY = re.compile(r"(?<=\d)\s(?=(?:in the (?:morning|afternoon|evening)|at night)\b)", re.I)
"""After an hour, where "in" is no unit."""
_NUMBER = re.compile(
    r"(?P<sign>[₩$€£¥฿]\s?)?(?P<value>\d+(?:[.,:/]\d+)*)(?P<plus>\s?\+\s?\d+)?"
    # A unit in Hangul or kanji is written to its number; what stands apart from it is the next word.
    r"(?:\s?-?(?P<unit>[A-Za-zÀ-ỹ\u0e00-\u0e7f\u0620-\u065f']+|[%％℃°₫฿₩€£¥$]|퍼센트|만\s?원|천\s?원)|(?P<joined>[^\W\d_]+))?"
)


@dataclass(frozen=True)
class Claim:
    """Something said as fact: of what kind, what, and the words that say it."""

    kind: str
    value: str
    said: str


def find_claims(text: str) -> list[Claim]:
    """The claims of a text, in order of kind."""
    text = plain_digits(text)
    claims: list[Claim] = []

    def take(pattern: re.Pattern[str], kind: str, rest: str) -> str:
        for match in pattern.finditer(rest):
            said = match[0].strip(" .,)")
            claims.append(Claim(kind, _digits(said) if kind == "phone" else _web(said), said))
        return pattern.sub(" ; ", rest)

    rest = take(WEB, "address", text)
    rest = take(HANDLE, "account", rest)
    rest = take(PHONE, "phone", rest) if any(len(_digits(m[0])) >= 7 for m in PHONE.finditer(rest)) else rest
    for match in _NUMBER.finditer(_HALF_OF_THE_DAY.sub(" ; ", rest)):
        kind = "money" if match["sign"] else _unit(match["unit"] or match["joined"] or "")
        value = _value(match["value"]) + (match["plus"] or "").replace(" ", "")
        claims.append(Claim(kind, value, match[0].strip()))
    claims += _spelled(rest)
    claims += [Claim("phone", digits, said) for digits, said in phones_in_words(rest)]
    claims += [Claim(_unit(unit) if unit else "percent", str(value), said) for value, unit, said in _in_words(rest)]
    low = rest.casefold()
    for promise, pattern in PROMISES.items():
        if found := pattern.search(FOREVER.sub(" ", low)):
            claims.append(Claim("promise", promise, found[0].strip()))
    return claims


def find_invented(text: str, facts: Iterable[str]) -> list[Claim]:
    """The claims of ``text`` that none of ``facts`` makes."""
    facts = tuple(facts)
    known = [claim for fact in facts for claim in find_claims(fact)]
    known += [
        Claim("promise", day, day)
        for day, pattern in NAMED_DAYS.items()
        if any(pattern.search(fact.casefold()) for fact in facts)
    ]
    known += [Claim("promise", name.casefold(), name) for fact in facts for name in _days_and_months(fact)]
    known += [claim for fact in facts for claim in _moments_in_figures(fact)]
    return [claim for claim in find_claims(text) if not any(_backs(fact, claim) for fact in known)]


def _days_and_months(fact: str) -> Iterator[str]:
    """The English names of the months and weekdays of a fact's days: 12월 24일(목) is in December, and a Thursday."""
    for day in (day for moment in find_moments(fact) for day in moment.days):
        if day.month is not None:
            yield EN_MONTHS[day.month - 1]
        if day.weekday is not None:
            yield EN_WEEKDAYS[day.weekday]


def _moments_in_figures(fact: str) -> Iterator[Claim]:
    """The hours and days of a fact in figures, also where it has them in words: 22 and 10 for สี่ทุ่ม, 10:30 for 열 시 반.

    Which half of the day and which month is meant `castad_cli.generate.moments.find_moved` judges.
    """
    for moment in find_moments(fact):
        for clock in moment.clocks:
            at = clock.minutes
            for hour in {clock.hour} if at is None else {at // 60, at // 60 % 12 or 12, clock.hour}:
                for value in (str(hour), f"{hour}:{clock.minute:02}", _value(f"{hour}.{clock.minute:02}")):
                    yield Claim("clock", value, value)
            if clock.minute:
                yield Claim("minutes", str(clock.minute), str(clock.minute))
        if not any(each.isdecimal() for each in moment.said):
            for day in moment.days:
                for kind, number in (("", day.day), ("day", day.day), ("month", day.month)):
                    if number is not None:
                        yield Claim(kind, str(number), moment.said)


_MONEY = frozenset({"money", "money-man", "money-thousand", "percent"})
_THOUSANDS = {"money-man": 10_000, "money-thousand": 1_000}


def _same_price(fact: Claim, claim: Claim) -> bool:
    """Whether both are one sum of money: 3만원, 30,000원 and 삼만 원 are."""
    sums = []
    for each in (fact, claim):
        if not (each.kind == "money" or each.kind in _THOUSANDS) or not re.fullmatch(r"\d+(?:\.\d+)?", each.value):
            return False
        sums.append(float(each.value) * _THOUSANDS.get(each.kind, 1))
    return sums[0] == sums[1]


def _backs(fact: Claim, claim: Claim) -> bool:
    if _same_price(fact, claim):
        return True
    if claim.kind in ("address", "account"):
        return fact.kind == claim.kind and (claim.value == fact.value or fact.value.startswith(claim.value + "/"))
    if claim.value != fact.value:
        return False
    if claim.kind == fact.kind:
        return True
    if claim.kind in _MONEY and fact.kind.startswith("word:"):  # 3채 is no 3만원
        return False
    # A bare number, or one counted in words of another script, may be the same fact said in another language.
    loose = ("", *(kind for kind in (claim.kind, fact.kind) if kind.startswith("word:")))
    if claim.kind in loose and fact.kind in loose:
        return "" in (claim.kind, fact.kind) or _script(claim.kind) != _script(fact.kind)
    return claim.kind == "" or (fact.kind.startswith("word:") and _script(fact.kind) != "LATIN")


def _script(kind: str) -> str:
    letter = kind.removeprefix("word:")[:1]
    return unicodedata.name(letter, "NONE").split(" ")[0] if letter else ""


def _unit(word: str) -> str:
    """A unit's kind: one of `UNITS`, or ``word:`` and the beginning of the word that follows the number."""
    word = word.casefold()
    for kind, pattern in UNITS.items():
        if pattern.match(word):
            return kind
    return f"word:{word[:3]}" if word and word.isascii() else f"word:{word[:1]}" if word else ""


def _spelled(text: str) -> list[Claim]:
    """Numbers in letters before a unit of money or share: 이십 퍼센트, half price, 八折."""
    return [
        Claim(kind, value, match[0].strip()) for pattern, kind, value in SPELLED for match in pattern.finditer(text)
    ]


def _in_words(text: str) -> Iterator[tuple[int, str, str]]:
    """`numbers_in_words`, each in whole units of its kind: ``삼만 원`` and ``3만원`` are one price."""
    for value, unit, said in numbers_in_words(text):
        yield (value * 10, "%", said) if unit == "割" else (value, unit, said)


def _value(text: str) -> str:
    """A number's canonical form: no thousands separators, no needless zeros."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text):
        return re.sub(r"[.,]", "", text)
    if re.fullmatch(r"\d+\.\d+", text):
        return text.rstrip("0").rstrip(".")
    return text


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _web(text: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|^www\.", "", text.casefold()).rstrip("/.,)")
