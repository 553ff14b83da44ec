"""``castad status``: how a run is doing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from castad_cli.cli.problems import short_path
from castad_cli.cli.runs import STATE_STYLES
from castad_cli.cli.shell import Shell, with_shell
from castad_cli.cli.words import count, seconds, when

if TYPE_CHECKING:
    from castad_cli.app import RunView
    from castad_cli.records import PostRecord

_EVERY_S = 1.0
_OPEN = ("waiting", "needs_review")
_MARKS = {"done": ("✓", "green"), "failed": ("✗", "red")}


@with_shell("database")
def status(
    shell: Shell,
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="A run. Default: the newest.")] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Keep showing it until it ends.")] = False,
) -> None:
    """Show a run: each rendition, and what went wrong."""
    from castad_cli import app

    with app.watch_run(shell.settings(), run) as read:
        view = read()
        if watch and shell.out.is_terminal and not shell.json:
            with Live(_page(view), console=shell.out, auto_refresh=False) as live:
                while view.record.state == "running":
                    time.sleep(_EVERY_S)
                    view = read()
                    live.update(_page(view), refresh=True)
            return
        while True:
            for record in view.as_records():
                shell.record(record)
            if not watch or view.record.state != "running":
                break
            time.sleep(_EVERY_S)
            view = read()
    shell.result(_page(view))


def _page(view: RunView) -> RenderableType:
    from castad_cli.app import title

    run = view.record
    head = Text.assemble((f"run {run.id}", "bold"), "  ", (run.state, STATE_STYLES.get(run.state, "")))
    head.append(f"  {run.command}, began {when(run.started_at)}", "dim")
    if view.seconds is not None:
        head.append(f", took {seconds(view.seconds)}", "dim")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", style="dim")
    for each in view.renditions:
        mark, style = _MARKS.get(each.state, ("·", "dim"))
        if each.error:
            note = Text(each.error + (f"\nfix: {each.fix}" if each.fix else ""), "red")
        else:
            note = Text(short_path(each.path) if each.path else each.state)
        table.add_row(Text(mark, style), title(each.ad), each.format, note)
    for post in view.posts:
        mark, style = _MARKS.get(post.state, ("·", "yellow" if post.state in _OPEN else "dim"))
        table.add_row(Text(mark, style), title(post.ad), f"→ {post.platform}:{post.account}", _said(post))
    foot = Text(f"{run.done} done, {run.cached} of them cached, {run.failed} failed")
    foot.append(f" of {count(len(view.renditions), 'rendition')}")
    if view.posts:
        out = sum(post.state == "done" for post in view.posts)
        foot.append(f"; {out:,} of {count(len(view.posts), 'post')} out")
        if any(post.state == "needs_review" for post in view.posts):
            foot.append("\n`castad review` shows what a person must decide", "yellow")
    return Group(head, table, foot)


def _said(post: PostRecord) -> Text:
    """Where a post is, or why it is not out, and until when it waits."""
    if post.state == "done":
        return Text(post.url or post.remote_id)
    said = post.state.replace("_", " ")
    if post.state == "waiting" and post.until is not None:
        said = f"waits until {when(post.until)}"
    text = Text(said, "red" if post.state == "failed" else "yellow" if post.state in _OPEN else "dim")
    if post.error:
        text.append(f": {post.error}")
    if post.fix and post.state == "failed":
        text.append(f"\nfix: {post.fix}")
    return text
