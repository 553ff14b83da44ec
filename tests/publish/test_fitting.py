"""Texts are fitted whole: never a part of a word, never beyond the platform's measure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from castad_cli.publish.fitting import characters, fit, utf8_bytes, utf16_units, with_hashtags

MEASURES = (characters, utf8_bytes, utf16_units)
WORDS = st.lists(st.sampled_from(["바다가", "보이는", "방", "sea", "view", "커피☕", "🏝️", "Đà", "Lạt"]), min_size=1)


def test_what_fits_is_left_alone() -> None:
    assert fit("바다가 보이는 방", 9) == "바다가 보이는 방"


@pytest.mark.parametrize(
    ("text", "most", "wanted"),
    [
        ("Rooms with a view of the sea", 18, "Rooms with a view…"),
        ("바다가 보이는 아늑한 방", 9, "바다가 보이는…"),
        ("A quiet week. Twenty percent off.", 20, "A quiet week."),
        ("First line\nSecond line", 12, "First line"),
        ("海の見える部屋で、静かな朝を。", 10, "海の見える部屋で…"),
        ("Supercalifragilistic", 10, ""),
    ],
)
def test_a_text_is_cut_where_a_part_of_it_ends(text: str, most: int, wanted: str) -> None:
    assert fit(text, most) == wanted


@given(words=WORDS, most=st.integers(0, 60), measure=st.sampled_from(MEASURES))
@settings(max_examples=300, deadline=None)
def test_no_word_is_ever_cut(words: list[str], most: int, measure: object) -> None:
    text = " ".join(words)
    fitted = fit(text, most, measure)  # type: ignore[arg-type]
    assert measure(fitted) <= most  # type: ignore[operator]
    kept = fitted.removesuffix("…").split()
    assert kept == words[: len(kept)]


@given(text=st.text(max_size=80), most=st.integers(0, 40), measure=st.sampled_from(MEASURES))
@settings(max_examples=300, deadline=None)
def test_any_text_fits(text: str, most: int, measure: object) -> None:
    assert measure(fit(text, most, measure)) <= most  # type: ignore[operator,arg-type]


def test_hashtags_are_added_whole_and_once() -> None:
    assert with_hashtags("방 #제주", ["#제주", "#바다", "#펜션"], 14) == "방 #제주\n\n#바다 #펜션"
    assert with_hashtags("방 #제주", ["#제주", "#바다", "#펜션"], 13) == "방 #제주\n\n#바다"
    assert with_hashtags("방", ["#a", "#b", "#c"], 100, most_hashtags=2) == "방\n\n#a #b"
