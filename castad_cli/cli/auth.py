"""``castad auth``: accounts on the platforms."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from castad_cli.cli.command import with_shell
from castad_cli.cli.help import Command, Group
from castad_cli.cli.options import suggest
from castad_cli.cli.shell import Shell
from castad_cli.errors import UserError
from castad_cli.model.figures import count, when

if TYPE_CHECKING:
    from castad_cli.app.accounts import AccountView, Person

app = typer.Typer(cls=Group, help="Log in to accounts on YouTube, Instagram and TikTok.", no_args_is_help=True)

PLATFORMS = ("youtube", "instagram", "tiktok")
_STATES = {
    "ready": ("ready", "green"),
    "soon": ("log in again soon", "yellow"),
    "login": ("log in again", "red"),
    "locked": ("does not open", "red"),
}

Platform = Annotated[str, typer.Argument(metavar="PLATFORM", help="youtube, instagram or tiktok.", show_default=False)]
Name = Annotated[
    str,
    typer.Option("--account", "-a", metavar="NAME", help="What recipes call the account.", show_default=False),
]


@app.command("login", cls=Command)
@with_shell("database")
def login(
    shell: Shell,
    platform: Platform,
    account: Name,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Log in on another machine, and paste the address it ended at.")
    ] = False,
    via: Annotated[
        str, typer.Option("--via", metavar="WAY", help="Instagram: `facebook` (default) or `instagram`.")
    ] = "",
    paste_token: Annotated[
        bool, typer.Option("--paste-token", help="Instagram: paste a token made on Meta's pages instead.")
    ] = False,
    device: Annotated[
        bool, typer.Option("--device", help="YouTube: type a short code on another machine instead.")
    ] = False,
    page: Annotated[
        str,
        typer.Option(
            "--page",
            metavar="NAME",
            help="Instagram, several Pages: which one's account.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Log in to an account, in the browser.

    What the platform gives for it is kept encrypted. Shows the platform's rules for ads.
    """
    _check(platform)
    for option, given in (("--via", via), ("--page", page), ("--paste-token", paste_token)):
        if given and platform != "instagram":
            raise UserError(f"{option} is for Instagram", fix=f"leave {option} out")
    if device and platform != "youtube":
        raise UserError("--device is for YouTube", fix="leave --device out")
    from castad_cli.app import accounts

    waits = platform != "instagram" and not no_browser
    person = _person(shell, waits=waits, no_browser=no_browser, hides=paste_token)
    settings = shell.settings()
    view = accounts.log_in(
        settings, platform, account, person, via=via, page=page, paste_token=paste_token, device=device
    )
    shell.record({**view.as_record(), "rules": list(view.rules)})
    shell.result(Text.assemble((f"{platform}:{account}", "bold"), f" is {view.title}", *_until(view)))
    for name in view.missing:
        shell.say(Text(f"not allowed: {name}; what needs it will not work", "yellow"))
    if view.rules:
        shell.say(Text("\nWhat the platform asks of you:", "bold"))
        shell.say(_listed(view.rules) if shell.err.is_terminal else "\n".join(f"  · {rule}" for rule in view.rules))


@app.command("list", cls=Command)
@with_shell("database")
def list_(
    shell: Shell,
    platform: Annotated[str | None, typer.Argument(metavar="PLATFORM", help="Only this platform.")] = None,
) -> None:
    """List accounts: whose they are, and until when."""
    if platform is not None:
        _check(platform)
    from castad_cli.app import accounts

    views = accounts.list_accounts(shell.settings(), platform)
    key = accounts.place_of_key(shell.settings())
    for view in views:
        shell.record({**view.as_record(), "key_in": key})
    if not views:
        shell.result("no accounts yet: `castad auth login youtube --account NAME` makes the first")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("platform", "account", "whose", "state", "token until", "login until"):
        table.add_column(name, no_wrap=name != "state", overflow="fold")
    for view in views:
        said, style = _STATES[view.state]
        state = Text(said + (f": {view.reason}" if view.reason else ""), style)
        if view.missing:
            state.append(f", {count(len(view.missing), 'permission')} missing", "yellow")
        token = when(view.expires_at) if view.expires_at else ""
        until = when(view.login_expires_at) if view.login_expires_at else "while used"
        table.add_row(view.platform, Text(view.name, "bold"), view.title, state, token, until)
    shell.result(table)
    shell.say(Text(f"their key is in {key}", "dim"))


@app.command("logout", cls=Command)
@with_shell("database")
def logout(
    shell: Shell,
    platform: Platform,
    account: Name,
    force: Annotated[
        bool, typer.Option("--force", help="Forget it here, even if the platform does not answer.")
    ] = False,
) -> None:
    """Log out: the platform takes its tokens back, and they are forgotten here."""
    _check(platform)
    from castad_cli.app import accounts

    revoked = accounts.log_out(shell.settings(), platform, account, force=force)
    shell.record({"event": "logout", "platform": platform, "account": account, "revoked": revoked})
    shell.result(f"{platform}:{account} is forgotten" + (", its tokens taken back" if revoked else ""))
    if not revoked:
        shell.say(Text("remove the app in the account's own settings too: its tokens were not taken back", "yellow"))


@app.command("rekey", cls=Command)
@with_shell("database")
def rekey(
    shell: Shell,
    key_in: Annotated[
        str,
        typer.Option(
            "--key-in",
            metavar="PLACE",
            help="Then move the key: into the system's `keyring`, or a `file` of yours.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Encrypt every account with the present key.

    Set CASTAD_SECRET_KEY to the new key and CASTAD_SECRET_KEY_OLD to the one before.
    """
    from castad_cli.app import accounts

    settings = shell.settings()
    changed, there = accounts.rekey(settings, key_in)
    key = accounts.place_of_key(settings)
    shell.record({"event": "rekey", "changed": changed, "accounts": there, "key_in": key})
    shell.result(f"{count(there, 'account')}, {changed} encrypted anew")
    if key_in and settings.secret_key:
        shell.say(f"the key is kept in the {key_in} too; take CASTAD_SECRET_KEY away, and it is used from there")
    else:
        shell.say(f"the key is in {key}")


@app.command("key", cls=Command)
@with_shell()
def key(shell: Shell) -> None:
    """Print a new secret, fit for CASTAD_SECRET_KEY."""
    from castad_cli.app import accounts

    secret = accounts.new_key()
    shell.record({"event": "key", "key": secret})
    shell.result(secret)


def _person(shell: Shell, *, waits: bool, no_browser: bool, hides: bool) -> Person:
    """The person at this terminal. ``waits``: for a browser of this machine; ``hides``: what is pasted is not shown."""
    from castad_cli.app.accounts import Person

    is_there = sys.stdin.isatty() and not shell.json

    def show(url: str) -> None:
        opened = False
        if not no_browser and not shell.json and _has_screen():
            import webbrowser

            opened = webbrowser.open(url)
        shell.record({"event": "login.url", "url": url})
        shell.tell("Log in here" + (" (the browser should show it):" if opened else ":"))
        shell.tell(f"\n  {url}\n")
        if waits and not opened:
            shell.say(Text("On another machine than that of your browser: Ctrl-C, then add --no-browser.", "dim"))

    def show_code(url: str, code: str) -> None:
        shell.record({"event": "login.code", "url": url, "code": code})
        shell.tell(f"On any machine, open {url} and type:\n\n  {code}\n")

    def ask(what: str) -> str:
        prompt = f"Paste {what}, then press Enter:"
        try:
            if hides and sys.stdin.isatty():
                return getpass.getpass(f"{prompt} ") + "\n"  # asks once nothing typed is shown any more
            shell.tell(prompt)
            return sys.stdin.readline()
        except EOFError:
            return ""

    def choose(question: str, choices: Sequence[str]) -> int | None:
        if not is_there:
            return None
        shell.tell(question)
        for number, choice in enumerate(choices, 1):
            shell.tell(f"  {number}  {choice}")
        while True:
            shell.tell(f"Its number, 1 to {len(choices)}:")
            line = sys.stdin.readline()
            if not line:
                return None
            if line.strip().isdecimal() and 1 <= int(line) <= len(choices):
                return int(line) - 1

    return Person(show, show_code, ask, shell.tell, choose, has_browser=not no_browser, is_there=is_there)


def _has_screen() -> bool:
    """Whether a browser has somewhere to open: one within the terminal (lynx, w3m) would take the terminal away."""
    if sys.platform == "darwin":
        return not os.environ.get("SSH_CONNECTION")
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _listed(rules: Sequence[str]) -> Table:
    """Each behind a mark, its further lines below its first."""
    table = Table.grid(padding=(0, 1))
    for rule in rules:
        table.add_row("  ·", Text(rule))
    return table


def _check(platform: str) -> None:
    if platform not in PLATFORMS:
        raise UserError(f"there is no platform `{platform}`", fix=suggest(platform, PLATFORMS))


def _until(view: AccountView) -> list[str]:
    return (
        [f"; its login lasts until {when(view.login_expires_at)}, longer while it is used"]
        if view.login_expires_at
        else []
    )
