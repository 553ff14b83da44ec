"""What a run is told from outside: flag, environment, ``castad.toml``, user config, default, in that order.

Nothing is opened or probed here. Every key stands once in `KEYS`, with its names in all those places.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import SecretStr

from castad_cli.errors import UserError
from castad_cli.model.place import Place

FILE_NAME = "castad.toml"


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
        "gemini_per_minute",
        "gemini.per_minute",
        "CASTAD_GEMINI_PER_MINUTE",
        "count",
        "Calls a minute that all workers together make with one key. Unset: as many as the service takes.",
    ),
    Key("gemini_per_day", "gemini.per_day", "CASTAD_GEMINI_PER_DAY", "count", "The same, a day."),
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


def _default_cache_folder() -> Path:
    return Path(platformdirs.user_cache_dir("castad", appauthor=False))


def _default_database_url() -> str:
    return f"sqlite:///{Path(platformdirs.user_data_dir('castad', appauthor=False)) / 'castad.db'}"


def user_config_file() -> Path:
    """Where a person's own ``castad.toml`` is looked for; it need not exist."""
    return Path(platformdirs.user_config_dir("castad", appauthor=False)) / FILE_NAME


_UNSET = SecretStr("")


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
    gemini_per_minute: int | None = None
    """Calls a minute and a day that all workers together make with one key; None: as many as the service takes."""
    gemini_per_day: int | None = None
    gemini_words_price: float | None = None
    """What one call costs, in your own currency; None: not known."""
    gemini_image_price: float | None = None
    gemini_speech_price: float | None = None
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


def load_settings(
    near: Path | None, flags: Mapping[str, Any], *, environment: Mapping[str, str] | None = None
) -> Settings:
    """The settings for work on ``near`` (a recipe or a folder; None: the working folder).

    ``flags`` are keyed by field of `Settings`; None stands for a flag not given. The nearest ``castad.toml``
    in ``near``'s folder or any above it counts, then the user's own.

    Raises:
        UserError: a file cannot be read, a key is unknown, a value has the wrong form.
    """
    environment = os.environ if environment is None else environment
    known = {key.field: key for key in KEYS}
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}

    def take(key: Key, value: Any, source: str, base: Path, place: Place) -> None:
        if key.field not in values:
            values[key.field] = _read(key, value, base, place)
            sources[key.field] = source

    here = Path.cwd()
    for name, value in flags.items():
        if value is not None:
            take(known[name], value, "flag", here, Place(f"--{name.removesuffix('_url').replace('_', '-')}"))
    for key in KEYS:
        if text := environment.get(key.variable):
            take(key, text, key.variable, here, Place(key.variable))
    for file in filter(None, (_nearest_file(near or here), user_config_file())):
        for key, value, place in _read_file(file):
            take(key, value, str(file), file.parent, place)
    return Settings(**values, sources=sources)


def _nearest_file(near: Path) -> Path | None:
    near = near.absolute()
    for folder in (near, *near.parents):
        if os.path.isfile(folder / FILE_NAME):  # noqa: PTH113 - unlike Path.is_file, no error where nobody may look
            return folder / FILE_NAME
    return None


def _read_file(file: Path) -> list[tuple[Key, Any, Place]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8 text", fix="save it as UTF-8", place=Place(str(file))) from error
    except OSError as error:
        raise UserError(
            f"{file} cannot be read: {error.strerror}", fix="check its permissions", place=Place(str(file))
        ) from error
    lines = text.splitlines()
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(at[1]), int(at[2])) if at else (len(lines), 1)
        place = Place(str(file), line, column, text=_without_value(lines[line - 1]) if 0 < line <= len(lines) else "")
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise UserError(f"not valid TOML: {message}", fix="correct this line", place=place) from error
    known = {key.toml: key for key in KEYS}
    found: list[tuple[Key, Any, Place]] = []
    for path, value in _flatten(tables, {name.split(".")[0] for name in known if "." in name}):
        place = _locate(str(file), lines, path)
        if path not in known:
            raise UserError(f"unknown key `{path}`", fix=_suggestion(path, known), place=place)
        found.append((known[path], value, place))
    return found


def _flatten(tables: Mapping[str, Any], groups: Iterable[str]) -> list[tuple[str, Any]]:
    """Dotted keys and values, one level deep; what stands in an unknown table is named by the table alone."""
    pairs: list[tuple[str, Any]] = []
    for name, value in tables.items():
        if isinstance(value, dict) and name in groups:
            pairs.extend((f"{name}.{inner}", item) for inner, item in value.items())
        else:
            pairs.append((name, value))
    return pairs


def _suggestion(path: str, known: Mapping[str, Key]) -> str:
    names = [*known, *sorted({name.split(".")[0] for name in known if "." in name})]
    elsewhere = {name.lower(): key.toml for key in known.values() for name in (key.field, key.variable)}
    near = [elsewhere[path.lower()]] if path.lower() in elsewhere else difflib.get_close_matches(path, names, 1, 0.6)
    if not near and "." not in path:
        near = [name for name in names if name.endswith(f".{path}")][:1]
    return f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(known)}"


def _locate(file: str, lines: list[str], path: str) -> Place:
    """Where the dotted ``path`` is written: its key, or the header of its table."""
    group, _, leaf = path.rpartition(".")
    header = ""
    for number, line in enumerate(lines, 1):
        if match := re.match(r"""\s*\[\s*["']?([^\]"']+?)["']?\s*\]""", line):
            header = match[1].replace(" ", "")
            if header == path:
                return Place(file, number, match.start(1) + 1, path, line, len(match[1]))
        elif match := re.match(r"""\s*(["']?)([\w.\- ]+?)\1\s*=""", line):
            written = match[2].replace(" ", "")
            full = f"{header}.{written}" if header else written
            if full == path or (header == group and written == leaf) or full.startswith(f"{path}."):
                return Place(file, number, match.start(2) + 1, path, _without_value(line), len(match[2]))
    return Place(file, path=path)


def _without_value(line: str) -> str:
    """``key = …``: a value may be a secret, or a secret under a misspelt key, so none is ever shown."""
    return re.sub(r"=.*", "= …", line, count=1)


def _read(key: Key, value: Any, base: Path, place: Place) -> Any:
    """``value`` in its field's type, or `UserError` at ``place``."""

    def wrong(what: str, fix: str) -> UserError:
        return UserError(f"{place.path or place.file}: {what}", fix=fix, place=place)

    if key.kind == "count":
        try:
            count = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else 0
        except ValueError:
            count = 0
        if count < 1:
            raise wrong(f"{value!r} is not a whole number from 1", "write a number such as 4")
        return count
    if key.kind == "amount":
        try:
            amount = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else -1.0
        except ValueError:
            amount = -1.0
        if not 0 <= amount < 1e9:
            raise wrong(f"{value!r} is not an amount of money", "write a number such as 0.04")
        return amount
    if key.kind == "flag":
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            return str(value).lower() in ("1", "true", "yes", "on")
        raise wrong(f"{value!r} is neither true nor false", "write true or false")
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path):
        value = str(value)
    if not isinstance(value, str):
        raise wrong(f"text is wanted here, not {type(value).__name__}", "put it in quotes")
    if key.kind == "secret":
        return SecretStr(value.strip())
    return _read_text(key, value.strip(), base, wrong)


def _read_text(key: Key, text: str, base: Path, wrong: Any) -> Any:
    shown = without_password(text)
    if key.kind == "folder":
        return base / Path(text).expanduser()
    if key.kind == "program":
        bare = not re.search(r"[/\\]", text)
        return text if bare or not text else str(base / Path(text).expanduser())
    if key.kind == "url" and text:
        if not re.match(r"https?://[^/\s]+", text):
            raise wrong(f"{shown!r} is not an http or https address", "write it as https://host or http://host:port")
        return text.rstrip("/")
    if key.kind == "scheduler" and text and not re.match(r"(tcp|tls|ws|wss|ucx|inproc)://\S+$", text):
        raise wrong(f"{shown!r} is not a Dask scheduler's address", "write it as tls://host:8786 or tcp://host:8786")
    if key.kind == "database" and text:
        return _read_database(text, base, wrong)
    if key.kind == "storage" and text and "://" not in text:
        return str(base / Path(text).expanduser())
    return text


def _read_database(text: str, base: Path, wrong: Any) -> str:
    if match := re.match(r"postgres(?:ql)?(?:\+psycopg)?://(.*)", text):
        return f"postgresql+psycopg://{match[1]}"
    if match := re.match(r"sqlite:///(.+)", text):
        return f"sqlite:///{base / Path(match[1]).expanduser()}"
    if "://" not in text and text.endswith((".db", ".sqlite", ".sqlite3")):
        return f"sqlite:///{base / Path(text).expanduser()}"
    raise wrong(
        f"{without_password(text)!r} is not a database CaStAD can use",
        "write sqlite:///path/to/castad.db or postgresql://user:password@host/name",
    )


assert {f.name for f in fields(Settings)} == {key.field for key in KEYS} | {"sources"}
