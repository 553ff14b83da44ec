"""Flags, environment and files become `Settings`: the first that names a key counts, each value read by its kind."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.settings.file import nearest_file, read_file, user_config_file
from castad_cli.settings.keys import KEYS, Key
from castad_cli.settings.values import Settings, without_password


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
    for file in filter(None, (nearest_file(near or here), user_config_file())):
        for key, value, place in read_file(file):
            take(key, value, str(file), file.parent, place)
    return Settings(**values, sources=sources)


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
