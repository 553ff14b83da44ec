"""The parts that a rendition is encoded in: which there are, and several of them drawn and encoded at once.

Each part is its own closed-GOP stream with its own single-threaded encoder, so its bytes depend on its frames alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil
from threading import Condition, Lock, Thread
from types import TracebackType

from castad_cli.errors import CastadError
from castad_cli.render.qualities import KEYFRAME_SECONDS
from castad_cli.render.timeline import Timeline

_APART_S = Fraction(1, 3)
"""A transition shorter than this is not worth a key frame after it."""

_DEARER = 2
"""A transition's frame takes this many times as long as another: two pictures are drawn, and neither was there before.
Measured on the reference ad: 83 to 91 ms of a core; 24 to 51 ms."""


@dataclass(frozen=True)
class Segment:
    """The frames ``start`` to ``end`` (exclusive) of one scene; ``index`` counts from the rendition's beginning.

    ``is_transition`` says whether the scene before it dissolves, or the like, on all of them.
    """

    index: int
    scene: int
    start: int
    end: int
    is_transition: bool = False

    @property
    def frames(self) -> range:
        return range(self.start, self.end)

    @property
    def effort(self) -> int:
        """How long it takes to draw and encode, beside others."""
        return (self.end - self.start) * (_DEARER if self.is_transition else 1)


def plan_segments(timeline: Timeline) -> tuple[Segment, ...]:
    """The segments of a timeline, without gaps, from its first frame to its last.

    A scene longer than the distance between key frames is cut into parts that are not, since a key frame would stand
    there anyway. A transition that takes a while is a part of its own: with other words in the scene before it, it is
    all that is another picture. The parts of the rest take equally long, its first together with the transition: of a
    scene that alone is made again, each of two encoders has half.
    """
    most = int(KEYFRAME_SECONDS * timeline.rate)
    segments: list[Segment] = []
    for scene in timeline.scenes:
        apart = scene.transition_frames if scene.transition_frames >= _APART_S * timeline.rate else 0
        for start, end in pairwise(_edges(scene.start, scene.start + apart, scene.end, most)):
            segments.append(Segment(len(segments), scene.index, start, end, start < scene.start + apart))
    return tuple(segments)


def _edges(start: int, settled: int, end: int, most: int) -> list[int]:
    """Where a scene is cut that is ``settled`` after its transition, its own start and end among them."""
    parts = -(-(end - settled) // most)
    apart = [start] if settled > start else []
    if not parts:
        return [*apart, end]
    rest = end - settled
    share = Fraction(rest + _DEARER * (settled - start), parts)
    # The others take their share, as far as a part may be so long and a little of the rest is left for the first.
    later = min(share, Fraction(most), rest * Fraction(4 * parts - 1, 4 * parts * max(parts - 1, 1)))
    return [*apart, settled, *(end - ceil(later * part) for part in range(parts - 1, 0, -1)), end]


Encode = Callable[[Segment, Callable[[], None]], None]
"""Draws and encodes a segment, and calls what it is given after each frame."""

Meanwhile = Callable[[Segment], None]
"""Told each segment that is encoded, by an encoder's thread, beside what is still encoded or comes after it."""


class Encoders:
    """Encodes segments, ``at_once`` of them at a time, the most work first of those whose scenes can be drawn.

    As long as scenes are to come, one fewer: the browser, which lays those out, needs a core as well, and its page
    takes as much memory as an encoder.

    A context manager: left by an exception, it stops what is under way; else it waits until ``meanwhile`` has been told
    all. ``on_progress`` is told frames done and frames in all, frame by frame, and what it raises stops the work; so
    does the first segment that fails, and ``meanwhile``.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        encode: Encode,
        on_progress: Callable[[int, int], None],
        *,
        at_once: int,
        meanwhile: Meanwhile | None = None,
    ) -> None:
        self._waiting = sorted(segments, key=lambda segment: (-segment.effort, segment.index))
        self._encode, self._on_progress, self._meanwhile = encode, on_progress, meanwhile
        self._encoded: list[Segment] = []
        self._done, self._total = 0, sum(len(segment.frames) for segment in segments)
        self._drawable, self._last = -1, max((segment.scene for segment in segments), default=-1)
        self._running = 0
        self._error: BaseException | None = None
        self._told = False
        self._stopped = False
        self._changed = Condition()
        self._telling = Lock()
        count = max(1, min(at_once, len(segments)))
        self._threads = [Thread(target=self._work, name=f"castad-encode_{n}", daemon=True) for n in range(count)]

    def __enter__(self) -> Encoders:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None or self._is_encoding():
            self._stop(error)
        for thread in self._threads:
            thread.join()
        # Whoever still holds `check` must not hold an ad's pictures by it.
        self._encode, self._meanwhile = _encode_nothing, None
        if kind is None and not self._told:
            self._complain()

    def allow(self, scene: int) -> None:
        """Lets the segments of the scenes up to this one begin."""
        with self._changed:
            self._drawable = max(self._drawable, scene)
            self._changed.notify_all()

    def check(self) -> None:
        """Tells the observer how far the work is, which counts nothing yet as (0, 0).

        Raises:
            BaseException: what the first segment that failed did, or the observer does.
        """
        self._complain()
        with self._telling:
            self._on_progress(self._done, self._total if self._done else 0)

    def finish(self) -> None:
        """Waits until all segments are encoded; some may still be told.

        Raises:
            BaseException: what the first segment that failed did.
        """
        with self._changed:
            while self._is_encoding() and not self._stopped:
                self._changed.wait()
        self._complain()

    def _complain(self) -> None:
        """Raises what went wrong."""
        if self._error is not None:
            self._told = True
            raise self._error

    def _is_encoding(self) -> bool:
        return bool(self._running or self._waiting)

    def _work(self) -> None:
        while (segment := self._take()) is not None:
            try:
                self._encode(segment, self._on_frame)
            except _StoppedError:
                return
            except BaseException as error:  # told by whoever waits
                self._stop(error)
                return
            with self._changed:
                self._running -= 1
                self._encoded.append(segment)
                self._changed.notify_all()
            self._tell_encoded()
        while self._tell_encoded():
            pass

    def _tell_encoded(self) -> bool:
        """Whether there was a segment that is encoded and was told to nobody yet; it is told now."""
        encoded = self._take_encoded()
        if encoded is None or self._meanwhile is None:
            return False
        try:
            self._meanwhile(encoded)
        except BaseException as error:
            self._stop(error)
            return False
        return True

    def _take_encoded(self) -> Segment | None:
        """None as long as scenes are to come: the browser takes memory until then."""
        with self._changed:
            if not self._encoded or self._stopped or self._drawable < self._last:
                return None
            return self._encoded.pop(0)

    def _take(self) -> Segment | None:
        with self._changed:
            while self._waiting and not self._stopped:
                spared = 1 if self._drawable < self._last else 0
                if self._running < max(1, len(self._threads) - spared):
                    for segment in self._waiting:
                        if segment.scene <= self._drawable:
                            self._waiting.remove(segment)
                            self._running += 1
                            return segment
                self._changed.wait()
            return None

    def _on_frame(self) -> None:
        if self._stopped:
            raise _StoppedError("another segment failed")
        with self._telling:
            self._done += 1
            self._on_progress(self._done, self._total)

    def _stop(self, error: BaseException | None) -> None:
        with self._changed:
            self._error = self._error or error
            self._stopped = True
            self._changed.notify_all()


def encode_all(
    segments: Sequence[Segment], encode: Encode, on_progress: Callable[[int, int], None], *, at_once: int
) -> None:
    """Encodes segments that can all be drawn; see `Encoders`."""
    with Encoders(segments, encode, on_progress, at_once=at_once) as encoders:
        encoders.allow(max(segment.scene for segment in segments))
        encoders.finish()


def _encode_nothing(segment: Segment, on_frame: Callable[[], None]) -> None:
    """What is left to encode when all is done."""


class _StoppedError(CastadError):
    """A segment gave up because the work was stopped."""
