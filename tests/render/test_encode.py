"""Segments and what joins them: every frame once, at its time, bit for bit; and a failing encoder told as it is."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.errors import EnvironmentNotReady, ToolError
from castad_cli.render.checks.stream_checks import check_container, check_packets
from castad_cli.render.encode import encode_segment, join
from castad_cli.render.machine.disk import disk_trouble
from castad_cli.render.pixels.planes import Planes
from castad_cli.render.qualities import QUALITIES, Encoding
from castad_cli.render.sound.audio import mix

WIDTH, HEIGHT, RATE = 368, 364, Fraction(30)
STANDARD = QUALITIES["standard"]
LENGTHS = (31, 1, 2, 61, 7)
"""Frames a scene: among them fewer than there are B-frames in a row, and more than in one GOP."""


def paint(frame: int, planes: Planes) -> None:
    """A moving gradient, with the frame's number in a row of sixteen light or dark blocks."""
    y, u, v = planes
    y[:] = 60 + (np.add.outer(np.arange(HEIGHT), np.arange(WIDTH)) // 6 + 3 * frame) % 90
    u[:], v[:] = 128 + frame % 32, 128 - frame % 24
    for bit in range(16):
        y[:32, bit * 23 : bit * 23 + 23] = 220 if frame >> bit & 1 else 30


def number_in(y: NDArray[np.uint8]) -> int:
    return sum(1 << bit for bit in range(16) if y[8:24, bit * 23 + 4 : bit * 23 + 19].mean() > 128)


def encode(
    frames: range, out: Path, encoding: Encoding = STANDARD, painter: Callable[[int, Planes], None] = paint
) -> Path:
    encode_segment(out, (WIDTH, HEIGHT), RATE, encoding, frames, painter, lambda: None)
    return out


def ranges() -> list[range]:
    edges = [sum(LENGTHS[:i]) for i in range(len(LENGTHS) + 1)]
    return [range(a, b) for a, b in pairwise(edges)]


def decoded(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(), np.uint8) for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def sound(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    duration = sum(LENGTHS) / RATE
    return mix(None, [], duration, tmp_path_factory.mktemp("sound") / "sound.m4a", ffmpeg).path


@pytest.fixture(scope="module", params=["standard", "draft"])
def segments(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    folder = tmp_path_factory.mktemp("segments")
    encoding = QUALITIES[request.param]
    return [encode(frames, folder / f"{i}.mp4", encoding) for i, frames in enumerate(ranges())]


@pytest.fixture(scope="module")
def joined(segments: Sequence[Path], sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("joined") / "video.mp4"
    join(segments, sound, RATE, out)
    return out


def test_joining_changes_no_bit_of_the_picture(segments: Sequence[Path], joined: Path) -> None:
    apart = [frame for path in segments for frame in decoded(path)]
    together = decoded(joined)
    assert len(together) == sum(LENGTHS)
    assert all(np.array_equal(a, b) for a, b in zip(apart, together, strict=True))


def test_no_frame_is_lost_repeated_or_out_of_order(joined: Path) -> None:
    assert [number_in(frame[:HEIGHT]) for frame in decoded(joined)] == list(range(sum(LENGTHS)))


def test_frames_begin_at_zero_and_are_equally_far_apart(joined: Path) -> None:
    with av.open(str(joined)) as container:
        stream = container.streams.video[0]
        times = [frame.pts * stream.time_base for frame in container.decode(stream) if frame.pts is not None]
        assert stream.average_rate == RATE
        assert stream.duration * stream.time_base == sum(LENGTHS) / RATE
    assert times == [i / RATE for i in range(sum(LENGTHS))]


def test_packets_are_decoded_in_order_and_lie_beside_the_sound_they_go_with(joined: Path) -> None:
    seen: dict[str, list[Fraction]] = {"video": [], "audio": []}
    with av.open(str(joined)) as container:
        for packet in container.demux():
            if packet.dts is None:
                continue
            seen[packet.stream.type].append(packet.dts * packet.time_base)
            other = seen["audio" if packet.stream.type == "video" else "video"]
            assert not other or abs(other[-1] - packet.dts * packet.time_base) < Fraction(1, 4)
    for times in seen.values():
        assert times == sorted(set(times))


def test_the_file_is_what_platforms_take(joined: Path) -> None:
    """Closed GOPs of two seconds at most, High profile, BT.709 tags, index first, no edit list, sound as long."""
    assert check_container(joined) == []
    packets = check_packets(joined, width=WIDTH, height=HEIGHT, frames=sum(LENGTHS), rate=RATE)
    assert packets.findings == []


def test_every_scene_begins_with_a_key_frame(joined: Path) -> None:
    keys = check_packets(joined, width=WIDTH, height=HEIGHT, frames=sum(LENGTHS), rate=RATE).keys
    assert {frames.start for frames in ranges()} <= set(keys)


def test_segments_share_their_headers(segments: Sequence[Path]) -> None:
    """Why: the joined file has room for one set of parameters, and decoders take them from there."""
    headers = set()
    for path in segments:
        with av.open(str(path)) as container:
            headers.add(bytes(container.streams.video[0].codec_context.extradata or b""))
    assert len(headers) == 1


def test_sound_is_copied_as_it_is(joined: Path, sound: Path) -> None:
    def payload(path: Path) -> bytes:
        with av.open(str(path)) as container:
            return b"".join(bytes(p) for p in container.demux(audio=0) if p.dts is not None)

    assert payload(joined) == payload(sound)


_ENCODES = """
import hashlib, sys
from pathlib import Path
from tests.render.test_encode import encode
out = encode(range(31), Path(sys.argv[1]))
print(hashlib.sha256(out.read_bytes()).hexdigest())
"""


def test_what_lay_in_memory_before_decides_nothing(tmp_path: Path) -> None:
    told = []
    for filled in ("0", "85", "170"):  # what glibc fills memory with before it is given (mallopt(3): M_PERTURB)
        environment = {**os.environ, "MALLOC_PERTURB_": filled}
        command = [sys.executable, "-c", _ENCODES, str(tmp_path / f"{filled}.mp4")]
        told.append(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(set(told)) == 1


def test_the_same_frames_give_the_same_bytes(sound: Path, tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        parts = [encode(frames, tmp_path / name / f"{frames.start}.mp4") for frames in ranges()[:2]]
        out = tmp_path / name / "video.mp4"
        join(parts, sound, RATE, out)
        files.append(hashlib.sha256(out.read_bytes()).hexdigest())
        time.sleep(1.1)  # a creation time in whole seconds would differ
    assert files[0] == files[1]


def test_sizes_are_even() -> None:
    assert QUALITIES["draft"].size(1080, 1350) == (540, 674)
    assert QUALITIES["standard"].size(1080, 1920) == (1080, 1920)


# -- what fails ------------------------------------------------------------------------------------------------


def test_a_segment_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="No such file or directory"):
        encode(range(40), tmp_path / "no such folder" / "0.mp4")


def test_a_setting_that_the_encoder_does_not_take_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"the segment 0\.mp4 cannot be encoded"):
        encode(range(40), tmp_path / "0.mp4", Encoding("hasty", 19, Fraction(1)))


def test_what_a_painter_raises_ends_its_segment(tmp_path: Path) -> None:
    painted = []

    def fail(frame: int, planes: Planes) -> None:
        painted.append(frame)
        if frame == 7:
            raise RuntimeError("no paint left")
        paint(frame, planes)

    with pytest.raises(RuntimeError, match="no paint left"):
        encode(range(100), tmp_path / "0.mp4", painter=fail)
    assert painted == list(range(8))


def test_segments_encoded_at_once_are_those_encoded_one_by_one(tmp_path: Path) -> None:
    threads = [threading.Thread(target=encode, args=(range(i, i + 30), tmp_path / f"{i}.mp4")) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    for i in range(3):
        alone = encode(range(i, i + 30), tmp_path / "alone.mp4")
        assert alone.read_bytes() == (tmp_path / f"{i}.mp4").read_bytes()


def test_a_part_that_is_not_whole_is_refused_when_joining(
    segments: Sequence[Path], sound: Path, tmp_path: Path
) -> None:
    half = tmp_path / "half.mp4"
    half.write_bytes(segments[3].read_bytes()[: segments[3].stat().st_size // 2])
    with pytest.raises(ToolError, match="cannot be put together"):
        join([*segments[:3], half], sound, RATE, tmp_path / "video.mp4")


# -- a full disk -----------------------------------------------------------------------------------------------

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")


@needs_full
def test_an_encoder_on_a_full_disk_is_an_error_that_says_so(tmp_path: Path) -> None:
    out = tmp_path / "0.mp4"
    out.symlink_to("/dev/full")
    with pytest.raises(EnvironmentNotReady, match=r"the disk that holds .* is full") as caught, disk_trouble(tmp_path):
        encode(range(90), out)
    assert "free some space" in caught.value.fix


@needs_full
def test_joining_on_a_full_disk_is_an_error_that_says_so(segments: Sequence[Path], sound: Path, tmp_path: Path) -> None:
    out = tmp_path / "video.mp4"
    out.symlink_to("/dev/full")
    with pytest.raises(EnvironmentNotReady, match=r"the disk that holds .* is full"), disk_trouble(tmp_path):
        join(segments, sound, RATE, out)


@needs_full
def test_sound_on_a_full_disk_is_an_error_that_says_so(ffmpeg: str, tmp_path: Path) -> None:
    out = tmp_path / "sound.m4a"
    out.symlink_to("/dev/full")
    with pytest.raises(EnvironmentNotReady, match=r"the disk that holds .* is full"), disk_trouble(tmp_path):
        mix(None, [], Fraction(6), out, ffmpeg)


LIMITED = """
import resource, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from test_encode import encode, noise
from castad_cli.errors import EnvironmentNotReady
from castad_cli.render.machine.disk import disk_trouble
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as Python itself has it
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with disk_trouble(Path(sys.argv[3])):
        encode(range(60), Path(sys.argv[3]) / "0.mp4", painter=noise)
except EnvironmentNotReady as error:
    print(error.message)
"""


def noise(frame: int, planes: Planes) -> None:
    for plane in planes:
        plane[:] = np.random.default_rng(frame).integers(16, 235, plane.shape, np.uint8)


def test_a_file_that_may_not_grow_is_an_error_that_says_so(tmp_path: Path) -> None:
    here = Path(__file__)
    command = [sys.executable, "-c", LIMITED, str(here.parent), str(here.parents[2]), str(tmp_path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    assert "may not grow that large" in said


def test_other_trouble_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), disk_trouble(tmp_path):
        (tmp_path / "gone").read_bytes()
    with pytest.raises(ToolError, match="broken"), disk_trouble(tmp_path):
        raise ToolError("broken", stderr="a space left on a device is no matter")
