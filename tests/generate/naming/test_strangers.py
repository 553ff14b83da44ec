"""A name that the brief does not have is found in every script, and ordinary copy is not taken for one."""

from __future__ import annotations

import pytest

from castad_cli.generate.naming import Known, find_admitted, find_strangers

KNOWN = Known(
    "하늘마루 펜션",
    names=("Haneul",),
    said=("pension", "제주 애월", "山田太郎シェフ", "陳大文主廚", "Chef Anna", "เชฟสมชาย", "الشيف سامي"),
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("박지은 원장님이 직접", "박지은 원장님"),
        ("breakfast by Chef Kim Minsu daily", "Kim Minsu"),
        ("Chef Maria bakes for you", "Chef Maria"),
        ("Dr. Miller listens first", "Dr. Miller"),
        ("佐藤シェフの朝ごはん", "佐藤シェフ"),
        ("鈴木さんが淹れる一杯", "鈴木さん"),
        ("ハナコさんの花", "ハナコさん"),
        ("「青い鳥」で会いましょう", "「青い鳥」"),
        ("李明主厨亲手做", "李明主厨"),
        ("王老师的第一课", "王老师"),
        ("主廚林志明的一桌", "主廚林志明"),
        ("來《海邊的風》坐坐", "《海邊的風》"),
        ("เชฟวิชัยเข้าครัวเอง", "เชฟวิชัย"),
        ("ดร. มานะ ดูแลคุณ", "ดร. มานะ"),
        ("مع الشيف أحمد كل مساء", "الشيف أحمد"),
        ("الدكتورة ليلى تستقبلك", "الدكتورة ليلى"),
        ("Bữa sáng của đầu bếp Minh Anh", "Minh Anh"),
        ("Bác sĩ Lan lắng nghe bạn", "Lan"),
        ("바다 옆 Shilla 호텔처럼", "Shilla"),
        ("東京のHiltonで過ごす夜", "Hilton"),
        ("像Marriott一样的早餐", "Marriott"),
        ("ห้องแบบHilton วิวทะเล", "Hilton"),
        ("صباح مثل Hilton على البحر", "Hilton"),
        ("하늘마로 펜션에서 쉬어요", "하늘마로"),
        ("하늘바루의 아침", "하늘바루"),
    ],
)
def test_a_name_that_nobody_gave_is_a_stranger(text: str, name: str) -> None:
    found = find_strangers(text, KNOWN)
    assert any(name in stranger for stranger in found), found


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("Haneul House", "Stay at Haneum House"),
        ("Lumière Café", "a table at Lumiére"),
        ("バラノイエ", "バラノイユの朝"),
    ],
)
def test_a_given_name_with_a_letter_changed_is_a_stranger(given: str, text: str) -> None:
    assert find_strangers(text, Known(given))


@pytest.mark.parametrize(
    "text",
    [
        "고객님을 기다려요",
        "Come to Haneul. Stay with us.",
        "A quiet room by the sea",
        "하늘마루 펜션에서 쉬어 가요",
        "하늘마루로 오세요",
        "Chef Anna cooks tonight",
        "山田太郎シェフの一皿",
        "職人さんの手仕事、店員さんの笑顔、お客さんの声",
        "美容師さんにおまかせ、皆さんで、奥さんと",
        "スタッフさんもワクワク、オーナーさんのこだわり",
        "陳大文主廚的心意",
        "老师都说好，小姐先生请进，医生也推荐",
        "高级料理，任何时候都欢迎",
        "เชฟของเราปรุงสด เชฟมือหนึ่ง เชฟสมชายรอคุณ",
        "คุณภาพที่คุณไว้ใจ โค้ชส่วนตัวดูแล หมอนนุ่ม",
        "المدرب الشخصي معك، الشيف يطبخ لك كل يوم",
        "الشيف سامي في المطبخ",
        "Cô gái nhỏ và thầy trò cùng vui",
        "오늘은 Netflix 보면서, Wi-Fi와 BBQ까지",
        "DMで予約、Instagramもどうぞ",
        "「山田太郎シェフ」の夜",
    ],
)
def test_ordinary_words_are_no_strangers(text: str) -> None:
    assert find_strangers(text, KNOWN) == []


def test_a_name_that_the_writer_admits_is_held_against_the_brief() -> None:
    known = Known("하늘마루 펜션", names=("Haneul Maru",), said=("Aewol, Jeju",), language="en")
    texts = ["Wake up at Haneul Maru, near Moonlit Stones", "#Jeju Wi-Fi by the terrace"]
    listed = ["Haneul Maru", "Moonlit Stones", "Jeju", "Wi-Fi", "terrace", "Never Said", "  ", "하늘마루"]
    assert find_admitted(listed, texts, known) == ["Moonlit Stones"]


@pytest.mark.parametrize(
    ("given", "language", "text"),
    [
        ("제주 애월", "ko", "제주도의 바다"),
        ("济州涯月", "zh-Hans", "#济州岛 济州岛的海"),
        ("เชจู", "th", "เกาะเชจู"),
        ("Jeju", "vi", "đảo Jeju trong tầm mắt"),
    ],
)
def test_a_place_of_the_brief_may_be_called_an_island_besides(given: str, language: str, text: str) -> None:
    assert find_strangers(text, Known("별밤", said=(given,), language=language)) == []
    assert find_strangers(text, Known("별밤", language=language))


def test_a_name_may_stand_in_any_spelling_that_the_recipe_gives_and_in_no_other() -> None:
    known = Known("하늘마루 펜션", names=("Haneul Maru",), language="en")
    assert find_strangers("Haneul Maru, 하늘마루 펜션. #HaneulMaru #haneulmaru #하늘마루펜션", known) == []
    for text in ("Hanul Maru", "Haneulmaroo by the sea", "ハヌルマルの朝", "哈努尔马鲁民宿", "ฮานึลมารู"):
        assert find_strangers(text, known), text
