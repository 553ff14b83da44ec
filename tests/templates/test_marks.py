"""Where the card covers the mark at once, as pulse's does, the mark is gone by then: no frame of it lies below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.planning import plan_timeline
from castad_cli.render.scenery import set_scene
from castad_cli.render.studio import Studio
from castad_cli.templates import load_template

MakeAd = Callable[..., tuple[RenderTask, Script]]


def test_the_mark_is_gone_before_the_card(make_ad: MakeAd, studio: Studio) -> None:
    task, script = make_ad("pulse", "square", "en", 0.7)
    longer = (replace(task, duration_s=task.duration_s + Fraction(frames, 30)) for frames in range(60))
    for ad in longer:
        cut = plan_timeline(ad, script, None, load_template("pulse")).scenes[-1].start
        if cut % 3 == 2:  # such a cut's milliseconds are rounded up
            texts = set_scene(ad, script, None, studio, only=list(range(cut - 9, cut + 1))).layout.texts
            (mark,) = (t for t in texts if t.slot == "mark")
            assert cut - 9 < mark.end <= cut
            return
    raise AssertionError("no duration cuts at such a frame")
