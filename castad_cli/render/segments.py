"""The parts that a rendition is encoded in: which there are, and several of them drawn and encoded at once.

Each part is its own closed-GOP stream with its own single-threaded encoder, so its bytes depend on its frames alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import pairwise
from threading import Event, Lock

from castad_cli.errors import CastadError
from castad_cli.render.encode import KEYFRAME_SECONDS
from castad_cli.render.timeline import Timeline


@dataclass(frozen=True)
class Segment:
    """The frames ``start`` to ``end`` (exclusive) of one scene; ``index`` counts from the rendition's beginning."""

    index: int
    scene: int
    start: int
    end: int

    @property
    def frames(self) -> range:
        return range(self.start, self.end)


def plan_segments(timeline: Timeline) -> tuple[Segment, ...]:
    """The segments of a timeline, without gaps, from its first frame to its last.

    A scene longer than the distance between key frames is cut into equal parts that are not, since a key frame would
    stand there anyway: many small parts of like size keep all cores at work to the end.
    """
    most = int(KEYFRAME_SECONDS * timeline.rate)
    segments: list[Segment] = []
    for scene in timeline.scenes:
        parts = -(-scene.frames // most)
        edges = [scene.start + scene.frames * part // parts for part in range(parts + 1)]
        for start, end in pairwise(edges):
            segments.append(Segment(len(segments), scene.index, start, end))
    return tuple(segments)


def encode_all(
    segments: Sequence[Segment],
    encode: Callable[[Segment, Callable[[], None]], None],
    on_progress: Callable[[int, int], None],
    *,
    at_once: int,
) -> None:
    """Encodes each segment, ``at_once`` of them at a time, the longest first; the first failure stops the others.

    ``encode`` calls what it is given after each frame; ``on_progress`` is told frames done and frames in all, frame by
    frame, and what it raises stops the work.
    """
    total = sum(len(segment.frames) for segment in segments)
    stop, lock, done = Event(), Lock(), 0

    def on_frame() -> None:
        nonlocal done
        if stop.is_set():
            raise _StoppedError("another segment failed")
        with lock:
            done += 1
            on_progress(done, total)

    longest_first = sorted(segments, key=lambda segment: (-len(segment.frames), segment.index))
    with ThreadPoolExecutor(max(1, at_once), thread_name_prefix="castad-encode") as pool:
        futures = [pool.submit(encode, segment, on_frame) for segment in longest_first]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            stop.set()
            if any(future.done() and future.exception() for future in futures):
                pool.shutdown(wait=True, cancel_futures=True)
    errors = [error for f in futures if not f.cancelled() and (error := f.exception()) is not None]
    if errors:
        raise next((error for error in errors if not isinstance(error, _StoppedError)), errors[0])


class _StoppedError(CastadError):
    """A segment gave up because another one failed."""
