"""``castad status``: how a run is doing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from castad_cli.cli.problems import short_path
from castad_cli.cli.runs import STATE_STYLES
from castad_cli.cli.shell import Shell, with_shell
from castad_cli.cli.words import count, seconds, when

if TYPE_CHECKING:
    from castad_cli.app import RunView

_EVERY_S = 1.0
_MARKS = {"done": ("✓", "green"), "failed": ("✗", "red")}


@with_shell("database")
def status(
    shell: Shell,
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="A run. Default: the newest.")] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Keep showing it until it ends.")] = False,
) -> None:
    """Show a run: each rendition, and what went wrong."""
    from castad_cli import app

    with app.watch_run(shell.settings(), run) as read:
        view = read()
        if watch and shell.out.is_terminal and not shell.json:
            with Live(_page(view), console=shell.out, auto_refresh=False) as live:
                while view.record.state == "running":
                    time.sleep(_EVERY_S)
                    view = read()
                    live.update(_page(view), refresh=True)
            return
        while True:
            for record in view.as_records():
                shell.record(record)
            if not watch or view.record.state != "running":
                break
            time.sleep(_EVERY_S)
            view = read()
    shell.result(_page(view))


def _page(view: RunView) -> RenderableType:
    from castad_cli.app import title

    run = view.record
    head = Text.assemble((f"run {run.id}", "bold"), "  ", (run.state, STATE_STYLES.get(run.state, "")))
    head.append(f"  {run.command}, began {when(run.started_at)}", "dim")
    if view.seconds is not None:
        head.append(f", took {seconds(view.seconds)}", "dim")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", style="dim")
    for each in view.renditions:
        mark, style = _MARKS.get(each.state, ("·", "dim"))
        if each.error:
            note = Text(each.error + (f"\nfix: {each.fix}" if each.fix else ""), "red")
        else:
            note = Text(short_path(each.path) if each.path else each.state)
        table.add_row(Text(mark, style), title(each.ad), each.format, note)
    foot = Text(f"{run.done} done, {run.cached} of them cached, {run.failed} failed")
    foot.append(f" of {count(len(view.renditions), 'rendition')}")
    return Group(head, table, foot)
