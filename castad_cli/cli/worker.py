"""``castad worker`` and ``castad scheduler``: the parts of a cluster."""

from __future__ import annotations

import re
import sys
from typing import Annotated

import typer

from castad_cli.cli.command import CLUSTERED, TLS, with_shell
from castad_cli.cli.shell import Shell
from castad_cli.errors import UserError

_ROLES = ("generate", "render", "upload")


@with_shell("database", "storage", *CLUSTERED)
def worker(
    shell: Shell,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role", metavar="ROLES", help="What it does: generate, render, upload.", show_default="all three"
        ),
    ] = None,
    generate_slots: Annotated[int, typer.Option(metavar="N", min=1, help="Words and music at once.")] = 2,
    upload_slots: Annotated[int, typer.Option(metavar="N", min=1, help="Uploads at once.")] = 4,
    cores: Annotated[
        str, typer.Option(metavar="LIST", help="Stay on these cores, e.g. 0-3,6.", show_default="all")
    ] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="Its name.", show_default="host-process")] = "",
    drain: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="On SIGTERM, go on with what has begun for so long.")
    ] = 120,
    secrets_on_stdin: Annotated[
        bool,
        typer.Option(
            "--secrets-on-stdin", help="Take keys and passwords, a JSON object of variables, from standard input."
        ),
    ] = False,
) -> None:
    """Be a worker of a cluster.

    Renders one ad at a time with a warm browser: run one for every two cores. Ends on SIGTERM, after finishing what it
    has begun or giving it back; nothing it has started outlives it.
    """
    roles = _roles(role)
    slots = {"generate": generate_slots, "render": 1, "upload": upload_slots}
    from castad_cli.app.cluster import serve_worker
    from castad_cli.run.executors.secrets_by_pipe import take_secrets

    if secrets_on_stdin:
        take_secrets(sys.stdin.buffer)
    serve_worker(
        shell.settings(),
        {each: slots[each] for each in roles},
        name=name,
        cores=_cores(cores),
        drain_s=drain,
        say=shell.say,
    )


@with_shell(*TLS)
def scheduler(
    shell: Shell,
    host: Annotated[str, typer.Option(metavar="HOST", help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="0 takes any that is free.")] = 8786,
    worker_ttl: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=2, help="A worker silent for so long loses its work to others."),
    ] = 60,
) -> None:
    """Be the scheduler of a cluster.

    With certificates it speaks TLS and admits only who has one of the same authority; without, it listens on this
    machine alone.
    """
    from castad_cli.app.cluster import serve_scheduler

    serve_scheduler(shell.settings(), host, port, worker_ttl_s=worker_ttl, say=shell.say)


def _roles(given: list[str] | None) -> list[str]:
    """Roles from ``--role a,b --role c``.

    Raises:
        UserError: one that there is not.
    """
    roles = [part.strip() for text in given or _ROLES for part in text.split(",") if part.strip()]
    for each in roles:
        if each not in _ROLES:
            from castad_cli.cli.options import suggest

            raise UserError(f"--role: there is no `{each}`", fix=suggest(each, _ROLES))
    return list(dict.fromkeys(roles))


def _cores(text: str) -> list[int]:
    """Core numbers from ``0-3,6``.

    Raises:
        UserError: it is something else.
    """
    cores: list[int] = []
    for part in filter(None, text.split(",")):
        match = re.fullmatch(r"\s*(\d+)(?:-(\d+))?\s*", part)
        if match is None:
            raise UserError(f"--cores: {text!r} is no list of cores", fix="write it as 0-3,6")
        cores += range(int(match[1]), int(match[2] or match[1]) + 1)
    return cores
