"""Logging in to Instagram, by either of Meta's two ways; each ends in a token of about 60 days, renewed before its end.

``facebook`` (Facebook Login for Business): the account hangs on a Page; the only way that takes a file from this
machine. ``instagram`` (Instagram Login): no Page, but Instagram fetches the video from a public address.

Meta sends codes to https addresses alone, so there is no server of our own: the person copies the address that the
browser ends at, even where nothing answers there. Sources: "Instagram API with Facebook Login" and "with Instagram
Login", "Get Long-Lived Tokens" (developers.facebook.com).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from castad_cli.errors import PlatformError, UserError
from castad_cli.publish.login import Attempt, Scope, asking
from castad_cli.publish.tokens import Tokens
from castad_cli.publish.wire import Answer, Ready, at_once

if TYPE_CHECKING:
    from castad_cli.settings import Settings

Way = Literal["facebook", "instagram"]
USUAL_VERSION = "v25.0"
"""Of the Graph API; Meta keeps it until 2028-07-29."""
USUAL_REDIRECT = "https://localhost/castad/"
_DAY_S = 86400.0
_GRAPH = {"facebook": "https://graph.facebook.com", "instagram": "https://graph.instagram.com"}
_SCOPES: Mapping[str, tuple[Scope, ...]] = {
    "facebook": (
        Scope("instagram_basic", "to see the account"),
        Scope("instagram_content_publish", "to post"),
        Scope("pages_show_list", "to find the Page that the account hangs on"),
        Scope("pages_read_engagement", "to act for that Page"),
    ),
    "instagram": (
        Scope("instagram_business_basic", "to see the account"),
        Scope("instagram_business_content_publish", "to post"),
    ),
}
_MOST_LEAVES = 20
_DEAD = {458, 459, 460, 463, 464, 467, 492}
"""Subcodes of error 190: removed, checkpoint, password, expired, unconfirmed, invalid, role."""


class InstagramLogin:
    """The `Login` of Instagram. Raises `EnvironmentNotReady` where no client is set up."""

    platform = "instagram"
    title = "Instagram"
    renew_before_s = 20 * _DAY_S
    rules: tuple[str, ...] = (
        "Only professional accounts (business or creator) are posted to.",
        "A paid partnership must be declared: `paid_partnership: true`, which Instagram takes from logins by way of"
        " Facebook alone.",
        "Realistic pictures or voices made by a machine are declared for you, as AI-generated.",
        "Posts a day and account: what Instagram says when it is asked (50 or 100), over all apps.",
        "A token lasts about 60 days; castad renews it whenever it is used in the last 20 of them.",
    )

    def __init__(self, settings: Settings, via: str = "") -> None:
        if via not in ("", "facebook", "instagram"):
            raise UserError(f"--via: Instagram has no login by way of `{via}`", fix="use facebook or instagram")
        self.way: Way = "instagram" if via == "instagram" else "facebook"
        self.scopes: tuple[Scope, ...] = _SCOPES[self.way]
        self._client = settings.instagram_client_id
        self._secret = settings.instagram_client_secret.get_secret_value()
        if not self._client or not self._secret:
            keys = {
                "CASTAD_INSTAGRAM_CLIENT_ID": "instagram.client_id",
                "CASTAD_INSTAGRAM_CLIENT_SECRET": "instagram.client_secret",
            }
            raise asking.client_missing(self.title, keys, "instagram")
        self.redirect_uri = settings.instagram_redirect_url or USUAL_REDIRECT
        self._base, self._oauth = settings.instagram_url, settings.instagram_oauth_url
        self._version = settings.instagram_version or USUAL_VERSION

    def begin(self, redirect_uri: str) -> Attempt:
        """A new login. Meta knows no PKCE here: the state alone ties the answer to it."""
        state = asking.new_state()
        query = {
            "client_id": self._client,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": ",".join(scope.name for scope in self.scopes),
            "state": state,
        }
        if self.way == "facebook":
            host = self._oauth or "https://www.facebook.com"
            return Attempt(f"{host}/{self._version}/dialog/oauth?{urlencode(query)}", redirect_uri, state)
        return Attempt(
            f"{self._oauth or 'https://www.instagram.com'}/oauth/authorize?{urlencode(query)}", redirect_uri, state
        )

    def finish(self, attempt: Attempt, code: str) -> Tokens:
        """The tokens for the code: one of an hour first, then at once one of 60 days for it."""
        fields = {"client_id": self._client, "client_secret": self._secret}
        fields |= {"redirect_uri": attempt.redirect_uri, "code": code.removesuffix("#_")}
        if self.way == "facebook":
            short = self._read(asking.get(self.title, self._graph("oauth/access_token"), fields))
        else:
            host = self._oauth or "https://api.instagram.com"
            fields["grant_type"] = "authorization_code"
            short = self._read(asking.post_form(self.title, f"{host}/oauth/access_token", fields))
            short = short["data"][0] if isinstance(short.get("data"), list) and short["data"] else short
        permissions = short.get("permissions", "")
        granted = permissions.split(",") if isinstance(permissions, str) else [str(each) for each in permissions]
        long = self._exchange(str(short.get("access_token", "")))
        return self._tokens(long, scopes=tuple(scope for scope in granted if scope) or self._granted(long))

    def adopt(self, token: str) -> Tokens:
        """Tokens around one that the person took from Meta's own pages.

        Raises:
            PlatformError: Meta does not take it.
        """
        answer = {"access_token": token}
        if self.way == "facebook":
            about = self._about(token)
            if not about.get("is_valid", False):
                raise PlatformError("Meta says that this token is not valid", kind="auth", fix="make a new one")
            end, granted = _instant(about.get("expires_at")), _words(about.get("scopes"))
            return self._tokens(answer, expires_at=end, scopes=granted)
        return self._tokens(answer, scopes=tuple(scope.name for scope in self.scopes))

    def renew(self, tokens: Tokens, ready: Ready = at_once) -> Tokens:
        """A new token for a present one: once it has ended, Meta gives none for it. Not before it is a day old."""
        if dict(tokens.extra).get("login") == "instagram":
            if (asking.now() - tokens.obtained_at).total_seconds() < _DAY_S:
                raise PlatformError("Instagram renews no token that is not a day old", kind="transient")
            query = {"grant_type": "ig_refresh_token", "access_token": tokens.access}
            url = f"{self._base or _GRAPH['instagram']}/refresh_access_token"
            renewed = self._read(asking.get(self.title, url, query, ready=ready))
        else:
            renewed = self._exchange(tokens.access, way="facebook", ready=ready)
        return self._tokens(renewed, scopes=tokens.scopes, way=dict(tokens.extra).get("login", self.way))

    def revoke(self, tokens: Tokens) -> bool:
        """Take the app's permissions away. By way of Instagram there is no call for it."""
        if dict(tokens.extra).get("login") == "instagram":
            return False
        headers = {"Authorization": f"Bearer {tokens.access}"}
        answer = asking.insist(self.title, "DELETE", self._graph("me/permissions"), headers=headers)
        error = answer.tree().get("error", {})
        if answer.status != 200 and error.get("code") != 190:
            raise PlatformError(f"Meta did not revoke the login (it answered {answer.status})", kind="unknown")
        return True

    def identify(self, tokens: Tokens) -> Sequence[Mapping[str, Any]]:
        """The professional account; by way of Facebook, one for each Page of the person's that has one."""
        if self.way == "instagram":
            me = self._read(
                asking.get(self.title, self._graph("me"), {"fields": "user_id,username,account_type"}, tokens.access)
            )
            user, name = str(me.get("user_id") or me.get("id") or ""), asking.clean(me.get("username"))
            if not user:
                raise PlatformError("Instagram does not say whose account it is", kind="auth")
            return [{"title": f"@{name}" if name else user, "username": name, "user_id": user, "login": "instagram"}]
        found = {}
        for page in self._pages(tokens.access):
            account = page.get("instagram_business_account")
            if account:
                user, name = str(account["id"]), asking.clean(account.get("username"))
                facts = {"title": f"@{name}" if name else user, "username": name, "user_id": user}
                found[user] = {**facts, "login": "facebook", "page": asking.clean(page.get("name"))}
        if not found:
            raise PlatformError(
                "no Page of this Facebook login has an Instagram professional account",
                kind="rejected",
                fix="connect the account to a Page in its settings, or log in with `--via instagram`",
            )
        return list(found.values())

    def _pages(self, token: str) -> Iterator[Mapping[str, Any]]:
        """The person's Pages, from however many leaves of the list."""
        query = {"fields": "name,instagram_business_account{id,username}", "limit": "100"}
        for _ in range(_MOST_LEAVES):
            answer = self._read(asking.get(self.title, self._graph("me/accounts"), query, token))
            yield from answer.get("data") or ()
            paging = answer.get("paging") or {}
            if not paging.get("next"):
                return
            query = {**query, "after": str(paging["cursors"]["after"])}

    def _exchange(self, token: str, way: Way | None = None, ready: Ready = at_once) -> Mapping[str, Any]:
        if (way or self.way) == "facebook":
            query = {"grant_type": "fb_exchange_token", "client_id": self._client}
            query |= {"client_secret": self._secret, "fb_exchange_token": token}
            return self._read(asking.get(self.title, self._graph("oauth/access_token", way), query, ready=ready))
        query = {"grant_type": "ig_exchange_token", "client_secret": self._secret, "access_token": token}
        return self._read(asking.get(self.title, f"{self._base or _GRAPH['instagram']}/access_token", query))

    def _granted(self, answer: Mapping[str, Any]) -> tuple[str, ...]:
        """What was granted, as Meta says of the token; the person may have unticked some."""
        return _words(self._about(str(answer.get("access_token", ""))).get("scopes"))

    def _about(self, token: str) -> Mapping[str, Any]:
        query = {"input_token": token, "access_token": f"{self._client}|{self._secret}"}
        about = self._read(asking.get(self.title, self._graph("debug_token", "facebook"), query)).get("data")
        return about if isinstance(about, dict) else {}

    def _tokens(
        self,
        answer: Mapping[str, Any],
        *,
        scopes: tuple[str, ...],
        expires_at: datetime | None = None,
        way: str = "",
    ) -> Tokens:
        now = asking.now()
        end = expires_at or asking.expiry(answer, "expires_in", now)
        extra = (("login", way or self.way),)
        token = str(answer.get("access_token", ""))
        if not token:
            raise PlatformError("Meta answered without a token", kind="transient")
        return Tokens(token, "", now, end, end, scopes, self._client, extra)

    def _graph(self, path: str, way: Way | None = None) -> str:
        return f"{self._base or _GRAPH[way or self.way]}/{self._version}/{path}"

    def _read(self, answer: Answer) -> Mapping[str, Any]:
        """The answer's object, or Meta's refusal: by its code and subcode, never by its sentence."""
        tree = answer.tree()
        error = tree.get("error")
        if answer.status == 200 and not error:
            return tree
        if not isinstance(error, dict):  # api.instagram.com is flat
            error = {"code": tree.get("code"), "message": tree.get("error_message") or tree.get("error")}
        code, sub = error.get("code"), error.get("error_subcode")
        trace = asking.clean(error.get("fbtrace_id"), 40)
        said = asking.clean(error.get("message"))
        about = f"error {code}{f'/{sub}' if sub else ''}: {said}{f', trace {trace}' if trace else ''}"
        if code in (1, 2, 4, 17, 32, 341, 613) and code != 190:
            raise PlatformError(f"Meta does not answer for now ({about})", kind="transient")
        fix = ""
        if code == 190 and sub in _DEAD:
            fix = "log in again"
        elif code == 101 or "client secret" in said.lower():
            fix = "check CASTAD_INSTAGRAM_CLIENT_ID and CASTAD_INSTAGRAM_CLIENT_SECRET"
        raise PlatformError(f"Meta refused ({about})", kind="auth", fix=fix)


def _words(value: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _instant(seconds: Any) -> datetime | None:
    """Seconds since 1970; 0 stands for a token without an end."""
    return datetime.fromtimestamp(float(seconds), UTC) if seconds else None
