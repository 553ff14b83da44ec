"""Whatever CSS a template uses, a composed frame is what the browser itself would show at that instant."""

from __future__ import annotations

import numpy as np
import pytest
from features import FEATURES
from small_stage import PHOTOS, composed, laid_out, screenshots, sloping_photo, ssim, ssim_map

from castad_cli.render.studio import Studio

FRAMES = (0, 9, 23)
PHOTO = sloping_photo()


def page_with(body: str) -> str:
    """The photographs, and ``body`` in the first scene."""
    first, second = PHOTOS.split("</section>", 1)
    return f"{first}{body}</section>{second}"


@pytest.mark.parametrize("name", FEATURES)
def test_a_composed_frame_is_what_the_browser_shows(shared_studio: Studio, name: str) -> None:
    feature = FEATURES[name]
    body = page_with(feature.body)
    layout = laid_out(shared_studio, body, feature.css, only=FRAMES)
    theirs = screenshots(shared_studio, body, feature.css, FRAMES, PHOTO)
    for frame, shown in zip(FRAMES, theirs, strict=True):
        ours = composed(layout, frame, PHOTO)
        assert ssim(ours, shown) >= 0.985
        assert np.abs(ours.astype(int) - shown).mean() < 2.0
        # Chroma is kept at half the size, which reaches the luma of coloured edges; nothing is out of place.
        assert np.quantile(ssim_map(ours, shown), 0.01) > 0.8
    if feature.kind:
        assert {layer.kind for layer in layout.layers if layer.scene == 0} <= {feature.kind, "media"}
