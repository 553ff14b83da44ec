"""Captions: what the ad shows, as SubRip (.srt). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from castad_cli.render.layers import ShownText

_SPOKEN = ("headline", "line", "offer", "call_to_action", "phone")
"""Slots in the order in which they are read; the rest (marks, addresses) is no speech."""


def make_captions(texts: Sequence[ShownText], scenes: Sequence[tuple[int, int]], rate: Fraction) -> str:
    """One caption a scene: its words, from when the first is shown until the last is gone (within the scene)."""
    blocks: list[str] = []
    for index, (start, end) in enumerate(scenes):
        shown = [t for t in texts if t.scene == index and t.slot in _SPOKEN and t.end > t.start]
        own = sorted(shown, key=lambda t: _SPOKEN.index(t.slot))
        words = list(dict.fromkeys(" ".join(t.text.split()) for t in own))
        if words:
            shown_from, shown_to = max(start, min(t.start for t in own)), min(end, max(t.end for t in own))
            stamp = f"{_clock(shown_from / rate)} --> {_clock(shown_to / rate)}"
            blocks.append(f"{len(blocks) + 1}\n{stamp}\n" + "\n".join(words) + "\n")
    return "\n".join(blocks)


def _clock(seconds: Fraction) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d},{rest % 1000:03d}"
