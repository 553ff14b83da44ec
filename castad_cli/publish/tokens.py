"""What a platform gives for a login: tokens, how long they last, what they allow."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Tokens:
    """The tokens of one account. Their repr shows no token. Times are aware, in UTC, by this machine's clock."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    """Renews ``access``; empty where the platform renews by the access token itself."""
    obtained_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    expires_at: datetime | None = None
    """When ``access`` ends; None where the platform does not say."""
    login_expires_at: datetime | None = None
    """When nothing can be renewed any more and a person must log in again; None where it lasts while it is used."""
    scopes: tuple[str, ...] = ()
    client: str = ""
    """The id of the client (the app) they were given to; no other can renew them."""
    extra: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Further secrets of a platform, such as Instagram's token of the person beside the page's."""

    def pack(self) -> bytes:
        """As bytes to seal."""
        values: dict[str, Any] = dict(vars(self))
        for name in ("obtained_at", "expires_at", "login_expires_at"):
            values[name] = values[name].isoformat() if values[name] else None
        return json.dumps(values).encode()

    @classmethod
    def unpack(cls, text: bytes) -> Tokens:
        """From `pack`. What a newer version added is passed over."""
        known = {name: value for name, value in json.loads(text).items() if name in cls.__dataclass_fields__}
        for name in ("obtained_at", "expires_at", "login_expires_at"):
            known[name] = datetime.fromisoformat(known[name]) if known.get(name) else None
        known["scopes"] = tuple(known.get("scopes", ()))
        known["extra"] = tuple((str(key), str(value)) for key, value in known.get("extra", ()))
        return cls(**known)

    def left_s(self, now: datetime) -> float:
        """Seconds until ``access`` ends; infinite where the platform does not say."""
        return float("inf") if self.expires_at is None else (self.expires_at - now).total_seconds()
