"""Numbers however they are written: digits of any script, and words of the eight languages, as digits.

What is read here is what a copywriter could hide a fact in: counts with a unit, prices, shares, telephone numbers.
Words that are rarely meant as a number stay as they are (``한 잔``, ``一天``, ``one``, ``二人``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_PUNCTUATION = str.maketrans({"٫": ".", "٬": ",", "٪": "%", "−": "-"} | dict.fromkeys("‐‑‒–—―", "-"))

_KOREAN = dict(zip("영공일이삼사오육칠팔구", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_HAN = dict(zip("零〇一二两兩三四五六七八九", (0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_POWERS = {"십": 10, "백": 100, "천": 1000, "十": 10, "百": 100, "千": 1000}
_MYRIADS = {"만": 10**4, "억": 10**8, "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8}
_COUNTED = dict(
    zip(
        ("두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "스무"),
        (2, 3, 4, 5, 6, 7, 8, 9, 10, 20),
        strict=True,
    )
)
_ENGLISH = dict(
    zip(
        (
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "twenty",
            "thirty",
        ),
        (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 30),
        strict=True,
    )
)
_TENS = {
    "สิบ": 10, "ยี่สิบ": 20, "สามสิบ": 30, "สี่สิบ": 40, "ห้าสิบ": 50, "หกสิบ": 60, "เจ็ดสิบ": 70, "แปดสิบ": 80,
    "mười": 10, "hai mươi": 20, "ba mươi": 30, "bốn mươi": 40, "năm mươi": 50, "sáu mươi": 60, "bảy mươi": 70,
    "عشرة": 10, "عشرين": 20, "عشرون": 20, "ثلاثين": 30, "ثلاثون": 30, "أربعين": 40, "أربعون": 40,
    "خمسين": 50, "خمسون": 50, "ستين": 60, "سبعين": 70, "ثمانين": 80,
}  # fmt: skip

_K = "영공일이삼사오육칠팔구"
_H = "零〇一二两兩三四五六七八九"
_WORDS: tuple[re.Pattern[str], ...] = (
    # Sino-Korean: at least one power, or two digits and more, and not the end of another word.
    re.compile(
        rf"(?<![가-힣\d])(?P<number>[{_K}]*[십백천만억][{_K}십백천만억]*)\s?"
        r"(?P<unit>원|퍼센트|프로(?!그)|명|박|시간|분|년|층|평|개|잔|회)"
    ),
    re.compile(rf"(?<![가-힣])(?P<counted>{'|'.join(_COUNTED)})\s?(?P<unit>명|시간|가지|개)"),
    re.compile(
        rf"(?<![\d.,])(?P<number>[{_H}十百千万萬億亿]+)"
        r"\s?(?P<unit>元|块|塊|円|ウォン|%|パーセント|人|名|位|晚|泊|小时|小時|時間|分钟|分鐘|年|月|日|号|號|层|層"
        r"|楼|樓|階|割)"
    ),
    re.compile(rf"百分之(?P<number>[{_H}十百]+)(?P<unit>)"),
    re.compile(
        rf"(?<![^\W\d_])(?P<english>{'|'.join(_ENGLISH)})[ -]"
        r"(?P<unit>nights?|rooms?|guests?|people|hours?|minutes?|days|years?"
        r"|months?|dollars|euros|won|floors?|tables|seats|stars)\b",
        re.I,
    ),
    re.compile(
        rf"(?P<tens>{'|'.join(sorted(_TENS, key=len, reverse=True))})\s?"
        r"(?P<unit>เปอร์เซ็นต์|phần trăm|بالمئة|بالمائة|في المئة|%)"
    ),
)
_IDIOMS = frozenset({"十分", "百年", "千年", "万年"})
_SPOKEN_PHONE = re.compile(rf"(?<![가-힣])[{_K}](?:[\s-]?[{_K}]){{8,11}}")


def plain_digits(text: str) -> str:
    """The text in NFKC with every decimal digit of whatever script as 0 to 9, and its separators and dashes plain."""
    text = unicodedata.normalize("NFKC", text).translate(_PUNCTUATION)
    return "".join(str(unicodedata.decimal(each)) if unicodedata.category(each) == "Nd" else each for each in text)


def numbers_in_words(text: str) -> Iterator[tuple[int, str, str]]:
    """Each number in words that has a unit: its value, the unit as written (empty: a share), the words."""
    for pattern in _WORDS:
        for match in pattern.finditer(text):
            found = match.groupdict()
            number, unit = found.get("number"), found["unit"]
            if match[0] in _IDIOMS or (number in ("二", "两", "兩") and unit in "人名位"):
                continue
            if number == "一" and unit not in ("元", "块", "塊", "円", "ウォン", "割"):
                continue
            yield _value(found), found["unit"], match[0].strip()


def phones_in_words(text: str) -> Iterator[tuple[str, str]]:
    """Each telephone number read out in Korean: its digits, and the words."""
    for match in _SPOKEN_PHONE.finditer(text):
        yield "".join(str(_KOREAN[each]) for each in match[0] if each in _KOREAN), match[0]


def _value(found: dict[str, str | None]) -> int:
    for kind, table in (("counted", _COUNTED), ("english", _ENGLISH), ("tens", _TENS)):
        if word := found.get(kind):
            return table[word.casefold()]
    return read_numeral(found["number"] or "")


def read_numeral(word: str) -> int:
    """A number in Sino-Korean syllables or Chinese characters: 삼만오천 is 35,000, 二十四 is 24, 二〇 is 20."""
    digits = {**_KOREAN, **_HAN}
    if all(each in digits for each in word):
        return int("".join(str(digits[each]) for each in word))
    total, section, digit = 0, 0, 0
    for each in word:
        if each in _MYRIADS:
            total += (section + digit or 1) * _MYRIADS[each]
            section = digit = 0
        elif each in _POWERS:
            section += (digit or 1) * _POWERS[each]
            digit = 0
        else:
            digit = digits[each]
    return total + section + digit
