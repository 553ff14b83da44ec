"""What parsers and validators say, in words for the person who wrote the recipe. The words are data."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.model.recipe import Recipe
from castad_cli.recipe.tree import Source, below

SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        r"mapping values are not allowed",
        "a `:` that cannot stand here",
        "indent keys of one group alike; put text that holds `: ` in quotes",
    ),
    (r"unexpected end of stream|unexpected document", "a quote opens here and never closes", "close it"),
    (r"expected ',' or '\]'", "a list opens here with `[` and does not close", "part its items with `,` and close it"),
    (r"expected ',' or '\}'", "a group opens here with `{` and does not close", "part its keys with `,` and close it"),
    (r"escape", "a backslash sequence YAML does not know", "use single quotes, or write `\\\\` for a backslash"),
    (r"hexdecimal|hexadecimal", "an escape sequence that is cut short", "write \\u and four hexadecimal digits"),
    (r"alphabetic or numeric", "`&` and `*` begin anchors and aliases", "put the text in quotes"),
    (r"could not find expected ':'", "a key without `:`", "write `key: value`"),
    (r"entries are not allowed", "a list item cannot stand here", "begin the list in a line of its own, indented"),
    (
        r"'-' indicator|found '\?'",
        "a list ends where an item was expected",
        "begin every item with `- `, indented alike",
    ),
    (
        r"expected key|expected <block end>",
        "this does not belong to what stands above it",
        "indent keys of one group alike; put text with special characters in quotes",
    ),
    (r"tag handle", "`!` begins a tag, which means nothing in a recipe", "put the text in quotes"),
    (r"YAML document", "a YAML version that cannot be read", "take the %YAML line away"),
    (r"node content", "a value is missing before the file ends", "close what was opened, or put a `#` in quotes"),
    (r"directive", "`%` begins a YAML directive", "put the text in quotes"),
)
"""What the YAML parser says (a pattern), what we say, and the fix."""

BRACKETS: tuple[tuple[str, str, str], ...] = (
    (
        r"[:\[{,]\s*([^\"'\[\]{},#:]*\$\{[^}]*\}?)",
        "`${` without quotes in a line with brackets",
        'write it in quotes: "${…}"',
    ),
    (r"[:\[{,]\s*(#[0-9a-fA-F]{3,8})\b", "a colour without quotes; # begins a comment", 'write it as "#rrggbb"'),
)
"""What breaks a line with brackets (a pattern, its group the culprit), what we say, and the fix."""

VALIDATION: Mapping[str, tuple[str, str]] = {
    "int_parsing": ("not a whole number", "write digits alone"),
    "int_type": ("not a whole number", "write digits alone"),
    "int_from_float": ("not a whole number", "write digits alone"),
    "int_parsing_size": ("a number far too large", "write a smaller one"),
    "float_parsing": ("not a number", "write it as 0.5"),
    "float_type": ("not a number", "write it as 0.5"),
    "finite_number": ("not a number", "write it as 0.5"),
    "bool_parsing": ("neither yes nor no", "write true or false"),
    "bool_type": ("neither yes nor no", "write true or false"),
    "greater_than_equal": ("at least {ge:g}", "write a larger number"),
    "less_than_equal": ("at most {le:g}", "write a smaller number"),
    "string_type": ("one piece of text belongs here", "write it in one line"),
    "string_too_long": ("at most {max_length} characters", "make it shorter"),
    "string_pattern_mismatch": ("not written as it must be", "write it as {pattern}"),
    "list_type": ("a list belongs here", "begin each item with `- `, in a line of its own"),
    "tuple_type": ("a list belongs here", "write it as [0.5, 0.5]"),
    "dict_type": ("a group of `key: value` lines belongs here", "write them below it, indented"),
    "model_type": ("a group of `key: value` lines belongs here", "write them below it, indented"),
    "model_attributes_type": ("a group of `key: value` lines belongs here", "write them below it, indented"),
    "union_tag_not_found": ("text belongs here", "write it in one line, or a line for each language"),
    "too_short": ("at least {min_length} of them", "add what is missing"),
    "too_long": ("at most {max_length} of them, not {actual_length}", "take some away"),
    "datetime_type": ("not a date and time", "write it as 2026-12-01T09:00:00+09:00"),
    "datetime_parsing": ("not a date and time: {error}", "write it as 2026-12-01T09:00:00+09:00"),
    "datetime_from_date_parsing": ("not a date and time: {error}", "write it as 2026-12-01T09:00:00+09:00"),
    "nothing": ("nothing is written here", "write a value, or take the key away"),
}
"""A kind of validation error, what we say, and the fix. ``{…}`` is filled from the error's own facts."""

OTHER_WORDS: Mapping[str, str] = {
    "kr": "ko", "korean": "ko", "한국어": "ko", "jp": "ja", "japanese": "ja", "english": "en", "eng": "en",
    "en-us": "en", "en-gb": "en", "ko-kr": "ko", "ja-jp": "ja", "cn": "zh-Hans", "zh": "zh-Hans", "zh-cn": "zh-Hans",
    "tw": "zh-Hant", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "vn": "vi", "thai": "th",
    "9:16": "reel", "vertical": "reel", "story": "reel", "stories": "reel", "short": "reel", "shorts": "reel",
    "reels": "reel", "tiktok": "reel", "4:5": "portrait", "1:1": "square", "feed": "square",
    "16:9": "landscape", "horizontal": "landscape", "wide": "landscape", "youtube": "landscape",
    "logo": "brand.logo", "color": "colors", "colour": "colors", "colours": "colors", "length": "duration",
    "photos": "media", "images": "media", "videos": "media", "language": "languages", "format": "formats",
    "lang": "languages", "text": "headline", "title": "headline", "cta": "call_to_action", "bpm": "tempo",
    "off": "none", "no": "none", "false": "none", "silent": "none",
    "tel": "phone", "telephone": "phone", "website": "url", "homepage": "url", "path": "src", "file": "src",
}  # fmt: skip
"""Words people write for ours."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant; empty where none is near."""
    choices = list(known)
    other = OTHER_WORDS.get(word.lower())
    if other in choices:
        return str(other)
    lowered = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(word.lower()[:100], lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else ""


def suggest(word: str, known: Iterable[str]) -> str:
    """A fix that names the nearest known word, else all of them."""
    choices = list(known)
    near = nearest(word, choices)
    return f"did you mean `{near}`?" if near else f"use one of: {', '.join(choices)}" if choices else ""


def explain_syntax(error: Any, source: Source) -> UserError:
    """What is wrong with a file that is not YAML, from PyYAML's marked error."""
    mark = error.problem_mark or error.context_mark
    said = f"{error.problem or ''} {error.context or ''}"
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    for number in dict.fromkeys((line, line - 1)):
        text = source.line(number)
        indent = text[: len(text) - len(text.lstrip())]
        if "\t" in indent:
            return UserError(
                "a tab in the indentation, where YAML takes spaces only",
                fix="indent with spaces",
                place=Place(source.label, number, indent.index("\t") + 1, text=text),
            )
    context = error.context_mark
    if context is not None and ("end of stream" in said or "expected ','" in said):
        line, column = context.line + 1, context.column + 1
    while line > 1 and not source.line(line).strip():
        line -= 1
        column = len(source.line(line).rstrip()) or 1
    text = source.line(line)
    place = Place(source.label, line, column, text=text)
    in_brackets = "expected ','" in said or "node content" in said
    last = mark.line + 1 if mark is not None else line
    for number in dict.fromkeys((line, last, last - 1) if in_brackets else ()):
        for pattern, message, fix in BRACKETS:
            match = re.search(pattern, source.line(number))
            if match is not None:
                at = Place(source.label, number, match.start(1) + 1, "", source.line(number), len(match[1]))
                return UserError(message, fix=fix, place=at)
    if "cannot start any token" in said:
        character = text[column - 1 : column]
        return UserError(f"text cannot begin with `{character}`", fix="put the text in quotes", place=place)
    for pattern, message, fix in SYNTAX:
        if re.search(pattern, said):
            return UserError(message, fix=fix, place=place)
    return UserError(f"not YAML: {(error.problem or 'it cannot be read').strip()}", place=place)


def explain_value(error: ErrorDetails) -> tuple[str, str]:
    """Message and fix for a value that its model refused."""
    kind, facts = error["type"], error.get("ctx", {})
    if kind == "refused":
        return facts["message"], facts["fix"]
    if error.get("input") is None:
        kind = "nothing"
    if kind == "literal_error":
        choices = re.findall(r"'([^']+)'", facts["expected"]) or [facts["expected"]]
        word = str(error["input"])
        return f"`{_shorten(word)}` is not one of {', '.join(choices)}", suggest(word, choices)
    if kind == "too_short" and facts.get("min_length") == 1:
        return "nothing is written here", "write at least one"
    message, fix = VALIDATION.get(kind, (error["msg"], ""))
    return message.format(**facts), fix.format(**facts)


def explain_unknown(key: str, known: Iterable[str]) -> tuple[str, str]:
    """Message and fix for a key that means nothing where it stands."""
    home = _homes().get(key)
    if home is not None:
        return f"`{_shorten(key)}` does not belong here", f"its place is `{home}`"
    near = nearest(key, known)
    if near:
        return f"unknown key `{_shorten(key)}`", f"did you mean `{near}`?"
    return f"unknown key `{_shorten(key)}`", f"known here: {', '.join(known)}"


def known_keys(model: type[BaseModel]) -> list[str]:
    """The keys of a model as they are written in YAML."""
    return [field.alias or name for name, field in model.model_fields.items()]


def model_at(model: type[BaseModel], keys: Iterable[str | int]) -> type[BaseModel] | None:
    """The model of the group that stands at ``keys`` below ``model``; None where there is none."""
    found: type[BaseModel] | None = model
    for key in keys:
        if isinstance(key, int) or found is None:
            continue
        field = next((f for name, f in found.model_fields.items() if (f.alias or name) == key), None)
        found = None if field is None else _model_in(field.annotation)
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in get_args(annotation) if argument is not NoneType)
    return next((model for model in found if model is not None), None)


@cache
def _homes() -> dict[str, str]:
    """Where each key of a recipe belongs; the first place of those it has."""
    homes: dict[str, str] = {}
    for path in _key_paths(Recipe):
        homes.setdefault(path.rpartition(".")[2], path)
    return homes


def _key_paths(model: type[BaseModel], path: str = "") -> Iterable[str]:
    for name, field in model.model_fields.items():
        here = below(path, field.alias or name)
        yield here
        inner = _model_in(field.annotation)
        if inner is not None:
            many = get_origin(field.annotation) is list
            yield from _key_paths(inner, f"{here}[…]" if many else here)


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
