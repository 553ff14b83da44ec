"""Pictures of layers as the browser gives them, at the size of the rendition."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from castad_cli.errors import ToolError
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


@pytest.mark.parametrize("channels", [3, 4])
def test_a_picture_comes_as_the_browser_packed_it(channels: int) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (37, 53, channels), np.uint8)
    made = unpacked(cv2.imencode(".png", pixels)[1].tobytes(), Fraction(1))
    assert made.shape == (37, 53, 4)
    assert np.array_equal(made[:, :, :channels], pixels)
    assert channels == 4 or (made[:, :, 3] == 255).all()


def test_a_picture_that_is_none_or_broken_is_told() -> None:
    png = cv2.imencode(".png", np.random.default_rng(3).integers(0, 256, (37, 53, 4), np.uint8))[1].tobytes()
    for broken in (b"", b"no picture", png[:60], png[:-60]):
        with pytest.raises(ToolError, match="cannot be read"):
            unpacked(broken, Fraction(1))
