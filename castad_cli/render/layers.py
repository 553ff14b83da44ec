"""What the browser gives the compositor: layers as pictures, and where each one is at every frame.

The page is laid out once. A layer whose animations only move, turn, scale or fade it is captured once,
upright and opaque, as a transparent sprite; one that changes in any other way is captured over its own
box on the frames where it changes. Positions and opacities are read from the browser itself, so easing,
delays and nesting are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from castad_cli.errors import ToolError, UserError
from castad_cli.model.formats import Box
from castad_cli.model.place import Place
from castad_cli.render.browser import Page
from castad_cli.render.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALL_SCENES = "all"
_NOWHERE = Box(0, 0, 0, 0)


Spot = tuple[int, int, int]
"""A place for a picture: the scene, which of the scene's it is, and the picture's index."""


@dataclass(frozen=True)
class Sprite:
    """A captured picture: ``bgra`` (height, width, 4) uint8, sRGB, alpha not premultiplied.

    ``left`` and ``top`` are where its first pixel stands on the untransformed stage, in whole pixels.
    """

    bgra: NDArray[np.uint8]
    left: int
    top: int


Hashes = dict[int, tuple[Sprite, bytes]]
"""SHA-256 of what a sprite is, by its id; with the sprite itself, so that no other gets its id meanwhile."""


@dataclass(frozen=True)
class Layer:
    """One layer over the frames ``start`` to ``end`` (exclusive), bottom to top by its place in the list.

    ``matrices`` (n, 6) are CSS matrices a, b, c, d, e, f from the untransformed stage to the stage;
    ``opacities`` (n,) 0 to 1; ``clips`` (n, 4) left, top, right, bottom; ``which`` (n,) indexes
    ``sprites`` (-1: nothing to draw). A media layer has no sprites but a ``box`` that its picture fills.
    """

    name: str
    kind: Literal["sprite", "frames", "media"]
    start: int
    end: int
    matrices: NDArray[np.float64]
    opacities: NDArray[np.float64]
    clips: NDArray[np.float64]
    which: NDArray[np.int64]
    sprites: tuple[Sprite, ...] = ()
    media: int = -1
    scene: int = -1
    box: Box = _NOWHERE
    radius: float = 0.0
    place: int = 0
    """Of a media layer: which of its scene's it is, in the order they are painted."""
    is_scrim: bool = False
    scrim_follows: bool = False
    """A scrim that moves down to where a scene's words begin."""

    @property
    def spot(self) -> Spot:
        """Which place for a picture a media layer is."""
        return self.scene, self.place, self.media


@dataclass(frozen=True)
class ShownText:
    """A text as laid out: its final box, and the frames in which it can be read (0 to 0: it never can)."""

    slot: str
    scene: int
    text: str
    box: Box
    size_px: float
    color: tuple[int, int, int]
    zone: str
    start: int
    end: int
    lines: tuple[Box, ...] = ()
    """Each line's own box."""
    on_panel: bool = False
    """Whether a painted panel of its own scene lies behind it, so that the photograph does not matter."""


@dataclass(frozen=True)
class Layout:
    """All that the browser found out about one rendition."""

    layers: tuple[Layer, ...]
    texts: tuple[ShownText, ...]
    explain: tuple[str, ...] = field(default=())


def fit_texts(page: Page, places: Mapping[tuple[str, str], Place | None]) -> None:
    """Sets every text to the largest size that keeps to its slot, and splits it for its entrance.

    ``places`` maps (scene, slot) to where a text was written.

    Raises:
        UserError: a text does not fit its slot even at its smallest size.
    """
    script = resources.files("castad_cli.render").joinpath("engine.js").read_text(encoding="utf-8")
    page.evaluate("prepare the page", script + "\n;null")
    page.evaluate("load the fonts", "() => document.fonts.ready.then(() => null)", timeout_s=20)
    page.evaluate(
        "decode its pictures",
        "() => Promise.all([...document.images].map((i) => i.decode().catch((e) => {"
        " throw new Error('the picture ' + (i.alt || i.src) + ' cannot be decoded'); }))).then(() => null)",
        timeout_s=20,
    )
    for problem in page.evaluate("fit the texts", "() => castad.prepare()"):
        lines = problem["lines"]
        raise UserError(
            f"{problem['slot']} does not fit its slot ({lines} line{'s' if lines > 1 else ''}), even at the "
            f"smallest size: {problem['text']!r}",
            fix="write it shorter",
            place=places.get((problem["scene"], problem["slot"])) or places.get((ALL_SCENES, problem["slot"])),
        )
    if page.problems:
        raise ToolError(f"the template's page has a problem: {page.problems[0]}", fix="mend the template")


def read_texts(page: Page) -> list[dict[str, Any]]:
    """Every text's final box, size and colour, before anything was captured."""
    page.evaluate("find its layers", "() => castad.layers()")
    found: list[dict[str, Any]] = page.evaluate("measure its texts", "() => castad.texts()")
    return found


OnLayers = Callable[[Layout, int], object]
"""Told a layout and the last of the scenes that it has all layers of."""


def capture(
    page: Page,
    timeline: Timeline,
    only: Sequence[int] | None = None,
    *,
    scale: Fraction = Fraction(1),
    on_scene: OnLayers | None = None,
) -> Layout:
    """The layers of a fitted page, everything in pixels of the rendition: ``scale`` of them to a CSS pixel.

    With ``only``, states are read for those frames alone (for a still). Sprites of layers that do not
    overlap are captured together, so few screenshots serve many layers. ``on_scene`` is told when all layers of a
    scene are there, in order: with the first scene also all pictures, all scrims, and what belongs to no scene.
    """
    import numpy as np

    by = float(scale)
    spans = _spans(timeline)
    page.evaluate(
        "run the seek hook",
        "(scenes) => castad.scout(scenes)",
        [[name, [_milliseconds(f, timeline.rate) for f in range(end - start)]] for name, (start, end) in spans.items()],
        timeout_s=60,
    )
    described: list[dict[str, Any]] = page.evaluate("find its layers", "() => castad.layers()")
    width, height = page.evaluate("measure the stage", "() => [stage.clientWidth, stage.clientHeight]")
    wanted = None if only is None else set(only)
    scenes = {d["scene"] for d in described}
    if wanted is not None:
        scenes = {s for s in scenes if any(spans[s][0] <= f < spans[s][1] for f in wanted)}
        described = [d for d in described if d["scene"] in scenes]
    rows = {}
    for scene in sorted(scenes):
        start, end = spans[scene]
        frames = range(start, end) if wanted is None else sorted(f for f in wanted if start <= f < end)
        times = [_milliseconds(f - start, timeline.rate) for f in frames]
        answer = page.evaluate("read its animations", "([s, t]) => castad.states(s, t)", [scene, times], timeout_s=60)
        for track in answer:
            rows[track["index"]] = (frames, track["frames"])
    texts = _shown(page.evaluate("measure its texts", "() => castad.texts()"), described, rows, timeline, by)
    explain = tuple(
        f"{d['name'] or 'layer'} (scene {d['scene']}): "
        + {"sprite": "captured once", "frames": "captured on every frame where it changes", "media": "a photograph"}[
            d["kind"]
        ]
        for d in described
    )
    made: dict[int, Layer] = {}
    layout = Layout((), texts, explain)
    for last, entries in _stages(described, timeline, apart=on_scene is not None):
        sprites = _capture_sprites(page, [d for d in entries if d["kind"] == "sprite"], width, height, scale)
        for entry in entries:
            frames, states = rows[entry["index"]]
            filled = _fill(states)
            pictures: tuple[Sprite, ...] = ()
            which = np.zeros(len(filled), dtype=np.int64)
            if entry["kind"] == "frames":
                pictures, which = _capture_frames(page, entry, frames, filled, spans, timeline, width, height, scale)
            elif entry["kind"] == "sprite":
                sprite = sprites.get(entry["index"])
                if sprite is None:
                    continue
                pictures = (sprite,)
            made[entry["index"]] = _layer(entry, described, frames, filled, pictures, which, by)
        layout = Layout(tuple(made[d["index"]] for d in described if d["index"] in made), texts, explain)
        if on_scene is not None:
            on_scene(layout, last)
    return layout


def _stages(
    described: Sequence[dict[str, Any]], timeline: Timeline, *, apart: bool
) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Layers in the order they are captured in, with the last scene that can be drawn then; not ``apart``: all at once.

    A scene is drawn with the one before it below, so one after the other is all that is needed.
    """
    first, last = timeline.scenes[0].index, timeline.scenes[-1].index
    if not apart:
        yield last, list(described)
        return
    early = [
        d for d in described if d["scene"] in (ALL_SCENES, str(first)) or d["kind"] == "media" or d["scrim"] is not None
    ]
    yield first, early
    for scene in timeline.scenes[1:]:
        yield scene.index, [d for d in described if d["scene"] == str(scene.index) and d not in early]


def _layer(
    entry: dict[str, Any],
    described: Sequence[dict[str, Any]],
    frames: Sequence[int],
    states: Sequence[list[Any]],
    pictures: tuple[Sprite, ...],
    which: NDArray[np.int64],
    by: float,
) -> Layer:
    import numpy as np

    table = np.array([row[:11] for row in states], dtype=np.float64).reshape(-1, 11)
    # Of a few frames alone, each stands for those up to the next one.
    spread = np.searchsorted(np.array(frames), np.arange(frames[0], frames[-1] + 1), side="right") - 1
    table, which = table[spread], which[spread]
    before = described[: described.index(entry)]
    return Layer(
        name=entry["name"],
        kind=entry["kind"],
        start=frames[0],
        end=frames[-1] + 1,
        matrices=table[:, :6] * [1, 1, 1, 1, by, by],
        opacities=table[:, 6],
        clips=table[:, 7:11] * by,
        which=which,
        sprites=pictures,
        media=-1 if entry["media"] is None else entry["media"],
        scene=-1 if entry["scene"] == ALL_SCENES else int(entry["scene"]),
        box=Box(*(v * by for v in entry["box"])),
        radius=entry["radius"] * by,
        place=sum(other["kind"] == "media" and other["scene"] == entry["scene"] for other in before),
        is_scrim=entry["scrim"] is not None,
        scrim_follows=entry["scrim"] == "follow",
    )


def _spans(timeline: Timeline) -> dict[str, tuple[int, int]]:
    """Each scene's frames: from its start to the end of the next one's transition, during which it is still seen."""
    spans = {ALL_SCENES: (0, timeline.frames)}
    for scene, after in zip(timeline.scenes, [*timeline.scenes[1:], None], strict=True):
        spans[str(scene.index)] = (scene.start, scene.end + (after.transition_frames if after else 0))
    return spans


def _milliseconds(frames: int, rate: Fraction) -> float:
    return float(frames / rate * 1000)


def _fill(states: Sequence[Any]) -> list[list[Any]]:
    filled: list[list[Any]] = []
    for row in states:
        filled.append(filled[-1] if row == 0 else row)
    return filled


def _capture_sprites(
    page: Page, entries: Sequence[dict[str, Any]], width: int, height: int, scale: Fraction
) -> dict[int, Sprite]:
    passes: list[list[dict[str, Any]]] = []
    for entry in entries:
        box = _inside(entry["box"], width, height, 2 * scale.denominator)
        if box is None:
            continue
        entry = {**entry, "box": box}
        for group in passes:
            if not any(_overlap(box, other["box"]) for other in group):
                group.append(entry)
                break
        else:
            passes.append([entry])
    sprites: dict[int, Sprite] = {}
    try:
        for group in passes:
            page.evaluate("show its layers", "(i) => castad.showAlone(i)", [e["index"] for e in group])
            left, top = min(e["box"][0] for e in group), min(e["box"][1] for e in group)
            right, bottom = max(e["box"][2] for e in group), max(e["box"][3] for e in group)
            image = _picture(page, "draw its layers", (left, top, right, bottom), scale)
            for entry in group:
                x0, y0, x1, y1 = (int(v * scale) for v in entry["box"])
                px, py = int(left * scale), int(top * scale)
                sprite = _trim(image[y0 - py : y1 - py, x0 - px : x1 - px], x0, y0)
                if sprite is not None:
                    sprites[entry["index"]] = sprite
    finally:
        page.evaluate("show everything again", "() => castad.showAll()")
    return sprites


def _capture_frames(
    page: Page,
    entry: dict[str, Any],
    frames: Sequence[int],
    states: Sequence[list[Any]],
    spans: Mapping[str, tuple[int, int]],
    timeline: Timeline,
    width: int,
    height: int,
    scale: Fraction,
) -> tuple[tuple[Sprite, ...], NDArray[np.int64]]:
    import numpy as np

    start = spans[entry["scene"]][0]
    pictures: list[Sprite] = []
    known: dict[str, int] = {}
    which = np.full(len(states), -1, dtype=np.int64)
    try:
        for k, (frame, row) in enumerate(zip(frames, states, strict=True)):
            signature = row[11]
            if signature not in known:
                time = _milliseconds(frame - start, timeline.rate)
                shown = page.evaluate(
                    "show a layer", "([s, t, i]) => castad.showAt(s, t, i)", [entry["scene"], time, entry["index"]]
                )
                sprite = _sprite(page, shown, width, height, scale)
                known[signature] = -1 if sprite is None else len(pictures)
                if sprite is not None:
                    pictures.append(sprite)
            which[k] = known[signature]
    finally:
        page.evaluate("show everything again", "() => castad.showAll()")
    return tuple(pictures), which


def _sprite(page: Page, shown: Sequence[float], width: int, height: int, scale: Fraction) -> Sprite | None:
    """What the page shows in a box, as far as it lies on the stage; None where nothing is painted."""
    box = _inside(shown, width, height, 2 * scale.denominator)
    if box is None:
        return None
    return _trim(_picture(page, "draw a layer", box, scale), int(box[0] * scale), int(box[1] * scale))


def _inside(box: Sequence[float], width: int, height: int, step: int) -> tuple[int, int, int, int] | None:
    """The box grown to multiples of ``step`` pixels, within the stage; None when nothing of it is."""
    from math import ceil, floor

    left, top = max(0, floor(box[0] / step) * step), max(0, floor(box[1] / step) * step)
    right, bottom = min(width, ceil(box[2] / step) * step), min(height, ceil(box[3] / step) * step)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _overlap(a: Sequence[int], b: Sequence[int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _picture(page: Page, label: str, box: tuple[int, int, int, int], scale: Fraction) -> NDArray[np.uint8]:
    """What the page shows in a box (CSS pixels), as BGRA of ``scale`` pixels to one of them.

    Always captured at full size: while it changes its scale Chromium rounds colours one way or the other, by chance.
    """
    import cv2
    import numpy as np

    left, top, right, bottom = box
    full = _decode(page.capture(label, left, top, right - left, bottom - top))
    if scale == 1:
        return full
    size = (int((right - left) * scale), int((bottom - top) * scale))
    alpha = full[:, :, 3].astype(np.float32)
    weighted = cv2.merge([full[:, :, c] * alpha for c in range(3)] + [alpha])
    small = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    small[:, :, :3] /= np.maximum(small[:, :, 3:], 1e-6)
    return np.asarray(np.rint(small), np.uint8)


def _decode(png: bytes) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise ToolError("the browser gave a picture that cannot be read")
    if image.shape[2] == 3:  # an opaque capture comes without alpha
        image = cv2.cvtColor(image, cv2.COLOR_BGR2BGRA)
    return np.asarray(image, dtype=np.uint8)


def _trim(bgra: NDArray[np.uint8], left: int, top: int) -> Sprite | None:
    """The picture without its empty margins, cut at even pixels so that chroma samples stay whole."""
    import cv2
    import numpy as np

    x, y, w, h = cv2.boundingRect(np.ascontiguousarray(bgra[:, :, 3]))
    if not w or not h:
        return None
    x0, y0 = x - (x + left) % 2, y - (y + top) % 2
    x1, y1 = min(bgra.shape[1], x + w + (x + w + left) % 2), min(bgra.shape[0], y + h + (y + h + top) % 2)
    return Sprite(np.ascontiguousarray(bgra[y0:y1, x0:x1]), left + x0, top + y0)


def _shown(
    measured: Sequence[dict[str, Any]],
    described: Sequence[dict[str, Any]],
    rows: Mapping[int, tuple[Sequence[int], Sequence[Any]]],
    timeline: Timeline,
    scale: float,
) -> tuple[ShownText, ...]:
    """When each text can be read: all its layers are opaque, and within an eighth of an em of where they rest.

    Not beyond its scene: while the next one comes in over it, it is seen but not read.
    """
    import re

    ends = {ALL_SCENES: timeline.frames, **{str(scene.index): scene.end for scene in timeline.scenes}}

    known = {d["index"] for d in described}
    texts = []
    for item in measured:
        layers = [i for i in item["layers"] if i in known]
        if not layers:
            continue
        visible: set[int] | None = None
        for index in layers:
            frames, states = rows[index]
            full = {
                frame
                for frame, row in zip(frames, _fill(states), strict=True)
                if row[6] >= 0.95
                and max(abs(row[4]), abs(row[5])) < 0.12 * item["size"]
                and frame < ends[item["scene"]]
            }
            visible = full if visible is None else visible & full
        visible = visible or set()
        numbers = [int(float(n)) for n in re.findall(r"[\d.]+", item["color"])[:3]]
        texts.append(
            ShownText(
                slot=item["slot"],
                scene=-1 if item["scene"] == ALL_SCENES else int(item["scene"]),
                text=item["text"],
                box=Box(*(v * scale for v in item["box"])),
                size_px=item["size"] * scale,
                color=(numbers[0], numbers[1], numbers[2]),
                zone=item["zone"],
                start=min(visible, default=0),
                end=max(visible, default=-1) + 1,
                lines=tuple(Box(*(v * scale for v in line)) for line in item["lines"]),
                on_panel=item["panel"],
            )
        )
    return tuple(texts)
