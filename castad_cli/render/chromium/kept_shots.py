"""Screenshots of a browser's earlier pages, found by what they follow from: what looks the same is not taken again."""

from __future__ import annotations

from collections import OrderedDict

_MOST_BYTES = 4_000_000
"""An ad's passes come to some two or three megabytes, as the browser packs them."""


class KeptShots:
    """Screenshots as the browser gave them, the latest used of them. Not thread-safe: a browser has one page at a time.

    Why: of an edited ad one scene's words are others; scrims, brand and card are painted as they were. So they are in
    all of a batch's ads.
    """

    def __init__(self) -> None:
        self._shots: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, name: str) -> bytes | None:
        """The screenshot of that name, if it is still there."""
        if name in self._shots:
            self._shots.move_to_end(name)
        return self._shots.get(name)

    def keep(self, name: str, shot: bytes) -> None:
        """Keep a screenshot; what was not used for longest makes room for it."""
        self._bytes += len(shot) - len(self._shots.pop(name, b""))
        self._shots[name] = shot
        while self._bytes > _MOST_BYTES:
            self._bytes -= len(self._shots.popitem(last=False)[1])
