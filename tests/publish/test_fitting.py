"""Texts are fitted whole: never a part of a word, never beyond the platform's measure."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
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
    assert (
        with_hashtags("방이다#제주#바다", ["#제주", "#바다", "#c", "#d"], 100, most_hashtags=3)
        == "방이다#제주#바다\n\n#c"
    )


JAPANESE = "海の見える静かな部屋で朝をゆっくり過ごす週末の宿です夜が更けていく"
THAI = "ห้องพักวิวทะเลเงียบสงบสำหรับวันหยุดสุดสัปดาห์ของคุณ"
SIMPLIFIED = "在海边的安静房间里度过一个悠闲的早晨窗户外面就是大海"
TRADITIONAL = "在海邊的安靜房間裡度過悠閒的早晨窗戶外面就是大海"


@pytest.mark.parametrize(
    ("text", "language", "most", "wanted"),
    [
        (JAPANESE, "ja", 12, "海の見える静かな部屋で…"),
        (JAPANESE, "ja", 11, "海の見える静かな…"),
        (JAPANESE, "ja", 32, "海の見える静かな部屋で朝をゆっくり過ごす週末の宿です夜が…"),
        (THAI, "th", 24, "ห้องพักวิวทะเลเงียบสงบ…"),
        (THAI, "th", 22, "ห้องพักวิวทะเลเงียบ…"),
        (SIMPLIFIED, "zh-Hans", 20, "在海边的安静房间里度过一个悠闲的早晨…"),
        (SIMPLIFIED, "zh-Hans", 19, "在海边的安静房间里度过一个悠闲的早晨…"),
        (SIMPLIFIED, "zh-Hans", 18, "在海边的安静房间里度过一个悠闲的…"),
        (TRADITIONAL, "zh-Hant", 19, "在海邊的安靜房間裡度過悠閒的早晨窗戶…"),
        (TRADITIONAL, "zh-Hant", 18, "在海邊的安靜房間裡度過悠閒的早晨…"),
        ("Sea View部屋で静かな朝を過ごす", "ja", 8, "Sea…"),
        ("宿 海の見える静かな部屋で朝を過ごす", "ja", 14, "宿 海の見える静かな部屋で…"),
        ("朝の宿です#海の見える静かな部屋で朝を過ごす", "ja", 14, "朝の宿です…"),
        ("朝の宿です@海の宿の人 静かな部屋で朝を過ごす", "ja", 12, "朝の宿です@海の宿の人…"),
    ],
)
def test_where_no_spaces_part_words_a_text_ends_after_a_word(text: str, language: str, most: int, wanted: str) -> None:
    assert fit(text, most, characters, language) == wanted


@given(
    text=st.text(alphabet="ห้องพักวิวทะเลำุ่ 海の見える宿か\u3099ーAb한국🏝\ufe0f👩\u200d🍳", max_size=60),
    most=st.integers(1, 40),
    measure=st.sampled_from(MEASURES),
)
@example(text="AAกกกก\u200d ก", most=20, measure=utf8_bytes)
@settings(max_examples=300, deadline=None)
def test_no_letter_as_it_is_seen_is_ever_cut(text: str, most: int, measure: object) -> None:
    import unicodedata

    kept = fit(text, most, measure).removesuffix("…")  # type: ignore[arg-type]
    whole = text.strip()
    assert whole.startswith(kept)
    rest = whole[len(kept) :]
    if kept and rest and not rest[0].isspace():  # a joiner before a space joins nothing
        assert unicodedata.category(rest[0])[0] not in "M", "an accent or a vowel sign stays with its letter"
        assert "\u200d" not in (kept[-1], rest[0]), "a picture of several parts stays whole"
        assert not (kept[-1].isalpha() and rest[0].isalpha() and {kept[-1], rest[0]} <= set("Ab한국"))
