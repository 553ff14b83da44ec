"""Makes the rendition: timeline -> layers -> frames -> file -> inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from castad_cli.render.explain import explain
    from castad_cli.render.kept import Kept
    from castad_cli.render.rendering import render
    from castad_cli.render.rendition import Rendered
    from castad_cli.render.stills import contact_sheet, still
    from castad_cli.render.studio import Studio

__all__ = ["Kept", "Rendered", "Studio", "contact_sheet", "explain", "render", "still"]

_HOMES = {
    "Kept": "kept",
    "Rendered": "rendition",
    "render": "rendering",
    "contact_sheet": "stills",
    "explain": "explain",
    "still": "stills",
    "Studio": "studio",
}


def __getattr__(name: str) -> Any:  # loaded when used: they bring OpenCV along
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    found = getattr(import_module(f"castad_cli.render.{_HOMES[name]}"), name)
    globals()[name] = found  # `explain` is a module, too, which would hide it from now on
    return found
