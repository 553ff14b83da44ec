"""``castad doctor``: is everything here that a run needs?"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from castad_cli.cli.command import CLUSTERED, with_shell
from castad_cli.cli.endings import DONE, NOT_READY
from castad_cli.cli.shell import Shell
from castad_cli.model.figures import count


@with_shell("database", "storage", *CLUSTERED)
def doctor(
    shell: Shell,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended from here.")] = False,
) -> int:
    """Check that this machine has all a run needs.

    Says how to mend what is missing.
    """
    from castad_cli.run.health import check_machine, mend

    settings = shell.settings()
    checks = check_machine(settings)
    broken = [check for check in checks if not check.ok and check.mendable]
    if fix and broken:
        for check in broken:
            mend(check, settings, shell.say)
        checks = check_machine(settings)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for check in checks:
        shell.record({"event": "check", **check.as_record()})
        mark = Text("✓", "green") if check.ok else Text("✗", "red") if check.needed else Text("!", "yellow")
        found = Text(check.found)
        if not check.ok and check.fix:
            found.append(f"\nfix: {check.fix}", "green")
        table.add_row(mark, check.name, found)
    shell.result(table)
    missing = sum(1 for check in checks if not check.ok and check.needed)
    problems = sum(not check.ok for check in checks)
    shell.record({"event": "summary", "checks": len(checks), "problems": problems, "ready": not missing})
    if missing:
        shell.say(Text(f"\nnot ready: {count(missing, 'thing')} a run needs", "bold red"))
        return NOT_READY
    shell.say(Text("\nready to render", "bold green"))
    return DONE
