"""What is known of a rendition before a picture is taken: enough to leave out what is kept, never too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from castad_cli.model.music import Track
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render import layers, scenery
from castad_cli.render.chromium.browser import Resource
from castad_cli.render.cut_sprites import CutSprite
from castad_cli.render.foresight import Foreseen, scenes_in
from castad_cli.render.kept import Kept
from castad_cli.render.layers import Layout, Outline
from castad_cli.render.rendering import render
from castad_cli.render.scenery import set_scene
from castad_cli.render.segments import plan_segments
from castad_cli.render.sources import note_of, prepare
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Scene, Timeline
from castad_cli.storage import open_store
from castad_cli.templates import load_template, template_names

Ad = tuple[RenderTask, Script, Track | None]
MakeAd = Callable[..., Ad]
SCENES = (("Wake up to waves", ""), ("Hot tea", ""), ("Stay a while", ""))
OTHER = (("Wake up to waves", ""), ("Hot pie", ""), ("Stay a while", ""))
TEMPLATES = tuple(name for name in template_names() if name != "horizon")


@pytest.fixture
def studio(shared_studio: Studio) -> Studio:
    return shared_studio


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The scenes of the layers that a picture was taken of."""
    taken: list[str] = []
    original = layers.capture_sprites

    def capture(page: Any, passes: Any, *rest: Any) -> Any:
        taken.extend(part.entry["scene"] for group in passes for part in group)
        return original(page, passes, *rest)

    monkeypatch.setattr(layers, "capture_sprites", capture)
    return taken


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The photographs that were decoded."""
    read: list[str] = []
    original = scenery.prepare

    def load(spec: Any, *size: int) -> Any:
        read.append(spec.asset.src)
        return original(spec, *size)

    monkeypatch.setattr(scenery, "prepare", load)
    return read


def outline_of(ad: Ad, studio: Studio, *, drawn: bool) -> tuple[Foreseen, Layout]:
    """An ad before its pictures were taken, and after, if they are ``drawn``."""
    found: list[Foreseen] = []

    def foresee(foreseen: Foreseen) -> list[range]:
        found.append(foreseen)
        return [range(foreseen.timeline.frames)] if drawn else []

    made = set_scene(*ad, studio, foresee=foresee, ground=lambda *more: repr(more).encode())
    return found[0], made.layout


def pictures_by_paint(foreseen: Foreseen, layout: Layout) -> Iterator[tuple[str, tuple[tuple[Any, ...], ...]]]:
    """What each layer's pictures follow from, with the pictures; a scrim's without their hue, which its scene's has."""
    taken = {id(layer.clips): layer for layer in layout.layers}
    for layer, paint in zip(foreseen.outline.layers, foreseen.outline.paints, strict=True):
        seen = taken.get(id(layer.clips))
        if paint and seen is not None and layer.kind == "sprite":
            cuts = [sprite.cutout for sprite in seen.sprites if isinstance(sprite, CutSprite)]
            assert len(cuts) == len(seen.sprites)
            kept = [(each.a, each.a2) if layer.is_scrim else each.planes for each in cuts]
            shown = [tuple((plane.shape, plane.tobytes()) for plane in planes) for planes in kept]
            yield paint, tuple((each.left, each.top, *planes) for each, planes in zip(cuts, shown, strict=True))


def test_a_changed_headline_takes_pictures_of_its_own_scene_alone(
    make_ad: MakeAd, studio: Studio, kept: Kept, tmp_path: Path, captured: list[str], loaded: list[str]
) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    render(*make_ad(scenes=SCENES), tmp_path / "one", studio, kept=kept)
    assert {"0", "1", "2"} <= set(captured)
    captured.clear()
    loaded.clear()
    again = render(*make_ad(scenes=OTHER), tmp_path / "two", studio, kept=kept)
    assert "1" in captured
    assert "2" not in captured
    assert loaded
    assert "photo-2.jpg" not in loaded
    in_one_go = render(*make_ad(scenes=OTHER), tmp_path / "three", studio)
    assert again.video.read_bytes() == in_one_go.video.read_bytes()
    assert again.cover.read_bytes() == in_one_go.cover.read_bytes()
    assert again.facts["notes"] == in_one_go.facts["notes"]


def test_pictures_made_ready_for_nothing_change_nothing(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, loaded: list[str]
) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    store = open_store(str(tmp_path / "store"))
    render(*make_ad(scenes=SCENES), tmp_path / "one", studio, kept=Kept(store, "engine"))
    loaded.clear()
    # As another process would: it has seen no scene, and finds most of them kept.
    again = render(*make_ad(scenes=OTHER), tmp_path / "two", studio, kept=Kept(store, "engine"))
    assert "photo-2.jpg" in loaded
    in_one_go = render(*make_ad(scenes=OTHER), tmp_path / "three", studio)
    assert again.video.read_bytes() == in_one_go.video.read_bytes()
    assert again.facts["notes"] == in_one_go.facts["notes"]


def test_scenes_of_the_same_words_and_timing_are_not_made_ready_again(make_ad: MakeAd, kept: Kept) -> None:
    def unseen(**changed: Any) -> set[int]:
        task, script, track = make_ad(**changed)
        timeline = scenery.plan_timeline(task, script, track, load_template(task.template))
        dissolving = tuple(replace(s, transition="dissolve", transition_frames=s.index * 12) for s in timeline.scenes)
        return kept.unseen_scenes(task, script, replace(timeline, scenes=dissolving))

    assert unseen(scenes=SCENES) == {0, 1, 2}
    assert unseen(scenes=SCENES) == set()
    assert unseen(scenes=((SCENES[0][0].swapcase(), SCENES[0][1]), *SCENES[1:])) == {0, 1}, (
        "with the one whose transition shows it"
    )
    assert unseen(scenes=OTHER) == {0, 1, 2}, "and with the one that its own transition shows"
    assert unseen(scenes=OTHER, name="Another house") == {0, 1, 2}


def test_a_still_takes_pictures_of_what_it_shows_alone(make_ad: MakeAd, studio: Studio, captured: list[str]) -> None:
    set_scene(*make_ad(scenes=SCENES), studio, only=[20])
    assert set(captured) <= {"0", "all"}


@pytest.mark.parametrize("template", ["horizon", *(pytest.param(n, marks=pytest.mark.slow) for n in TEMPLATES)])
def test_layers_that_are_painted_alike_look_alike(make_ad: MakeAd, studio: Studio, template: str) -> None:
    ads = [
        make_ad(seconds=8, scenes=SCENES),
        make_ad(seconds=8, scenes=(("Wake up", ""), ("A hot pie", ""), ("Stay a while", ""))),
        make_ad(seconds=8, scenes=SCENES, accent="#20c0a0"),
        make_ad(seconds=8, scenes=SCENES, language="ko"),
    ]
    known: dict[str, Any] = {}
    shared = 0
    for task, *rest in ads:
        foreseen, layout = outline_of((replace(task, template=template), *rest), studio, drawn=True)
        assert len(foreseen.outline.layers) == len(foreseen.outline.paints)
        for paint, pictures in pictures_by_paint(foreseen, layout):
            shared += paint in known
            assert known.setdefault(paint, pictures) == pictures
    assert shared > 5, "what did not change is known again"


def test_all_that_decides_what_a_segment_shows_is_in_its_look(make_ad: MakeAd, studio: Studio) -> None:
    base = make_ad(scenes=SCENES)
    task = base[0]

    def looks(ad: Ad) -> list[str | None]:
        foreseen, _ = outline_of(ad, studio, drawn=False)
        return [foreseen.look(segment.start, segment.end) for segment in plan_segments(foreseen.timeline)]

    first = looks(base)
    assert None not in first
    assert looks(base) == first
    other = looks(make_ad(scenes=OTHER))
    assert other[-1] == first[-1]
    assert other != first
    for changed in (replace(task.media[0], focus=(0.1, 0.2)), replace(task.media[0], motion="still")):
        moved = looks((replace(task, media=(changed, *task.media[1:])), *base[1:]))
        assert moved[0] != first[0]
        assert moved[-1] == first[-1]
    for all_else in (
        make_ad(scenes=SCENES, accent="#20c0a0"),
        (replace(task, look="warm"), *base[1:]),
        (replace(task, quality="standard"), *base[1:]),
    ):
        assert not set(looks(all_else)) & set(first)


PAGE = """<!doctype html><style>#stage {{ position: relative; width: 400px; height: 300px }}
section {{ position: absolute; inset: 0 }} .card {{ position: absolute; left: 40px; top: 40px;
width: 200px; height: 90px; background: {color} }} {css} .mover {{ animation: go 1s linear both paused }}
@keyframes go {{ from {{ opacity: 0 }} }}
</style>
<main id="stage" lang="en"><section data-scene="0"><div class="mover card">{inside}</div></section></main>
<script>{script}</script>"""


def paint_of(studio: Studio, **parts: str) -> str | None:
    """What the one layer of a small page is painted by."""
    page_text = PAGE.format(**{"color": "teal", "css": "", "inside": "", "script": "", **parts})
    timeline = Timeline((Scene(0, "opening", 0, 0, 30, "cut", 0),), 30)
    outlines: list[Outline] = []

    def work(page: Any) -> None:
        layers.fit_texts(page, {})
        layers.capture(page, timeline, choose=lambda outline: outlines.append(outline) or set(), paints=True)

    studio.browser.with_page({"/": Resource(page_text.encode(), "text/html; charset=utf-8")}, 400, 300, work)
    (paint,) = outlines[0].paints
    return paint


@pytest.mark.parametrize(
    "change",
    [
        {"color": "navy"},
        {"inside": "words"},
        {"inside": "<b></b>"},
        {"css": ".card { border-radius: 4px }"},
        {"css": ".card::after { content: 'x' }"},
        {"css": ".card { translate: 3px; left: 41px }"},
        {"css": ".card { border-inline-start: 1px solid red; margin-inline-start: -1px }"},
        {"css": ".card { border-end-end-radius: 4px }"},
        {"css": ".card::before { content: ''; display: inline-block; inline-size: 3px }"},
        {"inside": '<svg viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'},
    ],
)
def test_whatever_changes_a_picture_changes_what_it_follows_from(studio: Studio, change: dict[str, str]) -> None:
    assert paint_of(studio) == paint_of(studio)
    assert paint_of(studio, **change) not in (None, paint_of(studio))


@pytest.mark.parametrize(
    "beyond",
    [
        {"script": "window.castadSeek = () => {}"},
        {"inside": "<canvas></canvas>"},
        {"css": ".card::after { content: counter(item) }"},
        {"inside": '<svg><circle r="9" fill="url(#elsewhere)"/></svg>'},
        {"inside": "<ol><li>one</li></ol>"},
    ],
)
def test_what_cannot_be_told_is_not_told(studio: Studio, beyond: dict[str, str]) -> None:
    assert paint_of(studio, **beyond) is None


def test_the_pace_of_a_movement_is_no_part_of_a_picture(studio: Studio) -> None:
    assert paint_of(studio, css=".mover { animation-duration: 2s !important }") == paint_of(studio)


def test_what_only_a_reader_would_notice_is_no_part_of_a_picture(studio: Studio) -> None:
    touched = ".card { cursor: grab; user-select: none; pointer-events: none; touch-action: none; scroll-margin: 4px }"
    assert paint_of(studio, css=touched) == paint_of(studio)


def test_a_frame_shows_the_scene_before_it_while_that_one_goes() -> None:
    scenes = (Scene(0, "opening", 0, 0, 40, "cut", 0), Scene(1, "closing", 1, 40, 90, "dissolve", 15))
    line = Timeline(scenes, 90, Fraction(30))
    assert [scenes_in(line, [range(frame, frame + 1)]) for frame in (39, 40, 54, 55)] == [{0}, {0, 1}, {0, 1}, {1}]


def test_a_pictures_note_is_known_from_its_files_beginning(make_ad: MakeAd) -> None:
    for spec in make_ad()[0].media:
        for size in ((1080, 1920), (200, 200)):
            assert note_of(spec, *size) == prepare(spec, *size).note


def test_what_is_painted_alike_is_captured_once(studio: Studio) -> None:
    card = (
        '<section data-scene="{}"><div class="card" style="left: {}px; animation: go {}s both paused"></div></section>'
    )
    cards = "".join(card.format(*each) for each in ((0, 40, 1), (1, 40, 2), (1, 90, 1)))
    text = PAGE.format(color="teal", css="", inside="", script="").replace("</section>", "</section>" + cards, 1)
    timeline = Timeline((Scene(0, "opening", 0, 0, 30, "cut", 0), Scene(1, "closing", 0, 30, 60, "cut", 0)), 60)
    files = {"/": Resource(text.encode(), "text/html; charset=utf-8")}

    def work(page: Any) -> Layout:
        layers.fit_texts(page, {})
        return layers.capture(page, timeline, paints=True, on_scene=lambda layout, last: None)

    first, same, other_pace, elsewhere = studio.browser.with_page(files, 400, 300, work).layers
    assert first.sprites[0] is same.sprites[0]
    assert same.sprites[0] is other_pace.sprites[0]
    assert elsewhere.sprites[0].left - first.sprites[0].left == 50
    assert np.array_equal(elsewhere.sprites[0].bgra, first.sprites[0].bgra)
