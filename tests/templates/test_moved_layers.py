"""Layers are moved beside one another for their screenshots: each is the very picture that it is in its own place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.chromium import sprites
from castad_cli.render.scenery import Scenery, set_scene
from castad_cli.render.studio import Studio
from castad_cli.templates import template_names
from tests.templates.test_layouts import WHOLE, cases

MakeAd = Callable[..., tuple[RenderTask, Script]]
CASES = [case for turn, case in enumerate(cases(2)) if WHOLE or turn % 4 == turn // 4 % 4]


def planes(scenery: Scenery) -> list[tuple[str, Any]]:
    """What is drawn of each layer, and where."""
    return [
        (f"{layer.name} of scene {layer.scene}", (sprite.left, sprite.top, *sprite.cutout.planes))
        for layer in scenery.layout.layers
        for sprite in layer.sprites
        if layer.kind == "sprite" and not layer.photographs
    ]


@pytest.mark.parametrize(("name", "shape", "language"), CASES)
def test_a_layer_that_is_moved_is_the_same_picture(
    make_ad: MakeAd, monkeypatch: pytest.MonkeyPatch, studio: Studio, name: str, shape: str, language: str
) -> None:
    ways: list[tuple[int, int]] = []
    original = sprites.part_passes

    def note(*entries: Any) -> Any:
        passes = original(*entries)
        ways.extend(part.way for group in passes for part in group)
        return passes

    monkeypatch.setattr("castad_cli.render.layers.part_passes", note)

    def lay_out() -> list[tuple[str, Any]]:
        ad = make_ad(name, shape, language, 0.8)
        return planes(set_scene(*ad, None, studio, on_scene=lambda scenery, last: None))

    moved = lay_out()
    assert any(way != (0, 0) for way in ways)
    monkeypatch.setattr(sprites, "_room_for", in_its_place)
    ways.clear()
    still = lay_out()
    assert not any(way != (0, 0) for way in ways)
    assert [told for told, _ in moved] == [told for told, _ in still]
    different = [
        told
        for (told, one), (_, other) in zip(moved, still, strict=True)
        if not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    ]
    assert different == []


def in_its_place(box: Any, taken: Any, stage: Any) -> tuple[int, int] | None:
    return None if any(sprites._overlap(box, other) for other in taken) else (0, 0)


def test_every_template_has_a_turn() -> None:
    assert {case[0] for case in CASES} == set(template_names())
