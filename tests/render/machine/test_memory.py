"""What was freed is the system's again."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from threading import Thread

import numpy as np

from castad_cli.render.machine.memory import give_back, keep_little, session_bytes


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_what_a_thread_has_freed_is_given_back() -> None:
    kept: list[bytes] = []

    def work() -> None:
        blocks = [b"\1" * 100_000 for _ in range(600)]  # too small to be mapped one by one
        kept.append(blocks[-1])  # lies above all the others, which cannot be cut off

    thread = Thread(target=work)
    thread.start()
    thread.join()
    if not sys.platform.startswith("linux"):
        give_back()  # does nothing, and harms nothing
        return
    before = resident_bytes()
    give_back()
    assert before - resident_bytes() > 40_000_000


def test_what_is_much_is_given_back_when_it_is_freed() -> None:
    keep_little()
    if not sys.platform.startswith("linux"):
        return
    for _ in range(2):  # by then glibc, left alone, would keep blocks of this size
        np.ones(8_000_000, np.uint8)
    before = resident_bytes()
    blocks = [np.ones(8_000_000, np.uint8) for _ in range(20)]
    kept = blocks[-1]
    assert resident_bytes() - before > 140_000_000
    del blocks
    assert resident_bytes() - before < 40_000_000
    assert kept.all()


def test_nothing_lies_in_huge_pages_in_this_process_and_in_those_it_starts() -> None:
    if not sys.platform.startswith("linux"):
        keep_little()  # does nothing, and harms nothing
        return
    code = (
        "from castad_cli.render.machine.memory import keep_little\n"
        "import mmap, subprocess\n"
        "keep_little()\n"
        "block = mmap.mmap(-1, 16 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)\n"
        "block.madvise(mmap.MADV_HUGEPAGE)\n"
        "block[::4096] = bytes(len(block) // 4096)\n"
        "print(sum(int(line.split()[1]) for line in open('/proc/self/smaps') if line.startswith('AnonHugePages')))\n"
        "print(subprocess.run(['grep', 'THP_enabled', '/proc/self/status'], capture_output=True, text=True).stdout)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    huge_kb, enabled, *_ = done.stdout.splitlines()
    assert huge_kb == "0"
    assert enabled.split() == ["THP_enabled:", "0"]


def test_products_of_matrices_start_no_threads_beside_the_encoders() -> None:
    code = "import castad_cli, numpy, os\na = numpy.ones((600, 600)); a @ a\nprint(len(os.listdir('/proc/self/task')))"
    if not sys.platform.startswith("linux"):
        return
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "1"


def test_what_a_session_holds_is_told_and_what_others_hold_is_not_in_it() -> None:
    program = "import sys; kept = b'x' * 80_000_000; print('here', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {program!r}])"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as leader:
        assert leader.stdout is not None
        assert leader.stdout.readline() == b"here\n"
        held = session_bytes(leader.pid)
        leader.communicate()
    assert 80_000_000 < held < 140_000_000
    assert session_bytes(leader.pid) == 0
