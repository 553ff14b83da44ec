"""A run's figures, from its events."""

from __future__ import annotations

from datetime import UTC, datetime

from castad_cli.cli.totals import Totals
from castad_cli.model.events import (
    PostDone,
    RenditionDone,
    RunStarted,
    RunWaits,
    StageDone,
    StageFailed,
    StageProgress,
    StagePutOff,
    StageStarted,
)
from castad_cli.model.figures import when


def test_figures_of_a_long_run_fit_one_line() -> None:
    now = [0.0]
    totals = Totals(clock=lambda: now[0])
    totals.observe(RunStarted(0.0, "run", 5000, 5000, 5000))
    for number in range(60):
        ad = f"ad{number}"
        totals.observe(StageStarted(0.0, ad, "render", "reel", "ko"))
        totals.observe(StageProgress(0.0, ad, "render", "reel", 90, 180, "ko"))
        now[0] += 1.0
        totals.observe(StageProgress(0.0, ad, "render", "reel", 180, 180, "ko"))
        totals.observe(StageDone(0.0, ad, "render", False, 1.0, "reel", "ko"))
        totals.observe(RenditionDone(0.0, ad, "reel", "ko", "x.mp4", False, 1.0))
    assert (totals.done, round(totals.frames_per_second), totals.seconds_left) == (60, 189, 4940.0)
    assert totals.line() == "60/5,000 renditions, 0/5,000 posts, 189 fps, 1 h 22 min left"


def test_what_waits_for_what_is_said() -> None:
    totals = Totals()
    due = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    totals.observe(RunStarted(0.0, "run", 2, 2, 2))
    totals.observe(StagePutOff(0.0, "inn", "upload", due, "the quota is spent", "reel", "ko", "youtube:main"))
    totals.observe(StageFailed(0.0, "cafe", "render", "bad", format="reel"))
    totals.observe(StageFailed(0.0, "cafe", "upload", "who knows", review=True, renditions=0))
    assert f"1 for review, 1 stage put off, the first until {when(due)} (the quota is spent)" in totals.line()
    totals.observe(PostDone(0.0, "inn", "reel", "ko", "youtube", "main", "1", "u", False, 1.0))
    totals.observe(RunWaits(0.0, "no worker is there"))
    assert totals.line() == "0/2 renditions, 1/2 posts, 1 failed, 1 for review, waiting: no worker is there"
