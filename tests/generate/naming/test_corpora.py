"""Some five hundred sentences that name what nobody gave are flagged, a thousand honest ones are not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from castad_cli.app.work import prepare
from castad_cli.generate.gemini.checking import names_in, naming_problems, said_by
from castad_cli.generate.naming import Known, find_strangers
from castad_cli.generate.offline.copywriter import write
from castad_cli.generate.offline.recognition import kinds
from castad_cli.generate.offline.wording import load_phrases, written_languages
from castad_cli.generate.referring import refer
from castad_cli.model.plan import Facts, SceneSlots, ScriptTask
from castad_cli.model.script import Script, SlotLimit
from castad_cli.settings import Settings

HERE = Path(__file__).parent
RECIPES = Path(__file__).parents[3] / "recipes"
BRIEF = ("평일 20% 할인", "제주 애월", "064-000-0000")
"""What the honest sentences may rest on."""
NAMES = ("별밤 글램핑", "Cafe Sandglass", "さくら旅館", "Maple Bakery", "مقهى ياسمين", "ร้านบุษบา", "云水民宿", "Haneul",
         "하늘펜션", "Lotus Spa", "Red Door Books")  # fmt: skip


@cache
def read(name: str) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def shown(script: Script) -> Iterator[str]:
    for scene in script.scenes:
        yield from (scene.headline, scene.line)
    yield from (script.call_to_action, script.title, script.caption, script.description, *script.hashtags)


@pytest.mark.parametrize("how", ["respelt", "people", "places", "translated"])
def test_every_dishonest_sentence_is_flagged(how: str) -> None:
    sentences = read("dishonest")[how]
    assert len(sentences) >= 60
    assert {language for language, _, _ in sentences} == set(written_languages())
    passed = [text for language, name, text in sentences if not find_strangers(text, Known(name, language=language))]
    assert passed == []


@pytest.mark.parametrize("language", written_languages())
def test_no_honest_sentence_is_flagged_whatever_the_business_is_called(language: str) -> None:
    sentences = read("honest")[language]
    assert len(sentences) >= 25
    flagged = [
        (name, text, found)
        for name in NAMES
        for text in sentences
        if (found := find_strangers(str(text), Known(name, said=BRIEF, language=language)))
    ]
    assert flagged == []


@pytest.mark.parametrize("language", written_languages())
def test_our_own_copy_in_every_language_names_no_strangers(language: str) -> None:
    phrases = load_phrases(language)
    pools = [*phrases.openings.values(), *phrases.closings.values(), *phrases.closing_lines.values()]
    pools += [concept.headlines + concept.lines for concept in phrases.concepts.values()]
    texts = [phrase.text for pool in pools for phrase in pool if "{" not in phrase.text]
    texts += [part.text for pairs in phrases.moods.values() for pair in pairs for part in pair]
    assert len(texts) > 500
    known = Known("별밤", language=language)
    assert [(text, found) for text in texts if (found := find_strangers(text, known))] == []


@pytest.mark.parametrize("language", written_languages())
def test_a_whole_script_of_ours_for_any_kind_of_business_names_nobody_but_the_business(language: str) -> None:
    scenes = tuple(SceneSlots(role, 0, SlotLimit(18), SlotLimit(30)) for role in ("opening", "point", "closing"))
    every = os.environ.get("CASTAD_EVERY_KIND")  # all 58 in eight languages take two minutes
    for seed, kind in enumerate(kinds()):
        if not every and seed % 8 != written_languages().index(language):
            continue
        facts = Facts(
            "하늘마루", kind, "제주 애월", offer="평일 20% 할인", highlights=("오션뷰 객실",), phone="064-000-0000"
        )
        task = ScriptTask("f", language, "offline", seed, facts, scenes, SlotLimit(14))
        for text in shown(write(task)):
            assert find_strangers(text, names_in(task)) == [], (kind, text)


def test_the_offline_writer_s_words_for_the_shipped_recipes_name_nothing_else() -> None:
    work = prepare(sorted(RECIPES.glob("*.yaml")), lambda _: Settings())
    texts = 0
    for task in (ad.script for ad in work.plan.ads):
        for text in shown(write(task)):
            texts += 1
            assert find_strangers(text, names_in(task)) == [], text
    assert texts > 200


def problems_of(language: str, name: str, said: str, text: str) -> list[str]:
    task = ScriptTask("f", language, "gemini", 0, Facts(name, highlights=(said,)), (), SlotLimit(8))
    return list(naming_problems(text, said_by(task.facts, language), names_in(task)))


def test_beside_a_brief_every_dishonest_sentence_is_refused_and_no_honest_one() -> None:
    sentences = read("brief")
    assert min(len(sentences["dishonest"]), len(sentences["honest"])) >= 58
    assert [text for *brief, text in sentences["dishonest"] if not problems_of(*brief, text)] == []
    assert [(text, found) for *brief, text in sentences["honest"] if (found := problems_of(*brief, text))] == []


def test_a_name_beyond_rule_is_out_of_sight_once_it_is_listed() -> None:
    for language, business, said, _, name in read("brief")["beyond_rule"]:
        facts = Facts(business, highlights=(said,))
        task = ScriptTask("f", language, "gemini", 0, facts, (), SlotLimit(8), names=((name,),))
        assert name not in refer(task).hide(said)
        assert name not in refer(replace(task, names=()), [name]).hide(said)


def test_what_is_said_of_a_place_is_its_own_name_in_the_ad_s_language_or_nothing() -> None:
    assert "Aewol, Jeju" in said_by(Facts("하늘", place="제주 애월"), "en")
    assert not any("Gasang" in said for said in said_by(Facts("하늘", place="가상읍"), "en"))
