"""What an earlier page of a browser showed is not captured again, and is the same picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from small_stage import HEIGHT, PHOTOS, TIMELINE, WIDTH, page_of

from castad_cli.render import layers
from castad_cli.render.chromium.browser import Page
from castad_cli.render.chromium.kept_shots import _MOST_BYTES, KeptShots
from castad_cli.render.layers import Layout
from castad_cli.render.studio import Studio

CSS = """
@keyframes rise{from{transform:translateY(130%)}to{transform:none}}
h1{position:absolute;left:20px;top:60px;animation:rise 600ms both}
p{position:absolute;left:20px;top:180px}
.shade{position:absolute;inset:80px 0 0;background:linear-gradient(transparent,rgba(0,0,20,.8))}
"""


@pytest.fixture
def studio() -> Iterator[Studio]:
    with Studio() as own:  # whose browser has shown nothing yet
        yield own


def lay_out(studio: Studio, headline: str, ground: str) -> tuple[Layout, int]:
    """A page's layers, and how many screenshots were taken for them."""
    body = (
        PHOTOS + f'<section data-scene="all"><div class="shade" data-layer></div></section>'
        f'<section data-scene="0"><h1 data-text="headline">{headline}</h1></section>'
        '<section data-scene="1"><p data-text="line">good bye</p></section>'
    )
    taken: list[str] = []

    def work(page: Page) -> Layout:
        capture = page.capture

        def count(label: str, *box: float) -> bytes:
            taken.append(label)
            return capture(label, *box)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(page, "capture", count)
            layers.fit_texts(page, {})
            return layers.capture(page, TIMELINE, paints=True, ground=ground)

    return studio.browser.with_page(page_of(body, CSS), WIDTH, HEIGHT, work), len(taken)


def pictures(layout: Layout) -> list[list[bytes]]:
    return [[np.asarray(sprite.bgra).tobytes() for sprite in layer.sprites] for layer in layout.layers]


def test_a_page_that_looks_the_same_is_not_captured_again(studio: Studio) -> None:
    first, taken = lay_out(studio, "Wake up", "ground")
    assert taken > 1
    again, taken_again = lay_out(studio, "Wake up", "ground")
    assert taken_again == 0
    assert pictures(again) == pictures(first)


def test_only_the_pass_with_other_words_is_captured(studio: Studio) -> None:
    _, taken = lay_out(studio, "Wake up", "ground")
    edited, taken_again = lay_out(studio, "Get up", "ground")
    assert taken_again == 1 < taken
    fresh, all_taken = lay_out(studio, "Get up", "another ground")
    assert all_taken == taken
    assert pictures(edited) == pictures(fresh)


def test_without_a_ground_every_page_is_captured(studio: Studio) -> None:
    _, taken = lay_out(studio, "Wake up", "")
    assert lay_out(studio, "Wake up", "")[1] == taken > 0


def test_what_was_not_used_for_longest_makes_room() -> None:
    shots = KeptShots()
    third = bytes(_MOST_BYTES // 3)
    for name in "abc":
        shots.keep(name, third)
    assert shots.get("a") == third
    shots.keep("c", third)
    shots.keep("d", third)
    assert shots.get("b") is None
    assert [bool(shots.get(name)) for name in "acd"] == [True, True, True]
