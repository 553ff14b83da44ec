"""Sound files in and out: whole files to samples, a mix to AAC, in this process; and clips' parts through FFmpeg.

Why not all of it through the FFmpeg program: to decode a track and encode a mix it takes twice the processor time that
its own libraries take here (docs/performance.md), and the samples are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import ToolError
from castad_cli.render.machine import process
from castad_cli.render.media.probing import UNDECODED, sound_digest
from castad_cli.render.sound.loudness import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BITS_PER_SECOND = 128_000
"""What Instagram asks for (media specifications of Reels)."""

_TIMEOUT_S = 120.0
_MUXING = {"movflags": "+faststart", "use_editlist": "0", "fflags": "+bitexact"}


def build_decode_command(
    path: Path, *, ffmpeg: str, length_s: Fraction, start_s: Fraction = Fraction(0), rate: Fraction = Fraction(1)
) -> list[str]:
    """The FFmpeg command that writes stereo float samples at 48 kHz of the file's first sound to its output.

    ``rate`` times as fast, at the same pitch.
    """
    import ffmpeg as graph

    begin = {"ss": _seconds(start_s)} if start_s else {}
    source = graph.input(f"file:{path.absolute()}", protocol_whitelist="file,pipe", **begin, t=_seconds(length_s))
    # Where a recording has gaps, or begins late beside its picture, silence keeps what follows in its place.
    sound = source["a:0"].filter("aresample", RATE, **{"async": 1, "first_pts": 0})
    if rate != 1:
        sound = sound.filter("atempo", f"{float(rate):.4f}")
    command = graph.compile(graph.output(sound, "pipe:1", f="f32le", acodec="pcm_f32le", ac=2), cmd=ffmpeg)
    return [command[0], "-nostdin", "-hide_banner", "-loglevel", "error", *command[1:]]


def run_decode(command: list[str]) -> NDArray[np.float32]:
    """The samples, (frames, 2), of a command of `build_decode_command`.

    Raises:
        ToolError: FFmpeg failed.
    """
    import numpy as np

    return _finite(np.frombuffer(process.run(command, timeout_s=_TIMEOUT_S).stdout, np.float32).reshape(-1, 2))


def decode(path: Path, frames: int | None = None) -> NDArray[np.float32]:
    """A file's sound from its beginning, ``frames`` of it at most, as (frames, 2) float32 at 48 kHz; mono is heard on
    both sides.

    Raises:
        ToolError: it is damaged, or no sound.
    """
    import numpy as np

    heard: list[Any] = []  # frames: of whose planes the stubs do not say that they are buffers
    length = 0
    for frame in _decoded(path):
        heard.append(frame)
        length += frame.samples
        if frames is not None and length >= frames:
            break
    samples = np.empty((length, 2), np.float32)
    begin = 0
    for frame in heard:
        for side in (0, 1):
            samples[begin : begin + frame.samples, side] = np.frombuffer(frame.planes[side], np.float32, frame.samples)
        begin += frame.samples
    return _finite(samples[:frames])


def _decoded(path: Path) -> Iterator[Any]:
    import av
    from av.error import FFmpegError

    options = {"protocol_whitelist": "file"}
    try:
        with av.open(str(path), options=options, stream_options=UNDECODED, metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise ToolError(f"there is no sound in {path.name}", fix="see whether the file is what it should be")
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
            for frame in container.decode(audio=0):
                yield from resampler.resample(frame)
            yield from resampler.resample(None)
    except (FFmpegError, OSError, ValueError) as error:
        fix = "see whether the file is whole, and run the same command again"
        raise ToolError(f"the sound of {path.name} cannot be decoded: {error}", fix=fix) from error


def encode(samples: NDArray[np.float32], out: Path) -> None:
    """Encodes (frames, 2) samples at 48 kHz as AAC-LC in an MP4 without edit list.

    Raises:
        ToolError: it cannot be written.
    """
    import av
    import numpy as np
    from av.error import FFmpegError

    options = {"aac_coder": "fast", "flags": "+bitexact"}
    try:
        with av.open(str(out), "w", format="mp4", options=_MUXING) as container:
            stream = container.add_stream("aac", rate=RATE, layout="stereo", bit_rate=BITS_PER_SECOND, options=options)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except (FFmpegError, OSError) as error:
        raise ToolError(f"the sound {out.name} cannot be encoded: {error}") from error


def digest_of(path: Path) -> str:
    """The `sound_digest` of an encoded file."""
    import av

    with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
        stream = container.streams.audio[0]
        packets = [bytes(packet) for packet in container.demux(stream) if packet.size]
        return sound_digest(stream.codec_context.extradata, packets)


def _finite(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Samples without what is no number; above full scale as it is."""
    import numpy as np

    if np.isfinite(samples).all():
        return samples
    return np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)


def _seconds(value: Fraction) -> str:
    return f"{float(value):.6f}"
