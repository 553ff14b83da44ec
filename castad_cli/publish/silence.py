"""How long a process may have been away without noticing: stopped, swapped out, or its host asleep."""

from __future__ import annotations

import time

SILENCE_S = 5.0
"""A gap this long between two looks is taken for a frozen host; a slow network's answer costs one look more."""


class Silence:
    """The time since it was last asked, in seconds.

    By whichever of two clocks says more: the monotonic one stands still while a machine is suspended (on Linux), and
    the wall's may be set back. A wall clock that is set forward costs the one who asks a needless look, nothing else.
    """

    def __init__(self) -> None:
        self._since = self._now()

    def ask(self) -> float:
        """Seconds since the last time, or since this was made."""
        before, self._since = self._since, self._now()
        return max(now - then for now, then in zip(self._since, before, strict=True))

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.monotonic(), time.time()
