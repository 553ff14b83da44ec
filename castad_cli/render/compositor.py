"""Draws frames: pictures in their boxes, transitions, then the browser's sprites, straight into yuv420p.

One `Painter` draws any frames of a rendition in any order, with the same result; it keeps what stands
still between frames (a flattened overlay of all sprites at rest), so a still scene costs little twice.
It is not thread-safe: one painter per thread, sharing the layout and the sources.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.render.chromium.groups import PackedSprite
from castad_cli.render.coverage import between_edges, bounds, cover, edge_coverage, is_upright
from castad_cli.render.fading import Group, Item, group_items
from castad_cli.render.layers import Layer, Layout, Spot
from castad_cli.render.media.motion import emphasised
from castad_cli.render.media.resample import resample
from castad_cli.render.pixels.bands import Band, cut_bands, windows_of
from castad_cli.render.pixels.blend import blend_onto, mix_onto, planes_to_rgb
from castad_cli.render.pixels.effects import apply_filter, reach_px, read_filter
from castad_cli.render.pixels.matrices import inverted, moves_whole_blocks, plane_matrix
from castad_cli.render.pixels.planes import (
    Cutout,
    Cutouts,
    Picture,
    Plane,
    Planes,
    cutout_from_bgra,
    frame_planes,
    over,
)
from castad_cli.render.runs import AT_REST, FAINTEST, Runs
from castad_cli.render.shots import Source
from castad_cli.render.timeline import Scene, Timeline

_KEPT_OVERLAYS = 3
_KEPT_UNPACKED = 3


@dataclass(frozen=True)
class _Patch:
    """Premultiplied planes at an even place of the frame."""

    y: Plane
    u: Plane
    v: Plane
    a: Plane
    a2: Plane
    left: int
    top: int


class Painter:
    """Draws the frames of one rendition.

    ``sources`` maps a media layer's ``spot`` to what it shows; ``origin_y`` is the line, in pixels,
    that an ``open`` transition opens from. Painters of one layout may share their ``cutouts``: what each makes of
    a sprite is the same, so it does not matter which of them comes first. A ``wipe`` runs with the
    reading direction: ``rtl`` from the right.
    """

    def __init__(
        self,
        layout: Layout,
        timeline: Timeline,
        sources: Mapping[Spot, Source],
        width: int,
        height: int,
        origin_y: int,
        cutouts: Cutouts | None = None,
        *,
        rtl: bool = False,
    ) -> None:
        self._layers = layout.layers
        self._timeline = timeline
        self._sources = sources
        self._width, self._height = width, height
        self._origin_y, self._rtl = origin_y, rtl
        self._runs = {id(layer): Runs(layer) for layer in self._layers}
        self._unpacked: OrderedDict[int, tuple[Cutout, tuple[Plane, ...]]] = OrderedDict()
        self._held = {layer.spot: layer for layer in self._layers if layer.held}
        self._cutouts = {} if cutouts is None else cutouts
        self._overlays: OrderedDict[tuple[tuple[int, int], ...], tuple[Band, ...]] = OrderedDict()

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
        bottom = self._covering(visible, frame)
        if bottom is None:
            for plane, value in zip(planes, (16, 128, 128), strict=True):
                plane[:] = value
        self._draw_items(planes, visible[bottom or 0 :], frame)

    def _draw_items(
        self, planes: Planes, items: Sequence[Item], frame: int, within: frozenset[Group] = frozenset(), by: float = 1
    ) -> None:
        """Draws layers one over the other. Of those ``within`` groups that fade, ``by`` is what the groups' opacities
        come to: they are drawn without it."""
        resting: list[Item] = []
        for group, run in group_items(items, within):
            if group is not None:
                self._draw_overlay(planes, resting)
                resting = []
                self._draw_faded(planes, run, frame, within, group, by)
                continue
            ((_, layer, k),) = run
            if layer.kind == "media":
                self._draw_overlay(planes, resting)
                resting = []
                self._draw_media(planes, layer, frame, k, by)
            elif layer.which[k] < 0 and not layer.effects:
                continue
            elif by == 1 and self._may_rest(layer) and self._runs[id(layer)].length(k) >= AT_REST:
                resting.extend(run)
            else:
                self._draw_overlay(planes, resting)
                resting = []
                if layer.effects:
                    self._draw_backdrop(planes, layer, k, by)
                patch = self._patch(run[0], by) if layer.which[k] >= 0 else None
                if patch is not None:
                    self._blend(planes, patch, layer.blend)
        self._draw_overlay(planes, resting)

    @staticmethod
    def _may_rest(layer: Layer) -> bool:
        return not (layer.blend or layer.effects or layer.photographs)

    def _draw_faded(
        self,
        planes: Planes,
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
        windows = windows_of(planes, left, top, (bottom - top, right - left))
        before = [window.copy() for window in windows]
        self._draw_items(planes, items, frame, within | {group}, by * opacity)
        for window, was in zip(windows, before, strict=True):
            cv2.addWeighted(window, opacity, was, 1 - opacity, 0, dst=window)

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

    def _draw_media(self, planes: Planes, layer: Layer, frame: int, k: int, by: float = 1) -> None:
        if not self._is_plain(layer, k):
            self._draw_media_apart(planes, layer, frame, k, by)
            return
        (left, top, right, bottom), opacity, push = self._shown(layer, frame, k)
        opacity /= by
        if right - left < 1 or bottom - top < 1 or opacity < FAINTEST:
            return
        m, image = self._placing(layer, frame, k, push)
        region = (left, top, right, bottom)
        mask = cover(layer.box, layer.corners, layer.matrices[k], region) if layer.corners else None
        for index, (plane, picture) in enumerate(zip(planes, image.planes, strict=True)):
            step = 1 if index == 0 else 2
            x0, y0, x1, y1 = left // step, top // step, -(-right // step), -(-bottom // step)
            target = plane[y0:y1, x0:x1]
            local = plane_matrix(m, step, x0, y0)
            local[:, 2] += image.origin(step)
            if opacity >= 1 and mask is None:
                resample(picture, local, target)
                continue
            drawn = np.empty_like(target)
            resample(picture, local, drawn)
            if mask is None:
                cv2.addWeighted(drawn, opacity, target, 1 - opacity, 0, dst=target)
            else:
                part = mask if step == 1 else cv2.resize(mask, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
                weight = part * opacity
                target[:] = cv2.blendLinear(drawn, target, weight, 1 - weight)

    def _placing(
        self, layer: Layer, frame: int, k: int, push: tuple[float, float]
    ) -> tuple[NDArray[np.float64], Picture]:
        """From pixels of the frame to those of a media layer's picture, and that picture."""
        source = self._sources[layer.spot]
        image = source.picture(frame)
        scale, dx, dy = source.placing(frame)
        # stage -> layer's own frame (undo its matrix) -> picture
        to_layer = inverted(layer.matrices[k])
        m = np.array([[scale, 0, dx], [0, scale, dy]]) @ np.vstack([to_layer, [0, 0, 1]])
        m[:, 2] -= m[:, :2] @ np.array(push)
        return m, image

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
        m, image = self._placing(layer, frame, k, push)
        drawn: list[Plane] = []
        for picture, step in zip(image.planes, (1, 2, 2), strict=True):
            local = plane_matrix(m, step, left // step, top // step)
            local[:, 2] += image.origin(step)
            plane = np.empty(((bottom - top) // step, (right - left) // step), np.uint8)
            resample(picture, local, plane)
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
        if isinstance(sprite, PackedSprite):
            return self._unpack(sprite)[0]
        if id(sprite) not in self._cutouts:
            self._cutouts[id(sprite)] = (sprite, cutout_from_bgra(sprite.bgra, sprite.left, sprite.top))
        return self._cutouts[id(sprite)][1]

    def _unpack(self, sprite: PackedSprite) -> tuple[Cutout, tuple[Plane, ...]]:
        """The cutout of a group's picture and its weights. A few are kept: most are for one frame alone."""
        if id(sprite) not in self._unpacked:
            whole = sprite.unpack()
            self._unpacked[id(sprite)] = cutout_from_bgra(whole.bgra, whole.left, whole.top), whole.weights
            while len(self._unpacked) > _KEPT_UNPACKED:
                self._unpacked.popitem(last=False)
        return self._unpacked[id(sprite)]

    def _patch(self, item: Item, by: float = 1) -> _Patch | None:
        """A sprite as it stands at a frame: moved, faded, clipped; None when nothing of it shows.

        ``by`` is the part of its opacity that its groups take care of.
        """
        _, layer, k = item
        cutout = self._cutout(layer, int(layer.which[k]))
        m, clip, whole, push = self._stance(layer, k)
        x0, y0, x1, y1 = self._reach(cutout, m, clip)
        if x1 <= x0 or y1 <= y0:
            return None
        if moves_whole_blocks(m):
            ox, oy = cutout.left + round(m[4]), cutout.top + round(m[5])
            box = np.s_[y0 - oy : y1 - oy, x0 - ox : x1 - ox]
            half = np.s_[(y0 - oy) // 2 : (y1 - oy) // 2, (x0 - ox) // 2 : (x1 - ox) // 2]
            parts = [cutout.y[box], cutout.u[half], cutout.v[half], cutout.a[box], cutout.a2[half]]
        else:
            to_sprite = inverted(m)
            to_sprite[:, 2] -= (cutout.left, cutout.top)
            parts = []
            for plane, step in ((cutout.y, 1), (cutout.u, 2), (cutout.v, 2), (cutout.a, 1), (cutout.a2, 2)):
                local = plane_matrix(to_sprite, step, x0 // step, y0 // step)
                out = np.empty(((y1 - y0) // step, (x1 - x0) // step), np.uint8)
                resample(plane, local, out, border=cv2.BORDER_CONSTANT)
                parts.append(out)
        sprite = layer.sprites[int(layer.which[k])]
        weights = self._unpack(sprite)[1] if isinstance(sprite, PackedSprite) else ()
        if weights:
            parts[:3] = self._with_photographs(layer, k, parts, weights, cutout, m, push, (x0, y0, x1, y1))
        parts = self._clip_inside(parts, clip, (x0, y0, x1, y1))
        opacity = min(whole / by, 1.0)
        if opacity < 1:
            parts = [cv2.convertScaleAbs(part, alpha=opacity) for part in parts]
        y, u, v, a, a2 = parts
        return _Patch(y, u, v, a, a2, x0, y0)

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
        cutout: Cutout,
        m: NDArray[np.float64],
        push: tuple[float, float],
        reach: tuple[int, int, int, int],
    ) -> list[Plane]:
        """A group's colour planes with its photographs in them, where they were black: each as far as it has weight."""
        x0, y0, x1, y1 = reach
        planes = list(parts[:3])
        to_sprite = inverted(m)
        to_sprite[:, 2] -= (cutout.left, cutout.top)
        for spot, weight in zip(layer.photographs, weights, strict=True):
            media = self._held[spot]
            placed, image = self._placing(media, layer.start + k, layer.start + k - media.start, push)
            half = cv2.resize(weight, (weight.shape[1] // 2, weight.shape[0] // 2), interpolation=cv2.INTER_AREA)
            for index, (picture, step, own, black) in enumerate(
                zip(image.planes, (1, 2, 2), (weight, half, half), (16, 128, 128), strict=True)
            ):
                shape = (y1 - y0) // step, (x1 - x0) // step
                share, drawn = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
                resample(own, plane_matrix(to_sprite, step, x0 // step, y0 // step), share, border=cv2.BORDER_CONSTANT)
                local = plane_matrix(placed, step, x0 // step, y0 // step)
                local[:, 2] += image.origin(step)
                resample(picture, local, drawn)
                more = cv2.multiply(
                    cv2.subtract(drawn, black, dtype=cv2.CV_32F), share, scale=1 / 255, dtype=cv2.CV_32F
                )
                planes[index] = cv2.add(planes[index], more, dtype=cv2.CV_8U)
        return planes

    def _reach(self, cutout: Cutout, m: NDArray[np.float64], clip: NDArray[np.float64]) -> tuple[int, int, int, int]:
        """The even rectangle of the frame that a transformed sprite can touch."""
        whole = moves_whole_blocks(m)
        a, b, c, d, e, f = np.rint(m) if whole else m
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

    @staticmethod
    def _clip_inside(parts: list[Plane], clip: NDArray[np.float64], reach: tuple[int, int, int, int]) -> list[Plane]:
        """Fades the outermost row or column where a clip edge cuts through a pixel of the (even) rectangle."""
        covers = [edge_coverage(clip[low], clip[high], reach[low], reach[high]) for low, high in ((0, 2), (1, 3))]
        if all(cover is None for cover in covers):
            return parts
        across, down = (
            np.ones(reach[high] - reach[low], np.float32) if cover is None else cover
            for cover, (low, high) in zip(covers, ((0, 2), (1, 3)), strict=True)
        )
        full = np.outer(down, across)
        half = cv2.resize(full, (full.shape[1] // 2, full.shape[0] // 2), interpolation=cv2.INTER_AREA)
        y, u, v, a, a2 = parts
        return [
            np.rint(part * cover).astype(np.uint8)
            for part, cover in ((y, full), (u, half), (v, half), (a, full), (a2, half))
        ]

    def _blend(self, planes: Planes, patch: _Patch, mode: str = "") -> None:
        if mode:
            targets = windows_of(planes, patch.left, patch.top, patch.a.shape)
            blend_onto(targets, (patch.y, patch.u, patch.v), (patch.a, patch.a2), mode)
            return
        inverse = (cv2.bitwise_not(patch.a), cv2.bitwise_not(patch.a2))
        targets = windows_of(planes, patch.left, patch.top, patch.a.shape)
        over(targets, (patch.y, patch.u, patch.v), inverse)

    def _draw_overlay(self, planes: Planes, resting: Sequence[Item]) -> None:
        if not resting:
            return
        key = tuple((number, self._runs[id(layer)].run(k)) for number, layer, k in resting)
        if key in self._overlays:
            self._overlays.move_to_end(key)
        else:
            self._overlays[key] = self._flatten(resting)
            while len(self._overlays) > _KEPT_OVERLAYS:
                self._overlays.popitem(last=False)
        for band in self._overlays[key]:
            targets = windows_of(planes, band.left, band.top, band.planes[0].shape)
            if band.inverse is not None:
                over(targets, band.planes, band.inverse)
            else:
                for target, plane in zip(targets, band.planes, strict=True):
                    np.copyto(target, plane)

    def _flatten(self, resting: Sequence[Item]) -> tuple[Band, ...]:
        """All the patches as one picture, cut into bands so that nothing is blended where nothing or all is seen."""
        patches = [patch for patch in map(self._patch, resting) if patch is not None]
        if not patches:
            return ()
        left, top = min(p.left for p in patches), min(p.top for p in patches)
        right = max(p.left + p.a.shape[1] for p in patches)
        bottom = max(p.top + p.a.shape[0] for p in patches)
        width, height = right - left, bottom - top
        full = [np.zeros((height, width), np.uint8) for _ in range(2)]
        half = [np.zeros((height // 2, width // 2), np.uint8) for _ in range(3)]
        colour, alpha = (full[0], half[0], half[1]), (full[1], half[2])
        for patch in patches:
            inverse = (cv2.bitwise_not(patch.a), cv2.bitwise_not(patch.a2))
            x, y = patch.left - left, patch.top - top
            over(windows_of(colour, x, y, patch.a.shape), (patch.y, patch.u, patch.v), inverse)
            h, w = patch.a.shape
            windows = (alpha[0][y : y + h, x : x + w], alpha[1][y // 2 : (y + h) // 2, x // 2 : (x + w) // 2])
            for window, part, left_over in zip(windows, (patch.a, patch.a2), inverse, strict=True):
                cv2.multiply(window, left_over, dst=window, scale=1 / 255)
                cv2.add(window, part, dst=window)
        inverse = (cv2.bitwise_not(alpha[0]), cv2.bitwise_not(alpha[1]))
        return tuple(cut_bands(colour, inverse, left, top))


def _scale_of(layer: Layer, k: int) -> float:
    """Pixels of the frame to a CSS pixel of a layer, as it is scaled on a frame."""
    a, b, c, d, _, _ = layer.matrices[k]
    return layer.px * sqrt(abs(a * d - b * c))
