import pytest

from castad_cli.generate.offline.offers import read_offer, tell_offer
from castad_cli.generate.offline.wording import load_phrases


def tell(text: str, language: str) -> str:
    offer = read_offer(text)
    assert offer.understood, text
    return tell_offer(offer, load_phrases(language).offer, language)


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("평일 20% 할인", "en", "20% off on weekdays"),
        ("평일 20% 할인", "ja", "平日20%オフ"),
        ("평일 20% 할인", "zh-Hans", "平日八折"),
        ("평일 15% 할인", "zh-Hant", "平日八五折"),
        ("평일 20% 할인", "th", "ลด 20% วันธรรมดา"),
        ("평일 20% 할인", "vi", "Giảm 20% ngày thường"),
        ("20% off on weekdays", "ko", "평일 20% 할인"),
        ("平日20%オフ", "ko", "평일 20% 할인"),
        ("10,000원 할인", "en", "₩10,000 off"),
        ("1만원 할인", "vi", "Giảm 10.000 won"),
        ("3천원 할인", "en", "₩3,000 off"),
        ("1만 5천원 할인", "vi", "Giảm 15.000 won"),
        ("1만5,000원 할인", "en", "₩15,000 off"),
        ("1.5만원 할인", "en", "₩15,000 off"),
        ("2万5千円オフ", "ko", "25,000엔 할인"),
        ("giảm 50 nghìn đồng", "en", "50,000 ₫ off"),
        ("giảm 1,5 triệu", "en", "1,500,000 ₫ off"),
        ("조식 무료", "en", "Free breakfast"),
        ("free breakfast", "ko", "조식 무료"),
        ("1+1", "en", "Buy one, get one free"),
        ("buy one get one free", "zh-Hant", "買一送一"),
        ("2박 이상 10% 할인", "en", "10% off for 2 nights or more"),
        ("얼리버드 30% 할인", "en", "30% off for early birds"),
        ("첫 방문 10% 할인", "ja", "初回ご利用10%オフ"),
        ("12월 31일까지 20% 할인", "en", "20% off until December 31"),
        ("20% off until December 31", "ko", "12월 31일까지 20% 할인"),
        ("Giảm 20% cuối tuần", "ko", "주말 20% 할인"),
        ("ลด 20% วันธรรมดา", "en", "20% off on weekdays"),
        ("免費接送", "en", "Free pickup"),
        ("무료배송", "vi", "Miễn phí giao hàng"),
    ],
)
def test_an_offer_is_told_in_another_language(text: str, language: str, told: str) -> None:
    assert tell(text, language) == told


@pytest.mark.parametrize(
    "text",
    ["3만원 이상 구매 시 머그컵", "생일자 20% 할인", "스탬프 10개 모으면 한 잔", "20% off for nurses", "오픈런 이벤트"],
)
def test_an_offer_with_anything_unknown_in_it_is_not_understood(text: str) -> None:
    assert not read_offer(text).understood


def test_two_deals_at_once_are_not_understood() -> None:
    assert not read_offer("20% 할인, 조식 무료").understood
