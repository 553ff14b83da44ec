"""Work in progress leaves nothing behind for long."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from castad_cli.run.scratch import scratch_folder


def test_the_folder_is_empty_and_goes_with_the_block(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "scratch") as folder:
        assert list(folder.iterdir()) == []
        (folder / "half.mp4").write_bytes(b"x")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_it_goes_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), scratch_folder(tmp_path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_goes_and_what_another_works_on_stays(tmp_path: Path) -> None:
    program = (
        "import os, signal, pathlib\n"
        "from castad_cli.run.scratch import scratch_folder\n"
        f"with scratch_folder(pathlib.Path({str(tmp_path)!r})) as folder:\n"
        "    (folder / 'half.mp4').write_bytes(b'x')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with scratch_folder(tmp_path) as mine:
        subprocess.run([sys.executable, "-c", program], check=False)
        assert len(list(tmp_path.iterdir())) == 2
        with scratch_folder(tmp_path) as other:
            assert sorted(tmp_path.iterdir()) == sorted([mine, other])


def test_whoever_still_writes_there_cannot_keep_it(tmp_path: Path) -> None:
    """Threads that make folder after folder, as a renderer does that was left to itself after an interrupt."""
    over = threading.Event()

    def write(folder: Path) -> None:
        number = 0
        while not over.is_set():
            number += 1
            with contextlib.suppress(OSError):
                made = folder / f"{threading.get_ident()}-{number}"
                made.mkdir()
                (made / "half.mp4").write_bytes(b"x")

    try:
        for _ in range(20):
            with scratch_folder(tmp_path) as folder:
                writers = [threading.Thread(target=write, args=[folder]) for _ in range(3)]
                for writer in writers:
                    writer.start()
                while len(list(folder.iterdir())) < 9:
                    continue
            assert list(tmp_path.iterdir()) == []
            over.set()
            for writer in writers:
                writer.join()
            over.clear()
    finally:
        over.set()
