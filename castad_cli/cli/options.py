"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from castad_cli.errors import UserError
from castad_cli.model.formats import FORMATS, LANGUAGES, QUALITIES

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH", help="Recipes, or folders of recipes.", show_default=False),
]
Formats = Annotated[
    list[str] | None,
    typer.Option("--format", "-f", metavar="F", help=f"Only this format ({', '.join(FORMATS)}). Repeatable."),
]
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", "-l", metavar="L", help=f"Only this language ({', '.join(LANGUAGES)}). Repeatable."),
]
Quality = Annotated[
    str,
    typer.Option(
        metavar="Q", help="`draft` is small and quick to make, `standard` is for posting, `high` spends more bits."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="DIR", help="Where the files go. Default: out.", show_default=False),
]
Force = Annotated[bool, typer.Option("--force", help="Render again even what is there already.")]
MaxCost = Annotated[
    float | None,
    typer.Option(
        "--max-cost",
        min=0,
        metavar="SUM",
        help="Stop before the first paid call that would pass this sum.",
        show_default=False,
    ),
]


def check_choices(formats: list[str] | None, languages: list[str] | None, quality: str = "standard") -> None:
    """Refuse a format, language or quality that does not exist.

    Raises:
        UserError: naming what there is, and the nearest.
    """
    for option, given, known in (
        ("--format", formats or [], tuple(FORMATS)),
        ("--language", languages or [], tuple(LANGUAGES)),
        ("--quality", [quality], QUALITIES),
    ):
        for value in given:
            if value not in known:
                raise UserError(f"{option}: there is no `{value}`", fix=suggest(value, known))


def suggest(value: str, known: tuple[str, ...]) -> str:
    """A fix for a misspelt name: the nearest of ``known``, else all of them."""
    import difflib

    exact = {name.lower(): name for name in known}
    near = [exact[value.lower()]] if value.lower() in exact else difflib.get_close_matches(value, known, 1, 0.6)
    return f"did you mean `{near[0]}`?" if near else f"use one of: {', '.join(known)}"
