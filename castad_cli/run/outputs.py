"""The files a person finds: ``<out>/<recipe>/[<row-or-variant>/]<language>-<format>.{mp4,jpg,srt,json}``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.model.plan import AdPlan, RenderTask
from castad_cli.run.workshop import CAPTIONS, COVER, FACTS, VIDEO

if TYPE_CHECKING:
    from castad_cli.storage import Made, Store

_ENDINGS = {CAPTIONS: ".srt", COVER: ".jpg", FACTS: ".json", VIDEO: ".mp4"}
"""The video last: whoever waits for it finds the rest beside it."""


def deliver(
    store: Store, made: Made, ad: AdPlan, task: RenderTask, out: Path | None, *, side_by_side: bool = True
) -> str:
    """Put a rendition's files where a person finds them; the video's path or address.

    Without ``out`` they stand in the store, below ``out/``, and nothing is downloaded. Each appears whole or not at
    all. A second time changes nothing. ``side_by_side``: a store that is far is asked for several of them at once.

    Raises:
        DamagedObjectError: the store lost some of its bytes; the rendition must be made again.
    """
    stem = f"{ad.folder}/{task.language}-{task.format}"

    def put(name: str) -> str:
        path = stem + _ENDINGS[name]
        return store.place(made, name, path) if out is None else str(store.fetch(made, name, out / path))

    beside = [name for name in _ENDINGS if name != VIDEO]
    if store.remote and side_by_side:
        with ThreadPoolExecutor(len(beside)) as pool:
            list(pool.map(put, beside))
    else:
        for name in beside:
            put(name)
    return put(VIDEO)
