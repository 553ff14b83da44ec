"""What fills a media layer's box, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from castad_cli.model.formats import Box
from castad_cli.render.media.motion import Move, clamped, matrix
from castad_cli.render.pixels.planes import Picture


class Source(Protocol):
    """What fills a media layer's box: a photograph on the move, or a clip."""

    def picture(self, frame: int) -> Picture:
        """The picture at ``frame`` of the ad."""
        ...

    def placing(self, frame: int, box: Box | None = None) -> tuple[float, float, float]:
        """``(scale, dx, dy)`` from frame pixels to picture pixels, as `motion.matrix` gives them.

        ``box`` is where it is shown just then, if that is not its own.
        """
        ...


def place(
    move: Move, size: tuple[int, int], box: Box, start: int, end: int, frame: int, now: Box | None = None
) -> tuple[float, float, float]:
    """Where a picture of ``size`` (width, height) is at ``frame``, as `Source.placing` tells it, that moves slowly in
    ``box`` over the frames ``start`` to ``end``; ``now`` is where it is shown just then, if that is not its box."""
    view = move.at((frame - start) / max(1, end - start - 1))
    if now is not None:
        return matrix(clamped(view, size, now), size, now)
    return matrix(view, size, box)


@dataclass(frozen=True)
class Still:
    """A photograph that moves slowly over the frames ``start`` to ``end`` of its shot."""

    image: Picture
    move: Move
    box: Box
    start: int
    end: int

    def picture(self, frame: int) -> Picture:
        return self.image

    def placing(self, frame: int, box: Box | None = None) -> tuple[float, float, float]:
        return place(self.move, self.image.size, self.box, self.start, self.end, frame, box)
