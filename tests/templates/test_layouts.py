"""Every template in every format and language: nothing clipped, nothing overlapping, everything legible."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from castad_cli.model.formats import LANGUAGES
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.scenery import Scenery, set_scene
from castad_cli.render.studio import Studio
from castad_cli.render.trial import find_faults, rests
from castad_cli.templates import load_template, template_names

MakeAd = Callable[..., tuple[RenderTask, Script]]
WHOLE = bool(os.environ.get("CASTAD_WHOLE_MATRIX"))
"""Every template in every format and language (`make gallery`); else each format in languages that take turns."""


def cases(offset: int) -> list[tuple[str, str, str]]:
    languages = list(LANGUAGES)
    return [
        (name, shape, language)
        for turn, name in enumerate(template_names())
        for place, shape in enumerate(load_template(name).spec.formats)
        for language in (languages if WHOLE else [languages[(offset + 3 * turn + 2 * place) % len(languages)]])
    ]


def at_rest(ad: tuple[RenderTask, Script], studio: Studio) -> Scenery:
    return set_scene(*ad, None, studio, at=rests)


def shown(scenery: Scenery) -> dict[tuple[str, int], Any]:
    return {(t.slot, t.scene): t for t in scenery.layout.texts}


@pytest.mark.parametrize(("name", "shape", "language"), cases(0))
def test_full_slots_fit_and_can_be_read(make_ad: MakeAd, studio: Studio, name: str, shape: str, language: str) -> None:
    task, script = make_ad(name, shape, language, 1.0)
    scenery = at_rest((task, script), studio)
    texts = shown(scenery)
    for index, words in enumerate(script.scenes[:-1]):
        squeezed = texts["headline", index].text.replace("\n", "").replace(" ", "")
        assert squeezed == words.headline.replace(" ", ""), "every word is there, none is cut"
        assert texts["headline", index].end > texts["headline", index].start, "it stands still to be read"
    closing = len(script.scenes) - 1
    assert {"offer", "call_to_action", "phone", "url", "address"} <= {s for s, scene in texts if scene == closing}
    assert {"name", "mark"} & {s for s, _ in texts}
    assert find_faults(scenery) == []


@pytest.mark.parametrize(("name", "shape", "language"), cases(5))
def test_short_words_and_missing_parts_leave_no_fault(
    make_ad: MakeAd, studio: Studio, name: str, shape: str, language: str
) -> None:
    parts = ["logo", "offer", "phone", "url", "line", "address"]
    turn = list(LANGUAGES).index(language)
    without = frozenset({"line", "logo", "offer", "phone", "url", "address"} if turn == 0 else parts[turn - 1 :: 3])
    scenery = at_rest(make_ad(name, shape, language, 0.4, without=without, photo="dark"), studio)
    gone = {slot for slot, _ in shown(scenery)} & (without - {"logo"})
    assert gone == set()
    assert find_faults(scenery) == []


def test_each_line_of_a_block_is_measured_by_itself(make_ad: MakeAd, studio: Studio) -> None:
    scenery = set_scene(*make_ad("pulse", "reel", "en", 0.8), None, studio, at=lambda line: [line.scenes[0].end // 2])
    headline = shown(scenery)["headline", 0]
    assert len(headline.lines) == len(headline.text.split("\n")) > 1


PALETTES = {
    "pale": {"primary": "#f6efe2", "accent": "#c8553d", "text": "#22223b"},
    "white": {"primary": "#ffffff", "accent": "#ffffff", "text": "#ffffff"},
    "black": {"primary": "#000000", "accent": "#000000", "text": "#000000"},
    "loud": {"primary": "#ffe600", "accent": "#ff00aa", "text": "#00ff66"},
    "middle": {"primary": "#808080", "accent": "#7f7f7f", "text": "#818181"},
}


@pytest.mark.parametrize(
    ("name", "palette"),
    [
        (name, palette)
        for turn, name in enumerate(template_names())
        for place, palette in enumerate(sorted(PALETTES))
        if WHOLE or (place + turn) % 2 == 0
    ],
)
def test_any_brands_colours_can_be_read(make_ad: MakeAd, studio: Studio, name: str, palette: str) -> None:
    scenery = at_rest(make_ad(name, load_template(name).spec.formats[0], "en", 0.7, **PALETTES[palette]), studio)
    assert find_faults(scenery) == []
