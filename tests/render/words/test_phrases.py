"""Lines end between phrases: in Korean and English at some of the spaces, in Japanese by phrase, elsewhere by word."""

from __future__ import annotations

import pytest

from castad_cli.render.chromium.browser import Resource
from castad_cli.render.layers import fit_texts
from castad_cli.render.studio import Studio
from castad_cli.render.words.phrases import NO_BREAK, keep_together

KOREAN = """
한 겹 한 겹|쌓아|올린|크루아상
두 사람을|위한|바다 앞|조용한|방
첫 잔은|언제나|갓 내린|커피로
이 방에서|보는|노을이|가장 예뻐요
오전 11시까지|모닝|세트|9,000원
하루에|단 세 팀만|모십니다
다시 찾고 싶은|제주의|그 집
숯불 앞에서|익어 가는|이야기
애월의|파도를|들으러 가요
못 잊을|여름|한 조각
매일|아침|굽는|빵 두 가지
걸어서|5 분이면|닿는|바닷가
한 번|오면|또 오고 싶은 곳
아무것도|안 하는|날을|위해
잘 자고|잘 쉬고|잘 먹고
여러 번|덧발라|구운|그릇
새 접시에|담은|제철|한 상
평일|20% 할인은|이번 주까지
창가|자리는|언제나|인기예요
아이와|함께|걷기|좋은|길
조식이|정말|맛있어요
사흘 동안|시계를|한 번도|안 봤네요
""".strip().split("\n")
"""Sentences as ads have them, with every place where a line may end."""

JAPANESE = """
更けていく|夜の|静けさを|ひとりじめ
窓を|開けると|海が|見える|部屋
潮風と|コーヒーの|香りで|目が|覚める|朝
一杯ずつ|丁寧に|淹れる|ハンドドリップ
毎朝|焼く|クロワッサンは|十時で|売り切れます
緑に|囲まれた|窓際の|席で|ゆっくり
土の|色を|残した|小さな|器です
夕暮れの|テラスで|乾杯しましょう
子どもの|ころの|夏を|思い出す|味
ここでしか|買えない|限定の|一品
駅から|歩いて|五分の|静かな|宿
海沿いの|道を|自転車で|走る
眠る|前に|波の|音を|聞きながら
朝食は|島の|野菜で|つくります
三日間、|時計を|一度も|見ませんでした
また|来年も|この|部屋に|泊まりたい
雨の|日も|晴れの|日も|開いています
ふわふわの|オムレツを|召し上がれ
手に|なじむ|湯のみで|お茶を|どうぞ
お得な|セットは|今週末まで
ご予約は|お電話か|こちらから
はじめての|方も|お気軽に
月明かりに|照らされた|露天風呂
暮れていく|空を|湯船から|眺める
""".strip().split("\n")
"""Sentences as ads have them, parted into bunsetsu: a line ends only where one does."""

CHINESE = """
双人|礼盒
看得见|大海的|房间
上午|十一点前|咖啡|加可颂|9000韩元
一打开|窗户|就是|大海
在安静的|房间里|慢慢|享受|一天
平日|入住|八折|优惠
一杯|一杯|慢慢冲
外酥，|内软
慢慢冲，|更香
疲惫，|慢慢|化开
""".strip().split("\n")
"""Words, with what a dictionary gives as single characters in one piece with its neighbours."""

THAI = """
ครัวซองต์|ยาม|เช้า
ลด|20%|ทุกวัน|ธรรมดา
ของขวัญ|สำหรับสอง|คน
ห้อง|พัก|ริมทะเล|ที่เงียบ|สงบ
กาแฟ|และครัวซองต์
เที่ยว|ย็องโด
แช่|วัน|ทั้งวัน|ในน้ำ|อุ่น
สุด|สัปดาห์นี้|ไป|เชจู|กัน
""".strip().split("\n")
"""Words; a preposition is one with what follows, and a loan word is whole."""

ENGLISH = [
    ("Wake up to the sea", "Wake up to~the~sea"),
    ("A cup of coffee in the garden", "A~cup of~coffee in~the~garden"),
    ("20% off on weekdays", "20%~off on~weekdays"),
    ("Open from 7 until noon", "Open from~7~until noon"),
    ("One room, one view, no clock.", "One room, one view, no~clock."),
    ("The best breakfast on the island", "The~best breakfast on~the~island"),
]


def lines_of(studio: Studio, language: str, sentences: list[str], width: int, attributes: str) -> list[list[str]]:
    """Each sentence's lines as a template's page breaks them in a column of ``width``."""
    body = "".join(
        f'<section data-scene="{index}"><h1 data-text="headline" data-min="30" data-max="64" {attributes}>'
        f"{sentence}</h1></section>"
        for index, sentence in enumerate(sentences)
    )
    style = (
        "* { margin: 0; padding: 0 } [data-scene] { position: absolute; left: 0; top: 0 }"
        f"h1 {{ width: {width}px; font-size: 64px; line-height: 1.3; max-height: 700px; text-wrap: balance }}"
        ":lang(ko) { word-break: keep-all } :lang(ja) { word-break: auto-phrase }"
        "h1:has(> .line) { display: flex; flex-direction: column } .line { display: block; white-space: nowrap }"
    )
    page = f'<!doctype html><style>{style}</style><main id="stage" lang="{language}">{body}</main>'
    resources = {"/": Resource(page.encode(), "text/html; charset=utf-8")}

    def read(page: object) -> list[list[str]]:
        fit_texts(page, {})  # type: ignore[arg-type]
        found: list[list[str]] = page.evaluate(  # type: ignore[attr-defined]
            "read its lines",
            "() => [...document.querySelectorAll('h1')].map("
            "(h) => [...h.querySelectorAll('.line')].map((l) => l.textContent))",
        )
        return found

    return studio.browser.with_page(resources, 1080, 1920, read, lambda: None)


@pytest.mark.parametrize("width", [260, 330, 460])
@pytest.mark.parametrize("attributes", ['data-lines="6" data-split="lines"', 'data-lines="3" data-fill'])
def test_a_japanese_line_ends_only_where_a_phrase_does(shared_studio: Studio, width: int, attributes: str) -> None:
    sentences = [sentence.replace("|", "") for sentence in JAPANESE]
    parted = 0
    for marked, lines in zip(JAPANESE, lines_of(shared_studio, "ja", sentences, width, attributes), strict=True):
        ends = {len("".join(marked.split("|")[: n + 1])) for n in range(marked.count("|") + 1)}
        reached = 0
        for line in lines:
            reached += len(line.strip())
            assert reached in ends, f"{marked}: {' / '.join(lines)}"
        parted += len(lines) > 1
    assert parted > len(JAPANESE) / 2, "in a narrow column most are parted"


@pytest.mark.parametrize("width", [260, 330, 460])
@pytest.mark.parametrize("attributes", ['data-lines="6" data-split="lines"', 'data-lines="3" data-fill'])
def test_a_korean_line_ends_only_where_a_phrase_does(shared_studio: Studio, width: int, attributes: str) -> None:
    sentences = [keep_together(sentence.replace("|", " "), "ko") for sentence in KOREAN]
    parted = 0
    for marked, lines in zip(KOREAN, lines_of(shared_studio, "ko", sentences, width, attributes), strict=True):
        spaced = marked.replace("|", " ")
        ends = {len(spaced), *(index for index, mark in enumerate(marked) if mark == "|")}
        reached = -1
        for line in lines:
            reached += len(line.strip()) + 1
            assert reached in ends, f"{marked}: {' / '.join(lines)}"
        parted += len(lines) > 1
    assert parted > len(KOREAN) / 2


@pytest.mark.parametrize("width", [260, 330, 460])
@pytest.mark.parametrize("attributes", ['data-lines="6" data-split="lines"', 'data-lines="3" data-fill'])
@pytest.mark.parametrize(("language", "marked"), [("zh-Hans", CHINESE), ("th", THAI)])
def test_a_chinese_or_thai_line_ends_only_where_a_word_does(
    shared_studio: Studio, language: str, marked: list[str], attributes: str, width: int
) -> None:
    sentences = [sentence.replace("|", "") for sentence in marked]
    parted = 0
    for words, lines in zip(marked, lines_of(shared_studio, language, sentences, width, attributes), strict=True):
        ends = {len("".join(words.split("|")[: n + 1])) for n in range(words.count("|") + 1)}
        reached = 0
        for line in lines:
            reached += len(line.strip())
            assert reached in ends, f"{words}: {' / '.join(lines)}"
        parted += len(lines) > 1
    assert parted > 1, "in a narrow column some are parted"


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "ja", "th"])
def test_what_has_one_line_is_not_broken(shared_studio: Studio, language: str) -> None:
    page = (
        f'<!doctype html><main id="stage" lang="{language}"><section data-scene="0"><p style="white-space: nowrap; '
        'width: 200px; font-size: 80px"><span data-text="price" data-lines="1" data-min="30" data-max="80">₩98,000'
        "</span></p></section></main>"
    )
    height = shared_studio.browser.with_page(
        {"/": Resource(page.encode(), "text/html; charset=utf-8")},
        1080,
        1920,
        lambda p: (
            fit_texts(p, {}),
            p.evaluate("measure it", "() => document.querySelector('span').getClientRects().length"),
        )[1],
        lambda: None,
    )
    assert height == 1


@pytest.mark.parametrize("sentence", KOREAN)
def test_korean_words_that_belong_together_are_joined_and_no_others(sentence: str) -> None:
    kept = keep_together(sentence.replace("|", " "), "ko")
    assert kept.replace(NO_BREAK, " ") == sentence.replace("|", " "), "no word is changed"
    for at, mark in enumerate(sentence):
        if mark == " ":
            assert kept[at] in " \u00a0"
        if mark == "|":
            assert kept[at] == " ", f"{sentence}: {kept!r}"


@pytest.mark.parametrize(("text", "kept"), ENGLISH)
def test_an_english_line_does_not_end_with_an_article_or_a_preposition(text: str, kept: str) -> None:
    assert keep_together(text, "en") == kept.replace("~", NO_BREAK)


def test_words_are_joined_to_no_more_than_a_column_takes() -> None:
    kept = keep_together("in the very heart of the old town of the island by the sea", "en")
    assert all(len(part) <= 16 for part in kept.split(" "))


def test_an_arabic_line_does_not_end_with_a_preposition_and_a_sum_keeps_its_direction() -> None:
    said = "قهوة وكرواسون بـ ₩9000 حتى 11 صباحًا"
    kept = keep_together(said, "ar")
    assert f"بـ{NO_BREAK}\u2066₩9000\u2069" in kept
    assert f"حتى{NO_BREAK}11" in kept
    assert kept.replace(NO_BREAK, " ").replace("\u2066", "").replace("\u2069", "") == said


def test_vietnamese_says_by_how_much_before_the_share() -> None:
    assert keep_together("Giảm 20% các ngày thường", "vi") == f"Giảm{NO_BREAK}20% các{NO_BREAK}ngày thường"


@pytest.mark.parametrize("width", [260, 330, 460])
def test_a_space_ends_what_a_chinese_dictionary_gives_character_by_character(shared_studio: Studio, width: int) -> None:
    sentence = "11点前咖啡加可颂 9000韩元"
    for attributes in ('data-lines="6" data-split="lines"', 'data-lines="3" data-fill'):
        (lines,) = lines_of(shared_studio, "zh-Hans", [sentence], width, attributes)
        assert not any(line.strip().startswith("颂") for line in lines), " / ".join(lines)
