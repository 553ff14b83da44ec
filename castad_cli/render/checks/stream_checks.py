"""What a finished MP4's container and packets say, held against product.md and the platforms' limits.

Nothing is decoded here. Limits: shared by YouTube (recommended upload encoding settings), Instagram (Reels media
specifications) and TikTok (media transfer guide); the strictest counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from castad_cli.render.checks.looks import Signal, recall, signal_of
from castad_cli.render.media.boxes import IsoBox, find_boxes, walk_boxes
from castad_cli.render.media.probing import UNDECODED, sound_digest

MOST_BYTES = 300_000_000
MOST_BITS_A_SECOND = 25_000_000
SHORTEST_S, LONGEST_S = 3, 180
LEAST_SIDE, MOST_WIDTH, MOST_SIDE = 360, 1920, 4096
LONGEST_GOP_S = 2
HIGHEST_LEVEL = 42
"""H.264 level 4.2: 1080×1920 at 60 frames a second, the most that every phone plays."""

_AAC_FRAME = 1024
_IDR = 5


@dataclass(frozen=True)
class Packets:
    """What demuxing found. ``keys`` are frame numbers in display order; ``sizes`` are bytes by frame in that order.

    ``sound`` is the `sound_digest` of the sound. ``prints`` has for each key frame that is decoded by itself the
    SHA-256 (hex) of all that it is decoded from.
    """

    figures: dict[str, Any]
    findings: list[str]
    keys: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    sound: str = ""
    prints: dict[int, str] = field(default_factory=dict)


def check_container(video: Path) -> list[str]:
    """Findings on the file's boxes: index first, whole, no edit lists."""
    size = video.stat().st_size
    with video.open("rb") as file:
        boxes = list(walk_boxes(file, 0, size))
        kinds = [box.kind for box in boxes]
        if "moov" not in kinds or "mdat" not in kinds or boxes[-1].end != size:
            return ["the file is not a whole MP4: its index or its data is missing"]
        findings = []
        if kinds.index("moov") > kinds.index("mdat"):
            findings.append("the index (moov) is behind the data: not made for streaming (+faststart)")
        if "moof" in kinds:
            findings.append("the file is fragmented")
        moov = boxes[kinds.index("moov")]
        if any(
            _has_edits(file.read(box.end - box.body))
            for box in _seek_each(file, find_boxes(file, moov, "trak/edts/elst"))
        ):
            findings.append("the file has an edit list, which Instagram and YouTube do not take")
    if size > MOST_BYTES:
        findings.append(f"the file has {size / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f}")
    return findings


def _seek_each(file: Any, boxes: list[IsoBox]) -> Any:
    for box in boxes:
        file.seek(box.body)
        yield box


def _has_edits(body: bytes) -> bool:
    """Whether an ``elst`` box does anything but play the whole from its beginning (ISO/IEC 14496-12, 8.6.6)."""
    wide = body[:1] == b"\x01"
    entries = int.from_bytes(body[4:8])
    if entries != 1:
        return entries > 1
    media_time = body[16:24] if wide else body[12:16]
    return int.from_bytes(media_time, signed=True) != 0


def check_packets(video: Path, *, width: int, height: int, frames: int, rate: Fraction) -> Packets:
    """Findings on streams and packets: codec, size, colour, rate, key frames, sound."""
    import av

    figures: dict[str, Any] = {}
    findings: list[str] = []
    with av.open(str(video), options={"protocol_whitelist": "file"}, stream_options=UNDECODED) as container:
        videos, audios = container.streams.video, container.streams.audio
        if len(videos) != 1 or len(audios) != 1 or len(container.streams) != 2:
            kinds = ", ".join(stream.type for stream in container.streams)
            return Packets(figures, [f"the file has these streams: {kinds}; not one picture and one sound"])
        pictures: list[tuple[int, int, bool, bool]] = []
        sounds: list[tuple[int, int]] = []
        heard: list[bytes] = []
        prints: dict[int, str] = {}
        signal: Signal | None = None
        for packet in container.demux():
            if packet.pts is None or packet.size == 0:
                continue
            if packet.stream.type == "video":
                is_idr = packet.is_keyframe and _is_idr(bytes(packet))
                if is_idr:
                    prints[packet.pts] = _print_of(videos[0], packet)
                if packet.is_keyframe and signal is None:  # how it is stored, only a picture tells
                    seen = recall(prints[packet.pts]) if is_idr else None
                    signal = seen.signal if seen else _decoded_signal(videos[0].codec_context, packet)
                pictures.append((packet.pts, packet.size, packet.is_keyframe, is_idr))
            else:
                sounds.append((packet.pts, packet.duration or 0))
                heard.append(bytes(packet))
        _check_picture(videos[0], signal, width, height, figures, findings)
        pictures.sort()
        _check_timing(pictures, Fraction(videos[0].time_base or 0), frames, rate, figures, findings)
        sound = sound_digest(audios[0].codec_context.extradata, heard)
        _check_sound(audios[0], sounds, frames / rate, rate, figures, findings)
    seconds = float(frames / rate)
    figures["bitrate_kbps"] = round(video.stat().st_size * 8 / seconds / 1000)
    if figures["bitrate_kbps"] * 1000 > MOST_BITS_A_SECOND:
        findings.append(f"it takes {figures['bitrate_kbps'] / 1000:.1f} Mbit/s; at most {MOST_BITS_A_SECOND / 1e6:.0f}")
    if not SHORTEST_S <= seconds <= LONGEST_S:
        findings.append(f"it lasts {seconds:.2f} s; platforms take {SHORTEST_S} to {LONGEST_S} s")
    keys = [index for index, picture in enumerate(pictures) if picture[2]]
    own = {index: prints[picture[0]] for index, picture in enumerate(pictures) if picture[3]}
    return Packets(figures, findings, keys, [picture[1] for picture in pictures], sound, own)


def read_prints(segment: Path) -> dict[int, str]:
    """The ``prints`` of a segment alone, by its own frames: what they will be in a file that it is joined into."""
    import av

    with av.open(str(segment), options={"protocol_whitelist": "file"}, stream_options=UNDECODED) as container:
        stream = container.streams.video[0]
        packets = [(packet.pts, packet) for packet in container.demux(stream) if packet.pts is not None and packet.size]
        shown = {pts: frame for frame, pts in enumerate(sorted(pts for pts, _ in packets))}
        return {
            shown[pts]: _print_of(stream, packet)
            for pts, packet in packets
            if packet.is_keyframe and _is_idr(bytes(packet))
        }


def _print_of(stream: Any, packet: Any) -> str:
    return hashlib.sha256(hashlib.sha256(stream.codec_context.extradata or b"").digest() + bytes(packet)).hexdigest()


def _decoded_signal(context: Any, packet: Any) -> Signal | None:
    """Of the first picture; one takes the decoder thirty milliseconds."""
    pictures = [picture for each in (packet, None) for picture in context.decode(each)]
    return signal_of(pictures[0]) if pictures else None


def _check_picture(
    stream: Any, signal: Signal | None, width: int, height: int, figures: dict[str, Any], findings: list[str]
) -> None:
    context = stream.codec_context
    stored = signal or Signal("unknown", 2, 2, 2, 0)
    figures.update(
        codec=context.name,
        profile=context.profile,
        level=context.level,
        width=context.width,
        height=context.height,
        pixel_format=stored.pixel_format,
    )
    for what, is_value, wanted in (
        ("codec", context.name, "h264"),
        ("profile", context.profile, "High"),
        ("pixel format", stored.pixel_format, "yuv420p"),
        ("size", (context.width, context.height), (width, height)),
        ("sample aspect ratio", Fraction(stream.sample_aspect_ratio or 1), Fraction(1)),
        ("colour primaries", stored.primaries, 1),
        ("transfer characteristics", stored.transfer, 1),
        ("colour matrix", stored.matrix, 1),
        ("colour range", stored.range, 1),
    ):
        if is_value != wanted:
            findings.append(f"{what} is {is_value}, not {wanted}")
    if not 10 <= (context.level or 0) <= HIGHEST_LEVEL:
        findings.append(f"H.264 level is {context.level}; at most {HIGHEST_LEVEL}")
    if min(width, height) < LEAST_SIDE or width > MOST_WIDTH or max(width, height) > MOST_SIDE:
        findings.append(f"{width}×{height} is a size that some platform does not take")


def _check_timing(
    pictures: list[tuple[int, int, bool, bool]],
    time_base: Fraction,
    frames: int,
    rate: Fraction,
    figures: dict[str, Any],
    findings: list[str],
) -> None:
    figures["frames"] = len(pictures)
    if len(pictures) != frames:
        findings.append(f"it has {len(pictures)} frames, not {frames}")
    if not pictures:
        return
    if pictures[0][0] != 0:
        findings.append(f"its picture begins at {float(pictures[0][0] * time_base):.4f} s, not at 0")
    first = pictures[0][0]
    tick = 1 / rate / time_base if time_base else Fraction(0)
    for index, picture in enumerate(pictures):
        if (picture[0] - first) * tick.denominator != index * tick.numerator:
            findings.append(f"frame {index} is at {float(picture[0] * time_base):.4f} s: the rate is not constant")
            break
    if not pictures[0][3]:
        findings.append("its first frame is no IDR picture")
    keys = [index for index, picture in enumerate(pictures) if picture[2]]
    if any(picture[2] and not picture[3] for picture in pictures):
        findings.append("a key frame is no IDR picture: a GOP is open")
    gaps = [b - a for a, b in zip(keys, [*keys[1:], len(pictures)], strict=True)]
    figures["longest_gop"] = max(gaps, default=0)
    if figures["longest_gop"] > LONGEST_GOP_S * rate:
        findings.append(f"key frames are {figures['longest_gop']} frames apart; at most {int(LONGEST_GOP_S * rate)}")


def _check_sound(
    stream: Any,
    packets: list[tuple[int, int]],
    picture_s: Fraction,
    rate: Fraction,
    figures: dict[str, Any],
    findings: list[str],
) -> None:
    context = stream.codec_context
    figures.update(audio_codec=context.name, audio_profile=context.profile, sample_rate=context.sample_rate)
    for what, is_value, wanted in (
        ("audio codec", context.name, "aac"),
        ("audio profile", context.profile, "LC"),
        ("sample rate", context.sample_rate, 48_000),
        ("audio channels", context.layout.nb_channels, 2),
    ):
        if is_value != wanted:
            findings.append(f"{what} is {is_value}, not {wanted}")
    if not packets:
        findings.append("its sound is empty")
        return
    base = Fraction(stream.time_base)
    if packets[0][0] != 0:
        findings.append(f"its sound begins at {float(packets[0][0] * base):.4f} s, not at 0")
    steps = {b[0] - a[0] for a, b in pairwise(packets)}
    if base == Fraction(1, 48_000) and steps != {_AAC_FRAME}:
        findings.append("its sound has gaps")
    length = (packets[-1][0] + packets[-1][1]) * base
    figures["audio_s"], figures["video_s"] = float(length), float(picture_s)
    if abs(length - picture_s) > 1 / rate:
        findings.append(f"its sound lasts {float(length):.3f} s, its picture {float(picture_s):.3f} s")


def _is_idr(packet: bytes) -> bool:
    """Whether a packet of length-prefixed NAL units (ISO/IEC 14496-15) holds an IDR slice."""
    position = 0
    while position + 5 <= len(packet):
        if packet[position + 4] & 0x1F == _IDR:
            return True
        position += 4 + int.from_bytes(packet[position : position + 4])
    return False
