"""The settings themselves, with their defaults, and how they may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import SecretStr

from castad_cli.settings.keys import KEYS

_UNSET = SecretStr("")


def _default_cache_folder() -> Path:
    return Path(platformdirs.user_cache_dir("castad", appauthor=False))


def _default_database_url() -> str:
    return f"sqlite:///{Path(platformdirs.user_data_dir('castad', appauthor=False)) / 'castad.db'}"


@dataclass(frozen=True, repr=False)
class Settings:
    """Everything a run is told from outside. Picklable; its repr shows no secret and no password.

    An empty base URL means the service's own; no ``scheduler`` means this process; no ``workers`` means by cores.
    """

    scheduler: str = ""
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    insecure: bool = False
    workers: int | None = None
    encoders: int | None = None
    """Segments that a process draws and encodes at once; None: by cores and memory."""
    browser: str = ""
    ffmpeg: str = ""
    cache_folder: Path = field(default_factory=_default_cache_folder)
    template_urls: str = ""
    """Addresses of ZIP files of templates, parted by spaces: s3://, https://; each may end with #sha256=…"""
    secret_key: SecretStr = _UNSET
    secret_key_old: SecretStr = _UNSET
    database_url: str = field(default_factory=_default_database_url)
    database_replica_url: str = ""
    storage_url: str = ""
    storage_endpoint_url: str = ""
    storage_public_url: str = ""
    """Where platforms reach the bucket that we reach at ``storage_endpoint_url``; empty for the same address."""
    storage_region: str = ""
    storage_key: SecretStr = _UNSET
    storage_secret: SecretStr = _UNSET
    storage_token: SecretStr = _UNSET
    storage_anonymous: bool = False
    gemini_api_key: SecretStr = _UNSET
    gemini_url: str = ""
    gemini_model: str = "gemini-3.8-flash, gemini-3.7-flash"
    """Models in the order they are tried: the next when the service no longer knows one."""
    gemini_image_model: str = "gemini-3.1-flash-image, gemini-3-pro-image"
    gemini_speech_model: str = "gemini-3.8-flash-tts, gemini-3.8-flash-lite-tts"
    gemini_proofread: bool = True
    """Whether a second call reads what the first wrote."""
    gemini_proofreading_model: str = "gemini-3.5-flash-lite, gemini-3.1-flash-lite, gemini-3.8-flash"
    gemini_per_minute: int | None = None
    """Calls a minute and a day that all workers together make with one key; None: as many as the service takes."""
    gemini_per_day: int | None = None
    gemini_proofreading_per_minute: int | None = None
    """The same for proofreading alone, whose model has limits of its own; both None: it counts among all others."""
    gemini_proofreading_per_day: int | None = None
    gemini_words_price: float | None = None
    """What one call costs, in your own currency; None: not known."""
    gemini_image_price: float | None = None
    gemini_speech_price: float | None = None
    gemini_proofreading_price: float | None = None
    """None: as much as words, which cost more."""
    gemini_again_up_to: float | None = None
    """A call whose answer was lost is made again where it costs at most this; None: a person decides."""
    suno_api_key: SecretStr = _UNSET
    suno_url: str = ""
    suno_flavor: str = "official"
    """Whose API answers at ``suno_url``: ``official`` or ``sunoapi`` (sunoapi.org)."""
    suno_model: str = "V5"
    suno_licence: str = "as your plan at the music service says"
    suno_per_minute: int | None = None
    suno_per_day: int | None = None
    suno_track_price: float | None = None
    youtube_url: str = ""
    google_oauth_url: str = ""
    youtube_client_id: str = ""
    youtube_client_secret: SecretStr = _UNSET
    instagram_url: str = ""
    instagram_version: str = ""
    instagram_upload_url: str = ""
    instagram_oauth_url: str = ""
    instagram_client_id: str = ""
    instagram_client_secret: SecretStr = _UNSET
    instagram_redirect_url: str = ""
    tiktok_url: str = ""
    tiktok_oauth_url: str = ""
    tiktok_client_key: str = ""
    tiktok_client_secret: SecretStr = _UNSET
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Where each setting that is not a default came from: ``flag``, ``CASTAD_…`` or a file's path."""

    def __post_init__(self) -> None:
        if not self.storage_url:
            object.__setattr__(self, "storage_url", str(self.cache_folder / "store"))

    @property
    def assets_folder(self) -> Path:
        """Where assets fetched from URLs are kept."""
        return self.cache_folder / "assets"

    @property
    def hashes_file(self) -> Path:
        """The memo of files' SHA-256."""
        return self.cache_folder / "hashes.db"

    @property
    def storage_options(self) -> dict[str, Any]:
        """What fsspec's S3 file system takes, with secrets in clear: give it to `open_store` and `fetch` alone."""
        options: dict[str, Any] = {}
        if self.storage_endpoint_url:
            options["endpoint_url"] = self.storage_endpoint_url
        for name, secret in (("key", self.storage_key), ("secret", self.storage_secret), ("token", self.storage_token)):
            if secret:
                options[name] = secret.get_secret_value()
        if self.storage_region:
            options["client_kwargs"] = {"region_name": self.storage_region}
        if self.storage_anonymous:
            options["anon"] = True
        return options

    def shown(self) -> dict[str, str]:
        """Every setting as text that may be shown: secrets as ``set`` or empty, passwords in URLs starred."""
        texts: dict[str, str] = {}
        for key in KEYS:
            value = getattr(self, key.field)
            if isinstance(value, SecretStr):
                texts[key.field] = "set" if value else ""
            else:
                texts[key.field] = "" if value is None else without_password(str(value))
        return texts

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={text!r}' for name, text in self.shown().items() if text)})"


def without_password(url: str) -> str:
    """``url`` with its password, also one given as ``?password=``, starred."""
    url = re.sub(r"(?<=://)([^/@:]*):\S*@", r"\1:***@", url)
    return re.sub(r"(?i)([?&](?:password|sslpassword|passfile)=)[^&#]*", r"\1***", url)


assert {f.name for f in fields(Settings)} == {key.field for key in KEYS} | {"sources"}
