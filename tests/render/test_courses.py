"""Where layers stand is read anew only where something moves; and comes to what reading all of it anew gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from features import FEATURES
from small_stage import HEIGHT, PHOTOS, WIDTH, page_of

from castad_cli.render import layers
from castad_cli.render.chromium.browser import Page
from castad_cli.render.studio import Studio

TIMES = [k * 1000 / 30 for k in range(0, 60, 3)]
MOVING = """
@keyframes rise{from{transform:translateY(130%)}to{transform:none}}
@keyframes settle{from{opacity:0}to{opacity:1}}
@keyframes widen{from{width:40px}to{width:160px}}
@keyframes grow{from{font-size:10px}to{font-size:30px}}
@property --far{syntax:"<length>";inherits:true;initial-value:0px}
@keyframes far{from{--far:0px}to{--far:50px}}
p,div,i{position:absolute}
.word{animation:rise 300ms ease-out 200ms both}
.late{animation:rise 300ms linear 900ms}
.again{animation:settle 200ms steps(3) 300ms 3 alternate}
.without{animation:settle 0ms 500ms}
.wide{animation:widen 600ms linear 700ms both;height:30px}.wide i{left:0;top:0;width:50%;height:10px;translate:50%}
.tall{animation:grow 500ms linear 800ms both}.tall i{translate:1em;animation:settle 100ms linear both}
.all{animation:far 400ms linear 1000ms both}.all i{translate:var(--far);animation:settle 100ms linear both}
.through{animation:rise 3000ms linear -500ms}
"""
BODY = "".join(
    f'<div class="{name}" style="left:{20 + 30 * k}px;top:{10 + 20 * k}px">{name}<i>in it</i></div>'
    for k, name in enumerate(("word", "late", "again", "without", "wide", "tall", "all", "through"))
)


def both_ways(studio: Studio, body: str, css: str) -> Iterator[tuple[list[Any], list[Any]]]:
    """Each layer's states, read in one go, and read with a call of its own for each moment."""

    def read(page: Page, times: list[float]) -> list[list[Any]]:
        answer = page.evaluate("read its animations", "([s, t]) => castad.states(s, t)", ["0", times])
        return [layers._fill(track["frames"]) for track in answer]

    def work(page: Page) -> list[tuple[list[Any], list[Any]]]:
        layers.fit_texts(page, {})
        page.evaluate("run the seek hook", "(scenes) => castad.scout(scenes)", [["0", TIMES]])
        page.evaluate("find its layers", "() => castad.layers()")
        at_once, singly = read(page, TIMES), [read(page, [time]) for time in TIMES]
        return [(rows, [one[k][0] for one in singly]) for k, rows in enumerate(at_once)]

    first, second = PHOTOS.split("</section>", 1)
    page = page_of(f"{first}{body}</section>{second}", css)
    yield from studio.browser.with_page(page, WIDTH, HEIGHT, work)


@pytest.mark.parametrize("name", list(FEATURES)[::5])
def test_states_of_a_feature_are_the_same_read_at_once_or_singly(shared_studio: Studio, name: str) -> None:
    for at_once, singly in both_ways(shared_studio, FEATURES[name].body, FEATURES[name].css):
        assert at_once == singly


def test_states_of_what_begins_ends_repeats_and_hangs_on_others_are_the_same(shared_studio: Studio) -> None:
    found = list(both_ways(shared_studio, BODY, MOVING))
    for at_once, singly in found:
        assert at_once == singly
    changing = [at_once for at_once, _ in found if any(row != at_once[0] for row in at_once)]
    assert len(changing) == 7, "all but what takes no time"
