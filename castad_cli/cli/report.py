"""``castad report``: a run as one page to keep, to print, to send."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from castad_cli.cli.command import with_shell
from castad_cli.cli.problems import short_path
from castad_cli.cli.shell import Shell
from castad_cli.model.figures import size


@with_shell("database", "storage")
def report(
    shell: Shell,
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="A run. Default: the newest.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE.html", help="Default: report-RUN.html.", show_default=False),
    ] = None,
) -> None:
    """Write a run as one page: covers, links, times, costs, errors.

    Needs no server and no network to be read. Links to videos in a bucket hold for a week.
    """
    from castad_cli.app.reporting import make_report

    with shell.busy("writing the report"):
        file, made = make_report(shell.settings(), run, output, shell.say)
    states = made.renditions_in()
    shell.record(
        {
            "event": "report",
            "run": made.run,
            "path": str(file),
            "bytes": file.stat().st_size,
            "ads": len(made.ads),
            "renditions": states.total() - states["cached"],
            "done": states["done"],
            "failed": states["failed"],
        }
    )
    shell.result(short_path(file))
    shell.say(f"{size(file.stat().st_size)}; open it in any browser")
