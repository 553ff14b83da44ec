"""Hostile and broken YAML: one clear error at its place, and nothing runs, explodes or hangs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from castad_cli.errors import UserError
from castad_cli.recipe import yaml_text
from castad_cli.recipe.tree import Fields, Scalar, find, plain, walk
from castad_cli.recipe.yaml_text import parse_yaml


def parse(text: str | bytes) -> Fields:
    tree, problems = parse_yaml(text if isinstance(text, bytes) else text.encode(), "r.yaml")
    assert problems == ()
    return tree


def refusal(text: str | bytes) -> tuple[str, str]:
    """Where and what is wrong."""
    with pytest.raises(UserError) as caught:
        parse_yaml(text if isinstance(text, bytes) else text.encode(), "r.yaml")
    place = caught.value.place
    assert place is not None
    assert place.file == "r.yaml"
    return f"{place.line}:{place.column}", caught.value.message


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both of PyYAML's parsers: wheels have libyaml, a build from source may not."""
    if request.param == "pure":
        monkeypatch.setattr(yaml_text, "_PARSER", yaml.SafeLoader)
    return str(request.param)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a:\n\tb: 1\n", "2:1", "a tab in the indentation, where YAML takes spaces only"),
        ("a:\n  b: 1\n \t c: 2\n", "3:2", "a tab in the indentation, where YAML takes spaces only"),
        ("a: b: c\n", "1:5", "a `:` that cannot stand here"),
        ("a: 'x\nb: 2\n", "1:4", "a quote opens here and never closes"),
        ("a: [1, 2\nb: 3\n", "1:4", "a list opens here with `[` and does not close"),
        ("a: {b: 1\nc: 2\n", "1:4", "a group opens here with `{` and does not close"),
        ("a:\n  b: 1\n c: 2\n", "3:2", "this does not belong to what stands above it"),
        ("a: @home\n", "1:4", "text cannot begin with `@`"),
        ("a: `x`\n", "1:4", "text cannot begin with ```"),
        ("a: *x\n", "1:4", "`*x` names an anchor that is not above it"),
        ("a: {primary: #0b3954}\n", "1:14", "a colour without quotes; # begins a comment"),
        ("a: {title: ${name}, b: 1}\n", "1:12", "`${` without quotes in a line with brackets"),
        ("a: - b\n", "1:4", "a list item cannot stand here"),
        ("", "0:0", "the file is empty"),
        ("# only a comment\n", "0:0", "the file is empty"),
        ("---\n", "0:0", "the file is empty"),
        ("- a\n- b\n", "1:1", "a recipe is `key: value` lines; this file is a list"),
        ("hello\n", "1:1", "a recipe is `key: value` lines; this file is one piece of text"),
        ("a: 1\n---\nb: 2\n", "2:1", "a second document begins here"),
        ("a: !!python/object/apply:os.system [ls]\n", "1:4", None),
        ("a: !secret x\n", "1:4", "the tag `!secret` means nothing in a recipe"),
        ("? [a]\n: b\n", "1:3", "a key is one piece of text"),
        ("a: &x [*x]\n", "1:8", "`*x` stands inside what it names"),
        ("a: 1\nb: \x07\n", "2:4", "a control character (U+0007)"),
        ("a: \x00\n", "1:4", "a control character (U+0000)"),
        ('a: "\\0"\n', "1:4", "the text holds a control character"),
        ("<<: 1\na: 2\n", "1:5", "`<<` takes a mapping, or a list of them"),
    ],
)
def test_what_is_not_a_recipe_is_refused_at_its_place(text: str, place: str, message: str | None) -> None:
    where, said = refusal(text)
    assert where == place
    assert message is None or said == message


def test_bytes_that_are_not_utf_8_are_named_by_their_offset() -> None:
    where, said = refusal("a: 1\nb: caf\u00e9\n".encode("latin-1"))
    assert (where, said) == ("2:7", "not UTF-8: byte 11 is 0xe9")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "cp949"])
def test_other_encodings_are_refused(encoding: str) -> None:
    prefix = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert "UTF" in refusal(prefix + "name: 하늘\n".encode(encoding))[1]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert plain(parse(b"\xef\xbb\xbfa: 1\n")) == {"a": "1"}


def test_aliases_that_explode_are_refused_quickly() -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 12):
        laughs += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n"
    assert "aliases followed" in refusal(laughs)[1]


def test_many_aliases_are_refused() -> None:
    assert "aliases" in refusal("a: &a x\nb: [" + "*a, " * 5000 + "x]\n")[1]


@pytest.mark.parametrize(
    "nest", ["a: " + "[" * 50_000, "a: " + "{a: " * 20_000, "".join(f"{' ' * i}a:\n" for i in range(900))]
)
def test_deep_nesting_is_refused(nest: str) -> None:
    assert "deep" in refusal(nest)[1]


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    from castad_cli.errors import RecipeProblems
    from castad_cli.recipe import read_recipe

    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.write(b"castad: 1\n")
        os.truncate(file.fileno(), 50_000_000)
    with pytest.raises(RecipeProblems) as caught:
        read_recipe(path, templates={})
    assert caught.value.problems[0].message == "the file has 50.0 MB; a recipe has at most 1 MB"


def test_keys_written_twice_and_colours_without_quotes_are_all_told() -> None:
    text = "a: 1\nb:\n  primary: #0b3954\n  c: 1\n  c: 2\na: 3\n"
    _, problems = parse_yaml(text.encode(), "r.yaml")
    assert [(str(p.place), p.message) for p in problems] == [
        ("r.yaml:3:12  b.primary", "`#0b3954` is a comment here, since # begins one"),
        ("r.yaml:5:3  b.c", "`c` is written twice"),
        ("r.yaml:6:1  a", "`a` is written twice"),
    ]
    assert problems[1].fix == "keep one; the first is in line 4"


def test_a_comma_that_cuts_a_text_between_braces_is_told() -> None:
    _, problems = parse_yaml("offer: {ko: 커피 9,000원, en: nine}\n".encode(), "r.yaml")
    assert [(str(p.place), p.message) for p in problems] == [
        ("r.yaml:1:18  offer.000원", "`000원` stands alone: between braces a comma ends the text before it")
    ]
    assert parse('offer: {ko: "9,000원", logo: , en: nine}\n')


def test_nothing_is_guessed_from_how_a_value_looks() -> None:
    written = "a: no\nb: 1:30\nc: 010\nd: 2026-12-01\ne: 1e3\nf: 0x1F\ng: yes\nno: on\n"
    assert plain(parse(written)) == {
        "a": "no", "b": "1:30", "c": "010", "d": "2026-12-01", "e": "1e3", "f": "0x1F", "g": "yes", "no": "on",
    }  # fmt: skip


def test_only_what_is_plainly_empty_is_nothing() -> None:
    tree = parse("a:\nb: ~\nc: null\nd: ''\ne: \"null\"\nf: !!str\n")
    assert {key: entry.value.text for key, entry in tree.entries.items() if isinstance(entry.value, Scalar)} == {
        "a": None, "b": None, "c": None, "d": "", "e": "null", "f": "",
    }  # fmt: skip
    assert plain(tree) == {"d": "", "e": "null", "f": ""}


def test_anchors_and_merges_are_followed() -> None:
    tree = parse("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: {<<: [*x, {c: 4}]}\n'<<': 5\n")
    assert plain(tree) == {
        "x": {"a": "1", "b": "2"},
        "y": {"a": "1", "b": "3"},
        "z": {"a": "1", "b": "2", "c": "4"},
        "<<": "5",
    }


def test_every_key_and_value_knows_its_place() -> None:
    tree = parse("brand:\n  name: 하늘  # note\nmedia:\n- a.jpg\n- src: b.jpg\n  alt: |\n    long\n    text\n")
    places = {path: (node.spot.line, node.spot.column, node.spot.length) for path, node in walk(tree) if path}
    assert places["brand.name"] == (2, 9, 2)
    assert places["media[0]"] == (4, 3, 5)
    assert places["media[1].src"] == (5, 8, 5)
    key = tree.entries["media"].key
    assert places["media[1].alt"] == (6, 8, 1)
    assert (key.line, key.column, key.length, key.place().text) == (3, 1, 5, "media:")


def test_paths_find_their_values() -> None:
    tree = parse("a.b: {c: [x, {d: y}]}\na: {b: z}\n")
    found = {path: find(tree, path) for path in ("a.b.c[0]", "a.b.c[1].d", "a.b", "a.b.c[2]", "a.b.c[x]", "q", "a[0]")}
    assert {path: plain(node) for path, node in found.items() if node is not None} == {
        "a.b.c[0]": "x",
        "a.b.c[1].d": "y",
        "a.b": "z",
    }


def test_windows_line_ends_keep_places() -> None:
    tree = parse("a: 1\r\nb:\r\n  c: 2\r\n")
    node = find(tree, "b.c")
    assert node is not None
    place = node.spot.place()
    assert (place.line, place.column, place.text) == (3, 6, "  c: 2")
