"""Pictures of layers as the browser gives them, at the size of the rendition."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import cv2
import numpy as np
import pytest

from castad_cli.errors import ToolError
from castad_cli.render.chromium.sprites import trimmed, unpacked, window_of


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


def entry(*painted: float, kind: str = "sprite", scrim: str | None = None) -> dict[str, Any]:
    left, top, right, bottom = painted
    return {"kind": kind, "scrim": scrim, "painted": painted, "box": [left - 8, top - 8, right + 8, bottom + 8]}


def state(
    *matrix: float, opacity: float = 1.0, clip: tuple[float, float, float, float] = (0, 0, 320, 240)
) -> list[float]:
    return [*matrix, opacity, *clip]


STILL = (1, 0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("layer", "states", "window"),
    [
        (entry(20, 20, 900, 60), [state(*STILL)], None),
        (entry(20, 20, 300, 60), [state(1, 0, 0, 1, -320, 0), state(*STILL)], None),
        (entry(20, 20, 900, 60), [state(*STILL), state(1, 0, 0, 1, -400, 0)], (12, 12, 720, 68)),
        (entry(20, 20, 900, 60), [state(1, 0, 0, 1, -400, 0, opacity=0), state(*STILL)], None),
        (entry(340, 20, 400, 60), [state(*STILL), state(1, 0, 0, 1, -300, 0)], (332, 12, 408, 68)),
        (entry(340, 20, 400, 60), [state(*STILL)], None),
        (
            entry(0, -900, 320, 240),
            [state(1, 0, 0, 1, 0, 300, clip=(0, 0, 320, 90)), state(1, 0, 0, 1, 0, 0, clip=(0, 50, 320, 50))],
            (-0.0, -300, 320, -210),
        ),
        (entry(-400, -300, 800, 600), [state(0.5, 0, 0, 0.5, 0, 0)], (0, 0, 640, 480)),
        (entry(-400, -300, 800, 600), [state(0, 0, 0, 0, 0, 0)], None),
        (entry(0, 0, 10, 10, kind="frames"), [state(*STILL)], None),
        (entry(0, 0, 10, 10, kind="frames"), [state(1, 0, 0, 1, 50, 0)], (-50, 0, 270, 240)),
        (entry(20, 20, 900, 60, kind="media"), [state(1, 0, 0, 1, -400, 0)], None),
        (entry(20, 20, 900, 60, scrim=""), [state(1, 0, 0, 1, -400, 0)], None),
        (entry(20, 20, 900, 60), [], None),
    ],
)
def test_what_motion_brings_onto_the_stage_is_known(
    layer: dict[str, Any], states: list[list[float]], window: tuple[float, ...] | None
) -> None:
    found = window_of(layer, states, 320, 240)
    assert found == (None if window is None else pytest.approx(window))
