"""The one place where errors become text.

::

    recipes/spring.yaml:14:15  scenes[2].duration
       14 │   duration: 75s
          │             ^^^ at most 60s
    fix: shorten the scene

Widths are those of a terminal: a full-width character takes two columns, a combining mark none, so the caret stands
under what it means in every language.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from castad_cli.errors import CastadError, RecipeProblems, RenditionRejected, ToolError
from castad_cli.model.events import StageFailed
from castad_cli.model.place import Place

_GUTTER = 5
_ELLIPSIS = "…"


def each_problem(error: CastadError) -> Iterator[CastadError]:
    """The single problems inside ``error``, itself if it is one."""
    if isinstance(error, RecipeProblems):
        for problem in error.problems:
            yield from each_problem(problem)
    else:
        yield error


def problem_text(error: CastadError, width: int) -> Text:
    """One problem as styled text for a terminal ``width`` columns wide."""
    details: list[str] = []
    if isinstance(error, RenditionRejected):
        details = list(error.findings)
    elif isinstance(error, ToolError) and error.stderr:
        details = error.stderr.strip().splitlines()[-6:]
    return _assemble(error.message, error.fix, error.place, details, width)


def failure_text(failed: StageFailed, width: int) -> Text:
    """A failed stage of a run as styled text, headed by what was being made."""
    text = Text()
    if failed.ad:
        subject = " · ".join(part for part in (failed.ad, failed.format) if part)
        text.append(f"{subject}: ", style="bold")
        text.append(f"{_DOING.get(failed.stage, failed.stage)} failed\n")
    if failed.traceback:
        text.append("This is a bug in CaStAD, not in your recipe. Please report it with these lines:\n", style="yellow")
        text.append(failed.traceback)
        return text
    text.append_text(_assemble(failed.error, failed.fix, failed.place, list(failed.details), width))
    return text


def problem_record(error: CastadError) -> dict[str, Any]:
    """One problem as a flat JSON object."""
    place = error.place
    record: dict[str, Any] = {
        "event": "problem",
        "kind": type(error).__name__,
        "message": error.message,
        "fix": error.fix,
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "column": place.column if place else 0,
        "path": place.path if place else "",
    }
    if isinstance(error, RenditionRejected):
        record["findings"] = list(error.findings)
    if isinstance(error, ToolError):
        record["status"], record["stderr"] = error.status, error.stderr
    return record


def notice_text(text: str, place: Place) -> Text:
    """Something to know about a value, on one line."""
    at = f"{short_path(Path(place.file))}:{place.line}:{place.column}" if place.line else short_path(Path(place.file))
    return Text.assemble((at, "bold"), "  ", ("note: ", "bold yellow"), _printable(text))


def notice_record(text: str, place: Place) -> dict[str, Any]:
    """The same as a flat JSON object."""
    at = {"file": place.file, "line": place.line, "column": place.column, "path": place.path}
    return {"event": "notice", "message": text, **at}


_DOING = {"script": "writing the words", "track": "making the music", "render": "rendering", "deliver": "saving"}


def _assemble(message: str, fix: str, place: Place | None, details: list[str], width: int) -> Text:
    text = Text()
    message, fix = _printable(message), _printable(fix)
    said = [_printable(line).replace("\n", " ") for line in details]
    details = [line for line in said if line not in message.replace("\n", " ")]  # one finding is the message itself
    if place is None:
        text.append("error: ", style="bold red")
        text.append(message + "\n")
    else:
        _append_place(text, place, message, width)
    for line in details:
        text.append(f"   {line}\n", style="dim")
    if fix:
        first, *rest = fix.splitlines()
        text.append("fix: ", style="bold green")
        text.append(first + "\n")
        for line in rest:
            text.append(f"     {line}\n")
    return text


def _append_place(text: Text, place: Place, message: str, width: int) -> None:
    file = _printable(short_path(place.file))
    text.append(f"{file}:{place.line}:{place.column}" if place.line else file, style="bold")
    if place.path:
        text.append(f"  {_printable(place.path)}", style="cyan")
    text.append("\n")
    if not place.line or not place.text.strip():
        text.append("error: ", style="bold red")
        text.append(message + "\n")
        return
    room = max(width - _GUTTER - 4, 20)
    line, start, length = _excerpt(place.text, place.column - 1, max(place.length, 1), room)
    text.append(f"{place.line:>{_GUTTER}} │ ", style="dim")
    text.append(line + "\n")
    text.append(f"{'':>{_GUTTER}} │ ", style="dim")
    text.append(" " * start)
    text.append("^" * length, style="bold red")
    first, *rest = message.splitlines() or [""]
    if start + length + 1 + cell_len(first) <= room:
        text.append(f" {first}\n", style="red")
    else:
        text.append("\n")
        rest = [first, *rest]
    for more in rest:
        for piece in _wrap(more, room):
            text.append(f"{'':>{_GUTTER}} │ ", style="dim")
            text.append(f"{piece}\n", style="red")


def _excerpt(line: str, column: int, length: int, room: int) -> tuple[str, int, int]:
    """The part of ``line`` to show in ``room`` cells, and the caret's first cell and length in it.

    ``column`` and ``length`` count characters from 0; a tab counts as one and is shown as four spaces.
    """
    line = line.rstrip("\r\n")
    column = min(column, len(line))
    before, marked, after = line[:column], line[column : column + length], line[column + length :]
    before, marked, after = (_printable(part) for part in (before, marked, after))
    if cell_len(before) + cell_len(marked) + cell_len(after) > room:
        marked = _clip(marked, max(room // 2, 8))
        kept = max(room - cell_len(marked) - 12, room // 4)
        if cell_len(before) > kept:
            before = _ELLIPSIS + _clip(before[::-1], kept - 1, mark="")[::-1]
        after = _clip(after, room - cell_len(before) - cell_len(marked))
    return before + marked + after, cell_len(before), max(cell_len(marked), 1)


def _printable(text: str) -> str:
    """``text`` without what would steer the terminal; line ends stay, tabs become four spaces."""
    text = text.replace("\t", "    ")
    return "".join(c if c.isprintable() or c in "\n\u200d\ufe0f" else "\ufffd" for c in text)


def _clip(text: str, room: int, mark: str = _ELLIPSIS) -> str:
    if cell_len(text) <= room:
        return text
    kept = ""
    for character in text:
        if cell_len(kept + character) > room - cell_len(mark):
            break
        kept += character
    return kept + mark


def _wrap(text: str, room: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        candidate = f"{lines[-1]} {word}".strip() if lines[-1] else word
        if cell_len(candidate) <= room or not lines[-1]:
            lines[-1] = candidate
        else:
            lines.append(word)
    return lines


def short_path(path: str | Path) -> str:
    """The path as a person standing here would write it: relative if it lies below. An address stays as it is."""
    if "://" in str(path):
        return str(path)
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return str(path)
    return str(path) if relative.startswith("..") else relative
