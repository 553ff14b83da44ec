"""A number and its unit are one, and are told with a language's own word for it."""

from __future__ import annotations

import pytest

from castad_cli.generate.measures import find_measures, tell_measure
from castad_cli.generate.offline.wording import written_languages


@pytest.mark.parametrize(
    ("text", "said", "english", "arabic"),
    [
        ("2박 이상", "2박", "2 nights", "ليلتان"),
        ("2박 3일", "2박 3일", "2 nights, 3 days", ""),
        ("5天4晚", "5天4晚", "4 nights, 5 days", "4 ليالٍ و5 أيام"),
        ("도보 5분", "5분", "5 minutes", "5 دقائق"),
        ("1시간이면", "1시간", "1 hour", "ساعة واحدة"),
        ("2–3時間", "2–3時間", "2–3 hours", "2–3 ساعات"),
        ("ở 11 đêm", "11 đêm", "11 nights", "11 ليلة"),
        ("เดิน 500 เมตร", "500 เมตร", "500 m", "500 متر"),
        ("바다까지 3km", "3km", "3 km", "3 كم"),
        ("최대 4인", "4인", "4 people", "4 أشخاص"),
        ("8折", "8折", "20% off", "خصم 20%"),
        ("20퍼센트", "20퍼센트", "20%", "20%"),
        ("1998년부터", "1998년", "1998", "1998"),
        ("선착순 10분", "10분", "", ""),
        ("24일까지", "24일", "", ""),
    ],
)
def test_a_measure_is_whole_and_told_in_other_words(text: str, said: str, english: str, arabic: str) -> None:
    (measure,) = find_measures(text)
    assert measure.said == said
    assert (tell_measure(measure, "en"), tell_measure(measure, "ar")) == (english, arabic)


@pytest.mark.parametrize("text", ["4인분", "12월", "033-123", "4.8", "10 m2", "3층", "메뉴 5가지", "8명품", "10대"])
def test_what_has_another_unit_is_left_to_its_number(text: str) -> None:
    assert list(find_measures(text)) == []


@pytest.mark.parametrize("language", written_languages())
@pytest.mark.parametrize(
    "said",
    ["3박", "4 days", "5週間", "6 เดือน", "7 năm", "8 ساعات", "9分钟", "10 guests", "11km", "12m", "13%"],
)
def test_what_a_language_tells_it_reads_as_the_same_measure(language: str, said: str) -> None:
    (measure,) = find_measures(said)
    again = list(find_measures(tell_measure(measure, language)))
    assert [(each.unit, each.numbers) for each in again] == [(measure.unit, measure.numbers)]
