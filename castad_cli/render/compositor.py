"""Draws frames: pictures in their boxes, transitions, then the browser's sprites, straight into yuv420p.

One `Painter` draws any frames of a rendition in any order, with the same result; it keeps what stands
still between frames (a flattened overlay of all sprites at rest), so a still scene costs little twice.
It is not thread-safe: one painter per thread, sharing the layout and the sources.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from math import ceil, floor, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.render.chromium.groups import PackedSprite
from castad_cli.render.coverage import Region, between_edges, bounds, cover, is_upright
from castad_cli.render.cut_sprites import Cutting, cut
from castad_cli.render.fading import Group, Item, group_items
from castad_cli.render.kernel.display_list import DisplayList, Strokes, resample
from castad_cli.render.layers import Layer, Layout, Spot
from castad_cli.render.laying import (
    ALPHA_STEPS,
    STEPS,
    UNMOVED,
    clip_inside,
    cut_out,
    cuts,
    lay,
    lay_bands,
    part_of,
    placing_of,
)
from castad_cli.render.media.motion import emphasised
from castad_cli.render.pixels.bands import windows_of
from castad_cli.render.pixels.blend import blend_onto, mix_onto, planes_to_rgb
from castad_cli.render.pixels.effects import apply_filter, reach_px, read_filter
from castad_cli.render.pixels.matrices import Placing, inverted, moved, moves_whole_blocks, plane_placing
from castad_cli.render.pixels.planes import (
    Cutout,
    Picture,
    Plane,
    Planes,
    frame_planes,
)
from castad_cli.render.runs import AT_REST, FAINTEST, Runs
from castad_cli.render.shots import Source
from castad_cli.render.timeline import Scene, Timeline

_KEPT_OVERLAYS = 3
_KEPT_UNPACKED = 3
_KEPT_STENCILS = 4


class Painter:
    """Draws the frames of one rendition.

    ``sources`` maps a media layer's ``spot`` to what it shows; ``origin_y`` is the line, in pixels,
    that an ``open`` transition opens from. Sprites that are not cut yet are cut when first drawn. A ``wipe`` runs with
    the reading direction: ``rtl`` from the right.
    """

    def __init__(
        self,
        layout: Layout,
        timeline: Timeline,
        sources: Mapping[Spot, Source],
        width: int,
        height: int,
        origin_y: int,
        *,
        rtl: bool = False,
    ) -> None:
        self._layers = layout.layers
        self._timeline = timeline
        self._sources = sources
        self._width, self._height = width, height
        self._origin_y, self._rtl = origin_y, rtl
        self._runs: dict[int, Runs] = {}
        self._unpacked: OrderedDict[int, tuple[Cutout, tuple[Plane, ...]]] = OrderedDict()
        self._held = {layer.spot: layer for layer in self._layers if layer.held}
        self._cutting = Cutting()
        self._overlays: OrderedDict[tuple[tuple[int, int], ...], Strokes] = OrderedDict()
        self._kept_stencils: OrderedDict[tuple[object, ...], tuple[Plane, ...]] = OrderedDict()

    def paint(self, frame: int, buffer: NDArray[np.uint8]) -> None:
        """Draws ``frame`` into ``buffer``: width × height × 3 / 2 bytes of yuv420p, whatever they held before."""
        self.draw(frame, frame_planes(buffer, self._width, self._height))

    def draw(self, frame: int, planes: Planes) -> None:
        """Draws ``frame`` into its planes, whatever they held before."""
        visible = [
            (number, layer, frame - layer.start)
            for number, layer in enumerate(self._layers)
            if layer.start <= frame < layer.end and layer.opacities[frame - layer.start] > FAINTEST and not layer.held
        ]
        strokes = DisplayList(planes)
        bottom = self._covering(visible, frame)
        if bottom is None:
            for plane, value in enumerate((16, 128, 128)):
                strokes.fill(plane, value)
        self._draw_items(strokes, visible[bottom or 0 :], frame)
        strokes.flush()

    def _draw_items(
        self,
        strokes: DisplayList,
        items: Sequence[Item],
        frame: int,
        within: frozenset[Group] = frozenset(),
        by: float = 1,
    ) -> None:
        """Draws layers one over the other. Of those ``within`` groups that fade, ``by`` is what the groups' opacities
        come to: they are drawn without it."""
        resting: list[Item] = []
        for group, run in group_items(items, within):
            if group is not None:
                self._draw_overlay(strokes, resting)
                resting = []
                self._draw_faded(strokes, run, frame, within, group, by)
                continue
            ((_, layer, k),) = run
            if layer.kind == "media":
                self._draw_overlay(strokes, resting)
                resting = []
                self._draw_media(strokes, layer, frame, k, by)
            elif layer.which[k] < 0 and not layer.effects:
                continue
            elif by == 1 and self._may_rest(layer) and self._runs_of(layer).length(k) >= AT_REST:
                resting.extend(run)
            else:
                self._draw_overlay(strokes, resting)
                resting = []
                if layer.effects:
                    self._draw_backdrop(strokes.drawn(), layer, k, by)
                if layer.which[k] >= 0:
                    self._draw_sprite(strokes, run[0], by)
        self._draw_overlay(strokes, resting)

    def _runs_of(self, layer: Layer) -> Runs:
        """A layer's runs, found once it is drawn: a painter is for few of an ad's frames, and most are not on them."""
        if id(layer) not in self._runs:
            self._runs[id(layer)] = Runs(layer)
        return self._runs[id(layer)]

    @staticmethod
    def _may_rest(layer: Layer) -> bool:
        return not (layer.blend or layer.effects or layer.photographs)

    def _draw_faded(
        self,
        strokes: DisplayList,
        items: Sequence[Item],
        frame: int,
        within: frozenset[Group],
        fading: tuple[Group, float],
        by: float,
    ) -> None:
        """Draws a group of layers that fades as one: whole, then mixed with what was there before (the same as mixing
        them first: both are linear)."""
        group, opacity = fading
        left, top, right, bottom = self._reach_of(items, frame)
        if right <= left or bottom <= top:
            return
        boxes = [part_of((left, top, right, bottom), step) for step in STEPS]
        before = [np.empty((box[3] - box[1], box[2] - box[0]), np.uint8) for box in boxes]
        for plane, (box, was) in enumerate(zip(boxes, before, strict=True)):
            strokes.save(plane, box, was)
        self._draw_items(strokes, items, frame, within | {group}, by * opacity)
        for plane, (box, was) in enumerate(zip(boxes, before, strict=True)):
            strokes.mix(plane, box, was, opacity)

    def _reach_of(self, items: Sequence[Item], frame: int) -> tuple[int, int, int, int]:
        """The even rectangle of the frame that some layers can touch."""
        reaches = []
        for _, layer, k in items:
            if layer.kind == "media":
                more = self._spread(layer, k)
                outer = bounds(layer.box, layer.matrices[k])
                reaches.append((outer[0] - more, outer[1] - more, outer[2] + more, outer[3] + more))
            else:
                if layer.which[k] >= 0:
                    cutout = self._cutout(layer, int(layer.which[k]))
                    m, clip, _, _ = self._stance(layer, k)
                    reaches.append(self._reach(cutout, m, clip))
                if layer.effects:
                    reaches.append(bounds(layer.box, layer.matrices[k]))
        if not reaches:
            return 0, 0, 0, 0
        left, top = (max(0, floor(min(r[i] for r in reaches) / 2) * 2) for i in (0, 1))
        right, bottom = (ceil(max(r[i] for r in reaches) / 2) * 2 for i in (2, 3))
        return left, top, min(right, self._width), min(bottom, self._height)

    # -- pictures ------------------------------------------------------------------------------------------

    def _covering(self, visible: Sequence[Item], frame: int) -> int | None:
        """The position of the topmost media layer that fills the frame opaquely, below which nothing shows."""
        for position in range(len(visible) - 1, -1, -1):
            _, layer, k = visible[position]
            if layer.kind == "media" and layer.opacities[k] >= 1 and not layer.corners and self._is_plain(layer, k):
                shown, opacity, _ = self._shown(layer, frame, k)
                if opacity >= 1 and shown == (0, 0, self._width, self._height):
                    return position
        return None

    def _shown(self, layer: Layer, frame: int, k: int) -> tuple[tuple[int, int, int, int], float, tuple[float, float]]:
        """Where a media layer shows (left, top, right, bottom), how strongly, and how far a transition pushed it."""
        edges, opacity, push = self._limits(layer, frame, k)
        outer = bounds(layer.box, layer.matrices[k])
        box = [max(outer[0], edges[0]), max(outer[1], edges[1]), min(outer[2], edges[2]), min(outer[3], edges[3])]
        return (round(box[0]), round(box[1]), round(box[2]), round(box[3])), opacity, push

    def _limits(self, layer: Layer, frame: int, k: int) -> tuple[list[float], float, tuple[float, float]]:
        """What a media layer may show in, whatever its box: its ancestors' clip, the frame, a transition's edge."""
        clip = layer.clips[k]
        box = [max(clip[0], 0), max(clip[1], 0), min(clip[2], self._width), min(clip[3], self._height)]
        opacity, push = float(layer.opacities[k]), (0.0, 0.0)
        scene, entering = self._transition_of(layer, frame)
        if scene is not None:
            t = emphasised((frame - scene.start + 1) / (scene.transition_frames + 1))
            if scene.transition == "dissolve" and entering:
                opacity *= t
            elif scene.transition == "wipe" and entering:
                if self._rtl:
                    box[0] = max(box[0], self._width * (1 - t))
                else:
                    box[2] = min(box[2], self._width * t)
            elif scene.transition == "open" and entering:
                box[1] = max(box[1], self._origin_y * (1 - t))
                box[3] = min(box[3], self._origin_y + (self._height - self._origin_y) * t)
            elif scene.transition == "push":
                push = (0.0, self._height * ((1 - t) if entering else -0.3 * t))
                if entering:
                    box[1] = max(box[1], push[1])
        return box, opacity, push

    def _transition_of(self, layer: Layer, frame: int) -> tuple[Scene | None, bool]:
        """The transition under way at ``frame`` that this layer takes part in, and whether it is the one coming in."""
        now = self._timeline.scene_at(frame)
        if not now.transition_frames or frame >= now.start + now.transition_frames:
            return None, False
        return now, layer.scene == now.index

    @staticmethod
    def _is_plain(layer: Layer, k: int) -> bool:
        """Whether a media layer is an upright rectangle of its picture, neither filtered nor blended."""
        return not layer.blend and (not layer.effects or layer.effects[k] == "none") and is_upright(layer.matrices[k])

    @staticmethod
    def _spread(layer: Layer, k: int) -> int:
        """By how many pixels a layer's filter makes it larger on each side."""
        return ceil(reach_px(read_filter(layer.effects[k])) * _scale_of(layer, k)) if layer.effects else 0

    def _draw_media(self, strokes: DisplayList, layer: Layer, frame: int, k: int, by: float = 1) -> None:
        if not self._is_plain(layer, k):
            self._draw_media_apart(strokes.drawn(), layer, frame, k, by)
            return
        region, opacity, push = self._shown(layer, frame, k)
        opacity /= by
        left, top, right, bottom = region
        if right - left < 1 or bottom - top < 1 or opacity < FAINTEST:
            return
        placing, image = self._placing(layer, frame, k, push)
        stencils = self._stencils(layer, k, region) if layer.corners else (None, None, None)
        for plane, (picture, step, stencil) in enumerate(zip(image.planes, STEPS, stencils, strict=True)):
            box = left // step, top // step, -(-right // step), -(-bottom // step)
            own = plane_placing(placing, step, origin=image.origin(step))
            strokes.picture(plane, picture, own, box, opacity, stencil=stencil)

    def _stencils(self, layer: Layer, k: int, region: Region) -> tuple[Plane, ...]:
        """How much of each pixel of a region a box with round corners covers, for each plane, of 255."""
        key = layer.box, layer.corners, layer.matrices[k].tobytes(), region
        if key not in self._kept_stencils:
            left, top, right, bottom = region
            mask = cover(layer.box, layer.corners, layer.matrices[k], region) * np.float32(255)
            size = -(-right // 2) - left // 2, -(-bottom // 2) - top // 2
            half = cv2.convertScaleAbs(cv2.resize(mask, size, interpolation=cv2.INTER_AREA))
            self._kept_stencils[key] = (cv2.convertScaleAbs(mask), half, half)
            while len(self._kept_stencils) > _KEPT_STENCILS:
                self._kept_stencils.popitem(last=False)
        return self._kept_stencils[key]

    def _placing(self, layer: Layer, frame: int, k: int, push: tuple[float, float]) -> tuple[Placing, Picture]:
        """From pixels of the frame to those of a media layer's picture, and that picture."""
        source = self._sources[layer.spot]
        image = source.picture(frame)
        scale, dx, dy = source.placing(frame)
        # stage -> layer's own frame (undo its matrix) -> picture
        a, c, e, b, d, f = inverted(layer.matrices[k])
        a, c, e, b, d, f = scale * a, scale * c, scale * e + dx, scale * b, scale * d, scale * f + dy
        return (a, c, e - a * push[0] - c * push[1], b, d, f - b * push[0] - d * push[1]), image

    def _draw_media_apart(self, planes: Planes, layer: Layer, frame: int, k: int, by: float) -> None:
        """A photograph that is turned, filtered or blended: drawn for itself first, as far beyond the frame as it is
        blurred. Dear, and exact."""
        edges, opacity, push = self._limits(layer, frame, k)
        steps, spread = read_filter(layer.effects[k]) if layer.effects else (), self._spread(layer, k)
        outer = bounds(layer.box, layer.matrices[k])
        left, top = (floor(max(outer[i] - spread - 1, -spread) / 2) * 2 for i in (0, 1))
        right = ceil(min(outer[2] + spread + 1, self._width + spread) / 2) * 2
        bottom = ceil(min(outer[3] + spread + 1, self._height + spread) / 2) * 2
        if right <= left or bottom <= top or opacity / by < FAINTEST:
            return
        placing, image = self._placing(layer, frame, k, push)
        drawn: list[Plane] = []
        for picture, step in zip(image.planes, STEPS, strict=True):
            plane = np.empty(((bottom - top) // step, (right - left) // step), np.uint8)
            own = plane_placing(placing, step, left // step, top // step, image.origin(step))
            resample(picture, own, plane)
            drawn.append(plane)
        covered = cover(layer.box, layer.corners, layer.matrices[k], (left, top, right, bottom))
        whole = np.clip(planes_to_rgb((drawn[0], drawn[1], drawn[2]), np.ones_like(covered)), 0, 1)
        light = np.asarray(whole * covered[:, :, None], np.float32)
        light, covered = apply_filter(steps, light, covered, _scale_of(layer, k), cv2.BORDER_REPLICATE)
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(right, self._width), min(bottom, self._height)
        if x1 <= x0 or y1 <= y0:
            return
        seen = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
        limit = between_edges(edges, (x0, y0, x1, y1)) * np.float32(opacity / by)
        mix_onto(
            windows_of(planes, x0, y0, (y1 - y0, x1 - x0)),
            light[seen] * limit[:, :, None],
            covered[seen] * limit,
            layer.blend,
        )

    def _draw_backdrop(self, planes: Planes, layer: Layer, k: int, by: float) -> None:
        """Filters what is already drawn where a layer is, as far as its box and its opacity go.

        What is beyond the box is taken to be its mirror image (Filter Effects 2, section 5).
        """
        steps = read_filter(layer.effects[k])
        outer, clip = bounds(layer.box, layer.matrices[k]), layer.clips[k]
        left, top = (floor(max(outer[i], clip[i], 0) / 2) * 2 for i in (0, 1))
        right = ceil(min(outer[2], clip[2], self._width) / 2) * 2
        bottom = ceil(min(outer[3], clip[3], self._height) / 2) * 2
        if not steps or right <= left or bottom <= top:
            return
        region = (left, top, right, bottom)
        windows = windows_of(planes, left, top, (bottom - top, right - left))
        whole = np.ones((bottom - top, right - left), np.float32)
        light = np.asarray(np.clip(planes_to_rgb(windows, whole), 0, 1), np.float32)
        light, whole = apply_filter(steps, light, whole, _scale_of(layer, k), cv2.BORDER_REFLECT)
        covered = cover(layer.box, layer.corners, layer.matrices[k], region) * between_edges(list(clip), region)
        covered *= np.float32(layer.opacities[k] / by)
        mix_onto(windows, light * covered[:, :, None], whole * covered)

    # -- sprites -------------------------------------------------------------------------------------------

    def _cutout(self, layer: Layer, which: int) -> Cutout:
        sprite = layer.sprites[which]
        return self._unpack(sprite)[0] if isinstance(sprite, PackedSprite) else self._cutting.once(sprite).cutout

    def _unpack(self, sprite: PackedSprite) -> tuple[Cutout, tuple[Plane, ...]]:
        """The cutout of a group's picture and its weights. A few are kept: most are for one frame alone."""
        if id(sprite) not in self._unpacked:
            whole = sprite.unpack()
            self._unpacked[id(sprite)] = cut(whole).cutout, whole.weights
            while len(self._unpacked) > _KEPT_UNPACKED:
                self._unpacked.popitem(last=False)
        return self._unpacked[id(sprite)]

    def _draw_sprite(self, strokes: DisplayList, item: Item, by: float = 1) -> None:
        """Draws a sprite as it stands at a frame: moved, faded, clipped.

        ``by`` is the part of its opacity that its groups take care of.
        """
        _, layer, k = item
        cutout = self._cutout(layer, int(layer.which[k]))
        m, clip, whole, push = self._stance(layer, k)
        reach, opacity = self._reach(cutout, m, clip), min(whole / by, 1.0)
        if reach[2] <= reach[0] or reach[3] <= reach[1]:
            return
        placing = placing_of(cutout, m)
        if not (layer.blend or layer.photographs or cuts(clip, reach)):
            lay(strokes, cutout.planes, placing, reach, opacity)
            return
        parts = [
            cut_out(part, plane_placing(placing, step, reach[0] // step, reach[1] // step), part_of(reach, step))
            for part, step in zip(cutout.planes, ALPHA_STEPS, strict=True)
        ]
        sprite = layer.sprites[int(layer.which[k])]
        weights = self._unpack(sprite)[1] if isinstance(sprite, PackedSprite) else ()
        if weights:
            parts[:3] = self._with_photographs(layer, k, parts, weights, placing, push, reach)
        parts = clip_inside(parts, clip, reach)
        if layer.blend:
            y, u, v, a, a2 = (cv2.convertScaleAbs(part, alpha=opacity) for part in parts)
            blend_onto(windows_of(strokes.drawn(), reach[0], reach[1], a.shape), (y, u, v), (a, a2), layer.blend)
            return
        lay(strokes, parts, moved(UNMOVED, reach[0], reach[1]), reach, opacity)

    def _stance(
        self, layer: Layer, k: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], float, tuple[float, float]]:
        """A sprite's matrix, clip and opacity at a frame, and how far a transition pushed it: what holds photographs
        takes part in one as they do."""
        if not layer.photographs:
            return layer.matrices[k], layer.clips[k], float(layer.opacities[k]), (0.0, 0.0)
        edges, opacity, push = self._limits(layer, layer.start + k, k)
        return layer.matrices[k] + (0, 0, 0, 0, *push), np.array(edges), opacity, push

    def _with_photographs(
        self,
        layer: Layer,
        k: int,
        parts: Sequence[Plane],
        weights: Sequence[Plane],
        placing: Placing,
        push: tuple[float, float],
        reach: Region,
    ) -> list[Plane]:
        """A group's colour planes with its photographs in them, where they were black: each as far as it has weight."""
        planes = list(parts[:3])
        for spot, weight in zip(layer.photographs, weights, strict=True):
            media = self._held[spot]
            placed, image = self._placing(media, layer.start + k, layer.start + k - media.start, push)
            half = cv2.resize(weight, (weight.shape[1] // 2, weight.shape[0] // 2), interpolation=cv2.INTER_AREA)
            for index, (picture, step, own, black) in enumerate(
                zip(image.planes, STEPS, (weight, half, half), (16, 128, 128), strict=True)
            ):
                left, top = reach[0] // step, reach[1] // step
                share = cut_out(own, plane_placing(placing, step, left, top), part_of(reach, step))
                drawn = np.empty_like(share)
                resample(picture, plane_placing(placed, step, left, top, image.origin(step)), drawn)
                more = cv2.multiply(
                    cv2.subtract(drawn, black, dtype=cv2.CV_32F), share, scale=1 / 255, dtype=cv2.CV_32F
                )
                planes[index] = cv2.add(planes[index], more, dtype=cv2.CV_8U)
        return planes

    def _reach(self, cutout: Cutout, m: NDArray[np.float64], clip: NDArray[np.float64]) -> Region:
        """The even rectangle of the frame that a transformed sprite can touch."""
        a, b, c, d, e, f = m.tolist()
        whole = moves_whole_blocks((a, b, c, d, e, f))
        if whole:
            e, f = round(e), round(f)
        xs, ys = (cutout.left, cutout.left + cutout.width), (cutout.top, cutout.top + cutout.height)
        px = [a * x + c * y + e for x in xs for y in ys]
        py = [b * x + d * y + f for x in xs for y in ys]
        pad = 0 if whole else 2
        left, top = max(min(px) - pad, clip[0], 0), max(min(py) - pad, clip[1], 0)
        right, bottom = min(max(px) + pad, clip[2], self._width), min(max(py) + pad, clip[3], self._height)
        return (
            floor(left / 2) * 2,
            floor(top / 2) * 2,
            min(ceil(right / 2) * 2, self._width),
            min(ceil(bottom / 2) * 2, self._height),
        )

    def _draw_overlay(self, strokes: DisplayList, resting: Sequence[Item]) -> None:
        if not resting:
            return
        key = tuple((number, self._runs_of(layer).run(k)) for number, layer, k in resting)
        if key in self._overlays:
            self._overlays.move_to_end(key)
        else:
            self._overlays[key] = self._flatten(resting)
            while len(self._overlays) > _KEPT_OVERLAYS:
                self._overlays.popitem(last=False)
        strokes.extend(self._overlays[key])

    def _flatten(self, resting: Sequence[Item]) -> Strokes:
        """All the sprites as one picture, cut into bands so that nothing is blended where nothing or all is seen."""
        sizes = [(self._height // step, self._width // step) for step in ALPHA_STEPS]
        scratch = tuple(np.empty(size, np.uint8) for size in sizes)
        _, top, _, bottom = self._reach_of(resting, 0)
        for plane, step in zip(scratch, ALPHA_STEPS, strict=True):  # no other rows are drawn on, or read
            plane[top // step : bottom // step] = 0
        gathered = DisplayList(scratch)
        for item in resting:
            self._draw_sprite(gathered, item)
        gathered.flush()
        y, u, v, a, a2 = (plane[top // step : bottom // step] for plane, step in zip(scratch, ALPHA_STEPS, strict=True))
        bands = DisplayList(scratch[:3])
        lay_bands(bands, (y, u, v), (a, a2), top)
        return bands.pack()


def _scale_of(layer: Layer, k: int) -> float:
    """Pixels of the frame to a CSS pixel of a layer, as it is scaled on a frame."""
    a, b, c, d, _, _ = layer.matrices[k]
    return layer.px * sqrt(abs(a * d - b * c))
