"""Ctrl-C and SIGTERM at any moment: a clean stop, nothing left behind, and the same command goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RECIPE = """\
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
music: {provider: house, mood: calm}
"""
_STOPS_WITHIN_S = 30


@pytest.fixture
def start(here: Path, recipe: Path) -> Callable[..., subprocess.Popen[str]]:
    """Starts ``castad render`` in a process group of its own, as a shell does."""

    def call(*arguments: str, music: str = "none") -> subprocess.Popen[str]:
        recipe.write_text(RECIPE.replace("house", music))
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "castad_cli", "render", "inn.yaml", "--quality", "draft", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return call


def processes_of(folder: Path) -> list[str]:
    """Every process that works with this test's cache folder: all that descend from the program."""
    mark = f"CASTAD_CACHE_FOLDER={folder}"
    if sys.platform != "linux":
        listing = subprocess.run(["ps", "-axEo", "pid,command"], capture_output=True, text=True, check=True).stdout
        return [line for line in listing.splitlines() if mark in line]
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or process.name == str(os.getpid()):
            continue
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:100])
        except OSError:
            continue
    return found


def nothing_is_left(tmp_path: Path) -> None:
    deadline = time.monotonic() + 10
    while (left := processes_of(tmp_path / "cache")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left
    half = [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]
    assert not half
    assert not list((tmp_path / "work").rglob("*.mp4"))


def no_scratch_is_left(tmp_path: Path) -> None:
    assert not list((tmp_path / "cache/scratch").glob("*"))


def state_of_last_run(castad: Callable[..., Any]) -> str:
    return str(castad("runs", "--json").records[0]["state"])


def wait_for(process: subprocess.Popen[str], event: str, stage: str = "") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        record = json.loads(line)
        if record["event"] == event and record.get("stage", "") == stage:
            return
    pytest.fail(f"ended before {event} {stage}: {process.communicate()[1]}")


@pytest.mark.parametrize(
    ("event", "stage", "number"),
    [
        ("run.started", "", signal.SIGINT),
        ("stage.started", "track", signal.SIGINT),
        ("stage.started", "render", signal.SIGINT),
        ("stage.progress", "render", signal.SIGTERM),
    ],
)
def test_an_interrupt_in_any_stage_stops_cleanly(
    start: Callable[..., subprocess.Popen[str]],
    castad: Callable[..., Any],
    tmp_path: Path,
    event: str,
    stage: str,
    number: signal.Signals,
) -> None:
    process = start("--json", "--verbose", music="house" if stage == "track" else "none")
    wait_for(process, event, stage)
    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=_STOPS_WITHIN_S)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert err == "interrupted; the same command goes on from here\n"
    summary = json.loads(out.splitlines()[-1])
    assert (summary["event"], summary["interrupted"], summary["done"]) == ("summary", True, 0)
    nothing_is_left(tmp_path)
    no_scratch_is_left(tmp_path)
    assert state_of_last_run(castad) == "interrupted"


@pytest.mark.parametrize("after_s", [0.15, 0.5])
def test_an_interrupt_while_the_program_starts_says_no_more_than_that(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, after_s: float
) -> None:
    process = start()
    time.sleep(after_s)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=_STOPS_WITHIN_S)
    assert process.returncode in (130, -signal.SIGINT)  # the latter: before the first line of ours ran
    if process.returncode == 130:
        assert "Traceback" not in err
    nothing_is_left(tmp_path)


def test_a_second_interrupt_stops_at_once(start: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    process = start("--json", "--verbose")
    wait_for(process, "stage.started", "render")
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    nothing_is_left(tmp_path)


def test_a_killed_program_leaves_no_process_behind_and_the_next_run_goes_on(
    start: Callable[..., subprocess.Popen[str]], castad: Callable[..., Any], tmp_path: Path
) -> None:
    process = start("--json", "--verbose")
    wait_for(process, "stage.progress", "render")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    nothing_is_left(tmp_path)
    assert state_of_last_run(castad) == "interrupted"
    answer = castad("render", "inn.yaml", "--quality", "draft", "--json")
    assert answer.code == 0, answer.err
    made = [(record["stage"], record["cached"]) for record in answer.records if record["event"] == "stage.done"]
    assert ("script", True) in made
    assert ("render", False) in made
    assert (tmp_path / "work/out/inn/en-square.mp4").is_file()
    no_scratch_is_left(tmp_path)
