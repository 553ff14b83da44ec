"""What is said, written in the picture: parted, placed where nothing else is written, read in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from castad_cli.model.formats import FORMATS, Box
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script, SpokenLine, Voice, reading_time_s
from castad_cli.render.chromium.browser import Resource
from castad_cli.render.layers import fit_texts
from castad_cli.render.scenery import set_scene
from castad_cli.render.spoken import spoken_html
from castad_cli.render.studio import Studio
from castad_cli.render.trial import find_faults
from castad_cli.render.words.parting import part_text

MakeAd = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Wake to the sea.", ["Wake to the sea."]),
        ("Come. Stay. Rest.", ["Come. Stay. Rest."]),
        (
            "Every room looks out on the bay. Breakfast is on the terrace until eleven.",
            ["Every room looks out on the bay.", "Breakfast is on the terrace until eleven."],
        ),
        ("창문을 열면 바다가 먼저 인사해요. 예약하세요.", ["창문을 열면 바다가 먼저 인사해요. 예약하세요."]),
        ("", []),
    ],
)
def test_a_line_is_parted_at_its_sentences(text: str, parts: list[str]) -> None:
    assert part_text(text) == parts


def test_a_sentence_too_long_for_two_lines_is_parted_evenly_and_loses_nothing() -> None:
    text = "When the tide is out you can walk along the sand to the lighthouse and back before breakfast is served"
    parts = part_text(text)
    assert " ".join(parts) == text
    assert len(parts) == 2
    assert abs(len(parts[0]) - len(parts[1])) < 20


def test_what_is_said_is_text_and_never_markup(make_ad: MakeAd) -> None:
    from castad_cli.render.spoken import SpokenPart

    html = spoken_html([SpokenPart(0, "<b>{{ 7 }}</b>", Fraction(0), Fraction(2))])
    assert "&lt;b&gt;{{ 7 }}&lt;/b&gt;" in html


def with_voice(task: RenderTask, script: Script) -> tuple[RenderTask, Script]:
    said = [
        SpokenLine(index, f"{scene.headline}. {scene.line or 'Come and see.'}", Fraction(5, 2))
        for index, scene in enumerate(script.scenes)
    ]
    return replace(task, burns_captions=True, duration_s=Fraction(30)), replace(
        script, voice=Voice("own", "Kore", tuple(said))
    )


def test_a_caption_stands_in_the_safe_area_clear_of_all_else_and_is_read_in_time(
    make_ad: MakeAd, shared_studio: Studio
) -> None:
    task, script, _ = make_ad(seconds=30)
    task, script = with_voice(task, script)
    scenery = set_scene(task, script, None, shared_studio)
    captions = [text for text in scenery.layout.texts if text.slot == "caption"]
    assert {text.scene for text in captions} == set(range(len(script.scenes)))
    safe = FORMATS[task.format].secondary
    scale = scenery.width / FORMATS[task.format].width
    for text in captions:
        sides = (text.box.left, text.box.top, text.box.right, text.box.bottom)
        assert safe.contains(Box(*(side / scale for side in sides)), 1)
        shown = Fraction(text.end - text.start) / scenery.timeline.rate
        assert shown >= reading_time_s(text.text.replace("\n", " "))
        assert text.on_panel
    assert find_faults(scenery) == []


def test_captions_stay_in_their_file_unless_a_recipe_asks(make_ad: MakeAd, shared_studio: Studio) -> None:
    task, script, _ = make_ad(seconds=30)
    task, script = with_voice(task, script)
    scenery = set_scene(replace(task, burns_captions=False), script, None, shared_studio, at=lambda line: [40])
    assert all(text.slot != "caption" for text in scenery.layout.texts)


def test_a_caption_of_two_lines_is_no_wider_than_they_are(shared_studio: Studio) -> None:
    page = (
        "<!doctype html><style>#stage { --caption-top: 0px; --caption-bottom: 0px; position: relative; height: 600px } "
        ".spoken-line { position: absolute; left: 0; width: fit-content; max-width: 600px; padding: 10px 20px; "
        'text-wrap: balance }</style><main id="stage" lang="en"><section data-scene="0"><p class="spoken-line" '
        'data-text="caption" data-lines="3" data-min="40" data-max="40">Velvety latte. With oat milk if you like.</p>'
        "</section></main>"
    )

    def widths(page: Any) -> tuple[float, float]:
        fit_texts(page, {})
        return tuple(
            page.evaluate(
                "measure it",
                "() => { const p = document.querySelector('p'); const range = document.createRange(); "
                "range.selectNodeContents(p); return [p.clientWidth, range.getBoundingClientRect().width]; }",
            )
        )

    resources = {"/": Resource(page.encode(), "text/html; charset=utf-8")}
    box, text = shared_studio.browser.with_page(resources, 1080, 1920, widths, lambda: None)
    assert text < 500, "it has two lines"
    assert text + 40 <= box <= text + 44
