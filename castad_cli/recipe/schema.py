"""JSON Schemas (draft 2020-12) of recipes and templates, for editors."""

from __future__ import annotations

import copy
from typing import Any

from castad_cli.model.recipe import Recipe
from castad_cli.model.template import TemplateSpec

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DURATION = r"^[0-9]+(\.[0-9]+)? *(ms|s|m)?$|\$\{"
_FIXED_IN_VARIANTS = ("castad", "name", "data", "variants")


def recipe_schema() -> dict[str, Any]:
    """The JSON Schema of a recipe: every key with its description, shorthands, and ``${…}`` wherever a value may be."""
    schema = Recipe.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    _allow_references(schema)
    for name in ("Recipe", *definitions):
        part = schema if name == "Recipe" else definitions[name]
        for key, field in part.get("properties", {}).items():
            if key in ("duration", "start"):
                field.pop("anyOf", None)
                field.update(type=["string", "number"], pattern=_DURATION)
    colors = definitions["Colors"]["properties"]
    for field in colors.values():
        field["pattern"] = r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$|\$\{"
    _add_variants(schema)
    return _titled(schema, "CaStAD recipe", str(Recipe.__doc__))


def template_schema() -> dict[str, Any]:
    """The JSON Schema of a ``template.yaml``."""
    return _titled(TemplateSpec.model_json_schema(by_alias=True), "CaStAD template", "What a template says of itself.")


def _titled(schema: dict[str, Any], title: str, description: str) -> dict[str, Any]:
    _drop_titles(schema)
    return {"$schema": DRAFT, **schema, "title": title, "description": description}


def _drop_titles(node: Any) -> None:
    """Take away the titles pydantic makes of key names: an editor shows them above the descriptions."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        for key, value in node.items():
            if key in ("properties", "$defs"):
                for inner in value.values():
                    _drop_titles(inner)
            elif key not in ("default", "const", "enum"):
                _drop_titles(value)
    elif isinstance(node, list):
        for item in node:
            _drop_titles(item)


def _allow_references(schema: dict[str, Any]) -> None:
    """Let ``${…}`` stand for numbers, choices and lists too; ``castad`` itself stays 1."""
    reference = {"type": "string", "pattern": r"\$\{"}
    parts = [schema, *schema["$defs"].values()]
    for part in parts:
        for key, field in part.get("properties", {}).items():
            if key == "castad":
                continue
            kinds = field.get("anyOf", [field])
            for kind in kinds:
                if _takes_no_reference(kind.get("items", {})):
                    kind["items"] = {"anyOf": [kind["items"], dict(reference)]}
            if all(_takes_no_reference(kind) for kind in kinds if kind.get("type") != "null"):
                shape = {
                    name: field.pop(name) for name in list(field) if name not in ("default", "description", "title")
                }
                field["anyOf"] = [*shape.get("anyOf", [shape]), dict(reference)]


def _takes_no_reference(kind: dict[str, Any]) -> bool:
    return "enum" in kind or "const" in kind or kind.get("type") in ("integer", "number", "boolean")


def _add_variants(schema: dict[str, Any]) -> None:
    """Describe a variant as a recipe in which nothing is required."""
    definitions = schema["$defs"]
    brand = copy.deepcopy(definitions["Brand"])
    brand.pop("required", None)
    definitions["BrandVariant"] = brand
    properties = {
        key: copy.deepcopy(field) for key, field in schema["properties"].items() if key not in _FIXED_IN_VARIANTS
    }
    for key, field in properties.items():
        field.pop("default", None)
        properties[key] = {"anyOf": [field, {"type": "null"}], "description": field.get("description", "")}
    properties["brand"] = {"$ref": "#/$defs/BrandVariant"}
    definitions["Variant"] = {
        "type": ["object", "null"],
        "description": "What is different in this variant.",
        "properties": properties,
        "additionalProperties": False,
    }
    schema["properties"]["variants"]["additionalProperties"] = {"$ref": "#/$defs/Variant"}
