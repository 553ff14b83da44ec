"""The rows of a recipe's ``data:`` file, each cell with its place.

CSV as RFC 4180 has it, with ``,``, ``;`` or a tab between cells. Read here, since the standard library's reader
keeps no places and guesses at what is not well formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from castad_cli.errors import RecipeProblems, UserError
from castad_cli.model.place import Place
from castad_cli.recipe.tree import Scalar, Source, Spot
from castad_cli.recipe.yaml_text import decode

MAX_BYTES = 50_000_000
MAX_CELL = 20_000
_KEY_COLUMNS = ("name", "id", "key")
_KEY_LENGTH = 60
_LINE_END = re.compile("\r\n|\r|\n")
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``key`` names it (a folder's name, unique in its file), ``cells`` are its values by column."""

    key: str
    number: int
    cells: dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class Table:
    """A data file: its name in messages, its columns, its rows."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_rows(path: Path, label: str) -> Table:
    """The rows of a CSV file. Blank lines do not count; an empty cell is a Scalar without text.

    Raises:
        RecipeProblems: all that is wrong with the file.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _one(f"more than {MAX_BYTES // 1_000_000} MB", "part it into several files", Place(label))
        data = path.read_bytes()
    except OSError as error:
        raise _one(f"cannot be read: {error.strerror}", "check the path and its permissions", Place(label)) from None
    try:
        text = decode(data, label)
    except UserError as error:
        raise RecipeProblems([error]) from None
    source = Source(label, tuple(_LINE_END.split(text)))
    records = _Reader(source, text, _sniff(text)).records()
    header = next(records, None)
    if header is None:
        raise _one(
            "the data file is empty", "write a line with the columns' names, then a line for each ad", Place(label)
        )
    columns, problems = _columns(header)
    found: list[list[Scalar]] = []
    try:
        for cells in records:
            if len(cells) != len(columns):
                problems.append(_ragged(cells, columns))
            found.append(cells)
    except UserError as error:
        problems.append(error)
    if not found and not problems:
        problems.append(
            UserError("no rows below the columns' names", fix="write a line for each ad", place=Place(label))
        )
    if problems:
        raise RecipeProblems(problems)
    named = [dict(zip(columns, cells, strict=True)) for cells in found]
    keys = _keys(columns, named)
    rows = (Row(key, number, cells) for number, (key, cells) in enumerate(zip(keys, named, strict=True), start=1))
    return Table(label, columns, tuple(rows))


def _one(message: str, fix: str, place: Place) -> RecipeProblems:
    return RecipeProblems([UserError(message, fix=fix, place=place)])


def _sniff(text: str) -> str:
    """The delimiter: of ``,``, ``;`` and tab the one most frequent in the first line, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    return max(",;\t", key=first.count)


def _columns(header: Sequence[Scalar]) -> tuple[tuple[str, ...], list[UserError]]:
    problems: list[UserError] = []
    names: list[str] = []
    for cell in header:
        name = (cell.text or "").strip()
        if not name:
            problems.append(UserError("a column without a name", fix="name it", place=cell.spot.place("")))
        elif name in names:
            problems.append(UserError(f"two columns are called `{name}`", fix="rename one", place=cell.spot.place("")))
        elif re.search(r"[${}]", name):
            problems.append(
                UserError(
                    f"`{name}` cannot be written in ${{…}}", fix="name it without $ { }", place=cell.spot.place("")
                )
            )
        names.append(name)
    return tuple(names), problems


def _ragged(cells: Sequence[Scalar], columns: Sequence[str]) -> UserError:
    spot = cells[min(len(cells), len(columns) + 1) - 1].spot
    if len(cells) > len(columns):
        fix = "put a cell that holds the delimiter in double quotes"
    else:
        fix = f"write every cell; `{columns[len(cells)]}` is the first that is missing"
    return UserError(f"{len(cells)} cells for {len(columns)} columns", fix=fix, place=spot.place(""))


def _keys(columns: Sequence[str], rows: Sequence[dict[str, Scalar]]) -> list[str]:
    """A name for each row: its ``name``, ``id`` or ``key`` where these are all there and differ, else its number."""
    for wanted in _KEY_COLUMNS:
        column = next((name for name in columns if name.lower() == wanted), None)
        if column is None:
            continue
        keys = [_folder_name(row[column].text or "") for row in rows]
        if all(keys) and len({key.casefold() for key in keys}) == len(keys):
            return keys
    return [str(number) for number in range(1, len(rows) + 1)]


def _folder_name(text: str) -> str:
    """``text`` as a name that any file system takes: no separators, no dots or dashes at its ends."""
    return re.sub(r"[^\w .-]+", "-", text).strip(" .-")[:_KEY_LENGTH].strip(" .-")


class _Reader:
    """RFC 4180, with places."""

    def __init__(self, source: Source, text: str, delimiter: str) -> None:
        self._source = source
        self._text = text
        self._delimiter = re.escape(delimiter)
        self._plain = re.compile(f"[^{self._delimiter}\r\n]*")
        self._end = re.compile(f"({self._delimiter})|\r\n|\r|\n|\\Z")

    def records(self) -> Iterator[list[Scalar]]:
        """Each record's cells; lines with nothing on them are passed over.

        Raises:
            UserError: a quote that does not close, or text after one that does.
        """
        at, line, start = 0, 1, 0
        cells: list[Scalar] = []
        while at < len(self._text):
            begun, column = at, at - start + 1
            if self._text[at] == '"':
                value, at = self._quoted(at, line, column)
                first_line, length = line, at - begun
                for end in _LINE_END.finditer(self._text, begun, at):
                    line, start, length = line + 1, end.end(), 1
            else:
                match = self._plain.match(self._text, at)
                assert match is not None
                value, at = match[0], match.end()
                length, first_line = len(value), line
            end_match = self._end.match(self._text, at)
            spot = Spot(self._source, first_line, column, max(length, 1), "")
            if end_match is None:
                raise UserError(
                    "text after a closing quote",
                    fix='write the whole cell in quotes, a quote in it as ""',
                    place=Spot(self._source, line, at - start + 1, 1, "").place(),
                )
            if len(value) > MAX_CELL:
                raise UserError(
                    f"a cell of more than {MAX_CELL:,} characters", fix="is a quote open?", place=spot.place()
                )
            cells.append(Scalar(spot, value.strip() or None))
            at = end_match.end()
            if end_match[1] is not None:
                if at >= len(self._text):
                    cells.append(Scalar(Spot(self._source, line, at - start + 1, 1, ""), None))
                continue
            line, start = line + 1, at
            if len(cells) > 1 or cells[0].text is not None:
                yield cells
            cells = []
        if cells:
            yield cells

    def _quoted(self, at: int, line: int, column: int) -> tuple[str, int]:
        match = _QUOTED.match(self._text, at)
        if match is None:
            place = Spot(self._source, line, column, 1, "").place()
            raise UserError("a quote opens here and never closes", fix="close it", place=place)
        return match[1].replace('""', '"'), match.end()
