"""A claim is known by its form, in every language; what the facts do not make is invented."""

from __future__ import annotations

import pytest

from castad_cli.generate.claims import find_invented

FACTS = (
    "하늘마루 펜션 9",
    "평일 20% 할인",
    "2박 이상 45,000원",
    "체크인 15:00",
    "064-000-0000",
    "https://example.com/haneul",
    "Room for 4 guests",
    "무료 조식",
)


@pytest.mark.parametrize(
    "text",
    [
        "하늘마루 펜션 9 평일 20% 할인",
        "Weekdays 20% off",
        "20퍼센트 할인, 평일에",
        "2 nights from ₩45,000",
        "2泊以上、45000円ではなく",
        "체크인은 15:00부터",
        "064-000-0000 으로 전화",
        "example.com/haneul",
        "https://www.example.com/haneul.",
        "4 guests, 4명",
        "Free breakfast, feel free to linger",
        "창을 열면 바다",
        "평일 20 percent",
    ],
)
def test_what_the_facts_say_may_be_said_in_another_form_or_language(text: str) -> None:
    assert find_invented(text, FACTS) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("30% 할인", "30%"),
        ("20% 아니라 20만원", "20만원"),
        ("3 nights", "3 nights"),
        ("2명", "2명"),
        ("45,900원", "45,900원"),
        ("₩9", "₩9"),
        ("16:00 체크인", "16:00"),
        ("064-000-0001", "064-000-0001"),
        ("evil.example.com", "evil.example.com"),
        ("@haneul 팔로우", "@haneul"),
        ("주말에도", "주말에도"),
        ("주말 20시까지 영업", "주말"),
        ("Open on weekends", "open on weekends"),
        ("週末も営業", "週末も"),
        ("周末特惠", "周末"),
        ("오늘만 이 가격", "오늘만"),
        ("선착순 모집", "선착순"),
        ("Number one stay", "number one"),
        ("half price", "half price"),
        ("삼십 퍼센트", "삼십 퍼센트"),
        ("七折优惠", "七折"),
        ("Open Sunday", "sunday"),
        ("환불 보장", "환불"),
        ("Giảm 50%", "50%"),
        ("ลด 50%", "50%"),
        ("since 1987", "1987"),
    ],
)
def test_what_the_facts_do_not_say_is_invented(text: str, said: str) -> None:
    found = find_invented(text, FACTS)
    assert said in [claim.said for claim in found]


@pytest.mark.parametrize(
    "text",
    [
        "주말 같은 하루",
        "이번 주말엔 바다로",
        "a weekend by the sea",
        "週末の小さな旅",
        "周末去看海",
        "cuối tuần bên biển",
        "عطلة نهاية الأسبوع قرب البحر",
    ],
)
def test_a_weekend_is_a_mood_until_something_is_sold_or_open_then(text: str) -> None:
    assert find_invented(text, FACTS) == []
    assert find_invented("Open on weekends", ("주말 브런치",)) == [], "the brief says the day itself"


def test_a_count_of_something_is_no_price() -> None:
    assert find_invented("3만원", ("독채 3채",))
    assert find_invented("20%", ("객실 20실",))


def test_the_half_of_the_day_after_an_hour_is_no_unit() -> None:
    assert find_invented("Till 10 in the evening", ("closes at 10 pm",)) == []
    assert [claim.said for claim in find_invented("Till 11 in the evening", ("closes at 10 pm",))] == ["11"]
