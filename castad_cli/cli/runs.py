"""``castad runs``: what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from castad_cli.cli.command import with_shell
from castad_cli.cli.shell import Shell
from castad_cli.model.figures import seconds, when

if TYPE_CHECKING:
    from castad_cli.records import RunRecord

STATE_STYLES = {"done": "green", "failed": "red", "waiting": "yellow", "interrupted": "yellow", "running": "cyan"}


@with_shell("database")
def runs(
    shell: Shell,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many, newest first.")] = 20,
) -> None:
    """List runs, newest first."""
    from castad_cli.app.history import list_runs

    found = list_runs(shell.settings(), limit)
    for view in found:
        for record in view.as_records():
            shell.record(record)
    if not found:
        shell.result("no runs yet: `castad render RECIPE` makes the first")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("run", "began", "state"):
        table.add_column(name, no_wrap=True)
    for name in ("done", "cached", "failed", "posted", "took"):
        table.add_column(name, justify="right", no_wrap=True)
    for view in found:
        run = view.record
        table.add_row(
            Text(run.id, "bold"),
            when(run.started_at),
            Text(run.state, STATE_STYLES.get(run.state, "")),
            str(run.done),
            str(run.cached),
            Text(str(run.failed), "red" if run.failed else ""),
            _posted(run),
            seconds(view.seconds) if view.seconds is not None else "",
        )
    shell.result(table)


def _posted(run: RunRecord) -> Text:
    """How many of a run's posts are out; empty for a run that posted nothing."""
    if not run.posts:
        return Text("")
    style = "red" if run.posts_failed else "yellow" if run.posted < run.posts else ""
    return Text(f"{run.posted} of {run.posts}", style)
