"""Frames in, H.264 out: closed-GOP segments, each its own encoder, joined without re-encoding.

One encoder thread a segment and two segments at a time use two cores better than one encoder with two
threads, and a segment's bytes depend on its frames alone, so an unchanged scene need not be encoded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from castad_cli.errors import ToolError
from castad_cli.render import process

if TYPE_CHECKING:
    import av

KEYFRAME_SECONDS = 2
_FEED_PATIENCE_S = 60.0
_END_PATIENCE_S = 120.0


@dataclass(frozen=True)
class Encoding:
    """Encoder settings of a quality: x264 ``preset``, constant rate factor, and the share of full size.

    ``extra`` are further x264 parameters.
    """

    preset: str
    crf: int
    scale: Fraction
    extra: str = ""

    def size(self, width: int, height: int) -> tuple[int, int]:
        """The rendition's width and height in pixels for a format's: even, as 4:2:0 needs."""
        return int(width * self.scale) // 2 * 2, int(height * self.scale) // 2 * 2


QUALITIES = {
    # 8×8 transforms cost next to nothing and keep a draft in the High profile, like any other rendition.
    "draft": Encoding("ultrafast", 27, Fraction(1, 2), ":8x8dct=1"),
    "standard": Encoding("veryfast", 19, Fraction(1)),
    "high": Encoding("slow", 16, Fraction(1)),
}


def build_segment_command(
    ffmpeg: str, width: int, height: int, rate: Fraction, encoding: Encoding, out: Path
) -> list[str]:
    """FFmpeg from raw yuv420p frames on standard input to one closed-GOP H.264 segment.

    The frames are BT.709 limited range already: both ends are tagged so that nothing is converted.
    """
    import ffmpeg as ff

    tags = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "color_range": "tv"}
    stream = ff.input(
        "pipe:0",
        format="rawvideo",
        pix_fmt="yuv420p",
        s=f"{width}x{height}",
        framerate=str(rate),
        **tags,
    )
    gop = int(KEYFRAME_SECONDS * rate)
    stream = ff.output(
        stream,
        str(out),
        vcodec="libx264",
        preset=encoding.preset,
        crf=encoding.crf,
        profile="high",
        pix_fmt="yuv420p",
        g=gop,
        threads=1,
        **{"x264-params": f"open-gop=0:keyint={gop}:min-keyint=1:stitchable=1{encoding.extra}"},
        **tags,
        video_track_timescale=int(rate) * 512,
        fflags="+bitexact",
        map_metadata=-1,
        format="mp4",
    )
    return [ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *stream.get_args()]


def encode_segment(
    command: list[str],
    frames: Iterable[int],
    paint: Callable[[int, NDArray[np.uint8]], None],
    frame_bytes: int,
    on_frame: Callable[[], None],
) -> None:
    """Paints ``frames`` one by one into an encoder.

    Raises:
        ToolError: FFmpeg failed or stopped taking frames.
    """
    # Two buffers, so that a frame is never changed while it is being written.
    buffer = np.empty(frame_bytes, np.uint8)
    with process.start(command, stdin=process.PIPE) as child:
        for frame in frames:
            paint(frame, buffer)
            child.feed(buffer.data, _FEED_PATIENCE_S)
            on_frame()
        child.check(_END_PATIENCE_S)


# No edit list: Instagram and YouTube do not take one. Frames that are decoded before they are shown then need
# negative composition offsets, which FFmpeg measures from a first decoding time of zero.
_MUXING = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0", "fflags": "+bitexact"}


def _packets(segment: Path) -> list[tuple[int, int, av.Packet]]:  # type: ignore[type-arg]
    """A segment's video packets in order of decoding, each with its times of showing and of decoding, in ticks."""
    import av

    with av.open(str(segment)) as source:
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
            with av.open(str(paths[0])) as first:
                video_out = target.add_stream_from_template(first.streams.video[0])
                base = first.streams.video[0].time_base
            assert base is not None
            audio_in = sound.streams.audio[0]
            audio_out = target.add_stream_from_template(audio_in)
            video_out.time_base = base
            tick = Fraction(1) / rate / base
            assert tick.denominator == 1, "a frame lasts a whole number of ticks"
            timed: list[tuple[Fraction, int, av.Packet]] = []  # type: ignore[type-arg]
            parts = [_packets(path) for path in paths]
            # Segments of a frame or two have less delay between decoding and showing than longer ones: all take the
            # most there is, and are decoded frame by frame without a gap.
            shown = max(-dts for part in parts for _, dts, _ in part[:1])
            decoded = 0
            for part in parts:
                for pts, _, packet in part:
                    packet.pts, packet.dts = pts + shown, decoded
                    timed.append((decoded * base, 0, packet))
                    packet.stream = video_out
                    decoded += int(tick)
                shown += len(part) * int(tick)
            for heard in sound.demux(audio_in):
                if heard.dts is not None:
                    timed.append((Fraction(heard.dts, audio_in.rate), 1, heard))
                    heard.stream = audio_out
            # Interleaved by decoding time, as a player reads it.
            for _, _, packet in sorted(timed, key=lambda item: item[:2]):
                target.mux_one(packet)
    except (FFmpegError, OSError) as error:
        raise ToolError(f"the finished file {out.name} cannot be put together: {error}") from error
