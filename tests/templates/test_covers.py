"""A cover as people meet it: a picture 120 pixels wide among others, of which the title must still be read."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.checks.legibility import luminance
from castad_cli.render.scenery import set_scene
from castad_cli.render.studio import Studio
from castad_cli.templates import load_template, template_names

MakeAd = Callable[..., tuple[RenderTask, Script]]
THUMB_PX = 120
LEAST_TYPE_PX = 6.0
"""Below six pixels of type size, letters are two or three pixels high and words are guessed."""
LEAST_CONTRAST = 3.0
"""WCAG 2.2, 1.4.3, for large text: between the title's strokes and what is around them, once both are pixels wide."""


@pytest.mark.parametrize(("turn", "name"), list(enumerate(template_names())))
def test_the_title_is_legible_at_120_pixels(make_ad: MakeAd, studio: Studio, turn: int, name: str) -> None:
    language = ("en", "ko", "ja")[turn % 3]
    shape = [shape for shape in load_template(name).spec.formats if shape != "landscape"][turn % 3]
    scenery = set_scene(*make_ad(name, shape, language, 0.7), None, studio, at=lambda line: [line.scenes[0].end // 2])
    texts = [text for text in scenery.layout.texts if text.scene == 0 and text.slot in ("headline", "mark", "name")]
    title = max(texts, key=lambda text: text.size_px)
    scale = THUMB_PX / scenery.width
    assert title.size_px * scale >= LEAST_TYPE_PX
    rgb = scenery.picture(scenery.timeline.scenes[0].end // 2)
    thumb = cv2.resize(rgb, (THUMB_PX, round(scenery.height * scale)), interpolation=cv2.INTER_AREA)
    for line in title.lines or (title.box,):
        part = thumb[
            round(line.top * scale) : round(line.bottom * scale), int(line.left * scale) : round(line.right * scale)
        ]
        light = luminance(part.reshape(-1, 3)) + 0.05
        low, high = np.percentile(light, (8, 92))
        assert high / low >= LEAST_CONTRAST, f"{title.slot} {title.text!r}"
