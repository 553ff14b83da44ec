"""A photograph inside anything that designers put around it: a composed frame is what the browser itself would show."""

from __future__ import annotations

import numpy as np
import pytest
from grouped import GROUPED
from small_stage import PHOTOS, composed, laid_out, screenshots, sloping_photo, ssim, ssim_map

from castad_cli.render.chromium.groups import PackedSprite
from castad_cli.render.studio import Studio

FRAMES = (0, 9, 23)
PHOTO = sloping_photo()
COVER = ".photo img{object-fit:cover}"


@pytest.mark.parametrize("name", GROUPED)
def test_a_grouped_photograph_is_drawn_as_the_browser_shows_it(shared_studio: Studio, name: str) -> None:
    case = GROUPED[name]
    _, second = PHOTOS.split("</section>", 1)
    body = f'<section data-scene="0">{case.body}</section>{second}'
    layout = laid_out(shared_studio, body, COVER + case.css, only=FRAMES, photo=PHOTO)
    for frame, shown in zip(FRAMES, screenshots(shared_studio, body, COVER + case.css, FRAMES, PHOTO), strict=True):
        ours = composed(layout, frame, PHOTO)
        assert ssim(ours, shown) >= 0.985, frame
        assert np.abs(ours.astype(int) - shown).mean() < 1.5, frame
        assert np.quantile(ssim_map(ours, shown), 0.01) > 0.8, frame
    (group,) = (layer for layer in layout.layers if layer.photographs)
    assert any(isinstance(sprite, PackedSprite) and sprite.drawn for sprite in group.sprites) == case.drawn
    assert len(group.sprites) <= case.most
