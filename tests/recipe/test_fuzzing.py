"""Whatever bytes a recipe file holds, reading it either works or says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from castad_cli.errors import RecipeProblems, UserError
from castad_cli.recipe import read_recipe

from .conftest import EXAMPLE, TEMPLATES

_QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_PIECES = [
    "\t", "\n", " ", ":", ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "!x ", "|", ">", "#", '"', "'", "${", "}", "$${",
    "${brand.name}", "${room}", "${publish}", "~", "null", "\\", "\x00", "\ufeff", "\u2028", "\ud7ff", "🌊", "é",
    "<<: *a", "---\n", "...\n", "%YAML", "?", "999999999999999999999", "-1", "nan", "inf", "1e999", ".5", "../", "/",
    "s3://", "a" * 300,
]  # fmt: skip


def read(folder: Path, recipe: bytes, rows: bytes = b"room\nOcean\n") -> None:
    """Read it; whatever is wrong with it is told with a place and in words."""
    (folder / "r.yaml").write_bytes(recipe)
    (folder / "rooms.csv").write_bytes(rows)
    problems: tuple[UserError, ...] = ()
    try:
        assert read_recipe(Path("r.yaml"), templates=TEMPLATES).ads
    except RecipeProblems as error:
        problems = error.problems
    for problem in problems:
        assert isinstance(problem, UserError)
        assert problem.message
        assert problem.place is not None
        assert problem.place.column <= len(problem.place.text) + 1 or not problem.place.text
        assert "Input should" not in problem.message
        assert "pydantic" not in problem.message + problem.fix


@_QUICK
@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
@example(b"castad: 1\r\rbrand:\x85 {name: x}")
def test_any_bytes(folder: Path, data: bytes) -> None:
    read(folder, data)


@_QUICK
@given(st.text(st.sampled_from("castd: 1\n-[]{}&*!|>'\"%@`#?,~$\tx"), max_size=200))
def test_any_text_of_yamls_own_characters(folder: Path, text: str) -> None:
    read(folder, text.encode())


@_QUICK
@given(st.lists(st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 30), st.sampled_from(_PIECES)), max_size=4))
def test_a_recipe_with_pieces_put_in_and_taken_out(folder: Path, edits: list[tuple[int, int, str]]) -> None:
    text = EXAMPLE
    for at, taken, put in edits:
        text = text[:at] + put + text[at + taken :]
    read(folder, text.encode("utf-8", "surrogatepass"))


_VALUES = st.recursive(
    st.sampled_from(
        ["", "~", "x", "1", "-1", "true", "15s", '"${room}"', '"${brand.name}"', "2026-12-01T09:00:00Z", "reel"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(["ko", "src", "name", "provider", "scenes", "youtube", "account"]), inner, max_size=3
        ).map(lambda fields: "{" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}"),
    ),
    max_leaves=8,
)
_KEYS = [
    "name", "template", "duration", "formats", "languages", "brand", "brief", "copy", "media", "music", "variants",
    "data", "publish",
]  # fmt: skip


@_QUICK
@given(st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=6))
def test_any_values_under_the_recipes_keys(folder: Path, fields: dict[str, str]) -> None:
    read(folder, ("castad: 1\n" + "".join(f"{key}: {value}\n" for key, value in fields.items())).encode())


@_QUICK
@given(st.one_of(st.binary(max_size=200), st.text(st.sampled_from('room,;\t"\n\r$ {}x'), max_size=80).map(str.encode)))
def test_any_data_file(folder: Path, rows: bytes) -> None:
    read(folder, b"castad: 1\ndata: rooms.csv\nbrand: {name: '${room}'}\nmedia: [assets/sea.jpg]\n", rows)


@pytest.mark.parametrize("cut", range(0, len(EXAMPLE), 97))
def test_a_recipe_that_ends_too_soon(folder: Path, cut: int) -> None:
    read(folder, EXAMPLE.encode()[:cut])
