"""The reference says what the program does: it is written from it, and is fresh."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_reference", DOCS / "write_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_is_fresh(writer: ModuleType) -> None:
    stale = [name for name, text in writer.pages().items() if (DOCS / name).read_text("utf-8") != text]
    assert not stale, f"run: python docs/write_reference.py ({', '.join(stale)})"


def test_every_command_and_option_is_told_in_words(writer: ModuleType) -> None:
    page = writer.cli_page()
    assert "castad render PATH… [OPTIONS]" in page
    assert "|  |" not in page


def test_every_key_of_a_recipe_is_told_in_words(writer: ModuleType) -> None:
    from castad_cli.recipe import recipe_schema

    rows = [line for line in writer.recipe_page(recipe_schema()).splitlines() if line.startswith("| `")]
    assert len(rows) > 60
    untold = [row for row in rows if row.rstrip("| ").count("|") < 3]
    assert not untold


def test_every_setting_is_told_in_words_under_its_key_and_its_variable(writer: ModuleType) -> None:
    from castad_cli.settings import KEYS

    rows = {line.split("|")[2].strip(): line for line in writer.settings_page().splitlines() if line.startswith("| `")}
    assert sorted(rows) == sorted(f"`{key.variable}`" for key in KEYS)
    for key in KEYS:
        row = rows[f"`{key.variable}`"]
        assert f"| `{key.toml.rpartition('.')[2]}` |" in row
        assert key.about.endswith(".")
        assert key.about in row
