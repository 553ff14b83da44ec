"""Templates that hang, throw, loop or meddle: a clear error or a bounded result, and the next ad goes on."""

from __future__ import annotations

import numpy as np
import pytest
from small_stage import PHOTOS, composed, laid_out, screenshots, sloping_photo, ssim

from castad_cli.errors import ToolError
from castad_cli.render import layers
from castad_cli.render.chromium import browser
from castad_cli.render.layers import Layout
from castad_cli.render.studio import Studio

BOX = ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60}"


def with_script(script: str, body: str = '<div class="b" id="e">Box</div>') -> str:
    return PHOTOS.replace("</section>", f"{body}</section>", 1) + f"<script>{script}</script>"


def test_a_hook_that_never_returns_is_ended_and_named(shared_studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "_HOOK_S", 2.0)
    with pytest.raises(ToolError, match="more than 2 s to run the seek hook") as caught:
        laid_out(shared_studio, with_script("window.castadSeek = () => { for (;;); }"), BOX)
    assert "never ends" in caught.value.fix
    assert laid_out(shared_studio, with_script(""), BOX).layers, "and the next page is laid out"


def test_a_script_that_fills_the_memory_is_ended_before_the_machine_has_none(
    shared_studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_MOST_BYTES", 700_000_000)
    with pytest.raises(ToolError, match=r"more than 0.7 GB of memory to load the template"):
        laid_out(shared_studio, with_script("const all = []; for (;;) all.push(new Uint8Array(1e6).fill(7))"), BOX)
    assert laid_out(shared_studio, with_script(""), BOX).layers, "and the next page is laid out"


def test_a_script_that_makes_ever_more_objects_ends_with_its_page(shared_studio: Studio) -> None:
    script = "const all = []; for (;;) all.push(new Array(1e5).fill(Math.random()))"
    with pytest.raises(ToolError, match="died twice") as caught:
        laid_out(shared_studio, with_script(script), BOX)
    assert "very much memory" in caught.value.fix


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("window.castadSeek = () => { throw new Error('no such wave'); }", "run the seek hook.*no such wave"),
        ("window.castadSeek = async () => {}", "returned a promise"),
        ("setTimeout(() => { throw new Error('at once wrong'); })", "at once wrong"),
        ("throw new Error('wrong from the start')", "wrong from the start"),
        ("setTimeout(() => document.write('<p>gone</p>'))", "document.write .* would erase it"),
        ("location = 'https://example.com/next'", "tries to go to https://example.com/next.*one page"),
        ("document.body.append(Object.assign(new Image(), {src: 'https://example.com/a.png'}))", "refused to load"),
        ("document.getElementById('stage').remove()", 'no element with id="stage"'),
        ("location.reload()", "tries to go to .*one page"),
        ("requestAnimationFrame(() => location.assign('/other'))", "tries to go to .*/other.*one page"),
        ("fetch('https://example.com/words.json').catch(() => 0)", "refused to load https://example.com"),
    ],
)
def test_a_script_that_fails_is_an_error_that_says_how(shared_studio: Studio, script: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        laid_out(shared_studio, with_script(script), BOX)


@pytest.mark.parametrize(
    "script",
    [
        "const again = () => { document.getElementById('e').style.width = Math.random() * 200 + 'px';"
        " requestAnimationFrame(again); }; again()",
        "setInterval(() => document.getElementById('e').append(Date.now()), 1)",
        "window.castadSeek = () => alert('stop'); confirm('sure?'); prompt('what?')",
        "window.open('about:blank')",
        "new MutationObserver(() => {}).observe(document, {subtree: true, attributes: true})",
    ],
)
def test_a_script_that_never_settles_ends_in_the_same_picture_every_time(shared_studio: Studio, script: str) -> None:
    def pictures(layout: Layout) -> list[bytes]:
        return [sprite.bgra.tobytes() for layer in layout.layers for sprite in layer.sprites]

    first, again = (laid_out(shared_studio, with_script(script), BOX, only=(0, 9)) for _ in range(2))
    assert pictures(first) == pictures(again)
    assert pictures(first)


def test_an_animation_without_an_end_is_captured_once_a_frame_and_is_exact(shared_studio: Studio) -> None:
    css = BOX + "@keyframes a{50%{width:40px}}.b{animation:a 777ms linear infinite}"
    layout = laid_out(shared_studio, with_script(""), css)
    (box,) = (layer for layer in layout.layers if layer.name == "b")
    assert len(box.sprites) <= box.end - box.start == 30
    photo = sloping_photo()
    for frame, shown in zip((3, 28), screenshots(shared_studio, with_script(""), css, (3, 28), photo), strict=True):
        assert ssim(composed(layout, frame, photo), shown) >= 0.985


def test_chance_and_the_clock_are_the_same_in_another_browser(shared_studio: Studio) -> None:
    script = (
        "document.getElementById('e').style.left = Math.random() * 100 + new Date().getSeconds() + 'px';"
        "document.getElementById('e').textContent = performance.now() + ' ' + new Date(0).getTime()"
    )
    one = laid_out(shared_studio, with_script(script), BOX, only=(0,))
    with Studio() as another:
        two = laid_out(another, with_script(script), BOX, only=(0,))
    (mine,), (yours,) = ([layer for layer in layout.layers if layer.name == "b"] for layout in (one, two))
    assert np.array_equal(mine.sprites[0].bgra, yours.sprites[0].bgra)
    assert mine.sprites[0].left == yours.sprites[0].left


def test_a_group_of_photographs_outside_the_scenes_is_refused_by_name(shared_studio: Studio) -> None:
    with pytest.raises(ToolError, match=r"\.soft .*filter.*photograph \.photo of scene 0.*within each scene"):
        laid_out(shared_studio, f'<div class="soft">{PHOTOS}</div>', ".soft{filter:grayscale(1)}")


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ('.b::before{content:"";backdrop-filter:blur(2px)}', r"backdrop-filter of \.b in scene 0.*::before has it"),
        (".b{backdrop-filter:blur(2px);clip-path:circle(40%)}", r"backdrop-filter of \.b.*has a clip-path"),
        (".b{backdrop-filter:blur(2px);mix-blend-mode:screen}", r"backdrop-filter of \.b.*blends, too"),
        (
            "@keyframes a{from{width:100px}}.b{animation:a 1s both}.i{backdrop-filter:blur(2px)}",
            r"backdrop-filter of \.i.*lies in \.b, which changes its width",
        ),
    ],
)
def test_a_backdrop_that_cannot_be_drawn_is_said_by_name(shared_studio: Studio, css: str, said: str) -> None:
    body = PHOTOS.replace("</section>", '<div class="b"><i class="i">Pane</i></div></section>', 1)
    with pytest.raises(ToolError, match=said):
        laid_out(shared_studio, body, BOX + css, only=(0,))


_GROWS = "@keyframes a{from{height:10px}to{height:90px}}.k{background:#06c;animation:a 900ms linear both}"


@pytest.mark.parametrize(
    ("css", "body", "said"),
    [
        (
            ".i{height:40px;width:90px;backdrop-filter:blur(2px)}",
            PHOTOS.replace("</section>", '<div class="k"></div><div class="i"></div></section>', 1),
            r'backdrop-filter of \.i in scene 0.*is moved or resized by what changes beside it; give it "position',
        ),
        (
            "#stage [data-scene]{position:relative;height:120px}.l{background:#f60}",
            f'<div class="k"></div>{PHOTOS}'.replace("</section>", '<p class="l">Line</p></section>', 1),
            r"is moved or resized by \.k outside the scenes, which changes its height: give one of the two",
        ),
    ],
)
def test_what_another_pushes_and_cannot_be_drawn_is_said_by_name(
    shared_studio: Studio, css: str, body: str, said: str
) -> None:
    with pytest.raises(ToolError, match=said):
        laid_out(shared_studio, body, _GROWS + css, only=(0,))


@pytest.mark.parametrize(
    ("css", "inside", "said"),
    [
        (
            ".g{position:absolute;inset:40px;overflow:hidden;border-radius:30px;background:#024}"
            "@keyframes a{from{left:0}}.c{width:90px;height:60px;mix-blend-mode:screen;animation:a 1s both}",
            '<div class="g"><div class="c">Both</div></div>',
            r"mix-blend-mode of \.c in scene 0 cannot be drawn: it lies in \.g.*isolation: isolate",
        ),
        (
            "@keyframes a{from{transform:scale(1.1)}}#stage{animation:a 1s both}",
            "",
            r"#stage itself changes its transform: give that to an element in it",
        ),
        (
            ".w{position:absolute;left:0;top:0;width:4000px;height:2000px;background:#024;animation:a 1s both}"
            "@keyframes a{to{transform:translate(-3600px,-1700px)}}",
            '<div class="w"></div>',
            r"39\d\d×1940 pixels come into the frame",
        ),
        (
            ".d{display:contents}.d b:nth-child(2){color:#f00}",
            '<div class="d">One <b>two</b> three <b>four</b></div>',
            r"\.d in scene 0 has no box.*give the text an element",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said_by_name(shared_studio: Studio, css: str, inside: str, said: str) -> None:
    body = PHOTOS.replace("</section>", f"{inside}</section>", 1)
    with pytest.raises(ToolError, match=said):
        laid_out(shared_studio, body, css)
