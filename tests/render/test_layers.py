"""What the browser gives the compositor, on small pages of our own in real Chromium."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from small_stage import HEIGHT, PHOTOS, WIDTH, composed, laid_out, page_of, screenshots, sloping_photo, ssim

from castad_cli.errors import ToolError, UserError
from castad_cli.model.place import Place
from castad_cli.render import layers
from castad_cli.render.studio import Studio


@pytest.fixture(scope="module")
def studio(shared_studio: Studio) -> Studio:
    return shared_studio


@pytest.fixture(scope="module")
def photo() -> NDArray[np.uint8]:
    return sloping_photo()


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
    theirs = screenshots(studio, WORDS, RISE, [frame], photo, fitted=True)[0]
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
    assert ssim(shown, screenshots(studio, body, "", [3], photo)[0]) > 0.985


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
        theirs = screenshots(studio, BAR, WIDE, [frame], photo)[0]
        assert np.abs(composed(layout, frame, photo).astype(int) - theirs).mean() < 1.5


def test_a_blurred_group_is_drawn_as_one(studio: Studio, photo: NDArray[np.uint8]) -> None:
    css = "@keyframes go{to{transform:translateX(100px)}}.in{width:50px;height:50px;background:#fff;" + (
        "animation:go 600ms linear both}.soft{position:absolute;left:30px;top:40px;filter:blur(4px)}"
    )
    body = PHOTOS + '<section data-scene="0"><div class="soft"><div class="in"></div></div></section>'
    layout = laid_out(studio, body, css)
    assert next(la for la in layout.layers if la.name == "soft").kind == "frames"
    theirs = screenshots(studio, body, css, [9], photo)[0]
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


def test_a_text_on_a_swinging_tag_rests_when_its_far_end_does(studio: Studio) -> None:
    css = (
        "@keyframes swing{from{transform:rotate(6deg)}to{transform:none}}"
        ".tag{position:absolute;left:0;top:0;width:200px;height:150px;transform-origin:0 0;"
        "animation:swing 600ms linear both}h1{position:absolute;left:120px;top:100px;font-size:20px;margin:0}"
    )
    body = PHOTOS + '<section data-scene="0"><div class="tag"><h1 data-text="headline">Sea</h1></div></section>'
    # 0.12 em of 20 px over some 150 px from the nail is about 0.9 degrees: reached in the last sixth of 18 frames.
    assert 14 <= laid_out(studio, body, css).texts[0].start <= 18


def test_a_text_whose_letters_fall_in_a_picture_taken_frame_by_frame_is_read_once_they_stand(studio: Studio) -> None:
    css = (
        "@keyframes widen{from{width:190px}to{width:200px}}"
        "@keyframes fall{from{transform:translateY(-125%)}to{transform:none}}"
        ".tag{position:absolute;left:0;top:0;width:200px;height:150px;overflow:clip;animation:widen 100ms linear both}"
        "h1{margin:0;font-size:20px;overflow:clip}i{display:inline-block;animation:fall 300ms linear both 400ms}"
    )
    body = PHOTOS + '<section data-scene="0"><div class="tag"><h1 data-text="price">$<i>9</i></h1></div></section>'
    layout = laid_out(studio, body, css)
    assert "frames" in {layer.kind for layer in layout.layers}
    assert layout.texts[0].start == 21


@pytest.mark.parametrize("reached", ["https://example.com/x.png", "file:///etc/passwd"])
def test_a_page_reaches_neither_network_nor_disk(studio: Studio, reached: str) -> None:
    with pytest.raises(ToolError, match=r"refused to load|cannot be decoded"):
        laid_out(studio, PHOTOS + f'<section data-scene="0"><img src="{reached}" alt="x"></section>')


def test_a_script_that_throws_is_an_error_that_quotes_it(studio: Studio) -> None:
    with pytest.raises(ToolError, match="this is broken"):
        laid_out(studio, PHOTOS + "<script>throw new Error('this is broken')</script>")
