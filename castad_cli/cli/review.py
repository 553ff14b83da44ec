"""``castad review``: what only a person can know."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from castad_cli.cli.shell import Shell, with_shell
from castad_cli.errors import UserError
from castad_cli.model.figures import count, when

if TYPE_CHECKING:
    from castad_cli.app.reviewing import ReviewItem


@with_shell("database")
def review(
    shell: Shell,
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="Only what this run was to post.")] = None,
    posted: Annotated[
        str | None, typer.Option("--posted", metavar="KEY", help="It is out there; with --id.", show_default=False)
    ] = None,
    remote_id: Annotated[
        str, typer.Option("--id", metavar="ID", help="The post's id, as the platform has it.", show_default=False)
    ] = "",
    url: Annotated[str, typer.Option("--url", metavar="URL", help="Where people see it.", show_default=False)] = "",
    not_posted: Annotated[
        str | None, typer.Option("--not-posted", metavar="KEY", help="It is not out there.", show_default=False)
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="With --not-posted: have the next run post it.")] = False,
) -> int:
    """Settle posts whose outcome is unknown: posted, or not.

    Asks for each when a person is there; --posted and --not-posted settle one without asking.
    """
    from castad_cli.app import reviewing

    if posted is not None and not_posted is not None:
        raise UserError("--posted and --not-posted at once", fix="settle one at a time")
    settings = shell.settings()
    if posted is not None:
        _settled(shell, reviewing.say_posted(settings, posted, remote_id, url), "posted")
        return 0
    if not_posted is not None:
        item = reviewing.say_not_posted(settings, not_posted, again=again)
        _settled(shell, item, "to be posted again" if again else "not posted")
        return 0
    if remote_id or url or again:
        raise UserError("which post is meant?", fix="add --posted KEY or --not-posted KEY")
    items = reviewing.list_reviews(settings, run)
    asks = sys.stdin.isatty() and shell.out.is_terminal and not shell.json
    left = 0
    for item in items:
        shell.record(item.as_record())
        shell.result(_described(item))
        if not asks or not _ask(shell, item):
            left += 1
    shell.record({"event": "summary", "needs_review": left})
    if not items:
        shell.result("nothing needs review")
    elif left and not asks:
        shell.say("settle each with --posted KEY --id ID, or --not-posted KEY (--again to have it posted)")
    return 1 if left else 0


def _ask(shell: Shell, item: ReviewItem) -> bool:
    """Ask a person about it; whether it is settled."""
    from castad_cli.app import reviewing

    settings = shell.settings()
    while True:
        answer = input("[p]osted, [a]gain (not posted: post it), [n]ot posted, [s]kip? ").strip().lower()[:1]
        if answer == "p":
            remote_id = input("its id on the platform: ").strip()
            if not remote_id:
                continue
            _settled(shell, reviewing.say_posted(settings, item.key, remote_id, input("its address: ")), "posted")
            return True
        if answer in ("a", "n"):
            reviewing.say_not_posted(settings, item.key, again=answer == "a")
            _settled(shell, item, "to be posted again" if answer == "a" else "not posted")
            return True
        if answer in ("s", ""):
            return False


def _described(item: ReviewItem) -> Text:
    where = f"{item.platform}:{item.account}" if item.platform else item.kind
    text = Text.assemble((where, "bold"), f" ({item.title})" if item.title else "", "  ")
    text.append(" · ".join(part for part in (item.ad, item.format) if part) + "\n")
    text.append(f"  {item.reason}\n", "yellow")
    text.append(f"  since {when(item.since)}; look at: {item.look}\n", "dim")
    if item.marker:
        text.append(f"  it carries the word {item.marker}, where the platform has room for it\n", "dim")
    text.append(f"  key: {item.key}", "dim")
    return text


def _settled(shell: Shell, item: ReviewItem, how: str) -> None:
    shell.record({"event": "settled", "key": item.key, "platform": item.platform, "account": item.account, "how": how})
    shell.result(f"{item.platform}:{item.account} {item.ad}: {how}")
    if how == "to be posted again":
        shell.say(Text(f"the next run posts it; to see that {count(1, 'post')} now: `castad publish RECIPE`", "dim"))
