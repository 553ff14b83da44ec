"""Every recipe that CaStAD ships has time for all that its ads say, in each of its languages. No browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from castad_cli.app.work import prepare
from castad_cli.generate.words import write_script
from castad_cli.render.scenery import plan_timeline
from castad_cli.settings import load_settings
from castad_cli.templates import load_template

ROOT = Path(__file__).resolve().parents[2]
RECIPES = sorted((ROOT / "recipes").glob("*.yaml"))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_shipped_recipe_has_time_for_its_words(recipe: Path) -> None:
    work = prepare([recipe], lambda near: load_settings(near, {}))
    assert work.plan.ads
    for ad in work.plan.ads:
        script = write_script(ad.script, None)
        for task in ad.renditions[:1]:
            timeline = plan_timeline(task, script, None, load_template(task.template))
            assert timeline.left_out == (), f"{ad.title}: what a shipped recipe gives is shown"
            assert timeline.frames == round(task.duration_s * timeline.rate)
