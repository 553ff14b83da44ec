"""A number is a number in whatever digits or words it is written, and an invented one is found in every language."""

from __future__ import annotations

import pytest

from castad_cli.generate.claims import find_invented
from castad_cli.generate.numerals import plain_digits, read_numeral


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("삼만오천", 35_000),
        ("만", 10_000),
        ("이십", 20),
        ("二十四", 24),
        ("二〇", 20),
        ("三千五百", 3_500),
        ("十二萬", 120_000),
    ],
)
def test_numerals_are_read(word: str, value: int) -> None:
    assert read_numeral(word) == value


def test_digits_of_every_script_are_plain() -> None:
    assert plain_digits("２０％ · ٢٠٪ · ๒๐% · ०६४－१２") == "20% · 20% · 20% · 064-12"


BRIEFS = {
    "ko": "평일 20% 할인, 1박 30,000원, 064-000-0000",
    "en": "20% off on weekdays, 2 nights, $30",
    "ja": "平日20%オフ、1泊30000円",
    "zh-Hans": "平日20%优惠，每晚300元",
    "zh-Hant": "平日20%優惠，每晚300元",
    "th": "ลด 20% วันธรรมดา",
    "vi": "Giảm 20% ngày thường",
    "ar": "خصم 20% في أيام الأسبوع",
}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", "삼만 원이면 하룻밤"),
        ("ko", "３만원으로 하룻밤"),
        ("ko", "이십 퍼센트 할인"),
        ("en", "Two nights by the sea"),
        ("ja", "２０％オフ"),
        ("ja", "三万円で一泊"),
        ("zh-Hans", "百分之二十的优惠"),
        ("zh-Hans", "三百元一晚"),
        ("zh-Hant", "三百元"),
        ("th", "ลด ๒๐%"),
        ("th", "ลดยี่สิบเปอร์เซ็นต์"),
        ("vi", "Giảm hai mươi phần trăm"),
        ("ar", "خصم ٢٠٪"),
        ("ar", "خصم عشرين بالمئة"),
    ],
)
def test_what_the_brief_says_may_be_said_in_other_digits_or_words(language: str, said: str) -> None:
    assert find_invented(said, [BRIEFS[language]]) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", "오만 원이면 하룻밤"),
        ("ko", "삼십 퍼센트 할인"),
        ("ko", "다섯 명까지"),
        ("ko", "공육사 일이삼 사오육칠로 전화하세요"),
        ("ko", "０６４－１１１－２２２２"),
        ("en", "Three nights by the sea"),
        ("en", "Call (02) 555-0100"),
        ("ja", "５０％オフ"),
        ("ja", "五千円"),
        ("ja", "十二月二十四日まで"),
        ("ja", "３割引"),
        ("zh-Hans", "百分之五十的优惠"),
        ("zh-Hans", "五百元一晚"),
        ("zh-Hant", "十二月二十四日"),
        ("zh-Hant", "兩百元"),
        ("th", "ลด ๕๐%"),
        ("th", "ลดห้าสิบเปอร์เซ็นต์"),
        ("th", "โทร ๐๘๑-๒๓๔-๕๖๗๘"),
        ("vi", "Giảm năm mươi phần trăm"),
        ("vi", "Chỉ 500.000đ"),
        ("ar", "خصم ٥٠٪"),
        ("ar", "خصم خمسين بالمئة"),
        ("ar", "اتصل ٠١٢٣٤٥٦٧٨٩"),
        ("ar", "مجانا يوم الجمعة"),
    ],
)
def test_what_it_does_not_say_is_invented(language: str, said: str) -> None:
    assert find_invented(said, [BRIEFS[language]]) != []


@pytest.mark.parametrize(
    "said",
    [
        "한 잔의 여유",
        "이 시간, 이 바다",
        "공원 옆 카페",
        "병원 앞",
        "十分舒适",
        "一天的开始",
        "二人の時間",
        "One quiet morning",
        "사원과 숲",
    ],
)
def test_words_that_are_no_number_are_none(said: str) -> None:
    assert find_invented(said, ["바다 옆 카페"]) == []
