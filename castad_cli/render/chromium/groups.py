"""Groups that hold photographs: elements with a filter, a mask, a clip or a blend over a photograph's place.

What only covers its photographs (a mask, a clip path, round corners, an opacity) is captured as a picture with weights,
how much of each pixel is a photograph's. It serves as long as the group itself stays as it is, however the photograph
moves in it. What changes their pixels (a blur, a colour, depth, a blend) the browser draws frame by frame, from the
very picture that its place would show (docs/adr/0005-renderer.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from castad_cli.errors import ToolError
from castad_cli.render.chromium.browser import Page, Resource
from castad_cli.render.chromium.sprites import Sprite, Window, shot_of, show_all, spread_of, trimmed, unpacked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLACK, _WHITE = "#000", "#fff"

DRAWN = "drawn|"
"""What a signature begins with (`engine/time.js`) where the browser has to draw the photographs."""

Spot = tuple[int, int, int]

Captured = tuple[tuple[Sprite, ...], "NDArray[np.int64]"]
"""Pictures, and which of them is to be seen at each of the times; -1: none."""


PicturesAt = Callable[[int, Sequence[tuple[int, int]]], Sequence[Resource]]
"""What fills some places at a frame, given how large (CSS pixels) each is then; frames are asked for in order."""


class Photographs(Protocol):
    """Photographs as a page shows them that draws them itself."""

    def pictures(self, spots: Sequence[Spot], first: int, last: int) -> AbstractContextManager[PicturesAt]:
        """What fills some places from one frame to another (exclusive)."""
        ...


@dataclass(frozen=True, eq=False)
class PackedSprite(Sprite):
    """One of maybe many large pictures of a group, as the browser packed it: one with the photographs drawn, or one for
    each filling of their places.

    ``bgra`` and ``weights`` are empty; `unpack` gives the sprite that has them.
    """

    shots: tuple[bytes, ...] = ()
    scale: Fraction = Fraction(1)
    drawn: bool = False

    def unpack(self) -> Sprite:
        """The picture with its weights; at (0, 0), empty, where nothing is seen."""
        import numpy as np

        pictures = [unpacked(shot, self.scale) for shot in self.shots]
        begin = (self.left, self.top)
        sprite = trimmed(pictures[0], *begin) if self.drawn else _weighed(pictures, begin)
        return sprite or Sprite(np.zeros((2, 2, 4), np.uint8), 0, 0, (np.zeros((2, 2), np.uint8),) * self.count)

    @property
    def count(self) -> int:
        """How many photographs are seen through its weights."""
        return 0 if self.drawn else max(1, len(self.shots) - 1)

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return sum(len(shot) for shot in self.shots)


class Groups:
    """Captures the groups of a page whose stage is of ``size`` CSS pixels, ``scale`` pixels of the rendition to one.

    ``develop`` gives the photographs, where one has to be drawn by the browser.
    """

    def __init__(
        self, page: Page, size: tuple[int, int], scale: Fraction, develop: Callable[[], Photographs] | None
    ) -> None:
        self._page, self._size, self._scale, self._develop = page, size, scale, develop

    def capture(
        self,
        entry: Mapping[str, Any],
        spots: Sequence[Spot],
        frames: Sequence[int],
        times: Sequence[float],
        signatures: Sequence[str],
    ) -> Captured:
        """A group's pictures at ``times`` (ms of its scene): one for each of its ``signatures``, with weights; one for
        each of the ``frames`` whose signature says that the photographs have to be drawn."""
        known: dict[str, int] = {}
        same: dict[bytes, int] = {}
        pictures: list[PackedSprite] = []
        order: list[int] = []

        def know(key: str, sprite: PackedSprite | None) -> None:
            known[key] = -1
            if sprite is not None:
                told = repr((sprite.left, sprite.top, sprite.drawn)).encode() + b"".join(sprite.shots)
                known[key] = same.setdefault(hashlib.sha256(told).digest(), len(pictures))
                if known[key] == len(pictures):
                    pictures.append(sprite)

        drawn = [frame for frame, text in zip(frames, signatures, strict=True) if text.startswith(DRAWN)]
        try:
            with self._open(entry, spots, drawn) as pictures_at:
                for frame, time, signature in zip(frames, times, signatures, strict=True):
                    key = signature
                    if signature.startswith(DRAWN):
                        box = self._show(entry, time)
                        asked = "(i) => castad.photoSizes(i)"
                        sizes = self._page.evaluate("measure its photographs", asked, entry["index"])
                        filled = pictures_at(frame, [(width, height) for width, height in sizes])
                        names = [f"/castad-photo-{hashlib.sha256(picture.body).hexdigest()}" for picture in filled]
                        key = " ".join([signature, *names])
                        if key not in known:
                            self._draw(entry, names, filled)
                            know(key, self._take(box, window=entry.get("window"), drawn=True))
                    elif key not in known:
                        know(key, self._weigh(entry, self._show(entry, time), len(spots)))
                    order.append(known[key])
        finally:
            self._fill(entry, [])
            show_all(self._page)
        return tuple(pictures), spread_of(order)

    def _open(
        self, entry: Mapping[str, Any], spots: Sequence[Spot], drawn: Sequence[int]
    ) -> AbstractContextManager[PicturesAt]:
        if not drawn:
            return nullcontext(lambda frame, sizes: ())
        if self._develop is None:
            raise ToolError(f"{entry['name']} holds a photograph, and there is none to be drawn in it")
        return self._develop().pictures(spots, drawn[0], drawn[-1] + 1)

    def _take(
        self,
        box: Sequence[float],
        fill: Callable[[int], object] = lambda k: None,
        count: int = 1,
        *,
        window: Window | None = None,
        drawn: bool = False,
    ) -> PackedSprite | None:
        """What is shown in a box after each of ``count`` fillings; None: it is beyond the stage."""
        import numpy as np

        shots, begin = [], (0, 0)
        for k in range(count):
            fill(k)
            got = shot_of(self._page, box, *self._size, self._scale, window)
            if got is None:
                return None
            begin = got[1]
            shots.append(got[0])
        return PackedSprite(np.empty((0, 0, 4), np.uint8), *begin, (), tuple(shots), self._scale, drawn)

    def _weigh(self, entry: Mapping[str, Any], box: Sequence[float], count: int) -> PackedSprite | None:
        fills = [[_WHITE if i == k else _BLACK for i in range(count)] for k in range(-1, count)]
        if entry["alone"]:  # nothing else is seen: what is opaque is the photograph
            fills = [[_WHITE]]
        return self._take(box, lambda k: self._fill(entry, fills[k]), len(fills), window=entry.get("window"))

    def _draw(self, entry: Mapping[str, Any], names: Sequence[str], pictures: Sequence[Resource]) -> None:
        """Fills the photographs' places with pictures."""
        for name, picture in zip(names, pictures, strict=True):
            self._page.offer(name, picture)
        asked = [entry["index"], list(names)]
        self._page.evaluate("draw its photographs", "([i, u]) => castad.fillWithPictures(i, u)", asked)
        for name in names:
            self._page.withdraw(name)

    def _fill(self, entry: Mapping[str, Any], backgrounds: Sequence[str]) -> None:
        asked = [entry["index"], list(backgrounds)]
        self._page.evaluate("fill its photographs", "([i, b]) => castad.fillPhotos(i, b)", asked)

    def _show(self, entry: Mapping[str, Any], time: float) -> Sequence[float]:
        """Shows the group alone at a time; the box that holds it."""
        asked = [entry["scene"], time, entry["index"]]
        box: Sequence[float] = self._page.evaluate("show a layer", "([s, t, i]) => castad.showAt(s, t, i)", asked)
        return box


def _weighed(shots: Sequence[NDArray[np.uint8]], begin: tuple[int, int]) -> Sprite | None:
    """The group with black photographs, and the weights of each: by how much white ones make it brighter.

    One shot alone is of a photograph of which nothing else is seen, white: where it is opaque, it is the photograph.
    """
    import numpy as np

    black = shots[0]
    if len(shots) == 1:
        weights = [black[:, :, 3].copy()]
        black = black.copy()
        black[:, :, :3] = 0
    else:
        dark, alpha = black[:, :, :3].astype(np.float32).mean(axis=2), black[:, :, 3].astype(np.float32)
        lights = [shot[:, :, :3].astype(np.float32).mean(axis=2) for shot in shots[1:]]
        weights = [np.rint(np.clip(light - dark, 0, 255) * alpha / 255).astype(np.uint8) for light in lights]
    sprite = trimmed(black, *begin)
    if sprite is None:
        return None
    x, y = sprite.left - begin[0], sprite.top - begin[1]
    height, width = sprite.bgra.shape[:2]
    cut = tuple(np.ascontiguousarray(weight[y : y + height, x : x + width]) for weight in weights)
    return replace(sprite, weights=cut)
