"""Pictures of an ad without its video: a still at an instant, and a contact sheet of every scene."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.model.music import Track
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.scenery import Scenery, set_scene
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Timeline

_CELL_HEIGHT = 480
_GAP = 16
_PAPER = (238, 240, 242)


def still(
    task: RenderTask, script: Script, track: Track | None, at_s: Fraction | None, folder: Path, studio: Studio
) -> Path:
    """A PNG of the rendition at ``at_s`` seconds (None: its opening, words in place), exactly as the video shows it.

    Raises:
        UserError: ``at_s`` is past the ad's end.
    """
    if at_s is not None and not 0 <= at_s < task.duration_s:
        raise UserError(
            f"the ad is {float(task.duration_s):g}s long, there is no frame at {float(at_s):g}s",
            fix=f"give a time from 0 to {float(task.duration_s):g}",
        )

    def frame_of(timeline: Timeline) -> list[int]:
        if at_s is not None:
            return [min(int(at_s * timeline.rate), timeline.frames - 1)]
        return [_rest(timeline, 0)]

    scenery = set_scene(task, script, track, studio, at=frame_of)
    frame = frame_of(scenery.timeline)[0]
    path = folder / f"{task.language}-{task.format}.png"
    _write(path, scenery.picture(frame))
    return path


def contact_sheet(items: Sequence[tuple[RenderTask, Script, Track | None]], folder: Path, studio: Studio) -> Path:
    """A PNG with one row a rendition: each of its scenes, words in place."""
    rows = []
    for task, script, track in items:
        scenery = set_scene(task, script, track, studio, at=lambda t: [_rest(t, s.index) for s in t.scenes])
        rows.append([_cell(scenery, _rest(scenery.timeline, s.index)) for s in scenery.timeline.scenes])
    width = max(sum(c.shape[1] + _GAP for c in row) for row in rows) + _GAP
    height = sum(row[0].shape[0] + _GAP for row in rows) + _GAP
    sheet = np.empty((height, width, 3), np.uint8)
    sheet[:] = _PAPER
    y = _GAP
    for row in rows:
        x = _GAP
        for cell in row:
            sheet[y : y + cell.shape[0], x : x + cell.shape[1]] = cell
            x += cell.shape[1] + _GAP
        y += row[0].shape[0] + _GAP
    path = folder / "contact-sheet.png"
    _write(path, sheet)
    return path


def _rest(timeline: Timeline, index: int) -> int:
    """A frame of a scene at which its words have come and not yet gone."""
    scene = timeline.scenes[index]
    return scene.end - 1 if index == len(timeline.scenes) - 1 else scene.start + round(scene.frames * 0.72)


def _cell(scenery: Scenery, frame: int) -> NDArray[np.uint8]:
    rgb = scenery.picture(frame)
    width = round(rgb.shape[1] * _CELL_HEIGHT / rgb.shape[0])
    return np.asarray(cv2.resize(rgb, (width, _CELL_HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _write(path: Path, rgb: NDArray[np.uint8]) -> None:
    good, data = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    assert good
    try:
        path.write_bytes(data.tobytes())
    except OSError as error:
        raise EnvironmentNotReady(f"cannot write {path.name}: {error.strerror}", fix="free some disk space") from error
