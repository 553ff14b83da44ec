"""Data files: cells with their places, and what is not a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castad_cli.errors import RecipeProblems
from castad_cli.recipe.rows import Table, read_rows


def table(folder: Path, data: str | bytes) -> Table:
    path = folder / "rows.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_rows(path, "rows.csv")


def values(found: Table) -> list[dict[str, str | None]]:
    return [{column: cell.text for column, cell in row.cells.items()} for row in found.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_recognised(tmp_path: Path, delimiter: str, end: str) -> None:
    lines = [["a", "b c", "d"], ["1", "", "3"], ["x", "y", "z"]]
    found = table(tmp_path, end.join(delimiter.join(line) for line in lines))
    assert found.columns == ("a", "b c", "d")
    assert values(found) == [{"a": "1", "b c": None, "d": "3"}, {"a": "x", "b c": "y", "d": "z"}]


def test_quoted_cells_hold_delimiters_quotes_and_lines(tmp_path: Path) -> None:
    found = table(tmp_path, 'a,b,c\n"x, ""y""","1\n2\n3",z\n\n4,5,6\n')
    assert values(found) == [{"a": 'x, "y"', "b": "1\n2\n3", "c": "z"}, {"a": "4", "b": "5", "c": "6"}]
    places = [[(c.spot.line, c.spot.column, c.spot.length) for c in row.cells.values()] for row in found.rows]
    assert places == [[(2, 1, 10), (2, 12, 1), (4, 4, 1)], [(6, 1, 1), (6, 3, 1), (6, 5, 1)]]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert table(tmp_path, b"\xef\xbb\xbfname\nx\n").columns == ("name",)


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("id,b\nx,1\ny,2\n", ["x", "y"]),
        ("Name,b\nx,1\ny,2\n", ["x", "y"]),
        ("name,b\nx,1\nX,2\n", ["1", "2"]),
        ("name,b\nx,1\n,2\n", ["1", "2"]),
        ("name,id\nx,1\nx,2\n", ["1", "2"]),
        ("name,id\nx,a\nx,b\n", ["a", "b"]),
        ("name\n../../etc\na/b\n..\n", ["1", "2", "3"]),
        ("name\n../../etc\na/b:c\n", ["etc", "a-b-c"]),
        (f"name\n{'가' * 100}\nb\n", ["가" * 60, "b"]),
        ("b\nx\ny\n", ["1", "2"]),
    ],
)
def test_rows_are_called_by_their_name_where_it_can_name_a_folder(tmp_path: Path, data: str, keys: list[str]) -> None:
    assert [row.key for row in table(tmp_path, data).rows] == keys


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", [("rows.csv", "the data file is empty")]),
        ("\n\n", [("rows.csv", "the data file is empty")]),
        ("a,b\n", [("rows.csv", "no rows below the columns' names")]),
        (
            "a,a,,${x}\n1,2,3,4\n",
            [
                ("rows.csv:1:3", "two columns are called `a`"),
                ("rows.csv:1:5", "a column without a name"),
                ("rows.csv:1:6", "`${x}` cannot be written in ${…}"),
            ],
        ),
        (
            "a,b\n1\n1,2,3\n1,2,3,4\n",
            [
                ("rows.csv:2:1", "1 cells for 2 columns"),
                ("rows.csv:3:5", "3 cells for 2 columns"),
                ("rows.csv:4:5", "4 cells for 2 columns"),
            ],
        ),
        ('a,b\n1,"2\n3,4\n', [("rows.csv:2:3", "a quote opens here and never closes")]),
        ('a,b\n1,"2"x\n', [("rows.csv:2:6", "text after a closing quote")]),
        ("a,b\n1,caf\u00e9\n".encode("latin-1"), [("rows.csv:2:6", "not UTF-8: byte 9 is 0xe9")]),
        ("a\n" + "x" * 20_001, [("rows.csv:2:1", "a cell of more than 20,000 characters")]),
        ("a\n\x00\n", [("rows.csv:2:1", "a control character (U+0000)")]),
    ],
)
def test_what_is_not_a_table_is_told_at_its_place(
    tmp_path: Path, data: str | bytes, told: list[tuple[str, str]]
) -> None:
    with pytest.raises(RecipeProblems) as caught:
        table(tmp_path, data)
    assert [(str(p.place), p.message) for p in caught.value.problems] == told
    assert all(problem.fix for problem in caught.value.problems)


_CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp", "Co"]), max_size=12)


@given(st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=6))
def test_rows_are_read_as_the_standard_library_writes_them(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([("a", "b"), *cells])
    found = table(tmp_path_factory.mktemp("rows"), written.getvalue())
    assert values(found) == [{"a": a.strip() or None, "b": b.strip() or None} for a, b in cells]
