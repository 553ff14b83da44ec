"""The JSON Schemas agree with what is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from castad_cli.recipe import recipe_schema, template_schema

from .conftest import EXAMPLE, SMALL, Read


class _EditorLoader(yaml.SafeLoader):
    """YAML as editors take it: times stay text."""


_EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def mistakes(text: str) -> list[str]:
    found = Draft202012Validator(recipe_schema()).iter_errors(yaml.load(text, _EditorLoader))
    return [".".join(map(str, error.absolute_path)) for error in found]


@pytest.mark.parametrize("schema", [recipe_schema(), template_schema()], ids=["recipe", "template"])
def test_schemas_are_valid_and_describe_their_keys(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert all(part.get("description") for part in [schema, *schema.get("$defs", {}).values()])


def test_every_top_key_tells_what_it_is() -> None:
    properties = recipe_schema()["properties"]
    definitions = recipe_schema()["$defs"]
    for key, field in properties.items():
        reference = field.get("$ref") or next((kind["$ref"] for kind in field.get("anyOf", []) if "$ref" in kind), "")
        told = field.get("description") or definitions[reference.rpartition("/")[2]]["description"]
        assert told, key


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        SMALL,
        SMALL + "duration: 20\nformats: reel\nlanguages: ko\nmusic: none\ncopy: {call_to_action: {en: Book}}\n",
        SMALL + "duration: 800ms\nvariants: {a: {brand: {colors: {accent: '#fff'}}}, b: , c: {music: house}}\n",
        SMALL + "data: a.csv\nduration: '${s}'\nmusic: {tempo: '${t}', mood: '${m}'}\nformats: ['${f}', reel]\n",
        SMALL + "publish:\n  - tiktok: {account: a, duet: '${d}', privacy: '${p}', at: '${when}'}\n",
    ],
)
def test_recipes_pass(text: str) -> None:
    assert mistakes(text) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (SMALL + "nme: x\n", ""),
        (SMALL + "duration: long\n", "duration"),
        (SMALL + "formats: [sqare]\n", "formats"),
        (SMALL + "brief: {tone: loud}\n", "brief.tone"),
        (SMALL + "music: {tempo: fast}\n", "music"),
        (SMALL.replace("Sea House", "{kr: x}"), "brand.name"),
        (SMALL + "variants: {a: {nme: x}}\n", "variants.a"),
        (SMALL + "variants: {a: {name: x}}\n", "variants.a"),
        (SMALL.replace("castad: 1", "castad: 2"), "castad"),
        ("castad: 1\n", ""),
    ],
)
def test_mistakes_are_seen_by_an_editor_too(text: str, where: str) -> None:
    assert where in mistakes(text)


def test_the_schema_knows_every_key_of_the_shipped_templates() -> None:
    import castad_cli.templates

    validator = Draft202012Validator(template_schema())
    for path in Path(castad_cli.templates.__file__).parent.glob("*/template.yaml"):
        assert list(validator.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


def test_what_the_example_says_reads_the_same_with_and_without_the_schema(read: Read) -> None:
    assert mistakes(EXAMPLE) == []
    assert read(EXAMPLE).recipe.castad == 1
