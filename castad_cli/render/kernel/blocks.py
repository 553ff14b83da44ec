"""An encoder's memory is the next one's.

Why: each segment has an encoder of its own, which takes 150 MB and gives them back. Had from the system each time,
cleared page by page, they were half a million page faults an ad, a twelfth of its processor time. The C library cannot
be told to keep them: what it keeps is seldom taken again as it lay, and came to 90 MB more than was in use
(docs/adr/0019-blocks.md).
"""

from __future__ import annotations

from functools import cache

from castad_cli.render.kernel.compiled import load


@cache
def lend_blocks() -> bool:
    """From now on x264, which has to be loaded, takes its large blocks from those that were freed; whether it does.

    It does on Linux, where its calls can be led elsewhere; it is as it was on other systems.

    Raises:
        EnvironmentNotReady: the compiled code is not there, and cannot be made.
    """
    return bool(load().castad_lend(b"libx264"))


def reclaim_blocks(keep: int = 0) -> int:
    """Gives blocks that wait for an encoder back to the system, but for ``keep`` bytes; how many bytes wait then."""
    return int(load().castad_reclaim(keep))
