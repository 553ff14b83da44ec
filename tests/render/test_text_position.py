"""Where words stand and how strong they are on the way, against the browser's own values and its own pictures.

Sought to an instant and paused, the browser draws words on whole rows of pixels, up to half a pixel from where its own
animation has them; between columns it places them on quarters of a pixel. So rows are held against its values, columns
against its pictures; what it scales it draws into a layer of its own if the page says ``will-change``, as in playing.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from small_stage import PHOTOS, Rgb, composed, laid_out, screenshots

from castad_cli.render.studio import Studio

DARK = np.full((240, 320, 3), 24, np.uint8)
FRAMES = (4, 7, 11, 16)
CSS = (
    "h2{position:absolute;left:40px;top:90px;font-size:44px;color:#fff}"
    "@keyframes rise{from{transform:translate(-7.3px,61.7px)}to{transform:none}}"
    "@keyframes grow{from{transform:scale(.83)}to{transform:scale(1.11)}}"
    "@keyframes fade{from{opacity:0}to{opacity:1}}"
)
PLAYING = "h2{will-change:transform,opacity}"


def luma(rgb: Rgb) -> NDArray[np.float64]:
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float64) - 24


def centre(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """The centre of what is lighter than the ground, in pixels."""
    y, x = np.mgrid[0 : light.shape[0], 0 : light.shape[1]]
    light = np.where(light > 6, light, 0)
    return np.array([(x * light).sum(), (y * light).sum()]) / light.sum()


def test_words_that_rise_are_within_a_tenth_of_a_pixel(shared_studio: Studio) -> None:
    body = PHOTOS.replace("</section>", "<h2>Morning</h2></section>", 1)
    css = CSS + "h2{animation:rise 900ms linear both}"
    layout = laid_out(shared_studio, body, css, only=(*FRAMES, 29))
    rest = centre(luma(composed(layout, 29, DARK)))
    for frame, shown in zip(FRAMES, screenshots(shared_studio, body, css, FRAMES, DARK), strict=True):
        ours = centre(luma(composed(layout, frame, DARK)))
        left = 1 - frame / 27
        assert np.abs(ours - rest - np.array([-7.3, 61.7]) * left).max() <= 0.1
        assert abs(ours[0] - centre(luma(shown))[0]) <= 0.125, "the browser's glyphs stand on quarters of a pixel"


def test_words_that_grow_are_within_a_tenth_of_a_pixel(shared_studio: Studio) -> None:
    body = PHOTOS.replace("</section>", "<h2>Morning</h2></section>", 1)
    css = CSS + "h2{animation:grow 900ms cubic-bezier(.2,0,0,1) both}"
    layout = laid_out(shared_studio, body, css, only=FRAMES)
    for frame, shown in zip(FRAMES, screenshots(shared_studio, body, css + PLAYING, FRAMES, DARK), strict=True):
        off = centre(luma(composed(layout, frame, DARK))) - centre(luma(shown))
        assert np.abs(off).max() <= 0.1, f"frame {frame} is {off} px off"


def test_words_that_fade_are_as_strong_as_the_browser_has_them(shared_studio: Studio) -> None:
    body = PHOTOS.replace("</section>", "<h2>Morning</h2></section>", 1)
    css = CSS + "h2{animation:fade 900ms ease-in-out both}"
    layout = laid_out(shared_studio, body, css, only=FRAMES)
    for frame, theirs in zip(FRAMES, screenshots(shared_studio, body, css + PLAYING, FRAMES, DARK), strict=True):
        ours, theirs = luma(composed(layout, frame, DARK)), luma(theirs)
        inked = theirs > 0.9 * theirs.max()
        # One step of 255, and the half step by which 219 levels of luma are coarser.
        assert abs((ours - theirs)[inked].mean()) <= 1.5, f"frame {frame}"
