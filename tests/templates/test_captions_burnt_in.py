"""What is said, written into every template's pictures: it finds a place, in every format, and can be read there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from castad_cli.generate.voice import choose_lines
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script, SpokenLine, Voice
from castad_cli.render.scenery import set_scene
from castad_cli.render.studio import Studio
from castad_cli.render.trial import find_faults, rests
from castad_cli.templates import template_names
from tests.templates.test_layouts import cases

MakeAd = Callable[..., tuple[RenderTask, Script]]


@pytest.mark.parametrize(
    ("name", "shape", "language"), [case for turn, case in enumerate(cases(4)) if turn % 4 == turn // 4 % 4]
)
def test_what_is_said_finds_a_place(make_ad: MakeAd, studio: Studio, name: str, shape: str, language: str) -> None:
    task, script = make_ad(name, shape, language, 0.45)
    lines = choose_lines(script, Fraction(60))
    said = tuple(SpokenLine(scene, text, Fraction(2)) for scene, text in lines)
    script = replace(script, voice=Voice("own", "Kore", said))
    scenery = set_scene(replace(task, burns_captions=True), script, None, studio, at=rests)
    written = {text.scene for text in scenery.layout.texts if text.slot == "caption"}
    # A card so full that it has no room left says it all itself.
    assert written | {len(script.scenes) - 1} == set(range(len(script.scenes)))
    assert find_faults(scenery) == []


def test_every_template_has_a_turn() -> None:
    names = {case[0] for turn, case in enumerate(cases(4)) if turn % 4 == turn // 4 % 4}
    assert names == set(template_names())
