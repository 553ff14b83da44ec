"""``castad render``: make the videos."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from castad_cli.cli.command import with_shell
from castad_cli.cli.options import Force, Formats, Languages, MaxCost, Out, Paths, Quality, check_choices
from castad_cli.cli.problems import short_path
from castad_cli.cli.progress import watching
from castad_cli.cli.shell import Shell
from castad_cli.model.events import Event, RenditionDone, RunFinished
from castad_cli.model.figures import count, seconds, size


@with_shell("database", "storage")
def render(
    shell: Shell,
    paths: Paths,
    out: Out = None,
    format_: Formats = None,
    language: Languages = None,
    quality: Quality = "standard",
    force: Force = False,
    max_cost: MaxCost = None,
) -> int:
    """Make the videos, each with its cover and captions.

    What is there already is not made again: the same command resumes an interrupted run.
    """
    check_choices(format_, language, quality)
    from castad_cli.app.making import make_videos
    from castad_cli.app.work import prepare
    from castad_cli.run.driver import exit_code

    with shell.busy("reading recipes and pictures"):
        work = prepare(paths, shell.settings, formats=format_, languages=language, quality=quality)
    shell.notices(work.notices)
    done: list[RenditionDone] = []

    def collect(event: Event) -> None:
        if isinstance(event, RenditionDone):
            done.append(event)

    with watching(shell) as observer:
        finished = make_videos(work, out=out, observers=(collect, observer), force=force, max_cost=max_cost)
    if done:
        shell.result(_files(done))
    shell.say(_summary(finished))
    return exit_code(finished)


def _files(done: list[RenditionDone]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(justify="right", no_wrap=True, style="dim")
    for event in done:
        path = Path(event.path)
        made = "cached" if event.cached else f"in {seconds(event.seconds)}"
        table.add_row(Text(short_path(path)), size(path.stat().st_size), made)
    return table


def _summary(finished: RunFinished) -> Text:
    text = Text()
    made = finished.done - finished.cached
    parts = [
        (made, "made", "bold green"),
        (finished.cached, "cached", "green"),
        (finished.failed, "failed", "bold red"),
    ]
    for index, (number, how, style) in enumerate(part for part in parts if part[0]):
        text.append(", " if index else "")
        text.append(f"{number} {how}" if index else f"{count(number, 'rendition')} {how}", style)
    text.append(f" in {seconds(finished.seconds)}")
    text.append(f"  (run {finished.run})", "dim")
    return text
