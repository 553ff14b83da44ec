"""What the tests of logins share: settings that point at the fakes, and a person's browser."""

from __future__ import annotations

import http.client
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from oauth import CLIENT, SECRET, GoogleOAuthFake, MetaOAuthFake, OAuthFake, TikTokOAuthFake

from castad_cli.publish.login import Attempt
from castad_cli.settings import Settings, load_settings

KEY = "a key that is long enough, for tests"
FAKES: Mapping[str, type[OAuthFake]] = {
    "youtube": GoogleOAuthFake,
    "tiktok": TikTokOAuthFake,
    "instagram": MetaOAuthFake,
}


def environment(platform: str, fake: OAuthFake, database: str) -> dict[str, str]:
    """What makes castad talk to ``fake`` for that platform."""
    urls = {
        "youtube": ("CASTAD_GOOGLE_OAUTH_URL", "CASTAD_YOUTUBE_URL"),
        "tiktok": ("CASTAD_TIKTOK_OAUTH_URL", "CASTAD_TIKTOK_URL"),
        "instagram": ("CASTAD_INSTAGRAM_OAUTH_URL", "CASTAD_INSTAGRAM_URL"),
    }
    client = "CLIENT_KEY" if platform == "tiktok" else "CLIENT_ID"
    return {
        **dict.fromkeys(urls[platform], fake.url),
        f"CASTAD_{platform.upper()}_{client}": CLIENT,
        f"CASTAD_{platform.upper()}_CLIENT_SECRET": SECRET,
        "CASTAD_SECRET_KEY": KEY,
        "CASTAD_DATABASE_URL": database,
    }


def settings_for(platform: str, fake: OAuthFake, folder: Path, database: str = "") -> Settings:
    url = database or f"sqlite:///{folder / 'castad.db'}"
    return load_settings(folder, {}, environment=environment(platform, fake, url))


def browse(url: str) -> str:
    """Open an address as a person's browser does, and go where it is sent; the page's text."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def redirected(attempt: Attempt | str) -> str:
    """Where the browser would end, without going there."""
    parts = urlsplit(attempt if isinstance(attempt, str) else attempt.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    location = answer.getheader("Location")
    assert location, f"the platform did not redirect: {answer.status}"
    return location
