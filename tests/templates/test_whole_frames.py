"""Every pixel of every frame is painted: no hole shows while one scene gives way to the next."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.scenery import set_scene
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Timeline
from castad_cli.templates import load_template, template_names

MakeAd = Callable[..., tuple[RenderTask, Script]]
WHOLE = bool(os.environ.get("CASTAD_WHOLE_MATRIX"))
HOLE = 0.001
"""What share of a frame may be pure black, which no brand's ink is and no bright photograph has."""


def _around_cuts(timeline: Timeline) -> list[int]:
    """The first frames of each scene, while it comes in."""
    return [scene.start + step for scene in timeline.scenes for step in (0, 2, 5, 10)]


@pytest.mark.parametrize("points", [1, 2] if WHOLE else [1])
@pytest.mark.parametrize(
    ("name", "shape"),
    [
        (name, shape)
        for turn, name in enumerate(template_names())
        for place, shape in enumerate(load_template(name).spec.formats)
        if WHOLE or place == turn % 4
    ],
)
def test_no_hole_shows_around_a_cut(make_ad: MakeAd, studio: Studio, name: str, shape: str, points: int) -> None:
    task, script = make_ad(name, shape, "en", 0.5, without=frozenset({"url"}))  # no code, whose modules are black
    kept = [*range(points + 1), len(script.scenes) - 1]
    task = replace(task, scenes=tuple(task.scenes[k] for k in kept))
    script = replace(script, scenes=tuple(script.scenes[k] for k in kept))
    scenery = set_scene(task, script, None, studio, at=_around_cuts)
    for frame in _around_cuts(scenery.timeline):
        holes = float(np.mean(~scenery.picture(frame).any(axis=2)))
        assert holes < HOLE, f"{holes:.1%} of frame {frame} is not painted"
