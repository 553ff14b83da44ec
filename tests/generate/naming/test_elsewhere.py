"""What stands out of a text by its quotation marks or its script is the brief's, everybody's, or a stranger's name."""

from __future__ import annotations

import pytest

from castad_cli.generate.naming import Known, find_strangers, find_taken_over

SAID = ("성산일출봉 뷰", "LED 조명", "오늘의 커피", "Sunset Bar", "望海亭景观房")


def strangers(language: str, text: str) -> list[str]:
    return find_strangers(text, Known("하늘마루 펜션", said=SAID, language=language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", '"달빛정원"에서 쉬어요'),
        ("ko", "‘바람골’의 아침"),
        ("ko", "〈해변의 카프카〉 같은 오후"),
        ("ko", "KFC보다 바삭하게"),
        ("ko", "haneul에서 하룻밤"),
        ("ko", "海風亭의 아침"),
        ("ko", "#MoonlitHarbor"),
        ("ja", "“青い鳥”のケーキ"),
        ("ja", "하늘의 아침"),
        ("ja", "ハヌルマルで過ごす"),
        ("ja", "キムラヤのパン"),
        ("zh-Hans", "哈努尔马鲁的早晨"),
        ("zh-Hans", "来ペンション坐坐"),
        ("zh-Hant", "住進海景閣"),
        ("zh-Hant", "在LAMARZOCCO旁"),
        ("th", "พักที่ 하늘마루집"),
        ("th", "อร่อยกว่า “ครัวคุณนาย”"),
        ("vi", "Một ngày ở 青い鳥"),
        ("en", "A night at 달빛정원"),
        ("en", "The house they call 'Moonlit Harbor'"),
        ("ar", "صباح في «بيت القمر»"),
        ("ar", "قهوة HARIO كل صباح"),
    ],
)
def test_what_is_quoted_or_in_another_script_is_a_stranger(language: str, text: str) -> None:
    assert strangers(language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "'오늘의 커피' 한 잔"),
        ("ko", "Wi-Fi, BBQ, OTT 모두 있어요"),
        ("ko", "LED 조명 아래 Sunset Bar"),
        ("ko", "CHECK-IN 없이 바로, TAKE-OUT도"),
        ("ko", "無 첨가, 新 메뉴"),
        ("ko", "#OceanView #cafe"),
        ("ja", "Wi-Fi完備、BGMは波の音"),
        ("ja", "カフェラテとバスクチーズケーキ"),
        ("ja", "グランピングとプライベートサウナ"),
        ("zh-Hans", "一杯卡布奇诺，一块提拉米苏"),
        ("zh-Hans", "“今天吃什么”有答案了"),
        ("zh-Hans", "在望海亭看海"),
        ("zh-Hans", "在凉亭坐坐"),
        ("zh-Hant", "の美好早晨"),
        ("th", "มี Wi-Fi และ BBQ"),
        ("vi", "Một ngày ở 성산일출봉"),
        ("en", "The view of 성산일출봉"),
        ("en", "It's the baker's own, isn't it"),
        ("ar", "إنترنت Wi-Fi سريع"),
    ],
)
def test_what_the_brief_has_and_what_everybody_says_is_not(language: str, text: str) -> None:
    assert strangers(language, text) == []


def test_a_name_read_elsewhere_is_found_as_it_stands_and_by_its_sound() -> None:
    known = Known("하늘마루 펜션", said=SAID, language="ko")
    assert find_taken_over(["Kimura"], ["키무라의 손맛"], known)
    assert find_taken_over(["월하정"], ["월하정에서"], known)
    assert find_taken_over(["HANEUL MARU", "OPEN", "Sunset Bar"], ["하늘마루 펜션, Sunset Bar"], known) == []
