"""Clips become frames of the timeline: as many as asked for, upright, in yuv420p BT.709."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from castad_cli.errors import ToolError, UserError
from castad_cli.model.place import Place
from castad_cli.render.media.clips import ClipFrame, build_clip_command, open_clip, probe_clip
from castad_cli.render.media.probing import ClipInfo

RATE = Fraction(30)
COUNTER = "color=black:s=320x240:r={rate}:d={seconds},format=yuv420p,geq=lum='16+4*N':cb=128:cr=128"
"""Frame n is of the even luma 16 + 4n."""


def read(
    path: Path, ffmpeg: str, *, frames: int, start: Fraction = Fraction(0), size: tuple[int, int] | None = None
) -> tuple[ClipInfo, list[ClipFrame], int]:
    info = probe_clip(path, None)
    width, height = size or (info.width // 2 * 2, info.height // 2 * 2)
    with open_clip(
        path, info, ffmpeg=ffmpeg, start_s=start, rate=RATE, frames=frames, width=width, height=height
    ) as reader:
        got = list(reader)
        return info, got, reader.held_frames


def lumas(frames: list[ClipFrame]) -> list[int]:
    return [round(float(frame.y.mean())) for frame in frames]


def rgb(frame: ClipFrame, x: float, y: float) -> np.ndarray:
    """The colour (BT.709, limited range) at a spot given from 0 to 1."""
    height, width = frame.y.shape
    row, column = int(y * height), int(x * width)
    luma = (float(frame.y[row, column]) - 16) / 219
    blue = (float(frame.u[row // 2, column // 2]) - 128) / 224
    red = (float(frame.v[row // 2, column // 2]) - 128) / 224
    return np.array([luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue]) * 255


def counting(make_media, rate: str, seconds: str, name: str = "count.mkv", *more: str) -> Path:
    codec = more or ("-c:v", "ffv1", "-pix_fmt", "yuv420p")
    return make_media(name, "-f", "lavfi", "-i", COUNTER.format(rate=rate, seconds=seconds), *codec)


def test_a_clip_at_the_timelines_rate_is_read_frame_by_frame(make_media, ffmpeg: str) -> None:
    path = counting(make_media, "30", "1")
    info, frames, held = read(path, ffmpeg, frames=30)
    assert (info.width, info.height, info.rate, info.has_audio) == (320, 240, 30, False)
    assert lumas(frames) == [16 + 4 * n for n in range(30)]
    assert held == 0
    assert frames[0].y.shape == (240, 320)
    assert frames[0].u.shape == frames[0].v.shape == (120, 160)
    assert {int(v) for v in np.unique(frames[7].u)} == {128}


@pytest.mark.parametrize(("rate", "each"), [("15", 2), ("60", 1), ("10", 3)])
def test_other_rates_are_resampled_without_drift(rate: str, each: int, make_media, ffmpeg: str) -> None:
    path = counting(make_media, rate, "0.8")
    _, frames, _ = read(path, ffmpeg, frames=24)
    step = 8 if rate == "60" else 4
    wanted = [16 + step * (n // each) for n in range(24)]
    assert max(abs(a - b) for a, b in zip(lumas(frames), wanted, strict=True)) <= step
    assert lumas(frames)[0] == 16


def test_a_clip_of_film_rate_does_not_drift_over_its_length(make_media, ffmpeg: str) -> None:
    path = counting(make_media, "24000/1001", "2.2")
    _, frames, _ = read(path, ffmpeg, frames=60)
    for n, luma in enumerate(lumas(frames)):
        assert abs((luma - 16) / 4 - n / 30 * 24000 / 1001) <= 1.01, n


BITS = "color=black:s=320x32:r={rate}:d=15.2,format=gray,geq=lum='255*mod(floor(N/pow(2,floor(X/32))),2)'"
"""Frame n carries its number in ten bars, the lowest bit first."""


def numbers(path: Path, ffmpeg: str, frames: int) -> list[int]:
    """The counters of a clip's first frames on the timeline."""
    _, got, held = read(path, ffmpeg, frames=frames)
    assert held == 0
    bars = [frame.y[8:24].reshape(16, 10, 32)[:, :, 8:24].mean(axis=(0, 2)) > 120 for frame in got]
    return [sum(1 << bit for bit, high in enumerate(bar) if high) for bar in bars]


@pytest.mark.parametrize("rate", ["24000/1001", "30000/1001", "50", "25"])
def test_a_clip_plays_at_its_own_speed_for_fifteen_seconds(rate: str, make_media, ffmpeg: str) -> None:
    """Every frame of the timeline shows the clip's frame of that instant, in the last second as in the first."""
    path = make_media("bits.mkv", "-f", "lavfi", "-i", BITS.format(rate=rate), "-c:v", "ffv1", "-pix_fmt", "yuv420p")
    shown = np.array(numbers(path, ffmpeg, 450))
    ideal = np.arange(450) / 30 * float(Fraction(rate))
    assert np.abs(shown - ideal).max() <= max(0.75, 0.51 * float(Fraction(rate)) / 30), "the nearest there is"
    assert (np.diff(shown) >= 0).all()


def test_a_clip_of_uneven_times_plays_at_its_own_speed_for_fifteen_seconds(make_media, ffmpeg: str) -> None:
    """Frame n stands up to 15 ms early or late, as a phone's does."""
    uneven = BITS.format(rate="30") + ",settb=1/1000,setpts='floor(N*1000/30+15*sin(N*0.7))'"
    path = make_media(
        "uneven.mkv", "-f", "lavfi", "-i", uneven,
        "-c:v", "ffv1", "-pix_fmt", "yuv420p", "-fps_mode", "vfr", "-enc_time_base", "1/1000",
    )  # fmt: skip
    shown = np.array(numbers(path, ffmpeg, 450))
    assert np.abs(shown - np.arange(450)).max() <= 1.5
    assert abs((shown[-30:] - np.arange(420, 450)).mean() - (shown[:30] - np.arange(30)).mean()) < 0.5


def test_an_ffmpeg_that_is_killed_in_mid_clip_is_an_error_that_says_where(make_media, ffmpeg: str) -> None:
    path = make_media("bits.mkv", "-f", "lavfi", "-i", BITS.format(rate="50"), "-c:v", "ffv1", "-pix_fmt", "yuv420p")
    with open_clip(
        path, probe_clip(path, None), ffmpeg=ffmpeg, start_s=Fraction(0), rate=RATE, frames=450, width=1280, height=128
    ) as reader:
        frames = iter(reader)
        next(frames)
        assert reader._child is not None
        os.kill(reader._child.pid, signal.SIGKILL)
        with pytest.raises(ToolError, match=r"FFmpeg stopped decoding bits\.mkv after \d+ frames") as caught:
            list(frames)
    assert caught.value.status == -signal.SIGKILL


def test_variable_rate_follows_the_clips_own_times(make_media, ffmpeg: str) -> None:
    """Frame k stands at k² / 100 s: 0, 0.01, 0.04, …"""
    path = make_media(
        "vfr.mkv", "-f", "lavfi", "-i", COUNTER.format(rate="25", seconds="0.6") + ",settb=1/1000,setpts='N*N*10'",
        "-c:v", "ffv1", "-pix_fmt", "yuv420p", "-fps_mode", "vfr", "-enc_time_base", "1/1000",
    )  # fmt: skip
    _, frames, _ = read(path, ffmpeg, frames=50)
    for n, luma in enumerate(lumas(frames)):
        assert abs((luma - 16) / 4 - (n / 30 * 100) ** 0.5) <= 1.3, n


def test_a_start_is_exact_and_a_short_clip_holds_its_last_frame(make_media, ffmpeg: str) -> None:
    path = counting(make_media, "30", "1", "gop.mp4", "-c:v", "libx264", "-crf", "1", "-g", "30", "-pix_fmt", "yuv420p")
    _, frames, held = read(path, ffmpeg, frames=20, start=Fraction(2, 3))
    assert np.abs(np.array(lumas(frames)[:10]) - (16 + 4 * np.arange(20, 30))).max() <= 1
    assert held == 10
    assert len(set(lumas(frames)[9:])) == 1


def test_a_shot_drawn_from_its_middle_shows_the_same_frames(make_media, ffmpeg: str) -> None:
    path = counting(make_media, "30", "1.6", "long.mkv")
    info = probe_clip(path, None)

    def lumas_from(skip: int, frames: int) -> list[int]:
        start = Fraction(1, 3)
        with open_clip(
            path, info, ffmpeg=ffmpeg, start_s=start, rate=RATE, frames=frames, width=320, height=240, skip=skip
        ) as reader:
            got = lumas(list(reader))
        assert reader.held_frames == max(0, min(frames, skip + frames - 38))
        return got

    whole = lumas_from(0, 60)
    for skip in (1, 5, 20, 36, 37, 38, 50):
        assert lumas_from(skip, 60 - skip) == whole[skip:], skip


def test_a_start_beyond_the_end_is_refused_with_its_place(make_media, ffmpeg: str, place: Place) -> None:
    path = counting(make_media, "30", "1")
    info = probe_clip(path, place)
    with pytest.raises(UserError, match=r"drone\.mp4 is 1\.00 s long and cannot start at 3\.00 s") as caught:
        open_clip(
            path, info, ffmpeg=ffmpeg, start_s=Fraction(3), rate=RATE, frames=3, width=32, height=32,
            src="drone.mp4", place=place,
        )  # fmt: skip
    assert caught.value.place is place
    unknown = ClipInfo(**{**info.__dict__, "duration_s": None})
    reader = open_clip(
        path, unknown, ffmpeg=ffmpeg, start_s=Fraction(3), rate=RATE, frames=3, width=32, height=32, place=place
    )
    with reader, pytest.raises(UserError, match="no picture at the time"):
        list(reader)


@pytest.mark.parametrize(("angle", "corner"), [("90", (0.1, 0.9)), ("180", (0.9, 0.9)), ("270", (0.9, 0.1))])
def test_a_rotated_phone_clip_stands_upright(angle: str, corner: tuple[float, float], make_media, ffmpeg: str) -> None:
    """The stored picture is black with a white top left corner."""
    flat = make_media(
        "flat.mp4", "-f", "lavfi", "-i", "color=black:s=320x240:r=30:d=0.2,drawbox=0:0:80:60:white:fill",
        "-c:v", "libx264", "-pix_fmt", "yuv420p",
    )  # fmt: skip
    path = make_media(f"turned{angle}.mp4", "-display_rotation", angle, "-i", str(flat), "-c", "copy")
    info, frames, _ = read(path, ffmpeg, frames=2)
    upright = (240, 320) if angle != "180" else (320, 240)
    assert (info.width, info.height) == upright
    assert frames[0].y.shape == upright[::-1]
    assert rgb(frames[0], *corner).min() > 200
    others = {(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)} - {corner}
    assert all(rgb(frames[0], *other).max() < 40 for other in others)


def test_oblong_pixels_are_squared(make_media, ffmpeg: str) -> None:
    path = make_media(
        "anamorphic.mpg", "-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=0.2,setsar=64/45", "-c:v", "mpeg2video"
    )
    info, frames, _ = read(path, ffmpeg, frames=3)
    assert (info.width, info.height) == (1024, 576)
    assert frames[0].y.shape == (576, 1024)


def test_odd_sizes_and_many_forms_are_read(make_media, ffmpeg: str) -> None:
    source = ("-f", "lavfi", "-i", "testsrc2=s=321x241:r=12:d=0.5")
    even = ("-f", "lavfi", "-i", "testsrc2=s=320x240:r=12:d=0.5", "-f", "lavfi", "-i", "sine=d=0.5")
    for path in (
        make_media("a.mkv", *source, "-c:v", "ffv1", "-pix_fmt", "yuv444p"),
        make_media("a.gif", *source),
        make_media("a.avi", *source, "-c:v", "mjpeg", "-pix_fmt", "yuvj422p"),
        make_media("a.mov", *source, "-c:v", "prores_ks", "-pix_fmt", "yuva444p10le"),
        make_media("a.apng", *source, "-f", "apng"),
        make_media("a.webm", *even, "-c:v", "libvpx-vp9", "-c:a", "libopus", "-cpu-used", "8"),
        make_media("a.ts", *even, "-c:v", "mpeg2video"),
        make_media("a.3gp", *even, "-c:v", "mpeg4", "-c:a", "aac"),
        make_media("a.wmv", *even, "-c:v", "wmv2", "-c:a", "wmav2"),
        make_media("a.flv", *even, "-c:v", "flv1", "-ar", "44100"),
        make_media("b.mp4", *even, "-c:v", "libx265", "-x265-params", "log-level=none", "-preset", "ultrafast"),
    ):
        info, frames, _ = read(path, ffmpeg, frames=15, size=(320, 240))
        assert info.has_audio == (path.suffix not in (".mkv", ".gif", ".avi", ".mov", ".apng")), path.name
        assert len(frames) == 15, path.name
        assert frames[3].y.std() > 30, path.name


def test_full_range_and_bt601_become_limited_bt709(make_media, ffmpeg: str) -> None:
    for name, more in (
        ("full.mp4", ("-vf", "scale=out_range=full:out_color_matrix=bt709,setparams=range=full:colorspace=bt709")),
        ("sd.mp4", ("-vf", "scale=out_range=tv:out_color_matrix=bt601,setparams=range=tv:colorspace=smpte170m")),
        ("hd.mp4", ("-vf", "scale=out_range=tv:out_color_matrix=bt709,setparams=range=tv:colorspace=bt709")),
        ("untold.mp4", ("-vf", "scale=out_range=tv:out_color_matrix=bt601,setparams=colorspace=unknown")),
    ):
        path = make_media(
            name, "-f", "lavfi", "-i", "color=0xc83c28:s=320x240:r=30:d=0.1,format=rgb24", *more, "-c:v", "libx264",
            "-pix_fmt", "yuv420p", "-crf", "4",
        )  # fmt: skip
        _, frames, _ = read(path, ffmpeg, frames=1)
        assert np.abs(rgb(frames[0], 0.5, 0.5) - (200, 60, 40)).max() <= 5, name


def hdr(make_media, transfer: str, level: float, name: str) -> Path:
    """An even grey at ``level`` (0 to 1) of the signal, tagged as HDR, 10 bits."""
    luma = round(64 + 876 * level)
    return make_media(
        name, "-f", "lavfi", "-i",
        f"color=black:s=320x240:r=30:d=0.1,format=yuv420p10le,geq=lum={luma}:cb=512:cr=512,"
        f"setparams=range=tv:color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc",
        "-c:v", "libx265", "-preset", "ultrafast",
        "-x265-params", f"log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc:range=limited",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("transfer", "mid", "white", "high"), [("arib-std-b67", 0.38, 0.75, 0.95), ("smpte2084", 0.38, 0.58, 0.75)]
)
def test_hdr_is_brought_down_with_its_highlights_kept(
    transfer: str, mid: float, white: float, high: float, make_media, ffmpeg: str
) -> None:
    """Levels of ITU-R BT.2408: 18 % grey, diffuse white (203 cd/m²) and a highlight above it."""
    tones = []
    for level in (mid, white, high):
        path = hdr(make_media, transfer, level, f"{transfer}-{level}.mp4")
        info, frames, _ = read(path, ffmpeg, frames=1, size=(160, 120))
        assert info.hdr
        tone = rgb(frames[0], 0.5, 0.5)
        assert np.ptp(tone) < 6
        tones.append(float(tone.mean()))
    grey, paper, light = tones
    assert 85 <= grey <= 145
    assert 185 <= paper <= 245
    assert paper + 6 <= light <= 257


def test_interlaced_clips_lose_their_combs(make_media, ffmpeg: str) -> None:
    path = make_media(
        "i.mpg", "-f", "lavfi", "-i", "testsrc2=s=640x480:r=50:d=0.5", "-vf", "interlace", "-c:v", "mpeg2video",
        "-flags", "+ilme+ildct", "-q:v", "2",
    )  # fmt: skip
    info, frames, _ = read(path, ffmpeg, frames=10)
    assert info.interlaced

    def combing(y: np.ndarray) -> float:
        """How much more neighbouring lines differ than lines of one field."""
        lines = y.astype(float)
        return float(np.abs(lines[1:-1] - (lines[:-2] + lines[2:]) / 2).mean() / np.abs(lines[2:] - lines[:-2]).mean())

    kept = [combing(f.y) for f in read_raw(path, info, ffmpeg)]
    assert combing(frames[5].y) < min(kept) * 0.97


def read_raw(path: Path, info: ClipInfo, ffmpeg: str) -> list[ClipFrame]:
    """As `read`, without deinterlacing."""
    plain = ClipInfo(**{**info.__dict__, "interlaced": False})
    with open_clip(
        path, plain, ffmpeg=ffmpeg, start_s=Fraction(0), rate=RATE, frames=6, width=info.width, height=info.height
    ) as reader:
        return list(reader)[3:]


def test_a_gif_plays_over_and_over(make_media, ffmpeg: str) -> None:
    path = make_media("loop.gif", "-f", "lavfi", "-i", COUNTER.format(rate="10", seconds="0.5"))
    info, frames, held = read(path, ffmpeg, frames=45, start=Fraction(1, 5))
    assert info.loops
    assert held == 0
    got = lumas(frames)
    assert got[:12] != got[12:24]
    assert np.abs(np.array(got[:15]) - got[15:30]).max() <= 1


def test_scripts_that_name_other_files_are_never_opened(tmp_path: Path, make_media, place: Place) -> None:
    secret = counting(make_media, "30", "1")
    for name, text in (
        ("a.mp4", f"ffconcat version 1.0\nfile '{secret}'\n"),
        ("a.mkv", f"#EXTM3U\n#EXTINF:1,\n{secret}\n"),
        ("a.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(UserError) as caught:
            probe_clip(tmp_path / name, place, name)
        assert caught.value.place is place


def test_ffmpeg_may_open_nothing_but_the_clip(make_media, ffmpeg: str) -> None:
    path = counting(make_media, "30", "1")
    command = build_clip_command(
        path, probe_clip(path, None), ffmpeg=ffmpeg, start_s=Fraction(0), rate=RATE, frames=1, width=32, height=32
    )
    before = command[: command.index("-i")]
    assert before[before.index("-protocol_whitelist") + 1] == "file,pipe"
    assert before[before.index("-f") + 1] == "matroska"
    assert command[command.index("-i") + 1] == f"file:{path}"
    assert "-nostdin" in command


def test_a_clip_that_breaks_half_way_is_an_error_or_holds(tmp_path: Path, make_media, ffmpeg: str) -> None:
    path = make_media("long.ts", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=30:d=2", "-c:v", "libx264", "-f", "mpegts")
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data), 7):
        data[at] ^= 0x5A
    (tmp_path / "broken.ts").write_bytes(data)
    with contextlib.suppress(ToolError):
        _, frames, held = read(tmp_path / "broken.ts", ffmpeg, frames=60)
        assert len(frames) == 60
        assert held > 5


def test_leaving_early_ends_ffmpeg_at_once(make_media, ffmpeg: str) -> None:
    path = make_media("a10.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=30:d=10", "-preset", "ultrafast")
    info = probe_clip(path, None)
    began, others = time.monotonic(), drains()  # a browser that other tests share has one of its own
    with open_clip(
        path, info, ffmpeg=ffmpeg, start_s=Fraction(0), rate=RATE, frames=300, width=1280, height=720
    ) as reader:
        next(iter(reader))
        child = reader._child
    assert child is not None
    assert child.poll() is not None
    assert time.monotonic() - began < 5
    reader.close()
    assert not drains() - others


def drains() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "drain" and thread.is_alive()}


def test_a_sound_is_no_clip(make_media, place: Place) -> None:
    with pytest.raises(UserError, match="is a sound, not a clip"):
        probe_clip(make_media("s.wav", "-f", "lavfi", "-i", "sine=d=0.3"), place)
