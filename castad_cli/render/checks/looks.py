"""What pictures of finished files were found to be, so that none is decoded and read twice.

An edited ad has most of its segments, to the byte, as they were: what was seen in them is known by the SHA-256 of all
that they are decoded from. Kept in this process alone: nothing that was not looked at here is ever believed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from castad_cli.render.checks.legibility import TextSample

_MOST = 2000
"""Pictures: what was seen in one takes some hundred bytes."""


@dataclass(frozen=True)
class Signal:
    """How a picture is stored, as its decoder says: FFmpeg's name of its pixel format, code points of ITU-T H.273, and
    whether its range is limited (1) or full (2)."""

    pixel_format: str
    primaries: int
    transfer: int
    matrix: int
    range: int


def signal_of(picture: Any) -> Signal:
    """Of a frame that PyAV decoded."""
    codes = (picture.color_primaries, picture.color_trc, picture.colorspace, picture.color_range)
    return Signal(picture.format.name, *map(int, codes))


@dataclass(frozen=True)
class Look:
    """A picture's mean luma and its standard deviation, how it is stored, and the contrasts of texts on it, by
    `key_of`; None: unseen."""

    mean: float
    spread: float
    signal: Signal
    contrasts: Mapping[object, float | None]


def key_of(text: TextSample) -> object:
    """All that decides what contrast a text has on a picture."""
    coverage = text.coverage.tobytes() if text.coverage is not None else b""
    return text.box, text.lines, text.color, text.size_px, coverage


_looks: OrderedDict[str, Look] = OrderedDict()
_lock = Lock()


def recall(print_: str) -> Look | None:
    """What was seen in the picture of that fingerprint; None where it was not looked at."""
    with _lock:
        if print_ in _looks:
            _looks.move_to_end(print_)
        return _looks.get(print_)


def keep(print_: str, look: Look) -> None:
    """Remember what was seen, beside what was seen in that picture before."""
    with _lock:
        before = _looks.pop(print_, look)
        _looks[print_] = Look(look.mean, look.spread, look.signal, {**before.contrasts, **look.contrasts})
        while len(_looks) > _MOST:
            _looks.popitem(last=False)
