"""``castad auth``: accounts on the platforms."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from castad_cli.cli.help import Command, Group
from castad_cli.cli.options import suggest
from castad_cli.cli.shell import Shell, with_shell
from castad_cli.errors import UserError
from castad_cli.model.figures import count, when

if TYPE_CHECKING:
    from castad_cli.app.accounts import AccountView

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
) -> None:
    """Log in to an account, in the browser.

    What the platform gives for it is kept encrypted. Shows the platform's rules for ads.
    """
    _check(platform)
    if via and platform != "instagram":
        raise UserError("--via is for Instagram", fix="leave --via out")
    from castad_cli.app import accounts

    def show(url: str) -> None:
        opened = False
        if not no_browser and not shell.json:
            import webbrowser

            opened = webbrowser.open(url)
        shell.record({"event": "login.url", "url": url})
        shell.tell("Log in here" + (" (the browser should show it):" if opened else ":"))
        shell.tell(f"\n  {url}\n")

    def ask(what: str) -> str:
        shell.tell(f"Paste {what}, then press Enter:")
        try:
            if paste_token and sys.stdin.isatty():
                return getpass.getpass("")
            return sys.stdin.readline()
        except EOFError:
            return ""

    person = accounts.Person(show, ask, has_browser=not no_browser)
    view = accounts.log_in(shell.settings(), platform, account, person, via=via, paste_token=paste_token)
    shell.record({**view.as_record(), "rules": list(view.rules)})
    shell.result(Text.assemble((f"{platform}:{account}", "bold"), f" is {view.title}", *_until(view)))
    for name in view.missing:
        shell.say(Text(f"not allowed: {name}; what needs it will not work", "yellow"))
    if view.rules:
        shell.say(Text("\nWhat the platform asks of you:", "bold"))
        for rule in view.rules:
            shell.say(Text(f"  · {rule}"))


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


def _check(platform: str) -> None:
    if platform not in PLATFORMS:
        raise UserError(f"there is no platform `{platform}`", fix=suggest(platform, PLATFORMS))


def _until(view: AccountView) -> list[str]:
    return (
        [f"; its login lasts until {when(view.login_expires_at)}, longer while it is used"]
        if view.login_expires_at
        else []
    )
