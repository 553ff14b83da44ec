"""``castad batch``: make, and post, many."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from castad_cli.cli.command import CLUSTERED, with_shell
from castad_cli.cli.options import Force, Formats, Languages, MaxCost, Out, Paths, Quality, check_choices
from castad_cli.cli.progress import watching
from castad_cli.cli.shell import Shell
from castad_cli.model.events import RunFinished
from castad_cli.model.figures import count, seconds, when

if TYPE_CHECKING:
    from castad_cli.app.batch import BatchOrder
    from castad_cli.app.work import Work


@with_shell("database", "storage", *CLUSTERED)
def batch(
    shell: Shell,
    paths: Paths,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="ROWS.csv", help="Rows for every recipe: each makes an ad.", show_default=False),
    ] = None,
    publish: Annotated[bool, typer.Option("--publish", help="Post what is made where the recipes say.")] = False,
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-j", metavar="N", min=1, help="Processes on this machine.", show_default="by cores"),
    ] = None,
    max_failures: Annotated[
        int | None,
        typer.Option("--max-failures", metavar="N", min=1, help="Begin nothing more after N.", show_default=False),
    ] = None,
    out: Out = None,
    format_: Formats = None,
    language: Languages = None,
    quality: Quality = "standard",
    force: Force = False,
    max_cost: MaxCost = None,
) -> int:
    """Make many videos, and with --publish post them.

    Folders are searched for recipes. The same command goes on where it stopped: it makes what is missing or failed, and
    nothing twice, however many such commands run at once.
    """
    check_choices(format_, language, quality)
    from castad_cli.app.batch import BatchOrder, plan_batch

    order = BatchOrder(
        paths=tuple(str(path) for path in paths),
        out=str(out) if out else "",
        formats=tuple(format_ or ()),
        languages=tuple(language or ()),
        quality=quality,
        data=str(data) if data else "",
        publish=publish,
        force=force,
        workers=workers,
        max_failures=max_failures,
        max_cost=max_cost,
    )
    with shell.busy("reading recipes and pictures"):
        work = plan_batch(order, shell.settings)
    return carry_out(shell, work, order, "batch")


def carry_out(shell: Shell, work: Work, order: BatchOrder, command: str) -> int:
    """Make a batch while somebody watches; its exit code."""
    from castad_cli.app.batch import make_batch
    from castad_cli.run.driver import exit_code

    with watching(shell) as observer:
        finished = make_batch(work, order, (observer,), command)
    shell.say(summary_text(finished))
    return exit_code(finished)


def summary_text(finished: RunFinished) -> Text:
    """A run's figures in a line or two."""
    text = Text(count(finished.ads, "ad"), "bold")
    text.append(": ")
    made = finished.done - finished.cached
    stuck = finished.renditions - finished.done - finished.failed
    parts = [
        (made, f"{count(made, 'rendition')} made", "green"),
        (finished.cached, f"{finished.cached:,} cached", "green"),
        (finished.posted, f"{count(finished.posted, 'post')} out", "green"),
        (finished.failed, f"{finished.failed:,} failed", "bold red"),
        (finished.posts_failed, f"{count(finished.posts_failed, 'post')} failed", "bold red"),
        (finished.needs_review, f"{finished.needs_review:,} for review", "bold yellow"),
        (finished.waiting, f"{finished.waiting:,} waiting", "yellow"),
        (stuck if not finished.waiting else 0, f"{stuck:,} not come to", "yellow"),
    ]
    for index, (_, words, style) in enumerate(part for part in parts if part[0]):
        text.append(", " if index else "")
        text.append(words, style)
    text.append(f" in {seconds(finished.seconds)}")
    text.append(f"  (run {finished.run})", "dim")
    if finished.interrupted:
        text.append("\nit was told to stop; the same command goes on from here")
    if finished.waiting_until is not None:
        text.append(f"\nthe first that waits may go on at {when(finished.waiting_until)}; the same command then does")
    if finished.needs_review:
        text.append("\n`castad review` shows what a person must decide")
    return text
