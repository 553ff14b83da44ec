"""A rendition's segments drawn and encoded, or taken from where they are kept, as its scenes come to be known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from castad_cli.render.encode import QUALITIES, encode_segment
from castad_cli.render.kept import Kept
from castad_cli.render.scenery import Scenery
from castad_cli.render.segments import Encoders, Segment
from castad_cli.render.studio import Studio


class Drawing:
    """Sees that each segment is in its file. ``prints`` are their fingerprints, where they are kept.

    A segment is drawn from the first scenery that has its scene; later ones would give the same frames.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        files: Sequence[Path],
        studio: Studio,
        kept: Kept | None,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._files, self._kept = files, kept
        self._sceneries: dict[int, Scenery] = {}
        self._scenes = sorted({segment.scene for segment in segments})
        self.prints = [""] * len(segments) if kept else []
        self.encoders = Encoders(segments, self._encode, on_progress, at_once=studio.at_once)

    def show_up_to(self, scenery: Scenery, last: int) -> None:
        """Lets the scenes up to ``last`` be drawn, from this scenery if none had them before."""
        for scene in self._scenes:
            if scene <= last:
                self._sceneries.setdefault(scene, scenery)
        self.encoders.allow(last)

    def _encode(self, segment: Segment, on_frame: Callable[[], None]) -> None:
        scenery, file, kept = self._sceneries[segment.scene], self._files[segment.index], self._kept
        if kept:
            (print_,) = kept.fingerprint_segments(scenery, [segment])
            self.prints[segment.index] = print_
            if kept.take_segment(print_, file):
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
