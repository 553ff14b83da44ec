"""A run as it is watched: on a terminal, in a log, as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from rich.console import Console

from castad_cli.cli.batch import summary_text
from castad_cli.cli.progress import watching
from castad_cli.cli.shell import Shell
from castad_cli.model.events import (
    Event,
    RenditionDone,
    RunFinished,
    RunStarted,
    StageDone,
    StageFailed,
    StageProgress,
    StageStarted,
)

AD = "haneul-pension/season/loud/zh-Hans"
RUN: list[Event] = [
    RunStarted(0.0, "20261123-174501-k3f", 1, 2, 0),
    StageStarted(0.1, AD, "script", language="zh-Hans"),
    StageDone(0.2, AD, "script", False, 0.1, language="zh-Hans"),
    StageStarted(0.2, AD, "render", "reel", "zh-Hans"),
    StageProgress(0.3, AD, "render", "reel", 100, 450, "zh-Hans"),
    StageProgress(0.3, AD, "render", "reel", 450, 450, "zh-Hans"),
    StageDone(2.0, AD, "render", False, 1.8, "reel", "zh-Hans"),
    RenditionDone(2.0, AD, "reel", "zh-Hans", "out/haneul-pension/zh-Hans-reel.mp4", False, 1.8),
    StageFailed(3.0, AD, "render", "no font has [x]", fix="write it otherwise", format="square", language="zh-Hans"),
]


def shell_on(file: io.StringIO, *, terminal: bool, width: int = 80, **options: bool) -> Shell:
    shell = Shell(**options)
    shell.err = Console(file=file, force_terminal=terminal, width=width, markup=False, highlight=False)
    return shell


def watched(shell: Shell) -> None:
    with watching(shell) as observe:
        for event in RUN:
            observe(event)


def test_a_log_has_a_line_for_each_beginning_and_end() -> None:
    file = io.StringIO()
    watched(shell_on(file, terminal=False, width=200))
    assert file.getvalue().splitlines() == [
        "run 20261123-174501-k3f: 2 renditions",
        f"{AD} reel: rendering",
        f"{AD} reel: done in 1.8 s, out/haneul-pension/zh-Hans-reel.mp4",
        f"{AD} · square: rendering failed",
        "error: no font has [x]",
        "fix: write it otherwise",
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_shows_bars_that_never_wrap_and_problems_that_stay(width: int) -> None:
    file = io.StringIO()
    shell = shell_on(file, terminal=True, width=width)
    watched(shell)
    shown = file.getvalue()
    assert "no font has [x]" in shown
    assert "\x1b[?25h" in shown  # the cursor is back
    from rich.text import Text

    assert max(Text.from_ansi(line).cell_len for line in shown.replace("\r", "\n").splitlines()) <= width


def test_quiet_shows_problems_alone() -> None:
    file = io.StringIO()
    watched(shell_on(file, terminal=False, width=200, quiet=True))
    assert file.getvalue().splitlines()[0] == f"{AD} · square: rendering failed"


@pytest.mark.parametrize(("verbose", "progress"), [(False, 0), (True, 2)])
def test_json_is_a_line_an_event(capsys: pytest.CaptureFixture[str], verbose: bool, progress: int) -> None:
    watched(shell_on(io.StringIO(), terminal=False, json=True, verbose=verbose))
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(records) == len(RUN) - 2 + progress
    assert records[0]["event"] == "run.started"
    assert records[-1]["event"] == "stage.failed"


def test_a_bug_keeps_its_traceback_under_a_heading() -> None:
    file = io.StringIO()
    shell = shell_on(file, terminal=False, width=200)
    bug = StageFailed(1.0, AD, "render", "ZeroDivisionError", traceback="Traceback …\nZeroDivisionError\n")
    with watching(shell) as observe:
        observe(bug)
    assert "This is a bug in CaStAD" in file.getvalue()
    assert "Traceback …" in file.getvalue()


@pytest.fixture(autouse=True)
def _no_color(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None] | None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    return None


def test_a_run_that_was_told_to_stop_says_so_at_its_end() -> None:
    figures = {"done": 1, "cached": 0, "failed": 0, "needs_review": 0, "seconds": 25.0}
    stopped = RunFinished(25.0, "r", 6, 6, 0, **figures, interrupted=True)  # type: ignore[arg-type]
    said = summary_text(stopped).plain
    assert said.splitlines()[0] == "6 ads: 1 rendition made, 5 not come to in 25 s  (run r)"
    assert said.splitlines()[1] == "it was told to stop; the same command goes on from here"
