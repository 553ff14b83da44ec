"""What FFmpeg's libraries find in a clip or sound, without starting a program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import UserError
from castad_cli.model.place import Place

if TYPE_CHECKING:
    from av.container import InputContainer

_SCRIPTS = {"hls", "concat", "dash", "imf", "sdp", "rtsp", "lavfi", "mpjpeg", "tty", "ass", "srt", "webvtt"}
"""Formats that name other files or addresses, or draw text: never a clip."""

_STILLS = ("image2", "_pipe")
_LOOPS = {"gif", "apng"}
_LOCKED = {"encv", "enca", "drmi", "drms", "drmt", "p608"}
_HDR = {16, 18}
"""Transfer characteristics PQ (SMPTE ST 2084) and HLG (ARIB STD-B67) in ITU-T H.273."""


@dataclass(frozen=True)
class ClipInfo:
    """A clip or sound as its container describes it.

    ``width`` and ``height`` are as it is shown: after rotation, in square pixels; 0 for a sound alone.
    ``rate`` is the mean of its frames a second. ``primaries``, ``transfer`` and ``matrix`` are code points
    of ITU-T H.273 (2: not said). ``loops`` marks a GIF and its like, which play over and over.
    """

    format: str
    width: int
    height: int
    duration_s: Fraction | None
    rate: Fraction
    has_audio: bool
    rotation: int = 0
    interlaced: bool = False
    loops: bool = False
    codec: str = ""
    pixel_format: str = ""
    full_range: bool = False
    primaries: int = 2
    transfer: int = 2
    matrix: int = 2

    @property
    def hdr(self) -> bool:
        """Whether it needs tone-mapping."""
        return self.transfer in _HDR


def probe_media(path: Path, src: str, place: Place | None) -> ClipInfo:
    """What the file is, from its header and first frame. Nothing it may refer to is opened.

    Raises:
        UserError: FFmpeg cannot read it, it is copy-protected, or it is no clip or sound at all.
    """
    import av

    try:
        container = av.open(
            f"file:{path.absolute()}", options={"protocol_whitelist": "file"}, metadata_errors="ignore", timeout=20.0
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UserError(
            f"{src} cannot be read as a photo, clip or sound",
            fix="export it as JPEG, MP4 or WAV and use that",
            place=place,
        ) from error
    with container:
        return _describe(container, src, place)


def probe_clip(path: Path, place: Place | None, src: str = "") -> ClipInfo:
    """Like `probe_media`, for what must be a clip.

    Raises:
        UserError: also when it has no picture.
    """
    info = probe_media(path, src or path.name, place)
    if not info.width:
        raise UserError(f"{src or path.name} is a sound, not a clip", fix="name a photo or a clip", place=place)
    return info


def _describe(container: InputContainer, src: str, place: Place | None) -> ClipInfo:
    names = set(container.format.name.split(","))
    if names & _SCRIPTS:
        raise UserError(f"{src} is a playlist or script", fix="use the clip or sound itself", place=place)
    streams = [s for s in container.streams if s.type in ("audio", "video")]
    if any(str(getattr(s.codec_context, "codec_tag", "")) in _LOCKED for s in streams):
        raise UserError(f"{src} is copy-protected", fix="use an unprotected copy of it", place=place)
    pictures = [s for s in streams if s.type == "video" and s.codec_context is not None and not _is_cover(s)]
    has_audio = any(s.type == "audio" and s.codec_context is not None for s in streams)
    if not pictures:
        if not has_audio:
            raise UserError(f"{src} has neither picture nor sound", fix="use another file", place=place)
        return ClipInfo(container.format.name, 0, 0, _duration(container, None), Fraction(0), True)
    if any(name == _STILLS[0] or name.endswith(_STILLS[1]) for name in names):
        raise UserError(
            f"{src} is a picture of a kind that is not taken as a photo", fix="export it as JPEG or PNG", place=place
        )
    return _describe_picture(container, pictures[0], has_audio, names, src, place)


def _describe_picture(
    container: InputContainer, stream: Any, has_audio: bool, names: set[str], src: str, place: Place | None
) -> ClipInfo:
    import av

    try:
        frame = next(iter(container.decode(stream)), None)
    except (av.FFmpegError, ValueError):
        frame = None
    if frame is None:
        raise UserError(
            f"{src} has no picture that can be decoded (codec {stream.codec_context.name})",
            fix="copy it again, or export it as MP4 (H.264)",
            place=place,
        )
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, 20) < aspect < 20:
        aspect = Fraction(1)
    width, height = frame.width, frame.height
    # The longer of two lengths keeps every pixel the clip has.
    width, height = (round(width * aspect), height) if aspect >= 1 else (width, round(height / aspect))
    rotation = round(frame.rotation / 90) * 90 % 360
    if rotation in (90, 270):
        width, height = height, width
    return ClipInfo(
        format=container.format.name,
        width=width,
        height=height,
        duration_s=_duration(container, stream),
        rate=Fraction(stream.average_rate or stream.guessed_rate or 30),
        has_audio=has_audio,
        rotation=rotation,
        interlaced=bool(frame.interlaced_frame),
        loops=bool(names & _LOOPS),
        codec=stream.codec_context.name,
        pixel_format=frame.format.name,
        full_range=frame.color_range == 2,
        primaries=int(frame.color_primaries),
        transfer=int(frame.color_trc),
        matrix=int(frame.colorspace),
    )


def _is_cover(stream: Any) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _duration(container: InputContainer, stream: Any) -> Fraction | None:
    """Seconds of the picture where known, else of the whole file, else None."""
    import av

    if stream is not None and stream.duration and stream.time_base:
        return Fraction(stream.duration) * Fraction(stream.time_base)
    if container.duration and container.duration > 0:
        return Fraction(container.duration, av.time_base)
    return None


UNDECODED: Any = [{"skip_frame": "all"}] * 2
"""Options by stream (those of streams that are not there are left out) to open a file with, so that no picture is
decoded to learn of its format: that takes 30 ms, many times what reading takes. Only the pixel format is unknown then.

PyAV takes them as mappings; its stubs say text.
"""


def sound_digest(setup: bytes | None, packets: Iterable[bytes]) -> str:
    """SHA-256 (hex) of an encoded sound: its decoder's ``setup`` (extradata) and its packets."""
    digest = hashlib.sha256(setup or b"")
    for packet in packets:
        digest.update(len(packet).to_bytes(4) + packet)
    return digest.hexdigest()
