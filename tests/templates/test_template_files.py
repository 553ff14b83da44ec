"""Every template's own files: valid, complete, and speaking only of what the renderer gives them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from castad_cli.errors import UserError
from castad_cli.model.formats import FORMATS
from castad_cli.model.template import TemplateSpec
from castad_cli.templates import load_template, template_names

SLOTS = {"headline", "line", "call_to_action", "offer", "name", "phone", "url", "address"}
SHOWN = {"item", "price", "was", "note", "author", "rating", "ends"}
GIVEN_BY_THE_ENGINE = {"i", "line", "words", "lines", "share"}

each_template = pytest.mark.parametrize("name", template_names())


def text_of(name: str, file: str) -> str:
    return (load_template(name).folder / file).read_text(encoding="utf-8")


def test_there_are_templates() -> None:
    assert "horizon" in template_names()


@each_template
def test_a_template_has_its_files_and_a_valid_description(name: str) -> None:
    spec = TemplateSpec.model_validate(yaml.safe_load(text_of(name, "template.yaml")))
    assert spec.name == name
    assert spec.title
    assert spec.summary
    assert spec.formats
    assert {"opening", "point", "closing"} <= spec.scenes.keys()
    assert all("headline" in kind.slots for kind in spec.scenes.values())
    assert all(kind.min <= kind.max for kind in spec.scenes.values())
    assert spec.points[0] <= spec.points[1]
    assert text_of(name, "template.html").strip()
    assert text_of(name, "style.css").strip()


@each_template
def test_a_template_shows_every_slot_it_promises_and_no_unknown_one(name: str) -> None:
    spec = load_template(name).spec
    shown = set(re.findall(r'data-text="([^"]*)"', text_of(name, "template.html")))
    promised = {slot for kind in spec.scenes.values() for slot in kind.slots} | set(spec.closing_slots)
    assert promised <= shown
    assert shown <= SLOTS | SHOWN | {"mark"}, "the renderer gives no other words"


@each_template
def test_every_text_that_may_be_long_says_how_far_it_may_shrink(name: str) -> None:
    page = text_of(name, "template.html")
    # A macro of the page may say it for a tag: what it comes to is looked at.
    said = dict(re.findall(r"macro (\w+)\([^)]*\) -%\}(.*?)\{%- endmacro", page, re.DOTALL))
    for tag in re.findall(r"<[^>]*data-text=\"[^>]*>", page):
        called = "".join(body for macro, body in said.items() if f"{macro}(" in tag)
        assert "data-max=" in tag + called, tag
        assert "data-min=" in tag, tag


@each_template
def test_every_variable_a_template_uses_is_given(name: str) -> None:
    from castad_cli.render import page

    style, html = text_of(name, "style.css"), text_of(name, "template.html")
    used = set(re.findall(r"var\(--([\w-]+)", style + html))
    own = set(re.findall(r"--([\w-]+)\s*:", style + html))
    given = set(re.findall(r'"--([\w-]+)":', Path(page.__file__).read_text(encoding="utf-8")))
    assert used <= own | given | GIVEN_BY_THE_ENGINE


@each_template
def test_every_animation_a_template_names_is_there(name: str) -> None:
    style = text_of(name, "style.css")
    keyframes = set(re.findall(r"@keyframes\s+([\w-]+)", style))
    named = set(re.findall(r"animation-name:\s*([\w-]+)", style))
    for value in re.findall(r"animation:\s*([^;]+);", style):
        named |= {part.split()[0] for part in re.split(r",(?![^(]*\))", value)} - {"none"}
    assert named <= keyframes


@each_template
def test_a_template_loads_nothing_from_elsewhere(name: str) -> None:
    both = text_of(name, "style.css") + text_of(name, "template.html")
    assert not re.findall(r"url\(|@import|https?://|//\w", re.sub(r"/\*.*?\*/|\{#.*?#\}", "", both, flags=re.DOTALL))


@each_template
def test_a_template_has_a_layout_of_its_own_for_each_of_its_formats(name: str) -> None:
    style = text_of(name, "style.css")
    for shape in load_template(name).spec.formats:
        assert shape in FORMATS
        assert f'[data-format="{shape}"]' in style


def test_what_a_template_is_is_its_fingerprint(tmp_path: Path, templates_folder: Path) -> None:
    from castad_cli import templates

    copy = tmp_path / "horizon"
    copy.mkdir()
    for file in ("template.yaml", "template.html", "style.css"):
        (copy / file).write_bytes((templates_folder / "horizon" / file).read_bytes())
    before = templates._fingerprint(copy)
    (copy / "starter").mkdir()
    (copy / "starter" / "recipe.yaml").write_text("castad: 1\n")
    assert templates._fingerprint(copy) == before
    (copy / "style.css").write_bytes((copy / "style.css").read_bytes() + b"\n")
    assert templates._fingerprint(copy) != before


def test_an_unknown_template_names_those_there_are() -> None:
    with pytest.raises(UserError, match="no template is called 'horizn'") as caught:
        load_template("horizn")
    assert "horizon" in caught.value.fix


def test_the_schema_in_the_docs_takes_every_template() -> None:
    import jsonschema

    project = Path(__file__).resolve().parents[2]
    schema = json.loads((project / "docs/reference/template.schema.json").read_text(encoding="utf-8"))
    for name in template_names():
        jsonschema.validate(yaml.safe_load(text_of(name, "template.yaml")), schema)
