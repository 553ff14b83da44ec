"""A rendition's segments drawn and encoded, or taken from where they are kept, as its scenes come to be known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from castad_cli.render.encode import encode_segment
from castad_cli.render.foresight import Foreseen
from castad_cli.render.kept import Kept
from castad_cli.render.qualities import QUALITIES
from castad_cli.render.scenery import Scenery
from castad_cli.render.segments import Segment


class Drawing:
    """Sees that each segment is in its file. ``prints`` are their fingerprints, where they are kept.

    A segment is drawn from the first scenery that has its scene; later ones would give the same frames.

    Why the encoders are not its own: they would hold one another, and an ad's pictures would stay in memory until
    Python looks for such circles, several ads later.
    """

    def __init__(self, segments: Sequence[Segment], files: Sequence[Path], kept: Kept | None) -> None:
        self._files, self._kept = files, kept
        self._sceneries: dict[int, Scenery] = {}
        self._segments = segments
        self._scenes = sorted({segment.scene for segment in segments})
        self._looks: dict[int, str] = {}
        self._taken: set[int] = set()
        self.prints = [""] * len(segments) if kept else []

    def foresee(self, foreseen: Foreseen) -> list[range]:
        """Takes the segments that are kept already; the frames of the others, which are to be drawn."""
        missing = []
        for segment in self._segments:
            look = foreseen.look(segment.start, segment.end) if self._kept else None
            print_ = self._kept.take_look(look, self._files[segment.index]) if self._kept and look else None
            if look:
                self._looks[segment.index] = look
            if print_:
                self.prints[segment.index] = print_
                self._taken.add(segment.index)
            else:
                missing.append(segment.frames)
        return missing

    def know(self, scenery: Scenery, last: int) -> None:
        """The scenes up to ``last`` can be drawn from this scenery, if they could from none before."""
        for scene in self._scenes:
            if scene <= last:
                self._sceneries.setdefault(scene, scenery)

    def encode(self, segment: Segment, on_frame: Callable[[], None]) -> None:
        """Sees that a segment of a scene that is known is in its file."""
        scenery, file, kept = self._sceneries[segment.scene], self._files[segment.index], self._kept
        look = self._looks.get(segment.index)
        if kept and segment.index not in self._taken:
            (print_,) = kept.fingerprint_segments(scenery, [segment])
            self.prints[segment.index] = print_
            if kept.take_segment(print_, file):
                self._taken.add(segment.index)
                if look:
                    kept.keep_look(look, print_)
        if segment.index in self._taken:
            for _ in segment.frames:
                on_frame()
            return
        with scenery.painter(segment.start, segment.end) as painter:
            encode_segment(
                file,
                (scenery.width, scenery.height),
                scenery.timeline.rate,
                QUALITIES[scenery.task.quality],
                segment.frames,
                painter.draw,
                on_frame,
            )
        if kept:
            kept.keep_segment(print_, file)
            if look:
                kept.keep_look(look, print_)
