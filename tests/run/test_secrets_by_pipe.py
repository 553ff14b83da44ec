"""A worker process is given its keys where no process list shows them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from castad_cli.run.executors.secrets_by_pipe import OPTION, start_with_secrets, take_secrets

SECRET = "sk-of-a-test-1f2e3d4c"
TELL = f"""
import os, sys
from pathlib import Path
from castad_cli.run.executors.secrets_by_pipe import take_secrets
assert sys.argv[1:] == ["{OPTION}"]
take_secrets(sys.stdin.buffer)
listed = Path(f"/proc/{{os.getpid()}}/environ")
shown = listed.read_text() if listed.exists() else ""
print(os.environ["MUSIC_API_KEY"], os.environ["CASTAD_DATABASE_URL"], os.environ["PLAIN"], file=sys.stderr)
print("listed" if any(name in shown for name in ("{SECRET}", "hunter2")) else "not listed", file=sys.stderr)
"""


def test_a_key_arrives_and_stands_neither_in_arguments_nor_in_the_environment() -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "MUSIC_API_KEY": SECRET,
        "CASTAD_DATABASE_URL": "postgresql://castad:hunter2@db/castad",
        "PLAIN": "한글",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    with start_with_secrets([sys.executable, "-c", TELL], environment) as child:
        child.check(60)
        said = child.stderr.splitlines()
    assert said == [f"{SECRET} postgresql://castad:hunter2@db/castad 한글", "not listed"]


def test_a_worker_that_ends_at_once_is_no_error_here() -> None:
    with start_with_secrets([sys.executable, "-c", "raise SystemExit(3)"], {"A_KEY": "x" * 3_000_000}) as child:
        assert child.wait(60) == 3


@pytest.mark.parametrize("text", [b"", b"[]", b'{"A_KEY": 1}'])
def test_anything_else_on_its_standard_input_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        take_secrets(io.BytesIO(text))
