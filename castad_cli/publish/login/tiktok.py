"""Logging in to TikTok: Login Kit for Desktop. Its PKCE challenge is in hexadecimal digits, its refresh tokens turn.

Source: "Login Kit for Desktop", "OAuth User Access Token Management", "Content Sharing Guidelines"
(developers.tiktok.com).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from castad_cli.errors import PlatformError
from castad_cli.publish.login import Attempt, Scope, asking
from castad_cli.publish.tokens import Tokens
from castad_cli.publish.wire import Ready, at_once

if TYPE_CHECKING:
    from castad_cli.settings import Settings

_AUTHORIZE, _API = "https://www.tiktok.com", "https://open.tiktokapis.com"


class TikTokLogin:
    """The `Login` of TikTok. Raises `EnvironmentNotReady` where no client is set up."""

    platform = "tiktok"
    title = "TikTok"
    redirect_uri = ""
    renew_before_s = 12 * 3600.0
    """Half a token's life: should a renewal go wrong, posts go on for half a day, until a person has logged in."""
    scopes: tuple[Scope, ...] = (
        Scope("user.info.basic", "to say whose account it is"),
        Scope("video.publish", "to post directly"),
        Scope("video.upload", "to send drafts to the app's inbox", is_needed=False),
        Scope("video.list", "to find a public post again", is_needed=False),
    )
    rules: tuple[str, ...] = (
        "TikTok allows no brand names, logos, watermarks or promotional text inside what is shared through its API, and"
        " does not approve tools with which one uploads to accounts one manages oneself. Ads are such content: ask"
        " TikTok before you post any, or use `mode: inbox`, where the account's owner finishes the post in the app.",
        "An app that TikTok has not audited posts privately only: the account set to private, `privacy: SELF_ONLY`,"
        " five accounts a day at most. What it posted so never becomes public by itself.",
        "What promotes your own business is declared for you (`brand_organic`); a paid partnership with another is"
        " `brand_content: true`, and cannot be SELF_ONLY.",
        "What Gemini or Suno made, and pictures or voices made by a machine, are declared for you, as AI-generated.",
        "By posting you agree to TikTok's Music Usage Confirmation,"
        " https://www.tiktok.com/legal/page/global/music-usage-confirmation/en.",
        "About 15 posts a day and account, over all apps.",
    )

    def __init__(self, settings: Settings) -> None:
        self._client, self._secret = settings.tiktok_client_key, settings.tiktok_client_secret.get_secret_value()
        if not self._client or not self._secret:
            keys = {
                "CASTAD_TIKTOK_CLIENT_KEY": "tiktok.client_key",
                "CASTAD_TIKTOK_CLIENT_SECRET": "tiktok.client_secret",
            }
            raise asking.client_missing(self.title, keys, "tiktok")
        self._authorize = settings.tiktok_oauth_url or _AUTHORIZE
        self._api = settings.tiktok_url or _API

    def begin(self, redirect_uri: str) -> Attempt:
        """A new login."""
        state, verifier = asking.new_state(), asking.new_verifier()
        query = {
            "client_key": self._client,
            "response_type": "code",
            "scope": ",".join(scope.name for scope in self.scopes),
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": asking.hex_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return Attempt(f"{self._authorize}/v2/auth/authorize/?{urlencode(query)}", redirect_uri, state, verifier)

    def finish(self, attempt: Attempt, code: str) -> Tokens:
        """The tokens for the code, which TikTok wants decoded."""
        fields = {"grant_type": "authorization_code", "code": unquote(code), "redirect_uri": attempt.redirect_uri}
        return self._ask({**fields, "code_verifier": attempt.verifier}, Tokens(""))

    def renew(self, tokens: Tokens, ready: Ready = at_once) -> Tokens:
        """New tokens, the refresh token among them: the old one may be dead from now on."""
        return self._ask({"grant_type": "refresh_token", "refresh_token": tokens.refresh}, tokens, ready)

    def revoke(self, tokens: Tokens) -> bool:
        """Take back what was granted."""
        fields = {"client_key": self._client, "client_secret": self._secret, "token": tokens.access}
        answer = asking.post_form(self.title, f"{self._api}/v2/oauth/revoke/", fields)
        word = answer.tree().get("error")
        word = word.get("code") if isinstance(word, dict) else word
        if answer.status != 200 or word not in (None, "", "ok"):
            if word in ("invalid_grant", "access_token_invalid"):
                return True  # dead already
            raise PlatformError(f"TikTok did not revoke the login ({word or answer.status})", kind="unknown")
        return True

    def identify(self, tokens: Tokens) -> Sequence[Mapping[str, Any]]:
        """The creator. TikTok may refuse a creator's posts for now, which is no reason to refuse the login."""
        open_id = dict(tokens.extra).get("open_id", "")
        headers = {"Authorization": f"Bearer {tokens.access}", "Content-Type": "application/json; charset=UTF-8"}
        url = f"{self._api}/v2/post/publish/creator_info/query/"
        answer = asking.insist(self.title, "POST", url, headers=headers)
        tree = answer.tree()
        code = str(tree.get("error", {}).get("code", answer.status))
        data = tree.get("data") or {}
        if code in ("access_token_invalid", "scope_not_authorized"):
            raise PlatformError(f"TikTok does not say whose account it is ({code})", kind="auth")
        username = asking.clean(data.get("creator_username"))
        title = f"@{username}" if username else open_id
        nickname = asking.clean(data.get("creator_nickname"))
        options = [str(option) for option in data.get("privacy_level_options", [])]
        facts = {"title": title, "username": username, "nickname": nickname, "open_id": open_id}
        return [{**facts, "privacy_options": options} | ({} if code == "ok" else {"told_at_login": code})]

    def _ask(self, fields: Mapping[str, str], before: Tokens, ready: Ready = at_once) -> Tokens:
        """TikTok sends some refusals with HTTP 200: the body decides."""
        fields = {**fields, "client_key": self._client, "client_secret": self._secret}
        answer = asking.post_form(self.title, f"{self._api}/v2/oauth/token/", fields, ready)
        tree, now = answer.tree(), asking.now()
        if tree.get("access_token") and not tree.get("error"):
            scopes = str(tree.get("scope", "")).replace(",", " ").split()
            open_id = str(tree.get("open_id") or dict(before.extra).get("open_id", ""))
            return Tokens(
                access=str(tree["access_token"]),
                refresh=str(tree.get("refresh_token") or before.refresh),
                obtained_at=now,
                expires_at=asking.expiry(tree, "expires_in", now),
                login_expires_at=asking.expiry(tree, "refresh_expires_in", now) or before.login_expires_at,
                scopes=tuple(scopes) or before.scopes,
                client=self._client,
                extra=(("open_id", open_id),),
            )
        word, log_id = str(tree.get("error", "")), asking.clean(tree.get("log_id"), 40)
        if not word or word in ("server_error", "internal_error", "temporarily_unavailable"):
            raise PlatformError(f"TikTok had trouble of its own ({word or answer.status})", kind="transient")
        said = asking.clean(tree.get("error_description"))
        about = f"{word}{': ' + said if said else ''}{', log id ' + log_id if log_id else ''}"
        about += f"; {asking.LOST}" if answer.after_lost else ""
        fix = ""
        if word == "invalid_client":
            fix = "check CASTAD_TIKTOK_CLIENT_KEY and CASTAD_TIKTOK_CLIENT_SECRET"
        raise PlatformError(f"TikTok refused ({about})", kind="auth", fix=fix)
