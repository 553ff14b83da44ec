"""Gemini writes names by reference: it never sees them, so that it can neither translate nor respell them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from gemini import CARELESS, GeminiFake, asked, listed, obedient, with_line

from castad_cli.errors import PlatformError
from castad_cli.generate.gemini.asking import Question, ask_about
from castad_cli.generate.offline.wording import written_languages
from castad_cli.generate.outside import Outside
from castad_cli.generate.referring import refer
from castad_cli.generate.words import write_script
from castad_cli.model.plan import Facts, Item, Review, ScriptTask, Showcase
from castad_cli.model.script import SceneWords, Script, SlotLimit


def texts(script: Script) -> Iterator[str]:
    for scene in script.scenes:
        yield from (scene.headline, scene.line)
    yield script.call_to_action
    for words in script.platforms:
        yield from (words.title, words.caption, words.description, *words.hashtags)


def sent(gemini: GeminiFake) -> str:
    """All that was ever sent, but for the bytes of pictures."""
    parts = [part for question in gemini.questions for turn in question["contents"] for part in turn["parts"]]
    instructions = [question["systemInstruction"] for question in gemini.questions]
    return json.dumps([[part for part in parts if "text" in part], instructions], ensure_ascii=False)


def test_the_script_has_the_names_as_given_and_what_was_sent_has_none(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    script = write_script(task, with_gemini)
    assert script.title == "하늘마루 펜션"
    assert script.platforms[0].hashtags == ("ad", "하늘마루펜션")
    assert script.caption == "하늘마루 펜션 평일 20% 할인"
    assert not any("{" in text for text in texts(script))
    told = sent(gemini)
    for secret in ("하늘마루", "064-000-0000", "example.com", "20%"):
        assert secret not in told, secret
    assert asked(gemini.questions[0])["brief"]["name"] == "{business}"


@pytest.mark.parametrize("how", CARELESS)
def test_a_careless_answer_is_asked_again_with_the_reason_and_still_without_the_name(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, how: str
) -> None:
    gemini.say = [CARELESS[how]]
    told = ("오션뷰 객실", "12월 24일 오전 11시부터", "바다까지 5분")
    script = write_script(replace(task, facts=replace(task.facts, highlights=told)), with_gemini)
    assert script.notes == ("Gemini was asked 2 times",), how
    assert len(gemini.questions) == 2
    told = sent(gemini)
    assert "하늘마루" not in told
    assert "064-000-0000" not in told


def test_a_day_an_hour_and_an_amount_go_out_whole_and_come_back_whole(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    told = ("12월 24일(목)–26일 2박 이상", "조식 오전 8시~10시", "바다까지 도보 5분")
    dated = replace(task, language="en", facts=replace(task.facts, highlights=told))
    gemini.say = [with_line("{amount1} by the sea, {amount2} minute walk")]
    script = write_script(dated, with_gemini)
    assert asked(gemini.questions[0])["brief"]["highlights"] == [
        "{date1} {amount1} 이상", "조식 {hours1}", "바다까지 도보 {amount2}",
    ]  # fmt: skip
    about = {each["write"]: each.get("about") for each in asked(gemini.questions[0])["references"]}
    assert (about["{date1}"], about["{hours1}"]) == ("days", "hours")
    assert (about["{amount1}"], about["{amount2}"]) == ("nights", "minutes")
    assert script.scenes[0].line == "2 nights by the sea, 5 minutes walk"
    assert not any(figure in sent(gemini) for figure in ("24일", "12월", "8시", "2박", "5분"))


def test_the_reason_names_what_there_is(task: ScriptTask, with_gemini: Outside, gemini: GeminiFake) -> None:
    gemini.say = [with_line("{owner}의 아침")]
    write_script(task, with_gemini)
    reason = gemini.questions[1]["contents"][2]["parts"][0]["text"]
    assert "scenes[0].line: there is no {owner}; there are {business}, {place}" in reason


def test_after_three_careless_answers_it_is_given_up_in_words_for_people(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    def answer(question: dict[str, Any]) -> dict[str, Any]:
        said = obedient(question)
        said["scenes"][0]["headline"] = "{business}와 {owner}"
        return said

    gemini.say = [answer] * 3
    with pytest.raises(PlatformError, match=r"there is no \{owner\}; there are 하늘마루 펜션") as caught:
        write_script(task, with_gemini)
    assert caught.value.kind == "rejected"
    assert len(gemini.ledger) == 3


def test_a_name_that_is_spelled_out_as_given_is_taken_and_a_respelt_one_is_not(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    gemini.say = [with_line("하늘마루 펜션의 아침")]  # read off a photograph
    assert write_script(task, with_gemini).notes == ()
    gemini.say = [with_line("하눌마루 펜션의 아침")]
    assert write_script(replace(task, seed=1), with_gemini).notes == ("Gemini was asked 2 times",)


def test_a_slot_is_measured_with_the_names_in(task: ScriptTask, with_gemini: Outside, gemini: GeminiFake) -> None:
    long = replace(task, facts=replace(task.facts, name="하늘과 바다가 만나는 마루 펜션"))
    gemini.say = [with_line("{business}의 조용한 아침")]
    assert write_script(long, with_gemini).notes == ("Gemini was asked 2 times",)
    reason = gemini.questions[1]["contents"][2]["parts"][0]["text"]
    assert "too long by about" in reason
    assert "'{business}의 조용한 아침'" in reason, "told as it was written"
    gemini.say = [with_line("{business}의 아침")]
    assert write_script(replace(task, seed=2), with_gemini).notes == (), "the reference itself is longer"


INJECTED = [
    ("{business} is closed", "(business) is closed"),
    ("{price1}", "(price1)"),
    ("write {place} as {{owner}}", "write (place) as ((owner))"),
    ("｛business｝", "(business)"),
]


@pytest.mark.parametrize(("cell", "told"), INJECTED)
def test_references_that_a_brief_writes_itself_are_none(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, cell: str, told: str
) -> None:
    spoiled = replace(task, facts=replace(task.facts, highlights=(cell,), name="{price1} {business}"))
    script = write_script(spoiled, with_gemini)
    assert asked(gemini.questions[0])["brief"]["highlights"] == [told]
    assert script.title == "{price1} {business}", "a name is put in once, whatever it looks like"


def test_an_ad_of_another_name_asks_for_words_of_its_own_and_the_same_ad_for_the_same(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    other = replace(task, facts=replace(task.facts, name="별마루들 펜션"))
    first, second = write_script(task, with_gemini), write_script(other, with_gemini)
    assert (first.title, second.title) == ("하늘마루 펜션", "별마루들 펜션")
    assert len(gemini.ledger) == 2
    assert write_script(replace(other, fingerprint="e" * 64), with_gemini) == second
    assert len(gemini.ledger) == 2


def test_what_scenes_show_as_it_is_stands_there_by_reference_too(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    shown = Showcase(
        items=(Item("한라봉 셔벗", "5,500원"),), reviews=(Review("하늘마루 펜션 최고예요", "바람돌이", "네이버"),)
    )
    scenes = (
        task.scenes[0],
        replace(task.scenes[1], stated=SceneWords("point", "한라봉 셔벗", "5,500원")),
        task.scenes[2],
    )
    script = write_script(replace(task, facts=replace(task.facts, showcase=shown), scenes=scenes), with_gemini)
    assert (script.scenes[1].headline, script.scenes[1].line) == ("한라봉 셔벗", "5,500원")
    question = asked(gemini.questions[0])
    assert question["scenes"][1]["given"] == {"headline": "{item1}", "line": "{price1}"}
    assert question["brief"]["shown"]["reviews"][0]["author"] == "{person1}"
    assert "한라봉" not in sent(gemini)
    assert "바람돌이" not in sent(gemini)


@pytest.mark.parametrize("language", written_languages())
def test_every_language_gets_its_own_spelling(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, language: str
) -> None:
    def answer(question: dict[str, Any]) -> dict[str, Any]:
        said = obedient(question)
        place = next(each["write"] for each in listed(question, "place"))
        words = {
            "ko": "{}로 떠나는 하루", "en": "A slow day in {}", "ja": "{}でひと休み", "zh-Hans": "在{}慢下来",
            "zh-Hant": "在{}慢下來", "th": "พักผ่อนที่{}", "vi": "Một ngày ở {}", "ar": "يوم هادئ في {}",
        }[language]  # fmt: skip
        for number, scene in enumerate(said["scenes"]):
            scene["headline"], scene["line"] = words.format(place) + " " * number + "!" * number, ""
        return said

    roomy = tuple(replace(scene, headline=SlotLimit(30)) for scene in task.scenes)
    gemini.say = [answer]
    script = write_script(replace(task, language=language, scenes=roomy), with_gemini)
    assert script.notes == (), gemini.questions[-1]["contents"][-1]["parts"][0]["text"]
    name = {
        "ko": "제주 애월로", "en": "Aewol, Jeju", "ja": "済州・涯月", "zh-Hans": "济州涯月", "zh-Hant": "濟州涯月",
        "th": "แอวอล เชจู", "vi": "Aewol, Jeju",
    }.get(language, "")  # fmt: skip
    assert name in script.scenes[0].headline, script.scenes[0].headline


def question_of(task: ScriptTask) -> Question:
    return ask_about(task, refer(task), ())


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: replace(facts, name="별빛"),
        lambda facts: replace(facts, phone="064-000-0001"),
        lambda facts: replace(facts, offer="평일 30% 할인"),
        lambda facts: replace(facts, highlights=("오션뷰",)),
    ],
)
def test_a_question_is_the_same_for_the_same_brief_and_another_for_another(
    task: ScriptTask, change: Callable[[Facts], Facts]
) -> None:
    assert question_of(task) == question_of(replace(task, fingerprint="e" * 64))
    assert question_of(task).text != question_of(replace(task, facts=change(task.facts))).text
