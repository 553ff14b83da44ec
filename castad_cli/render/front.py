"""The cover: the frame of an ad that is shown before it plays, as a JPEG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2

from castad_cli.errors import EnvironmentNotReady
from castad_cli.render.foresight import Foreseen
from castad_cli.render.kept import Kept
from castad_cli.render.layers import ShownText
from castad_cli.render.scenery import Scenery
from castad_cli.render.timeline import Timeline

_JPEG_QUALITY = 92


class Front:
    """Sees that a rendition's cover is in its file: drawn, or taken from where it is kept."""

    def __init__(self, timeline: Timeline, path: Path, kept: Kept | None) -> None:
        self._timeline, self._path, self._kept = timeline, path, kept
        self._look: str | None = None
        self._taken = False

    def foresee(self, foreseen: Foreseen) -> list[range]:
        """Takes the cover if it is kept already; else its frame, which is to be drawn."""
        frame = cover_frame(foreseen.outline.texts, self._timeline)
        self._look = foreseen.look(frame, frame + 1)
        self._taken = bool(self._kept and self._look and self._kept.take_cover(self._look, self._path))
        return [] if self._taken else [range(frame, frame + 1)]

    def draw(self, scenery: Scenery) -> None:
        """Draws the cover, unless it was taken.

        Raises:
            EnvironmentNotReady: it cannot be written.
        """
        if self._taken:
            return
        rgb = scenery.picture(cover_frame(scenery.layout.texts, self._timeline))
        good, data = cv2.imencode(
            ".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
        )
        assert good
        try:
            self._path.write_bytes(data.tobytes())
        except OSError as error:
            raise EnvironmentNotReady(
                f"cannot write the cover: {error.strerror}", fix="free some disk space, or use another --out folder"
            ) from error
        if self._kept and self._look:
            self._kept.keep_cover(self._look, self._path)


def cover_frame(shown: Sequence[ShownText], timeline: Timeline) -> int:
    """The frame that sells the ad as a still: the opening's words all shown, its picture at its fullest."""
    opening = timeline.scenes[0]
    texts: list[ShownText] = [t for t in shown if t.scene == opening.index and t.end > t.start]
    if not texts:
        return opening.start + opening.frames // 2
    start, end = max(t.start for t in texts), min(t.end for t in texts)
    return (start + max(start, end - 1)) // 2
