"""Python's search for garbage: put off while a program is imported, which leaves none.

Left to itself it looks through all that is being imported, again and again; even if seldom, that is a fiftieth of a
second before a browser has its first page. What was imported by then stays, and is not looked through again.
"""

from __future__ import annotations

import gc

_PUT_OFF = (100_000, 10, 50)
_USUAL = (20_000, 10, 50)


def put_off() -> None:
    """A program begins: hardly anything is searched until it is imported."""
    gc.set_threshold(*_PUT_OFF)


def take_up() -> None:
    """All that is needed is imported: it stays, and what comes after is searched. Nothing where nothing was put off."""
    if gc.get_threshold() == _PUT_OFF:
        gc.freeze()
        gc.set_threshold(*_USUAL)
