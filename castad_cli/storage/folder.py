"""Objects in a folder of this machine: hard links, atomic renames, fsync."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from castad_cli.storage.hashing import hash_file
from castad_cli.storage.layout import TEMPORARY, Blob, blob_key
from castad_cli.storage.objects import DamagedObjectError, ObjectInfo, Objects
from castad_cli.storage.trouble import folder_trouble

_CHUNK = 1 << 20
_NO_LINKS = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES, errno.EINVAL}
_TOUCH_EVERY_S = 60.0


class FolderObjects(Objects):
    """A folder. An object is written under ``tmp/``, flushed to disk, then linked into its place."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_blob(self, path: Path) -> Blob:
        with path.open("rb") as source, folder_trouble(self.root, "write to the store"):
            temporary = self._temporary()
            try:
                digest = hashlib.sha256()
                size = 0
                with temporary.open("xb") as target:
                    while chunk := source.read(_CHUNK):
                        digest.update(chunk)
                        target.write(chunk)
                        size += len(chunk)
                    target.flush()
                    os.fsync(target.fileno())
                blob = Blob(digest.hexdigest(), size)
                final = self._path(blob_key(blob.sha256))
                if not _link_new(temporary, final):
                    if hash_file(final) == blob.sha256:
                        os.utime(final)  # in use again: garbage collection leaves it
                    else:
                        temporary.replace(final)
                _flush_folder(final.parent)
                return blob
            finally:
                temporary.unlink(missing_ok=True)

    def has_blob(self, blob: Blob) -> bool:
        try:
            return self._path(blob_key(blob.sha256)).stat().st_size == blob.size
        except OSError:
            return False

    def take_blob(self, blob: Blob, to: Path) -> None:
        source = self._path(blob_key(blob.sha256))
        with folder_trouble(self.root, "read the store"):
            try:
                sound = source.stat().st_size == blob.size and hash_file(source) == blob.sha256
            except FileNotFoundError as error:
                raise DamagedObjectError.missing(source) from error
        if not sound:
            with folder_trouble(self.root, "remove a damaged file from the store"):
                source.unlink(missing_ok=True)
            raise DamagedObjectError.damaged(source)
        with folder_trouble(to.parent, f"write {to.name}"):
            to.parent.mkdir(parents=True, exist_ok=True)
            if to.exists() and to.samefile(source):
                return
            temporary = partial_path(to)
            try:
                if not _link(source, temporary):
                    _copy(source, temporary)
                temporary.replace(to)
            finally:
                temporary.unlink(missing_ok=True)  # rename(2) does nothing between two names of one file

    def copy_blob(self, blob: Blob, key: str) -> str:
        self.take_blob(blob, self._path(key))
        return str(self._path(key))

    def read(self, key: str) -> bytes | None:
        with folder_trouble(self.root, "read the store"):
            try:
                return self._path(key).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def create(self, key: str, data: bytes) -> bytes | None:
        with self._written(data) as temporary:
            final = self._path(key)
            if _link_new(temporary, final):
                _flush_folder(final.parent)
                return None
        return self.read(key)

    def replace(self, key: str, data: bytes) -> None:
        with self._written(data) as temporary:
            final = self._path(key)
            final.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(final)
            _flush_folder(final.parent)

    def touch(self, key: str) -> None:
        path = self._path(key)
        with contextlib.suppress(OSError):  # a read-only store is still a store
            if time.time() - path.stat().st_mtime > _TOUCH_EVERY_S:
                os.utime(path)

    def list_objects(self, prefix: str) -> Iterator[ObjectInfo]:
        start = self._path(prefix)
        for folder, folders, names in os.walk(start):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                with contextlib.suppress(FileNotFoundError):
                    facts = path.stat()
                    yield ObjectInfo(path.relative_to(self.root).as_posix(), facts.st_size, facts.st_mtime)

    def remove(self, keys: Sequence[str]) -> None:
        with folder_trouble(self.root, "remove from the store"):
            for key in keys:
                self._path(key).unlink(missing_ok=True)

    def sweep(self, older_than_s: float, *, dry_run: bool) -> int:
        before = time.time() - older_than_s
        left = [info.key for info in self.list_objects(TEMPORARY) if info.used_at < before]
        if not dry_run:
            self.remove(left)
        return len(left)

    def _path(self, key: str) -> Path:
        return self.root / key

    def _temporary(self) -> Path:
        folder = self.root / TEMPORARY
        folder.mkdir(parents=True, exist_ok=True)
        return folder / secrets.token_hex(8)

    @contextlib.contextmanager
    def _written(self, data: bytes) -> Iterator[Path]:
        with folder_trouble(self.root, "write to the store"):
            temporary = self._temporary()
            try:
                with temporary.open("xb") as target:
                    target.write(data)
                    target.flush()
                    os.fsync(target.fileno())
                yield temporary
            finally:
                temporary.unlink(missing_ok=True)


def partial_path(to: Path) -> Path:
    """A hidden name beside ``to`` for writing it before it is renamed into place; never over 255 bytes."""
    return to.with_name(f".{to.name[:40]}.{secrets.token_hex(6)}.part")


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems cannot flush a folder
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _link(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True


def _link_new(temporary: Path, final: Path) -> bool:
    """Give ``temporary`` the name ``final`` unless that is taken; whether it was free."""
    final.parent.mkdir(parents=True, exist_ok=True)
    try:
        if _link(temporary, final):
            return True
    except FileExistsError:
        return False
    if final.exists():
        return False
    temporary.replace(final)  # no hard links here: two writers at once both leave a whole file
    return True


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("xb") as writer:
        shutil.copyfileobj(reader, writer, _CHUNK)
        writer.flush()
        os.fsync(writer.fileno())
