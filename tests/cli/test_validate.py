"""``castad validate``: all that is wrong, at once, where it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_a_recipe_in_order_says_what_it_makes(ask: Callable[..., Any], recipe: Path) -> None:
    answer = ask("validate", recipe)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "1 recipe in order: 1 ad, 1 rendition\n"


def test_brand_colours_that_fail_contrast_are_told_where_they_are_written(
    ask: Callable[..., Any], recipe: Path
) -> None:
    pale = '{name: Sea Inn, colors: {primary: "#f5efe0", accent: "#0b3954", text: "#ffffff"}}'
    recipe.write_text(recipe.read_text().replace("{name: Sea Inn}", pale))
    answer = ask("validate", recipe, columns=200)
    assert answer.code == 0
    assert answer.out == "1 recipe in order: 1 ad, 1 rendition\n"
    assert answer.err.startswith("inn.yaml:6:78  note: text #ffffff on primary has a contrast of 1.1:1")
    notice, summary = ask("validate", recipe, "--json").records
    assert (notice["event"], notice["path"]) == ("notice", "brand.colors.text")
    assert summary["problems"] == 0


def test_every_problem_of_every_file_is_told_with_place_caret_and_fix(
    ask: Callable[..., Any], recipe: Path, here: Path
) -> None:
    text = recipe.read_text()
    recipe.write_text(text.replace("duration: 6s", "duration: 75s").replace("formats:", "format:"))
    (here / "other.yaml").write_text(text.replace("name: inn", "name: cafe").replace("sea.png", "see.png"))
    answer = ask("validate", here)
    assert answer.code == 2
    assert "inn.yaml:3:11  duration\n    3 │ duration: 75s\n      │           ^^^ at most 60s" in answer.err
    assert "inn.yaml:4:1" in answer.err
    assert "did you mean" in answer.err
    assert "other.yaml:8:9  media[0]" in answer.err
    assert "3 problems in 2 recipes" in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


def test_json_has_a_record_for_each_problem_and_a_summary(ask: Callable[..., Any], recipe: Path) -> None:
    recipe.write_text(recipe.read_text().replace("duration: 6s", "duration: 75s").replace("sea.png", "none.png"))
    answer = ask("validate", recipe, "--json")
    assert answer.code == 2
    first, second, summary = answer.records
    assert (first["event"], first["file"], first["line"], first["column"]) == ("problem", "inn.yaml", 3, 11)
    assert second["path"].startswith("media[0]")
    assert summary == {"event": "summary", "recipes": 1, "ads": 0, "renditions": 0, "problems": 2}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"castad: 1\nname:\tx\n\tbrand: y\n", "tab"),
        (b"castad: 1\nname: a\nname: b\n", "twice"),
        (b"\xff\xfe\x00bad", "UTF-8"),
        (b"", "empty"),
        (b"- a\n- b\n", "list"),
        (b"castad: 2\nbrand: {name: x}\nmedia: [sea.png]\n", "castad"),
    ],
)
def test_wrong_yaml_of_every_kind_is_an_error_with_a_place(
    ask: Callable[..., Any], recipe: Path, written: bytes, said: str
) -> None:
    recipe.write_bytes(written)
    answer = ask("validate", recipe)
    assert answer.code == 2
    assert said in answer.err
    assert "inn.yaml" in answer.err
    assert "Traceback" not in answer.err


def test_media_that_are_not_what_they_seem_are_told_with_the_recipes_own_problems(
    ask: Callable[..., Any], recipe: Path, here: Path
) -> None:
    (here / "sea.png").write_bytes((here / "sea.png").read_bytes()[:300])
    (here / "room.png").write_text("<html>not found</html>")
    (here / "other.yaml").write_text(recipe.read_text().replace("name: inn", "name: cafe").replace("6s", "99s"))
    answer = ask("validate", here)
    assert answer.code == 2
    assert "sea.png" in answer.err
    assert "room.png" in answer.err
    assert "at most 60s" in answer.err


def test_a_missing_path_and_a_folder_without_recipes_are_told(ask: Callable[..., Any], here: Path) -> None:
    (here / "empty").mkdir()
    answer = ask("validate", "nowhere.yaml", "empty")
    assert answer.code == 2
    assert "no such file or folder" in answer.err
    assert "no recipe in this folder" in answer.err


def test_a_wide_line_keeps_its_caret_in_place_on_a_narrow_terminal(ask: Callable[..., Any], recipe: Path) -> None:
    recipe.write_text(recipe.read_text().replace("{name: Sea Inn}", "{name: 하늘마루 펜션, colors: {primary: 파랑}}"))
    answer = ask("validate", recipe, columns=60)
    assert answer.code == 2
    lines = answer.err.splitlines()
    shown = next(line for line in lines if "하늘마루" in line)
    caret = lines[lines.index(shown) + 1]
    from rich.cells import cell_len

    assert caret.index("^") == cell_len(shown[: shown.index("파랑")])
    assert "^^^^" in caret


def test_no_browser_is_started_and_no_network_touched(recipe: Path) -> None:
    recipe.write_text(recipe.read_text().replace("sea.png", "https://media.example/sea.jpg"))
    program = (
        "import sys, socket, subprocess\n"
        "def refuse(*_, **__): raise SystemExit('network or process')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse; subprocess.Popen.__init__ = refuse\n"
        "from castad_cli.cli.main import main\n"
        f"code = main(['validate', {str(recipe)!r}])\n"
        "assert 'playwright' not in sys.modules\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_path_that_is_not_there_hides_no_other_problem(ask: Callable[..., Any], tmp_path: Path) -> None:
    tab, listed, gone = tmp_path / "tab.yaml", tmp_path / "list.yaml", tmp_path / "gone.yaml"
    tab.write_text("castad: 1\n\tname: x\n")
    listed.write_text("[1, 2]\n")
    answer = ask("validate", tab, listed, gone)
    assert answer.code == 2
    assert all(path.name in answer.out + answer.err for path in (tab, listed, gone))
