"""``castad publish``: post what is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from castad_cli.cli.command import with_shell
from castad_cli.cli.options import Formats, Languages, Quality, check_choices
from castad_cli.cli.progress import watching
from castad_cli.cli.shell import Shell
from castad_cli.model.events import Event, PostDone, RunFinished
from castad_cli.model.figures import count, seconds, size, when

if TYPE_CHECKING:
    from castad_cli.app.publishing import DraftView, ToPost

_SHOWN = 8


@with_shell("database", "storage")
def publish(
    shell: Shell,
    names: Annotated[
        list[str], typer.Argument(metavar="RECIPE|RUN", help="Recipes, folders, or runs.", show_default=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show each post exactly as it would be sent; send nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Post this version too where another version of the same ad is posted.")
    ] = False,
    format_: Formats = None,
    language: Languages = None,
    quality: Quality = "standard",
) -> int:
    """Post what is rendered, where the recipes say.

    Renders nothing. What is posted stays so: the same command goes on with what is not.
    """
    check_choices(format_, language, quality)
    from castad_cli.app import publishing
    from castad_cli.run.driver import exit_code

    with shell.busy("reading recipes and pictures"):
        ready = publishing.prepare_posts(
            names, shell.settings, formats=format_, languages=language, quality=quality, again=again
        )
    _tell_missing(shell, ready)
    short = 1 if ready.missing else 0
    if dry_run:
        return max(_show_drafts(shell, publishing.draft_posts(ready)), short)
    if not ready.posts:
        return short
    out: list[PostDone] = []

    def collect(event: Event) -> None:
        if isinstance(event, PostDone):
            out.append(event)

    with watching(shell) as observer:
        finished = publishing.publish_posts(ready, observers=(collect, observer))
    if out:
        shell.result(_posts(out))
    shell.say(_summary(finished))
    return exit_code(finished) or short


def _tell_missing(shell: Shell, ready: ToPost) -> None:
    for each in ready.missing:
        shell.record(each.as_record())
    if not ready.missing:
        return
    text = Text(f"{count(len(ready.missing), 'post')} without a video yet; `castad render` makes it:", "yellow")
    for each in ready.missing[:_SHOWN]:
        text.append(f"\n  {each.ad} · {each.format}, for {each.platform}:{each.account}")
    if len(ready.missing) > _SHOWN:
        text.append(f"\n  and {len(ready.missing) - _SHOWN:,} more")
    shell.say(text)


def _show_drafts(shell: Shell, drafts: list[DraftView]) -> int:
    for draft in drafts:
        shell.record(draft.as_record())
        head = Text.assemble((f"{draft.platform}:{draft.account}", "bold"), f"  {draft.ad} · {draft.format}  ")
        style = {"would be sent": "green", "refused": "red"}.get(draft.state, "dim")
        head.append(draft.state, style)
        if draft.url or draft.note:
            head.append(f"\n  {'; '.join(part for part in (draft.url, draft.note) if part)}")
        shell.result(head)
        if draft.sent is not None:
            shell.result(_fields(draft))
        for warning in draft.warnings:
            shell.result(Text(f"  left out: {warning}", "yellow"))
        shell.result("")
    would = sum(draft.state == "would be sent" for draft in drafts)
    shell.say(f"{count(would, 'post')} would be sent, {len(drafts) - would:,} not; nothing was sent")
    return 1 if any(draft.state == "refused" for draft in drafts) else 0


def _fields(draft: DraftView) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 2), pad_edge=True, show_header=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    table.add_row("video", f"{draft.video}, {size(draft.video_bytes)}")
    table.add_row("cover", draft.cover)
    table.add_row("sending begins", when(draft.at) if draft.at else "at once")
    for name, value in _flat(draft.sent or {}):
        table.add_row(name, Text(value))
    return table


def _flat(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [row for key, item in value.items() for row in _flat(item, f"{path}.{key}" if path else str(key))]
    if isinstance(value, list | tuple):
        return [(path, ", ".join(str(item) for item in value))]
    return [(path, str(value).lower() if isinstance(value, bool) else str(value))]


def _posts(done: list[PostDone]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    for name in ("where", "ad", "format", "link", "how"):
        table.add_column(name, overflow="fold", no_wrap=name in ("where", "format"))
    for event in done:
        how = "posted before" if event.cached else f"in {seconds(event.seconds)}"
        note = f"{how}; {event.note}" if event.note else how
        where = Text(f"{event.platform}:{event.account}", "bold")
        table.add_row(where, event.ad, event.format, event.url or event.id, Text(note, "dim"))
    return table


def _summary(finished: RunFinished) -> Text:
    text = Text(f"{finished.posted:,} of {count(finished.posts, 'post')} out", "bold green" if finished.posted else "")
    for number, words, style in (
        (finished.posts_failed, "failed", "bold red"),
        (finished.needs_review, "for review: `castad review`", "bold yellow"),
        (finished.waiting, "waiting", "yellow"),
    ):
        if number:
            text.append(", ").append(f"{number:,} {words}", style)
    text.append(f" in {seconds(finished.seconds)}").append(f"  (run {finished.run})", "dim")
    if finished.waiting_until is not None:
        text.append(f"\nthe first that waits may go on at {when(finished.waiting_until)}; the same command then does")
    return text
