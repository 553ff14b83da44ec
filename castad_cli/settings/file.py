"""``castad.toml``: where it is looked for, and its keys with their places, none of their values shown."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import platformdirs

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.settings.keys import KEYS, Key

FILE_NAME = "castad.toml"


def user_config_file() -> Path:
    """Where a person's own ``castad.toml`` is looked for; it need not exist."""
    return Path(platformdirs.user_config_dir("castad", appauthor=False)) / FILE_NAME


def nearest_file(near: Path) -> Path | None:
    """The ``castad.toml`` in ``near`` or the nearest folder above it."""
    near = near.absolute()
    for folder in (near, *near.parents):
        if os.path.isfile(folder / FILE_NAME):  # noqa: PTH113 - unlike Path.is_file, no error where nobody may look
            return folder / FILE_NAME
    return None


def read_file(file: Path) -> list[tuple[Key, Any, Place]]:
    """What the file says of each key, with its place; nothing where there is no such file.

    Raises:
        UserError: it cannot be read, is not TOML, or names an unknown key.
    """
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
