"""One rendition from its task, words and music."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli import garbage
from castad_cli.model.music import Track
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.kept import Kept
from castad_cli.render.kernel.blocks import reclaim_blocks
from castad_cli.render.machine.memory import give_back
from castad_cli.render.opening import open_rendition
from castad_cli.render.studio import Studio

if TYPE_CHECKING:
    from castad_cli.render.rendition import Rendered


def render(
    task: RenderTask,
    script: Script,
    track: Track | None,
    folder: Path,
    studio: Studio,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    kept: Kept | None = None,
) -> Rendered:
    """Makes one rendition in ``folder``: ``video.mp4``, ``cover.jpg``, ``captions.srt``; inspected.

    ``on_progress`` is called with frames done and frames in all, and with (0, 0) while none can be counted; what it
    raises stops the work. What ``kept`` has of it is not drawn again, and what is drawn is put there.

    Raises:
        UserError: the recipe's texts or pictures cannot be shown as they are.
        ToolError: the browser or FFmpeg failed.
        RenditionRejected: the finished file does not meet what a finished ad is.
        EnvironmentNotReady: no browser, no FFmpeg, or a full disk.
    """
    try:
        opened = open_rendition(task, script, track, folder, studio, kept)
        from castad_cli.render.rendition import complete  # while the page loads; see `opening`

        garbage.take_up()
        return complete(opened, task, script, track, folder, studio, on_progress, kept)
    finally:
        # Only now has everything been let go that an ad takes, however it ended.
        reclaim_blocks()
        give_back()
