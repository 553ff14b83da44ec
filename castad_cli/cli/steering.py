"""``castad retry`` and ``castad cancel``: runs asked for again, or told to stop."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer
from rich.text import Text

from castad_cli.cli.batch import carry_out
from castad_cli.cli.command import CLUSTERED, with_shell
from castad_cli.cli.endings import DONE
from castad_cli.cli.shell import Shell

_Run = Annotated[str, typer.Argument(metavar="RUN", help="A run, or the end of its id; `last` is the newest.")]


@with_shell("database", "storage", *CLUSTERED)
def retry(
    shell: Shell,
    run: _Run,
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-j", metavar="N", min=1, help="Processes on this machine.", show_default="as then"),
    ] = None,
) -> int:
    """Make what a run did not: what failed, and what it did not come to.

    Posts that failed are tried again from their first attempt.
    """
    from castad_cli.app.batch import order_again, plan_batch

    command, order = order_again(shell.settings(), run)
    order = replace(order, force=False, workers=workers or order.workers)
    with shell.busy("reading recipes and pictures"):
        work = plan_batch(order, shell.settings)
    return carry_out(shell, work, order, command)


@with_shell("database")
def cancel(shell: Shell, run: _Run) -> int:
    """Tell a run to stop, wherever it goes on.

    What it has begun is stopped, on its workers too. The command that began it goes on from there.
    """
    from castad_cli.app.batch import cancel_run

    view, going_on = cancel_run(shell.settings(), run)
    for record in view.as_records():
        shell.record(record)
    text = Text.assemble((f"run {view.record.id}", "bold"))
    text.append(" is told to stop" if going_on else f" is not going on: it is {view.record.state}")
    shell.result(text)
    return DONE
