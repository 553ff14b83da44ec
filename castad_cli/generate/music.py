"""The music of one ad: who makes it, by name.

A provider writes a WAV (48 kHz, stereo, exactly ``task.duration_s`` long) into ``folder`` and says where the
beats are.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import CastadError
from castad_cli.generate.providers import find_provider
from castad_cli.model.music import Track
from castad_cli.model.plan import TrackTask

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside


def make_track(task: TrackTask, folder: Path, outside: Outside | None = None) -> Track:
    """The track of ``task``, made by its provider, in a file of its own below ``folder`` (which must exist).

    Raises:
        UserError: no such provider, or what the recipe gave it cannot be used.
        EnvironmentNotReady: something the provider needs is not installed, or a service turned the key away.
        PutOff: a service is to be asked later.
        PlatformError, NeedsReview: a service said no, or was not understood.
    """
    provider = find_provider(task.provider, "make_track", "music", task.place)
    try:
        track: Track = provider.make_track(task, folder, outside)
    except CastadError as error:
        error.place = error.place or task.place
        raise
    return track
