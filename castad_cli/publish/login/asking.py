"""What all logins share: proof keys, and calls to a token endpoint whose trouble is told without its secrets."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from castad_cli.errors import EnvironmentNotReady, PlatformError
from castad_cli.publish.wire import Answer, NoAnswerError, Ready, at_once, send

ANSWER_S = 20.0
_TRIES = 2
_PAUSE_S = 1.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


def new_state() -> str:
    """A word that only the login that was begun here can come back with."""
    return secrets.token_urlsafe(24)


def new_verifier() -> str:
    """A PKCE verifier: 64 unreserved characters (RFC 7636, 4.1 asks for 43 to 128)."""
    return secrets.token_urlsafe(48)


def base64url_challenge(verifier: str) -> str:
    """The S256 challenge as RFC 7636 has it."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def hex_challenge(verifier: str) -> str:
    """The S256 challenge as TikTok has it: in hexadecimal digits (TikTok for Developers, "Login Kit for Desktop")."""
    return hashlib.sha256(verifier.encode()).hexdigest()


def post_form(title: str, url: str, fields: Mapping[str, str], ready: Ready = at_once) -> Answer:
    """The answer to a form; see `insist`."""
    return insist(title, "POST", url, headers=_FORM, body=urlencode(fields).encode(), ready=ready)


def get(title: str, url: str, fields: Mapping[str, str], token: str = "", ready: Ready = at_once) -> Answer:
    """The answer to a query; see `insist`."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    return insist(title, "GET", f"{url}?{urlencode(fields)}", headers=headers, ready=ready)


def insist(
    title: str, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", ready: Ready = at_once
) -> Answer:
    """The answer to a call, made once more when it broke or the platform had trouble of its own.

    ``ready``: see `castad_cli.publish.wire.send`.

    Raises:
        PlatformError: (``transient``) it was no better the second time.
    """
    trouble, lost = "", False
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE_S)
        try:
            answer = send(method, url, headers=headers, body=body, answer_s=ANSWER_S, ready=ready)
        except NoAnswerError as error:
            trouble, lost = str(error), lost or error.began
            continue
        if answer.status < 500 and answer.status != 429:
            return replace(answer, after_lost=lost)
        trouble = f"it answered {answer.status}"
    raise PlatformError(f"{title} does not answer: {trouble}", kind="transient", fix="try again in a while")


def expiry(answer: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    """When that many seconds are over; None where none are given."""
    try:
        seconds = float(answer[name])
    except (KeyError, TypeError, ValueError):
        return None
    return now + timedelta(seconds=seconds) if seconds > 0 else None


LOST = "the answer to the call before was lost on its way, and may have brought a new token"
"""What a refusal is told with that came for an `Answer.after_lost`."""


def now() -> datetime:
    return datetime.now(UTC)


def client_missing(title: str, keys: Mapping[str, str], page: str) -> EnvironmentNotReady:
    """What is raised where a platform's client is not set up. ``keys``: setting by environment variable."""
    names = " and ".join(f"{variable} (`{key}` in castad.toml)" for variable, key in keys.items())
    return EnvironmentNotReady(
        f"this machine has no {title} client to log in with", fix=f"set {names}; docs/platforms/{page}.md shows how"
    )


def clean(text: object, most: int = 200) -> str:
    """A platform's own words, short and on one line."""
    return " ".join(str(text or "").split())[:most]
