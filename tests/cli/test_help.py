"""What ``--help`` says, and what it does not load."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

HEAVY = ("dask", "distributed", "sqlalchemy", "playwright", "numpy", "cv2", "PIL", "av", "yaml", "fsspec")
COMMANDS = (
    "init", "validate", "plan", "preview", "render", "publish", "review", "auth", "runs", "status", "report", "doctor",
    "schema", "template", "cache", "db", "batch", "retry", "cancel", "worker", "scheduler", "cluster",
)  # fmt: skip


@pytest.mark.parametrize("arguments", [["--help"], ["render", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from castad_cli.cli.main import main\n"
        f"code = main({arguments!r})\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.exit(f'loaded: {loaded}' if loaded else code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_help_lists_every_command(ask: Callable[..., Any]) -> None:
    said = ask("--help").out
    assert all(f" {command} " in said for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_fits_80_columns(ask: Callable[..., Any], command: str) -> None:
    answer = ask(command, "--help")
    assert answer.code == 0
    assert "Usage: castad" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "<bool>" not in answer.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["validat"], "no such command 'validat'"),
        (["validate", "--jsn", "x"], "--json"),
        (["validate"], "missing argument"),
        (["render", "x.yaml", "--format", "reels"], "did you mean `reel`"),
        (["render", "x.yaml", "--language", "kr"], "ko, en, ja"),
        (["render", "x.yaml", "--quality", "drafty"], "did you mean `draft`"),
        (["template", "show", "horizn"], "did you mean `horizon`"),
        (["cache", "gc", "--older-than", "soon"], "12h"),
        (["cache", "gc", "--max-size", "big"], "5GB"),
        (["preview", "x.yaml", "--at", "noon"], "is not a time"),
        (["preview", "x.yaml", "--at", "3", "--contact-sheet"], "do not go together"),
    ],
)
def test_bad_usage_ends_with_2_and_says_what_would_be_right(
    ask: Callable[..., Any], arguments: list[str], said: str
) -> None:
    answer = ask(*arguments)
    assert answer.code == 2
    assert said.lower() in answer.err.lower()
    assert "fix: " in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


def test_bad_usage_is_json_under_json(ask: Callable[..., Any]) -> None:
    answer = ask("render", "--json", "--formt", "reel", "x.yaml")
    assert answer.code == 2
    assert answer.records[0]["event"] == "problem"
    assert answer.err == ""


def test_a_closed_pipe_is_silence(here: object) -> None:
    command = f"{sys.executable} -m castad_cli schema | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_help_is_quick() -> None:
    """A ceiling against imports gone wrong, far above what it takes."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "castad_cli", "--help"], capture_output=True, check=True)
    assert time.monotonic() - began < 5
