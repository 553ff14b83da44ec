"""The store: everything made, under the fingerprint of all that decided it, made once."""

from __future__ import annotations

import mimetypes
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.storage import layout
from castad_cli.storage.collect import Collected, collect
from castad_cli.storage.folder import FolderObjects
from castad_cli.storage.layout import Blob, Made
from castad_cli.storage.objects import DamagedObjectError, Objects


@dataclass(frozen=True)
class MadeInfo:
    """One line of `castad cache list`.

    ``size`` in bytes; ``age_s`` seconds since its last use, or since it was made where uses are not noted.
    """

    kind: str
    fingerprint: str
    size: int
    age_s: float


@dataclass(frozen=True)
class StoreCondition:
    """What `Store.check` found.

    ``creates_once``: of two writers of one object, the second is refused. ``skew_s`` is how far its clock is from ours.
    """

    creates_once: bool
    skew_s: float


@dataclass(frozen=True)
class Store:
    """A content-addressed store at ``url``. Picklable: another process opens it anew.

    A thing is visible once its manifest is written, which is last; a half-written thing is never visible.
    All that does not answer, refuses or is full raises `EnvironmentNotReady`.
    """

    url: str
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def objects(self) -> Objects:
        if folder := local_folder(self.url):
            return FolderObjects(folder)
        from castad_cli.storage.remote import RemoteObjects

        return RemoteObjects(self.url, dict(self.options))

    def __getstate__(self) -> dict[str, Any]:
        return {"url": self.url, "options": self.options}

    @property
    def remote(self) -> bool:
        """Whether it lies elsewhere than in a folder of this machine."""
        return local_folder(self.url) is None

    def put(
        self, kind: str, fingerprint: str, files: Mapping[str, Path], facts: Mapping[str, Any] | None = None
    ) -> Made:
        """Store files and facts under a fingerprint; what the store then holds under it.

        Idempotent. When another client was first, its thing stays and is returned: equal fingerprints mean
        equal worth. ``facts`` are small JSON values.
        """
        key = layout.made_key(kind, fingerprint)
        facts = dict(facts or {})
        layout.encode(Made(kind, fingerprint, {name: Blob("0" * 64, 0) for name in files}, facts))
        made = Made(kind, fingerprint, {name: self.objects.put_blob(path) for name, path in files.items()}, facts)
        manifest = layout.encode(made)
        standing = self.objects.create(key, manifest)
        if standing is None or standing == manifest:
            return made
        other = layout.decode(kind, fingerprint, standing)
        if other and self._is_whole(other):
            return other
        self.objects.replace(key, manifest)
        return made

    def get(self, kind: str, fingerprint: str) -> Made | None:
        """What stands under a fingerprint; None when nothing does, or not all of it."""
        key = layout.made_key(kind, fingerprint)
        manifest = self.objects.read(key)
        made = layout.decode(kind, fingerprint, manifest) if manifest is not None else None
        if made is None or not self._is_whole(made):
            return None
        self.objects.touch(key)
        return made

    def get_many(self, kind: str, fingerprints: Iterable[str]) -> dict[str, Made]:
        """`get` for many: those that stand, by fingerprint. A remote store is asked in parallel."""
        wanted = list(dict.fromkeys(fingerprints))
        if self.objects.parallel == 1 or len(wanted) < 2:
            found = [self.get(kind, fingerprint) for fingerprint in wanted]
        else:
            self.objects.read(layout.made_key(kind, "0" * 64))  # opens the connection once, and fails once
            with ThreadPoolExecutor(self.objects.parallel) as pool:
                found = list(pool.map(lambda fingerprint: self.get(kind, fingerprint), wanted))
        return {made.fingerprint: made for made in found if made is not None}

    def fetch(self, made: Made, name: str, to: Path) -> Path:
        """One of a thing's files at ``to``, its bytes verified; ``to``.

        In a folder store a hard link where possible, so never write into the file; replace it. ``to`` is
        replaced at once or not at all.

        Raises:
            DamagedObjectError: the bytes are missing or changed. The thing has been taken out of the store.
        """
        try:
            self.objects.take_blob(made.files[name], to)
        except DamagedObjectError:
            self.forget(made.kind, made.fingerprint)
            raise
        return to

    def place(self, made: Made, name: str, path: str) -> str:
        """Copy one of a thing's files to ``out/<path>`` in the store, without downloading it; its address.

        Raises:
            DamagedObjectError: the bytes are missing. The thing has been taken out of the store.
        """
        try:
            return self.objects.copy_blob(made.files[name], layout.out_key(path))
        except DamagedObjectError:
            self.forget(made.kind, made.fingerprint)
            raise

    def public_url(self, made: Made, name: str, expires_s: int, *, endpoint_url: str = "") -> str | None:
        """An address under which anyone may read one of a thing's files for ``expires_s`` seconds (a week at most).

        None where the store cannot give one, as a folder cannot. It says the file's own content type. ``endpoint_url``
        is where outsiders reach the bucket, if that is not where we do; the address is a secret while it holds.
        """
        key = layout.blob_key(made.files[name].sha256)
        return self.objects.public_url(key, expires_s, mimetypes.guess_type(name)[0] or "", endpoint_url)

    def public_out_url(self, address: str, expires_s: int, *, endpoint_url: str = "") -> str | None:
        """`public_url` of a copy for people, by the ``address`` that `place` gave."""
        path = address.removeprefix(f"{self.url.rstrip('/')}/{layout.OUT}/")
        if path == address:
            return None
        kind = mimetypes.guess_type(path)[0] or ""
        return self.objects.public_url(layout.out_key(path), expires_s, kind, endpoint_url)

    def forget(self, kind: str, fingerprint: str) -> None:
        """Take a thing out of the store; its bytes go when garbage is collected."""
        self.objects.remove([layout.made_key(kind, fingerprint)])

    def list(self) -> Iterator[MadeInfo]:
        """All that stands in the store, whole or not."""
        now = time.time()
        for info in self.objects.list_objects(layout.MADE):
            if named := layout.parse_made_key(info.key):
                made = layout.decode(*named, self.objects.read(info.key) or b"")
                if made:
                    yield MadeInfo(*named, made.size, max(0.0, now - info.used_at))

    def collect(
        self, older_than_s: float | None = None, max_bytes: int | None = None, *, dry_run: bool = False
    ) -> Collected:
        """Collect garbage: see `collect.collect`."""
        return collect(self.objects, older_than_s, max_bytes, dry_run=dry_run)

    def check(self) -> StoreCondition:
        """Write, read and remove a small object; in what condition the store is.

        Raises:
            EnvironmentNotReady: the store cannot be used.
        """
        key, data = f"{layout.TEMPORARY}/check-{secrets.token_hex(8)}", secrets.token_bytes(32)
        try:
            began = time.time()
            self.objects.create(key, data)
            ended = time.time()
            written = [info.used_at for info in self.objects.list_objects(layout.TEMPORARY) if info.key == key]
            standing = self.objects.create(key, b"another")
            read = self.objects.read(key)
        finally:
            self.objects.remove([key])
        if not written or read not in (data, b"another"):
            raise EnvironmentNotReady(
                f"{self.url} does not give back what was written to it", fix="check that store, or choose another"
            )
        early, late = began - 1 - written[0], written[0] - ended  # stores tell whole seconds
        return StoreCondition(creates_once=standing == data, skew_s=max(0.0, early, late))

    def _is_whole(self, made: Made) -> bool:
        return all(self.objects.has_blob(blob) for blob in made.files.values())


def local_folder(url: str) -> Path | None:
    """The folder that ``url`` names as a path or ``file://`` URL; None when it lies elsewhere."""
    if url.startswith("file://"):
        from urllib.request import url2pathname  # a whole HTTP client comes with it

        return Path(url2pathname(urlsplit(url).path))
    return None if re.match(r"[a-z][a-z0-9+.-]*://", url) else Path(url)


def open_store(url: str, options: Mapping[str, Any] | None = None) -> Store:
    """The store at ``url``: a folder's path, ``file://``, ``s3://bucket/prefix`` or any URL fsspec knows.

    ``options`` go to fsspec (``endpoint_url``, ``key``, ``secret``, …). Nothing is opened yet.

    Raises:
        UserError: no such kind of URL.
    """
    if folder := local_folder(url):
        if not url:
            raise UserError("no storage is named", fix="set CASTAD_STORAGE_URL to a folder or s3://bucket/prefix")
        url = str(folder.expanduser().absolute())
    else:
        from fsspec.registry import known_implementations

        protocol, _, rest = url.partition("://")
        if protocol not in known_implementations or protocol in ("http", "https"):
            raise UserError(f"nothing can be stored at {protocol}://", fix="use a folder's path or s3://bucket/prefix")
        if not rest.strip("/") and protocol != "memory":
            raise UserError(f"{url} names no bucket", fix="write it as s3://bucket/prefix")
    return Store(url, dict(options or {}))
