"""Sound gives way while other sound is heard, softly, and not for a breath between two lines."""

from __future__ import annotations

import numpy as np

from castad_cli.render.sound.ducking import give_way
from castad_cli.render.sound.loudness import RATE


def test_it_is_as_much_quieter_as_asked_within_a_span_and_unchanged_elsewhere() -> None:
    gain = give_way(4 * RATE, [(RATE, 2 * RATE)], 12.0)
    assert np.isclose(gain[3 * RATE // 2], 10 ** (-12 / 20), rtol=1e-3)
    assert np.allclose(gain[: RATE // 2], 1)
    assert np.allclose(gain[3 * RATE :], 1)


def test_it_never_jumps() -> None:
    gain = give_way(4 * RATE, [(RATE, 2 * RATE)], 18.0, ramp_s=0.5)
    steps_db = np.abs(np.diff(20 * np.log10(gain)))
    assert steps_db.max() < 18 / (0.5 * RATE) * 1.1


def test_it_stays_down_between_spans_that_are_near() -> None:
    spans = [(RATE, 2 * RATE), (3 * RATE, 4 * RATE)]
    assert give_way(6 * RATE, spans, 12.0, bridge_s=1.5)[5 * RATE // 2] < 0.3
    assert give_way(6 * RATE, spans, 12.0)[5 * RATE // 2] > 0.99


def test_spans_beyond_the_sound_are_cut() -> None:
    assert give_way(RATE, [(-RATE, RATE // 2), (2 * RATE, 3 * RATE)], 12.0).shape == (RATE,)
    assert np.allclose(give_way(RATE, [], 12.0), 1)
