"""Sentences by somebody who had not seen the rules, beside whole briefs: refused by them, or once they are listed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from castad_cli.generate.gemini.checking import all_known, naming_problems
from castad_cli.generate.gemini.proofs import Galley, Verdict, judge, read_list
from castad_cli.generate.offline.wording import written_languages
from castad_cli.generate.referring import References, refer
from castad_cli.model.plan import Facts, ScriptTask
from castad_cli.model.script import SlotLimit


@cache
def read(name: str = "fresh") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8"))
    return found


@cache
def brief(key: str, language: str) -> tuple[ScriptTask, References]:
    name, said = read()["briefs"][key]
    task = ScriptTask("f", language, "gemini", 0, Facts(name, highlights=(said,)), (), SlotLimit(8))
    return task, refer(task)


def problems_of(key: str, language: str, text: str) -> list[str]:
    return list(naming_problems(text, *all_known(*brief(key, language))))


def verdict_of(
    key: str, language: str, text: str, name: str, source: str | None, *, kind: str = "name", is_last: bool = False
) -> Verdict:
    task, references = brief(key, language)
    galley = Galley(task, references, (("line", text),), *all_known(task, references))
    entry = {"text": name, "kind": kind, "source": source}
    return judge(galley, read_list(json.dumps({"found": [entry]})), is_last=is_last)


def test_what_a_brief_does_not_say_so_is_refused() -> None:
    assert len(read()["dishonest"]) >= 65
    assert [row for row in read()["dishonest"] if not problems_of(*row)] == []


def test_no_honest_sentence_is_refused() -> None:
    assert len(read()["honest"]) >= 90
    assert [(row, found) for row in read()["honest"] if (found := problems_of(*row))] == []


def test_what_the_rules_do_not_know_is_refused_or_hidden_once_a_proofreader_lists_it() -> None:
    assert [row for row in read()["listed"] if problems_of(*row[:3])] == [], "the rules have learnt them: move them up"
    assert [row for row in read()["listed"] if verdict_of(*row) == Verdict()] == []


@pytest.mark.parametrize("at", range(0, 90, 9))
def test_an_eager_proofreader_that_lists_the_whole_brief_s_name_fails_no_honest_sentence(at: int) -> None:
    key, language, text = read()["honest"][at]
    name = read()["briefs"][key][0]
    assert verdict_of(key, language, f"{text} {name}", name, name) == Verdict()


def test_everyday_words_that_a_proofreader_lists_as_words_fail_no_ad_and_cost_no_second_answer() -> None:
    rows = read("eager")["ordinary"]
    assert {row[1] for row in rows} == set(written_languages())
    assert [row for row in rows if problems_of(*row[:3])] == [], "such a sentence is not honest"
    assert [(row, found) for row in rows if (found := verdict_of(*row, kind="words")) != Verdict()] == []


def test_everyday_words_that_a_proofreader_takes_for_names_are_asked_for_again_unless_the_brief_has_them() -> None:
    """An honest text is written anew for nothing then: the price of refusing a name that is made of such words."""
    for row in read("eager")["ordinary"]:
        key, _, _, listed, source = row
        said = read()["briefs"][key][1].casefold().replace(" ", "")
        has = source is not None or listed.casefold().replace(" ", "") in said or listed == "Spanish"  # a cuisine
        found = verdict_of(*row)
        assert (found == Verdict()) == has, (row, found)
        assert len(found.faults) == (not has), (row, found)


def test_what_the_brief_calls_so_is_not_told_otherwise_however_ordinary_its_words_are() -> None:
    rows = read("eager")["afresh"]
    assert [row for row in rows if verdict_of(*row) == Verdict()] == []
    assert [row for row in rows if not verdict_of(*row, is_last=True).faults] == [], "nobody is asked again"


def test_a_listed_name_that_nobody_gave_is_refused_also_where_dictionaries_have_it() -> None:
    rows = read("eager")["dishonest"]
    assert {row[1] for row in rows} == set(written_languages())
    assert [row for row in rows if verdict_of(*row) == Verdict() and not problems_of(*row[:3])] == []


def test_a_name_that_nobody_gave_is_refused_though_every_word_of_it_is_an_everyday_one() -> None:
    """Also as the last answer's: nobody is asked again then, and the ad fails or does without the text."""
    rows = read("eager")["everyday"]
    assert {row[1] for row in rows} == set(written_languages())
    for is_last in (False, True):
        assert [row for row in rows if not verdict_of(*row, is_last=is_last).faults] == []


def test_a_reader_that_lists_such_a_name_as_words_is_believed_unless_capitals_or_unknown_words_tell() -> None:
    """What is left: it must be seen, and be taken for what it is."""
    excused = [row for row in read("eager")["everyday"] if verdict_of(*row, kind="words") == Verdict()]
    refused = [row for row in read("eager")["dishonest"] if verdict_of(*row, kind="words").faults]
    assert len(excused) < len(read("eager")["everyday"])
    assert len(refused) >= 75


@pytest.mark.parametrize(
    ("key", "language", "text", "name", "source", "is_fault"),
    [
        ("b6", "ko", "린 아주머니가 우려 주는 백차", "린", "林", True),
        ("b6", "ko", "오늘은 린, 내일도 린", "린", None, True),
        ("b6", "ko", "그린 차밭의 향", "린", "林", False),  # within a word it is anything
        ("b2", "en", "Plan B is coffee", "B", None, False),
    ],
)
def test_a_name_of_one_letter_is_one_where_it_stands_alone(
    key: str, language: str, text: str, name: str, source: str | None, is_fault: bool
) -> None:
    assert bool(verdict_of(key, language, text, name, source, is_last=True).faults) == is_fault


def test_readers_who_knew_the_instructions_alone_found_nearly_every_invented_name_and_cost_few_honest_texts() -> None:
    """What passes: a name whose words anybody may say (晨雾), a given name without its surname, and a dish or two that
    may be no name at all. An honest text that is refused is asked for once more, alone."""
    invented, honest = [], []
    for reading in read("readings")["readings"]:
        language = reading["language"]
        name, *said = reading.get("otherwise") or read()["briefs"][reading["brief"]]
        task = ScriptTask("f", language, "gemini", 0, Facts(name, highlights=tuple(said)), (), SlotLimit(8))
        facts, known = all_known(task, refer(task))
        texts = tuple((f"{what} {text}", text) for what in ("invented", "honest") for text in reading[what])
        found = [dict(zip(("text", "kind", "source"), entry, strict=True)) for entry in reading["found"]]
        galley = Galley(task, refer(task), texts, facts, known)
        faults = {fault.place for fault in judge(galley, read_list(json.dumps({"found": found})), is_last=True).faults}
        for place, text in texts:
            refused = place in faults or bool(list(naming_problems(text, facts, known)))
            (invented if place.startswith("invented") else honest).append((text, refused))
    assert (len(invented), len(honest)) == (197, 202)
    passed = [text for text, refused in invented if not refused]
    assert len(passed) <= 6, passed
    asked_again = [text for text, refused in honest if refused]
    assert len(asked_again) <= 8, asked_again
