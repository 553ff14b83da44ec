"""Frames in, H.264 out: closed-GOP segments, each its own encoder, joined without re-encoding.

One encoder thread a segment and two segments at a time use two cores better than one encoder with two
threads, and a segment's bytes depend on its frames alone, so an unchanged scene need not be encoded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from castad_cli.errors import ToolError
from castad_cli.render.kernel.blocks import lend_blocks
from castad_cli.render.media.probing import UNDECODED
from castad_cli.render.pixels.planes import Planes
from castad_cli.render.qualities import KEYFRAME_SECONDS, Encoding

if TYPE_CHECKING:
    import av


def encode_segment(
    out: Path,
    size: tuple[int, int],
    rate: Fraction,
    encoding: Encoding,
    frames: Iterable[int],
    paint: Callable[[int, Planes], None],
    on_frame: Callable[[], None],
) -> None:
    """Paints ``frames`` one by one, and encodes them into ``out``: one closed-GOP H.264 segment, as an MP4.

    ``paint`` fills the planes of a frame of ``size`` (width, height) that are given to it: yuv420p in BT.709 limited
    range, tagged as what they are. Nothing is converted or copied on the way to the encoder. What ``paint`` or
    ``on_frame`` raises ends the segment.

    Why in this process: a pipe to a program of its own costs two copies of every frame and that program's memory,
    which together are a tenth of the encoder's time (docs/adr/0008-encoding-in-process.md).

    Raises:
        ToolError: the encoder refuses its settings, or the segment cannot be written.
    """
    import av
    from av.error import FFmpegError

    lend_blocks()
    width, height = size
    try:
        with av.open(str(out), "w", format="mp4", options={"fflags": "+bitexact"}) as container:
            stream = container.add_stream("libx264", rate=rate, options=x264_settings(encoding, rate))
            _describe(stream, width, height, rate)
            frame = av.VideoFrame(width, height, "yuv420p")
            planes = _planes_of(frame)
            for index, number in enumerate(frames):
                paint(number, planes)
                # x264 takes a copy before `encode` returns, so one frame serves them all.
                frame.pts = index
                frame.time_base = 1 / rate
                container.mux(stream.encode(frame))
                on_frame()
            container.mux(stream.encode(None))
    except (FFmpegError, OSError) as error:
        raise ToolError(f"the segment {out.name} cannot be encoded: {error}") from error


def x264_settings(encoding: Encoding, rate: Fraction) -> dict[str, str]:
    """What x264 is told, by FFmpeg's names of its options.

    Why ``cpu-independent``: how much a block matters to later frames (its macroblock tree) x264 reckons otherwise as
    each processor does it fastest; by AVX-512 from memory that it never wrote to, where a row is no multiple of 16
    blocks: one encoding in thirty of the same frames was another. It takes a fiftieth more time.
    """
    gop = int(KEYFRAME_SECONDS * rate)
    return {
        "preset": encoding.preset,
        "crf": str(encoding.crf),
        "profile": "high",
        "x264-params": f"open-gop=0:keyint={gop}:min-keyint=1:stitchable=1:cpu-independent=1{encoding.extra}",
    }


def _describe(stream: av.VideoStream, width: int, height: int, rate: Fraction) -> None:
    """Size, thread and colour of a stream: BT.709 in limited range (code point 1 of each table in ITU-T H.273)."""
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.thread_count = 1
    context.gop_size = int(KEYFRAME_SECONDS * rate)
    context.time_base = 1 / rate
    stream.time_base = Fraction(1, int(rate) * 512)
    context.color_range = context.colorspace = context.color_primaries = context.color_trc = 1
    context.flags |= 1 << 23  # AV_CODEC_FLAG_BITEXACT: no versions in the stream


def _planes_of(frame: av.VideoFrame) -> Planes:
    """Views of a frame's planes that can be written to, without the padding at each row's end."""
    y, u, v = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    )
    return y, u, v


# No edit list: Instagram and YouTube do not take one. Frames that are decoded before they are shown then need
# negative composition offsets, which FFmpeg measures from a first decoding time of zero.
_MUXING = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0", "fflags": "+bitexact"}


def _packets(segment: Path) -> list[tuple[int, int, av.Packet[Any]]]:
    """A segment's video packets in order of decoding, each with its times of showing and of decoding, in ticks."""
    import av

    with av.open(str(segment), options={"probesize": "32"}, stream_options=UNDECODED) as source:
        return [(p.pts, p.dts, p) for p in source.demux(video=0) if p.pts is not None and p.dts is not None]


def join(segments: Iterable[Path], audio: Path, rate: Fraction, out: Path) -> None:
    """One faststart MP4 of the segments' video, packet by packet, and the audio; nothing is re-encoded.

    Every segment keeps its own order of decoding; a frame's time is that of the frames before it, whatever its
    segment.

    Raises:
        ToolError: a segment or the audio cannot be read, or the file cannot be written.
    """
    import av
    from av.error import FFmpegError

    try:
        with (
            av.open(str(out), "w", format="mp4", options=_MUXING) as target,
            av.open(str(audio)) as sound,
        ):
            paths = list(segments)
            with av.open(str(paths[0]), stream_options=UNDECODED) as first:
                video_out = target.add_stream_from_template(first.streams.video[0])
                base = first.streams.video[0].time_base
            assert base is not None
            audio_in = sound.streams.audio[0]
            audio_out = target.add_stream_from_template(audio_in)
            video_out.time_base = base
            tick = Fraction(1) / rate / base
            assert tick.denominator == 1, "a frame lasts a whole number of ticks"
            # In ticks that both streams' times are whole numbers of.
            timed: list[tuple[int, int, av.Packet[Any]]] = []
            parts = [_packets(path) for path in paths]
            # Segments of a frame or two have less delay between decoding and showing than longer ones: all take the
            # most there is, and are decoded frame by frame without a gap.
            shown = max(-dts for part in parts for _, dts, _ in part[:1])
            decoded = 0
            for part in parts:
                for pts, _, packet in part:
                    packet.pts, packet.dts = pts + shown, decoded
                    timed.append((decoded * base.numerator * audio_in.rate, 0, packet))
                    packet.stream = video_out
                    decoded += int(tick)
                shown += len(part) * int(tick)
            for heard in sound.demux(audio_in):
                if heard.dts is not None:
                    timed.append((heard.dts * base.denominator, 1, heard))
                    heard.stream = audio_out
            # Interleaved by decoding time, as a player reads it.
            for _, _, packet in sorted(timed, key=lambda item: item[:2]):
                target.mux_one(packet)
    except (FFmpegError, OSError) as error:
        raise ToolError(f"the finished file {out.name} cannot be put together: {error}") from error
