"""How the program ends: at once, but for what is still to be done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BEGIN = "from castad_cli.cli.main import begin, leave\nbegin()\n"


def run(program: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BEGIN + program]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60, env=buffered)


def test_what_is_registered_to_be_done_at_the_end_is_done_and_threads_are_waited_for(tmp_path: Path) -> None:
    written = tmp_path / "written"
    ended = run(f"""
import atexit, tempfile, threading, time
from pathlib import Path
folder = tempfile.TemporaryDirectory(dir={str(tmp_path)!r})
atexit.register(lambda: print("registered"))
threading.Thread(target=lambda: (time.sleep(0.3), Path({str(written)!r}).write_text("late"))).start()
print("said")
leave(3)
""")
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "said\nregistered\n", "")
    assert written.read_text() == "late"
    assert list(tmp_path.iterdir()) == [written]


def test_nothing_is_freed_piece_by_piece() -> None:
    ended = run("""
class Heavy:
    def __del__(self):
        print("freed")
heavy = Heavy()
leave(0)
""")
    assert (ended.returncode, ended.stdout) == (0, "")


def test_an_exception_ends_it_as_ever() -> None:
    ended = run("raise ValueError('no code')")
    assert ended.returncode == 1
    assert ended.stderr.endswith("ValueError: no code\n")


def test_what_cannot_be_written_at_the_end_is_told_as_python_tells_it() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = run("print('to nobody')\nleave(0)", stdout=writer)
    finally:
        os.close(writer)
    assert ended.returncode == 120
    assert "BrokenPipeError" in ended.stderr
