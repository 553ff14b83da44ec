"""Premultiplied pictures laid over a frame: where they stand, what they touch, what a clip leaves of them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.render.coverage import Region, edge_coverage
from castad_cli.render.kernel.display_list import DisplayList, resample
from castad_cli.render.pixels.bands import cut_bands
from castad_cli.render.pixels.matrices import Placing, inverted, moved, moves_whole_blocks, plane_placing
from castad_cli.render.pixels.planes import Cutout, Plane, Planes

STEPS = (1, 2, 2)
"""Luma pixels to one of each plane of a frame, along each side."""

ALPHA_STEPS = (*STEPS, 1, 2)
"""The same of a picture with alpha, which comes in full and in half size."""

UNMOVED: Placing = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def lay(strokes: DisplayList, parts: Sequence[Plane], placing: Placing, region: Region, opacity: float = 1.0) -> None:
    """Lays premultiplied planes (y, u, v, alpha in full and in half size) over what is below.

    Where ``strokes`` has planes of its own for alpha, what is laid over them covers more.
    """
    y, u, v, a, a2 = parts
    laid = ((y, a), (u, a2), (v, a2), (a, a), (a2, a2))
    for plane, ((colour, alpha), step) in enumerate(zip(laid[: strokes.count], ALPHA_STEPS, strict=False)):
        strokes.patch(plane, colour, alpha, plane_placing(placing, step), part_of(region, step), opacity)


def lay_bands(strokes: DisplayList, colour: Planes, alpha: tuple[Plane, Plane], top: int) -> None:
    """Lays rows of a flattened picture, from the frame's row ``top`` (even) on, by bands in which anything is seen."""
    for band in cut_bands(colour, alpha):
        height, width = band.planes[0].shape
        region = band.left, top + band.top, band.left + width, top + band.top + height
        placing = moved(UNMOVED, band.left, top + band.top)
        if band.alpha is not None:
            lay(strokes, (*band.planes, *band.alpha), placing, region)
            continue
        for plane, (part, step) in enumerate(zip(band.planes, STEPS, strict=True)):
            strokes.picture(plane, part, plane_placing(placing, step), part_of(region, step))


def cut_out(plane: Plane, placing: Placing, box: Region) -> Plane:
    """A part of a plane as it is placed, nothing beyond its edges."""
    part = np.empty((box[3] - box[1], box[2] - box[0]), np.uint8)
    resample(plane, placing, part, nothing=True)
    return part


def placing_of(cutout: Cutout, m: NDArray[np.float64]) -> Placing:
    """From pixels of the frame to those of a sprite's picture; whole ones where it is moved by whole blocks."""
    a, b, c, d, e, f = m.tolist()
    if moves_whole_blocks((a, b, c, d, e, f)):
        return moved(UNMOVED, cutout.left + round(e), cutout.top + round(f))
    return moved(inverted((a, b, c, d, e, f)), cutout.left, cutout.top)


def part_of(region: Region, step: int) -> Region:
    """An even region's part of a plane."""
    left, top, right, bottom = region
    return left // step, top // step, right // step, bottom // step


def cuts(clip: NDArray[np.float64], region: Region) -> bool:
    """Whether a clip's edge goes through a pixel of a region."""
    return any(cover is not None for cover in _edges(clip, region))


def clip_inside(parts: Sequence[Plane], clip: NDArray[np.float64], region: Region) -> list[Plane]:
    """A picture's planes, its outermost row or column faded where a clip's edge cuts through a pixel of the (even)
    rectangle."""
    covers = _edges(clip, region)
    if all(cover is None for cover in covers):
        return list(parts)
    across, down = (
        np.ones(region[high] - region[low], np.float32) if cover is None else cover
        for cover, (low, high) in zip(covers, ((0, 2), (1, 3)), strict=True)
    )
    full = np.outer(down, across)
    half = cv2.resize(full, (full.shape[1] // 2, full.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return [
        np.rint(part * cover).astype(np.uint8)
        for part, cover in zip(parts, (full, half, half, full, half), strict=True)
    ]


def _edges(clip: NDArray[np.float64], region: Region) -> list[NDArray[np.float32] | None]:
    """How much of each column, and of each row, of a region lies within a clip; None where all of all."""
    return [edge_coverage(clip[low], clip[high], region[low], region[high]) for low, high in ((0, 2), (1, 3))]
