"""Files a recipe names: where they are, and why one may not be used. Nothing is opened, no network is touched."""

from __future__ import annotations

import difflib
import os
import re
import stat
from pathlib import Path

from castad_cli.errors import UserError
from castad_cli.model.place import Place

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
URL_SCHEMES = ("http", "https", "s3")


def is_url(src: str) -> bool:
    """Whether ``src`` names something outside this machine."""
    match = _SCHEME.match(src)
    return match is not None and match[1].lower() in URL_SCHEMES


def find_source(src: str, folder: Path, *, place: Place | None = None) -> Path:
    """Where a local file that a recipe names is. ``folder`` is the recipe's; the file must lie inside it.

    Raises:
        UserError: another scheme, a path that leaves the folder (by ``..``, as an absolute path or through a link),
            no such file, a folder, an empty or an unreadable file.
    """
    scheme = _SCHEME.match(src)
    if scheme is not None:
        schemes = ", ".join(f"{known}://" for known in URL_SCHEMES)
        raise UserError(f"`{scheme[1]}://` cannot be read", fix=f"use {schemes} or a path", place=place)
    if "\0" in src:
        raise UserError("a path with a NUL character", fix="write it again", place=place)
    if src.startswith("~"):
        raise UserError("`~` is not followed", fix="put the file beside the recipe", place=place)
    home = folder.resolve()
    written = Path(src)
    inside = Path(os.path.normpath(home / written))
    if not inside.is_relative_to(home):
        what = "an absolute path" if written.is_absolute() else "`..` leads out of the recipe's folder"
        raise UserError(what, fix="put the file beside the recipe and write its path from there", place=place)
    try:
        real = inside.resolve()
        found = real.stat()
    except FileNotFoundError:
        raise UserError("no such file", fix=_like(inside, home), place=place) from None
    except (OSError, RuntimeError) as error:
        raise UserError(f"cannot be read: {_reason(error)}", fix="check the path", place=place) from None
    if not real.is_relative_to(home):
        raise UserError("a link that leads out of the recipe's folder", fix="put the file itself there", place=place)
    if stat.S_ISDIR(found.st_mode):
        raise UserError("a folder, not a file", fix="name a file in it", place=place)
    if not stat.S_ISREG(found.st_mode):
        raise UserError("not an ordinary file", fix="name a file", place=place)
    if found.st_size == 0:
        raise UserError("the file is empty", fix="put the real one in its place", place=place)
    if not os.access(real, os.R_OK):
        raise UserError("no permission to read it", fix=f"chmod u+r {src}", place=place)
    return real


def _reason(error: Exception) -> str:
    return (error.strerror or "it is not a path") if isinstance(error, OSError) else "a link that leads to itself"


def _like(path: Path, home: Path) -> str:
    """A fix that names the file most like the one that is not there."""
    folder = path.parent
    while folder != home and not folder.is_dir():
        folder = folder.parent
    try:
        names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))[:2000]
    except OSError:
        names = []
    wanted = path.relative_to(folder).parts[0] if path.is_relative_to(folder) and path != folder else path.name
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(wanted.lower(), lowered, n=1, cutoff=0.6)
    if near:
        return f"did you mean {(folder / lowered[near[0]]).relative_to(home).as_posix()}?"
    return "paths begin at the recipe's folder"
