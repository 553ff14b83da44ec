"""A rendition before any frame is drawn: laid out, its pictures loaded, its timing fixed.

Scenes can be drawn in order while the browser still hands over the layers of later ones: `set_scene` tells whoever
wants to know as soon as all that a scene shows is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.model.formats import FORMATS, LANGUAGES, Box
from castad_cli.model.music import Track
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render import layers
from castad_cli.render.chromium.browser import Page
from castad_cli.render.compositor import Painter
from castad_cli.render.cut_sprites import Cutting
from castad_cli.render.developing import Developed
from castad_cli.render.foresight import Foreseen, scenes_in
from castad_cli.render.layers import Hashes, Layer, Layout, Outline, Spot
from castad_cli.render.page import PageSource, build_page
from castad_cli.render.pixels.planes import rgb_from_frame
from castad_cli.render.planning import plan_timeline
from castad_cli.render.qualities import QUALITIES
from castad_cli.render.shade import Glimpses, shade_layer
from castad_cli.render.shots import Source
from castad_cli.render.sources import Moves, Prepared, converted, glances, grade, moves_of, open_sources, prepare, trim
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Timeline
from castad_cli.templates import Template, load_template

cv2.setNumThreads(1)  # segments are the unit of parallel work; threads inside each would fight over the cores

OnScene = Callable[["Scenery", int], None]
"""Told a scenery and the last of the scenes that can already be drawn from it; in order, once for each scene."""


Foresee = Callable[[Foreseen], Sequence[range]]
"""Told a rendition before any picture of it is taken; the frames that are to be drawn."""

Ground = Callable[..., bytes]
"""`Kept.ground` of a rendition, given what more decides its pictures."""


@dataclass(frozen=True)
class Scenery:
    """A rendition before any frame is drawn: laid out, its pictures loaded, its timing fixed."""

    task: RenderTask
    timeline: Timeline
    layout: Layout
    prepared: dict[int, Prepared]
    boxes: dict[Spot, Box]
    moves: Moves
    width: int
    height: int
    origin_y: int
    ffmpeg: str
    hashes: Hashes = field(default_factory=dict, compare=False)

    @property
    def frame_bytes(self) -> int:
        return self.width * self.height * 3 // 2

    @contextmanager
    def painter(self, first: int, last: int) -> Iterator[Painter]:
        """Draws the frames ``first`` to ``last`` (exclusive)."""
        with open_sources(self.prepared, self.boxes, self.timeline, first, last, self.ffmpeg, self.moves) as sources:
            yield Painter(
                self.layout,
                self.timeline,
                sources,
                self.width,
                self.height,
                self.origin_y,
                rtl=LANGUAGES[self.task.language].rtl,
            )

    def picture(self, frame: int) -> NDArray[np.uint8]:
        """One frame as sRGB pixels (height, width, 3)."""
        buffer = np.empty(self.frame_bytes, np.uint8)
        with self.painter(frame, frame + 1) as painter:
            painter.paint(frame, buffer)
        return rgb_from_frame(buffer, self.width, self.height)


def set_scene(
    task: RenderTask,
    script: Script,
    track: Track | None,
    studio: Studio,
    *,
    only: list[int] | None = None,
    at: Callable[[Timeline], list[int]] | None = None,
    source: PageSource | None = None,
    check: Callable[[], None] = lambda: None,
    on_scene: OnScene | None = None,
    foresee: Foresee | None = None,
    likely: Collection[int] = (),
    ground: Ground = lambda *more: b"",
    on_loading: Callable[[], object] = lambda: None,
) -> Scenery:
    """Lays the rendition out and loads its pictures, at the size its quality asks for.

    With ``only`` (or ``at``, which names frames once the timeline is known), for those frames alone. ``source`` is its
    page, where that has been built already. ``check`` is called every now and then; what it raises stops the work.
    ``foresee`` is called once all is laid out, and says which frames are to be drawn; the scenery is for those alone.
    Until then it is only ``likely`` which scenes those are in: their pictures are loaded while the browser lays out.
    ``ground`` gives what `Foreseen` needs, with what only the layout knows. ``on_scene`` is called in another thread,
    scene by scene while the layout goes on; after a browser died in the midst of it, from the first scene on again,
    with the same frames. ``on_loading`` is called in another thread when no picture is left to begin with: then the
    browser still draws layers, and waits for its screen more often than not.

    Raises:
        UserError, ToolError, EnvironmentNotReady: as the parts say.
    """
    template = load_template(task.template)
    timeline = plan_timeline(task, script, track, template)
    if at is not None:
        only = at(timeline)
    encoding, shape = QUALITIES[task.quality], FORMATS[task.format]
    width, height = encoding.size(shape.width, shape.height)
    frames = None if only is None else [range(frame, frame + 1) for frame in only]
    seen = timeline.scenes if frames is None else [timeline.scenes[k] for k in sorted(scenes_in(timeline, frames))]
    with (
        ThreadPoolExecutor(2, thread_name_prefix="castad-photos") as pool,
        ThreadPoolExecutor(1, thread_name_prefix="castad-shade") as shading,
    ):
        # A still is as the video has it: how a photograph is graded depends on all the others.
        graded = seen if task.look == "none" else timeline.scenes
        pictures = dict.fromkeys(picture for scene in graded for picture in scene.all_pictures)

        # Of an edited ad few are loaded, and while the browser lays it out a processor waits: by then they are ready to
        # be drawn, all of each. Otherwise no more of one is converted than will be seen.
        is_edited = foresee is not None and any(scene.index not in likely for scene in seen)

        def load(index: int) -> Prepared:
            check()
            item = prepare(task.media[index], width, height)
            return converted({index: item})[index] if is_edited else item

        loading: dict[int, Future[Prepared]] = {}
        for index in pictures:
            # Where something foresees, it may turn out that few are needed.
            if foresee is None or any(index in scene.all_pictures for scene in seen if scene.index in likely):
                loading[index] = pool.submit(load, index)
        if loading:
            pool.submit(on_loading)
        try:
            page_source = source or build_page(task, script, timeline, template, track.grid if track else None)
        except BaseException:
            _cancel(loading)
            raise

        prepared: dict[int, Prepared] = {}
        loads = Lock()
        drawn: set[int] | None = None

        def choose(outline: Outline, origin_y: int) -> set[int]:
            """The layers that show on the frames that are to be drawn. What is not seen on them is not loaded."""
            nonlocal drawn
            wanted: Sequence[range] = frames or []
            if foresee is not None:
                more = (width, height, origin_y, studio.browser.version())
                wanted = foresee(Foreseen(task, timeline, outline, ground(*more)))
                drawn = scenes_in(timeline, wanted)
                media = [layer for layer in outline.layers if layer.kind == "media"]
                needed = {layer.media for layer in media if layer.scene in (-1, *drawn)}
                if task.look != "none" and wanted:
                    needed.update(pictures)
                if not prepared:
                    for index in pictures:
                        if index in needed and index not in loading:
                            loading[index] = pool.submit(load, index)
                        elif index not in needed and index in loading:
                            loading.pop(index).cancel()
            return Foreseen(task, timeline, outline, b"").layers_in(wanted)

        def load_all() -> None:
            with loads:
                if not prepared:
                    prepared.update(grade({index: future.result() for index, future in loading.items()}, task.look))
                    loading.clear()  # as they were before they were graded, nobody needs them

        def develop(outline: Outline) -> Developed:
            load_all()
            with loads:
                prepared.update(converted(prepared))
                own = dict(prepared)
            boxes, moves = moves_of(own, Layout(outline.layers, outline.texts), timeline, template.spec, drawn)

            def open_own(first: int, last: int) -> AbstractContextManager[dict[Spot, Source]]:
                return open_sources(own, boxes, timeline, first, last, studio.ffmpeg, moves)

            return Developed(open_own, boxes, float(encoding.scale))

        def furnish(outline: Outline, origin_y: int) -> _Furnished:
            load_all()
            layout = Layout(outline.layers, outline.texts)
            boxes, moves = moves_of(prepared, layout, timeline, template.spec, drawn)
            with loads:
                prepared.update(trim(prepared, boxes, timeline, moves, pool))
            behind = glances(prepared, boxes, timeline, studio.ffmpeg, moves)
            return Scenery(
                task, timeline, layout, prepared, boxes, moves, width, height, origin_y, studio.ffmpeg
            ), behind

        def lay_out(page: Page) -> Scenery:
            layers.fit_texts(page, page_source.places)
            origin = page.evaluate("measure the stage", "() => Number(stage.dataset.origin || 0)")
            origin_y = round((origin or shape.height * 0.6) * float(encoding.scale))
            furnished: list[Future[_Furnished]] = []
            stages = _Stages(lambda: furnished[0].result(), on_scene)
            told: list[Future[Scenery]] = []
            layout = layers.capture(
                page,
                timeline,
                only,
                scale=encoding.scale,
                on_scene=(lambda *stage: told.append(shading.submit(stages.tell, *stage))) if on_scene else None,
                choose=(lambda outline: choose(outline, origin_y)) if foresee or frames is not None else None,
                paints=foresee is not None or on_scene is not None,
                ground=_ground_of(task, page_source, template),
                develop=develop,
                # Beside the screenshots, which are waited for more than worked at.
                on_outline=lambda outline: furnished.append(shading.submit(furnish, outline, origin_y)),
            )
            sceneries = [future.result() for future in told]
            return sceneries[-1] if sceneries else stages.tell(layout, timeline.scenes[-1].index)

        try:
            scenery = studio.browser.with_page(page_source.resources, shape.width, shape.height, lay_out, check)
        except BaseException:
            _cancel(loading)
            raise
    check()
    return scenery


def _cancel(loading: Mapping[int, Future[Prepared]]) -> None:
    for future in loading.values():
        future.cancel()


def _ground_of(task: RenderTask, source: PageSource, template: Template) -> str:
    """SHA-256 (hex) of what decides how a page's layers are painted beside their styles, places and texts.

    Its fonts are cut to the ad's characters, but what they draw is their families', which layers name.
    """
    font = task.brand.font_file.sha256 if task.brand.font_file else ""
    digest = hashlib.sha256(repr((template.fingerprint, task.format, task.language, font)).encode())
    for path, resource in sorted(source.resources.items()):
        if path != "/" and not path.startswith("/fonts/"):
            digest.update(repr((path, resource.content_type, hashlib.sha256(resource.body).hexdigest())).encode())
    return digest.hexdigest()


_Furnished = tuple[Scenery, dict[Spot, Source]]
"""A scenery as yet without shade, and what its words are read against."""


class _Stages:
    """Tells of scenes as their layers come in; each scrim is shaded once, for the first of its scenes."""

    def __init__(self, furnish: Callable[[], _Furnished], on_scene: OnScene | None) -> None:
        self._furnish, self._on_scene = furnish, on_scene
        self._cutting = Cutting()
        self._furnished: _Furnished | None = None
        self._shaded: dict[int, tuple[Layer, Layer]] = {}
        """By a layer's id, with the layer itself, so that no other gets its id."""

    def tell(self, layout: Layout, scene: int) -> Scenery:
        """The scenery with the layers of the scenes so far, and all pictures, which are among the first captured."""
        if self._furnished is None:
            self._furnished = self._furnish()
        scenery, behind = self._furnished
        glimpses: Glimpses = {}
        for layer in layout.layers:
            if layer.scene <= scene and id(layer) not in self._shaded:
                self._shaded[id(layer)] = layer, shade_layer(layer, layout, scenery.timeline, behind, glimpses)
        # Pictures as captured are let go with the stages: a scenery has only what it draws.
        found = tuple(
            self._cutting.of(self._shaded.get(id(layer), (layer, layer))[1])
            for layer in layout.layers
            if layer.scene <= scene or layer.kind == "media"
        )
        # The first one's store of what was hashed serves them all.
        told = replace(scenery, layout=replace(layout, layers=found))
        if self._on_scene is not None:
            self._on_scene(told, scene)
        return told
