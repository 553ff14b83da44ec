"""Photographs and clips as pictures for the page, where the browser has to draw them: frame by frame, as they move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.model.formats import Box
from castad_cli.render.chromium.browser import Resource
from castad_cli.render.chromium.groups import PicturesAt
from castad_cli.render.kernel.display_list import resample
from castad_cli.render.layers import Spot
from castad_cli.render.pixels.planes import rgb_from_yuv
from castad_cli.render.shots import Source

OpenSources = Callable[[int, int], AbstractContextManager[Mapping[Spot, Source]]]
"""What is shown in each place from one frame to another (exclusive)."""


class Developed:
    """Photographs for a page; ``boxes`` are their places, ``scale`` pixels of the rendition to a CSS pixel."""

    def __init__(self, open_sources: OpenSources, boxes: Mapping[Spot, Box], scale: float) -> None:
        self._open, self._boxes, self._scale = open_sources, boxes, scale

    @contextmanager
    def pictures(self, spots: Sequence[Spot], first: int, last: int) -> Iterator[PicturesAt]:
        """See `Photographs`: BMPs, which take no time to pack."""
        with self._open(first, last) as sources:

            def at(frame: int, sizes: Sequence[tuple[int, int]]) -> list[Resource]:
                shown = []
                for spot, size in zip(spots, sizes, strict=True):
                    rgb = develop(sources[spot], self._boxes[spot], frame, self._scale, size)
                    good, data = cv2.imencode(".bmp", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
                    assert good
                    shown.append(Resource(data.tobytes(), "image/bmp"))
                return shown

            yield at


def develop(source: Source, box: Box, frame: int, by: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The sRGB picture (height, width, 3) that fills a box at a frame.

    ``by`` pixels of the box are one of the picture's; ``size`` is how large the box is just then, in those.
    """
    own = (box.width / by, box.height / by)
    now = None
    if max(abs(one - other) for one, other in zip(size, own, strict=True)) >= 1:
        now = Box(box.left, box.top, box.left + size[0] * by, box.top + size[1] * by)
    width, height = (max(1, round(side)) for side in (size if now else own))
    shown = now or box
    image = source.picture(frame)
    scale, dx, dy = source.placing(frame, now)
    across, down = scale * shown.width / width, scale * shown.height / height
    left, top = across / 2 + scale * shown.left + dx, down / 2 + scale * shown.top + dy
    planes = []
    for picture, step in zip(image.planes, (1, 2, 2), strict=True):
        x, y = image.origin(step)
        plane = np.empty((height, width), np.uint8)
        # Chroma of half the size, at the size of luma.
        resample(picture, (across / step, 0, left / step - 0.5 + x, 0, down / step, top / step - 0.5 + y), plane)
        planes.append(plane)
    return rgb_from_yuv(cv2.merge(planes))
