"""``castad plan``: what would be made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from castad_cli.cli.command import with_shell
from castad_cli.cli.options import Formats, Languages, Paths, Quality, check_choices
from castad_cli.cli.problems import short_path
from castad_cli.cli.shell import Shell
from castad_cli.model.figures import count

if TYPE_CHECKING:
    from castad_cli.app.forecast import Forecast
    from castad_cli.app.post_forecast import AccountForecast


@with_shell("database", "storage")
def plan(
    shell: Shell,
    paths: Paths,
    graph: Annotated[
        Path | None,
        typer.Option("--graph", metavar="FILE", help="Draw the task graph as an SVG picture.", show_default=False),
    ] = None,
    format_: Formats = None,
    language: Languages = None,
    quality: Quality = "standard",
) -> None:
    """Show what would be made, and what is cached.

    Lists ads, renditions and posts, how much work is left and what it would cost. Makes nothing.
    """
    check_choices(format_, language, quality)
    from castad_cli.app.forecast import draw_graph, make_forecast
    from castad_cli.app.post_forecast import forecast_posts
    from castad_cli.app.work import prepare

    with shell.busy("reading recipes and pictures"):
        work = prepare(paths, shell.settings, formats=format_, languages=language, quality=quality)
        forecast = make_forecast(work)
        posts = forecast_posts(work.plan, work.settings)
    shell.notices(work.notices)
    if graph is not None:
        draw_graph(work, graph)
    for each in posts:
        shell.record(each.as_record())
    for record in forecast.as_records():
        shell.record(record)
    shell.result(_table(forecast))
    shell.result(_totals(forecast))
    if posts:
        shell.result(_posts(posts))
    if graph is not None:
        shell.say(f"task graph: {short_path(graph)}")


def _table(forecast: Forecast) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("ad", overflow="fold")
    for name in ("format", "size", "length", ""):
        table.add_column(name, no_wrap=True)
    table.add_column("posts to" if forecast.posts else "", overflow="fold")
    last = ""
    for each in forecast.renditions:
        state = Text("cached", "green") if each.cached else Text("to make", "yellow")
        ad = Text(each.ad, "bold") if each.ad != last else Text("")
        last = each.ad
        shape = f"{each.width}×{each.height}"
        table.add_row(ad, each.format, shape, f"{each.duration_s:g} s", state, Text(", ".join(each.posts)))
    return table


def _posts(posts: Sequence[AccountForecast]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("\nposts to", "\nwhose", "\nout", "\nto post", "\na day", "\ndays"):
        table.add_column(name, no_wrap=name != "\nwhose", justify="right" if name != "\nwhose" else "left")
    table.columns[0].justify = "left"
    for each in posts:
        whose = Text(each.title) if each.is_ready else Text("log in: castad auth login", "yellow")
        days = f"{each.days}" + (f", the last at {each.last_at}" if each.last_at else "")
        to_post = f"{each.posts - each.posted:,}"
        per_day = Text(f"{each.per_day}" if each.is_told else f"{each.per_day}?")
        table.add_row(f"{each.platform}:{each.account}", whose, f"{each.posted:,}", to_post, per_day, days)
    return table


def _totals(forecast: Forecast) -> Text:
    text = Text("\n")
    text.append(f"{count(forecast.ads, 'ad')}, {count(len(forecast.renditions), 'rendition')}", "bold")
    text.append(f": {forecast.cached} cached, {forecast.to_make} to make")
    if forecast.posts:
        text.append(f", {count(forecast.posts, 'post')}")
    if forecast.to_make:
        work = [count(forecast.frames, "frame")]
        if forecast.scripts:
            work.append(count(forecast.scripts, "script"))
        if forecast.tracks:
            work.append(count(forecast.tracks, "track"))
        text.append(f"\nwork: {', '.join(work)}")
    text.append("\ncost: ")
    if not forecast.bills:
        text.append("nothing is bought")
    for bill in forecast.bills:
        text.append(f"\n  {bill.service}: {count(bill.calls, 'call')} ({bill.what})", "yellow")
        text.append(f", {bill.calls * bill.price:g}" if bill.price is not None else ", no price set")
        if bill.most > bill.calls:
            text.append(f"; at most {bill.most}")
            text.append(f", {bill.most * bill.price:g}" if bill.price is not None else "")
        days, kinds = (
            forecast.days.get(bill.limited, 0),
            [each for each in forecast.bills if each.limited == bill.limited],
        )
        if days > 1 and bill is kinds[-1]:
            together = f"; {sum(each.calls for each in kinds)} calls in all" if len(kinds) > 1 else ""
            text.append(f"{together}; {days} days within {bill.per_day} a day")
    cost, most = forecast.cost, forecast.most_cost
    if cost is not None and most is not None and (len(forecast.bills) > 1 or most > cost):
        text.append(f"\n  together {cost:g}")
        if most > cost:
            text.append(
                f" if every answer is taken as it comes, at most {most:g}"
                " if each is asked for again as often as it may be"
                f"\n  `--max-cost {cost:g}` stops before a call that would pass that"
            )
    return text
