"""``castad cache``: what the store holds."""

from __future__ import annotations

import re
from typing import Annotated

import typer
from rich.table import Table

from castad_cli.cli.command import with_shell
from castad_cli.cli.help import Command, Group
from castad_cli.cli.shell import Shell
from castad_cli.errors import UserError
from castad_cli.model.figures import count, seconds, size

app = typer.Typer(cls=Group, help="Look after what has been made.", no_args_is_help=True)

_AGES = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SIZES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


@app.command("list", cls=Command)
@with_shell("storage")
def list_(shell: Shell) -> None:
    """List what the store holds: scripts, tracks, renditions."""
    from castad_cli.storage import open_store

    settings = shell.settings()
    kinds: dict[str, list[int]] = {}
    for held in open_store(settings.storage_url, settings.storage_options).list():
        shell.record(
            {
                "event": "cached",
                "kind": held.kind,
                "fingerprint": held.fingerprint,
                "size": held.size,
                "age_s": round(held.age_s),
            }
        )
        kinds.setdefault(held.kind, []).append(held.size)
        if shell.verbose:
            shell.say(f"{held.kind:<10} {held.fingerprint[:16]}  {size(held.size):>9}  used {seconds(held.age_s)} ago")
    shell.record({"event": "summary", "things": sum(map(len, kinds.values())), "bytes": sum(map(sum, kinds.values()))})
    if not kinds:
        shell.result(f"nothing is stored at {settings.storage_url}")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for kind, sizes in sorted(kinds.items()):
        table.add_row(count(len(sizes), kind), size(sum(sizes)))
    table.add_row("in all", size(sum(map(sum, kinds.values()))), settings.storage_url, style="bold")
    shell.result(table)


@app.command("gc", cls=Command)
@with_shell("storage")
def gc(
    shell: Shell,
    older_than: Annotated[
        str | None,
        typer.Option(metavar="AGE", help="Remove what was not used for so long. Default: 30d.", show_default=False),
    ] = None,
    max_size: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help="Remove the least lately used until so much is left, e.g. 5GB."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Remove what was not used lately.

    It is made again when it is wanted. Videos in `out/` stay.
    """
    from castad_cli.storage import open_store

    if older_than is None and max_size is None:
        older_than = "30d"
    age = read_age(older_than) if older_than is not None else None
    most = read_size(max_size) if max_size is not None else None
    settings = shell.settings()
    collected = open_store(settings.storage_url, settings.storage_options).collect(age, most, dry_run=dry_run)
    shell.record(
        {
            "event": "summary",
            "things": collected.things,
            "freed_bytes": collected.freed_bytes,
            "kept_bytes": collected.kept_bytes,
            "dry_run": dry_run,
        }
    )
    verb = "would remove" if dry_run else "removed"
    freed, kept = size(collected.freed_bytes), size(collected.kept_bytes)
    shell.result(f"{verb} {count(collected.things, 'thing')} ({freed}); {kept} stay")


def read_age(text: str) -> float:
    """Seconds, from ``12h``, ``30d``, ``2w``.

    Raises:
        UserError: anything else.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([mhdw])", text.strip().lower())
    if match is None:
        raise UserError(f"--older-than: {text!r} is no length of time", fix="write 90m, 12h, 30d or 2w")
    return float(match[1]) * _AGES[match[2]]


def read_size(text: str) -> int:
    """Bytes, from ``500MB``, ``5GB``, ``0``.

    Raises:
        UserError: anything else.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)b?", text.strip().lower())
    if match is None:
        raise UserError(f"--max-size: {text!r} is no size", fix="write 500MB or 5GB")
    return int(float(match[1]) * _SIZES[match[2]])
