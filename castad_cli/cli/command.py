"""What all commands share: options that hold everywhere, a shell to speak with, an answer for what goes wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from castad_cli.cli.endings import end
from castad_cli.cli.shell import Shell

CLUSTER = "Cluster"
EVERYWHERE = "Everywhere"
"""The panel of help that holds what several commands share."""

_OPTIONS: dict[str, Any] = {
    "database": Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where runs are recorded.", show_default=False, rich_help_panel=EVERYWHERE),
    ],
    "storage": Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where results are kept.", show_default=False, rich_help_panel=EVERYWHERE),
    ],
    "scheduler": Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The cluster's scheduler: tls://host:8786.", show_default=False, rich_help_panel=CLUSTER
        ),
    ],
    "tls_ca": Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The cluster's authority.", show_default=False, rich_help_panel=CLUSTER),
    ],
    "tls_cert": Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="This side's certificate.", show_default=False, rich_help_panel=CLUSTER),
    ],
    "tls_key": Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The certificate's key.", show_default=False, rich_help_panel=CLUSTER),
    ],
    "insecure": Annotated[
        bool | None,
        typer.Option("--insecure", help="Speak plainly to another machine.", rich_help_panel=CLUSTER),
    ],
    "json": Annotated[bool, typer.Option("--json", help="Print one JSON object a line.", rich_help_panel=EVERYWHERE)],
    "quiet": Annotated[
        bool, typer.Option("--quiet", "-q", help="Results and errors only.", rich_help_panel=EVERYWHERE)
    ],
    "verbose": Annotated[
        bool, typer.Option("--verbose", "-v", help="Say more on the way.", rich_help_panel=EVERYWHERE)
    ],
    "no_color": Annotated[bool, typer.Option("--no-color", help="No colours.", rich_help_panel=EVERYWHERE)],
}
_URLS = ("database", "storage")
TLS = ("tls_ca", "tls_cert", "tls_key", "insecure")
CLUSTERED = ("scheduler", *TLS)
"""What a command takes that may work on a cluster."""
_SETTINGS = (*_URLS, *CLUSTERED)


def with_shell(*settings: str) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Give a command its `Shell` as first argument, and its users the options that hold everywhere.

    ``settings`` name those of ``database``, ``storage`` and `CLUSTERED` that the command takes. The command returns
    its exit code (None: 0) and may raise anything: `end` answers for it.
    """
    names = [*settings, "json", "quiet", "verbose", "no_color"]
    assert set(settings) <= set(_SETTINGS)

    def decorate(command: Callable[..., int | None]) -> Callable[..., None]:
        # Typer reads options off the signature, so the shell's options are put into it.
        signature = inspect.signature(command, eval_str=True)
        own = list(signature.parameters.values())[1:]
        shared = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=None if name in _SETTINGS else False,
                annotation=_OPTIONS[name],
            )
            for name in names
        ]

        @wraps(command)
        def run(**arguments: Any) -> None:
            given = {name: arguments.pop(name) for name in names}
            shell = Shell(
                json=given["json"],
                quiet=given["quiet"],
                verbose=given["verbose"],
                color=not given["no_color"],
                flags={f"{name}_url" if name in _URLS else name: given[name] for name in settings},
            )
            raise typer.Exit(end(lambda: command(shell, **arguments), shell))

        keyword_own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        run.__signature__ = inspect.Signature([*keyword_own, *shared])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in [*own, *shared]}
        return run

    return decorate
