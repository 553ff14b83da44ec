"""Whatever CSS a template uses, a composed frame is what the browser itself would show at that instant."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from beyond import BEYOND
from features import FEATURES
from pushed import PUSHED
from seldom import SELDOM
from small_stage import PHOTOS, composed, laid_out, screenshots, sloping_photo, ssim, ssim_map

from castad_cli.render.studio import Studio
from castad_cli.render.words.fonts import _subset, family_files

FRAMES = (0, 9, 23)
CASES = {**FEATURES, **PUSHED, **BEYOND, **SELDOM}
PHOTO = sloping_photo()


def page_with(body: str, *, is_whole: bool = False) -> str:
    """The photographs, and ``body`` in the first scene; where it ``is_whole``, that scene has nothing else."""
    first, second = PHOTOS.split("</section>", 1)
    return ('<section data-scene="0">' if is_whole else first) + f"{body}</section>{second}"


@pytest.mark.parametrize("name", CASES)
def test_a_composed_frame_is_what_the_browser_shows(shared_studio: Studio, name: str) -> None:
    feature = CASES[name]
    body = page_with(feature.body, is_whole=feature.is_whole)
    layout = laid_out(shared_studio, body, feature.css, only=FRAMES, photo=PHOTO)
    theirs = screenshots(shared_studio, body, feature.css, FRAMES, PHOTO)
    for frame, shown in zip(FRAMES, theirs, strict=True):
        ours = composed(layout, frame, PHOTO)
        assert ssim(ours, shown) >= 0.985
        assert np.abs(ours.astype(int) - shown).mean() < 2.0
        # Chroma is kept at half the size, which reaches the luma of coloured edges; nothing is out of place.
        assert np.quantile(ssim_map(ours, shown), 0.01) > 0.8
    if feature.kind:
        assert {layer.kind for layer in layout.layers if layer.scene == 0} <= {feature.kind, "media"}


def test_a_template_may_bring_a_font_of_its_own(shared_studio: Studio) -> None:
    """A font inside the style sheet is loaded before anything is measured or drawn."""
    font = base64.b64encode(_subset(family_files()["Noto Serif"], map(ord, "Own ink"))).decode()
    css = (
        f'@font-face{{font-family:"Own";src:url("data:font/ttf;base64,{font}");font-weight:100 900}}'
        ".b{position:absolute;left:40px;top:80px;font-size:48px}.o{font-family:Own}"
    )
    body = page_with('<div class="b o">Own ink</div>')
    layout = laid_out(shared_studio, body, css, only=(9,))
    (shown,) = screenshots(shared_studio, body, css, (9,), PHOTO)
    assert ssim(composed(layout, 9, PHOTO), shown) >= 0.985
    (other,) = screenshots(shared_studio, page_with('<div class="b">Own ink</div>'), css, (9,), PHOTO)
    assert ssim(shown, other) < 0.985, "it is drawn with its own font"


def test_symbols_that_the_fonts_have_are_drawn_as_the_browser_draws_them(shared_studio: Studio) -> None:
    css = (
        ".b{position:absolute;left:40px;top:80px;font-size:64px;animation:go 900ms linear both}"
        "@keyframes go{from{transform:translateX(-30px) rotate(-20deg)}to{transform:translateX(60px)}}"
    )
    body = page_with('<div class="b" style="color:#f60">☀<span style="color:#0af">☂</span></div>')
    layout = laid_out(shared_studio, body, css, only=FRAMES)
    for frame, shown in zip(FRAMES, screenshots(shared_studio, body, css, FRAMES, PHOTO), strict=True):
        assert ssim(composed(layout, frame, PHOTO), shown) >= 0.985


def test_a_text_that_is_pushed_is_read_where_it_comes_to_stand(shared_studio: Studio) -> None:
    css = (
        ".r{position:absolute;left:20px;top:20px;width:240px}.k{background:#f60;animation:a 500ms linear both}"
        "@keyframes a{from{height:7px}to{height:120px}}"
    )
    body = page_with('<div class="r"><div class="k"></div><p data-text="line" data-split="words">Below it</p></div>')
    (text,) = laid_out(shared_studio, body, css).texts
    assert text.box.top > 20 + 113
    assert (text.start, text.end) == (15, 30), "500 ms are 15 frames"
