"""Names in a brief's free text: those that its owner lists, and those that Gemini finds there, get references, too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gemini import GeminiFake, asked, obedient

from castad_cli.app.work import prepare
from castad_cli.generate.outside import Outside
from castad_cli.generate.words import write_script
from castad_cli.model.plan import ScriptTask
from castad_cli.settings import Settings

TOLD = ("해오름마당 뷰", "온실 가든 조식")
"""해오름마당 is a name that no rule knows."""


def answer(line: str = "", **lists: list[str]) -> Callable[[Any], dict[str, Any]]:
    def say(question: Any) -> dict[str, Any]:
        said = {**obedient(question), **lists}
        said["scenes"][0]["line"] = line
        return said

    return say


def sent_texts(gemini: GeminiFake, number: int) -> str:
    return json.dumps(asked(gemini.questions[number]), ensure_ascii=False)


@pytest.fixture
def english(task: ScriptTask) -> ScriptTask:
    return replace(task, language="en", facts=replace(task.facts, highlights=TOLD))


def test_a_name_that_gemini_finds_in_the_brief_is_hidden_and_the_words_are_written_anew(
    english: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    gemini.say = [answer("A sunrise deck view", brief_names=["해오름마당"]), answer("The view of {name1}")]
    script = write_script(english, with_gemini)
    assert script.scenes[0].line == "The view of 해오름마당", gemini.questions[-1]["contents"][-1]
    assert script.notes[1].startswith("names found in the brief: 해오름마당;")
    assert "해오름마당" in sent_texts(gemini, 0)
    assert asked(gemini.questions[1])["brief"]["highlights"] == ["{name1} 뷰", "온실 가든 조식"]
    assert len(gemini.questions[1]["contents"]) == 1, "what was written with the name in sight is not shown again"
    assert "해오름마당" not in sent_texts(gemini, 1)


def test_the_same_ad_finds_both_answers_again(english: ScriptTask, with_gemini: Outside, gemini: GeminiFake) -> None:
    gemini.say = [answer("A sunrise deck view", brief_names=["해오름마당"]), answer("The view of {name1}")]
    first = write_script(english, with_gemini)
    assert write_script(replace(english, fingerprint="e" * 64), with_gemini) == first
    assert len(gemini.ledger) == 2


def test_in_the_name_s_own_letters_it_is_taken_as_it_stands_and_refused_respelt(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    korean = replace(task, facts=replace(task.facts, highlights=TOLD))
    gemini.say = [answer("해오름마당의 아침", brief_names=["해오름마당"], names=["해오름마당"])]
    assert write_script(korean, with_gemini).notes == ()
    gemini.say = [answer("Haeoreum Madang의 아침", brief_names=["해오름마당"])]
    assert write_script(replace(korean, seed=1), with_gemini).notes == ("Gemini was asked 2 times",)


@pytest.mark.parametrize("listed", ["해오름 전망대", "Sunrise Deck", "조식", "{business}", "", "가" * 200])
def test_what_does_not_stand_in_the_brief_or_is_no_name_costs_nothing(
    english: ScriptTask, with_gemini: Outside, gemini: GeminiFake, listed: str
) -> None:
    gemini.say = [answer(brief_names=[listed])]
    assert write_script(english, with_gemini).notes == ()


def test_names_found_again_and_again_end_with_the_last_answer(
    english: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    gemini.say = [answer(brief_names=["해오름마당"]), answer(brief_names=["온실"]), answer(brief_names=["가든"])]
    assert write_script(english, with_gemini).notes[0] == "Gemini was asked 3 times"
    assert len(gemini.ledger) == 3


@pytest.mark.parametrize(
    ("read", "line"), [("Moonlit Harbor", "Moonlit Harbor의 밤"), ("월하정", "월하정에서"), ("Kimura", "키무라의 손맛")]
)
def test_a_name_read_off_a_picture_is_refused_as_it_stands_and_respelt(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, read: str, line: str
) -> None:
    gemini.say = [answer(line, picture_names=[read])]
    assert write_script(task, with_gemini).notes == ("Gemini was asked 2 times",)
    assert "read off a picture" in gemini.questions[1]["contents"][2]["parts"][0]["text"]


@pytest.mark.parametrize("read", ["하늘마루 펜션", "HANEUL MARU", "OPEN", "COFFEE"])
def test_the_business_s_own_sign_and_everyday_signs_are_nobody_s_names(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, read: str
) -> None:
    gemini.say = [answer("하늘마루 펜션의 커피", picture_names=[read])]
    assert write_script(task, with_gemini).notes == ()


def test_names_that_the_owner_lists_have_references_in_every_language(
    english: ScriptTask, with_gemini: Outside, gemini: GeminiFake
) -> None:
    owned = replace(english, names=(("해오름마당",), ("Kim Mi-young", "김미영"), ("온실",)))
    told = replace(owned, facts=replace(owned.facts, highlights=(*TOLD, "김미영의 손맛")))
    gemini.say = [answer("{name2} at {name1}")]
    script = write_script(told, with_gemini)
    assert script.scenes[0].line == "Kim Mi-young at 해오름마당"
    assert asked(gemini.questions[0])["brief"]["highlights"] == ["{name1} 뷰", "{name3} 가든 조식", "{name2}의 손맛"]


RECIPE = """\
castad: 1
template: horizon
languages: [ko, en]
copy: {provider: gemini}
brand: {name: 하늘마루 펜션}
brief:
  names: [성산일출봉, {ko: 김미영, en: Kim Mi-young}]
  highlights: [성산일출봉 뷰]
media: [sea.jpg]
"""


def test_a_recipe_lists_names_with_their_spellings(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (640, 640)).save(tmp_path / "sea.jpg")
    recipe = tmp_path / "inn.yaml"
    recipe.write_text(RECIPE, encoding="utf-8")
    names = {ad.script.language: ad.script.names for ad in prepare([recipe], lambda _: Settings()).plan.ads}
    assert names["ko"] == (("성산일출봉",), ("김미영", "Kim Mi-young"))
    assert names["en"] == (("성산일출봉",), ("Kim Mi-young", "김미영"))
    recipe.write_text(RECIPE.replace("copy: {provider: gemini}\n", ""), encoding="utf-8")
    offline = prepare([recipe], lambda _: Settings()).plan.ads
    assert {ad.script.names for ad in offline} == {()}, "the offline writer makes no spellings of its own"
