"""A file is held against each platform's limits before anything is sent, as probed and not as promised."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from publisher_contract import small_video

from castad_cli.errors import PlatformError
from castad_cli.publish.media_limits import MEDIA_LIMITS, Media, check_media, media_problems, probe

__all__ = ["small_video"]

GOOD = Media(8_000_000, 15.0, Fraction(30), 1080, 1920, "h264", "aac", 48_000, 2, moov_first=True)


@pytest.mark.parametrize("platform", MEDIA_LIMITS)
def test_a_finished_ad_is_taken_everywhere(platform: str) -> None:
    assert list(media_problems(GOOD, MEDIA_LIMITS[platform])) == []


@pytest.mark.parametrize(
    ("platform", "change", "said"),
    [
        ("instagram", {"size": 300_000_001, "duration_s": 600.0}, "at most 300 MB"),
        ("instagram", {"duration_s": 2.9}, "3 to 900 s"),
        ("instagram", {"width": 2160, "height": 3840}, "at most 1920"),
        ("instagram", {"moov_first": False}, "faststart"),
        ("instagram", {"video_codec": "vp9"}, "takes h264, hevc"),
        ("instagram", {"audio_codec": "opus"}, "opus sound"),
        ("instagram", {"sample_rate": 96_000}, "48000"),
        ("instagram", {"channels": 6}, "6 channels"),
        ("instagram", {"size": 60_000_000}, "at most 25000"),
        ("tiktok", {"rate": Fraction(20)}, "23 to 60"),
        ("tiktok", {"width": 320, "height": 568}, "at least 360"),
        ("tiktok", {"duration_s": 601.0}, "0 to 600 s"),
        ("tiktok", {"size": 4_000_000_001}, "at most 4000 MB"),
        ("youtube", {"size": 256 * 1024**3 + 1}, "MB"),
    ],
)
def test_what_is_beyond_a_limit_is_told_in_words(platform: str, change: dict[str, Any], said: str) -> None:
    told = list(media_problems(replace(GOOD, **change), MEDIA_LIMITS[platform]))
    assert len(told) == 1
    assert said in told[0]


def test_a_film_s_own_rate_is_taken(small_video: Path) -> None:
    assert not list(media_problems(replace(GOOD, rate=Fraction(24_000, 1001)), MEDIA_LIMITS["tiktok"]))


def test_a_file_is_probed_for_what_it_is(small_video: Path, tmp_path: Path) -> None:
    media = probe(small_video)
    assert (media.width, media.height, media.rate) == (360, 640, 30)
    assert (media.video_codec, media.audio_codec, media.sample_rate) == ("h264", "aac", 48_000)
    assert media.duration_s == pytest.approx(8.0, abs=0.1)
    assert media.moov_first
    slow = tmp_path / "slow.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(small_video), "-c", "copy", str(slow)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    assert not probe(slow).moov_first
    with pytest.raises(PlatformError, match="Instagram would not take slow"):
        check_media(slow, "instagram", "Instagram")


def test_a_file_that_was_cut_short_is_refused_though_it_reads_as_a_video(small_video: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.mp4"
    short.write_bytes(small_video.read_bytes()[:-100])
    assert probe(short).moov_first
    with pytest.raises(PlatformError, match="cut short"):
        check_media(short, "youtube", "YouTube")


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "video.mp4"
    file.write_bytes(b"not a video at all")
    with pytest.raises(PlatformError) as refused:
        probe(file)
    assert refused.value.kind == "rejected"
