"""Accounts on the platforms: logging in and out, what is stored of them, and their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from castad_cli.errors import CastadError, PlatformError, UserError
from castad_cli.settings import Settings

if TYPE_CHECKING:
    from castad_cli.model.effects import Account
    from castad_cli.publish.login import Login
    from castad_cli.publish.tokens import Tokens
    from castad_cli.records import Records

PASTE_REDIRECT = "http://127.0.0.1:8585/"
"""Where a browser on another machine ends, to have its address copied: nothing need answer there."""
_SOON = timedelta(days=7)
_IDENTITY = ("channel", "user_id", "open_id")
"""The facts that say whose account it is, of which each platform has one."""


@dataclass(frozen=True)
class AccountView:
    """An account as people look at it. No secret is in it."""

    platform: str
    name: str
    title: str
    state: str
    """``ready``, ``soon`` (a person must log in again within a week), ``login`` (now), ``locked`` (no key opens it)."""
    reason: str
    expires_at: datetime | None
    """When the present token ends; it is renewed before."""
    login_expires_at: datetime | None
    scopes: tuple[str, ...]
    missing: tuple[str, ...]
    rules: tuple[str, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """As a JSON object."""
        record = {"event": "account", **vars(self), "account": self.name}
        del record["name"], record["rules"]
        for name in ("expires_at", "login_expires_at"):
            record[name] = record[name].isoformat() if record[name] else None
        return record


@dataclass(frozen=True)
class Person:
    """How the person who logs in is reached. ``show`` opens an address for them; ``ask`` reads what they paste."""

    show: Callable[[str], None]
    ask: Callable[[str], str]
    has_browser: bool = True


def log_in(
    settings: Settings, platform: str, name: str, person: Person, *, via: str = "", paste_token: bool = False
) -> AccountView:
    """Have a person log in, and keep what the platform gives for it.

    Raises:
        UserError: there is no such platform, or that name is another account's.
        EnvironmentNotReady: the platform's client, the key or the database is not set up.
        PlatformError: (``auth``) the platform or the person declined, or needed permissions were not granted.
    """
    from castad_cli.publish.credentials import about, facts_of
    from castad_cli.publish.keys import sealer_for
    from castad_cli.publish.login import find_login, missing_scopes

    login, sealer = find_login(platform, settings, via=via), sealer_for(settings)
    with _records(settings) as records:
        stored = records.accounts.get(platform, name)  # the database answers, before anybody is sent anywhere
        tokens = _adopt(login, person) if paste_token else _tokens(login, person)
        lacking = missing_scopes(login, tokens.scopes)
        needed = [scope for scope in lacking if scope.is_needed]
        if needed and not _covered(tokens.scopes):
            named = "; ".join(f"`{scope.name}` {scope.purpose}" for scope in needed)
            raise PlatformError(
                f"{login.title} was not allowed all that posting needs: {named}",
                kind="auth",
                fix="log in again and leave every box ticked",
            )
        identity = login.identify(tokens)
        _refuse_another(platform, name, stored, identity)
        facts = {**identity, **facts_of(tokens), "missing": [scope.name for scope in lacking]}
        records.accounts.save(platform, name, sealer.seal(tokens.pack(), about(platform, name)), facts)
        account = records.accounts.get(platform, name)
        assert account, "it was saved just now"
        return _view(account, rules=login.rules)


def place_of_key(settings: Settings) -> str:
    """Where the key that seals the accounts is, in words.

    Raises:
        EnvironmentNotReady: the system keyring does not answer.
    """
    from castad_cli.publish.keys import place_of_key

    return place_of_key(settings)


def list_accounts(settings: Settings, platform: str | None = None) -> list[AccountView]:
    """The accounts that are stored, by platform and name."""
    from castad_cli.publish.credentials import open_tokens
    from castad_cli.publish.keys import sealer_for

    views = []
    with _records(settings) as records:
        for account in records.accounts.all(platform):
            locked = ""
            try:
                open_tokens(account, sealer_for(settings))
            except CastadError as error:
                locked = error.message
            views.append(_view(account, locked=locked))
    return views


def log_out(settings: Settings, platform: str, name: str, *, force: bool = False) -> bool:
    """Have the platform forget the login, then forget it here; False where the platform offers no way to.

    ``force``: forget it here, also when the platform does not answer or nothing here can open it.

    Raises:
        UserError: no such account.
        PlatformError: the platform did not forget it; it is kept.
    """
    from castad_cli.publish.credentials import open_tokens
    from castad_cli.publish.keys import sealer_for
    from castad_cli.publish.login import find_login

    with _records(settings) as records:
        account = records.accounts.get(platform, name)
        if account is None:
            known = ", ".join(f"{each.platform}:{each.name}" for each in records.accounts.all())
            raise UserError(f"no account `{name}` on {platform} is logged in", fix=f"logged in: {known or 'none'}")
        revoked = False
        try:
            revoked = find_login(platform, settings).revoke(open_tokens(account, sealer_for(settings)))
        except CastadError as error:
            if not force:
                error.fix = error.fix or "try again, or `--force` to forget it here alone"
                raise
        records.accounts.forget(platform, name)
        return revoked


def rekey(settings: Settings, key_in: str = "") -> tuple[int, int]:
    """Seal every account with the present key; how many were sealed anew, and how many are there.

    ``key_in``: then keep the present key in the system's ``keyring``, or in the ``file`` of this machine.

    Raises:
        PlatformError: (``auth``) one that no key here opens; those before it are done.
        EnvironmentNotReady: the keyring or the file cannot be used.
        UserError: ``key_in`` names neither, or the key cannot be kept there.
    """
    from castad_cli.publish.credentials import about, open_tokens
    from castad_cli.publish.keys import move_key, sealer_for

    if key_in not in ("", "keyring", "file"):
        raise UserError(f"--key-in: a key is not kept in `{key_in}`", fix="use keyring or file")

    sealer, changed = sealer_for(settings), 0
    with _records(settings) as records:
        accounts = records.accounts.all()
        for account in accounts:
            latest: Account | None = account
            while latest is not None:  # again when a worker renewed its token meanwhile
                tokens = open_tokens(latest, sealer)
                what = about(latest.platform, latest.name)
                if sealer.open(latest.sealed, what)[1]:
                    break
                sealed = sealer.seal(tokens.pack(), what)
                if records.accounts.save(latest.platform, latest.name, sealed, latest.facts, version=latest.version):
                    changed += 1
                    break
                latest = records.accounts.get(latest.platform, latest.name)
    if key_in:
        move_key(settings, "keyring" if key_in == "keyring" else "file")
    return changed, len(accounts)


def new_key() -> str:
    """A secret for CASTAD_SECRET_KEY."""
    from castad_cli.publish.keys import new_secret

    return new_secret()


def _tokens(login: Login, person: Person) -> Tokens:
    from castad_cli.publish.login.listening import Listener, read_pasted

    if login.redirect_uri or not person.has_browser:
        attempt = login.begin(login.redirect_uri or PASTE_REDIRECT)
        person.show(attempt.url)
        code = read_pasted(person.ask("the address that the browser ended at"), attempt)
        return login.finish(attempt, code)
    with Listener() as listener:
        attempt = login.begin(listener.redirect_uri)
        person.show(attempt.url)
        return login.finish(attempt, listener.wait(attempt))


def _adopt(login: Login, person: Person) -> Tokens:
    from castad_cli.publish.login.instagram import InstagramLogin

    if not isinstance(login, InstagramLogin):
        raise UserError(f"{login.title} gives no tokens by hand", fix="leave --paste-token out")
    token = person.ask("the token").strip()
    if not token:
        raise UserError("no token was pasted", fix="make one on Meta's pages, and paste it here")
    return login.adopt(token)


def _covered(scopes: tuple[str, ...]) -> bool:
    """Google's ``youtube`` scope holds all the narrower ones."""
    return "https://www.googleapis.com/auth/youtube" in scopes


def _refuse_another(platform: str, name: str, stored: Account | None, identity: Mapping[str, Any]) -> None:
    """Why: who takes the wrong channel by mistake would post a shop's ads on another's."""
    if stored is None:
        return
    for fact in _IDENTITY:
        before, now = stored.facts.get(fact), identity.get(fact)
        if before and now and before != now:
            was, this = stored.facts.get("title", before), identity.get("title", now)
            raise UserError(
                f"`{name}` is {was} so far, and this login is {this}",
                fix=f"choose another --account, or `castad auth logout {platform} --account {name}` first",
            )


def _view(account: Account, *, locked: str = "", rules: tuple[str, ...] = ()) -> AccountView:
    from castad_cli.publish.credentials import LOGIN_NEEDED

    facts, now = account.facts, datetime.now(UTC)
    end = _instant(facts.get("login_expires_at"))
    reason = locked or str(facts.get(LOGIN_NEEDED, ""))
    state = "locked" if locked else "login" if reason else "ready"
    if state == "ready" and end is not None and end - now < _SOON:
        state, reason = ("soon", "") if end > now else ("login", "its login has ended")
    return AccountView(
        platform=account.platform,
        name=account.name,
        title=str(facts.get("title", "")),
        state=state,
        reason=reason,
        expires_at=_instant(facts.get("expires_at")),
        login_expires_at=end,
        scopes=tuple(facts.get("scopes", ())),
        missing=tuple(facts.get("missing", ())),
        rules=rules,
    )


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@contextmanager
def _records(settings: Settings) -> Iterator[Records]:
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url)) as records:
        yield records
