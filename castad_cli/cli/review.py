"""``castad review``: what only a person can know."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from castad_cli.cli.command import with_shell
from castad_cli.cli.shell import Shell
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
        _say_not(shell, reviewing.find_review(settings, not_posted), again=again)
        return 0
    if remote_id or url or again:
        raise UserError("which post is meant?", fix="add --posted KEY or --not-posted KEY")
    items = reviewing.list_reviews(settings, run)
    asks = is_there = sys.stdin.isatty() and shell.out.is_terminal and not shell.json
    left = 0
    for number, item in enumerate(items, 1):
        shell.record(item.as_record())
        shell.result(_described(item, f"{number} of {len(items)}  " if is_there and len(items) > 1 else ""))
        try:
            left += not (asks and _ask(shell, item))
        except EOFError:  # Ctrl-D: enough of questions
            asks, left = False, left + 1
        if is_there:
            shell.result("")
    shell.record({"event": "summary", "needs_review": left})
    if not items:
        shell.result("nothing needs review")
    elif left and not is_there:
        shell.say("settle each with --posted KEY --id ID, or --not-posted KEY (--again to have it posted)")
    elif is_there:
        shell.say(f"{count(left, 'thing')} left for review" if left else "nothing is left for review")
    return 1 if left else 0


def _ask(shell: Shell, item: ReviewItem) -> bool:
    """Ask a person about it; whether it is settled.

    Raises:
        EOFError: they want no more questions.
    """
    while True:
        answer = input(_QUESTION[item.kind == "post"]).strip().lower()[:1]
        if answer in ("s", ""):
            return False
        try:
            if answer == "p" and item.kind == "post":
                if _ask_where(shell, item):
                    return True
            elif answer in ("a", "n"):
                _say_not(shell, item, again=answer == "a")
                return True
        except UserError as error:  # somebody else has settled it meanwhile
            shell.say(Text(error.message, "yellow"))
            return True


_QUESTION = {
    True: "[p]osted, [a]gain (it is not posted: post it), [n]ot posted and never to be, [s]kip? ",
    False: "[a]gain (it was not bought, or is lost: buy it), [n]ever, [s]kip? ",
}


def _ask_where(shell: Shell, item: ReviewItem) -> bool:
    """Ask for the post's id and address; False when they have no id at hand."""
    from castad_cli.app import reviewing

    remote_id = input("  its id on the platform (Enter: back): ").strip()
    if not remote_id:
        return False
    url = "" if item.platform == "youtube" else input("  its address (Enter: none): ")
    _settled(shell, reviewing.say_posted(shell.settings(), item.key, remote_id, url), "posted")
    return True


def _say_not(shell: Shell, item: ReviewItem, *, again: bool) -> None:
    from castad_cli.app import reviewing

    reviewing.say_not_posted(shell.settings(), item.key, again=again)
    how = {True: ("to be posted again", "not posted"), False: ("to be bought again", "given up")}
    _settled(shell, item, how[item.kind == "post"][0 if again else 1])


def _described(item: ReviewItem, which: str) -> Text:
    where = f"{item.platform}:{item.account}" if item.platform else item.kind
    text = Text.assemble((which, "dim"), (where, "bold"), f" ({item.title})" if item.title else "", "  ")
    text.append(" · ".join(part for part in (item.ad, item.format) if part) + "\n")
    text.append(f"  {item.reason}\n", "yellow")
    text.append(f"  since {when(item.since)}; look at: {item.look}\n", "dim")
    if item.marker:
        text.append(f"  it carries the word {item.marker}, where the platform has room for it\n", "dim")
    text.append(f"  key: {item.key}", "dim")
    return text


def _settled(shell: Shell, item: ReviewItem, how: str) -> None:
    shell.record({"event": "settled", "key": item.key, "platform": item.platform, "account": item.account, "how": how})
    where = f"{item.platform}:{item.account}" if item.platform else item.kind
    shell.result(f"{where} {item.ad}".rstrip() + f": {how}")
    if how == "to be posted again":
        shell.say(Text(f"the next run posts it; to see that {count(1, 'post')} now: `castad publish RECIPE`", "dim"))
