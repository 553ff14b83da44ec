"""What `castad doctor` says of the accounts that are posted to: whether each can be used from here."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import CastadError
from castad_cli.run.outside_health import Doubt
from castad_cli.settings import Settings

if TYPE_CHECKING:
    from castad_cli.model.effects import Account

_SOON = timedelta(days=7)


def check_accounts(settings: Settings) -> str:
    """Which accounts there are. No platform is asked.

    Raises:
        Doubt: the key here does not open one, its platform's client is not set up here, or a person must log in again,
            now or within a week.
    """
    from castad_cli.records import open_records

    database = settings.database_url
    if database.startswith("sqlite:///") and not Path(database.removeprefix("sqlite:///")).exists():
        return "none yet"
    with closing(open_records(database)) as records:
        accounts = records.accounts.all()
    if not accounts:
        return "none yet"
    names = [f"{account.platform}:{account.name}" for account in accounts]
    shown = f"{len(names)}: {', '.join(names[:6])}{', …' if len(names) > 6 else ''}"
    doubts = [doubt for account in accounts if (doubt := _doubt(account, settings))]
    if doubts:
        more = f" (and {len(doubts) - 1} more)" if len(doubts) > 1 else ""
        raise Doubt(f"{shown}; {doubts[0].message}{more}", fix=doubts[0].fix)
    return shown


def _doubt(account: Account, settings: Settings) -> CastadError | None:
    from castad_cli.publish.credentials import LOGIN_NEEDED, login_needed, open_tokens
    from castad_cli.publish.keys import sealer_for
    from castad_cli.publish.login import find_login

    if reason := account.facts.get(LOGIN_NEEDED):
        return login_needed(account.platform, account.name, str(reason))
    try:
        find_login(account.platform, settings)
        open_tokens(account, sealer_for(settings))
    except CastadError as error:
        return error
    end = account.facts.get("login_expires_at")
    if end and datetime.fromisoformat(end) - datetime.now(UTC) < _SOON:
        return login_needed(account.platform, account.name, f"its login ends at {end[:16]} UTC")
    return None
