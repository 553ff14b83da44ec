"""Which platforms there are: the three that come with CaStAD, and those that other packages bring."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import cast

from castad_cli.errors import UserError
from castad_cli.publish.publisher import Publisher

BUILT_IN = {
    "youtube": "castad_cli.publish.youtube:YouTube",
    "instagram": "castad_cli.publish.instagram:Instagram",
    "tiktok": "castad_cli.publish.tiktok:TikTok",
}
GROUP = "castad.publishers"
"""The entry points by which a package offers a publisher: the platform's name, and a class without arguments."""


def platforms() -> tuple[str, ...]:
    """The names of all platforms, the built-in ones first."""
    return (*BUILT_IN, *sorted({entry.name for entry in entry_points(group=GROUP)} - set(BUILT_IN)))


def find_publisher(platform: str) -> Publisher:
    """The publisher of that name.

    Raises:
        UserError: there is none.
    """
    if platform in BUILT_IN:
        module, _, name = BUILT_IN[platform].partition(":")
        return cast(Publisher, getattr(import_module(module), name)())
    for entry in entry_points(group=GROUP):
        if entry.name == platform:
            return cast(Publisher, entry.load()())
    raise UserError(f"no publisher is called `{platform}`", fix=f"use one of: {', '.join(platforms())}")
