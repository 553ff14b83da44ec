"""A name that the brief does not have is found in every script, and ordinary copy is not taken for one."""

from __future__ import annotations

import pytest

from castad_cli.generate.gemini.checking import said_by
from castad_cli.generate.names import find_strangers
from castad_cli.generate.offline.copywriter import write
from castad_cli.generate.offline.wording import load_phrases, written_languages
from castad_cli.model.plan import Facts, SceneSlots, ScriptTask
from castad_cli.model.script import SlotLimit

FACTS = (
    *("하늘마루 펜션", "pension", "제주 애월", "Haneul"),
    *("山田太郎シェフ", "陳大文主廚", "Chef Anna", "เชฟสมชาย", "الشيف سامي"),
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
    found = find_strangers(text, FACTS)
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
    assert find_strangers(text, (given,))


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
    assert find_strangers(text, FACTS) == []


@pytest.mark.parametrize("language", written_languages())
def test_our_own_copy_in_every_language_names_no_strangers(language: str) -> None:
    phrases = load_phrases(language)
    pools = [*phrases.openings.values(), *phrases.closings.values(), *phrases.closing_lines.values()]
    pools += [concept.headlines + concept.lines for concept in phrases.concepts.values()]
    texts = [phrase.text for pool in pools for phrase in pool if "{" not in phrase.text]
    texts += [part.text for pairs in phrases.moods.values() for pair in pairs for part in pair]
    assert len(texts) > 500
    assert [(text, found) for text in texts if (found := find_strangers(text, ("별밤",)))] == []


@pytest.mark.parametrize("language", written_languages())
def test_a_whole_script_of_ours_names_nobody_but_the_business(language: str) -> None:
    facts = Facts("하늘마루 펜션", "pension", "제주 애월", offer="평일 20% 할인", highlights=("오션뷰 객실",))
    scenes = tuple(SceneSlots(role, 0, SlotLimit(18), SlotLimit(30)) for role in ("opening", "point", "closing"))
    for seed in range(8):
        script = write(ScriptTask("f", language, "offline", seed, facts, scenes, SlotLimit(14)))
        for text in (*(each for scene in script.scenes for each in (scene.headline, scene.line)), script.description):
            assert find_strangers(text, said_by(facts, language)) == [], text
