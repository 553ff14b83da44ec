"""What each platform takes as a video, as a table, and what a file has beyond it. Asked before anything is sent.

Sources: YouTube Data API v3 discovery document (size), YouTube Help "recommended upload encoding settings" (rates);
Instagram Graph API ``ig-user/media``, "Reel specifications"; TikTok Content Posting API, "Media Transfer Guide".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from castad_cli.errors import PlatformError


@dataclass(frozen=True)
class MediaLimits:
    """Sizes in bytes, lengths in seconds, rates in frames a second, sides in pixels, ``most_kbps`` in kbit/s.

    ``moov_first``: the index stands before the data; ``edit_lists``: whether those are taken.
    """

    most_bytes: int
    least_s: float
    most_s: float
    least_rate: Fraction
    most_rate: Fraction
    least_side: int
    most_width: int
    most_height: int
    video_codecs: frozenset[str]
    audio_codecs: frozenset[str]
    most_kbps: int | None = None
    most_sample_rate: int | None = None
    most_channels: int | None = None
    moov_first: bool = False


MEDIA_LIMITS: dict[str, MediaLimits] = {
    "youtube": MediaLimits(
        most_bytes=256 * 1024**3,
        least_s=0.0,
        most_s=12 * 3600,
        least_rate=Fraction(1),
        most_rate=Fraction(60),
        least_side=2,
        most_width=7680,
        most_height=7680,
        video_codecs=frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "prores"}),
        audio_codecs=frozenset({"aac", "opus", "mp3", "vorbis", "flac", "pcm_s16le"}),
    ),
    "instagram": MediaLimits(
        most_bytes=300 * 10**6,
        least_s=3.0,
        most_s=15 * 60,
        least_rate=Fraction(23),
        most_rate=Fraction(60),
        least_side=2,
        most_width=1920,
        most_height=10_000,
        video_codecs=frozenset({"h264", "hevc"}),
        audio_codecs=frozenset({"aac"}),
        most_kbps=25_000,
        most_sample_rate=48_000,
        most_channels=2,
        moov_first=True,
    ),
    "tiktok": MediaLimits(
        most_bytes=4 * 10**9,
        least_s=0.0,
        most_s=10 * 60,
        least_rate=Fraction(23),
        most_rate=Fraction(60),
        least_side=360,
        most_width=4096,
        most_height=4096,
        video_codecs=frozenset({"h264", "hevc", "vp8", "vp9"}),
        audio_codecs=frozenset({"aac", "opus", "mp3", "vorbis"}),
    ),
}

SHORT_MOST_S = 180.0
"""YouTube makes a Short of an upright or square video up to three minutes; no field of its API says so."""


@dataclass(frozen=True)
class Media:
    """What a video file is, as probed."""

    size: int
    duration_s: float
    rate: Fraction
    width: int
    height: int
    video_codec: str
    audio_codec: str
    sample_rate: int
    channels: int
    moov_first: bool
    is_whole: bool = True

    @property
    def kbps(self) -> float:
        """Its mean data rate, kbit/s."""
        return self.size * 8 / 1000 / self.duration_s if self.duration_s else 0.0

    @property
    def is_short(self) -> bool:
        return self.height >= self.width and self.duration_s <= SHORT_MOST_S


def probe(path: Path) -> Media:
    """What a video file is.

    Raises:
        PlatformError: (``rejected``) it is no video.
    """
    import av

    try:
        with av.open(str(path)) as container:
            video = container.streams.video[0]
            audio = container.streams.audio[0] if container.streams.audio else None
            return Media(
                size=path.stat().st_size,
                duration_s=(container.duration or 0) / 1_000_000,
                rate=Fraction(video.average_rate or 0),
                width=video.width,
                height=video.height,
                video_codec=video.codec_context.name,
                audio_codec=audio.codec_context.name if audio else "",
                sample_rate=audio.sample_rate or 0 if audio else 0,
                channels=audio.channels if audio else 0,
                moov_first=_moov_first(path),
                is_whole=_is_whole(path),
            )
    except (OSError, av.error.FFmpegError, IndexError, ValueError) as error:
        raise PlatformError(f"{path.name} is no video that can be read: {error}", kind="rejected") from error


def media_problems(media: Media, limits: MediaLimits) -> Iterator[str]:
    """What a platform would refuse of a file, in words."""
    if not media.is_whole:
        yield "cut short: it says that it is longer"
    if media.size > limits.most_bytes:
        yield f"{media.size / 1e6:.0f} MB; at most {limits.most_bytes / 1e6:.0f} MB"
    if not limits.least_s <= media.duration_s <= limits.most_s:
        yield f"{media.duration_s:.1f} s; {limits.least_s:g} to {limits.most_s:g} s"
    # A container tells the mean rate only: a thousandth below 23.0 is not another rate.
    if not limits.least_rate * Fraction(999, 1000) <= media.rate <= limits.most_rate * Fraction(1001, 1000):
        yield f"{float(media.rate):.2f} frames a second; {limits.least_rate} to {limits.most_rate}"
    if media.width > limits.most_width or media.height > limits.most_height:
        yield f"{media.width}×{media.height}; at most {limits.most_width}×{limits.most_height}"
    if min(media.width, media.height) < limits.least_side:
        yield f"{media.width}×{media.height}; each side at least {limits.least_side}"
    if media.video_codec not in limits.video_codecs:
        yield f"{media.video_codec} video; takes {', '.join(sorted(limits.video_codecs))}"
    if media.audio_codec and media.audio_codec not in limits.audio_codecs:
        yield f"{media.audio_codec} sound; takes {', '.join(sorted(limits.audio_codecs))}"
    if limits.most_kbps and media.kbps > limits.most_kbps:
        yield f"{media.kbps:.0f} kbit/s; at most {limits.most_kbps}"
    if limits.most_sample_rate and media.sample_rate > limits.most_sample_rate:
        yield f"sound at {media.sample_rate} Hz; at most {limits.most_sample_rate}"
    if limits.most_channels and media.channels > limits.most_channels:
        yield f"{media.channels} channels of sound; at most {limits.most_channels}"
    if limits.moov_first and not media.moov_first:
        yield "its index stands at its end (no faststart)"


def check_media(path: Path, platform: str, title: str) -> Media:
    """The file's facts, once it is known that the platform takes it.

    Raises:
        PlatformError: (``rejected``) it does not; all that is wrong.
    """
    media = probe(path)
    wrong = list(media_problems(media, MEDIA_LIMITS[platform]))
    if wrong:
        raise PlatformError(
            f"{title} would not take {path.name}: {'; '.join(wrong)}",
            kind="rejected",
            fix="render the ad again, at `--quality standard`",
        )
    return media


COVER_MOST_BYTES = 8 * 10**6


def cover_problem(path: Path) -> str:
    """Why Instagram refuses a picture as a Reel's cover (``ig-user/media``, "cover_url"); empty if it does not."""
    size = path.stat().st_size
    if size > COVER_MOST_BYTES:
        return f"{size / 1e6:.1f} MB; at most {COVER_MOST_BYTES / 1e6:.0f} MB"
    with path.open("rb") as file:
        return "" if file.read(3) == b"\xff\xd8\xff" else "no JPEG"


def _boxes(path: Path) -> Iterator[tuple[bytes, int]]:
    """An MP4's outermost boxes: kind, and where each ends (ISO/IEC 14496-12, 4.2: size, kind, 64-bit size for 1)."""
    whole = path.stat().st_size
    with path.open("rb") as file:
        start = 0
        while len(head := file.read(8)) == 8:
            size, kind = struct.unpack(">I4s", head)
            if size == 1:
                long = file.read(8)
                size = struct.unpack(">Q", long)[0] if len(long) == 8 else 0
            elif size == 0:
                size = whole - start  # to the end of the file
            if size < 8:
                return
            start += size
            yield kind, start
            file.seek(start)


def _moov_first(path: Path) -> bool:
    """Whether an MP4's index stands before its data."""
    return next((kind == b"moov" for kind, _ in _boxes(path) if kind in (b"moov", b"mdat")), False)


def _is_whole(path: Path) -> bool:
    """Whether all is there that an MP4 says it holds; an index at its front reads well without the rest."""
    ends = [end for _, end in _boxes(path)]
    return not ends or ends[-1] <= path.stat().st_size
