"""``castad db``: the database of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from castad_cli.cli.cache import read_age
from castad_cli.cli.command import with_shell
from castad_cli.cli.help import Command, Group
from castad_cli.cli.shell import Shell
from castad_cli.model.figures import count

if TYPE_CHECKING:
    from castad_cli.app.history import DatabaseState

app = typer.Typer(cls=Group, help="Look after the database.", no_args_is_help=True)


@app.command("upgrade", cls=Command)
@with_shell("database")
def upgrade(shell: Shell) -> None:
    """Bring the database to the form this version needs.

    With SQLite every run does so by itself.
    """
    from castad_cli.app.history import upgrade_database

    _show(shell, upgrade_database(shell.settings()))


@app.command("current", cls=Command)
@with_shell("database")
def current(shell: Shell) -> None:
    """Show which form the database has."""
    from castad_cli.app.history import database_state

    _show(shell, database_state(shell.settings()))


@app.command("prune", cls=Command)
@with_shell("database")
def prune(
    shell: Shell,
    older_than: Annotated[str, typer.Option(metavar="AGE", help="Forget runs not heard of for so long.")] = "90d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Forget old runs, their ads and renditions.

    What was bought and posted stays recorded, so that it never happens twice. No file is removed.
    """
    from castad_cli.app.history import prune_runs

    gone = prune_runs(shell.settings(), read_age(older_than), dry_run=dry_run)
    shell.record({"event": "summary", "runs": len(gone), "dry_run": dry_run})
    shell.result(f"{'would forget' if dry_run else 'forgot'} {count(len(gone), 'run')}")


def _show(shell: Shell, state: DatabaseState) -> None:
    shell.record({"event": "database", "url": state.url, "schema": state.found, "needed": state.needed})
    if state.found is None:
        shell.result(f"{state.url}: empty; the first run sets it up")
    elif state.found == state.needed:
        shell.result(f"{state.url}: schema {state.found}, up to date")
    else:
        shell.result(f"{state.url}: schema {state.found}, this version needs {state.needed}; run `castad db upgrade`")
