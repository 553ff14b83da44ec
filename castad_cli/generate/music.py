"""The music of one ad: who makes it, by name.

A provider is one module with one function, ``make_track(task, folder) -> Track``, and one line here.
It writes a WAV (48 kHz, stereo, exactly ``task.duration_s`` long) into ``folder`` and says where the
beats are. Modules are imported when they are asked for.
"""

from __future__ import annotations

import difflib
import importlib
from pathlib import Path
from typing import cast

from castad_cli.errors import UserError
from castad_cli.model.music import Track
from castad_cli.model.plan import TrackTask

PROVIDERS: dict[str, str] = {
    "house": "castad_cli.generate.house.provider",
    "file": "castad_cli.generate.track_file",
}
"""Name in a recipe → module that has ``make_track``."""


def make_track(task: TrackTask, folder: Path) -> Track:
    """The track of ``task``, made by its provider, in a file of its own below ``folder`` (which must exist).

    Raises:
        UserError: no such provider, or what the recipe gave it cannot be used.
        EnvironmentNotReady: something the provider needs is not installed.
    """
    module = PROVIDERS.get(task.provider)
    if module is None:
        near = difflib.get_close_matches(task.provider, PROVIDERS, n=1)
        raise UserError(
            f"no music provider is called {task.provider!r}",
            fix=f"did you mean `provider: {near[0]}`?" if near else f"use one of: {', '.join(PROVIDERS)}",
            place=task.place,
        )
    return cast(Track, importlib.import_module(module).make_track(task, folder))
