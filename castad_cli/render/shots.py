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
        progress = (frame - self.start) / max(1, self.end - self.start - 1)
        view = self.move.at(progress)
        if box is not None:
            return matrix(clamped(view, self.image.size, box), self.image.size, box)
        return matrix(view, self.image.size, self.box)
