"""Hours in words: half past eight, 밤 열 시, 夜十時, 七点半, สี่ทุ่ม, bảy giờ rưỡi, السابعة والنصف, noon and midnight.

An hour is taken for one where something says so: a half of the day, a clock's own word, what stands before it. Seven to
choose from, 一点 (a little) and một giờ (an hour long) are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from castad_cli.generate.moments.hour_words import (
    AR,
    AR_HALVES,
    EN,
    EN_AFTER,
    EN_BEFORE,
    EN_HALVES,
    EN_MINUTES,
    JA_AFTER,
    JA_HALVES,
    KO,
    KO_AFTER,
    KO_HALVES,
    MIDNIGHTS,
    NOONS,
    TH,
    VI,
    VI_HALVES,
    ZH_HALVES,
    ZH_MARKS,
)
from castad_cli.generate.moments.moment import Clock
from castad_cli.generate.moments.words import alternatives
from castad_cli.generate.numerals import read_numeral

_Half = Literal["am", "pm", ""]
_HARAKAT = re.compile("[\\u064b-\\u0652]")


def _any(words: Mapping[str, object]) -> str:
    return alternatives(tuple(words))


_EN_N = rf"(?P<hour>{_any(EN)})"
_EN_HALF = (
    rf"(?:\s?(?P<half>{_any(EN_HALVES)})(?![a-z])"
    r"(?=\s*(?:$|[^a-z\s]|(?:and|to|till|until|on|or|we|you|is|every|for)\b)))"
)
_NOT_COUNTED = "".join(rf"(?<!{word}\s)" for word in EN)
"""Two by two."""
_ENGLISH = (
    rf"(?<![a-z-])(?:(?P<half_past>half)|(?:a\s)?(?P<quarter>quarter)"
    rf"|(?P<count>five|ten|twenty-five|twenty)(?P<counted>\sminutes)?)"
    rf"\s(?P<way>past|to)\s{_EN_N}(?![a-z-]){_EN_HALF}?",
    rf"(?<![a-z-]){_EN_N}\so['’]clock{_EN_HALF}?",
    rf"(?<![a-z-]){_EN_N}(?:[\s-](?P<minutes>{_any(EN_MINUTES)}))?\s(?P<half>am|a\.m\.?|pm|p\.m\.?)(?![a-z])",
    rf"(?<![a-z-])(?:{EN_BEFORE}|to)\s{_EN_N}(?:[\s-](?P<minutes>{_any(EN_MINUTES)}))?{_EN_HALF}",
    rf"(?:^|[.!?:,]\s)(?!one|two){_EN_N}(?:[\s-](?P<minutes>{_any(EN_MINUTES)}))?{_EN_HALF}",
    rf"(?<![a-z-]){_NOT_COUNTED}(?:{EN_BEFORE})\s(?!one\b){_EN_N}(?:[\s-](?P<minutes>{_any(EN_MINUTES)}))?(?={EN_AFTER})",
)
_KO_MINUTES = rf"(?:\s?(?P<thirty>반){KO_AFTER}|\s(?P<han_minutes>[이삼사오]?십[오]?)\s?분)"
_KOREAN = (
    rf"(?P<half>{_any(KO_HALVES)})\s?(?P<hour>{_any(KO)})\s?시(?![간절])(?:{_KO_MINUTES})?",
    rf"(?<![가-힣])(?P<hour>{_any(KO)})\s?시(?:{_KO_MINUTES}|{KO_AFTER})",
)
_HAN_N = r"(?P<hour>二?十[一二三四五六七八九]?|二十[一二三四]|[一二三四五六七八九零两兩])"
_JAPANESE = (
    rf"(?:(?P<half>{_any(JA_HALVES)})の?|(?<![一二三四五六七八九十百千第数何日]))"
    rf"{_HAN_N}時(?!間|代|期|の(?:おやつ|花|夢)|中)(?:(?P<thirty>半)|(?P<han_minutes>[二三四五]?十五?)分|{JA_AFTER})",
)
_CHINESE = (
    rf"(?P<half>{_any(ZH_HALVES)}){_HAN_N}[点點时時](?!点|點|儿|兒|都|也不|滴|間|间|光)"
    r"(?:(?P<thirty>半)|(?P<quarters>[一三])刻|(?P<han_minutes>[二三四五]?十五?)分)?",
    rf"(?<![一二三四五六七八九十百第几幾有差早晚多少慢快好大小这這那]){_HAN_N}[点點]"
    rf"(?:(?P<thirty>半)(?!点|點)|(?P<quarters>[一三])刻|(?P<han_minutes>[二三四五]?十五?)分(?!之)|(?={ZH_MARKS}))",
    rf"(?<=[到至]){_HAN_N}[点點](?!点|點|儿|兒)(?P<thirty>半)?",
)
_TH_N = rf"(?P<hour>{_any(TH)})"
_TH_HALF = r"(?P<thirty>\s?ครึ่ง)?"
_THAI = (
    rf"(?<!\d){_TH_N}\s?(?P<clock>ทุ่ม)(?!เท){_TH_HALF}",
    rf"(?P<clock>ตี)\s?{_TH_N}(?!\s?(?:ฟอง|ใบ|คน|ครั้ง|ที|แผ่น)){_TH_HALF}",
    rf"(?P<clock>บ่าย)\s?{_TH_N}\s?โมง{_TH_HALF}",
    rf"(?P<clock>บ่าย)\s?{_TH_N}(?=\s?ครึ่ง|[^ก-๙]|$){_TH_HALF}",
    rf"(?P<clock>บ่าย)โมง{_TH_HALF}",
    rf"{_TH_N}\s?(?P<clock>โมงเช้า|โมงเย็น|โมง){_TH_HALF}",
)
_VI_HALF = rf"(?:\s(?P<half>{_any(VI_HALVES)}))"
_VIETNAMESE = (
    rf"(?<!\w)(?P<hour>{_any(VI)})\sgiờ(?:\s(?P<thirty>rưỡi))?{_VI_HALF}(?!\w)",
    rf"(?<!\w)(?P<hour>{_any(VI)})\sgiờ\s(?P<thirty>rưỡi)(?!\w)",
    rf"(?<!\w)(?:lúc|đến|tới|trước|từ)\s(?P<hour>{_any(VI)})\sgiờ(?!\w)(?!\s(?:đồng hồ|liền|thư giãn))",
)
_AR_HALF = "(?:" + "|".join("[\\u064b-\\u0652]?".join((*word, "")) for word in AR_HALVES) + ")"
_AR_PART = r"(?P<part>والنصف|والربع|والثلث|إلا ربع[اً]{1,2}|إلا الربع)"
_AR_REST = rf"(?:\s{_AR_PART})?(?:\s(?P<half>{_AR_HALF}))?(?![\u0620-\u064a])"
_ARABIC = (
    rf"(?<![\u0620-\u064a])[وفبل]?الساعة\s(?P<hour>{_any(AR)})(?!\sعشر){_AR_REST}",
    rf"(?<![\u0620-\u064a])(?P<hour>{_any(AR)})\s(?:{_AR_PART}(?:\s(?P<half>{_AR_HALF}))?"
    rf"|(?P<half_b>{_AR_HALF}))(?![\u0620-\u064a])",
)
_AR_PARTS = {"والنصف": 30, "والربع": 15, "والثلث": 20, "إلا ربعا": -15, "إلا الربع": -15}


def find_spoken(text: str) -> Iterator[tuple[int, int, Clock]]:
    """Each hour in words: where it begins and ends, and which it is; a later one may overlap an earlier one."""
    for patterns, read in _languages:
        for pattern in patterns:
            for match in pattern.finditer(text):
                clock = read({name: value for name, value in match.groupdict().items() if value})
                if clock is not None:
                    if "noon" in match.groupdict():
                        yield *match.span("noon"), clock
                        continue
                    start, said = match.start(), match[0]
                    skipped = re.match(
                        rf"(?:[.!?:,]?\s+)?(?:(?:{EN_BEFORE}|to|lúc|đến|tới|trước|từ)\s)?", said, re.IGNORECASE
                    )
                    start += skipped.end() if skipped else 0
                    yield start, match.start() + len(said.rstrip()), clock


def _clock(hour: int, minute: int, half: str) -> Clock | None:
    """An hour of twelve with its half of the day; night may be early, and noon late in the morning."""
    if minute < 0:
        hour, minute = (hour - 1) or 12, 60 + minute
    if hour > 12 or hour == 0:
        return Clock(hour, minute, "24h") if hour <= 24 else None
    told: _Half = "am" if half == "am" else "pm" if half else ""
    if (half == "night" and (hour == 12 or hour < 5)) or (half == "noon" and hour in (10, 11)):
        told = "am"
    return Clock(hour, minute, told)


def _read_english(found: Mapping[str, str]) -> Clock | None:
    low = {name: value.casefold() for name, value in found.items()}
    minute = EN_MINUTES.get(low.get("minutes", ""), 0)
    if "way" in low:
        minute = (
            30 if "half_past" in low else 15 if "quarter" in low else {"twenty-five": 25, **EN_MINUTES}[low["count"]]
        )
        if low["way"] == "to":
            if "half_past" in low or ("count" in low and "counted" not in low):
                return None  # ages five to seven
            minute = -minute
    return _clock(EN[low["hour"]], minute, EN_HALVES.get(low.get("half", ""), ""))


def _read_korean(found: Mapping[str, str]) -> Clock | None:
    if found["hour"] in ("한", "두", "세", "네") and "half" not in found and "thirty" not in found:
        return None  # 한 시절, 네 시선: too much else begins so
    return _clock(KO[found["hour"]], _minute(found), KO_HALVES.get(found.get("half", ""), ""))


def _read_japanese(found: Mapping[str, str]) -> Clock | None:
    if found["hour"] in ("一", "四") and "half" not in found and "thirty" not in found:
        return None  # 一時の夢, 四時の花
    return _clock(read_numeral(found["hour"]), _minute(found), JA_HALVES.get(found.get("half", ""), ""))


def _read_chinese(found: Mapping[str, str]) -> Clock | None:
    return _clock(read_numeral(found["hour"]), _minute(found), ZH_HALVES.get(found.get("half", ""), ""))


def _minute(found: Mapping[str, str]) -> int:
    if "thirty" in found:
        return 30
    if "quarters" in found:
        return 15 if found["quarters"] == "一" else 45
    return read_numeral(found["han_minutes"]) if "han_minutes" in found else 0


def _read_thai(found: Mapping[str, str]) -> Clock | None:
    hour, clock = TH[found.get("hour", "1")], found["clock"]
    minute = 30 if "thirty" in found else 0
    if clock == "ทุ่ม":
        return Clock((18 + hour) % 24, minute, "24h") if hour <= 6 else None
    if clock == "ตี":
        return Clock(hour, minute, "am") if hour <= 5 else None
    if clock == "บ่าย":
        return Clock(hour, minute, "pm") if hour <= 6 else None
    if clock == "โมงเช้า":
        return Clock(hour if hour > 5 else hour + 6, minute, "am")
    return Clock(hour, minute, "pm" if clock == "โมงเย็น" else "")


def _read_vietnamese(found: Mapping[str, str]) -> Clock | None:
    return _clock(VI[found["hour"].casefold()], _minute(found), VI_HALVES.get(found.get("half", "").casefold(), ""))


def _read_arabic(found: Mapping[str, str]) -> Clock | None:
    half = AR_HALVES.get(_HARAKAT.sub("", found.get("half", found.get("half_b", ""))), "")
    return _clock(AR[found["hour"]], _AR_PARTS.get(_HARAKAT.sub("", found.get("part", "")), 0), half)


def _read_noon(found: Mapping[str, str]) -> Clock | None:
    return Clock(0, 0, "24h") if found["noon"].casefold() in MIDNIGHTS else Clock(12, 0, "pm")


def _compile(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_languages: tuple[tuple[tuple[re.Pattern[str], ...], Callable[[Mapping[str, str]], Clock | None]], ...] = (
    (_compile(*_ENGLISH), _read_english),
    (_compile(*_KOREAN), _read_korean),
    (_compile(*_CHINESE), _read_chinese),
    (_compile(*_JAPANESE), _read_japanese),
    (_compile(*_THAI), _read_thai),
    (_compile(*_VIETNAMESE), _read_vietnamese),
    (_compile(*_ARABIC), _read_arabic),
    (_compile(*NOONS), _read_noon),
)
