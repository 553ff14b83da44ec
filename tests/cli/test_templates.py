"""``castad template new`` and ``check``, and ``castad preview --watch`` at a terminal, as a person uses them."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image


def test_bad_input_is_refused_with_the_fix(ask: Callable[..., Any], here: Path) -> None:
    assert ask("template", "new", "bakery", "--like", "menu").out == "templates/bakery\n"
    for arguments, said in (
        (("new", "bakery"), "use another name"),
        (("new", "../x"), "small letters"),
        (("new", "x", "--like", "hrizon"), "did you mean `horizon`?"),
        (("check", "bakry"), "did you mean `bakery`?"),
        (("check", "bakery", "--language", "xx"), "ko, en, ja"),
    ):
        answer = ask("template", *arguments)
        assert (answer.code, answer.out) == (2, "")
        assert said in answer.err
        assert "Traceback" not in answer.err


def test_a_damaged_description_is_told_with_its_line(ask: Callable[..., Any], here: Path) -> None:
    ask("template", "new", "bakery", "--like", "menu")
    path = here / "templates" / "bakery" / "template.yaml"
    text = path.read_text()
    for damaged, said in (
        ("name: bakery\nscenes: [\n", "template.yaml:3:1"),
        (text.replace("title:", "tile:", 1), "cannot be used: title"),
    ):
        path.write_text(damaged)
        answer = ask("template", "show", "bakery", columns=200)
        assert answer.code == 2
        assert said in answer.err


def test_a_template_is_tried_on_one_sheet(ask: Callable[..., Any], here: Path) -> None:
    ask("template", "new", "bakery", "--like", "horizon")
    answer = ask("template", "check", "bakery", "--format", "square", "--language", "th", "--output", "tried.png")
    assert (answer.code, answer.out) == (0, "tried.png\n")
    assert "2 cases, 0 with faults" in answer.err
    with Image.open(here / "tried.png") as sheet:
        assert sheet.height > 600


@pytest.fixture
def watching(here: Path, ask: Callable[..., Any]) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[str], str]]]:
    """``castad preview --watch`` at a terminal of its own; the call waits for words of it, and returns what came."""
    ask("template", "new", "bakery", "--like", "horizon")
    assert ask("init", "shop", "--template", "bakery").code == 0
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "castad_cli", "preview", "shop/shop.yaml", "-f", "square", "-l", "en", "--watch"]
    recipes = sorted((here / "shop").glob("*.yaml"))
    command[4] = str(recipes[0].relative_to(here))
    process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, start_new_session=True)
    os.close(its)
    seen = ""

    def until(words: str) -> str:
        nonlocal seen
        deadline = time.monotonic() + 120
        while words not in seen:
            assert time.monotonic() < deadline, seen
            assert process.poll() is None, seen
            if select.select([ours], [], [], 0.2)[0]:
                seen += os.read(ours, 65536).decode("utf-8", "replace")
        before, seen = seen.split(words, 1)
        return before + words

    yield process, until
    if process.poll() is None:
        process.kill()
    process.wait(30)
    os.close(ours)


def test_a_picture_is_made_anew_on_every_save_and_mistakes_are_waited_out(
    watching: tuple[subprocess.Popen[bytes], Callable[[str], str]], here: Path
) -> None:
    process, until = watching
    until("watching; press Ctrl-C to end")
    style, page = (here / "templates" / "bakery" / file for file in ("style.css", "template.yaml"))
    style.write_text(style.read_text() + "\n#stage { letter-spacing: 0.01em; }\n")
    until("1 rendition pictured")
    good = page.read_text()
    page.write_text("scenes: [\n")
    until("not YAML")
    page.write_text(good)
    until("1 rendition pictured")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
