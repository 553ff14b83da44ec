"""What was freed is the system's again."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from threading import Thread

from castad_cli.render.memory import give_back


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
