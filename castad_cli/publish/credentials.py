"""An account's token, valid now: from the records, renewed by one worker at a time, never lost on the way if it can be.

TikTok (and Google, for some clients) gives a new refresh token with every renewal and takes the old one back. So:

- Whoever renews holds a lease on the account in the database; the others wait for what it saves, and take that.
- The provider's answer is put, sealed, into a file of this machine before it is written to the database, and taken
  from there by whoever comes next, should this process die or the database be away between the two.
- An interrupt (Ctrl-C) waits until the answer is kept.

What remains: a process killed after the provider renewed and before its answer arrived here. The next one tries the
refresh token that we have, which does where the provider had not acted, or leaves the old one good. Where it took it
back, a person logs in again; the access token is used until its end, which is why TikTok's is renewed at half its life.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from castad_cli.errors import CastadError, PlatformError
from castad_cli.publish import rescue
from castad_cli.publish.keys import sealer_for
from castad_cli.publish.login import Login, find_login
from castad_cli.publish.sealing import CannotOpenError, Sealer
from castad_cli.publish.silence import SILENCE_S, Silence
from castad_cli.publish.tokens import Tokens

if TYPE_CHECKING:
    from castad_cli.model.effects import Account
    from castad_cli.records import Records
    from castad_cli.settings import Settings

LEASE_S = 90.0
"""Longer than any renewal takes: two calls of 20 s at most."""
SKEW_S = 120.0
"""A token with less left than this is not used: a call takes time, and clocks differ."""
_LOOK_EVERY_S = 0.2


class StoredCredentials:
    """One account's credentials as `castad auth login` stored them. For one thread; its repr shows no secret."""

    def __init__(self, platform: str, account: str, records: Records, login: Login, sealer: Sealer) -> None:
        self.platform, self.account = platform, account
        self._records, self._login, self._sealer = records, login, sealer
        self._stored: Account
        self._tokens: Tokens
        self._load()

    def __repr__(self) -> str:
        return f"StoredCredentials({self.platform!r}, {self.account!r})"

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of the account and is no secret: see `castad_cli.publish.publisher.Credentials`."""
        return self._stored.facts

    def token(self) -> str:
        """An access token that is valid for two minutes at least.

        One that is about to end is renewed before it does; should that fail, for the moment or for good, the present
        one is given for as long as it is good.

        Raises:
            PlatformError: (``auth``) a person must log in again; (``transient``) it cannot be renewed just now.
        """
        if self._tokens.left_s(_now()) <= self._login.renew_before_s:
            try:
                self._renew(refused=None)
            except PlatformError:
                if self._tokens.left_s(_now()) <= SKEW_S:
                    raise
        return self._tokens.access

    def refresh(self) -> None:
        """Renew the token, since the platform refused it; one that another renewed meanwhile is taken instead.

        Raises:
            PlatformError: as for `token`.
        """
        self._renew(refused=self._tokens.access)

    def _load(self) -> None:
        """Read the account as it stands now, with what a former process could not write to the database."""
        accounts = self._records.accounts
        stored = accounts.get(self.platform, self.account)
        if stored is None:
            raise _not_logged_in(self.platform, self.account, [each.name for each in accounts.all(self.platform)])
        kept = rescue.read(self.platform, self.account, stored.sealed)
        if kept is not None:
            facts = {name: value for name, value in stored.facts.items() if name != LOGIN_NEEDED}
            accounts.save(self.platform, self.account, kept, facts, version=stored.version)
            rescue.forget(self.platform, self.account)
            stored = accounts.get(self.platform, self.account) or stored
        self._tokens = open_tokens(stored, self._sealer)
        self._stored = stored

    def _renew(self, refused: str | None) -> None:
        owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        deadline = time.monotonic() + LEASE_S + 10
        while True:
            self._load()
            if self._is_fresh(refused):
                return
            if reason := self._stored.facts.get(LOGIN_NEEDED):
                raise login_needed(self.platform, self.account, str(reason))
            if self._records.accounts.lease(self.platform, self.account, self._stored.version, owner, LEASE_S):
                break
            if refused is None and self._tokens.left_s(_now()) > SKEW_S:
                return  # another is renewing it; this one is good until then
            if time.monotonic() > deadline:
                raise PlatformError(f"the token of {self.platform}:{self.account} is being renewed", kind="transient")
            time.sleep(_LOOK_EVERY_S)
        _whole(lambda: self._renew_and_keep(owner))

    def _is_fresh(self, refused: str | None) -> bool:
        """Whether the stored token is another than the refused one, and not about to end."""
        left_s = self._tokens.left_s(_now())
        if refused is None:
            return left_s > self._login.renew_before_s
        return self._tokens.access != refused and left_s > SKEW_S

    def _renew_and_keep(self, owner: str) -> None:
        stored, accounts = self._stored, self._records.accounts
        cut_off, silence = stored.leased_until is not None, Silence()

        def ready() -> None:
            """Who slept past the lease sends nothing: a refresh token used twice may cost both workers theirs."""
            if silence.ask() <= SILENCE_S:
                return
            if not accounts.lease(self.platform, self.account, stored.version, owner, LEASE_S):
                raise PlatformError(f"another renews the token of {self.platform}:{self.account}", kind="transient")

        try:
            tokens = self._login.renew(self._tokens, ready)
        except PlatformError as error:
            if error.kind != "auth":
                accounts.give_back(self.platform, self.account, owner)
                raise
            reason = error.message
            if cut_off:
                reason += "; a renewal before was cut off, which may have cost the refresh token"
            facts = {**stored.facts, LOGIN_NEEDED: reason}
            accounts.save(self.platform, self.account, stored.sealed, facts, version=stored.version)
            raise login_needed(self.platform, self.account, reason) from error
        except BaseException:
            accounts.give_back(self.platform, self.account, owner)
            raise
        sealed = self._sealer.seal(tokens.pack(), about(self.platform, self.account))
        rescue.keep(self.platform, self.account, sealed, instead_of=stored.sealed)
        self._tokens = tokens
        facts = {**stored.facts, **facts_of(tokens)}
        with contextlib.suppress(CastadError):  # the database is away: the next one to come finds the file
            if accounts.save(self.platform, self.account, sealed, facts, version=stored.version):
                rescue.forget(self.platform, self.account)
            self._load()


LOGIN_NEEDED = "login_needed"
"""The fact that says why nothing can be renewed any more."""


def credentials_for(platform: str, account: str, records: Records, settings: Settings) -> StoredCredentials:
    """An account's credentials.

    Raises:
        PlatformError: (``auth``) nobody logged in under that name, or no key here opens what is stored.
        EnvironmentNotReady: the platform's client is not set up here, or no key is.
    """
    return StoredCredentials(platform, account, records, find_login(platform, settings), sealer_for(settings))


def about(platform: str, account: str) -> str:
    """What an account's credentials are sealed for."""
    return f"{platform}/{account}"


def open_tokens(account: Account, sealer: Sealer) -> Tokens:
    """An account's tokens.

    Raises:
        PlatformError: (``auth``) no key here opens them.
    """
    try:
        return Tokens.unpack(sealer.open(account.sealed, about(account.platform, account.name))[0])
    except CannotOpenError as error:
        raise PlatformError(
            f"the credentials of {account.platform}:{account.name} do not open with the key that is set here",
            kind="auth",
            fix="set CASTAD_SECRET_KEY to the key they were sealed with (an older one in CASTAD_SECRET_KEY_OLD),"
            f" or run `{_login_command(account.platform, account.name)}`",
        ) from error


def facts_of(tokens: Tokens) -> dict[str, Any]:
    """What `castad auth list` shows of tokens: times and scopes, no secret."""
    return {
        "expires_at": tokens.expires_at.isoformat() if tokens.expires_at else None,
        "login_expires_at": tokens.login_expires_at.isoformat() if tokens.login_expires_at else None,
        "renewed_at": tokens.obtained_at.isoformat(),
        "scopes": list(tokens.scopes),
    }


def login_needed(platform: str, account: str, reason: str) -> PlatformError:
    """What is raised when a person must log in again."""
    fix = f"run `{_login_command(platform, account)}`"
    return PlatformError(f"{platform}:{account} must log in again: {reason}", kind="auth", fix=fix)


def _not_logged_in(platform: str, account: str, there: list[str]) -> PlatformError:
    known = f"; logged in: {', '.join(there[:8])}" if there else ""
    return PlatformError(
        f"no account `{account}` on {platform} is logged in{known}",
        kind="auth",
        fix=f"run `{_login_command(platform, account)}`",
    )


def _login_command(platform: str, account: str) -> str:
    name = f'"{account}"' if " " in account else account
    return f"castad auth login {platform} --account {name}"


def _whole(work: Any) -> None:
    """Do ``work`` to its end in a thread that no interrupt reaches, then let the interrupt through."""
    failure: list[BaseException] = []
    begun, done = threading.Lock(), threading.Event()

    def run() -> None:
        if not begun.acquire(blocking=False):
            return
        try:
            work()
        except BaseException as error:
            failure.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=run, name="castad-renewing")
    interrupted: BaseException | None = None
    is_started = False
    while not done.is_set():
        try:
            if not is_started:
                is_started = True
                thread.start()  # an interrupt in here leaves a thread that works, or that has yet to begin
            done.wait()
        except KeyboardInterrupt as error:
            interrupted = error
            if begun.acquire(blocking=False):
                raise  # nothing has been done, and now nothing will be
    if interrupted is not None:
        raise interrupted
    if failure:
        raise failure[0]


def _now() -> datetime:
    return datetime.now(UTC)
