"""Figures as people read them."""

from __future__ import annotations

import pytest

from castad_cli.model.figures import count, seconds, size, whole_seconds


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (60, "1 min 00 s"), (3725, "1 h 02 min")],
)
def test_lengths_of_time(value: float, said: str) -> None:
    assert seconds(value) == said


@pytest.mark.parametrize(("value", "said"), [(0.2, "1 s"), (4.4, "4 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s")])
def test_times_to_come_are_whole(value: float, said: str) -> None:
    assert whole_seconds(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(12, "12 B"), (999, "999 B"), (1500, "1.5 kB"), (12_340_000, "12.3 MB"), (123_400_000, "123 MB")],
)
def test_sizes_count_in_powers_of_ten(value: int, said: str) -> None:
    assert size(value) == said


def test_one_is_not_many() -> None:
    assert (count(1, "video"), count(0, "video"), count(50_000, "video")) == ("1 video", "0 videos", "50,000 videos")
