"""``provider: house``: an original track, composed and played on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import UserError
from castad_cli.generate.house.form import PACES
from castad_cli.model.music import Track
from castad_cli.model.plan import TrackTask

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside

LICENCE = "Composed for this ad, no rights reserved in the music; sampled instruments: TimGM6mb, GPL-2.0"


def make_track(task: TrackTask, folder: Path, outside: Outside | None = None) -> Track:
    """Compose and render ``task``: a 24-bit WAV whose bytes depend on duration, mood, tempo and seed alone.

    Raises:
        UserError: an unknown mood.
        EnvironmentNotReady: the synthesiser or its sound font is missing.
    """
    if task.mood not in PACES:
        raise UserError(f"no mood is called {task.mood!r}", fix=f"use one of: {', '.join(PACES)}", place=task.place)
    from castad_cli.generate.house.composer import make_sound
    from castad_cli.generate.house.soundfont import CREDIT
    from castad_cli.generate.wav import write_wav

    form, sound = make_sound(task.duration_s, task.mood, task.tempo, task.seed)
    file = folder / f"{task.fingerprint}.wav"
    write_wav(file, sound)
    return Track(
        file=str(file),
        duration_s=task.duration_s,
        grid=form.grid,
        provider="house",
        credit=CREDIT,
        licence=LICENCE,
        generated=True,
    )
