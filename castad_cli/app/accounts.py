"""Accounts on the platforms: logging in and out, what is stored of them, and their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
    """How the person who logs in is reached.

    ``show`` opens an address for them, ``show_code`` tells one with the code to type there. ``ask`` reads a line that
    they paste (without an end: there is no more to come); ``tell`` says what was wrong with it; ``choose`` has them
    choose one of several, by its place in the list, or None where nobody can be asked.
    """

    show: Callable[[str], None]
    show_code: Callable[[str, str], None]
    ask: Callable[[str], str]
    tell: Callable[[str], None] = lambda text: None
    choose: Callable[[str, Sequence[str]], int | None] = lambda question, choices: None
    has_browser: bool = True
    is_there: bool = False
    """Whether somebody sits at a terminal, who can paste once more."""


def log_in(
    settings: Settings,
    platform: str,
    name: str,
    person: Person,
    *,
    via: str = "",
    page: str = "",
    paste_token: bool = False,
    device: bool = False,
) -> AccountView:
    """Have a person log in, and keep what the platform gives for it.

    ``device``: by a short code that they type on another machine. ``page``: which of several accounts that the login
    opens: its user name, its id, or the name of its Page.

    Raises:
        UserError: there is no such platform, that name is another account's, or which of several is not known.
        EnvironmentNotReady: the platform's client, the key or the database is not set up.
        PlatformError: (``auth``) the platform or the person declined, or needed permissions were not granted.
    """
    from castad_cli.publish.credentials import about, facts_of
    from castad_cli.publish.keys import sealer_for
    from castad_cli.publish.login import find_login, missing_scopes

    login, sealer = find_login(platform, settings, via=via), sealer_for(settings)
    with _records(settings) as records:
        stored = records.accounts.get(platform, name)  # the database answers, before anybody is sent anywhere
        tokens = _adopt(login, person) if paste_token else _by_code(login, person) if device else _tokens(login, person)
        lacking = missing_scopes(login, tokens.scopes)
        needed = [scope for scope in lacking if scope.is_needed]
        if needed:
            named = "; ".join(f"`{scope.name}` {scope.purpose}" for scope in needed)
            raise PlatformError(
                f"{login.title} was not allowed all that posting needs: {named}",
                kind="auth",
                fix="log in again and leave every box ticked",
            )
        identity = _chosen(name, login.identify(tokens), stored, page, person)
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
        where = f"the address where the browser ended\n  ({attempt.redirect_uri}…; nothing answers there, and need not)"
        code = _insist(person, where, lambda text: read_pasted(text, attempt))
        return login.finish(attempt, code)
    with Listener() as listener:
        attempt = login.begin(listener.redirect_uri)
        listener.expect(attempt)
        person.show(attempt.url)
        return login.finish(attempt, listener.wait(attempt))


def _adopt(login: Login, person: Person) -> Tokens:
    from castad_cli.publish.login.instagram import InstagramLogin

    if not isinstance(login, InstagramLogin):
        raise UserError(f"{login.title} gives no tokens by hand", fix="leave --paste-token out")
    return login.adopt(_insist(person, "the token", _read_token))


def _by_code(login: Login, person: Person) -> Tokens:
    from castad_cli.publish.login.google import GoogleLogin

    if not isinstance(login, GoogleLogin):
        raise UserError(f"{login.title} knows no login by a short code", fix="leave --device out")
    code = login.begin_device()
    person.show_code(code.url, code.user_code)
    return login.finish_device(code)


def _read_token(text: str) -> str:
    token = text.strip()
    if not token or any(character.isspace() for character in token) or "://" in token:
        raise UserError("no token was pasted", fix="make one on Meta's pages, and paste it here")
    return token


def _insist(person: Person, what: str, read: Callable[[str], str]) -> str:
    """What ``read`` makes of what the person pastes. Who is there may paste once more: a login begun is dear."""
    for is_last in (False, False, True):
        text = person.ask(what)
        try:
            return read(text)
        except UserError as error:
            if is_last or not text or not person.is_there:
                raise
            person.tell(f"{error.message}: {error.fix}")
    raise AssertionError("the last one returns or raises")


def _chosen(
    name: str, found: Sequence[Mapping[str, Any]], stored: Account | None, page: str, person: Person
) -> Mapping[str, Any]:
    """The one meant of the accounts that a login opens: the one named, the one it was before, the one chosen."""
    titles = [_title(each) for each in found]
    if page:
        wanted = page.strip().lstrip("@").casefold()
        names = [{str(each.get(key, "")).casefold() for key in ("username", "user_id", "page")} for each in found]
        fitting = [each for each, called in zip(found, names, strict=True) if wanted in called]
        if len(fitting) == 1:
            return fitting[0]
        said = f"{len(fitting)} accounts of this login are" if fitting else "no account of this login is"
        raise UserError(f"--page: {said} called `{page}`", fix=f"use a user name of: {', '.join(titles)}")
    if len(found) == 1:
        return found[0]
    before = stored.facts if stored else {}
    for each in found:
        if any(each.get(fact) and each.get(fact) == before.get(fact) for fact in _IDENTITY):
            return each
    number = person.choose(f"This login opens {len(found)} accounts. Which one is `{name}`?", titles)
    if number is None:
        raise UserError(
            f"this login opens {len(found)} accounts: {', '.join(titles)}",
            fix="say which one with --page: its user name, or its Page's name",
        )
    return found[number]


def _title(facts: Mapping[str, Any]) -> str:
    page = facts.get("page")
    return f"{facts.get('title', '')} (Page {page})" if page else str(facts.get("title", ""))


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
