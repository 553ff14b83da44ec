"""The last gate: whether a finished rendition is what product.md says a finished ad is.

The file itself is asked, not the code that made it. Packets are read without decoding; of the pictures only key
frames, and those a text needs, are decoded; the sound is decoded whole and measured.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import RenditionRejected, ToolError
from castad_cli.model.formats import FRAME_RATE, Box
from castad_cli.model.place import Place
from castad_cli.render.checks.legibility import TextSample, check_layout, describe_contrast, measure_contrast
from castad_cli.render.checks.looks import Look, Signal, keep, key_of, recall, signal_of
from castad_cli.render.checks.side_checks import check_captions, check_cover
from castad_cli.render.checks.stream_checks import Packets, check_container, check_packets, read_prints
from castad_cli.render.media.probing import UNDECODED
from castad_cli.render.sound.audio import MOST_DBTP, TARGET_LUFS, TOLERANCE_LU, measure_file
from castad_cli.render.sound.loudness import Loudness

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Expected", "Inspection", "TextSample", "inspect", "look_ahead"]

_BLACK_LUMA = 24
_BLACK_SPREAD = 4
_FROZEN_S = 1
"""A picture that stands still this long where nobody meant it to is a fault."""

_FROZEN_BYTES = (24, 0.02)
"""An H.264 frame that repeats the one before it takes about this: for its headers, and for each macroblock skipped.

A second of such frames on average counts as still, so that an encoder's late refinements do not hide it.
"""

_SAME_LUMA = 2
"""By how much the mean of 16×16 pixels may change from one coding of the same picture to the next."""

_AGAIN = "this is a fault of CaStAD, not of the recipe: report it with the recipe"


@dataclass(frozen=True)
class Expected:
    """What the timeline says the file should be.

    ``still_spans`` are (first, last) frames, inclusive, in which the picture may stand still; ``dark_spans`` where
    it may be black. ``texts`` are all texts as laid out. ``heard`` is how loud an encoded sound is, by its
    `sound_digest`: a file that has that very sound is as loud, any other is decoded and measured.
    """

    width: int
    height: int
    frames: int
    rate: Fraction = Fraction(FRAME_RATE)
    silent: bool = False
    still_spans: Sequence[tuple[int, int]] = ()
    dark_spans: Sequence[tuple[int, int]] = ()
    texts: Sequence[TextSample] = ()
    cover: Path | None = None
    captions: Path | None = None
    heard: Mapping[str, Loudness] = field(default_factory=dict)

    @property
    def duration_s(self) -> Fraction:
        return self.frames / self.rate


@dataclass(frozen=True)
class Inspection:
    """What was measured, by name, and what is wrong, in words. Nothing wrong: ``findings`` is empty."""

    figures: dict[str, Any] = field(default_factory=dict)
    findings: tuple[str, ...] = ()

    def raise_if_bad(self, place: Place | None = None) -> None:
        """Refuse the rendition.

        Raises:
            RenditionRejected: there are findings.
        """
        if self.findings:
            more = f" (and {len(self.findings) - 1} more)" if len(self.findings) > 1 else ""
            raise RenditionRejected(
                f"the finished video failed its inspection: {self.findings[0]}{more}",
                findings=self.findings,
                fix=_AGAIN,
                place=place,
            )


def inspect(video: Path, expected: Expected) -> Inspection:
    """All that can be found out about a finished rendition, and all that is wrong with it.

    What FFmpeg's libraries cannot open at all is a finding too.
    """
    import av

    findings = check_container(video)
    figures: dict[str, Any] = {"bytes": video.stat().st_size, "duration_s": float(expected.duration_s)}
    findings += check_layout(expected.texts, expected.rate)
    try:
        packets = check_packets(
            video, width=expected.width, height=expected.height, frames=expected.frames, rate=expected.rate
        )
        figures |= packets.figures
        findings += packets.findings
        with ThreadPoolExecutor(1, thread_name_prefix="castad-hearing") as pool:
            heard = expected.heard.get(packets.sound)
            hearing = pool.submit(measure_file, video) if "audio_codec" in figures and heard is None else None
            if packets.sizes:
                findings += _check_stillness(video, packets, expected, figures)
                findings += _check_pictures(video, packets, expected, figures)
            if hearing is not None:
                heard = hearing.result()
            if heard is not None:
                findings += _check_loudness(heard, expected, figures)
    except (av.FFmpegError, OSError, ToolError) as error:
        findings.append(f"the file cannot be read: {error}")
    if expected.cover is not None:
        findings += check_cover(expected.cover, expected.width, expected.height)
    if expected.captions is not None:
        findings += check_captions(expected.captions, expected.duration_s)
    return Inspection(figures, tuple(findings))


def _check_loudness(heard: Loudness, expected: Expected, figures: dict[str, Any]) -> list[str]:
    figures["integrated_lufs"] = round(heard.integrated_lufs, 2) if isfinite(heard.integrated_lufs) else None
    figures["true_peak_dbtp"] = round(heard.true_peak_dbtp, 2) if isfinite(heard.true_peak_dbtp) else None
    if expected.silent:
        return [f"it should be silent, but has {heard.integrated_lufs:.1f} LUFS"] if figures["integrated_lufs"] else []
    findings = []
    if abs(heard.integrated_lufs - TARGET_LUFS) > TOLERANCE_LU:
        findings.append(f"its loudness is {heard.integrated_lufs:.1f} LUFS, not {TARGET_LUFS:.0f} ± {TOLERANCE_LU}")
    if heard.true_peak_dbtp > MOST_DBTP:
        findings.append(f"its true peak is {heard.true_peak_dbtp:.2f} dBTP; at most {MOST_DBTP:.0f}")
    return findings


def _check_stillness(video: Path, packets: Packets, expected: Expected, figures: dict[str, Any]) -> list[str]:
    """Stretches outside what was meant where the picture repeats: told by packets' sizes, then by its pixels."""
    import numpy as np

    span = round(_FROZEN_S * expected.rate)
    blocks = -(-expected.width // 16) * (-(-expected.height // 16))
    tiny = _FROZEN_BYTES[0] + _FROZEN_BYTES[1] * blocks
    changes = np.ones(len(packets.sizes), bool)
    changes[packets.keys] = False  # a key frame's size says nothing of the one before it
    sizes = np.where(changes, packets.sizes, 0)
    still = np.zeros(len(sizes), bool)
    for begin in range(len(sizes) - span + 1):
        if sizes[begin : begin + span].sum() <= tiny * changes[begin : begin + span].sum():
            still[begin : begin + span] = True
    edges = np.flatnonzero(np.diff(np.concatenate(([0], still.view(np.int8), [0]))))
    runs = [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]
    figures["longest_still_frames"] = max((last - first + 1 for first, last in runs), default=0)
    return [
        f"the picture stands still from {float(first / expected.rate):.2f} s to {float(last / expected.rate):.2f} s"
        for first, last in runs
        if not _inside((first, last), expected.still_spans) and not _moves(video, first, last, packets, expected.rate)
    ]


def _moves(video: Path, first: int, last: int, packets: Packets, rate: Fraction) -> bool:
    """Whether the picture changes over a stretch: slow motion over plain ground costs few bytes too."""
    import cv2
    import numpy as np

    wanted = [first + (last - first) // 4, last]
    pictures = {picture.frame: picture.y for picture in _decode_frames(video, wanted, set(packets.keys), rate)}
    if len(pictures) < 2:
        return False
    size = (max(1, pictures[last].shape[1] // 16), max(1, pictures[last].shape[0] // 16))
    means = [cv2.resize(y, size, interpolation=cv2.INTER_AREA).astype(np.int16) for y in pictures.values()]
    return bool(np.abs(means[0] - means[1]).max() > _SAME_LUMA)


def _inside(run: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a run lies within the union of the spans; a long run may stick out by two frames at its ends."""
    slack = 2 if run[1] - run[0] > 10 else 0
    reached = run[0] + slack
    for first, last in sorted(spans):
        if first <= reached <= last:
            reached = last + 1
    return reached > run[1] - slack


def _check_pictures(video: Path, packets: Packets, expected: Expected, figures: dict[str, Any]) -> list[str]:
    """Black key frames, and the contrast of every text at each key frame it rests on (else at its first)."""
    findings: list[str] = []
    worst: dict[int, tuple[float, int]] = {}
    wanted: dict[int, list[int]] = {key: [] for key in packets.keys}
    for index, text in enumerate(expected.texts):
        at = [key for key in packets.keys if text.first_frame <= key <= text.last_frame]
        for frame in at or [min(text.first_frame, len(packets.sizes) - 1)]:
            wanted.setdefault(frame, []).append(index)
    looks = _look_at(video, packets.prints, packets.keys, wanted, expected.texts, expected.rate)
    for frame, look in looks.items():
        if look.mean < _BLACK_LUMA and look.spread < _BLACK_SPREAD and not _inside((frame, frame), expected.dark_spans):
            findings.append(f"the picture is black at {float(frame / expected.rate):.2f} s")
        for index in wanted[frame]:
            ratio = look.contrasts[key_of(expected.texts[index])]
            if ratio is not None:
                worst[index] = min(worst.get(index, (22.0, frame)), (ratio, frame))
    darkest = min((look.mean for look in looks.values()), default=255.0)
    figures["darkest_luma"] = round(darkest, 1)
    figures["contrasts"] = {expected.texts[i].text: round(ratio, 2) for i, (ratio, _) in sorted(worst.items())}
    for index, (ratio, frame) in sorted(worst.items()):
        finding = describe_contrast(expected.texts[index], ratio, frame)
        if finding:
            findings.append(finding)
    return findings


def look_ahead(segment: Path, start: int, texts: Sequence[TextSample], rate: Fraction) -> None:
    """Looks at a segment that begins at frame ``start`` of a file to come, so that `inspect` need not decode it.

    That believes nothing but what it finds in the finished file; there a key frame of the same bytes is the same
    picture. What cannot be read is passed over here; it will tell.
    """
    import av

    try:
        prints = read_prints(segment)
        wanted = {
            key: [k for k, text in enumerate(texts) if text.first_frame <= start + key <= text.last_frame]
            for key in prints
        }
        _look_at(segment, prints, list(prints), wanted, texts, rate)
    except (av.FFmpegError, OSError):
        return


def _look_at(
    video: Path,
    prints: Mapping[int, str],
    keys: Sequence[int],
    wanted: Mapping[int, Sequence[int]],
    texts: Sequence[TextSample],
    rate: Fraction,
) -> dict[int, Look]:
    """What is seen in frames, by frame, with the contrasts of the texts that are ``wanted`` there (by their numbers).

    A picture that was looked at before, for the very same texts, is not decoded again.
    """
    looks: dict[int, Look] = {}
    for frame, numbers in wanted.items():
        look = recall(prints[frame]) if frame in prints else None
        if look is not None and all(key_of(texts[index]) in look.contrasts for index in numbers):
            looks[frame] = look
    missing = sorted(set(wanted) - set(looks))
    with ThreadPoolExecutor(1, thread_name_prefix="castad-reading") as pool:
        reading: dict[int, tuple[float, float, Signal, dict[object, Future[float | None]]]] = {}
        for picture in _decode_frames(video, missing, set(keys), rate) if missing else ():
            small = picture.y[::8, ::8]
            # While one picture's texts are read, the next is decoded.
            read = {key_of(texts[k]): pool.submit(_read, picture, texts[k]) for k in wanted[picture.frame]}
            reading[picture.frame] = float(small.mean()), float(small.std()), picture.signal, read
        for frame, (mean, spread, signal, read) in reading.items():
            looks[frame] = Look(mean, spread, signal, {key: contrast.result() for key, contrast in read.items()})
            if frame in prints:
                keep(prints[frame], looks[frame])
    return dict(sorted(looks.items()))


def _read(picture: _Picture, text: TextSample) -> float | None:
    """The contrast of the worst of a text's lines on a picture; None when none is in it."""
    crops = [_crop(picture, box) for box in text.lines or (text.box,)]
    return min((measure_contrast(pixels, text) for pixels in crops if pixels is not None), default=None)


@dataclass(frozen=True)
class _Picture:
    """One decoded frame's planes, yuv420p."""

    frame: int
    signal: Signal
    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]


def _decode_frames(video: Path, frames: Sequence[int], keys: set[int], rate: Fraction) -> Iterator[_Picture]:
    """The frames asked for, key frames first; only what they need is decoded."""
    import av

    with av.open(str(video), options={"protocol_whitelist": "file"}, stream_options=UNDECODED) as container:
        stream = container.streams.video[0]
        # One or two are decoded sooner than threads for them are begun.
        stream.codec_context.thread_type = "AUTO" if len(frames) > 2 else "NONE"
        base = Fraction(stream.time_base or 1)

        def number(frame: av.VideoFrame) -> int:
            return round((frame.pts or 0) * base * rate)

        # None but their packets are given to the decoder: each is a picture by itself, so that cores share them.
        wanted = {frame for frame in frames if frame in keys}
        for packet in container.demux(stream):
            needed = packet.is_keyframe and round((packet.pts or 0) * base * rate) in wanted
            if needed or not packet.size:  # the last is empty: the decoder gives what it still has
                for picture in stream.codec_context.decode(packet if packet.size else None):
                    if number(picture) in frames:
                        yield _Picture(number(picture), signal_of(picture), *_planes(picture))
        starts = sorted(keys)
        between = (frame for frame in frames if frame not in keys)
        for _, group in groupby(between, key=lambda frame: bisect(starts, frame)):
            row = list(group)
            container.seek(int(row[0] / rate / base), stream=stream)
            for picture in container.decode(stream):
                if number(picture) == row[0]:
                    yield _Picture(row.pop(0), signal_of(picture), *_planes(picture))
                if not row:
                    break


def _planes(picture: Any) -> list[NDArray[np.uint8]]:
    """Views of a yuv420p picture's planes, without the padding at each row's end."""
    import numpy as np

    planes = []
    for plane, shrink in zip(picture.planes, (1, 2, 2), strict=True):
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        planes.append(rows[: -(-picture.height // shrink), : -(-picture.width // shrink)])
    return planes


def _crop(picture: _Picture, box: Box) -> NDArray[np.uint8] | None:
    """The box's pixels as full-range RGB (BT.709, limited range in); None when none is in the frame."""
    import cv2
    import numpy as np

    from castad_cli.render.pixels.planes import rgb_from_yuv

    y = picture.y
    left, top = max(0, int(box.left)), max(0, int(box.top))
    right, bottom = min(y.shape[1], int(-(-box.right // 1))), min(y.shape[0], int(-(-box.bottom // 1)))
    if right <= left or bottom <= top:
        return None
    # Chroma begins with the block that the crop begins in.
    across, down = np.s_[left // 2 : (right + 1) // 2], np.s_[top // 2 : (bottom + 1) // 2]
    size = (2 * (across.stop - across.start), 2 * (down.stop - down.start))
    seen = np.s_[top % 2 : top % 2 + bottom - top, left % 2 : left % 2 + right - left]
    blue, red = (
        cv2.resize(plane[down, across], size, interpolation=cv2.INTER_NEAREST)[seen] for plane in (picture.u, picture.v)
    )
    return rgb_from_yuv(cv2.merge((y[top:bottom, left:right], blue, red)))
