"""Templates that stand behind a URL: fetched as a ZIP file, checked, and unpacked into the cache folder.

An archive holds one folder for each template, as a person's own folder of templates does. ``#sha256=…`` behind its
address says which bytes are wanted; others are refused.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from castad_cli.errors import UserError
from castad_cli.settings import Settings
from castad_cli.storage.fetch import fetch, without_query
from castad_cli.storage.hashing import hash_file
from castad_cli.templates import use_folders

_MOST_BYTES = 64 * 1024 * 1024
_MOST_FILES = 400
_KINDS = frozenset(
    {".yaml", ".html", ".css", ".svg", ".jpg", ".jpeg", ".png", ".webp"}
    | {".ttf", ".otf", ".woff", ".woff2", ".md", ".txt"}
)
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def bring_templates(settings: Settings, *, network: bool = True) -> None:
    """See that the templates behind ``template_urls`` are here and found. What is here already is not asked for twice
    unless it changed; without ``network``, what was brought before is used.

    Raises:
        UserError: an archive that is not there, or not what it should be.
    """
    folders = [_bring(url, settings, network) for url in settings.template_urls.split()]
    use_folders(tuple(folder for folder in folders if folder is not None))


def _bring(url: str, settings: Settings, network: bool) -> Path | None:
    address, _, wanted = url.partition("#sha256=")
    base = settings.cache_folder / "templates" / hashlib.sha256(url.encode()).hexdigest()[:16]
    if not network:
        brought = sorted(base.glob("*"), key=lambda path: path.stat().st_mtime) if base.is_dir() else []
        return brought[-1] if brought else None
    archive = fetch(address, settings.assets_folder, settings.storage_options, limit_bytes=_MOST_BYTES)
    shown = without_query(address)
    digest = hash_file(archive)
    if wanted and digest != wanted.lower():
        raise UserError(
            f"{shown} is not the archive that is wanted: its SHA-256 is {digest}",
            fix="see who changed it; if it is right, write this hash behind `#sha256=`",
        )
    folder = base / digest[:16]
    if not folder.is_dir():
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.cache_folder) as scratch:
            _unpack(archive, Path(scratch) / "new", shown)
            if not folder.is_dir():  # another process may have been quicker
                shutil.move(Path(scratch) / "new", folder)
    folder.touch()
    return folder


def _unpack(archive: Path, folder: Path, shown: str) -> None:
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            _check(members, shown)
            for member in members:
                path = folder.joinpath(*PurePosixPath(member.filename).parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(packed.read(member))
    except (zipfile.BadZipFile, RuntimeError, EOFError) as error:  # an unknown compression is a RuntimeError too
        fix = "make it with `zip -r templates.zip bakery`, without a password"
        raise UserError(f"{shown} is no ZIP file that can be read: {error}", fix=fix) from error


def _check(members: list[zipfile.ZipInfo], shown: str) -> None:
    """Refuses an archive that could write elsewhere, fill the disk, or holds no template.

    Raises:
        UserError: with the file that is meant.
    """

    def refuse(why: str) -> UserError:
        return UserError(f"{shown}: {why}", fix="pack folders of templates: bakery/template.yaml, bakery/style.css, …")

    if len(members) > _MOST_FILES or sum(member.file_size for member in members) > _MOST_BYTES:
        raise refuse(f"more than {_MOST_FILES} files, or {_MOST_BYTES >> 20} MiB unpacked")
    for member in members:
        parts = PurePosixPath(member.filename).parts
        if "\\" in member.filename or ".." in parts or len(parts) < 2 or not _NAME.fullmatch(parts[0]):
            raise refuse(f"`{member.filename[:80]}` does not lie in a template's folder")
        if PurePosixPath(member.filename).suffix.lower() not in _KINDS:
            raise refuse(f"`{member.filename[:80]}` is no file of a template")
    if not any(PurePosixPath(member.filename).parts[1:] == ("template.yaml",) for member in members):
        raise refuse("no folder in it has a template.yaml")
