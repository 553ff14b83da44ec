"""How ``--help`` looks: no types where a name says it all."""

from __future__ import annotations

from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption


class Command(TyperCommand):
    """A command whose help shows no type for arguments and flags."""

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, ``--help`` too."""
        return _without_types(super().get_params(ctx))


class Group(TyperGroup):
    """A group of commands, likewise."""

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, ``--help`` too."""
        return _without_types(super().get_params(ctx))


def _without_types(params: list[Any]) -> list[Any]:
    for param in params:
        if isinstance(param, TyperArgument) or (isinstance(param, TyperOption) and param.is_bool_flag):
            vars(param)["display_type_rich"] = _nothing
    return params


def _nothing(ctx: Any) -> None:
    return None
