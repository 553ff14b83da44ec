"""Names and figures of a brief become references, and come back as given, with what goes with them in each language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from castad_cli.generate.offline.wording import written_languages
from castad_cli.generate.referring import Misplaced, Reference, References, refer, without_references
from castad_cli.generate.referring.finding import free_texts
from castad_cli.model.plan import Facts, Item, Rating, Review, ScriptTask, Showcase
from castad_cli.model.script import SlotLimit

FACTS = Facts(
    "하늘마루 펜션",
    kind="pension",
    place="제주 애월",
    audience="하늘마루를 처음 찾는 커플",
    offer="평일 20% 할인",
    highlights=("김민수 셰프의 저녁 35,000원", "애월 해변까지 도보 5분", "하늘마루 펜션의 조식", "문의 02-123-4567"),
    phone="064-000-0000",
    url="https://example.com/haneul",
    pictures=("Haneul Maru의 마당",),
    showcase=Showcase(
        items=(Item("한라봉 셔벗", "5,500원", "7,000원", "하늘마루에서만"),),
        reviews=(Review("애월에서 제일 조용했어요", "바람돌이", "네이버"),),
        rating=Rating(4.8, 5, "리뷰 212개"),
        ends="12월 24일까지",
    ),
)
TASK = ScriptTask(
    "f", "ko", "gemini", 0, FACTS, (), SlotLimit(8), spellings=("하늘마루 펜션", "Haneul Maru", "제주 애월")
)


def words_of(references: References) -> dict[str, str]:
    return {each.word: each.value for each in references.all}


def test_what_the_program_knows_to_be_a_name_or_a_figure_has_a_reference() -> None:
    assert words_of(refer(TASK)) == {
        "business": "하늘마루 펜션",
        "place": "제주 애월",
        "place2": "애월",
        "place3": "제주",
        "item1": "한라봉 셔벗",
        "person1": "바람돌이",
        "name1": "네이버",
        "phone": "064-000-0000",
        "website": "https://example.com/haneul",
        "until": "12월 24일까지",
        "offer": "평일 20% 할인",
        "business2": "하늘마루",
        "person2": "김민수",
        "percent1": "20%",
        "price1": "35,000원",
        "amount1": "5분",
        "phone2": "02-123-4567",
        "price2": "5,500원",
        "price3": "7,000원",
        "number1": "4.8",
        "number2": "212",
    }


def test_the_brief_reads_on_with_references_in_their_place() -> None:
    references = refer(TASK)
    assert [references.hide(text) for text in free_texts(TASK)] == [
        "pension",
        "{business2}를 처음 찾는 커플",
        "평일 {percent1} 할인",
        "{person2} 셰프의 저녁 {price1}",
        "{place2} 해변까지 도보 {amount1}",
        "{business}의 조식",
        "문의 {phone2}",
        "{business}의 마당",
        "{price2}",
        "{price3}",
        "{business2}에서만",
        "{place2}에서 제일 조용했어요",
        "{number1}",
        "리뷰 {number2}개",
    ]


@pytest.mark.parametrize("language", written_languages())
def test_no_name_or_figure_is_in_what_a_machine_is_told_whatever_the_language(language: str) -> None:
    task = replace(TASK, language=language)
    references = refer(task)
    told = " ".join(references.hide(text) for text in (*free_texts(task), FACTS.name, FACTS.phone, FACTS.url))
    for secret in (
        "하늘마루",
        "Haneul",
        "김민수",
        "바람돌이",
        "35,000",
        "5,500",
        "064",
        "02-123",
        "example.com",
        "20%",
        "212",
    ):
        assert secret not in told, secret
        assert secret not in str(references.describe()), secret


def test_the_same_task_gives_the_same_references() -> None:
    assert refer(TASK) == refer(replace(TASK, fingerprint="another"))


def test_a_place_of_the_table_and_a_sum_are_told_in_the_ad_s_language() -> None:
    found = words_of(refer(replace(TASK, language="en")))
    assert (found["place"], found["place2"], found["place3"]) == ("Aewol, Jeju", "Aewol", "Jeju")
    assert (found["price1"], found["offer"]) == ("₩35,000", "20% off on weekdays")
    nowhere = refer(replace(TASK, language="en", facts=Facts("하늘", place="가상읍")))
    assert words_of(nowhere)["place"] == "가상읍", "which nobody can tell in English"
    assert not any("about" in each for each in nowhere.describe())


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ko", ["12월 24일–26일", "화–일 오전 11시–오후 9시", "2박", "1만 5천원"]),
        ("en", ["December 24–26", "Tuesday–Sunday, 11 AM – 9 PM", "2 nights", "₩15,000"]),
        ("ja", ["12月24日〜26日", "火曜日〜日曜日 午前11時〜午後9時", "2泊", "15,000ウォン"]),
        ("zh-Hans", ["12月24日至26日", "周二至周日 上午11点至下午9点", "2晚", "15,000韩元"]),
        ("zh-Hant", ["12月24日至26日", "週二至週日 上午11點至下午9點", "2晚", "15,000韓元"]),
        ("th", ["24–26 ธันวาคม", "วันอังคาร–วันอาทิตย์ 11:00–21:00", "2 คืน", "15,000 วอน"]),
        ("vi", ["24–26 tháng 12", "thứ Ba–Chủ nhật 11:00–21:00", "2 đêm", "15.000 won"]),
        ("ar", ["24–26 ديسمبر", "الثلاثاء–الأحد 11:00–21:00", "ليلتان", "15,000 وون"]),
    ],
)
def test_a_day_a_sum_and_an_amount_are_told_in_the_ad_s_language(language: str, told: list[str]) -> None:
    highlights = ("12월 24일–26일", "화–일 오전 11시–오후 9시", "2박", "1만 5천원", "음력 8월 15일")
    found = words_of(refer(replace(TASK, language=language, facts=Facts("하늘", highlights=highlights))))
    assert [found[word] for word in ("date1", "hours1", "amount1", "price1")] == told
    assert found["date2"] == "8월 15일", "of the moon's year, which the sun's cannot tell"


def test_a_place_that_the_table_lacks_is_not_told_beside_one_that_it_has() -> None:
    found = refer(replace(TASK, facts=Facts("하늘", place="부산 가상동")))
    assert words_of(found)["place"] == "부산 가상동"
    assert "가상동" not in str(found.describe())
    assert found.describe()[1]["about"].startswith("부산, ")


def test_what_a_name_is_about_is_told_in_other_words() -> None:
    told = {each["write"]: each for each in refer(TASK).describe()}
    assert told["{business}"] == {
        "write": "{business}",
        "is": "business",
        "chars": 7,
        "letters": "Hangul",
        "says_what_the_business_is": True,
    }
    assert told["{place}"]["about"] == "애월, 제주, by the sea, an island"
    english = {each["write"]: each for each in refer(replace(TASK, language="en")).describe()}
    assert english["{business}"]["chars"] == 13, "as an English writer counts: two to an em"


@pytest.mark.parametrize(
    ("highlight", "told"),
    [
        ("Ocean View Rooms", "Ocean View Rooms"),
        ("Local honey from Sunrise Farm", "Local honey from {name1}"),
        ("Sourdough by Chef Anna Lee", "Sourdough by Chef {person1}"),
        ("佐藤シェフの朝ごはん", "{person1}シェフの朝ごはん"),
        ("从外滩步行五分钟", "从{name1}步行{amount1}"),
        ("「青い鳥」のケーキ", "「{name1}」のケーキ"),
        ("A loaf for $4.50, from 7:30", "A loaf for {price1}, from {hours1}"),
        ("12월 24일(목)–26일 2박 30% 할인", "{date1} {amount1} {percent1} 할인"),
        ("화–일 11:00–21:00, 문의 02-123-4567", "{hours1}, 문의 {phone}"),
        ("1만 5천원부터, 3만~5만원", "{price1}부터, {price2}"),
        ("바다까지 3km, 도보 5분", "바다까지 {amount1}, 도보 {amount2}"),
        ("ตั้งแต่ 24 ธันวาคม", "ตั้งแต่ {date1}"),
        ("이만 원에 두 명", "{price1}에 {amount1}"),
        ("1+1 행사", "1+1 행사"),
        ("{business} is closed, {price1} {{x}}", "(business) is closed, (price1) ((x))"),
        ("조용한 마당", "조용한 마당"),
    ],
)
def test_names_and_figures_in_free_text_are_hidden_and_nothing_else(highlight: str, told: str) -> None:
    facts = Facts("Tavira", place="Lisbon", highlights=(highlight,))
    found = refer(ScriptTask("f", "ko", "gemini", 0, facts, (), SlotLimit(8)))
    assert found.hide(highlight) == told


def test_a_name_that_is_an_everyday_word_is_hidden_where_it_is_the_name_alone() -> None:
    facts = Facts("바다", kind="cafe", highlights=("바다 전망",))
    found = refer(ScriptTask("f", "ko", "gemini", 0, facts, (), SlotLimit(8)))
    assert (found.hide("바다"), found.hide("바다 전망")) == ("{business}", "바다 전망")


def test_a_name_with_braces_is_hidden_whole_and_put_in_whole() -> None:
    facts = Facts("{price1} Café ｛x｝", highlights=("only 3 € at {price1} Café ｛x｝",))
    found = refer(ScriptTask("f", "en", "gemini", 0, facts, (), SlotLimit(8)))
    assert found.hide(facts.highlights[0]) == "only {price1} at {business}"
    assert found.put_in("Meet {business} for {price1}") == "Meet {price1} Café ｛x｝ for 3 €"


KOREAN = References(
    "ko",
    (
        Reference("business", "business", "하늘마루 펜션", says_kind=True),
        Reference("place", "place", "서울"),
        Reference("place2", "place", "제주"),
        Reference("name1", "name", "Cafe Noir"),
        Reference("price1", "price", "5,500원"),
        Reference("number1", "number", "3"),
        Reference("amount1", "amount", "5분"),
        Reference("date1", "date", "12월 24일"),
        Reference("phone", "phone", "064-000-0000"),
        Reference("until", "last day", "12월 24일까지"),
    ),
)


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        ("{business}은(는) 조용해요", "하늘마루 펜션은 조용해요"),
        ("{place2}은(는) 조용해요", "제주는 조용해요"),
        ("{place2}을(를), {place}을/를", "제주를, 서울을"),
        ("{place}(으)로 와요, {place2}(으)로, {business}(으)로도", "서울로 와요, 제주로, 하늘마루 펜션으로도"),
        ("{place2}이 좋아요", "제주가 좋아요"),
        ("{place}와 {place2}과의 하루", "서울과 제주와의 하루"),
        ("{business}예요. {place2}이에요!", "하늘마루 펜션이에요. 제주예요!"),
        ("{business}에서 {place}의 밤", "하늘마루 펜션에서 서울의 밤"),
        ("{name1}이(가) 열었어요", "Cafe Noir가 열었어요"),
        ("{price1}으로 하루", "5,500원으로 하루"),
        ("{place2} 이야기, {place}도", "제주 이야기, 서울도"),
        ("{business} 펜션에서 쉬어요", "하늘마루 펜션에서 쉬어요"),
        ("{{ Business }}와 ｛place2｝", "하늘마루 펜션과 제주"),
        ("#{business} #{place2}", "#하늘마루펜션 #제주"),
        ("{number1}분이면 {until}", "3분이면 12월 24일까지"),
        ("{amount1}분이면 바다, {amount1}이면 {amount1}", "5분이면 바다, 5분이면 5분"),
        ("{date1}까지, {date1}일은", "12월 24일까지, 12월 24일은"),
    ],
)
def test_korean_particles_agree_with_what_is_put_in(written: str, reads: str) -> None:
    assert KOREAN.put_in(written) == reads


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("{businesss}에서", "there is no {businesss}; there are {business}, {place}"),
        ("{price9}부터", "there is no {price9}"),
        ("{business 에서", "a brace that belongs to no reference"),
        ("business}에서", "a brace that belongs to no reference"),
        ("{}에서", "a brace that belongs to no reference"),
        ("{number1}0분", "{number1} is a whole figure"),
        ("1{number1}분", "{number1} is a whole figure"),
        ("{price1}{number1}", "{price1} is a whole figure"),
        ("{number1},000원", "{number1} is a whole figure"),
        ("2{date1}", "{date1} is a whole figure"),
        ("{amount1}30초", "{amount1} is a whole figure"),
        ("#{date1}", "{date1} has no place in a hashtag"),
        ("#{phone}", "{phone} has no place in a hashtag"),
        ("문의 #{price1}", "{price1} has no place in a hashtag"),
    ],
)
def test_references_that_cannot_be_put_in_are_told_with_the_reason(written: str, reason: str) -> None:
    with pytest.raises(Misplaced) as caught:
        KOREAN.put_in(written)
    assert reason in str(caught.value)


def test_a_hashtag_takes_names_without_their_spaces() -> None:
    assert KOREAN.put_in("#{business}", is_tag=True) == "#하늘마루펜션"
    with pytest.raises(Misplaced, match="no place in a hashtag"):
        KOREAN.put_in("{until}", is_tag=True)


def test_thai_and_latin_are_spaced_and_a_day_s_phrase_fits_its_sentence() -> None:
    thai = References("th", (Reference("business", "business", "Tavira"), Reference("place", "place", "เชจู")))
    assert thai.put_in("พักที่{business}ใกล้{place}สบายๆ") == "พักที่ Tavira ใกล้เชจูสบายๆ"
    english = References("en", (Reference("until", "last day", "Until December 24"),))
    assert english.put_in("{until}. Open {until}") == "Until December 24. Open until December 24"


def test_a_message_for_people_has_the_names() -> None:
    assert KOREAN.spell_out("'{price1}0' and {what}") == "'5,500원0' and {what}"
    assert without_references("a {business} b ｛x｝") == "a   b  "
