"""Ages and sizes as people write them."""

from __future__ import annotations

import pytest

from castad_cli.cli.cache import read_age, read_size


@pytest.mark.parametrize(("text", "value"), [("90m", 5400), ("12h", 43_200), ("30d", 2_592_000), ("2 W", 1_209_600)])
def test_ages_are_read(text: str, value: float) -> None:
    assert read_age(text) == value


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("500MB", 5 * 10**8), ("5 gb", 5 * 10**9), ("1.5k", 1500)])
def test_sizes_are_read(text: str, value: int) -> None:
    assert read_size(text) == value
