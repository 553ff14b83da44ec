"""Where a rendition begins: its scenes and its page, which need neither pictures nor encoders.

Why apart, with so few imports: to import what draws and encodes takes a process a tenth of a second, and as long takes
a browser to load a page. The first ad has both at once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from castad_cli.model.formats import FORMATS
from castad_cli.model.music import Track
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.kept import Kept, Pictured
from castad_cli.render.machine.disk import disk_trouble
from castad_cli.render.page import PageSource, build_page
from castad_cli.render.planning import plan_timeline
from castad_cli.render.segments import Segment, plan_segments
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Timeline
from castad_cli.templates import Template, load_template


@dataclass(frozen=True)
class Opened:
    """A rendition as far as it goes without its pictures.

    ``segments`` will be, or are, in ``files``; ``pictured`` says that they are, with the cover, since they were kept
    under the fingerprint ``pictures`` (empty where nothing is kept). ``began_s`` is when it was begun (`perf_counter`).
    """

    template: Template
    timeline: Timeline
    source: PageSource
    segments: Sequence[Segment]
    files: Sequence[Path]
    cover: Path
    pictures: str
    pictured: Pictured | None
    began_s: float


def open_rendition(
    task: RenderTask, script: Script, track: Track | None, folder: Path, studio: Studio, kept: Kept | None
) -> Opened:
    """A rendition's scenes and page; the page begins to load, unless what it shows is kept.

    Raises:
        UserError: the recipe's texts cannot be shown as they are.
        EnvironmentNotReady: no font, or a full disk.
    """
    began = time.perf_counter()
    if kept is None:
        studio.warm_up()
    template = load_template(task.template)
    timeline = plan_timeline(task, script, track, template)
    segments = plan_segments(timeline)
    files = [folder / f"segment-{segment.index:02d}.mp4" for segment in segments]
    cover = folder / "cover.jpg"
    source = build_page(task, script, timeline, template, track.grid if track else None)
    pictures, pictured = "", None
    if kept is not None:
        pictures = kept.fingerprint_pictures(task, timeline, source, template.fingerprint)
        with disk_trouble(folder):
            pictured = kept.take_pictures(pictures, cover, files)
    if pictured is None:
        shape = FORMATS[task.format]
        studio.browser.begin_page(source.resources, shape.width, shape.height)
    return Opened(template, timeline, source, segments, files, cover, pictures, pictured, began)
