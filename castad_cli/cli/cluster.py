"""``castad cluster``: what a cluster of one's own needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from castad_cli.cli.command import with_shell
from castad_cli.cli.help import Command, Group
from castad_cli.cli.problems import short_path
from castad_cli.cli.shell import Shell

app = typer.Typer(cls=Group, no_args_is_help=True, help="What a cluster of one's own needs.")


@app.command(cls=Command)
@with_shell()
def certificates(
    shell: Shell,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.", show_default=False)],
    name: Annotated[
        list[str] | None,
        typer.Option("--name", "-n", metavar="NAME", help="One for each member.", show_default="cluster"),
    ] = None,
) -> None:
    """Make an authority and certificates, so that the members of a cluster trust one another and nobody else.

    The authority is made once; with one in DIR, only certificates are added. Keep ca-key.pem off the members.
    """
    from castad_cli.app.cluster import make_cluster_certificates

    for path in make_cluster_certificates(folder, tuple(name or ("cluster",))):
        shell.record({"event": "file", "path": str(path)})
        shell.result(short_path(path))
