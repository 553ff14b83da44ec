"""A name of the brief's own sentences with a part of it changed is refused, with nobody to list it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from castad_cli.generate.gemini.checking import all_known, naming_problems
from castad_cli.generate.naming import Known
from castad_cli.generate.naming.retold import find_retold
from castad_cli.generate.offline.wording import written_languages
from castad_cli.generate.referring import refer
from castad_cli.model.plan import Facts, ScriptTask
from castad_cli.model.script import SlotLimit

ROWS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("otherwise.yaml").read_text(encoding="utf-8"))
NAMES = {
    "ko": "온새미로", "ja": "こもれび堂", "zh-Hans": "拾光", "zh-Hant": "拾光", "th": "บ้านริมน้ำ", "en": "Copper Finch",
    "vi": "Nhà Gió", "ar": "دار السكينة",
}  # fmt: skip


def problems_of(language: str, said: str, text: str) -> list[str]:
    task = ScriptTask("f", language, "gemini", 0, Facts(NAMES[language], highlights=(said,)), (), SlotLimit(8))
    return list(naming_problems(text, *all_known(task, refer(task))))


def test_a_changed_name_is_refused() -> None:
    assert len(ROWS["refused"]) >= 29
    assert [row for row in ROWS["refused"] if not problems_of(*row)] == []


def test_what_is_said_to_be_missed_is() -> None:
    assert [row for row in ROWS["missed"] if problems_of(*row)] == [], "the rules have learnt them: move them up"


def test_neither_the_brief_itself_nor_an_honest_sentence_is_refused() -> None:
    rows = [row for kind in ROWS.values() for row in kind]
    assert {row[0] for row in rows} == set(written_languages())
    assert [row for row in rows if problems_of(row[0], row[1], row[1])] == []
    assert [row for row in ROWS["honest"] if problems_of(*row)] == []


@pytest.mark.parametrize(
    ("language", "said", "text", "found"),
    [
        ("ko", "노을언덕 아래", "노을고개와 노을언덕", ["노을고개"]),
        ("ko", "노을언덕 아래", "노을언덕의 저녁", []),
        ("ko", "노을언덕 아래", "새벽시장의 저녁", []),
        ("ja", "月見坂の途中", "花見坂の途中", ["花見坂"]),
        ("ja", "月見坂の途中", "小さな坂の途中", []),
        ("zh-Hans", "清风桥边", "就在清风亭", ["清风亭"]),
        ("zh-Hans", "门前石桥边", "一座石桥", []),
        ("ar", "قرب جسر الزيتون", "قرب جسر الرمان", ["جسر الرمان"]),
        ("ar", "قرب حديقة النخيل", "في حديقة البيت", []),
        ("th", "ใกล้สะพานไม้แดง", "ใกล้สะพานไม้ขาว", []),
    ],
)
def test_it_has_the_brief_s_head_or_the_brief_s_words_before_it(
    language: str, said: str, text: str, found: list[str]
) -> None:
    assert list(find_retold(text, Known("x", (), (said,), language))) == found
