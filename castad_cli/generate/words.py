"""The words of an ad, from whoever the recipe asks: the provider it names, or the recipe's own scenes."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from castad_cli.errors import CastadError, NeedsReview, PlatformError, UserError
from castad_cli.generate.providers import find_provider
from castad_cli.model.plan import ScriptTask
from castad_cli.model.script import Script, SlotLimit, width_em

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside

GIVEN = "castad_cli.generate.given"
"""The module whose ``write(task)`` takes the recipe's own scenes."""


def write_script(task: ScriptTask, outside: Outside | None = None) -> Script:
    """The words of one ad in one language: a headline for each scene, lines where there is room, a call to action.

    Every text is within its slot's ``max_em``. When the provider fails and the task names a ``fallback``, that
    one writes, and a note says so. ``outside`` is for providers that call a service.

    Raises:
        UserError: the provider is unknown, or given words are too long for their place.
        EnvironmentNotReady: a service turned the key away; no fallback hides that.
        PutOff: a service is to be asked later.
        PlatformError, NeedsReview: the provider failed and there is no fallback.
    """
    if task.given:
        return _check_call(task, import_module(GIVEN).write(task))
    writer = _find_writer(task)
    try:
        script: Script = writer(task, outside)
    except (PlatformError, NeedsReview) as error:
        if not task.fallback:
            error.place = error.place or task.place
            raise
        script = _find_writer(replace(task, provider=task.fallback))(task, outside)
        note = f"{task.provider} failed ({error.message}); {task.fallback} wrote the words"
        script = replace(script, notes=(*script.notes, note))
    except CastadError as error:
        error.place = error.place or task.place
        raise
    return _check_call(task, _with_stated(task, script))


def _find_writer(task: ScriptTask) -> Any:
    return find_provider(task.provider, "write", "words", task.place).write


def check_fits(task: ScriptTask, what: str, text: str, limit: SlotLimit) -> None:
    """Nothing, when ``text`` fits the slot.

    Raises:
        UserError: it does not; the message names the slot, the text's width and the limit.
    """
    width = width_em(text)
    if width > limit.max_em:
        raise UserError(
            f"{what} is {width:g} em long and its place holds {limit.max_em:g} em: {text!r} ({task.language})",
            fix=f"shorten it by about {_share(width, limit)} %, or choose a template with more room",
            place=task.place,
        )


def _with_stated(task: ScriptTask, script: Script) -> Script:
    """The script with the words that the brief decides, whoever wrote the others.

    Raises:
        UserError: such words are too long for their place.
    """
    scenes = list(script.scenes)
    for index, slots in enumerate(task.scenes[: len(scenes)]):
        if slots.stated is not None:
            check_fits(task, f"what scene {index + 1} shows", slots.stated.headline, slots.headline)
            if slots.line is not None:
                check_fits(task, f"what scene {index + 1} shows below", slots.stated.line, slots.line)
            scenes[index] = slots.stated
    return replace(script, scenes=tuple(scenes))


def _check_call(task: ScriptTask, script: Script) -> Script:
    check_fits(task, "the call to action", script.call_to_action, task.call_to_action)
    return script


def _share(width: float, limit: SlotLimit) -> int:
    return max(1, round((width - limit.max_em) / width * 100))
