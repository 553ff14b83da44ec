"""What the browser gives the compositor: layers as pictures, and where each one is at every frame.

The page is laid out once. A layer whose animations only move, turn, scale or fade it is captured once,
upright and opaque, as a transparent sprite; one that changes in any other way is captured over its own
box on the frames where it changes. Positions and opacities are read from the browser itself, so easing,
delays and nesting are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from castad_cli.errors import ToolError, UserError
from castad_cli.model.formats import Box
from castad_cli.model.place import Place
from castad_cli.render.chromium.browser import Page
from castad_cli.render.chromium.groups import Groups, Photographs
from castad_cli.render.chromium.sprites import (
    Pass,
    Sprite,
    capture_beyond,
    capture_frames,
    capture_sprites,
    part_passes,
    show_all,
    window_of,
)
from castad_cli.render.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALL_SCENES = "all"
_NOWHERE = Box(0, 0, 0, 0)
_ENGINE = (
    *("text", "words", "blocks", "lines"),
    *("animations", "order", "groups", "pushed", "layers"),
    *("ink", "clips", "showing", "paint", "courses", "time", "api"),
)
"""The scripts in ``engine/``, one subject each, in the order they need one another; `_engine` makes them one."""

_STATE = 11
"""Numbers that the browser gives for a layer and a frame: matrix, opacity, clip; then its fades', then its effect."""

_HOOK_S = 60.0
"""How long a template's `castadSeek` may take for all frames of an ad together."""


Spot = tuple[int, int, int]
"""A place for a picture: the scene, which of the scene's it is, and the picture's index."""


Hashes = dict[int, tuple[Sprite, bytes]]
"""SHA-256 of what a sprite is, by its id; with the sprite itself, so that no other gets its id meanwhile."""


Corners = tuple[tuple[float, float], ...]
"""The radii of a box's corners, (across, down) in pixels, clockwise from the top left; empty: square ones."""


@dataclass(frozen=True)
class Fade:
    """The opacity (n,) of a group of layers, which fade as one; ``group`` is its scene and its number there."""

    group: tuple[int, int]
    opacities: NDArray[np.float64]


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
    """Of a media layer what its picture fills, of one with a backdrop what that is seen through."""
    corners: Corners = ()
    place: int = 0
    """Of a media layer: which of its scene's it is, in the order they are painted."""
    is_scrim: bool = False
    scrim_to: str = ""
    """What of a scene's words a scrim goes by: ``follow``, to where they begin, or ``fit``, no larger than they are."""
    blend: str = ""
    """How it blends with what is below (CSS ``mix-blend-mode``); empty: it covers it."""
    fades: tuple[Fade, ...] = ()
    """Opacities that it shares with others, from the outermost in; ``opacities`` have them in them."""
    effects: tuple[str, ...] = ()
    """For each frame the CSS filter of a media layer, or the backdrop filter of another; empty: it never has one."""
    px: float = 1.0
    """Pixels of the rendition to a CSS pixel, in which ``effects`` are written."""
    why: str = ""
    """What makes it dear: what keeps it from being a sprite, or how it has to be drawn."""
    photographs: tuple[Spot, ...] = ()
    """The photographs that are seen in it: through its sprites' ``weights``, or drawn by the browser."""
    held: bool = False
    """Of a media layer: it is drawn in another layer, not for itself."""
    signatures: tuple[str, ...] = ()
    """Of what is captured frame by frame: the SHA-256 of what its pictures follow from, in the order they come."""

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


@cache
def _engine() -> str:
    """What fits a page's texts, finds its layers, shows some of them alone, and tells where each is at every frame.

    It is loaded after the template, which needs none of it, into a scope of its own.
    """
    folder = resources.files("castad_cli.render").joinpath("engine")
    parts = [folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in _ENGINE]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\nnull"


def fit_texts(page: Page, places: Mapping[tuple[str, str], Place | None]) -> None:
    """Sets every text to the largest size that keeps to its slot, and splits it for its entrance.

    ``places`` maps (scene, slot) to where a text was written.

    Raises:
        UserError: a text does not fit its slot even at its smallest size.
    """
    page.evaluate("prepare the page", _engine())
    page.evaluate("begin its scripts", "() => castadBegin()")
    # All of them: what is not shown yet would ask for its font only when it is.
    loading = "() => Promise.allSettled([...document.fonts].map((font) => font.load())).then(() => null)"
    page.evaluate("load the fonts", loading, timeout_s=20)
    _complain(page)
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
    _complain(page)


def _complain(page: Page) -> None:
    if page.problems:
        raise ToolError(f"the template's page has a problem: {page.problems[0]}", fix="mend the template")


def read_texts(page: Page) -> list[dict[str, Any]]:
    """Every text's final box, size and colour, before anything was captured."""
    page.evaluate("find its layers", "() => castad.layers()")
    found: list[dict[str, Any]] = page.evaluate("measure its texts", "() => castad.texts()")
    return found


OnLayers = Callable[[Layout, int], object]
"""Told a layout and the last of the scenes that it has all layers of."""


@dataclass(frozen=True)
class Outline:
    """What a fitted page shows, before a picture was taken of it: ``layers`` without their sprites.

    ``paints`` (SHA-256) are for each layer what its pictures follow from: with equal ones they are equal. None where
    that cannot be told, "" for media.
    """

    layers: tuple[Layer, ...]
    texts: tuple[ShownText, ...]
    paints: tuple[str | None, ...] = ()


Develop = Callable[[Outline], Photographs]
"""The photographs of a page that was laid out; asked for where the browser has to draw one."""

Choose = Callable[[Outline], Collection[int]]
"""Which layers of an outline, by their places in it, pictures are to be taken of; the others are left out."""


def capture(
    page: Page,
    timeline: Timeline,
    only: Sequence[int] | None = None,
    *,
    scale: Fraction = Fraction(1),
    on_scene: OnLayers | None = None,
    texts_alone: bool = False,
    choose: Choose | None = None,
    paints: bool = False,
    ground: str = "",
    develop: Develop | None = None,
    on_outline: Callable[[Outline], object] = lambda outline: None,
) -> Layout:
    """The layers of a fitted page, everything in pixels of the rendition: ``scale`` of them to a CSS pixel.

    With ``only``, states are read for those frames alone (for a still). Sprites of layers that do not
    overlap are captured together, so few screenshots serve many layers. ``texts_alone`` captures none, ``choose``
    some; it is told what decides the layers' pictures with ``paints``, which takes a moment. With ``ground``, which
    stands for all that decides pictures beside that, those that an earlier page of this browser gave are not taken
    again. ``develop`` gives photographs where the browser has to draw one, in a group that does more than cover it.
    ``on_outline`` is told what was laid out, and chosen, before the first picture is taken.
    ``on_scene`` is told, in another thread, when all layers of a scene are there, in order: with the first scene also
    all pictures, all scrims, and what belongs to no scene.
    """
    by = float(scale)
    spans = _spans(timeline)
    page.evaluate(
        "run the seek hook",
        "(scenes) => castad.scout(scenes)",
        [[name, [float(f / timeline.rate * 1000) for f in range(end - start)]] for name, (start, end) in spans.items()],
        timeout_s=_HOOK_S,
    )
    asked_layers = page.ask("find its layers", "() => castad.layers()")
    asked_size = page.ask("measure the stage", "() => [stage.clientWidth, stage.clientHeight]")
    asked_paints = page.ask("tell how it is painted", "() => castad.paints()", timeout_s=60) if paints else lambda: None
    wanted = None if only is None else set(only)
    asked_states: list[tuple[str, Sequence[int], Callable[[], Any]]] = []
    for scene, (start, end) in sorted(spans.items()):
        frames = range(start, end) if wanted is None else sorted(f for f in wanted if start <= f < end)
        if frames:
            times = [float((f - start) / timeline.rate * 1000) for f in frames]
            asked = page.ask("read its animations", "([s, t]) => castad.states(s, t)", [scene, times], timeout_s=60)
            asked_states.append((scene, frames, asked))
    asked_texts = page.ask("measure its texts", "() => castad.texts()")
    described: list[dict[str, Any]] = asked_layers()
    if wanted is not None:
        seen = {scene for scene, _, _ in asked_states}
        described = [d for d in described if d["scene"] in seen]
    width, height = asked_size()
    told = asked_paints()
    rows: dict[int, tuple[Sequence[int], list[list[Any]]]] = {}
    for _, known, get_states in asked_states:
        for track in get_states():
            rows[track["index"]] = (known, _fill(track["frames"]))
    for d in described:
        d["window"] = window_of(d, rows[d["index"]][1], width, height)
    texts = _shown(asked_texts(), described, rows, timeline, by)
    if texts_alone:
        return Layout((), texts)
    outlines = {d["index"]: _layer(d, described, *rows[d["index"]], by) for d in described}
    for d in described:
        if d["photos"]:
            held = tuple(outlines[index].spot for index in d["photos"])
            outlines[d["index"]] = replace(outlines[d["index"]], photographs=held)
    told_of = _paints_of(told, described)
    outlined = Outline(tuple(outlines.values()), texts)
    groups = Groups(page, (width, height), scale, develop and (lambda: develop(outlined)))
    if choose is not None:
        outline = Outline(tuple(outlines.values()), texts, told_of)
        chosen = choose(outline)
        taken = [d for place, d in enumerate(described) if place in chosen or d["kind"] == "media"]
    else:
        taken = described
    on_outline(outlined)
    made: dict[int, Layer] = {}
    alike = dict(zip((d["index"] for d in described), told_of, strict=True))
    chosen_indexes = {d["index"] for d in taken}

    def frames_of(entry: Mapping[str, Any]) -> tuple[Sequence[int], list[float], Sequence[list[Any]]]:
        """Of a layer that is captured frame by frame its frames, their times in its scene (ms), its states."""
        shown, states = rows[entry["index"]]
        start = spans[entry["scene"]][0]
        return shown, [float((f - start) / timeline.rate * 1000) for f in shown], states

    def complete(entries: Sequence[dict[str, Any]], drawn: Mapping[int, Layer], last: int) -> Layout:
        """The layout with a stage's layers, told."""
        for entry in entries:
            layer = drawn.get(entry["index"]) or outlines[entry["index"]]
            if entry["kind"] == "sprite" and not entry["photos"]:
                sprite = sprites.get(entry)
                if sprite is not None:
                    layer = replace(layer, sprites=(sprite,))
                elif entry["backdrop"]:
                    layer = replace(layer, which=layer.which - 1)
                else:
                    continue
            made[entry["index"]] = layer
        layout = Layout(tuple(made[d["index"]] for d in taken if d["index"] in made), texts)
        if on_scene is not None:
            on_scene(layout, last)
        return layout

    # The browser goes on while what it gave is unpacked, and told of in order.
    with (
        ThreadPoolExecutor(2, thread_name_prefix="castad-unpack") as unpacking,
        ThreadPoolExecutor(1, thread_name_prefix="castad-layers") as completing,
    ):
        sprites = _Sprites(page, (width, height), scale, alike, ground, unpacking)
        wanted_sprites = {sprites.of(d) for d in taken if d["kind"] == "sprite"}
        coming = []
        for last, entries in _stages(described, timeline, apart=on_scene is not None):
            sprites.capture([d for d in entries if d["kind"] == "sprite" and not d["photos"]], wanted_sprites)
            mine = [d for d in entries if d["index"] in chosen_indexes]
            drawn: dict[int, Layer] = {}
            for entry in mine:
                layer = outlines[entry["index"]]
                if entry["photos"]:
                    shown, times, states = frames_of(entry)
                    signatures = [row[-1] if entry["kind"] == "frames" else "" for row in states]
                    pictures, which = groups.capture(entry, layer.photographs, shown, times, signatures)
                elif entry["kind"] == "frames":
                    shown, times, states = frames_of(entry)
                    signatures = [row[-1] for row in states]
                    pictures, which = capture_frames(page, entry, times, signatures, width, height, scale)
                else:
                    continue
                drawn[entry["index"]] = replace(layer, sprites=pictures, which=which[_spread(shown)])
            coming.append(completing.submit(complete, mine, drawn, last))
        show_all(page)
        return [layout.result() for layout in coming][-1]


class _Sprites:
    """The pictures of layers that stay as they are. Those that are painted alike are captured once, and share one.

    Passes are parted among all layers, wanted or not: so an edited ad has the very passes that the ad had before, but
    for the one with the other words. ``alike`` tells by index what a layer is painted from, ``ground`` stands for all
    that decides pictures beside it ("": no picture is taken for another page's). What was captured is unpacked by
    ``unpacking``.
    """

    def __init__(
        self,
        page: Page,
        size: tuple[int, int],
        scale: Fraction,
        alike: Mapping[int, str | None],
        ground: str,
        unpacking: Executor,
    ) -> None:
        self._page, self._size, self._scale = page, size, scale
        self._alike, self._ground, self._unpacking = alike, ground, unpacking
        self._parted: set[str] = set()
        self._coming: dict[str, tuple[int, Future[dict[int, Sprite]]]] = {}

    def capture(self, entries: Sequence[dict[str, Any]], wanted: Collection[str]) -> None:
        """Takes the pictures of those that are ``wanted`` (see `of`) and were not taken yet."""
        firsts: dict[str, dict[str, Any]] = {}
        for entry in entries:
            if self.of(entry) not in self._parted:
                firsts.setdefault(self.of(entry), entry)
        self._parted.update(firsts)
        for key, entry in firsts.items():
            if entry["window"] and key in wanted:
                sprite = capture_beyond(self._page, entry, *self._size, self._scale)
                pictures: Future[dict[int, Sprite]] = Future()
                pictures.set_result({} if sprite is None else {entry["index"]: sprite})
                self._coming[key] = entry["index"], pictures
        inside = [entry for entry in firsts.values() if not entry["window"]]
        passes = part_passes(inside, *self._size, self._scale)
        passes = [group for group in passes if any(self.of(part.entry) in wanted for part in group)]
        coming = capture_sprites(self._page, passes, self._scale, self._name_of, self._unpacking)
        for group, unpacked in zip(passes, coming, strict=True):
            for part in group:
                self._coming[self.of(part.entry)] = part.entry["index"], unpacked

    def of(self, entry: Mapping[str, Any]) -> str:
        """What a layer shares its picture by; its index where it can share none."""
        painted = self._alike[entry["index"]]
        if painted is None:
            return str(entry["index"])
        return f"{painted} {entry['window']}" if entry["window"] else painted

    def get(self, entry: Mapping[str, Any]) -> Sprite | None:
        """A layer's picture, once it is unpacked; None where it shows nothing."""
        if self.of(entry) not in self._coming:
            return None
        index, pictures = self._coming[self.of(entry)]
        return pictures.result().get(index)

    def _name_of(self, group: Pass) -> str | None:
        import hashlib

        paints = [(self._alike[part.entry["index"]], part.box, part.way) for part in group]
        if not self._ground or not all(paint for paint, *_ in paints):
            return None
        return hashlib.sha256(repr((self._ground, paints)).encode()).hexdigest()


def _paints_of(told: Mapping[str, Any] | None, described: Sequence[dict[str, Any]]) -> tuple[str | None, ...]:
    """For each layer the SHA-256 of what `castad.paints` tells of it."""
    if told is None:
        return tuple(None for _ in described)
    import hashlib

    ground = hashlib.sha256(told["ground"].encode("utf-8", "surrogatepass")).digest()
    texts = [told["layers"][d["index"]] for d in described]
    return tuple(text and hashlib.sha256(ground + text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts)


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
    # Scrims are as large as the frame: captured beside the encoders they would add to the peak of memory.
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
    by: float,
) -> Layer:
    """A layer as yet without sprites; what is captured frame by frame has its signatures, numbered, for them."""
    import hashlib

    import numpy as np

    count = _STATE + len(entry["fades"])
    table = np.array([row[:count] for row in states], dtype=np.float64).reshape(-1, count)
    signatures: dict[str, int] = {}
    which = np.zeros(len(states), dtype=np.int64)
    if entry["kind"] == "frames":
        which = np.array([signatures.setdefault(row[-1], len(signatures)) for row in states], dtype=np.int64)
    spread = _spread(frames)
    table, which = table[spread], which[spread]
    effects = tuple(states[k][count] for k in spread)
    scene = -1 if entry["scene"] == ALL_SCENES else int(entry["scene"])
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
        signatures=tuple(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in signatures),
        media=-1 if entry["media"] is None else entry["media"],
        scene=scene,
        box=Box(*(v * by for v in entry["shape"] or entry["box"])),
        corners=tuple((across * by, down * by) for across, down in entry["corners"]),
        place=sum(other["kind"] == "media" and other["scene"] == entry["scene"] for other in before),
        is_scrim=entry["scrim"] is not None,
        scrim_to=entry["scrim"] or "",
        blend=entry["blend"] or "",
        fades=tuple(Fade((scene, n), table[:, _STATE + k]) for k, n in enumerate(entry["fades"])),
        effects=() if set(effects) == {"none"} else effects,
        px=by,
        held=entry["held"],
        why=entry["why"] or _dear(entry, effects),
    )


def _spread(frames: Sequence[int]) -> NDArray[np.int64]:
    """Of a few frames alone, each stands for those up to the next one: which, for each frame from first to last."""
    import numpy as np

    return np.searchsorted(np.array(frames), np.arange(frames[0], frames[-1] + 1), side="right") - 1


def _dear(entry: dict[str, Any], effects: Sequence[str]) -> str:
    """What the compositor has to do for a layer, frame by frame."""
    if entry["blend"]:
        return f"blends with what is below ({entry['blend']})"
    if set(effects) != {"none"}:
        return "filters what is below (backdrop-filter)" if entry["backdrop"] else "is filtered (filter)"
    return ""


def _spans(timeline: Timeline) -> dict[str, tuple[int, int]]:
    """Each scene's frames: from its start to the end of the next one's transition, during which it is still seen."""
    spans = {ALL_SCENES: (0, timeline.frames)}
    for scene, after in zip(timeline.scenes, [*timeline.scenes[1:], None], strict=True):
        spans[str(scene.index)] = (scene.start, scene.end + (after.transition_frames if after else 0))
    return spans


def _fill(states: Sequence[Any]) -> list[list[Any]]:
    filled: list[list[Any]] = []
    for row in states:
        filled.append(filled[-1] if row == 0 else row)
    return filled


def _shown(
    measured: Sequence[dict[str, Any]],
    described: Sequence[dict[str, Any]],
    rows: Mapping[int, tuple[Sequence[int], Sequence[Any]]],
    timeline: Timeline,
    scale: float,
) -> tuple[ShownText, ...]:
    """When each text can be read: all its layers are opaque, and hold it within an eighth of an em of where it rests.

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
        box = Box(*item["box"])
        for index in layers:
            frames, states = rows[index]
            at_rest = _rests(states, box, 0.12 * item["size"])
            full = {f for f, rests in zip(frames, at_rest, strict=True) if rests and f < ends[item["scene"]]}
            visible = full if visible is None else visible & full
        visible = _standing(visible or set(), item, timeline)
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


def _standing(visible: set[int], item: Mapping[str, Any], timeline: Timeline) -> set[int]:
    """Of the frames in which a text's layers rest, those in which its own parts stand too.

    Parts that take as long as the scene to come in, as a slow drift does, are read while they move.
    """
    own = next((scene for scene in timeline.scenes if str(scene.index) == item["scene"]), None)
    start, frames = (own.start, own.frames) if own else (0, timeline.frames)
    stands = float(item["stands"]) / 1000 * float(timeline.rate)
    return visible if stands >= frames else {frame for frame in visible if frame >= start + stands}


def _rests(states: Sequence[Sequence[Any]], box: Box, most: float) -> Iterator[bool]:
    """Whether a layer is opaque on each frame, and holds a box within ``most`` pixels of where it rests."""
    state: Sequence[Any] = ()
    rests = False
    for row in states:
        if row is not state:  # `_fill` has the very same where nothing moves
            state, rests = row, row[6] >= 0.95 and _moved(row, box) < most
        yield rests


def _moved(matrix: Sequence[float], box: Box) -> float:
    """How far, along an axis, an affine matrix (a, b, c, d, e, f) takes the corner of a box that it moves most.

    What turns or grows about a far point carries its words a long way with no translation of its own.
    """
    a, b, c, d, e, f = matrix[:6]
    corners = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    return max(max(abs(a * x + c * y + e - x), abs(b * x + d * y + f - y)) for x, y in corners)
