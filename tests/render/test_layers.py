"""What the browser gives the compositor, on small pages of our own in real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.errors import ToolError, UserError
from castad_cli.model.place import Place
from castad_cli.render import layers
from castad_cli.render.browser import Page, Resource
from castad_cli.render.compositor import Painter, Still
from castad_cli.render.fonts import PlacedText, subset_fonts
from castad_cli.render.layers import Layout
from castad_cli.render.motion import Move, View
from castad_cli.render.planes import picture_from_rgb, rgb_from_frame
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Scene, Timeline

WIDTH, HEIGHT = 320, 240
TIMELINE = Timeline(
    (Scene(0, "opening", 0, 0, 30, "cut", 0), Scene(1, "closing", 1, 30, 60, "cut", 0)), 60, Fraction(30)
)
BASE = """
*{margin:0;padding:0;box-sizing:border-box;animation-play-state:paused!important}
html,body{background:transparent;overflow:hidden}
#stage{position:relative;width:320px;height:240px;overflow:hidden;color:#fff;font:700 24px/1.2 sans-serif}
[data-scene]{position:absolute;inset:0}
.photo{position:absolute;inset:0}
"""


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio() as studio:
        yield studio


def page_of(body: str, css: str = "", language: str = "en") -> dict[str, Resource]:
    faces = subset_fonts([PlacedText(body, "body")], language)
    css += "".join(f'@font-face{{font-family:"{f.family}";src:url("/{f.name}")}}' for f in faces)
    css += "#stage{font-family:" + ",".join(f'"{f.family}"' for f in faces) + "}"
    html = (
        f'<!doctype html><html><head><meta charset="utf-8"><style>{BASE}{css}</style></head>'
        f'<body><main id="stage" lang="{language}">{body}</main></body></html>'
    )
    fonts = {f"/{f.name}": Resource(f.data, "font/ttf") for f in faces}
    return {"/": Resource(html.encode(), "text/html; charset=utf-8"), **fonts}


def laid_out(studio: Studio, body: str, css: str = "", language: str = "en") -> Layout:
    def work(page: Page) -> Layout:
        layers.fit_texts(page, {})
        return layers.capture(page, TIMELINE)

    return studio.browser.with_page(page_of(body, css, language), WIDTH, HEIGHT, work)


def screenshot(studio: Studio, body: str, css: str, frame: int, background: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The browser's own picture of a frame, over a background that stands in for the photograph."""

    def work(page: Page) -> NDArray[np.uint8]:
        layers.fit_texts(page, {})
        page.evaluate("find its layers", "() => castad.layers()")
        for scene in TIMELINE.scenes:
            visible = scene.start <= frame < scene.end
            page.evaluate(
                "seek",
                "([s, t, v]) => { castad.seekScene(s, t); document.querySelectorAll(`[data-scene='${s}']`)"
                ".forEach((e) => { e.style.visibility = v ? 'visible' : 'hidden'; }); }",
                [str(scene.index), (frame - scene.start) * 1000 / 30 if visible else 0, visible],
            )
        page.evaluate("seek", "(t) => castad.seekScene('all', t)", frame * 1000 / 30)
        data = page.capture("draw", 0, 0, WIDTH, HEIGHT)
        return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED))

    bgra = studio.browser.with_page(page_of(body, css), WIDTH, HEIGHT, work).astype(np.float64)
    alpha = bgra[:, :, 3:] / 255
    return np.asarray(np.rint(bgra[:, :, 2::-1] * alpha + background * (1 - alpha)), np.uint8)


def composed(layout: Layout, frame: int, photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    view = View(1.0, 0.5, 0.5)
    box = layers.Box(0, 0, WIDTH, HEIGHT)
    still = Still(picture_from_rgb(photo), Move(view, view), box, 0, 60)
    buffer = np.empty(WIDTH * HEIGHT * 3 // 2, np.uint8)
    Painter(layout, TIMELINE, {(0, 0, 0): still, (1, 0, 1): still}, WIDTH, HEIGHT, 120).paint(frame, buffer)
    return rgb_from_frame(buffer, WIDTH, HEIGHT)


def ssim(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Mean structural similarity of two pictures' luma (Wang et al. 2004, Gaussian window of 1.5 px)."""
    x, y = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.float64) for p in (one, other))
    blur: Callable[[NDArray[np.float64]], NDArray[np.float64]] = lambda p: cv2.GaussianBlur(p, (11, 11), 1.5)  # noqa: E731
    mx, my = blur(x), blur(y)
    vx, vy, cov = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
    a, b = 6.5025, 58.5225
    return float(np.mean((2 * mx * my + a) * (2 * cov + b) / ((mx**2 + my**2 + a) * (vx + vy + b))))


@pytest.fixture(scope="module")
def photo() -> NDArray[np.uint8]:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([60 + x // 4, 90 + y // 3, 120 + (x + y) // 6], axis=-1).astype(np.uint8)


PHOTOS = '<section data-scene="0"><div class="photo" data-media="0"></div></section>' + (
    '<section data-scene="1"><div class="photo" data-media="1"></div></section>'
)
RISE = """
@keyframes rise{from{transform:translateY(130%)}to{transform:none}}
@keyframes settle{from{opacity:0;transform:translateY(20px)}to{opacity:1;transform:none}}
.line{display:block;white-space:nowrap;overflow:clip}
.word{display:inline-block;animation:rise 600ms cubic-bezier(.05,.7,.1,1) both;animation-delay:calc(var(--i)*80ms)}
h1{position:absolute;left:20px;top:60px;width:280px;font-size:40px}
p{position:absolute;left:20px;top:180px;animation:settle 500ms ease-out 200ms both}
.tilt{position:absolute;right:30px;top:20px;width:60px;height:40px;background:#f60;rotate:12deg;
 animation:settle 700ms linear both}
.shade{position:absolute;inset:80px 0 0;background:linear-gradient(transparent,rgba(0,0,20,.8))}
"""
WORDS = (
    PHOTOS + '<section data-scene="all"><div class="shade"></div></section>'
    '<section data-scene="0"><h1 data-text="headline" data-split="words" data-lines="2" data-min="20" data-max="40">'
    'Wake up to waves</h1><p data-text="line">by the sea</p><div class="tilt"></div></section>'
    '<section data-scene="1"><p data-text="line">good bye</p></section>'
)


@pytest.mark.parametrize("frame", [0, 2, 5, 9, 14, 25, 31, 40, 59])
def test_a_composed_frame_is_what_the_browser_would_show(studio: Studio, photo: NDArray[np.uint8], frame: int) -> None:
    ours = composed(laid_out(studio, WORDS, RISE), frame, photo)
    theirs = screenshot(studio, WORDS, RISE, frame, photo)
    assert ssim(ours, theirs) >= 0.985
    assert np.abs(ours.astype(int) - theirs).mean() < 2.0


def test_words_become_sprites_that_move_by_themselves(studio: Studio) -> None:
    layout = laid_out(studio, WORDS, RISE)
    words = [layer for layer in layout.layers if layer.name == "word"]
    assert len(words) == 4
    assert all(layer.kind == "sprite" and len(layer.sprites) == 1 for layer in words)
    assert len({layer.matrices[5][5] for layer in words}) > 1
    assert all(abs(layer.matrices[-1][5]) < 0.01 for layer in words)


def test_opacity_and_position_are_the_browsers_own(studio: Studio) -> None:
    css = "@keyframes go{from{opacity:0;transform:translateX(0)}to{opacity:1;transform:translateX(90px)}}" + (
        ".box{position:absolute;width:40px;height:40px;background:red;animation:go 1000ms linear both}"
    )
    layer = next(
        la
        for la in laid_out(studio, PHOTOS + '<section data-scene="0"><div class="box"></div></section>', css).layers
        if la.name == "box"
    )
    for frame in (0, 7, 15, 29):
        assert layer.opacities[frame] == pytest.approx(frame / 30, abs=1 / 255)
        assert layer.matrices[frame][4] == pytest.approx(90 * frame / 30, abs=0.05)


def test_static_parts_of_a_scene_need_no_mark_up(studio: Studio, photo: NDArray[np.uint8]) -> None:
    body = PHOTOS + '<section data-scene="0"><div style="position:absolute;left:10px;top:10px">plain</div></section>'
    shown = composed(laid_out(studio, body), 3, photo)
    assert ssim(shown, screenshot(studio, body, "", 3, photo)) > 0.985


WIDE = "@keyframes wide{from{width:20px}to{width:200px}}" + (
    ".bar{position:absolute;left:20px;top:100px;height:30px;width:20px;background:#0af;"
    "animation:wide 500ms linear both}"
)
BAR = PHOTOS + '<section data-scene="0"><div class="bar"></div></section>'


def test_what_changes_otherwise_is_captured_only_when_it_changes(studio: Studio, photo: NDArray[np.uint8]) -> None:
    layout = laid_out(studio, BAR, WIDE)
    bar = next(layer for layer in layout.layers if layer.name == "bar")
    assert bar.kind == "frames"
    assert 12 <= len(bar.sprites) <= 17
    for frame in (0, 6, 12, 29):
        theirs = screenshot(studio, BAR, WIDE, frame, photo)
        assert np.abs(composed(layout, frame, photo).astype(int) - theirs).mean() < 1.5


def test_a_blurred_group_is_drawn_as_one(studio: Studio, photo: NDArray[np.uint8]) -> None:
    css = "@keyframes go{to{transform:translateX(100px)}}.in{width:50px;height:50px;background:#fff;" + (
        "animation:go 600ms linear both}.soft{position:absolute;left:30px;top:40px;filter:blur(4px)}"
    )
    body = PHOTOS + '<section data-scene="0"><div class="soft"><div class="in"></div></div></section>'
    layout = laid_out(studio, body, css)
    assert next(la for la in layout.layers if la.name == "soft").kind == "frames"
    theirs = screenshot(studio, body, css, 9, photo)
    assert np.abs(composed(layout, 9, photo).astype(int) - theirs).mean() < 1.5


def test_fitting_takes_the_largest_size_that_keeps_to_its_lines(studio: Studio) -> None:
    css = "h1{position:absolute;width:200px;line-height:1.2}"

    def sizes(text: str) -> float:
        body = (
            PHOTOS
            + '<section data-scene="0"><h1 data-text="headline" data-lines="2" data-min="12" data-max="60">'
            + f"{text}</h1></section>"
        )
        return laid_out(studio, body, css).texts[0].size_px

    assert sizes("Sea") == 60
    assert 12 < sizes("A much longer headline to fit") < 40


def test_a_text_too_long_for_its_slot_names_the_slot_and_the_place(studio: Studio) -> None:
    body = (
        PHOTOS
        + '<section data-scene="0"><h1 data-text="headline" data-lines="1" data-min="30" data-max="60">'
        + ("far too long for one line of this slot</h1></section>")
    )
    place = Place("a.yaml", 4, 7, "copy.scenes[0].headline")
    with pytest.raises(UserError, match="headline does not fit its slot \\(1 line\\)") as caught:
        studio.browser.with_page(
            page_of(body, "h1{width:200px}"),
            WIDTH,
            HEIGHT,
            lambda page: layers.fit_texts(page, {("0", "headline"): place}),
        )
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh-Hans", "在海边醒来，享受安静的早晨时光"), ("ja", "海辺の宿で目覚める朝"), ("th", "ตื่นมาพร้อมเสียงคลื่น")],
)
def test_no_line_breaks_inside_a_word(studio: Studio, language: str, text: str) -> None:
    css = "h1{position:absolute;width:150px;font-size:24px}:lang(ja){word-break:auto-phrase}"
    body = (
        PHOTOS
        + '<section data-scene="0"><h1 data-text="headline" data-split="words" data-lines="4"'
        + f' data-min="20" data-max="24">{text}</h1></section>'
    )
    shown = laid_out(studio, body, css, language).texts[0].text
    lines = shown.split("\n")
    assert len(lines) > 1
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "，。、！」）" for line in lines)


def test_a_text_knows_when_it_can_be_read(studio: Studio) -> None:
    line = next(t for t in laid_out(studio, WORDS, RISE).texts if t.slot == "line" and t.scene == 0)
    assert 8 <= line.start <= 22
    assert line.end == 30


@pytest.mark.parametrize("reached", ["https://example.com/x.png", "file:///etc/passwd"])
def test_a_page_reaches_neither_network_nor_disk(studio: Studio, reached: str) -> None:
    with pytest.raises(ToolError, match=r"refused to load|cannot be decoded"):
        laid_out(studio, PHOTOS + f'<section data-scene="0"><img src="{reached}" alt="x"></section>')


def test_a_script_that_throws_is_an_error_that_quotes_it(studio: Studio) -> None:
    with pytest.raises(ToolError, match="this is broken"):
        laid_out(studio, PHOTOS + "<script>throw new Error('this is broken')</script>")
