"""When Python searches for garbage: seldom while a program starts, and never again among what was imported by then."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def said_by(code: str) -> Any:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_what_was_put_off_is_taken_up() -> None:
    before, frozen, after = said_by(
        "import gc, json; from castad_cli import garbage; garbage.put_off(); before = gc.get_threshold();"
        "garbage.take_up(); print(json.dumps([before[0], gc.get_freeze_count(), gc.get_threshold()[0]]))"
    )
    assert before > after > 700
    assert frozen > 1000


def test_a_program_that_put_nothing_off_is_left_as_it_is() -> None:
    code = "import gc, json; from castad_cli import garbage; garbage.take_up();"
    frozen, threshold = said_by(code + "print(json.dumps([gc.get_freeze_count(), gc.get_threshold()[0]]))")
    assert frozen == 0
    assert threshold == 700


def test_a_circle_is_found_after_as_before() -> None:
    code = """
import gc, json, weakref
from castad_cli import garbage

class Circle:
    def __init__(self):
        self.me = self

garbage.put_off()
garbage.take_up()
seen = weakref.ref(Circle())
kept = [[] for _ in range(25_000)]
print(json.dumps(seen() is None))
"""
    assert said_by(code) is True
