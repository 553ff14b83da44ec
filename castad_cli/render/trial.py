"""A template on trial: longest and shortest words, missing pieces, one photograph and ten, laid out and judged.

The same gate as every rendition's, but of stills: where words stand, whether they overlap, how they stand out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.errors import CastadError, UserError
from castad_cli.model.formats import FORMATS, Box
from castad_cli.model.plan import Asset, MediaSpec, RenderTask
from castad_cli.model.script import Script
from castad_cli.render.checks.legibility import LEAST_CONTRAST, TextSample, check_layout, measure_contrast
from castad_cli.render.chromium.browser import Page
from castad_cli.render.covered import covered_faces
from castad_cli.render.layers import ShownText, capture, fit_texts
from castad_cli.render.page import build_page
from castad_cli.render.planning import plan_timeline
from castad_cli.render.qualities import QUALITIES
from castad_cli.render.scenery import Scenery, set_scene
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Timeline
from castad_cli.templates import Template, load_template
from castad_cli.templates.stress import make_stress_ad

_CELL_PX = 300
_GAP_PX = 12
_SHAPES = {"bright": (235, 700, 700), "dark": (45, 700, 700), "wide": (170, 420, 1800), "tall": (90, 1800, 420)}
"""Pictures to try with: their mean level, height and width."""


@dataclass(frozen=True)
class Trial:
    """One case, what is wrong with it (nothing: it passed), and its scenes side by side (none: it was refused)."""

    name: str
    findings: tuple[str, ...]
    strip: NDArray[np.uint8] | None = None


def rests(timeline: Timeline) -> list[int]:
    """A frame of each scene at which its words have come and not yet gone."""
    last = timeline.scenes[-1]
    return [s.end - 1 if s is last else s.start + round(s.frames * 0.72) for s in timeline.scenes]


def find_faults(scenery: Scenery) -> list[str]:
    """What an inspection would find in where the words stand and in how they stand out, at rest."""
    samples = _samples(scenery.layout.texts, scenery.task, read=False)
    found = check_layout(samples, scenery.timeline.rate)
    found += [finding for _, finding in covered_faces(scenery)]
    for frame in rests(scenery.timeline):
        pixels = scenery.picture(frame)
        for sample in samples:
            if sample.first_frame <= frame <= sample.last_frame:
                for box in sample.lines or (sample.box,):
                    part = pixels[int(box.top) : int(-(-box.bottom // 1)), int(box.left) : int(-(-box.right // 1))]
                    ratio = measure_contrast(part, sample)
                    if ratio < LEAST_CONTRAST:
                        found.append(f"{sample.slot} {sample.text!r} has a contrast of {ratio:.1f}:1 at {frame}")
    return found


def find_hurried(ad: tuple[RenderTask, Script], studio: Studio) -> list[str]:
    """Which texts of an ad stand too briefly to be read, in the shortest time that its scenes accept."""
    task, script = ad
    template = load_template(task.template)
    task, timeline = _shortest(task, script, template)
    source = build_page(task, script, timeline, template, None)
    shape = FORMATS[task.format]

    def read(page: Page) -> tuple[ShownText, ...]:
        fit_texts(page, source.places)
        return capture(page, timeline, texts_alone=True).texts

    shown = studio.browser.with_page(source.resources, shape.width, shape.height, read, lambda: None)
    return [
        finding for finding in check_layout(_samples(shown, task, read=True), timeline.rate) if "reading it" in finding
    ]


def _shortest(task: RenderTask, script: Script, template: Template) -> tuple[RenderTask, Timeline]:
    """The ad at the shortest of its lengths, by half seconds."""
    for halves in range(12, 121):
        shorter = replace(task, duration_s=Fraction(halves, 2))
        try:
            return shorter, plan_timeline(shorter, script, None, template)
        except UserError as error:
            refused = error
    raise refused


def _samples(shown: Sequence[ShownText], task: RenderTask, *, read: bool) -> list[TextSample]:
    shape, scale = FORMATS[task.format], 1.0 if read else float(QUALITIES[task.quality].scale)
    zones = {"must-read": shape.must_read, "secondary": shape.secondary}
    return [
        TextSample(
            text.text,
            text.slot,
            text.box,
            Box(*(side * scale for side in (zone.left, zone.top, zone.right, zone.bottom))),
            text.start,
            text.end - 1,
            text.color,
            must_be_read=read,
            size_px=text.size_px,
            lines=text.lines,
        )
        for text in shown
        for zone in [zones[text.zone]]
    ]


def try_template(
    template: Template, formats: Sequence[str], languages: Sequence[str], folder: Path, studio: Studio
) -> Iterator[Trial]:
    """Every case of a template, one after another. ``folder`` takes the pictures it is tried with."""
    pictures = {name: _picture(folder, name) for name in _SHAPES}
    ten = [pictures[name] for name in ("bright", "wide", "tall", "dark", "bright") * 2]
    for format_name in formats:
        for turn, language in enumerate(languages):
            missing = (frozenset({"logo", "offer"}), frozenset({"phone", "url", "line"}), frozenset({"address", "was"}))
            for label, share, media, without in (
                ("longest", 1.0, ten if turn % 2 else [pictures["bright"]], frozenset[str]()),
                ("shortest", 0.3, [pictures["dark"]], missing[turn % 3]),
            ):
                ad = make_stress_ad(template.spec, format_name, language, share, media, without=without)
                name = f"{format_name} {language} {label}"
                try:
                    scenery = set_scene(*ad, None, studio, at=rests)
                except CastadError as error:
                    yield Trial(name, (error.message,))
                    continue
                found = find_faults(scenery) + (find_hurried(ad, studio) if label == "longest" else [])
                yield Trial(name, tuple(found), _strip(scenery.picture, rests(scenery.timeline)))


def _strip(picture: Callable[[int], NDArray[np.uint8]], frames: Sequence[int]) -> NDArray[np.uint8]:
    cells = []
    for frame in frames:
        rgb = picture(frame)
        width = round(rgb.shape[1] * _CELL_PX / rgb.shape[0])
        cells.append(cv2.resize(rgb, (width, _CELL_PX), interpolation=cv2.INTER_AREA))
        cells.append(np.full((_CELL_PX, _GAP_PX, 3), 238, np.uint8))
    return np.asarray(np.concatenate(cells[:-1], axis=1), np.uint8)


def _picture(folder: Path, name: str) -> MediaSpec:
    """A picture with something to see in it, the same every time."""
    level, height, width = _SHAPES[name]
    noise = np.random.default_rng(level).normal(level, 22, (8, 8, 3))
    coarse = np.clip(noise, 0, 255).astype(np.uint8)
    path = folder / f"{name}.png"
    cv2.imwrite(str(path), cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
    asset = Asset(path.name, str(path), hashlib.sha256(path.read_bytes()).hexdigest(), "photo")
    return MediaSpec(asset, motion="still")
