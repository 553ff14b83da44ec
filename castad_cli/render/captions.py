"""Captions: what the ad shows, or what is said in it, as SubRip (.srt). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from castad_cli.render.audio import Speech
from castad_cli.render.layers import ShownText

_READ = ("headline", "line", "offer", "call_to_action", "phone")
"""Slots in the order in which they are read; the rest (marks, addresses) is no speech."""


def make_captions(
    texts: Sequence[ShownText], scenes: Sequence[tuple[int, int]], rate: Fraction, speech: Sequence[Speech] = ()
) -> str:
    """One caption a scene: its words, from when the first is shown until the last is gone (within the scene).

    Where somebody speaks, the captions are what is said, each while it is heard.
    """
    if speech:
        return _join([(line.start_s, line.start_s + line.length_s, [line.text]) for line in speech])
    captions = []
    for index, (start, end) in enumerate(scenes):
        shown = [t for t in texts if t.scene == index and t.slot in _READ and t.end > t.start]
        own = sorted(shown, key=lambda t: _READ.index(t.slot))
        words = list(dict.fromkeys(" ".join(t.text.split()) for t in own))
        if words:
            shown_from, shown_to = max(start, min(t.start for t in own)), min(end, max(t.end for t in own))
            captions.append((shown_from / rate, shown_to / rate, words))
    return _join(captions)


def _join(captions: Sequence[tuple[Fraction, Fraction, Sequence[str]]]) -> str:
    """Begin and end in seconds, and lines, as numbered blocks."""
    blocks = [
        f"{number}\n{_clock(begin)} --> {_clock(end)}\n" + "\n".join(words) + "\n"
        for number, (begin, end, words) in enumerate(captions, start=1)
    ]
    return "\n".join(blocks)


def _clock(seconds: Fraction) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d},{rest % 1000:03d}"
