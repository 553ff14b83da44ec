"""Loudness (ITU-R BS.1770-5) of sounds of any length."""

from __future__ import annotations

import numpy as np
import pytest

from castad_cli.render.sound.loudness import RATE, integrated_lufs


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("spans", [2, 3, 16, 17, 32, 33, 34, 81])
def test_a_tone_is_as_loud_however_long_it_is(spans: int, channels: int) -> None:
    """Also where one span is left over of those that are filtered at a time. A full-scale tone of 997 Hz has −3.01 LUFS
    in one channel (BS.1770-5, Annex 1)."""
    time = np.arange(spans * RATE // 5) / RATE
    tone = (0.1 * np.sin(2 * np.pi * 997 * time)).astype(np.float32)
    heard = integrated_lufs(np.stack([tone] * channels, axis=1))
    assert heard == pytest.approx(-23.01 + 10 * np.log10(channels), abs=0.05)


@pytest.mark.parametrize("frames", [0, 1, RATE // 5, RATE // 5 + 1])
def test_what_is_too_short_to_be_a_block_is_measured_with_silence_after_it(frames: int) -> None:
    assert integrated_lufs(np.full((frames, 2), 0.1, np.float32)) < -20
