"""A name sounds the same in every script, and different names do not."""

from __future__ import annotations

import pytest

from castad_cli.generate.naming.sound import find_like, sounds_of


def distance(name: str, text: str) -> float:
    everywhere = frozenset(range(len(text)))
    like = find_like(sounds_of(name), sounds_of(text), everywhere, everywhere, 99.0)
    assert like is not None
    return like.distance


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("하늘펜션", "Haneul Pension"), ("하늘펜션", "ハヌルペンション"), ("하늘펜션", "ฮานึลเพนชั่น"),
        ("하늘", "哈努尔"), ("Sandglass", "샌드글라스"), ("Sandglass", "サンドグラス"),
        ("Sandglass", "桑德格拉斯"), ("Sandglass", "แซนด์กลาส"), ("Sandglass", "ساندغلاس"),
        ("Riverstone", "리버스톤"), ("Riverstone", "ริเวอร์สโตน"), ("ياسمين", "Yasmin"),
    ],
)  # fmt: skip
def test_a_name_sounds_nearly_the_same_in_another_script(name: str, other: str) -> None:
    share = distance(name, other) / sounds_of(name).weight
    assert share < 0.18, share


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("하늘펜션", "a quiet room by the sea"),
        ("Sandglass", "바다가 보이는 방"),
        ("Sandglass", "海の見える朝"),
        ("하늘펜션", "推开窗就是海"),
    ],
)
def test_other_words_do_not(name: str, other: str) -> None:
    share = distance(name, other) / sounds_of(name).weight
    assert share > 0.25, share


def test_where_it_sounds_so_is_told_in_letters() -> None:
    text = "오늘은 샌드글라스에서"
    words = frozenset((0, 4))
    like = find_like(sounds_of("Sandglass"), sounds_of(text), words, frozenset(range(len(text))), 1.0)
    assert like is not None
    assert text[like.start : like.end] == "샌드글라스"
    assert find_like(sounds_of("Sandglass"), sounds_of(text), frozenset({0}), words, 1.0) is None


def test_what_is_no_letter_has_no_sound() -> None:
    assert sounds_of("1, 2 — 3!").row == ()
    assert find_like(sounds_of(""), sounds_of("text"), frozenset({0}), frozenset({3}), 9.0) is None
