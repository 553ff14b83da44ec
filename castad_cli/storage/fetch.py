"""Assets by URL, fetched once into a folder of this machine and asked for again only when they changed."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.storage.answer import Answer, NotUsableError, UnreachableError, Validators
from castad_cli.storage.folder import partial_path
from castad_cli.storage.trouble import folder_trouble

_log = logging.getLogger(__name__)

LIMIT_BYTES = 2 << 30
"""The largest asset that is fetched: a long clip from a good camera."""
TOTAL_S = 900.0
"""Longest time one asset may take."""
_PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_ATTEMPTS = 3
_PAUSE_S = 0.5
_LEFTOVER_AGE_S = 86_400.0
_HEAD_BYTES = 1024


@dataclass(frozen=True)
class _Entry:
    """What is known of a fetched URL: its file beside the entry, and how to ask whether it changed."""

    file: str
    size: int
    etag: str
    last_modified: str


def is_remote(src: str) -> bool:
    """Whether ``src`` is a URL that `fetch` takes (rather than a path)."""
    return re.match(r"(?i)(https?|s3)://", src) is not None


def fetch(
    url: str,
    folder: Path,
    options: Mapping[str, Any] | None = None,
    *,
    place: Place | None = None,
    limit_bytes: int = LIMIT_BYTES,
    total_s: float = TOTAL_S,
    notify: Callable[[str], None] = _log.warning,
) -> Path:
    """The asset at an ``http(s)://`` or ``s3://`` URL as a file in ``folder``, fetched now or before.

    What was fetched before is asked for again only if its server says that it changed, and is used as it is,
    after a word to ``notify``, when the server does not answer. ``options`` are fsspec's for S3. The file is
    whole or not there; never write into it.

    Raises:
        UserError: at ``place``: no such asset, no access, a web page, too large, no answer.
        EnvironmentNotReady: ``folder`` cannot be written.
    """
    shown = without_query(url)
    entry_file = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json"
    known = _read_entry(entry_file)
    deadline = time.monotonic() + total_s
    validators = Validators(known.etag, known.last_modified) if known else Validators()
    try:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = _open(url, options or {}, validators)
                if answer is None:
                    assert known, "only what was asked for conditionally is answered with nothing"
                    with suppress(OSError):
                        entry_file.touch()
                    return folder / known.file
                with closing(answer):
                    return _save(answer, url, entry_file, limit_bytes, deadline)
            except UnreachableError as error:
                if not error.again or attempt == _ATTEMPTS or time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_S * attempt)
        raise AssertionError("the last attempt returns or raises")
    except NotUsableError as error:
        raise UserError(f"{shown}: {error}", fix=error.fix, place=place) from error
    except UnreachableError as error:
        if known:
            notify(f"{shown} does not answer ({error}); using the copy fetched before")
            return folder / known.file
        raise UserError(
            f"{shown} does not answer: {error}",
            fix="check the address and the network, or download the file and name its path",
            place=place,
        ) from error


def sweep(folder: Path, older_than_s: float, *, dry_run: bool = False) -> tuple[int, int]:
    """Remove assets not asked for lately, and what interrupted fetches left; how many files and bytes."""
    now = time.time()
    files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    live: set[str] = set()
    gone: set[str] = set()
    doomed: list[Path] = []
    for path in files:
        if path.suffix == ".json":
            entry = _read_entry(path)
            if entry and now - path.stat().st_mtime <= older_than_s:
                live.add(entry.file)
            else:
                gone.add(path.stem)
                doomed.append(path)
    for path in files:
        if path.suffix != ".json" and path.name not in live:
            # Without an entry: one being fetched now, or replaced by a newer version and perhaps still read.
            is_left = now - path.stat().st_mtime > _LEFTOVER_AGE_S
            if is_left or path.name.partition("-")[0] in gone:
                doomed.append(path)
    size = sum(path.stat().st_size for path in doomed)
    if not dry_run:
        with folder_trouble(folder, "remove fetched assets"):
            for path in doomed:
                path.unlink(missing_ok=True)
    return len(doomed), size


def without_query(url: str) -> str:
    """``url`` as it may be shown: no user, no password, no query, where signatures and keys hide."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("?")[0].rpartition("@")[2]
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" + ("?…" if parts.query else "")


def _open(url: str, options: Mapping[str, Any], known: Validators) -> Answer | None:
    scheme = url.partition("://")[0].lower()
    if scheme in ("http", "https"):
        from castad_cli.storage.http_asset import open_http

        return open_http(url, known)
    if scheme == "s3":
        from castad_cli.storage.s3_asset import open_s3

        return open_s3(url, options, known)
    raise NotUsableError(f"{scheme}: is no address an asset can have", "use a path, http://, https:// or s3://")


def _read_entry(entry_file: Path) -> _Entry | None:
    try:
        entry = _Entry(**json.loads(entry_file.read_bytes()))
        return entry if (entry_file.parent / entry.file).stat().st_size == entry.size else None
    except (OSError, ValueError, TypeError):
        return None


def _save(answer: Answer, url: str, entry_file: Path, limit_bytes: int, deadline: float) -> Path:
    folder = entry_file.parent
    if answer.content_type in ("text/html", "application/xhtml+xml"):
        raise _is_page()
    if answer.size is not None and answer.size > limit_bytes:
        raise _too_large(answer.size, limit_bytes)
    with folder_trouble(folder, "keep a fetched asset"):
        folder.mkdir(parents=True, exist_ok=True)
        temporary = partial_path(entry_file)
        digest, size, head = hashlib.sha256(), 0, b""
        try:
            with temporary.open("xb") as target:
                for chunk in answer.chunks:
                    head = head + chunk[:_HEAD_BYTES] if size < _HEAD_BYTES else head
                    size += len(chunk)
                    if size > limit_bytes:
                        raise _too_large(size, limit_bytes)
                    if time.monotonic() > deadline:
                        raise UnreachableError(f"only {_mb(size)} came in the time allowed")
                    digest.update(chunk)
                    target.write(chunk)
            if _PAGE.match(head):
                raise _is_page()
            if answer.size is not None and size != answer.size:
                raise UnreachableError(f"only {size} of {answer.size} bytes came")
            if size == 0:
                raise NotUsableError("the file there is empty", "upload it again, or name another")
            file = folder / f"{entry_file.stem}-{digest.hexdigest()[:16]}{_suffix(url)}"
            temporary.replace(file)
            entry = _Entry(file.name, size, answer.validators.etag, answer.validators.last_modified)
            temporary.write_text(json.dumps(asdict(entry)), encoding="utf-8")
            temporary.replace(entry_file)
            return file
        finally:
            temporary.unlink(missing_ok=True)


def _suffix(url: str) -> str:
    suffix = PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) and suffix != ".json" else ""


def _mb(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _too_large(size: int, limit_bytes: int) -> NotUsableError:
    return NotUsableError(
        f"the file is too large: {_mb(size)} or more, and {_mb(limit_bytes)} is the most",
        "make a shorter or smaller version of it",
    )


def _is_page() -> NotUsableError:
    return NotUsableError(
        "a web page is there, not a picture, clip or sound",
        "use the address of the file itself (for a shared link: the one that downloads it)",
    )
