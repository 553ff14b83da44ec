"""The names of months and weekdays, and what parts of a day are called, in the eight languages."""

from __future__ import annotations

import re

EN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
TH_MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
AR_MONTHS = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
_TH_SHORT = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
_AR_OTHER = ("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول",
             "تشرين الثاني", "كانون الأول")  # fmt: skip

EN_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS = {
    "ko": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
    "en": EN_WEEKDAYS,
    "ja": ("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"),
    "zh-Hans": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "zh-Hant": ("週一", "週二", "週三", "週四", "週五", "週六", "週日"),
    "th": ("วันจันทร์", "วันอังคาร", "วันพุธ", "วันพฤหัสบดี", "วันศุกร์", "วันเสาร์", "วันอาทิตย์"),
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
}
"""Monday first."""
_ZH_WEEKS = ("星期", "礼拜", "禮拜", "周", "週")
_MORE_WEEKDAYS = (
    *((name[:3], at) for at, name in enumerate(EN_WEEKDAYS)),
    *((f"{name}s", at) for at, name in enumerate(EN_WEEKDAYS)),
    *(("Tues", 1), ("Thur", 3), ("Thurs", 3), ("Weds", 2)),
    *((f"{sign}曜", at) for at, sign in enumerate("月火水木金土日")),
    *((f"{week}{sign}", at) for week in _ZH_WEEKS for at, sign in enumerate("一二三四五六日")),
    *((f"{week}天", 6) for week in _ZH_WEEKS[:3]),
    *((name.removeprefix("วัน"), at) for at, name in enumerate(WEEKDAYS["th"])),
    *(("พฤหัส", 3), ("วันพฤหัส", 3)),
    *((f"thứ {number}", number - 2) for number in range(2, 8)),
    *((f"T{number}", number - 2) for number in range(2, 8)),
    *(("CN", 6), ("الإثنين", 0)),
)
_SIGNS = {sign: at for signs in ("월화수목금토일", "月火水木金土日") for at, sign in enumerate(signs)}

AM = (
    "오전",
    "새벽",
    "아침",
    "午前",
    "朝",
    "上午",
    "早上",
    "凌晨",
    "清晨",
    "早晨",
    "早朝",
    "فجرًا",
    "فجراً",
    "sáng",
    "صباحًا",
    "صباحاً",
    "صباحا",
    "ص",
)
PM = (
    "오후", "저녁", "밤", "낮", "점심", "午後", "夕方", "夜", "下午", "晚上", "傍晚", "中午", "半夜", "深夜", "夜里",
    "夜裡", "今晚", "每晚", "chiều", "trưa", "tối", "đêm", "مساءً", "مساء", "ظهرًا", "ظهراً", "عصرًا", "عصراً", "ليلاً", "م",
)  # fmt: skip
NOON = ("낮", "점심", "中午", "trưa", "ظهرًا", "ظهراً")
NIGHT = ("밤", "夜", "晚上", "半夜", "深夜", "夜里", "夜裡", "今晚", "每晚", "đêm", "ليلاً", "tối")
"""With twelve o'clock, the hour is a matter of opinion, and the next morning's may be meant."""


def alternatives(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for names in (EN_MONTHS, TH_MONTHS, AR_MONTHS, _TH_SHORT, _AR_OTHER):
        found |= {name.casefold(): number for number, name in enumerate(names, start=1)}
    found |= {name[:3].casefold(): number for number, name in enumerate(EN_MONTHS, start=1)}
    return found | {"sept": 9}


MONTHS = _months()
"""Their numbers by their names, in lower case."""
EN_MONTH = alternatives((*EN_MONTHS, *(name[:3] for name in EN_MONTHS), "Sept"))
TH_MONTH = alternatives((*TH_MONTHS, *_TH_SHORT))
AR_MONTH = alternatives((*AR_MONTHS, *_AR_OTHER))

_BY_NAME = {name.casefold(): at for names in WEEKDAYS.values() for at, name in enumerate(names)} | {
    name.casefold(): at for name, at in _MORE_WEEKDAYS
}
_BOUND = "[A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0620-\u064a]"
WEEKDAY = f"(?<!{_BOUND}){alternatives(tuple(_BY_NAME))}(?!{_BOUND})"
SIGN = f"[{''.join(_SIGNS)}]"
"""One character for a weekday: in brackets, or in a range."""


def read_weekday(word: str) -> int:
    return _BY_NAME[word.casefold()] if word.casefold() in _BY_NAME else _SIGNS[word]
