"""Fakes of the platforms' logins: Google's, TikTok's and Meta's two, as real HTTP servers with a person who consents.

Faithful to the providers' pages where it hurts: PKCE is verified (base64url at Google, hexadecimal at TikTok), codes
are good once, redirect URIs must be equal, TikTok's refresh tokens turn and the old ones die, each refuses in its
own form.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fake_service import FakeService, Reply, Request, Stop

CLIENT, SECRET = "1234567-abc.apps.googleusercontent.com", "client-secret-9a1b"
GOOGLE = "https://www.googleapis.com/auth/"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def form_of(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        return {}
    return dict(parse_qsl(request.body.decode()))


def nowhere(is_known: bool) -> tuple[str, Callable[[Request], Reply]]:
    """What answers a path that is none (404), or one that is called in another way (405)."""
    return "unknown", lambda _: Reply(405 if is_known else 404)


class OAuthFake(FakeService):
    """``declines``: the person says no. ``unticked``: scopes the person does not grant. Lives in seconds.

    ``grants`` are by refresh token; ``tokens`` and ``scopes`` by access token, as every fake keeps them.
    ``rotates``: a refresh gives a new refresh token and kills the old one.
    """

    rotates = False
    prefix = "at-"
    life_s = 3599

    def __init__(self, folder: Path, name: str) -> None:
        self.declines = False
        self.unticked: set[str] = set()
        self.codes: dict[str, dict[str, Any]] = {}
        self.grants: dict[str, tuple[str, ...]] = {}
        self.revoked: list[str] = []
        self.secrets: list[str] = [SECRET]
        """Everything secret that was ever given out or sent: what must stand nowhere else."""
        super().__init__(folder, name)

    def new_access(self, scopes: tuple[str, ...]) -> str:
        token = self.prefix + secrets.token_urlsafe(18)
        self.allow(token, *scopes)
        self.secrets.append(token)
        return token

    def new_refresh(self, scopes: tuple[str, ...]) -> str:
        token = "rt-" + secrets.token_urlsafe(18)
        self.grants[token] = scopes
        self.secrets.append(token)
        return token

    def consent(self, query: Mapping[str, str], client: str, separator: str) -> Reply:
        """The page where a person says yes or no, as the redirect it ends in."""
        if query.get("response_type") != "code" or query.get(client) != CLIENT or not query.get("redirect_uri"):
            return Reply(400, b"<html>invalid_request</html>")
        answer = {"state": query["state"]}
        if self.declines:
            answer |= {"error": "access_denied", "error_description": "the person said no"}
        else:
            asked = query["scope"].split(separator)
            code = secrets.token_urlsafe(12)
            self.codes[code] = dict(query) | {"granted": tuple(scope for scope in asked if scope not in self.unticked)}
            self.secrets.append(code)
            answer |= {"code": code}
        return Reply(302, b"", {"Location": f"{query['redirect_uri']}?{urlencode(answer)}"})

    def take_code(self, form: Mapping[str, str], refuse: Callable[[str], Reply]) -> dict[str, Any]:
        """What the code stands for, once."""
        found = self.codes.pop(form.get("code", ""), None)
        if found is None:
            raise Stop(refuse("invalid_grant"))
        if form.get("redirect_uri") != found["redirect_uri"]:
            raise Stop(refuse("redirect_uri_mismatch"))
        return found


class GoogleOAuthFake(OAuthFake):
    """accounts.google.com and oauth2.googleapis.com on one port, and channels.list to say whose it is."""

    prefix = "ya29."

    def __init__(self, folder: Path) -> None:
        self.channel: dict[str, Any] | None = {"id": "UChaneul", "title": "하늘마루 펜션"}
        self.devices: dict[str, dict[str, Any]] = {}
        self.is_for_devices, self.pending = True, 2
        """Whether the client is of the type for devices; how often a device is told to go on waiting."""
        self.interval_s, self.device_life_s = 0.05, 1800
        super().__init__(folder, "google-oauth")

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        table = {
            ("GET", "/o/oauth2/v2/auth"): ("authorize", self.authorize),
            ("POST", "/token"): ("token", self.token),
            ("POST", "/device/code"): ("device", self.device),
            ("POST", "/revoke"): ("revoke", self.revoke),
            ("GET", "/youtube/v3/channels"): ("channels", self.channels),
        }
        return table.get((request.method, request.path), nowhere(request.path in {path for _, path in table}))

    def authorize(self, request: Request) -> Reply:
        if request.query.get("code_challenge_method") != "S256" or "access_type" not in request.query:
            return Reply(400, b"<html>invalid_request</html>")
        return self.consent(request.query, "client_id", " ")

    def token(self, request: Request) -> Reply:
        def refuse(word: str, status: int = 400) -> Reply:
            return Reply(status, {"error": word, "error_description": f"fake: {word}"})

        form = form_of(request)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return refuse("invalid_client", 401)
        if form.get("grant_type") == "refresh_token":
            scopes = self.grants.get(form.get("refresh_token", ""))
            if scopes is None:
                return refuse("invalid_grant")
            answer = {"access_token": self.new_access(scopes), "expires_in": self.life_s, "token_type": "Bearer"}
            if self.rotates:
                del self.grants[form["refresh_token"]]
                answer["refresh_token"] = self.new_refresh(scopes)
            return Reply(200, answer | {"scope": " ".join(scopes)})
        if form.get("grant_type") == DEVICE_GRANT:
            return self.poll(form, refuse)
        if form.get("grant_type") != "authorization_code":
            return refuse("unsupported_grant_type")
        if not {"code", "redirect_uri", "code_verifier"} <= form.keys():
            return refuse("invalid_request")
        found = self.take_code(form, refuse)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != found["code_challenge"]:
            return refuse("invalid_grant")
        return self.granted(found["granted"])

    def granted(self, scopes: tuple[str, ...]) -> Reply:
        answer = {"access_token": self.new_access(scopes), "expires_in": self.life_s, "token_type": "Bearer"}
        return Reply(200, answer | {"refresh_token": self.new_refresh(scopes), "scope": " ".join(scopes)})

    def device(self, request: Request) -> Reply:
        """A short code for a device: few scopes, and only for a client of that type."""
        form = form_of(request)
        asked = form.get("scope", "").split()
        if form.get("client_id") != CLIENT or not self.is_for_devices:
            return Reply(401, {"error": "invalid_client"})
        if not asked or set(asked) - {f"{GOOGLE}youtube", f"{GOOGLE}youtube.readonly"}:
            return Reply(400, {"error": "invalid_scope"})
        name = f"AH-{secrets.token_urlsafe(18)}"
        self.secrets.append(name)
        self.devices[name] = {"scopes": tuple(asked), "polls": 0, "born": self.now(), "last": 0.0}
        answer = {"device_code": name, "user_code": "GQVQ-JKEC", "verification_url": f"{self.url}/device"}
        return Reply(200, answer | {"expires_in": self.device_life_s, "interval": self.interval_s})

    def poll(self, form: dict[str, str], refuse: Callable[..., Reply]) -> Reply:
        found = self.devices.get(form.get("device_code", ""))
        if found is None:
            return refuse("invalid_grant")
        if self.declines:
            return refuse("access_denied", 403)
        if self.now() - found["born"] > self.device_life_s:
            return refuse("expired_token")
        hurried = self.now() - found["last"] < self.interval_s * 0.9
        found["last"] = self.now()
        found["polls"] += 1
        if hurried:
            return refuse("slow_down", 403)
        if found["polls"] <= self.pending:
            return refuse("authorization_pending", 428)
        del self.devices[form["device_code"]]
        return self.granted(found["scopes"])

    def revoke(self, request: Request) -> Reply:
        token = form_of(request).get("token", "")
        if token not in self.grants and self.tokens.get(token) != "valid":
            return Reply(400, {"error": "invalid_token"})
        self.grants.pop(token, None)
        self.tokens = dict.fromkeys(self.tokens, "revoked")
        self.revoked.append(token)
        return Reply(200, {})

    def channels(self, request: Request) -> Reply:
        if self.tokens.get(request.token) != "valid":
            error = {"reason": "authError", "message": "Invalid Credentials"}
            return Reply(401, {"error": {"code": 401, "message": "Invalid Credentials", "errors": [error]}})
        if not {f"{GOOGLE}youtube.readonly", f"{GOOGLE}youtube"} & self.scopes[request.token]:
            error = {"reason": "insufficientPermissions", "message": "…"}
            return Reply(403, {"error": {"code": 403, "message": "…", "errors": [error]}})
        if self.channel is None:
            return Reply(200, {"items": []})
        uploads = {"relatedPlaylists": {"uploads": "UUhaneul"}}
        item = {"id": self.channel["id"], "snippet": {"title": self.channel["title"]}, "contentDetails": uploads}
        return Reply(200, {"items": [item]})


class TikTokOAuthFake(OAuthFake):
    """www.tiktok.com and open.tiktokapis.com on one port. ``polite``: refusals come with HTTP 200, as some do."""

    prefix = "act."
    rotates = True
    life_s = 86400

    def __init__(self, folder: Path) -> None:
        self.polite = False
        self.keeps_old = False
        """Whether a renewal leaves the old refresh token good: TikTok says that it "may" give a new one."""
        self.creator_code = "ok"
        super().__init__(folder, "tiktok-oauth")

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        table = {
            ("GET", "/v2/auth/authorize/"): ("authorize", self.authorize),
            ("POST", "/v2/oauth/token/"): ("token", self.token),
            ("POST", "/v2/oauth/revoke/"): ("revoke", self.revoke),
            ("POST", "/v2/post/publish/creator_info/query/"): ("creator_info", self.creator_info),
        }
        return table.get((request.method, request.path), nowhere(request.path in {path for _, path in table}))

    def refuse(self, word: str) -> Reply:
        body = {"error": word, "error_description": f"fake: {word}", "log_id": "2026oauth"}
        return Reply(200 if self.polite else 400, body)

    def authorize(self, request: Request) -> Reply:
        challenge = request.query.get("code_challenge", "")
        if len(challenge) != 64 or set(challenge) - set("0123456789abcdef"):
            return Reply(400, b"<html>code_challenge</html>")
        return self.consent(request.query, "client_key", ",")

    def token(self, request: Request) -> Reply:
        form = form_of(request)
        if (form.get("client_key"), form.get("client_secret")) != (CLIENT, SECRET):
            return self.refuse("invalid_client")
        if form.get("grant_type") == "refresh_token":
            old = form.get("refresh_token", "")
            scopes = self.grants.get(old) if self.keeps_old else self.grants.pop(old, None)
            return self.refuse("invalid_grant") if scopes is None else self.give(scopes)
        found = self.take_code(form, self.refuse)
        if hashlib.sha256(form.get("code_verifier", "").encode()).hexdigest() != found["code_challenge"]:
            return self.refuse("invalid_grant")
        return self.give(found["granted"])

    def give(self, scopes: tuple[str, ...]) -> Reply:
        answer: dict[str, Any] = {"access_token": self.new_access(scopes), "expires_in": self.life_s}
        answer |= {"refresh_token": self.new_refresh(scopes), "refresh_expires_in": 31536000, "open_id": "open-1"}
        return Reply(200, answer | {"scope": ",".join(scopes), "token_type": "Bearer"})

    def revoke(self, request: Request) -> Reply:
        token = form_of(request).get("token", "")
        if self.tokens.get(token) != "valid":
            return self.refuse("invalid_grant")
        self.tokens[token] = "revoked"
        self.grants.clear()
        self.revoked.append(token)
        return Reply(200, b"")

    def creator_info(self, request: Request) -> Reply:
        if self.tokens.get(request.token) != "valid":
            return Reply(401, {"data": {}, "error": {"code": "access_token_invalid", "message": "", "log_id": "x"}})
        data = {"creator_username": "haneul", "creator_nickname": "하늘", "privacy_level_options": ["SELF_ONLY"]}
        data = data if self.creator_code == "ok" else {}
        return Reply(200, {"data": data, "error": {"code": self.creator_code, "message": "", "log_id": "x"}})


class MetaOAuthFake(OAuthFake):
    """facebook.com, graph.facebook.com, instagram.com, api.instagram.com and graph.instagram.com on one port."""

    prefix = "EAA"
    life_s = 3600
    long_s = 5183944

    def __init__(self, folder: Path) -> None:
        self.pages: list[dict[str, Any]] = [
            {"name": "Haneul", "instagram_business_account": {"id": "1784", "username": "haneul_pension"}}
        ]
        self.leaf = 25
        """How many Pages one answer holds at most."""
        super().__init__(folder, "meta-oauth")

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        path = request.path
        version, _, rest = path.strip("/").partition("/")
        if not version.startswith("v"):
            version, rest = "", path.strip("/")
        table = {
            ("GET", True, "dialog/oauth"): ("authorize", lambda r: self.consent(r.query, "client_id", ",")),
            ("GET", True, "oauth/access_token"): ("exchange", self.exchange),
            ("GET", True, "debug_token"): ("debug", self.debug),
            ("GET", True, "me/accounts"): ("accounts", self.accounts),
            ("DELETE", True, "me/permissions"): ("revoke", self.revoke),
            ("GET", False, "oauth/authorize"): ("authorize", lambda r: self.consent(r.query, "client_id", ",")),
            ("POST", False, "oauth/access_token"): ("short", self.short),
            ("GET", False, "access_token"): ("long", self.lengthen),
            ("GET", False, "refresh_access_token"): ("refresh", self.refresh),
            ("GET", True, "me"): ("me", lambda r: self.owned(r, {"user_id": "1785", "username": "haneul_ig"})),
        }
        return table.get((request.method, bool(version), rest), ("unknown", lambda _: Reply(404)))

    @staticmethod
    def error(code: int, message: str, subcode: int = 0) -> Reply:
        body = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Afake"}
        return Reply(400, {"error": body | ({"error_subcode": subcode} if subcode else {})})

    def token_of(self, request: Request, given: str) -> str:
        if self.tokens.get(given) != "valid":
            raise Stop(self.error(190, "Error validating access token: Session has expired", 463))
        return given

    def owned(self, request: Request, answer: dict[str, Any]) -> Reply:
        self.token_of(request, request.token)
        return Reply(200, answer)

    def accounts(self, request: Request) -> Reply:
        most, start = min(int(request.query.get("limit", "25")), self.leaf), int(request.query.get("after", "0"))
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + most)}}
        if start + most < len(self.pages):
            paging["next"] = f"{self.url}{request.path}?after={start + most}"
        return self.owned(request, {"data": self.pages[start : start + most], "paging": paging})

    def exchange(self, request: Request) -> Reply:
        query = request.query
        if (query.get("client_id"), query.get("client_secret")) != (CLIENT, SECRET):
            return self.error(101, "Error validating client secret.")
        if query.get("grant_type") == "fb_exchange_token":
            scopes = self.scopes[self.token_of(request, query.get("fb_exchange_token", ""))]
            return self.long(tuple(scopes))
        found = self.take_code(query, lambda word: self.error(100, f"fake: {word}"))
        body = {"access_token": self.new_access(found["granted"]), "token_type": "bearer", "expires_in": self.life_s}
        return Reply(200, body)

    def long(self, scopes: tuple[str, ...]) -> Reply:
        body = {"access_token": self.new_access(scopes), "token_type": "bearer", "expires_in": self.long_s}
        return Reply(200, body)

    def debug(self, request: Request) -> Reply:
        if request.query.get("access_token") != f"{CLIENT}|{SECRET}":
            return self.error(190, "Invalid OAuth access token")
        token = request.query.get("input_token", "")
        valid = self.tokens.get(token) == "valid"
        expires_at = int(self.now()) + self.long_s if valid else 0
        data = {"is_valid": valid, "expires_at": expires_at, "scopes": sorted(self.scopes.get(token, ()))}
        return Reply(200, {"data": data})

    def revoke(self, request: Request) -> Reply:
        self.tokens[self.token_of(request, request.token)] = "revoked"
        self.revoked.append(request.token)
        return Reply(200, {"success": True})

    def short(self, request: Request) -> Reply:
        form = form_of(request)
        flat = {"error_type": "OAuthException", "code": 400, "error_message": "Invalid platform app"}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return Reply(400, flat)
        found = self.take_code(form, lambda word: Reply(400, flat | {"error_message": word}))
        body = {"access_token": self.new_access(found["granted"]), "user_id": 1785}
        return Reply(200, body | {"permissions": ",".join(found["granted"])})

    def lengthen(self, request: Request) -> Reply:
        query = request.query
        if (query.get("grant_type"), query.get("client_secret")) != ("ig_exchange_token", SECRET):
            return self.error(101, "Error validating client secret.")
        return self.long(tuple(self.scopes[self.token_of(request, query.get("access_token", ""))]))

    def refresh(self, request: Request) -> Reply:
        token = self.token_of(request, request.query.get("access_token", ""))
        return self.long(tuple(self.scopes[token]))
