"""Layers that lie over one another are moved side by side for one screenshot: which are, and that it shows nowhere."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from castad_cli.render.chromium import sprites
from castad_cli.render.chromium.sprites import Part, part_passes
from castad_cli.render.layers import Layout
from castad_cli.render.studio import Studio
from tests.render.stages.small_stage import PHOTOS, laid_out

WIDTH, HEIGHT = 320, 240
MOVES = ".m{animation:m 1s both}@keyframes m{from{opacity:0;transform:translateY(20px)}}"
WORD = '<p class="m word" style="position:absolute;left:40px;top:60px;font-size:40px">Tide</p>'
boxes = st.tuples(st.floats(-40, 300), st.floats(-40, 220), st.floats(1, 300), st.floats(1, 200)).map(
    lambda b: [b[0], b[1], b[0] + b[2], b[1] + b[3]]
)


@given(st.lists(st.tuples(boxes, st.booleans()), max_size=9), st.sampled_from([Fraction(1), Fraction(1, 2)]))
def test_no_two_of_a_pass_overlap_and_none_is_moved_that_must_not_be(
    given_: list[tuple[list[float], bool]], scale: Fraction
) -> None:
    entries = [{"index": n, "box": box, "movable": movable} for n, (box, movable) in enumerate(given_)]
    passes = part_passes(entries, WIDTH, HEIGHT, scale)
    for group in passes:
        for one, other in combinations(group, 2):
            assert not sprites._overlap(one.at, other.at)
    parts: list[Part] = [part for group in passes for part in group]
    assert len({part.entry["index"] for part in parts}) == len(parts) <= len(entries)
    for part in parts:
        left, top, right, bottom = part.at
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT
        assert all(step % 32 == 0 for step in part.way)
        box = part.entry["box"]
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= WIDTH and box[3] <= HEIGHT
        assert part.way == (0, 0) or (part.entry["movable"] and inside)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[int, int]]]:
    """How far each layer was moved, by its name."""
    found: list[tuple[str, tuple[int, int]]] = []

    def note(*given_: Any) -> Any:
        passes = part_passes(*given_)
        found.extend((part.entry["name"], part.way) for group in passes for part in group)
        return passes

    monkeypatch.setattr("castad_cli.render.layers.part_passes", note)
    return found


def lay_out(studio: Studio, body: str, css: str) -> Layout:
    css = MOVES + ".o{position:absolute;left:50px;top:70px}" + css
    return laid_out(studio, PHOTOS.replace("</section>", f"{WORD}{body}</section>", 1), css)


def _in_its_place(box: Any, taken: Any, stage: Any) -> tuple[int, int] | None:
    return None if any(sprites._overlap(box, other) for other in taken) else (0, 0)


def _pictures(layout: Layout) -> list[tuple[int, int, Any]]:
    return [(sprite.left, sprite.top, sprite.bgra) for layer in layout.layers for sprite in layer.sprites]


@pytest.mark.parametrize(
    ("other", "css"),
    [
        ('<p class="m o">over</p>', ""),
        ('<p class="o">at rest</p>', ""),
        ('<p class="m o"><b style="position:relative">one</b> <i>two</i></p>', ""),
        ('<div class="m o p"><span class="m" style="display:inline-block">in</span> it</div>', ".p{background:#135}"),
        ('<p class="m o"><span class="a">far</span> in it</p>', ".a{position:absolute;right:0}"),
        ('<p class="m o g">shade</p>', ".g{background:linear-gradient(75deg,#f00,#00f8)}"),
        ('<p class="m o s">shadow</p>', ".s{text-shadow:2px 3px 5px #000;box-shadow:0 0 4px #fff}"),
        ('<div class="w"><p class="m">cut</p></div>', ".w{position:absolute;left:50px;top:70px;contain:paint}"),
        (
            '<p class="m y"><b class="a">out</b>in</p>',
            ".y{margin:70px 0 0 50px;width:90px}.a{position:absolute;left:9px}",
        ),
    ],
    ids=lambda value: value[:40],
)
def test_a_layer_over_another_is_moved_and_is_the_same_picture(
    shared_studio: Studio,
    monkeypatch: pytest.MonkeyPatch,
    ways: list[tuple[str, tuple[int, int]]],
    other: str,
    css: str,
) -> None:
    moved = lay_out(shared_studio, other, css)
    assert any(way != (0, 0) for _, way in ways)
    monkeypatch.setattr(sprites, "_room_for", _in_its_place)
    still = lay_out(shared_studio, other, css)
    assert [layer.name for layer in moved.layers] == [layer.name for layer in still.layers]
    for one, another in zip(_pictures(moved), _pictures(still), strict=True):
        assert one[:2] == another[:2]
        assert np.array_equal(one[2], another[2])


@pytest.mark.parametrize(
    ("other", "css"),
    [
        ('<p class="m o r">round</p>', ".r{border-radius:9px;background:#246}"),
        ('<p class="m o"><i class="t">turned</i></p>', ".t{display:inline-block;rotate:8deg}"),
        ('<p class="o t">turned</p>', ".t{rotate:8deg}"),
        ('<p class="m o f">fixed</p>', ".f{background:linear-gradient(#f00,#00f) fixed}"),
        ('<p class="m o b">begun</p>', ".b::before{content:'x';border-radius:50%;background:#fff}"),
        ('<div class="w"><p class="m">grown</p></div>', ".w{position:absolute;left:30px;top:30px;zoom:1.5}"),
        ('<p class="m e">beyond the edge</p>', ".e{position:absolute;left:-30px;top:70px;white-space:nowrap}"),
    ],
    ids=lambda value: value[:40],
)
def test_what_would_be_another_picture_elsewhere_stays_where_it_is(
    shared_studio: Studio, ways: list[tuple[str, tuple[int, int]]], other: str, css: str
) -> None:
    lay_out(shared_studio, other, css)
    assert {way for name, way in ways if name != "m word"} == {(0, 0)}
