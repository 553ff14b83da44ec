"""Logging in to a platform: what each one's OAuth does in its own way, behind one protocol.

`castad_cli.publish.login.listening` and the paste-the-code way get the code; these turn it into tokens, renew them,
take them back, and say whose they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from castad_cli.errors import UserError
from castad_cli.publish.tokens import Tokens
from castad_cli.publish.wire import Ready, at_once

if TYPE_CHECKING:
    from castad_cli.settings import Settings


@dataclass(frozen=True)
class Attempt:
    """One login under way: where the person goes, and what only the one who began it knows."""

    url: str
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(default="", repr=False)
    """Of PKCE (RFC 7636); empty where the platform knows none."""


@dataclass(frozen=True)
class Scope:
    """A permission, what it is for, and whether nothing can be posted without it. ``within`` another that holds it."""

    name: str
    purpose: str
    is_needed: bool = True
    within: str = ""


@dataclass(frozen=True)
class DeviceCode:
    """A login that the person finishes on another machine, by a short code (RFC 8628). Times in seconds."""

    url: str
    user_code: str
    device_code: str = field(repr=False)
    interval_s: float
    life_s: float


class Login(Protocol):
    """A platform's way of logging in. One file each."""

    platform: str
    title: str
    redirect_uri: str
    """Where the platform sends the browser, code in hand; empty for a server of our own on this machine."""
    renew_before_s: float
    """How long before its end a token is renewed."""
    scopes: tuple[Scope, ...]
    rules: tuple[str, ...]
    """What the platform asks of those who post ads through it."""

    def begin(self, redirect_uri: str) -> Attempt:
        """A new login, which nobody has seen yet."""
        ...

    def finish(self, attempt: Attempt, code: str) -> Tokens:
        """The tokens that the code is exchanged for.

        Raises:
            PlatformError: the platform refused, or did not answer.
        """
        ...

    def renew(self, tokens: Tokens, ready: Ready = at_once) -> Tokens:
        """New tokens for those. ``ready`` is called before each call's first byte: it raises to send none.

        Raises:
            PlatformError: (``auth``) it will never renew them again; (``transient``) not now.
        """
        ...

    def revoke(self, tokens: Tokens) -> bool:
        """Have the platform forget them; False where it offers no way, and the person does it in the platform's app.

        Raises:
            PlatformError: it did not.
        """
        ...

    def identify(self, tokens: Tokens) -> Sequence[Mapping[str, Any]]:
        """Whose they are, as facts that are no secret: ``title`` for people, and what publishing needs.

        One account, or several that the login opens and of which one must be chosen.

        Raises:
            PlatformError: it cannot be known, or nothing can be posted there.
        """
        ...


def find_login(platform: str, settings: Settings, *, via: str = "") -> Login:
    """The login of that platform; ``via`` chooses among Instagram's two.

    Raises:
        UserError: there is no such platform.
        EnvironmentNotReady: its client is not set up here.
    """
    if platform == "youtube":
        from castad_cli.publish.login.google import GoogleLogin

        return GoogleLogin(settings)
    if platform == "tiktok":
        from castad_cli.publish.login.tiktok import TikTokLogin

        return TikTokLogin(settings)
    if platform == "instagram":
        from castad_cli.publish.login.instagram import InstagramLogin

        return InstagramLogin(settings, via)
    raise UserError(f"there is no login to `{platform}`", fix="use one of: youtube, instagram, tiktok")


def missing_scopes(login: Login, granted: tuple[str, ...]) -> list[Scope]:
    """The scopes that were asked for and not granted; the needed ones first."""
    lacking = [scope for scope in login.scopes if scope.name not in granted and scope.within not in granted]
    return sorted(lacking, key=lambda scope: not scope.is_needed)
