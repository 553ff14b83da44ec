"""``castad preview``: how an ad looks, without rendering it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from castad_cli.cli.options import Formats, Languages, check_choices
from castad_cli.cli.problems import short_path
from castad_cli.cli.shell import Shell, with_shell
from castad_cli.cli.words import count, seconds
from castad_cli.errors import UserError


@with_shell("storage")
def preview(
    shell: Shell,
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe.", show_default=False)],
    at: Annotated[
        str | None,
        typer.Option(metavar="SECONDS", help="The moment to show, e.g. 3.5. Default: the best.", show_default=False),
    ] = None,
    contact_sheet: Annotated[
        bool, typer.Option("--contact-sheet", help="All scenes in every format and language, on one sheet.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="The PNG to write.", show_default=False)
    ] = None,
    format_: Formats = None,
    language: Languages = None,
    variant: Annotated[str | None, typer.Option(metavar="NAME", help="Which variant.", show_default=False)] = None,
    row: Annotated[str | None, typer.Option(metavar="ROW", help="Which row of the data.", show_default=False)] = None,
) -> None:
    """Make a still, or a contact sheet of all scenes."""
    check_choices(format_, language)
    if at is not None and contact_sheet:
        raise UserError("--at and --contact-sheet do not go together", fix="give one of them")
    from castad_cli import app

    began = time.monotonic()
    moment = app.read_moment(at) if at is not None else None
    with shell.busy("laying out"):
        work = app.prepare([recipe], shell.settings, formats=format_, languages=language)
        chosen = app.choose(work, variant=variant, row=row)
        if contact_sheet:
            path, pictured = app.make_contact_sheet(chosen, output)
        else:
            path, pictured = app.make_still(chosen, moment, output)
    took = time.monotonic() - began
    shell.record(
        {
            "event": "preview.done",
            "path": str(path),
            "contact_sheet": contact_sheet,
            "renditions": pictured,
            "seconds": round(took, 3),
        }
    )
    shell.result(short_path(path))
    shell.say(f"{count(pictured, 'rendition')} pictured in {seconds(took)}")
