"""Video clips as frames of the timeline: any rate, rotation, range and colour in; yuv420p BT.709 out.

FFmpeg does the work in its own process and hands raw frames over a pipe. It is told the clip's format and
may open nothing but that one file, so a clip can not make it read another or reach the network.
"""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from castad_cli.errors import ToolError, UserError
from castad_cli.model.place import Place
from castad_cli.render.machine import process
from castad_cli.render.media.probing import ClipInfo, probe_clip, probe_media

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ClipFrame", "ClipInfo", "ClipReader", "build_clip_command", "open_clip", "probe_clip", "probe_media"]

_PATIENCE_S = 60.0
"""How long FFmpeg may say nothing before it is taken for stuck."""

_LEAD_S = 1
"""Seconds before a frame within which the picture that it shows surely began."""

_LAST_S = 1
"""Seconds before a clip's stated end within which its last frame surely is."""

_SD_LINES = 576
_ZSCALE_MATRIX = {1: "709", 4: "fcc", 5: "470bg", 6: "170m", 7: "240m", 9: "2020_ncl", 10: "2020_cl"}
_ZSCALE_PRIMARIES = {
    1: "709",
    4: "470m",
    5: "470bg",
    6: "170m",
    7: "240m",
    8: "film",
    9: "2020",
    11: "smpte431",
    12: "smpte432",
}
_ZSCALE_TRANSFER = {
    1: "709",
    6: "601",
    13: "iec61966-2-1",
    14: "2020_10",
    15: "2020_12",
    16: "smpte2084",
    18: "arib-std-b67",
}
_SCALE_MATRIX = {1: "bt709", 4: "fcc", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
_WIDE_PRIMARIES = {9, 11, 12}


@dataclass(frozen=True)
class ClipFrame:
    """One frame in yuv420p, BT.709, limited range: ``y`` is (height, width), ``u`` and ``v`` half of that, uint8."""

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]


def build_clip_command(
    path: Path, info: ClipInfo, *, ffmpeg: str, start_s: Fraction, rate: Fraction, frames: int, width: int, height: int
) -> list[str]:
    """The FFmpeg command that writes up to ``frames`` raw frames to its standard output."""
    import ffmpeg as graph

    source: dict[str, Any] = {"protocol_whitelist": "file,pipe", "f": info.format.split(",")[0]}
    if info.loops:
        source["stream_loop"] = -1
    elif start_s > 0:
        source["ss"] = f"{float(start_s):.6f}"
    stream = graph.input(f"file:{path.absolute()}", **source)["v:0"]
    if info.interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="all")
    if info.loops and start_s > 0:
        stream = stream.filter("trim", start=f"{float(start_s):.6f}").filter("setpts", "PTS-STARTPTS")
    stream = stream.filter("fps", f"{rate.numerator}/{rate.denominator}", start_time=0)
    for name, arguments in _picture_filters(info, width, height):
        stream = stream.filter(name, **arguments)
    target = graph.output(
        stream, "pipe:1", f="rawvideo", pix_fmt="yuv420p", **{"frames:v": frames, "fps_mode": "passthrough"}
    )
    command: list[str] = graph.compile(target, cmd=ffmpeg)
    return [command[0], "-nostdin", "-hide_banner", "-loglevel", "error", *command[1:]]


def _picture_filters(info: ClipInfo, width: int, height: int) -> list[tuple[str, dict[str, Any]]]:
    """Scaling and colour. HDR and wide gamuts go through zscale in linear light, all else through swscale."""
    end: list[tuple[str, dict[str, Any]]] = [("format", {"pix_fmts": "yuv420p"}), ("setsar", {"sar": 1})]
    stated = {
        "min": _ZSCALE_MATRIX.get(info.matrix, "2020_ncl" if info.hdr else "709"),
        "pin": _ZSCALE_PRIMARIES.get(info.primaries, "2020" if info.hdr else "709"),
        "tin": _ZSCALE_TRANSFER.get(info.transfer, "709"),
        "rin": "full" if info.full_range else "limited",
    }
    rec709 = {"p": "709", "t": "709", "m": "709", "r": "limited"}
    if info.hdr:
        # 203 cd/m² is diffuse white in both HDR systems (ITU-R BT.2408): it becomes SDR's white, and the
        # highlights above it are bent down instead of cut off.
        return [
            ("zscale", {"w": width, "h": height, "filter": "lanczos", **stated}),
            ("zscale", {"t": "linear", "npl": 203}),
            ("format", {"pix_fmts": "gbrpf32le"}),
            ("zscale", {"p": "709"}),
            ("tonemap", {"tonemap": "mobius", "param": 0.5, "desat": 2}),
            ("zscale", rec709),
            *end,
        ]
    if info.primaries in _WIDE_PRIMARIES and not info.pixel_format.startswith(("rgb", "bgr", "gbr", "pal")):
        return [("zscale", {"w": width, "h": height, "filter": "lanczos", **stated, **rec709}), *end]
    guess = "bt601" if min(info.width, info.height) <= _SD_LINES else "bt709"
    scale = {
        "w": width,
        "h": height,
        "flags": "lanczos+accurate_rnd+full_chroma_int",
        "in_color_matrix": _SCALE_MATRIX.get(info.matrix, guess),
        "out_color_matrix": "bt709",
        "out_range": "tv",
    }
    return [("scale", scale), *end]


class ClipReader:
    """The frames of one clip, in order. A context manager; leaving it ends FFmpeg at once.

    Iterating gives exactly as many frames as were asked for. Each frame's arrays are the caller's to keep.
    When the clip is shorter, its last frame is given again and ``held_frames`` counts how often.
    """

    def __init__(
        self, command: list[str], *, frames: int, skip: int, width: int, height: int, src: str, place: Place | None
    ) -> None:
        self.frames = frames
        self._skip = skip
        self.held_frames = 0
        self._command = command
        self._size = (width, height)
        self._src, self._place = src, place
        self._child: process.Child | None = None

    def __enter__(self) -> ClipReader:
        self._child = process.start(self._command, stdout=process.PIPE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End FFmpeg, whatever it is doing. Can be called again."""
        child, self._child = self._child, None
        if child is not None:
            if child.stdout is not None:
                child.stdout.close()  # an FFmpeg that waits to write ends at once, without a signal
            child.stop()

    def __iter__(self) -> Iterator[ClipFrame]:
        last: ClipFrame | None = None
        ended = False
        for index in range(-self._skip, self.frames):
            frame = None if ended else self._read()
            if frame is None:
                if not ended:
                    self._check_end(index + self._skip)
                ended = True
                assert last is not None
                self.held_frames += index >= 0
                frame = last
            last = frame
            if index >= 0:
                yield frame

    def _read(self) -> ClipFrame | None:
        """The next frame FFmpeg wrote; None at its end."""
        import numpy as np

        assert self._child is not None, "enter the reader first"
        assert self._child.stdout is not None
        width, height = self._size
        luma, chroma = width * height, width * height // 4
        pixels = np.empty(luma + 2 * chroma, np.uint8)
        view, filled = memoryview(pixels.data), 0
        handle = self._child.stdout.fileno()
        waiting = select.poll()
        waiting.register(handle, select.POLLIN)
        while filled < len(view):
            if not waiting.poll(_PATIENCE_S * 1000):
                raise self._child.error(f"FFmpeg gave no frame of {self._src} for {_PATIENCE_S:g} s")
            got = os.readv(handle, [view[filled:]])
            if not got:
                return None
            filled += got
        return ClipFrame(
            y=pixels[:luma].reshape(height, width),
            u=pixels[luma : luma + chroma].reshape(height // 2, width // 2),
            v=pixels[luma + chroma :].reshape(height // 2, width // 2),
        )

    def _check_end(self, frames: int) -> None:
        """FFmpeg wrote ``frames`` frames and ended: see that it ended well and that there was one at all."""
        assert self._child is not None
        status = self._child.wait(_PATIENCE_S)
        if status:
            raise ToolError(
                f"FFmpeg stopped decoding {self._src} after {frames} frames",
                command=self._command,
                status=status,
                stderr=self._child.stderr.strip(),
                fix=process.remedy(status) or "copy it again, or export it as MP4 (H.264)",
                place=self._place,
            )
        if not frames:
            raise UserError(
                f"{self._src} has no picture at the time asked for", fix="start earlier in the clip", place=self._place
            )


def open_clip(
    path: Path,
    info: ClipInfo,
    *,
    ffmpeg: str,
    start_s: Fraction,
    rate: Fraction,
    frames: int,
    width: int,
    height: int,
    skip: int = 0,
    src: str = "",
    place: Place | None = None,
) -> ClipReader:
    """A reader of ``frames`` frames from ``start_s`` on, at ``rate``, scaled to ``width`` × ``height`` (even).

    ``skip`` leaves out that many frames of the timeline first, as when a shot is drawn from its middle on; where the
    clip is over by then, its last frame is held, just as if the shot were drawn from its beginning.

    The size is of the whole picture as shown: keep ``info``'s proportions, cover the box it is for.

    Raises:
        UserError: the clip is over before ``start_s``.
    """
    if width % 2 or height % 2 or frames < 1:
        raise ValueError(f"a clip is read at an even size and for one frame at least, not {frames} of {width}×{height}")
    src = src or path.name
    if info.duration_s is not None and start_s >= info.duration_s and not info.loops:
        raise UserError(
            f"{src} is {float(info.duration_s):.2f} s long and cannot start at {float(start_s):.2f} s",
            fix="start earlier in the clip",
            place=place,
        )
    # Seek to where the frames begin, but far enough before it that the picture shown there has been decoded, as it
    # would be if the shot were drawn from its beginning, and far enough before the end to meet the last frame.
    ahead = max(0, skip - int(_LEAD_S * rate))
    if info.duration_s is not None and not info.loops:
        ahead = min(ahead, max(0, int((info.duration_s - start_s - _LAST_S) * rate)))
    command = build_clip_command(
        path,
        info,
        ffmpeg=ffmpeg,
        start_s=start_s + ahead / rate,
        rate=rate,
        frames=skip - ahead + frames,
        width=width,
        height=height,
    )
    return ClipReader(command, frames=frames, skip=skip - ahead, width=width, height=height, src=src, place=place)
