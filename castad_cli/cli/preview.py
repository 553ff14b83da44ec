"""``castad preview``: how an ad looks, without rendering it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from castad_cli.cli.command import with_shell
from castad_cli.cli.options import Formats, Languages, check_choices
from castad_cli.cli.problems import short_path
from castad_cli.cli.shell import Shell
from castad_cli.errors import UserError
from castad_cli.model.figures import count, seconds

if TYPE_CHECKING:
    from castad_cli.render.explain import LayerCost

_WATCHED = {".yaml", ".yml", ".csv", ".html", ".css", ".svg", ".jpg", ".jpeg", ".png", ".webp", ".mp4", ".mov", ".ttf"}
_LOOK_EVERY_S = 0.4


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
    explain: Annotated[
        bool,
        typer.Option("--explain", help="No picture: what each layer of the page costs, and why it is no sprite."),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Make it anew whenever the recipe, its pictures or the template change.")
    ] = False,
    variant: Annotated[str | None, typer.Option(metavar="NAME", help="Which variant.", show_default=False)] = None,
    row: Annotated[str | None, typer.Option(metavar="ROW", help="Which row of the data.", show_default=False)] = None,
) -> None:
    """Make a still, or a contact sheet of all scenes."""
    check_choices(format_, language)
    if at is not None and contact_sheet:
        raise UserError("--at and --contact-sheet do not go together", fix="give one of them")
    if explain and (at is not None or contact_sheet or watch or output is not None):
        raise UserError("--explain makes no picture", fix="give it without --at, --contact-sheet, --watch and -o")
    from castad_cli.app.making import explain_layers, make_contact_sheet, make_still, read_moment
    from castad_cli.app.work import Work, choose, prepare

    moment = read_moment(at) if at is not None else None

    def chosen() -> Work:
        # A contact sheet shows every picture small: half the size is all that is seen of it.
        quality = "draft" if contact_sheet else "standard"
        work = prepare([recipe], shell.settings, formats=format_, languages=language, quality=quality)
        shell.notices(work.notices)
        return choose(work, variant=variant, row=row)

    def picture() -> tuple[Path, int]:
        if contact_sheet:
            return make_contact_sheet(chosen(), output)
        return make_still(chosen(), moment, output)

    if explain:
        _explain(shell, *explain_layers(chosen()))
        return

    _show(shell, picture, contact_sheet)
    if watch:
        _watch(shell, recipe, lambda: _show(shell, picture, contact_sheet))


def _explain(shell: Shell, rendition: str, costs: tuple[LayerCost, ...]) -> None:
    from castad_cli.cli.layer_costs import cost_summary, cost_table

    for cost in costs:
        shell.record({"event": "layer", "rendition": rendition, **cost.record})
    shell.result(cost_table(costs))
    shell.say(f"{rendition}: {cost_summary(costs)}")


def _watch(shell: Shell, recipe: Path, again: Callable[[], None]) -> None:
    """Makes the picture anew at every change of a file, until interrupted; what is wrong is said, and waited out."""
    from castad_cli.errors import CastadError
    from castad_cli.templates import look_again, watched_folders

    def state() -> dict[str, int]:
        files = [path for folder in (recipe.parent, *watched_folders()) for path in folder.rglob("*")]
        return {str(path): path.stat().st_mtime_ns for path in files if path.suffix in _WATCHED and path.is_file()}

    seen = state()
    shell.say("watching; press Ctrl-C to end")
    while True:
        time.sleep(_LOOK_EVERY_S)
        now = state()
        if now == seen:
            continue
        seen = now
        look_again()
        try:
            again()
        except CastadError as error:
            shell.say(f"{error.message}; {error.fix}" if error.fix else error.message)


def _show(shell: Shell, picture: Callable[[], tuple[Path, int]], contact_sheet: bool) -> None:
    began = time.monotonic()
    with shell.busy("laying out"):
        path, pictured = picture()
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
