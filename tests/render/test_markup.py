"""Templates' markup is compiled once, and what was kept of it is never wrong."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from castad_cli.render import markup
from castad_cli.render.markup import compile_markup


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("CASTAD_CACHE_FOLDER", str(tmp_path / "cache"))
    compile_markup.cache_clear()
    return tmp_path / "cache" / "markup"


def test_a_later_process_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compile_markup("<b>{{ name }}</b>").render(name="<x>") == "<b>&lt;x&gt;</b>"
    compile_markup.cache_clear()
    monkeypatch.delattr(jinja2.Environment, "_generate")
    assert compile_markup("<b>{{ name }}</b>").render(name="y") == "<b>y</b>"
    with pytest.raises(AttributeError):
        compile_markup("<i>{{ name }}</i>")


def test_what_is_kept_is_in_the_sandbox_too() -> None:
    for _ in range(2):
        with pytest.raises(jinja2.exceptions.SecurityError):
            compile_markup("{{ name.__class__.__mro__ }}").render(name="x")
        with pytest.raises(jinja2.UndefinedError):
            compile_markup("{{ nobody }}").render()
        compile_markup.cache_clear()


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_broken_file_is_compiled_again(folder: Path, content: bytes | None) -> None:
    compile_markup("{{ 1 + 1 }}")
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-20] if content is None else content)
    compile_markup.cache_clear()
    assert compile_markup("{{ 1 + 1 }}").render() == "2"
    assert kept.read_bytes() == whole


def test_a_folder_that_cannot_be_written_does_no_harm(folder: Path) -> None:
    folder.parent.write_text("a file")
    assert compile_markup("{{ 1 + 1 }}").render() == "2"


def test_few_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "_MOST_KEPT", 3)
    for number in range(6):
        compile_markup(f"{{{{ {number} }}}}")
    assert len(list(folder.iterdir())) == 3
