import dataclasses

import pytest

from castad_cli.generate.offline.brief import understand
from castad_cli.generate.offline.daytime import suits_time, times_in
from castad_cli.generate.offline.recognition import recognise
from castad_cli.generate.offline.wording import load_phrases
from castad_cli.model.plan import Facts


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("오전 11시까지 커피와 크루아상", {"morning"}),
        ("8 a.m. rolls", {"morning"}),
        ("Coffee with what I am baking", set()),
        ("午後のケーキセット", {"afternoon"}),
        ("ディナーコース二名様", {"evening"}),
        ("早餐套餐", {"morning"}),
        ("ชุดมื้อเย็น", {"evening"}),
        ("Bữa trưa 99.000đ", {"afternoon"}),
        ("عشاء لشخصين", {"evening"}),
        ("Two coffees for the price of one", set()),
        ("Lunch and dinner sets", {"afternoon", "evening"}),
    ],
)
def test_the_times_of_day_that_a_text_names_are_found_in_every_language(text: str, times: set[str]) -> None:
    assert times_in(text) == times


def test_an_offer_of_the_morning_leaves_no_word_for_the_afternoon() -> None:
    morning = frozenset({"morning"})
    assert suits_time("아침을 여는 한 잔", morning)
    assert suits_time("한 잔의 여유", morning), "which names no time at all"
    assert not suits_time("향긋한 오후", morning)
    assert suits_time("향긋한 오후", frozenset())


def test_only_where_people_eat_or_drink_does_the_offer_say_the_time_of_day() -> None:
    facts = Facts(name="모래시계 커피", kind="카페", offer="오전 11시까지 9,000원")
    phrases = load_phrases("ko")
    assert understand(facts, phrases).times == {"morning"}
    assert understand(dataclasses.replace(facts, kind="펜션"), phrases).times == frozenset(), "guests stay the night"


def test_a_latte_is_one_however_korean_spells_it() -> None:
    assert recognise("결이 고운 라테", "cafe") == recognise("결이 고운 라떼", "cafe") == ("signature_drink",)
