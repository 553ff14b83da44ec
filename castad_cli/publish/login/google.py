"""Logging in to YouTube: Google's flow for installed apps, over a server of our own on this machine, with PKCE.

Beside it the flow for devices, by a short code. Sources: "OAuth 2.0 for Mobile & Desktop Apps", "for TV and
Limited-Input Device Applications" and "YouTube Data API: Obtaining authorization credentials"
(developers.google.com); which scope which method takes: the API's discovery document.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from castad_cli.errors import PlatformError
from castad_cli.publish.login import Attempt, DeviceCode, Scope, asking
from castad_cli.publish.tokens import Tokens
from castad_cli.publish.wire import Answer, Ready, at_once

if TYPE_CHECKING:
    from castad_cli.settings import Settings

_AUTHORIZE, _TOKENS, _API = (
    "https://accounts.google.com",
    "https://oauth2.googleapis.com",
    "https://youtube.googleapis.com",
)
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_PREFIX = "https://www.googleapis.com/auth/"


class GoogleLogin:
    """The `Login` of YouTube. Raises `EnvironmentNotReady` where no client is set up."""

    platform = "youtube"
    title = "YouTube"
    redirect_uri = ""
    renew_before_s = 300.0
    scopes: tuple[Scope, ...] = (
        Scope(f"{_PREFIX}youtube.upload", "to upload videos and thumbnails", within=f"{_PREFIX}youtube"),
        Scope(f"{_PREFIX}youtube.readonly", "to see what became of an upload", within=f"{_PREFIX}youtube"),
        Scope(f"{_PREFIX}youtube", "to add videos to playlists", is_needed=False),
    )
    rules: tuple[str, ...] = (
        "A paid promotion must be declared: `paid_placement: true` in the recipe.",
        "Realistic pictures, scenes or voices made by a machine are declared for you, as altered or synthetic content.",
        "While the app's consent screen is in Testing, this login ends after 7 days; publish the app to keep it.",
        "Uploads of one Google Cloud project: 100 a day, over all channels, from midnight Pacific time.",
    )

    def __init__(self, settings: Settings) -> None:
        self._client, self._secret = settings.youtube_client_id, settings.youtube_client_secret.get_secret_value()
        if not self._client or not self._secret:
            keys = {
                "CASTAD_YOUTUBE_CLIENT_ID": "youtube.client_id",
                "CASTAD_YOUTUBE_CLIENT_SECRET": "youtube.client_secret",
            }
            raise asking.client_missing(self.title, keys, "youtube")
        self._authorize = settings.google_oauth_url or _AUTHORIZE
        self._tokens = settings.google_oauth_url or _TOKENS
        self._api = settings.youtube_url or _API

    def begin(self, redirect_uri: str) -> Attempt:
        """A new login. ``prompt=consent``: without it a second login brings no refresh token."""
        state, verifier = asking.new_state(), asking.new_verifier()
        query = {
            "client_id": self._client,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": " ".join(scope.name for scope in self.scopes),
            "access_type": "offline",
            "prompt": "consent",
            "state": state,
            "code_challenge": asking.base64url_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return Attempt(f"{self._authorize}/o/oauth2/v2/auth?{urlencode(query)}", redirect_uri, state, verifier)

    def finish(self, attempt: Attempt, code: str) -> Tokens:
        """The tokens for the code."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": attempt.redirect_uri}
        tokens = self._ask({**fields, "code_verifier": attempt.verifier}, Tokens(""))
        if not tokens.refresh:
            raise PlatformError(
                "Google gave no refresh token, so this login would end in an hour",
                kind="auth",
                fix="remove the app at https://myaccount.google.com/permissions and log in again",
            )
        return tokens

    def begin_device(self) -> DeviceCode:
        """A login by a short code; of YouTube's scopes Google gives devices ``youtube`` and ``youtube.readonly`` alone.

        Raises:
            PlatformError: the client is of another type, or Google does not answer.
        """
        fields = {"client_id": self._client, "scope": f"{_PREFIX}youtube"}
        answer = asking.post_form("Google", f"{self._tokens}/device/code", fields)
        tree = answer.tree()
        if answer.status != 200 or not tree.get("device_code"):
            word = asking.clean(tree.get("error") or answer.status, 40)
            fix = 'make a client of the type "TVs and Limited Input devices", or leave --device out'
            raise PlatformError(f"Google gives this client no code for a device ({word})", kind="auth", fix=fix)
        return DeviceCode(
            url=str(tree.get("verification_url") or tree.get("verification_uri") or ""),
            user_code=str(tree["user_code"]),
            device_code=str(tree["device_code"]),
            interval_s=float(tree.get("interval") or 5),
            life_s=float(tree.get("expires_in") or 1800),
        )

    def finish_device(self, code: DeviceCode) -> Tokens:
        """The tokens, once the person has typed the code and agreed; asked for no oftener than Google wants.

        Raises:
            PlatformError: (``auth``) they declined, or the code's time was over.
        """
        interval_s, ends_at = code.interval_s, time.monotonic() + code.life_s
        fields = {"grant_type": _DEVICE_GRANT, "device_code": code.device_code}
        while time.monotonic() < ends_at:
            time.sleep(interval_s)
            answer = self._ask_for_tokens(fields)
            word = str(answer.tree().get("error", ""))
            if word == "slow_down":
                interval_s += 5
            elif word != "authorization_pending":
                return self._read(answer, Tokens(""))
        raise PlatformError("nobody typed the code in time", kind="auth", fix="run the command again")

    def renew(self, tokens: Tokens, ready: Ready = at_once) -> Tokens:
        """A new access token; Google keeps the refresh token, and where it sends a new one that one is kept."""
        fields = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
        return self._read(self._ask_for_tokens(fields, ready), tokens)

    def revoke(self, tokens: Tokens) -> bool:
        """Take back all that was granted. A token that is dead already is as good as revoked."""
        answer = asking.post_form("Google", f"{self._tokens}/revoke", {"token": tokens.refresh or tokens.access})
        if answer.status != 200 and answer.tree().get("error") != "invalid_token":
            raise PlatformError(f"Google did not revoke the login (it answered {answer.status})", kind="unknown")
        return True

    def identify(self, tokens: Tokens) -> Sequence[Mapping[str, Any]]:
        """The channel. ``project`` is the Cloud project's number, with which client ids begin: its quota is used."""
        query = {"part": "id,snippet,contentDetails", "mine": "true", "alt": "json"}
        answer = asking.get(self.title, f"{self._api}/youtube/v3/channels", query, tokens.access)
        tree = answer.tree()
        items = tree.get("items") or []
        if answer.status == 200 and items:
            channel, snippet = items[0], items[0].get("snippet", {})
            title = asking.clean(snippet.get("title")) or str(channel["id"])
            uploads = channel.get("contentDetails", {}).get("relatedPlaylists", {}).get("uploads", "")
            facts = {"title": title, "channel": str(channel["id"]), "handle": asking.clean(snippet.get("customUrl"))}
            return [{**facts, "uploads": str(uploads), "project": self._client.partition("-")[0]}]
        errors = tree.get("error", {}).get("errors") or [{}]
        reason = str(errors[0].get("reason", ""))
        if answer.status == 200 or reason == "youtubeSignupRequired":
            raise PlatformError(
                "this Google account has no YouTube channel", kind="rejected", fix="make one at https://www.youtube.com"
            )
        message = asking.clean(tree.get("error", {}).get("message")) or f"it answered {answer.status}"
        fix = "switch the YouTube Data API v3 on for the client's Cloud project" if answer.status == 403 else ""
        raise PlatformError(f"YouTube does not say whose channel it is: {message}", kind="auth", fix=fix)

    def _ask(self, fields: Mapping[str, str], before: Tokens) -> Tokens:
        return self._read(self._ask_for_tokens(fields), before)

    def _ask_for_tokens(self, fields: Mapping[str, str], ready: Ready = at_once) -> Answer:
        fields = {**fields, "client_id": self._client, "client_secret": self._secret}
        return asking.post_form("Google", f"{self._tokens}/token", fields, ready)

    def _read(self, answer: Answer, before: Tokens) -> Tokens:
        tree, now = answer.tree(), asking.now()
        if answer.status == 200 and tree.get("access_token"):
            return Tokens(
                access=str(tree["access_token"]),
                refresh=str(tree.get("refresh_token") or before.refresh),
                obtained_at=now,
                expires_at=asking.expiry(tree, "expires_in", now),
                login_expires_at=asking.expiry(tree, "refresh_token_expires_in", now) or before.login_expires_at,
                scopes=tuple(str(tree["scope"]).split()) if tree.get("scope") else before.scopes,
                client=self._client,
            )
        raise _refused(str(tree.get("error", "")), asking.clean(tree.get("error_description")), answer.status)


def _refused(word: str, said: str, status: int) -> PlatformError:
    """RFC 6749, 5.2: the word decides, never the sentence."""
    if word in ("internal_failure", "server_error", "temporarily_unavailable") or not word:
        return PlatformError(f"Google had trouble of its own ({word or status})", kind="transient")
    if word == "invalid_client":
        fix = "check CASTAD_YOUTUBE_CLIENT_ID and CASTAD_YOUTUBE_CLIENT_SECRET"
        return PlatformError("Google does not know this client (invalid_client)", kind="auth", fix=fix)
    if word == "access_denied":
        return PlatformError("access was declined", kind="auth", fix="run the command again, and allow it")
    if word == "redirect_uri_mismatch":
        fix = 'make a client of the type "Desktop app": only that may use any port of this machine'
        return PlatformError("Google does not send codes here (redirect_uri_mismatch)", kind="auth", fix=fix)
    return PlatformError(f"Google refused ({word}{': ' + said if said else ''})", kind="auth")
