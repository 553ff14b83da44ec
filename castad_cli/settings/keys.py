"""Every setting, once: its field, its names in the file and the environment, how its text is read, what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Key:
    """One setting: its field in `Settings`, its dotted key in ``castad.toml``, its environment variable.

    ``kind`` says how its text is read: ``folder`` and ``program`` are paths, relative ones to the file that
    names them (a bare program name is looked up on PATH later); ``database`` and ``storage`` are URLs or paths; an
    ``amount`` is money, in whatever currency its owner reckons in.
    """

    field: str
    toml: str
    variable: str
    kind: Literal[
        "text", "url", "scheduler", "database", "storage", "folder", "program", "count", "amount", "flag", "secret"
    ]
    about: str
    """What it is for, in Markdown: the reference is written from it."""


KEYS: tuple[Key, ...] = (
    Key(
        "scheduler",
        "scheduler",
        "CASTAD_SCHEDULER",
        "scheduler",
        "The Dask scheduler to work with, such as `tls://host:8786`. Unset: this machine alone.",
    ),
    Key(
        "tls_ca",
        "tls.ca",
        "CASTAD_TLS_CA",
        "folder",
        "The cluster's certificate authority (PEM). With the next two, TLS with certificates on both sides.",
    ),
    Key("tls_cert", "tls.cert", "CASTAD_TLS_CERT", "folder", "This member's certificate (PEM)."),
    Key("tls_key", "tls.key", "CASTAD_TLS_KEY", "folder", "The key of that certificate (PEM)."),
    Key(
        "insecure",
        "insecure",
        "CASTAD_INSECURE",
        "flag",
        "Reach a scheduler of another machine without TLS: whoever reaches its port runs code on every worker.",
    ),
    Key(
        "workers",
        "workers",
        "CASTAD_WORKERS",
        "count",
        "Processes that a batch on this machine uses. Unset: one for every two cores.",
    ),
    Key(
        "encoders",
        "encoders",
        "CASTAD_ENCODERS",
        "count",
        "Segments that a process draws and encodes at once. Unset: by cores and memory.",
    ),
    Key(
        "browser",
        "browser",
        "CASTAD_BROWSER",
        "program",
        "The Chromium that lays out the ads: a path, or a name on PATH. Unset: the one that is found.",
    ),
    Key(
        "ffmpeg",
        "ffmpeg",
        "CASTAD_FFMPEG",
        "program",
        "The FFmpeg that inspects and converts: a path, or a name on PATH. Unset: the one that came along.",
    ),
    Key(
        "cache_folder",
        "cache_folder",
        "CASTAD_CACHE_FOLDER",
        "folder",
        "Where this machine keeps what it fetched and works on, and what it made unless `storage.url` is set.",
    ),
    Key(
        "template_urls",
        "template_urls",
        "CASTAD_TEMPLATE_URLS",
        "text",
        "Addresses of ZIP files of templates, parted by spaces; each may end with `#sha256=…`.",
    ),
    Key(
        "secret_key",
        "secret_key",
        "CASTAD_SECRET_KEY",
        "secret",
        "Seals the platforms' credentials in the database; all members of a cluster have the same one.",
    ),
    Key(
        "secret_key_old",
        "secret_key_old",
        "CASTAD_SECRET_KEY_OLD",
        "secret",
        "The former one, while `castad auth rekey` changes it.",
    ),
    Key(
        "database_url",
        "database.url",
        "CASTAD_DATABASE_URL",
        "database",
        "The records: `postgresql://user:password@host/name` (several hosts: `a,b`), or a path of SQLite.",
    ),
    Key(
        "database_replica_url",
        "database.replica_url",
        "CASTAD_DATABASE_REPLICA_URL",
        "database",
        "Where `status`, `runs` and `report` read instead.",
    ),
    Key(
        "storage_url",
        "storage.url",
        "CASTAD_STORAGE_URL",
        "storage",
        "Where what is made is kept: a folder, or `s3://bucket/prefix`.",
    ),
    Key(
        "storage_endpoint_url",
        "storage.endpoint_url",
        "CASTAD_STORAGE_ENDPOINT_URL",
        "url",
        "The address of an S3 server that is not Amazon's.",
    ),
    Key(
        "storage_public_url",
        "storage.public_url",
        "CASTAD_STORAGE_PUBLIC_URL",
        "url",
        "The bucket's address as platforms and readers of reports reach it. Unset: the endpoint's.",
    ),
    Key("storage_region", "storage.region", "CASTAD_STORAGE_REGION", "text", "The bucket's region."),
    Key(
        "storage_key",
        "storage.key",
        "CASTAD_STORAGE_KEY",
        "secret",
        "The bucket's access key. Unset: as Amazon's tools find theirs.",
    ),
    Key("storage_secret", "storage.secret", "CASTAD_STORAGE_SECRET", "secret", "The bucket's secret key."),
    Key(
        "storage_token",
        "storage.token",
        "CASTAD_STORAGE_TOKEN",
        "secret",
        "A session token, for keys that end by themselves.",
    ),
    Key(
        "storage_anonymous",
        "storage.anonymous",
        "CASTAD_STORAGE_ANONYMOUS",
        "flag",
        "Read a public bucket without any key.",
    ),
    Key("gemini_api_key", "gemini.api_key", "GEMINI_API_KEY", "secret", "The key of Gemini's API."),
    Key("gemini_url", "gemini.url", "CASTAD_GEMINI_URL", "url", "Another address for Gemini's API."),
    Key(
        "gemini_model",
        "gemini.model",
        "CASTAD_GEMINI_MODEL",
        "text",
        "Models for words in the order they are tried: the next when the service no longer knows one.",
    ),
    Key("gemini_image_model", "gemini.image_model", "CASTAD_GEMINI_IMAGE_MODEL", "text", "The same, for pictures."),
    Key("gemini_speech_model", "gemini.speech_model", "CASTAD_GEMINI_SPEECH_MODEL", "text", "The same, for voices."),
    Key(
        "gemini_proofread",
        "gemini.proofread",
        "CASTAD_GEMINI_PROOFREAD",
        "flag",
        "Have a second, cheap call list every name and figure of the words, for the program to compare with the brief.",
    ),
    Key(
        "gemini_proofreading_model",
        "gemini.proofreading_model",
        "CASTAD_GEMINI_PROOFREADING_MODEL",
        "text",
        "The models for that, likewise.",
    ),
    Key(
        "gemini_per_minute",
        "gemini.per_minute",
        "CASTAD_GEMINI_PER_MINUTE",
        "count",
        "Calls a minute that all workers together make with one key. Unset: as many as the service takes.",
    ),
    Key("gemini_per_day", "gemini.per_day", "CASTAD_GEMINI_PER_DAY", "count", "The same, a day."),
    Key(
        "gemini_proofreading_per_minute",
        "gemini.proofreading_per_minute",
        "CASTAD_GEMINI_PROOFREADING_PER_MINUTE",
        "count",
        "Calls a minute for proofreading, where its model has limits of its own. Unset, with the next: it counts among "
        "all others.",
    ),
    Key(
        "gemini_proofreading_per_day",
        "gemini.proofreading_per_day",
        "CASTAD_GEMINI_PROOFREADING_PER_DAY",
        "count",
        "The same, a day.",
    ),
    Key(
        "gemini_words_price",
        "gemini.words_price",
        "CASTAD_GEMINI_WORDS_PRICE",
        "amount",
        "What a call for words costs, in your own currency; for the forecast and the report.",
    ),
    Key("gemini_image_price", "gemini.image_price", "CASTAD_GEMINI_IMAGE_PRICE", "amount", "The same, of a picture."),
    Key("gemini_speech_price", "gemini.speech_price", "CASTAD_GEMINI_SPEECH_PRICE", "amount", "The same, of a voice."),
    Key(
        "gemini_proofreading_price",
        "gemini.proofreading_price",
        "CASTAD_GEMINI_PROOFREADING_PRICE",
        "amount",
        "The same, of proofreading. Unset: as much as words.",
    ),
    Key(
        "gemini_again_up_to",
        "gemini.again_up_to",
        "CASTAD_GEMINI_AGAIN_UP_TO",
        "amount",
        "A call whose answer was lost is made again where it costs at most this. Unset: a person decides.",
    ),
    Key("suno_api_key", "suno.api_key", "SUNO_API_KEY", "secret", "The key of the music service."),
    Key("suno_url", "suno.url", "CASTAD_SUNO_URL", "url", "The music service's address."),
    Key(
        "suno_flavor",
        "suno.flavor",
        "CASTAD_SUNO_FLAVOR",
        "text",
        "Whose API answers there: `official`, or `sunoapi` (sunoapi.org).",
    ),
    Key("suno_model", "suno.model", "CASTAD_SUNO_MODEL", "text", "Its model."),
    Key(
        "suno_licence",
        "suno.licence",
        "CASTAD_SUNO_LICENCE",
        "text",
        "The licence of what it makes, as your plan there has it; it stands beside each video.",
    ),
    Key(
        "suno_per_minute",
        "suno.per_minute",
        "CASTAD_SUNO_PER_MINUTE",
        "count",
        "Tracks a minute that all workers together ask for. Unset: as many as the service takes.",
    ),
    Key("suno_per_day", "suno.per_day", "CASTAD_SUNO_PER_DAY", "count", "The same, a day."),
    Key(
        "suno_track_price",
        "suno.track_price",
        "CASTAD_SUNO_TRACK_PRICE",
        "amount",
        "What a track costs, in your own currency; for the forecast and the report.",
    ),
    Key("youtube_url", "youtube.url", "CASTAD_YOUTUBE_URL", "url", "Another address for YouTube's API."),
    Key(
        "google_oauth_url",
        "youtube.oauth_url",
        "CASTAD_GOOGLE_OAUTH_URL",
        "url",
        "Another address for Google's logins.",
    ),
    Key(
        "youtube_client_id",
        "youtube.client_id",
        "CASTAD_YOUTUBE_CLIENT_ID",
        "text",
        "Your project's OAuth client at Google.",
    ),
    Key(
        "youtube_client_secret",
        "youtube.client_secret",
        "CASTAD_YOUTUBE_CLIENT_SECRET",
        "secret",
        "That client's secret.",
    ),
    Key("instagram_url", "instagram.url", "CASTAD_INSTAGRAM_URL", "url", "Another address for Instagram's API."),
    Key(
        "instagram_version",
        "instagram.version",
        "CASTAD_INSTAGRAM_VERSION",
        "text",
        "Another version of Instagram's API.",
    ),
    Key(
        "instagram_upload_url",
        "instagram.upload_url",
        "CASTAD_INSTAGRAM_UPLOAD_URL",
        "url",
        "Another address for Instagram's uploads.",
    ),
    Key(
        "instagram_oauth_url",
        "instagram.oauth_url",
        "CASTAD_INSTAGRAM_OAUTH_URL",
        "url",
        "Another address for Instagram's logins.",
    ),
    Key("instagram_client_id", "instagram.client_id", "CASTAD_INSTAGRAM_CLIENT_ID", "text", "Your app at Meta."),
    Key(
        "instagram_client_secret",
        "instagram.client_secret",
        "CASTAD_INSTAGRAM_CLIENT_SECRET",
        "secret",
        "That app's secret.",
    ),
    Key(
        "instagram_redirect_url",
        "instagram.redirect_url",
        "CASTAD_INSTAGRAM_REDIRECT_URL",
        "text",
        "The address that the app has registered for logins.",
    ),
    Key("tiktok_url", "tiktok.url", "CASTAD_TIKTOK_URL", "url", "Another address for TikTok's API."),
    Key(
        "tiktok_oauth_url", "tiktok.oauth_url", "CASTAD_TIKTOK_OAUTH_URL", "url", "Another address for TikTok's logins."
    ),
    Key("tiktok_client_key", "tiktok.client_key", "CASTAD_TIKTOK_CLIENT_KEY", "text", "Your app at TikTok."),
    Key("tiktok_client_secret", "tiktok.client_secret", "CASTAD_TIKTOK_CLIENT_SECRET", "secret", "That app's secret."),
)
