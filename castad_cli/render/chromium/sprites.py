"""Layers as pictures: what the browser shows of some of them alone, transparent where they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from castad_cli.errors import ToolError
from castad_cli.render.chromium.browser import Page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Sprite:
    """A captured picture: ``bgra`` (height, width, 4) uint8, sRGB, alpha not premultiplied.

    ``left`` and ``top`` are where its first pixel stands on the untransformed stage, in whole pixels. ``weights`` are,
    for each photograph that is seen through it, how much of each pixel is the photograph's (height, width) 0 to 255;
    its place is black in ``bgra``.
    """

    bgra: NDArray[np.uint8]
    left: int
    top: int
    weights: tuple[NDArray[np.uint8], ...] = ()

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return sum(plane.nbytes for plane in (self.bgra, *self.weights))


Window = tuple[float, float, float, float]
"""What of a layer is ever seen, where that is more than lies on the stage: left, top, right, bottom (CSS pixels of the
stage, nothing transformed)."""

_MOST_STAGES = 9
"""How much of a layer is captured at most, in stages: three across and three down."""

NameOf = Callable[["Pass"], "str | None"]
"""What a pass's picture follows from, as a name: of equal names they are equal. None where it cannot be told."""


@dataclass(frozen=True)
class Part:
    """A layer in a pass: what the page tells of it (``entry``), what it may paint (``box``: left, top, right, bottom in
    whole CSS pixels of the stage), and how far it is moved for the screenshot."""

    entry: Mapping[str, Any]
    box: tuple[int, int, int, int]
    way: tuple[int, int] = (0, 0)

    @property
    def at(self) -> tuple[int, int, int, int]:
        """Where it is in the screenshot."""
        left, top, right, bottom = self.box
        return left + self.way[0], top + self.way[1], right + self.way[0], bottom + self.way[1]


Pass = Sequence[Part]
"""Layers of which one screenshot serves for all."""

_GRID = 32
"""Layers are moved by multiples of so many pixels: what a browser does to a gradient goes by places in small tiles."""


def window_of(entry: Mapping[str, Any], states: Sequence[Sequence[Any]], width: int, height: int) -> Window | None:
    """What of a layer that its motion brings onto the stage is seen on some frame; None where the stage has it all.

    ``states`` are as `castad.states` tells them: how each frame has the layer transformed and clipped.
    """
    import numpy as np

    left, top, right, bottom = entry["painted"]
    is_within = left >= -1 and top >= -1 and right <= width + 1 and bottom <= height + 1
    if entry["kind"] == "media" or entry["scrim"] is not None or (entry["kind"] == "sprite" and is_within):
        return None
    rows = np.array([row[:11] for row in states], np.float64).reshape(-1, 11)
    a, b, c, d, e, f = rows[:, :6].T
    size = a * d - b * c
    seen = (rows[:, 6] > 0) & (np.abs(size) > 1e-6) & (rows[:, 7] < rows[:, 9]) & (rows[:, 8] < rows[:, 10])
    if not seen.any():
        return None
    a, b, c, d, e, f, size = (values[seen] for values in (a, b, c, d, e, f, size))
    clip = rows[seen, 7:11]
    corners = [(clip[:, i] - e, clip[:, j] - f) for i in (0, 2) for j in (1, 3)]
    xs = np.array([(d * x - c * y) / size for x, y in corners])
    ys = np.array([(a * y - b * x) / size for x, y in corners])
    window = [float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())]
    if entry["kind"] == "sprite":
        box = entry["box"]
        window = [*np.maximum(window[:2], box[:2]).tolist(), *np.minimum(window[2:], box[2:]).tolist()]
        if window[0] >= window[2] or window[1] >= window[3]:
            return None
    if window[0] > -1 and window[1] > -1 and window[2] < width + 1 and window[3] < height + 1:
        return None
    return window[0], window[1], window[2], window[3]


def part_passes(entries: Sequence[Mapping[str, Any]], width: int, height: int, scale: Fraction) -> list[Pass]:
    """The layers, but for those that are nowhere on the stage, in passes of such as do not overlap.

    Those that would and can be moved are, to where there is room: a screenshot takes the browser some forty
    milliseconds, however little it shows.
    """
    passes: list[list[Part]] = []
    for entry, box, movable in _those_on_stage(entries, width, height, 2 * scale.denominator):
        for group in passes:
            way = _room_for(box, [other.at for other in group], (width, height) if movable else None)
            if way is not None:
                group.append(Part(entry, box, way))
                break
        else:
            passes.append([Part(entry, box)])
    return list(passes)


def _those_on_stage(
    entries: Sequence[Mapping[str, Any]], width: int, height: int, step: int
) -> list[tuple[Mapping[str, Any], tuple[int, int, int, int], bool]]:
    """Layers with their boxes and whether they can be moved; those that cannot be first."""
    found = []
    for entry in entries:
        left, top, right, bottom = entry["box"]
        box = _inside(entry["box"], width, height, step)
        # What the stage's edge cuts off would come to light.
        whole = left >= 0 and top >= 0 and right <= width and bottom <= height
        if box is not None:
            found.append((entry, box, bool(entry["movable"]) and whole))
    return sorted(found, key=lambda each: each[2])


def _room_for(
    box: tuple[int, int, int, int], taken: Sequence[tuple[int, int, int, int]], stage: tuple[int, int] | None
) -> tuple[int, int] | None:
    """How far a box has to be moved to overlap none that is taken: not at all, else, on a ``stage`` of that size, to
    the highest and leftmost place beside them. None where there is no room."""
    if not any(_overlap(box, other) for other in taken):
        return 0, 0
    if stage is None:
        return None
    tops, lefts = ({0, *(other[side] for other in taken)} for side in (3, 2))
    for top in sorted(tops):
        for left in sorted(lefts):
            x, y = (-(-(wanted - own) // _GRID) * _GRID for wanted, own in ((left, box[0]), (top, box[1])))
            there = box[0] + x, box[1] + y, box[2] + x, box[3] + y
            inside = there[0] >= 0 and there[1] >= 0 and there[2] <= stage[0] and there[3] <= stage[1]
            if inside and not any(_overlap(there, other) for other in taken):
                return x, y
    return None


def capture_sprites(
    page: Page, passes: Sequence[Pass], scale: Fraction, name_of: NameOf, unpacking: Executor
) -> list[Future[dict[int, Sprite]]]:
    """The pictures of layers that stay as they are, by index, for each pass; unpacked while the browser goes on.

    What ``name_of`` gives a name to is taken from the page's ``shots`` where it is among them. The page is left as it
    was last captured: `show_all` shows everything again.
    """
    coming = []
    for group in passes:
        left, top = min(part.at[0] for part in group), min(part.at[1] for part in group)
        right, bottom = max(part.at[2] for part in group), max(part.at[3] for part in group)
        name = name_of(group)
        shot = page.shots.get(name) if name else None
        if shot is None:
            shown = [part.entry["index"] for part in group], [part.way for part in group]
            page.evaluate("show its layers", "([i, w]) => castad.showAlone(i, w)", shown)
            shot = page.capture("draw its layers", left, top, right - left, bottom - top)
            if name:
                page.shots.keep(name, shot)
        coming.append(unpacking.submit(_parted, shot, group, (left, top), scale))
    return coming


def capture_beyond(page: Page, entry: Mapping[str, Any], width: int, height: int, scale: Fraction) -> Sprite | None:
    """The picture of a layer that stays as it is, and of which more is seen than lies on the stage (its ``window``)."""
    page.evaluate("show its layers", "([i, w]) => castad.showAlone(i, w)", [[entry["index"]], []])
    return _sprite(page, entry["box"], width, height, scale, entry["window"])


def _parted(shot: bytes, group: Pass, corner: tuple[int, int], scale: Fraction) -> dict[int, Sprite]:
    """What a screenshot that begins at a ``corner`` of the stage (CSS pixels) shows of a pass's layers, by index."""
    image, sprites = _scaled(_decode(shot), scale), {}
    px, py = (int(v * scale) for v in corner)
    for part in group:
        x0, y0, x1, y1 = (int(v * scale) for v in part.at)
        x1, y1 = x1 + x1 % 2, y1 + y1 % 2  # where the stage ends in the middle of a block
        left, top = (int(v * scale) for v in part.box[:2])
        sprite = trimmed(image[y0 - py : y1 - py, x0 - px : x1 - px], left, top, is_rgba=True)
        if sprite is not None:
            sprites[part.entry["index"]] = sprite
    return sprites


def show_all(page: Page) -> None:
    """The page as it is when nothing is shown alone; drawn when the next picture is asked for."""
    page.veil()
    page.evaluate("show everything again", "() => castad.showAll()")


def capture_frames(
    page: Page,
    entry: dict[str, Any],
    times: Sequence[float],
    signatures: Sequence[str],
    width: int,
    height: int,
    scale: Fraction,
) -> tuple[tuple[Sprite, ...], NDArray[np.int64]]:
    """The pictures of a layer at ``times`` (ms of its scene), one for each of its ``signatures``, and which is when.

    Equal pictures are kept once; -1 where nothing is to be seen.
    """
    import numpy as np

    pictures: list[Sprite] = []
    known: dict[str, int] = {}
    same: dict[bytes, int] = {}
    which = np.full(len(times), -1, dtype=np.int64)
    try:
        for k, (time, signature) in enumerate(zip(times, signatures, strict=True)):
            if signature not in known:
                shown = page.evaluate(
                    "show a layer", "([s, t, i]) => castad.showAt(s, t, i)", [entry["scene"], time, entry["index"]]
                )
                sprite = _sprite(page, shown, width, height, scale, entry.get("window"))
                if sprite is None:
                    known[signature] = -1
                    which[k] = -1
                    continue
                content = (sprite.left, sprite.top, sprite.bgra.shape, sprite.bgra.tobytes())
                digest = hashlib.sha256(repr(content[:3]).encode() + content[3]).digest()
                if digest not in same:
                    same[digest] = len(pictures)
                    pictures.append(sprite)
                known[signature] = same[digest]
            which[k] = known[signature]
    finally:
        show_all(page)
    return tuple(pictures), which


def picture_of(
    page: Page, shown: Sequence[float], width: int, height: int, scale: Fraction, window: Window | None = None
) -> tuple[NDArray[np.uint8], tuple[int, int]] | None:
    """What the page shows in a box (CSS pixels), as far as it lies on the stage of ``width`` × ``height``, or in a
    ``window``: BGRA, and where it begins in pixels of the rendition; None where it is beyond that."""
    got = shot_of(page, shown, width, height, scale, window)
    return None if got is None else (unpacked(got[0], scale), got[1])


def shot_of(
    page: Page, shown: Sequence[float], width: int, height: int, scale: Fraction, window: Window | None = None
) -> tuple[bytes, tuple[int, int]] | None:
    """The same as the browser packs it, for `unpacked`.

    Raises:
        ToolError: it is larger than anything that is captured.
    """
    step = 2 * scale.denominator
    box = _inside(shown, width, height, step) if window is None else _within(shown, window, step)
    if box is None:
        return None
    left, top, right, bottom = box
    if left >= 0 and top >= 0 and right <= width and bottom <= height:
        png = page.capture("draw a layer", left, top, right - left, bottom - top)
    else:
        png = _shot_beyond(page, box, width, height)
    return png, (int(left * scale), int(top * scale))


def _within(shown: Sequence[float], window: Window, step: int) -> tuple[int, int, int, int] | None:
    """The part of a box that is seen through a window, grown to multiples of ``step`` pixels."""
    from math import ceil, floor

    left, top = (floor(max(shown[i], window[i]) / step) * step for i in (0, 1))
    right, bottom = (ceil(min(shown[i], window[i]) / step) * step for i in (2, 3))
    return (left, top, right, bottom) if left < right and top < bottom else None


def _shot_beyond(page: Page, box: tuple[int, int, int, int], width: int, height: int) -> bytes:
    """A PNG of a box that reaches beyond the stage, which is moved under the window for it, piece by piece."""
    import cv2
    import numpy as np

    left, top, right, bottom = box
    if (right - left) * (bottom - top) > _MOST_STAGES * width * height:
        raise ToolError(
            f"a layer of which {right - left}×{bottom - top} pixels come into the frame is more than is captured",
            fix=f"make it smaller: at most {_MOST_STAGES} times the frame is moved through it",
        )
    rows = []
    try:
        for y in range(top, bottom, height):
            row = []
            for x in range(left, right, width):
                page.evaluate("move the stage", "(way) => castad.moveStage(way)", [-x, -y])
                row.append(page.capture("draw a layer", 0, 0, min(width, right - x), min(height, bottom - y)))
            rows.append(row)
    finally:
        page.evaluate("move the stage", "(way) => castad.moveStage(way)", [0, 0])
    if len(rows) == len(rows[0]) == 1:
        return rows[0][0]
    whole = np.concatenate([np.concatenate([_decode(shot) for shot in row], axis=1) for row in rows])
    return bytes(cv2.imencode(".png", cv2.cvtColor(whole, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_PNG_COMPRESSION, 1])[1])


def unpacked(png: bytes, scale: Fraction) -> NDArray[np.uint8]:
    """BGRA of a picture that the browser packed."""
    import cv2
    import numpy as np

    return np.asarray(cv2.cvtColor(_scaled(_decode(png), scale), cv2.COLOR_RGBA2BGRA), np.uint8)


def spread_of(order: Sequence[int]) -> NDArray[np.int64]:
    """Which picture is seen when, as an array."""
    import numpy as np

    return np.array(order, dtype=np.int64)


def _sprite(
    page: Page, shown: Sequence[float], width: int, height: int, scale: Fraction, window: Window | None = None
) -> Sprite | None:
    """What the page shows in a box, as far as it lies on the stage, or in a window; None where nothing is painted."""
    got = picture_of(page, shown, width, height, scale, window)
    return None if got is None else trimmed(got[0], *got[1])


def _inside(box: Sequence[float], width: int, height: int, step: int) -> tuple[int, int, int, int] | None:
    """The box grown to multiples of ``step`` pixels, within the stage; None when nothing of it is."""
    from math import ceil, floor

    left, top = max(0, floor(box[0] / step) * step), max(0, floor(box[1] / step) * step)
    right, bottom = min(width, ceil(box[2] / step) * step), min(height, ceil(box[3] / step) * step)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _overlap(a: Sequence[int], b: Sequence[int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _scaled(full: NDArray[np.uint8], scale: Fraction) -> NDArray[np.uint8]:
    """A picture captured at full size, ``scale`` times as large; of even size, with nothing beyond an odd edge.

    Not captured so: while it changes its scale Chromium rounds colours one way or the other, by chance.
    """
    import cv2
    import numpy as np

    if scale == 1:
        return full
    size = (int(full.shape[1] * scale), int(full.shape[0] * scale))
    alpha = full[:, :, 3].astype(np.float32)
    weighted = cv2.merge([full[:, :, c] * alpha for c in range(3)] + [alpha])
    small = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    small[:, :, :3] /= np.maximum(small[:, :, 3:], 1e-6)
    beyond = (0, size[1] % 2, 0, size[0] % 2)
    return np.asarray(cv2.copyMakeBorder(np.rint(small).astype(np.uint8), *beyond, cv2.BORDER_CONSTANT), np.uint8)


def _decode(png: bytes) -> NDArray[np.uint8]:
    """RGBA of a PNG. Why not by OpenCV: it reads a row at a time, and makes a copy of the whole: twice the time."""
    import av
    import cv2
    import numpy as np
    from av.error import FFmpegError

    try:
        (frame,) = av.CodecContext.create("png", "r").decode(av.Packet(png))
        channels = {"rgba": 4, "rgb24": 3}[frame.format.name]  # an opaque capture comes without alpha
    except (FFmpegError, ValueError, KeyError) as error:
        raise ToolError("the browser gave a picture that cannot be read") from error
    rows = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(frame.height, frame.planes[0].line_size)
    pixels = rows[:, : frame.width * channels].reshape(frame.height, frame.width, channels)
    return pixels if channels == 4 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA), np.uint8)


def trimmed(pixels: NDArray[np.uint8], left: int, top: int, *, is_rgba: bool = False) -> Sprite | None:
    """A BGRA picture without its empty margins, cut at even pixels so that chroma samples stay whole.

    Where it ``is_rgba``, what is left of it is turned, beside copying it; to turn all of a screenshot takes longer.
    """
    import cv2
    import numpy as np

    x, y, w, h = cv2.boundingRect(np.ascontiguousarray(pixels[:, :, 3]))
    if not w or not h:
        return None
    x0, y0 = x - (x + left) % 2, y - (y + top) % 2
    x1, y1 = min(pixels.shape[1], x + w + (x + w + left) % 2), min(pixels.shape[0], y + h + (y + h + top) % 2)
    seen = pixels[y0:y1, x0:x1]
    bgra = cv2.cvtColor(seen, cv2.COLOR_RGBA2BGRA) if is_rgba else np.ascontiguousarray(seen)
    return Sprite(np.asarray(bgra, np.uint8), left + x0, top + y0)
