"""An encoder's memory goes to the next one: as much as is needed and no more, and whatever lies in it."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from castad_cli.render.encode import encode_segment
from castad_cli.render.kernel.blocks import lend_blocks, reclaim_blocks
from castad_cli.render.machine.memory import keep_little
from castad_cli.render.pixels.planes import Planes
from castad_cli.render.qualities import QUALITIES

SIZE, FRAMES = (540, 960), 24
ALL = 1 << 40
LENDS = platform.libc_ver()[0] == "glibc"


@pytest.fixture(autouse=True)
def _nothing_waits() -> Iterator[None]:
    keep_little()
    reclaim_blocks()
    yield
    reclaim_blocks()


def encode(out: Path, seed: int, quality: str = "standard", size: tuple[int, int] = SIZE) -> bytes:
    """A segment's bytes: a texture of that seed, which moves."""
    random = np.random.default_rng(seed)
    texture = random.integers(0, 255, (size[1] + FRAMES, size[0]), np.uint8)

    def paint(frame: int, planes: Planes) -> None:
        y, u, v = planes
        y[:] = texture[frame : frame + size[1]]
        u[:], v[:] = seed % 256, 128

    encode_segment(out, size, Fraction(30), QUALITIES[quality], range(FRAMES), paint, lambda: None)
    return out.read_bytes()


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) << 12


def test_the_encoder_takes_its_memory_from_here_where_it_can(tmp_path: Path) -> None:
    encode(tmp_path / "a.mp4", 1)
    assert lend_blocks() == LENDS
    assert (reclaim_blocks(keep=ALL) > 0) == LENDS


def test_one_encoder_after_the_other_takes_no_more_than_one(tmp_path: Path) -> None:
    encode(tmp_path / "a.mp4", 1)
    one = reclaim_blocks(keep=ALL)
    for seed in (2, 3, 4):
        encode(tmp_path / "b.mp4", seed)
    assert reclaim_blocks(keep=ALL) == one


@pytest.mark.parametrize("quality", QUALITIES)
def test_what_lies_in_it_changes_no_segment(tmp_path: Path, quality: str) -> None:
    first = encode(tmp_path / "a.mp4", 1, quality)  # in memory that the system has cleared
    other = encode(tmp_path / "b.mp4", 2, quality)
    again = encode(tmp_path / "a.mp4", 1, quality)
    assert again == first != other


def test_encoders_at_once_have_their_own(tmp_path: Path) -> None:
    alone = [encode(tmp_path / f"{seed}.mp4", seed) for seed in range(6)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda seed: encode(tmp_path / f"{seed}-too.mp4", seed), range(6)))
    assert together == alone


def test_it_is_the_systems_again_when_an_ad_is_done(tmp_path: Path) -> None:
    encode(tmp_path / "a.mp4", 1, size=(1080, 1920))
    waiting, before = reclaim_blocks(keep=ALL), resident()
    assert reclaim_blocks() == 0
    if LENDS:
        assert waiting > 100e6
        assert before - resident() > 0.8 * waiting


def test_so_much_of_it_waits_as_is_to(tmp_path: Path) -> None:
    encode(tmp_path / "a.mp4", 1)
    one = reclaim_blocks(keep=ALL)
    kept = reclaim_blocks(keep=one // 2)
    assert one // 4 <= kept <= one // 2
    assert reclaim_blocks(keep=ALL) == kept


def test_an_encoder_that_is_given_up_leaves_its_memory(tmp_path: Path) -> None:
    encode(tmp_path / "a.mp4", 1)
    one = reclaim_blocks(keep=ALL)

    def fail(frame: int, planes: Planes) -> None:
        if frame == FRAMES // 2:
            raise ValueError("no more")

    for _ in range(3):
        with pytest.raises(ValueError, match="no more"):
            encode_segment(
                tmp_path / "b.mp4", SIZE, Fraction(30), QUALITIES["standard"], range(FRAMES), fail, lambda: None
            )
    assert reclaim_blocks(keep=ALL) == one
