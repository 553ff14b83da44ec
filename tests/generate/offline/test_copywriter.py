"""The scripts: every language, business, seed and slot."""

import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise, product

import pytest

from castad_cli.errors import UserError
from castad_cli.generate.offline.copywriter import write
from castad_cli.generate.offline.wording import load_phrases, written_languages
from castad_cli.model.plan import Facts, SceneSlots, ScriptTask
from castad_cli.model.script import Script, SlotLimit, width_em

BRIEFS = {
    "pension": Facts(
        "하늘마루 펜션", "pension", "제주 애월", "커플", "평일 20% 할인",
        ("오션뷰 객실", "프라이빗 스파", "바베큐 테라스"), "warm", "064-000-0000", "https://example.com/haneul",
    ),
    "cafe": Facts(
        "모퉁이 커피", "카페", "서울 성수동", "", "첫 방문 10% 할인",
        ("핸드드립 커피", "직접 볶은 원두", "크루아상", "루프탑"), "calm",
    ),
    "shop": Facts(
        "온도 세라믹", "도자기 공방", "경기 이천", "", "무료배송",
        ("손으로 빚은 찻잔", "선물 포장", "원데이 클래스"), "elegant",
    ),
    "bakery": Facts("Flour & Co", "bakery", "Busan", "families", "1+1", ("sourdough", "free parking"), "playful"),
    "restaurant": Facts("바다식당", "횟집", "강릉", "가족", "", ("활어회", "주차장", "24년 된 노포"), "bold"),
    "vietnamese": Facts("Nhà Mây", "homestay", "Đà Lạt", "bạn bè", "", ("view núi", "lửa trại", "ngắm sao"), "bright"),
    "salon": Facts(
        "살롱 드 루 THE SECOND FLOOR", "미용실", "서울 연남동", "", "첫 방문 30% 할인",
        ("커트", "두피 클리닉", "1인샵"), "elegant", "02-000-0000",
    ),
    "gym": Facts("바디웍스24", "헬스장", "수원", "", "", ("1:1 PT", "24시간", "주차장"), "bold"),
    "dogs": Facts("Happy Tails", "dog hotel", "Denver", "dogs", "", ("overnight boarding", "bath"), "warm"),
    "dentist": Facts("바른미소치과", "치과", "", "", "", ("스케일링", "야간 진료"), "calm"),
    "empty": Facts("별밤"),
}  # fmt: skip
HANGUL = re.compile(r"[\uac00-\ud7a3]")
SCRIPTS = {
    "ko": r"\uac00-\ud7a3", "en": "", "ja": r"\u3040-\u30ff\u3400-\u9fff々", "zh-Hans": r"\u3400-\u9fff",
    "zh-Hant": r"\u3400-\u9fff", "th": r"\u0e00-\u0e7f", "vi": r"\u00c0-\u024f\u1e00-\u1eff",
    "ar": r"\u0600-\u06ff",
}  # fmt: skip


def make_task(
    language: str, facts: Facts, seed: int = 0, headline: float = 18, line: float | None = 30, points: int = 3
) -> ScriptTask:
    head, below = SlotLimit(headline), None if line is None else SlotLimit(line)
    roles = ("opening", *("point",) * points, "closing")
    scenes = tuple(SceneSlots(role, media, head, below) for media, role in enumerate(roles))  # type: ignore[arg-type]
    return ScriptTask("f", language, "offline", seed, facts, scenes, SlotLimit(14, 1))


def texts_of(script: Script) -> list[str]:
    return [t for scene in script.scenes for t in (scene.headline, scene.line) if t] + [script.call_to_action]


def without_given(text: str, facts: Facts) -> str:
    for given in (facts.name, *facts.highlights, facts.phone, facts.url, facts.offer):
        text = text.replace(given, "") if given else text
    return text


@pytest.mark.parametrize(("brief", "language"), list(product(BRIEFS, written_languages())))
def test_scripts_are_clean_and_fit_their_slots(brief: str, language: str) -> None:
    facts = BRIEFS[brief]
    for seed, headline, line in product(range(4), (14, 18, 22), (24, 40)):
        task = make_task(language, facts, seed, headline, line, points=3 + seed % 3)
        script = write(task)
        assert len(script.scenes) == len(task.scenes)
        for scene, slots in zip(script.scenes, task.scenes, strict=True):
            assert scene.headline
            assert scene.line
            assert scene.role == slots.role
            assert width_em(scene.headline) <= headline
            assert width_em(scene.line) <= line
        assert 0 < width_em(script.call_to_action) <= 14
        for text in texts_of(script):
            assert text == text.strip()
            assert "  " not in text
            assert not re.search(r"[{}@]|None", text), text
            assert not re.search(r"^[,.·、，。!]|[,.·、，。!！:：;]$", text), text
            assert text.count("!") == 0, text
        headlines = [scene.headline for scene in script.scenes]
        assert len(headlines) == len(set(headlines))


@pytest.mark.parametrize(("brief", "language"), list(product(BRIEFS, written_languages())))
def test_a_script_keeps_to_its_own_writing(brief: str, language: str) -> None:
    facts = BRIEFS[brief]
    for seed in range(6):
        script = write(make_task(language, facts, seed))
        for text in [*texts_of(script), script.offer]:
            letters = "".join(c for c in without_given(text, facts) if c.isalpha() and ord(c) > 0x24F)
            assert re.fullmatch(f"[{SCRIPTS[language]}]*" if SCRIPTS[language] else "", letters), text


@pytest.mark.parametrize(("brief", "language"), list(product(BRIEFS, written_languages())))
def test_every_number_comes_from_the_brief(brief: str, language: str) -> None:
    facts = BRIEFS[brief]
    given = set(re.findall(r"\d+", " ".join((facts.offer, facts.phone, facts.url, *facts.highlights))))
    for seed in range(4):
        script = write(make_task(language, facts, seed))
        said = " ".join((*texts_of(script), script.offer, script.title, script.caption, script.description))
        assert set(re.findall(r"\d+", said)) <= given


@pytest.mark.parametrize("language", written_languages())
@pytest.mark.parametrize("brief", ["pension", "cafe", "shop", "restaurant"])
def test_seeds_give_really_different_openings(brief: str, language: str) -> None:
    openings = {write(make_task(language, BRIEFS[brief], seed)).scenes[0].headline for seed in range(20)}
    assert len(openings) >= 12
    whole = {write(make_task(language, BRIEFS[brief], seed)).scenes for seed in range(20)}
    assert len(whole) == 20


def test_the_same_task_gives_the_same_script_in_another_process() -> None:
    task = make_task("ko", BRIEFS["pension"], 3)
    code = (
        "import pickle, sys; from castad_cli.generate.offline.copywriter import write;"
        "sys.stdout.buffer.write(pickle.dumps(write(pickle.load(sys.stdin.buffer))))"
    )
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=pickle.dumps(task),
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
        assert pickle.loads(done.stdout) == write(task)


@pytest.mark.parametrize("language", written_languages())
def test_a_point_is_about_its_highlight(language: str) -> None:
    said = load_phrases(language).concepts
    expected = ("ocean_view", "private_spa", "bbq")
    for seed in range(5):
        points = [s for s in write(make_task(language, BRIEFS["pension"], seed)).scenes if s.role == "point"]
        for scene, key in zip(points, expected, strict=True):
            assert scene.headline in {phrase.text for phrase in said[key].headlines}


def test_a_scene_talks_about_what_its_picture_shows() -> None:
    facts = Facts(
        "하늘마루 펜션",
        "pension",
        "제주",
        highlights=("오션뷰 객실", "프라이빗 스파"),
        pictures=("", "욕조", "노을", "바다", ""),
    )
    points = write(make_task("ko", facts)).scenes[1:4]
    said = load_phrases("ko").concepts
    for scene, key in zip(points, ("private_spa", "sunset", "ocean_view"), strict=True):
        assert scene.headline in {phrase.text for phrase in said[key].headlines}


def test_a_highlight_nobody_has_phrases_for_is_quoted_in_its_own_language() -> None:
    facts = Facts("바다식당", "식당", "강릉", highlights=("24년 된 노포",))
    scene = write(make_task("ko", facts, points=1)).scenes[1]
    assert "24년 된 노포" in (scene.headline, scene.line)
    english = write(make_task("en", facts, points=1))
    assert not any(HANGUL.search(without_given(text, facts)) for text in texts_of(english))
    assert "노포" not in english.description


def test_a_detail_of_a_highlight_is_kept_as_the_line() -> None:
    facts = Facts("바다호텔", "호텔", "부산", highlights=("24시간 온수풀",))
    scene = write(make_task("ko", facts, points=1)).scenes[1]
    assert scene.line == "24시간 온수풀"


def test_what_a_brief_denies_is_not_claimed() -> None:
    facts = Facts("바다호텔", "호텔", "부산", highlights=("반려동물 불가",))
    script = write(make_task("en", facts, points=2))
    assert "pet" not in " ".join(texts_of(script)).casefold()


def test_the_sea_is_not_promised_inland() -> None:
    facts = Facts("산골 펜션", "펜션", "평창", highlights=("벽난로",))
    for seed in range(40):
        text = " ".join(texts_of(write(make_task("ko", facts, seed, points=2))))
        assert not re.search("바다|파도|수평선|해변", text), text


def test_highlights_beyond_the_scenes_stand_in_the_description() -> None:
    script = write(make_task("ko", BRIEFS["cafe"], points=1))
    assert all(text in script.description for text in BRIEFS["cafe"].highlights)


def test_an_offer_that_cannot_be_told_stands_as_written_with_a_note() -> None:
    facts = Facts("모퉁이", "카페", offer="생일자 케이크 증정")
    script = write(make_task("en", facts))
    assert script.offer == "생일자 케이크 증정"
    assert "stands as written" in script.notes[0]
    assert write(make_task("ko", facts)).notes == ()


def test_korean_names_take_the_right_particles() -> None:
    for name, wrong in (("별밤", "별밤를|별밤가 |별밤예요|별밤는"), ("모카", "모카을|모카이 |모카이에요|모카은")):
        for seed in range(30):
            text = " ".join(texts_of(write(make_task("ko", Facts(name, "카페", "부산"), seed))))
            assert not re.search(wrong, text), text


def test_the_call_to_action_is_specific() -> None:
    assert "평일" in write(make_task("ko", BRIEFS["pension"])).call_to_action
    assert "전화" in write(make_task("ko", Facts("바다식당", "횟집", phone="033-000-0000"))).call_to_action


@pytest.mark.parametrize("language", written_languages())
def test_very_small_slots_still_get_words(language: str) -> None:
    for brief, headline in product(BRIEFS, (3.5, 6, 9)):
        for scene in write(make_task(language, BRIEFS[brief], 1, headline, 7)).scenes:
            assert 0 < width_em(scene.headline) <= headline
            assert width_em(scene.line) <= 7


@pytest.mark.parametrize("language", written_languages())
def test_a_scene_without_a_line_has_none(language: str) -> None:
    assert all(scene.line == "" for scene in write(make_task(language, BRIEFS["empty"], line=None)).scenes)


def test_a_slot_too_small_for_anything_is_the_persons_problem() -> None:
    with pytest.raises(UserError, match="too little for any words"):
        write(make_task("ko", BRIEFS["empty"], headline=0.5))


def test_successive_headlines_do_not_begin_alike() -> None:
    alike = total = 0
    for brief, seed in product(BRIEFS, range(10)):
        heads = [scene.headline.split()[0].casefold() for scene in write(make_task("en", BRIEFS[brief], seed)).scenes]
        total += len(heads) - 1
        alike += sum(a == b for a, b in pairwise(heads))
    assert alike / total < 0.03


@pytest.mark.parametrize("language", written_languages())
def test_platform_texts_are_whole(language: str) -> None:
    for facts in BRIEFS.values():
        script = write(make_task(language, facts))
        assert 0 < len(script.title) <= 100
        assert facts.name in script.description
        assert script.caption
        assert script.hashtags
        assert all(re.fullmatch(r"#\S+", tag) for tag in script.hashtags)
        assert len(script.hashtags) == len(set(script.hashtags))
        for text in (script.title, script.caption, script.description):
            assert not re.search(r"[{}]|None|  ", text), text


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("헬스장", "밤을|커피|한 잔|식탁|머물"),
        ("미용실", "커피|식탁|구경|선반"),
        ("애견호텔", "두고 오지|함께 올 수|객실"),
        ("치과", "맛|구경|선반|쇼핑"),
        ("세탁소", "맛|구경|선반|커피"),
        ("꽃집", "오래 두고|매일 쓰는|쓸수록"),
        ("와인바", "한 끼|한 상|밥심|배부터"),
    ],
)
def test_a_business_is_not_praised_for_another_s_virtues(kind: str, wrong: str) -> None:
    highlights = ("24시간", "주차장", "예약제")
    for seed in range(30):
        text = " ".join(texts_of(write(make_task("ko", Facts("여기", kind, "수원", highlights=highlights), seed))))
        assert not re.search(wrong, text), text


def test_thai_stands_apart_from_a_name_in_latin_letters() -> None:
    for seed in range(20):
        script = write(make_task("th", Facts("Half Moon", "nail studio", "Austin", highlights=("gel nails",)), seed))
        for text in texts_of(script):
            assert not re.search(r"[\u0e00-\u0e7f][A-Za-z]|[A-Za-z][\u0e00-\u0e7f]", text), text


def test_a_hashtag_keeps_numbers_and_words_whole() -> None:
    tags = write(make_task("en", Facts("3.5g", "roastery", "Sokcho", highlights=("hand-drip coffee",)))).hashtags
    assert "#HandDripCoffee" in tags
    assert not any("35" in tag for tag in tags)


def test_a_short_detail_in_hangul_is_kept() -> None:
    scene = write(make_task("ko", Facts("백조세탁", "세탁소", "청주", highlights=("수거 배달",)), points=1)).scenes[1]
    assert "수거" in scene.headline + scene.line


@pytest.mark.parametrize(
    ("kind", "language", "wrong"), [("陶艺", "zh-Hans", "一家陶艺。"), ("陶藝", "zh-Hant", "一間陶藝。")]
)
def test_a_craft_is_called_a_business_by_a_word_for_one(kind: str, language: str, wrong: str) -> None:
    facts = Facts("素陶", kind, highlights=("手工茶杯",))
    for seed in range(4):
        assert wrong not in write(make_task(language, facts, seed)).description


@pytest.mark.parametrize(
    ("language", "place", "room", "wanted"),
    [
        ("en", "Lisbon", 8, "A day in Lisbon"),
        ("ja", "西村", 6, "西村の一日"),
        ("zh-Hans", "丽江", 6, "丽江的一天"),
        ("ko", "애월", 7, "애월의 하루"),
    ],
)
def test_a_place_alone_is_no_headline_where_there_is_room_for_more(
    language: str, place: str, room: int, wanted: str
) -> None:
    phrases = load_phrases(language)
    said = [phrase.fill({"place": place}) for phrase in phrases.fuller["point"]]
    assert wanted in said
    points = [SceneSlots("point", 0, SlotLimit(room), None)] * 3
    scenes = (SceneSlots("opening", 0, SlotLimit(room)), *points, SceneSlots("closing", 0, SlotLimit(room)))
    task = ScriptTask("f", language, "offline", 0, Facts("Tavira", "ryokan", place), scenes, SlotLimit(14))
    assert place not in [scene.headline for scene in write(task).scenes]


def test_what_is_fetched_from_a_laundry_s_customers_are_no_guests() -> None:
    facts = Facts("Harbor Lane", "laundry", "Portland", highlights=("free pickup", "used bikes"))
    scenes = (
        SceneSlots("opening", 0, SlotLimit(18), SlotLimit(24)),
        *[SceneSlots("point", 0, SlotLimit(18), SlotLimit(24))] * 2,
    )
    said = " ".join(
        scene.headline for scene in write(ScriptTask("f", "en", "offline", 0, facts, scenes, SlotLimit(14))).scenes
    )
    assert "come and get you" not in said
    assert "Ride around" not in said


def test_what_a_clinic_offers_is_said_in_its_own_words() -> None:
    facts = Facts("맑은 치과", "치과", "전주", highlights=("야간 진료", "임플란트"))
    scenes = (
        SceneSlots("opening", 0, SlotLimit(18), SlotLimit(24)),
        *[SceneSlots("point", 0, SlotLimit(18), SlotLimit(24))] * 2,
    )
    script = write(ScriptTask("f", "ko", "offline", 0, facts, scenes, SlotLimit(14)))
    assert [scene.line for scene in script.scenes[1:]] == ["야간 진료", "임플란트"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_opening_talks_of_what_its_picture_shows_or_of_nothing_to_be_seen(language: str) -> None:
    spa = Facts("Haneul", "pension", "Aewol, Jeju", "couples", "", ("private spa",), pictures=("sea at dusk",))
    phrases = load_phrases(language)
    bath = {phrase.text for phrase in phrases.openings["water"]} - {p.text for p in phrases.openings["sea"]}
    said = {write(make_task(language, spa, seed)).scenes[0].headline for seed in range(40)}
    assert bath
    assert not said & bath
    unseen = {write(make_task(language, replace(spa, pictures=()), seed)).scenes[0].headline for seed in range(40)}
    assert unseen & bath, "where nothing is known of the picture, the bath is a fine opening"
