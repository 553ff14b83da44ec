"""Figures and states as the report's readers read them."""

from __future__ import annotations

from datetime import datetime

from castad_cli.model.figures import count, seconds

__all__ = ["PLATFORMS", "RUN_STATES", "STAGES", "STATES", "count", "moment", "money", "seconds"]

STATES = {
    "failed": "failed",
    "needs_review": "needs review",
    "waiting": "waiting",
    "running": "being made",
    "pending": "not made",
    "done": "done",
}
RUN_STATES = {
    "running": "running",
    "done": "done",
    "failed": "finished with failures",
    "waiting": "some waits for its time",
    "interrupted": "interrupted",
}
STAGES = {
    "script": "words",
    "track": "music",
    "render": "rendering",
    "deliver": "saving",
    "run": "the run",
    "upload": "posting",
}
PLATFORMS = {"youtube": "YouTube", "instagram": "Instagram", "tiktok": "TikTok"}


def moment(at: datetime) -> str:
    """``25 Nov 2026, 16:04 KST``, in the time zone of whoever made the report."""
    local = at.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M} {local:%Z}".rstrip()


def money(amount: float) -> str:
    """``3.20``, ``0.0039``, ``12,500``: in the currency that its owner reckons in, so without a sign."""
    if amount >= 1000:
        return f"{amount:,.0f}"
    if amount >= 0.995:
        return f"{amount:.2f}"
    text = f"{amount:.4f}".rstrip("0")
    return text + "0" * max(0, 2 - len(text.partition(".")[2]))
