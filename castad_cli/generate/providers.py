"""Who can be asked for words, music, voices and pictures: those that come with CaStAD, and those that packages bring.

A provider is one module. It has one or more of ``write(task, outside) -> Script`` for words, ``make_track(task, folder,
outside) -> Track`` for music, ``speak(text, task, voice, folder, outside) -> Speech`` for a spoken line, ``paint(task,
image, folder, outside) -> Painting`` for a picture. One that is paid also has ``forecast(task, settings) -> Purchase``
(what it would buy; ``forecast_voice`` and ``forecast_image`` for those, ``forecast_proofreading`` for a second call
that reads its words, None where there is none) and ``check(settings)`` (whether its key is
taken, before anything is bought). Modules are imported when they are asked for.
"""

from __future__ import annotations

import difflib
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Literal

from castad_cli.errors import UserError
from castad_cli.model.place import Place

BUILT_IN: dict[str, str] = {
    "offline": "castad_cli.generate.offline.copywriter",
    "house": "castad_cli.generate.house.provider",
    "file": "castad_cli.generate.track_file",
    "gemini": "castad_cli.generate.gemini",
    "suno": "castad_cli.generate.suno",
}
"""Name in a recipe → module."""

Does = Literal["write", "make_track", "speak", "paint"]
"""What a provider can do: the names of its functions."""

GROUP = "castad.providers"
"""The entry points by which a package offers a provider: its name in recipes, and its module."""

FREE = frozenset({"offline", "house", "file"})
"""Providers that ask nobody outside."""


def find_provider(name: str, does: Does, of: str, place: Place | None) -> Any:
    """The module of a provider that can do that; ``of`` is what is wanted, as people say it.

    Raises:
        UserError: nobody of that name does.
    """
    module = _load(name)
    if module is not None and callable(getattr(module, does, None)):
        return module
    known = [each for each in names() if _may(each, does)]
    near = difflib.get_close_matches(name, known, n=1)
    raise UserError(
        f"no provider of {of} is called {name!r}",
        fix=f"did you mean `provider: {near[0]}`?" if near else f"`provider:` takes {', '.join(known)}",
        place=place,
    )


def names() -> tuple[str, ...]:
    """The names of all providers, the built-in ones first."""
    return (*BUILT_IN, *sorted({entry.name for entry in entry_points(group=GROUP)} - set(BUILT_IN)))


def paid_provider(name: str) -> Any:
    """The module of a provider that may cost money; None for one that asks nobody outside."""
    return None if name in FREE else _load(name)


def _load(name: str) -> Any:
    if name in BUILT_IN:
        return import_module(BUILT_IN[name])
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            return entry.load()
    return None


_BUILT_IN_DOES: dict[str, tuple[str, ...]] = {
    "offline": ("write",),
    "gemini": ("write", "speak", "paint"),
    "house": ("make_track",),
    "file": ("make_track",),
    "suno": ("make_track",),
}


def _may(name: str, does: str) -> bool:
    return does in _BUILT_IN_DOES.get(name, (does,))
