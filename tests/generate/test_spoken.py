"""Hours and days in words are read as those in figures: the brief's are its own, others are found, counts are none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from castad_cli.generate.claims import find_invented
from castad_cli.generate.moments import Clock, find_moments, find_moved, tell_moment
from castad_cli.generate.offline.wording import written_languages


@cache
def read() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = yaml.safe_load(
        Path(__file__).with_name("spoken.yaml").read_text(encoding="utf-8")
    )
    return found


@pytest.mark.parametrize("language", written_languages())
def test_an_hour_in_words_that_the_brief_does_not_have_is_found(language: str) -> None:
    rows = [row for row in read()["moved"] if row[0] == language]
    assert len(rows) >= 5
    assert [row for row in rows if not list(find_moved(row[1], [row[2]]))] == []


@pytest.mark.parametrize("language", written_languages())
def test_the_brief_s_hour_may_be_told_in_words_and_in_figures(language: str) -> None:
    rows = [row for row in read()["same"] if row[0] == language]
    assert len(rows) >= 4
    assert [(row, found) for row in rows if (found := list(find_moved(row[1], [row[2]])))] == []
    assert [(row, found) for row in rows if (found := find_invented(row[1], [row[2]]))] == []


@pytest.mark.parametrize("language", written_languages())
def test_what_only_looks_like_an_hour_is_none(language: str) -> None:
    rows = [row for row in read()["no hour"] if row[0] == language]
    assert len(rows) >= 5
    assert [
        (text, found) for _, text in rows if (found := [each.said for each in find_moments(text) if each.clocks])
    ] == []


@pytest.mark.parametrize(
    ("text", "clock", "told"),
    [
        ("half past eight in the evening", Clock(8, 30, "pm"), "오후 8시 30분"),
        ("quarter to ten at night", Clock(9, 45, "pm"), "오후 9시 45분"),
        ("밤 열 시", Clock(10, 0, "pm"), "오후 10시"),
        ("밤 열두 시", Clock(12, 0, "am"), "오전 12시"),
        ("夜十時", Clock(10, 0, "pm"), "오후 10시"),
        ("早上七点半", Clock(7, 30, "am"), "오전 7시 30분"),
        ("下午四點一刻", Clock(4, 15, "pm"), "오후 4시 15분"),
        ("สี่ทุ่ม", Clock(22, 0, "24h"), "22:00"),
        ("บ่ายสองโมง", Clock(2, 0, "pm"), "오후 2시"),
        ("ตีห้า", Clock(5, 0, "am"), "오전 5시"),
        ("bảy giờ rưỡi sáng", Clock(7, 30, "am"), "오전 7시 30분"),
        ("الساعة الثامنة إلا ربعًا مساءً", Clock(7, 45, "pm"), "오후 7시 45분"),
        ("until midnight", Clock(0, 0, "24h"), "0:00"),
        ("정오부터", Clock(12, 0, "pm"), "오후 12시"),
    ],
)
def test_an_hour_in_words_is_told_in_another_language_in_figures(text: str, clock: Clock, told: str) -> None:
    (moment,) = find_moments(text)
    assert moment.clocks == [clock]
    assert tell_moment(moment, "ko") == told


def test_hours_from_and_to_are_one_moment_and_their_halves_go_together() -> None:
    (moment,) = find_moments("下午一点到五点")
    assert [clock.minutes for clock in moment.clocks] == [13 * 60, 17 * 60]
    (moment,) = find_moments("เปิดสิบโมงเช้าถึงสามทุ่ม")
    assert [clock.minutes for clock in moment.clocks] == [10 * 60, 21 * 60]


def test_a_day_in_words_that_the_brief_does_not_have_is_found() -> None:
    rows = read()["moved days"]
    assert {row[0] for row in rows} == set(written_languages())
    assert [row for row in rows if not list(find_moved(row[1], [row[2]]))] == []


def test_the_brief_s_day_may_be_told_in_words_and_in_figures() -> None:
    rows = read()["same days"]
    assert {row[0] for row in rows} == set(written_languages())
    assert [(row, found) for row in rows if (found := list(find_moved(row[1], [row[2]])))] == []
    assert [(row, found) for row in rows if (found := find_invented(row[1], [row[2]]))] == []


def test_what_only_looks_like_a_day_is_none() -> None:
    found = [(text, moment.said) for _, text in read()["no day"] for moment in find_moments(text)]
    assert [each for each in found if any(day.day for moment in find_moments(each[0]) for day in moment.days)] == []


@pytest.mark.parametrize("text", ["the twenty-first of September", "วันที่ยี่สิบเอ็ดกันยายน", "ngày hai mươi mốt tháng chín",
                                  "الحادي والعشرين من سبتمبر", "구월 이십일일", "九月二十一日"])  # fmt: skip
def test_a_day_in_words_is_told_in_another_language_in_figures(text: str) -> None:
    (moment,) = find_moments(text)
    assert tell_moment(moment, "zh-Hans") == "9月21日"
    assert tell_moment(moment, "en") == "September 21"
