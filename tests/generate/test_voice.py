"""What is said of a script: the headlines always, the rest as far as there is time."""

from __future__ import annotations

from fractions import Fraction

from castad_cli.generate.voice import choose_lines
from castad_cli.model.script import SceneWords, Script, speaking_time_s


def script(language: str, *scenes: tuple[str, str], call: str = "Book now") -> Script:
    roles = ["opening", *["point"] * (len(scenes) - 2), "closing"]
    return Script(language, tuple(SceneWords(role, *each) for role, each in zip(roles, scenes, strict=True)), call)


def test_with_time_enough_all_is_said() -> None:
    said = choose_lines(script("en", ("Wake to the sea", "Every room looks out"), ("Come back soon", "")), Fraction(15))
    assert said == [(0, "Wake to the sea. Every room looks out."), (1, "Come back soon. Book now.")]


def test_in_a_short_ad_only_the_large_words_are_said() -> None:
    long_line = "A line that goes on for much longer than six seconds would ever let anybody say it in peace and quiet"
    said = choose_lines(script("en", ("Wake to the sea", long_line), ("Come back soon", "")), Fraction(6))
    assert said[0] == (0, "Wake to the sea.")


def test_a_call_that_is_the_headline_is_said_once() -> None:
    said = choose_lines(script("en", ("Hello", ""), ("Book now today", "")), Fraction(15))
    assert said[-1] == (1, "Book now today.")


def test_questions_and_full_stops_are_kept_as_they_are() -> None:
    assert choose_lines(script("en", ("Tired?", "Rest here."), ("Come", "")), Fraction(15))[0] == (
        0,
        "Tired? Rest here.",
    )
    assert choose_lines(script("ja", ("海の朝", "静かな部屋"), ("また来たい", ""), call="予約する"), Fraction(15)) == [
        (0, "海の朝。静かな部屋。"),
        (1, "また来たい。予約する。"),
    ]


def test_a_scene_without_words_is_silent() -> None:
    assert [scene for scene, _ in choose_lines(script("en", ("", ""), ("Come", "")), Fraction(15))] == [1]


def test_speaking_takes_longer_than_reading_for_figures_and_syllables() -> None:
    assert speaking_time_s("064-000-0000") > 3
    assert Fraction(1) < speaking_time_s("창을 열면 바다가 보입니다") < Fraction(3)
    assert speaking_time_s("") == 0
