"""``castad status``: how a run is doing."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.live import Live

from castad_cli.cli.command import with_shell
from castad_cli.cli.run_page import Pace, figures, page, rows_for
from castad_cli.cli.shell import Shell

if TYPE_CHECKING:
    from castad_cli.app.history import RunReader, RunView

_EVERY_S = 1.0
_LINE_EVERY_S = 15.0
_GOING_ON = ("running", "stopping")


class State(StrEnum):
    """What a rendition or a post may be."""

    PENDING = "pending"
    RENDERING = "rendering"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    NEEDS_REVIEW = "needs_review"


@with_shell("database")
def status(
    shell: Shell,
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="A run. Default: the newest.")] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Keep showing it until it ends.")] = False,
    state: Annotated[
        list[State] | None,
        typer.Option("--state", "-s", help="Only renditions and posts in this state; may be repeated."),
    ] = None,
) -> None:
    """Show a run: each rendition, and what went wrong. Of a large one, on a terminal: what one wants to see first."""
    from castad_cli.app.history import watch_run

    states = [each.value for each in state or ()]
    with watch_run(shell.settings(), run) as reader:
        if shell.json:
            _tell(shell, reader, states, watch=watch)
        elif shell.out.is_terminal:
            _show(shell, reader, states, watch=watch)
        else:
            _write(shell, reader, states, watch=watch)


def _tell(shell: Shell, reader: RunReader, states: list[str], *, watch: bool) -> None:
    """As JSON; while watching, all of it again and again."""
    while True:
        view = reader.whole(states)
        for record in view.as_records():
            shell.record(record)
        if not watch or view.record.state not in _GOING_ON:
            return
        time.sleep(_EVERY_S)


def _show(shell: Shell, reader: RunReader, states: list[str], *, watch: bool) -> None:
    """To a person at a terminal: what is asked for, or one screen that moves."""
    pace = Pace(time.monotonic)

    def look() -> RunView:
        view = reader.whole(states) if states else reader.glance(rows_for(shell.out.height))
        pace.look(view.record)
        return view

    view = look()
    if watch and view.record.state in _GOING_ON:
        with Live(console=shell.out, auto_refresh=False, transient=True) as live:
            while view.record.state in _GOING_ON:
                live.update(page(view, pace, rows_for(shell.out.height)), refresh=True)
                time.sleep(_EVERY_S)
                view = look()
    shell.result(page(view, pace, None if view.is_whole else rows_for(shell.out.height)))


def _write(shell: Shell, reader: RunReader, states: list[str], *, watch: bool) -> None:
    """Into a pipe or a log: everything; while watching, first a line now and then."""
    pace, told, told_at = Pace(time.monotonic), "", 0.0
    while watch and (record := reader.glance(0).record).state in _GOING_ON:
        pace.look(record)
        line = f"{record.id}: {figures(record, pace)}"
        if line != told and time.monotonic() - told_at >= _LINE_EVERY_S:
            shell.result(line)
            told, told_at = line, time.monotonic()
        time.sleep(_EVERY_S)
    shell.result(page(reader.whole(states), pace))
