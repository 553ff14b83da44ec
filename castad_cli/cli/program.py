"""All commands as one program, and the one place where a call of it is answered."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from castad_cli import __version__
from castad_cli.cli import (
    auth,
    batch,
    cache,
    cluster,
    db,
    doctor,
    init,
    plan,
    preview,
    publish,
    render,
    report,
    review,
    runs,
    schema,
    status,
    steering,
    template,
    validate,
    worker,
)
from castad_cli.cli.endings import BAD_USAGE
from castad_cli.cli.help import Command, Group
from castad_cli.cli.shell import Shell
from castad_cli.errors import UserError

app = typer.Typer(
    name="castad",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

MAKE, PUBLISH, LOOK, SCALE, UPKEEP = "Make", "Publish", "Look", "Scale out", "Upkeep"

app.command("init", cls=Command, rich_help_panel=MAKE)(init.init)
app.command("validate", cls=Command, rich_help_panel=MAKE)(validate.validate)
app.command("plan", cls=Command, rich_help_panel=MAKE)(plan.plan)
app.command("preview", cls=Command, rich_help_panel=MAKE)(preview.preview)
app.command("render", cls=Command, rich_help_panel=MAKE)(render.render)
app.command("publish", cls=Command, rich_help_panel=PUBLISH)(publish.publish)
app.command("review", cls=Command, rich_help_panel=PUBLISH)(review.review)
app.add_typer(auth.app, name="auth", rich_help_panel=PUBLISH)
app.command("runs", cls=Command, rich_help_panel=LOOK)(runs.runs)
app.command("status", cls=Command, rich_help_panel=LOOK)(status.status)
app.command("report", cls=Command, rich_help_panel=LOOK)(report.report)
app.command("batch", cls=Command, rich_help_panel=MAKE)(batch.batch)
app.command("retry", cls=Command, rich_help_panel=MAKE)(steering.retry)
app.command("cancel", cls=Command, rich_help_panel=LOOK)(steering.cancel)
app.add_typer(template.app, name="template", rich_help_panel=LOOK)
app.command("schema", cls=Command, rich_help_panel=LOOK)(schema.schema)
app.command("doctor", cls=Command, rich_help_panel=UPKEEP)(doctor.doctor)
app.command("worker", cls=Command, rich_help_panel=SCALE)(worker.worker)
app.command("scheduler", cls=Command, rich_help_panel=SCALE)(worker.scheduler)
app.add_typer(cluster.app, name="cluster", rich_help_panel=SCALE)
app.add_typer(cache.app, name="cache", rich_help_panel=UPKEEP)
app.add_typer(db.app, name="db", rich_help_panel=UPKEEP)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"castad {__version__}")
        raise typer.Exit


@app.callback()
def castad(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """A YAML recipe in, finished short video ads out.

    Start with [bold]castad init my-ad[/bold], then [bold]castad render my-ad/recipe.yaml[/bold].
    """


def call(arguments: Sequence[str]) -> int:
    """Answer one call of ``castad``; its exit code."""
    try:
        return app(list(arguments), prog_name="castad", standalone_mode=False) or 0
    except typer.TyperException as error:
        shell = Shell(json="--json" in arguments, color="--no-color" not in arguments)
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "castad"
        message = error.format_message()
        if not message:  # no command given: Typer has shown the help already
            return BAD_USAGE
        shell.problem(UserError(message[0].lower() + message[1:], fix=f"see `{command} --help`"))
        return BAD_USAGE
    except typer.Abort:
        print("stopped", file=sys.stderr)
        return 1
