"""``castad init``: a recipe that renders as it is, and nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_what_it_writes_is_in_order_and_named_after_its_folder(ask: Callable[..., Any], here: Path) -> None:
    answer = ask("init", "my ad")
    assert answer.code == 0, answer.err
    assert answer.out == "my ad/recipe.yaml\n"
    text = (here / "my ad/recipe.yaml").read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=recipe.schema.json\n")
    assert 'name: "my ad"' in text
    assert (here / "my ad/recipe.schema.json").is_file()
    checked = ask("validate", "my ad")
    assert checked.code == 0, checked.err


def test_here_is_a_folder_too(ask: Callable[..., Any], here: Path) -> None:
    assert ask("init").code == 0
    assert (here / "recipe.yaml").is_file()


def test_nothing_is_overwritten_and_nothing_is_half_written(ask: Callable[..., Any], here: Path) -> None:
    (here / "ad").mkdir()
    (here / "ad/recipe.yaml").write_text("mine")
    answer = ask("init", "ad")
    assert answer.code == 2
    assert "already there: ad/recipe.yaml" in answer.err
    assert [path.name for path in (here / "ad").iterdir()] == ["recipe.yaml"]
    assert (here / "ad/recipe.yaml").read_text() == "mine"


def test_a_folder_beside_other_things_is_fine(ask: Callable[..., Any], here: Path) -> None:
    (here / "notes.txt").write_text("mine")
    assert ask("init").code == 0
    assert (here / "notes.txt").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_told_and_left_as_it_was(ask: Callable[..., Any], here: Path) -> None:
    (here / "file").write_text("mine")
    answer = ask("init", "file/ad")
    assert answer.code in (1, 2, 3)
    assert "Traceback" not in answer.err
    assert (here / "file").read_text() == "mine"


def test_an_unknown_template_names_the_nearest(ask: Callable[..., Any], here: Path) -> None:
    answer = ask("init", "ad", "--template", "horison")
    assert answer.code == 2
    assert "did you mean `horizon`?" in answer.err
    assert not (here / "ad").exists()


def test_json_names_every_file(ask: Callable[..., Any], here: Path) -> None:
    (record,) = ask("init", "ad", "--json").records
    assert record["event"] == "init.done"
    assert record["recipe"] == "ad/recipe.yaml"
    assert all((here / path).is_file() for path in record["files"])
