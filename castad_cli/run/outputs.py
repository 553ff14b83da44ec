"""The files a person finds: ``<out>/<recipe>/[<row-or-variant>/]<language>-<format>.{mp4,jpg,srt,json}``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.model.plan import AdPlan, RenderTask
from castad_cli.run.workshop import CAPTIONS, COVER, FACTS, VIDEO

if TYPE_CHECKING:
    from castad_cli.storage import Made, Store

_ENDINGS = {CAPTIONS: ".srt", COVER: ".jpg", FACTS: ".json", VIDEO: ".mp4"}
"""The video last: whoever waits for it finds the rest beside it."""


def deliver(store: Store, made: Made, ad: AdPlan, task: RenderTask, out: Path | None) -> str:
    """Put a rendition's files where a person finds them; the video's path or address.

    Without ``out`` they stand in the store, below ``out/``, and nothing is downloaded. Each appears whole or not at
    all. A second time changes nothing.

    Raises:
        DamagedObjectError: the store lost some of its bytes; the rendition must be made again.
    """
    stem = f"{ad.folder}/{task.language}-{task.format}"
    video = ""
    for name, ending in _ENDINGS.items():
        if out is None:
            video = store.place(made, name, stem + ending)
        else:
            video = str(store.fetch(made, name, out / (stem + ending)))
    return video
