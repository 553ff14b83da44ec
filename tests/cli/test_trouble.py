"""A machine that is not ready, folders that refuse, disks that are full: told plainly, with the right exit code."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TINY = """\
castad: 1
name: inn
duration: 7s
formats: [square]
languages: [en]
brand: {name: Sea Inn}
copy:
  scenes: [{headline: Wake by the sea}, {headline: A quiet room}, {headline: Come and stay}]
  call_to_action: Book now
media: [sea.png, room.png, sea.png]
music: none
"""


@pytest.fixture
def tiny(recipe: Path) -> Path:
    recipe.write_text(TINY)
    return recipe


def is_plain(answer: Any, code: int) -> None:
    assert answer.code == code, answer.err
    assert "Traceback" not in answer.err
    assert "fix: " in answer.err


@pytest.mark.parametrize(
    ("variable", "kind"), [("CASTAD_BROWSER", "browser"), ("CASTAD_FFMPEG", "FFmpeg")], ids=["browser", "ffmpeg"]
)
@pytest.mark.parametrize("command", ["render", "preview"])
def test_a_missing_program_ends_with_3_and_names_the_setting(
    ask: Callable[..., Any], tiny: Path, monkeypatch: pytest.MonkeyPatch, command: str, variable: str, kind: str
) -> None:
    monkeypatch.setenv(variable, "/nowhere/program")
    answer = ask(command, tiny)
    is_plain(answer, 3)
    assert "/nowhere/program is not a program" in answer.err
    assert f"correct {variable}" in answer.err
    assert kind in answer.err
    assert not list(tiny.parent.rglob("*.mp4"))


def test_a_browser_that_is_no_browser_ends_with_3(
    ask: Callable[..., Any], tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASTAD_BROWSER", "/bin/false")
    is_plain(ask("render", tiny), 3)


def test_doctor_finds_what_is_missing_and_ends_with_3(
    ask: Callable[..., Any], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASTAD_BROWSER", "/nowhere/program")
    monkeypatch.setenv("CASTAD_STORAGE_URL", "/dev/null/store")
    answer = ask("doctor")
    assert answer.code == 3
    assert "fix: correct CASTAD_BROWSER" in answer.out
    assert "not ready" in answer.err
    answer = ask("doctor", "--json")
    checks = {record["name"]: record for record in answer.records[:-1]}
    assert not checks["browser"]["ok"]
    assert not checks["storage"]["ok"]
    assert checks["FFmpeg"]["ok"]
    assert answer.records[-1] == {"event": "summary", "checks": len(checks), "problems": 2, "ready": False}


def test_doctor_on_a_machine_that_is_ready_ends_with_0(ask: Callable[..., Any], here: Path) -> None:
    answer = ask("doctor")
    assert answer.code == 0, answer.out
    assert "ready to render" in answer.err


def test_an_output_folder_that_is_a_file_is_told_before_anything_is_rendered(
    ask: Callable[..., Any], tiny: Path
) -> None:
    (tiny.parent / "out").write_text("mine")
    answer = ask("render", tiny)
    is_plain(answer, 2)
    assert "out" in answer.err
    assert (tiny.parent / "out").read_text() == "mine"
    assert "rendering" not in answer.err


@pytest.mark.parametrize(
    ("setting", "value"),
    [("CASTAD_DATABASE_URL", "sqlite:////dev/null/castad.db"), ("CASTAD_STORAGE_URL", "/dev/null/store")],
    ids=["database", "storage"],
)
def test_a_database_or_store_that_cannot_be_written_is_told(
    ask: Callable[..., Any], tiny: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str
) -> None:
    monkeypatch.setenv(setting, value)
    answer = ask("render", tiny)
    assert answer.code in (2, 3)
    is_plain(answer, answer.code)
    assert "/dev/null" in answer.err


def test_a_database_that_is_no_database_is_told(ask: Callable[..., Any], here: Path) -> None:
    (here / "notes.db").write_text("not a database, but long enough to be read as one " * 40)
    answer = ask("runs", "--database", "notes.db")
    is_plain(answer, 3)
    assert "notes.db" in answer.err


def test_a_folder_without_permission_is_told_before_anything_is_rendered(ask: Callable[..., Any], tiny: Path) -> None:
    if os.geteuid() == 0:  # whom no permission stops; the system's own folders do
        shut = Path("/sys" if sys.platform == "linux" else "/System")
    else:
        shut = tiny.parent / "shut"
        shut.mkdir(mode=0o555)
    answer = ask("render", tiny, "--out", shut / "castad-test")
    is_plain(answer, 3)
    assert str(shut) in answer.err
    assert "no permission" in answer.err
    assert "rendering" not in answer.err


def test_a_full_disk_is_told_and_leaves_no_half_file(castad: Callable[..., Any], tiny: Path) -> None:
    """No file may grow beyond 40 kB: what a video meets on a full disk, without one."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    answer = castad("render", tiny, "--quality", "draft", preexec_fn=limit)
    assert answer.code in (1, 3)
    assert "Traceback" not in answer.err
    assert "fix: " in answer.err
    assert not list(tiny.parent.rglob("*.mp4"))
    assert not list(tiny.parent.rglob("*.part"))


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_a_stdout_that_cannot_be_written_is_told_on_stderr(tiny: Path, options: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "castad_cli", "plan", str(tiny), *options],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: the disk is full\nfix: ")
    assert "Traceback" not in done.stderr


def test_a_terminal_without_unicode_gets_escapes_not_a_failure(castad: Callable[..., Any], tiny: Path) -> None:
    tiny.write_text(tiny.read_text().replace("name: inn", "name: 여관"))
    answer = castad("plan", tiny, env={"PYTHONIOENCODING": "ascii"})
    assert answer.code == 0, answer.err
    assert "1080" in answer.out
    answer = castad("plan", tiny, "--json", env={"PYTHONIOENCODING": "ascii"})
    assert answer.records[0]["ad"] == "여관/en"


def test_preview_says_when_its_file_cannot_be_written(ask: Callable[..., Any], tiny: Path) -> None:
    (tiny.parent / "file").write_text("")
    answer = ask("preview", tiny, "-o", "file/still.png")
    assert answer.code in (1, 2)
    is_plain(answer, answer.code)


def test_a_bug_keeps_its_traceback_under_a_heading(
    ask: Callable[..., Any], tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import castad_cli.templates

    def broken() -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(castad_cli.templates, "template_names", broken)
    answer = ask("template", "list")
    assert answer.code == 1
    assert "This is a bug in CaStAD" in answer.err
    assert "ZeroDivisionError: oops" in answer.err
