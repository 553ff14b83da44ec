"""What a script gets besides its words, where the recipe wants it: a voice that speaks them, a picture to stand on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import CastadError
from castad_cli.generate.image import paint_background
from castad_cli.generate.voice import speak_script

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside
    from castad_cli.model.plan import ScriptTask
    from castad_cli.model.script import Script


def add_extras(task: ScriptTask, script: Script, folder: Path, outside: Outside) -> Script:
    """The script with its voice and its picture, their files below ``folder``; as it was where none is wanted.

    Raises:
        UserError: no such provider, or there is no time to say the words.
        EnvironmentNotReady, PutOff, PlatformError, NeedsReview: see `castad_cli.generate.buying.buy`.
    """
    if task.image is not None:
        try:
            script = replace(script, background=paint_background(task, task.image, folder, outside))
        except CastadError as error:
            error.place = error.place or task.image.place or task.place
            raise
    if task.voice is not None:
        try:
            script = replace(script, voice=speak_script(task, task.voice, script, folder, outside))
        except CastadError as error:
            error.place = error.place or task.voice.place or task.place
            raise
    return script
