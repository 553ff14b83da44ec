"""Days and hours are read whole, however a language writes them, and told in another one as the same day and hour."""

from __future__ import annotations

import pytest

from castad_cli.generate.moments import find_moments, find_moved, tell_moment
from castad_cli.generate.offline.wording import written_languages

WAYS = [
    "12월 24일", "12월24일", "12/24까지", "24 December", "Dec 24", "Dec. 24th", "the 24th of December", "12月24日",
    "十二月二十四日", "12月24号", "24 ธันวาคม", "วันที่ 24 ธ.ค.", "ngày 24 tháng 12", "ngày 24/12", "24 ديسمبر",
    "24 كانون الأول",
]  # fmt: skip


@pytest.mark.parametrize("text", WAYS)
def test_a_day_is_read_with_its_month_and_told_in_every_language(text: str) -> None:
    (moment,) = find_moments(text)
    assert [(day.month, day.day) for day in moment.days] == [(12, 24)]
    told = {language: tell_moment(moment, language) for language in written_languages()}
    assert told == {
        "ko": "12월 24일", "en": "December 24", "ja": "12月24日", "zh-Hans": "12月24日", "zh-Hant": "12月24日",
        "th": "24 ธันวาคม", "vi": "24 tháng 12", "ar": "24 ديسمبر",
    }  # fmt: skip


@pytest.mark.parametrize("language", written_languages())
@pytest.mark.parametrize("month", range(1, 13))
def test_what_a_language_tells_it_reads_as_the_same_day(language: str, month: int) -> None:
    for said in (f"2026-{month:02}-09", f"{month}월 9일–12일", f"{month}월 9일(목) 오후 3시 30분"):
        (moment,) = find_moments(said)
        (again,) = find_moments(tell_moment(moment, language))
        assert next((day.month, day.day) for day in again.days if day.month) == (month, 9)
        assert [day.day for day in again.days if day.day] == [day.day for day in moment.days if day.day]
        assert [clock.minutes for clock in again.clocks] == [clock.minutes for clock in moment.clocks]


@pytest.mark.parametrize(
    ("text", "said", "told"),
    [
        ("12월 24일–26일 한정", "12월 24일–26일", "December 24–26"),
        ("12월 24일부터 26일까지", "12월 24일부터 26일", "December 24–26"),
        ("24–26 December only", "24–26 December", "December 24–26"),
        ("12월 24일~1월 2일", "12월 24일~1월 2일", "December 24 – January 2"),
        ("2026-12-24", "2026-12-24", "December 24, 2026"),
        ("24/12/2026", "24/12/2026", "December 24, 2026"),
        ("วันที่ 24-26 ธ.ค. 2569", "วันที่ 24-26 ธ.ค. 2569", "December 24–26, 2026"),
        ("24–26 tháng 12 năm 2026", "24–26 tháng 12 năm 2026", "December 24–26, 2026"),
        ("من 24 إلى 26 ديسمبر", "24 إلى 26 ديسمبر", "December 24–26"),
        (
            "2026년 12월 24일 목요일 오전 11시",
            "2026년 12월 24일 목요일 오전 11시",
            "Thursday, December 24, 2026, 11 AM",
        ),
        ("12月24日（木）午後3時半から", "12月24日（木）午後3時半", "Thursday, December 24, 3:30 PM"),
        ("화–일 11:00–21:00", "화–일 11:00–21:00", "Tuesday–Sunday, 11:00 – 21:00"),
        ("周一至周五 上午10点至晚上9点", "周一至周五 上午10点至晚上9点", "Monday–Friday, 10 AM – 9 PM"),
        ("thứ Hai đến thứ Sáu, 9 giờ sáng", "thứ Hai đến thứ Sáu, 9 giờ sáng", "Monday–Friday, 9 AM"),
        ("เปิด 10.00-20.00 น.", "10.00-20.00 น.", "10:00 – 20:00"),
        ("الساعة 9 صباحًا", "الساعة 9 صباحًا", "9 AM"),
        ("3–5pm", "3–5pm", "3 PM – 5 PM"),
        ("오후 3시~5시", "오후 3시~5시", "3 PM – 5 PM"),
        ("12월 한정 메뉴", "12월", "December"),
        ("12월 24일(목)–26일(토)", "12월 24일(목)–26일(토)", ""),
        ("음력 8월 15일", "8월 15일", ""),
        ("토요일 밤 12시", "토요일 밤 12시", ""),
    ],
)
def test_ranges_weekdays_and_hours_are_one_moment(text: str, said: str, told: str) -> None:
    (moment,) = find_moments(text)
    assert (moment.said, tell_moment(moment, "en")) == (said, told)


@pytest.mark.parametrize(
    "text",
    ["매주 월요일 휴무", "3시간", "24/7", "4.8/5", "5/6", "3개월", "May we help you", "open 24 hours", "一日三餐",
     "1월요일", "2026년", "032-123-4567", "1박 2일", "5 giờ rưỡi đường", "sun and sand"],
)  # fmt: skip
def test_what_is_no_day_of_a_month_and_no_hour_is_no_moment(text: str) -> None:
    assert [moment.said for moment in find_moments(text) if moment.days or "giờ" not in text] == []


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("12월 26일까지", "12월 24일까지"),
        ("24 November only", "12월 24일 한정"),
        ("5월 12일 시작", "12월 5일 시작"),
        ("Từ ngày 5 tháng 12", "12월 6일"),
        ("오후 11시에 열어요", "오전 11시 오픈"),
        ("Doors at 9 AM", "저녁 9시"),
        ("晚上10点开门", "10:00–21:00"),
        ("8月3日まで", "3月8日まで"),
        ("저녁 7시에 만나요", "7시"),
        ("Open from 10 in the evening", "10:00 opening"),
        ("Breakfast at 7:30 in the evening", "7:30 breakfast"),
        ("Open until 10 o'clock at night", "opens at 10 am"),
    ],
)
def test_a_day_or_an_hour_that_was_moved_is_found(text: str, fact: str) -> None:
    assert list(find_moved(text, [fact, "20%"]))


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Until December 24", "12월 24일까지"),
        ("12월 24일 단 하루", "12월 24일–26일"),
        ("开门 11:00", "오전 11시"),
        ("아침 7시에 구워요", "Bread at 7:00"),
        ("7시에 만나요", "저녁 7시"),
        ("Ngày 24/12", "24 ธันวาคม"),
        ("Till 10 in the evening", "closes at 10 pm"),
        ("Till 10 at night", "22:00에 닫아요"),
        ("Bread from 7 in the morning", "Bread at 7:00"),
        ("조용한 하루", ""),
    ],
)
def test_the_same_day_and_hour_in_other_words_are_not(text: str, fact: str) -> None:
    assert list(find_moved(text, [fact])) == []
