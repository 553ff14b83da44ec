"""How errors look."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from castad_cli.cli.problems import each_problem, problem_record, problem_text, short_path
from castad_cli.errors import RecipeProblems, RenditionRejected, ToolError, UserError
from castad_cli.model.place import Place


def shown(error: UserError, width: int = 80) -> str:
    return problem_text(error, width).plain


def test_a_problem_shows_place_line_caret_and_fix() -> None:
    place = Place("recipes/spring.yaml", 14, 13, "scenes[2].duration", "  duration: 75s", 3)
    assert shown(UserError("at most 60s", fix="shorten the scene", place=place)) == (
        "recipes/spring.yaml:14:13  scenes[2].duration\n"
        "   14 │   duration: 75s\n"
        "      │             ^^^ at most 60s\n"
        "fix: shorten the scene\n"
    )


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("  name: 하늘마루 펜션", "펜션"),
        ("  name: 海の見える宿", "宿"),
        ("  name: ที่พักริมทะเล", "ทะเล"),
        ("\tname: tab", "tab"),
        ("  name: e\u0301te\u0301", "te\u0301"),
    ],
)
def test_the_caret_stands_under_wide_and_combining_characters(text: str, marked: str) -> None:
    place = Place("r.yaml", 3, text.index(marked) + 1, "brand.name", text, len(marked))
    _, line, caret, *_ = shown(UserError("no", place=place)).splitlines()
    start = caret.index("^")
    assert caret.count("^") == cell_len(marked)
    shown_text = text.replace("\t", "    ")
    assert start == cell_len(line[: line.index(shown_text)]) + cell_len(shown_text[: shown_text.index(marked)])


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("column", [1, 150, 299])
def test_a_long_line_is_cut_around_the_caret_and_never_wraps(width: int, column: int) -> None:
    text = "긴".join("abcdefghij" for _ in range(30))
    place = Place("r.yaml", 2, column, "brief.offer", text, 5)
    lines = shown(UserError("too long for this place", place=place), width).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert "^" in lines[2]
    marked = text[column - 1 : column + 4]
    start, length = lines[2].index("^"), lines[2].count("^")
    cells = 0
    under = ""
    for character in lines[1]:
        if start <= cells < start + length:
            under += character
        cells += cell_len(character)
    assert under == marked


def test_a_long_message_goes_below_the_caret_whole() -> None:
    message = "this message is far too long to stand beside the caret and so it is wrapped below it, word by word"
    place = Place("r.yaml", 2, 20, "x", " " * 19 + "value", 5)
    lines = shown(UserError(message, place=place), 60).splitlines()
    assert all(cell_len(line) <= 60 for line in lines)
    assert " ".join(line.split("│ ", 1)[1].strip() for line in lines[3:]) == message


def test_without_a_place_the_message_says_error() -> None:
    assert shown(UserError("no such thing", fix="make one")) == "error: no such thing\nfix: make one\n"


def test_a_place_without_a_line_shows_the_file_alone() -> None:
    assert shown(UserError("empty", place=Place("a.yaml"))) == "a.yaml\nerror: empty\n"


def test_control_characters_never_reach_the_terminal() -> None:
    place = Place("r.yaml", 1, 1, "", "\x1b[31mred\x07", 4)
    assert "\x1b" not in shown(UserError("bad", place=place))


def test_an_escape_in_a_message_is_shown_not_sent() -> None:
    assert "\x1b" not in shown(UserError("bad \x1b[2J file"))


def test_what_a_tool_said_last_is_shown() -> None:
    error = ToolError("FFmpeg failed", command=["ffmpeg"], status=1, stderr="\n".join(f"line {n}" for n in range(20)))
    text = problem_text(error, 80).plain
    assert "line 19" in text
    assert "line 3\n" not in text


def test_findings_of_an_inspection_are_shown() -> None:
    text = problem_text(RenditionRejected("the file failed its check", findings=["loudness -9 LUFS"]), 80).plain
    assert "loudness -9 LUFS" in text


def test_nested_problems_come_out_one_by_one() -> None:
    one, two, three = UserError("1"), UserError("2"), UserError("3")
    assert list(each_problem(RecipeProblems([one, RecipeProblems([two, three])]))) == [one, two, three]


def test_the_record_of_a_problem_has_its_place() -> None:
    record = problem_record(UserError("bad", fix="mend", place=Place("a.yaml", 3, 5, "brand.name", "x", 1)))
    assert record == {
        "event": "problem",
        "kind": "UserError",
        "message": "bad",
        "fix": "mend",
        "file": "a.yaml",
        "line": 3,
        "column": 5,
        "path": "brand.name",
    }


def test_a_path_elsewhere_stays_absolute(tmp_path: object) -> None:
    assert short_path("/somewhere/else.yaml") == "/somewhere/else.yaml"
    assert short_path("here/below.yaml") == "here/below.yaml"
    assert short_path("s3://bucket/out/a.mp4") == "s3://bucket/out/a.mp4"
