"""Templates that hang, throw, loop or meddle: a clear error or a bounded result, and the next ad goes on."""

from __future__ import annotations

import numpy as np
import pytest
from small_stage import PHOTOS, composed, laid_out, screenshots, sloping_photo, ssim

from castad_cli.errors import ToolError
from castad_cli.render import layers
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


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("window.castadSeek = () => { throw new Error('no such wave'); }", "run the seek hook.*no such wave"),
        ("window.castadSeek = async () => {}", "returned a promise"),
        ("setTimeout(() => { throw new Error('at once wrong'); })", "at once wrong"),
        ("throw new Error('wrong from the start')", "wrong from the start"),
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


def test_a_photograph_under_an_effect_is_refused_by_name(shared_studio: Studio) -> None:
    css = BOX + ".soft{position:absolute;inset:0;filter:grayscale(1)}"
    body = PHOTOS.replace('<div class="photo"', '<div class="soft"><div class="photo"', 1).replace(
        "</div>", "</div></div>", 1
    )
    with pytest.raises(ToolError, match=r"photograph of scene 0 lies in \.soft.*filter"):
        laid_out(shared_studio, body, css)


@pytest.mark.parametrize(
    ("css", "inside", "said"),
    [
        (".photo{clip-path:circle(40%)}", "", r"clip-path of \.photo.*scene 0"),
        (".photo{-webkit-mask-image:linear-gradient(#000,transparent)}", "", r"mask-image of \.photo"),
        (".photo{outline:2px solid #fff}", "", r"the outline of \.photo"),
        (".photo{filter:drop-shadow(0 2px 4px #000)}", "", r"a shadow of \.photo"),
        (".photo{filter:blur(2px);border:2px solid #fff}", "", r"a filter or a blend together with a border"),
        ('.photo::after{content:"new"}', "", r"::after of \.photo"),
        ("@keyframes a{from{width:0}to{width:100%}}.photo{animation:a 1s both}", "", r"change of width of \.photo"),
        ("@keyframes a{from{transform:rotateY(80deg)}}.photo{animation:a 1s both}", "", r"change of depth of \.photo"),
        ("", "words", r"what stands inside of \.photo"),
        (
            '[data-scene="0"]{overflow:hidden;border-radius:40px}',
            "",
            r"section in scene 0 cuts off a photograph by an edge that is round",
        ),
    ],
)
def test_what_a_photographs_place_cannot_do_is_said_by_name(
    shared_studio: Studio, css: str, inside: str, said: str
) -> None:
    body = PHOTOS.replace('data-media="0">', f'data-media="0">{inside}')
    with pytest.raises(ToolError, match=said):
        laid_out(shared_studio, body, css, only=(0,))


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
        ('[data-scene="0"]{opacity:.5}.b{backdrop-filter:blur(2px)}', r"ends at section, which holds a photograph"),
    ],
)
def test_a_backdrop_that_cannot_be_drawn_is_said_by_name(shared_studio: Studio, css: str, said: str) -> None:
    body = PHOTOS.replace("</section>", '<div class="b"><i class="i">Pane</i></div></section>', 1)
    with pytest.raises(ToolError, match=said):
        laid_out(shared_studio, body, BOX + css, only=(0,))
