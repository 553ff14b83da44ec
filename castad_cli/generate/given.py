"""The recipe's own scenes as a script: nothing rewritten, nothing cut."""

from __future__ import annotations

import random
from dataclasses import replace

from castad_cli.errors import UserError
from castad_cli.generate.offline.brief import understand
from castad_cli.generate.offline.copywriter import write as write_offline
from castad_cli.generate.offline.metadata import describe
from castad_cli.generate.offline.wording import load_phrases
from castad_cli.generate.words import check_fits
from castad_cli.model.plan import ScriptTask, fingerprint
from castad_cli.model.script import SceneWords, Script


def write(task: ScriptTask) -> Script:
    """The given words, scene by scene; the offline copywriter adds what was not given (call to action, platform texts).

    A line for a scene that shows none is left out with a note.

    Raises:
        UserError: the number of scenes differs, or a text is too long for its place.
    """
    if len(task.given) != len(task.scenes):
        raise UserError(
            f"{len(task.given)} scenes of words for {len(task.scenes)} scenes",
            fix=f"write {len(task.scenes)} entries under `copy: scenes:`: opening first, closing last",
            place=task.place,
        )
    scenes: list[SceneWords] = []
    notes: list[str] = []
    for number, (slots, words) in enumerate(zip(task.scenes, task.given, strict=True), start=1):
        check_fits(task, f"scene {number}'s headline", words.headline, slots.headline)
        line = words.line
        if line and slots.line is None:
            notes.append(f"scene {number}'s line is not shown: the template has no place for it")
            line = ""
        elif slots.line is not None:
            check_fits(task, f"scene {number}'s line", line, slots.line)
        scenes.append(SceneWords(slots.role, words.headline, line))
    call = task.given_call_to_action or write_offline(replace(task, given=(), scenes=())).call_to_action
    phrases = load_phrases(task.language)
    rng = random.Random(int(fingerprint(task.seed, task.language, task.facts)[:16], 16))
    script = describe(understand(task.facts, phrases), phrases, tuple(scenes), call, rng, generated=False)
    return replace(script, notes=(*script.notes, *notes))
