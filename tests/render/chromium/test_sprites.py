"""Pictures of layers as the browser gives them, at the size of the rendition."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np

from castad_cli.render.chromium.sprites import trimmed, unpacked


def test_a_draft_whose_stage_ends_within_a_block_has_whole_blocks_with_nothing_beyond_its_end() -> None:
    ok, png = cv2.imencode(".png", np.full((90, 62, 4), (10, 20, 30, 255), np.uint8))
    assert ok
    half = unpacked(png.tobytes(), Fraction(1, 2))
    assert half.shape == (46, 32, 4)
    assert (half[:45, :31] == (10, 20, 30, 255)).all()
    assert not half[45:].any()
    assert not half[:, 31:].any()
    sprite = trimmed(half, 4, 6)
    assert sprite is not None
    assert sprite.bgra.shape == (46, 32, 4)
