"""Objects in a bucket, or wherever else fsspec reaches. S3 gets what only S3 has.

What is known of s3fs and of S3 here was measured: an exception inside ``open(…, "wb")`` still publishes the
truncated object, so nothing is written that way; the listings cache reports existing objects as missing, so
it is off; an ETag is no content hash, so the SHA-256 goes with every object.
"""

from __future__ import annotations

import base64
import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from castad_cli.storage.folder import partial_path
from castad_cli.storage.hashing import hash_file
from castad_cli.storage.layout import Blob, blob_key
from castad_cli.storage.objects import DamagedObjectError, ObjectInfo, Objects
from castad_cli.storage.trouble import StoreSilent, error_code, folder_trouble, remote_trouble

T = TypeVar("T")

_PART = 16 << 20
"""Bytes of one part of a multipart upload; what is smaller than two parts goes up in one request."""
_AT_ONCE = 4
_DELETE_AT_ONCE = 1000
PATIENCE_S = 60.0
"""How long a store that has answered before may stay away: the time that a restart takes."""
_NO_CONDITIONS = {"NotImplemented", "501"}
_MEMORY = threading.RLock()
_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}


class RemoteObjects(Objects):
    """Objects below ``url``, through fsspec with ``options``."""

    parallel = 16

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        self.url = url.rstrip("/")
        self.options = options
        self._creates = True
        self._has_answered = False

    @cached_property
    def _place(self) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        fs, root = url_to_fs(self.url, **{"use_listings_cache": False, **self.options})
        return fs, root.rstrip("/")

    @property
    def _fs(self) -> Any:
        return self._place[0]

    @cached_property
    def _s3(self) -> bool:
        protocol = self._fs.protocol
        return "s3" in ((protocol,) if isinstance(protocol, str) else protocol)

    @property
    def _turn(self) -> AbstractContextManager[Any]:
        """For fsspec's memory: its files have one position for all readers, its create is a look and a write."""
        return _MEMORY if "memory" in self._fs.protocol else contextlib.nullcontext()

    def _path(self, key: str) -> str:
        return f"{self._place[1]}/{key}"

    def put_blob(self, path: Path) -> Blob:
        blob = Blob(hash_file(path), path.stat().st_size)
        self._patiently("write to", lambda: self._upload(path, blob))
        return blob

    def _upload(self, path: Path, blob: Blob) -> None:
        target = self._path(blob_key(blob.sha256))
        for _ in range(3):
            standing = self._verdict(blob)
            self._has_answered = True
            if standing:
                return
            if standing is False:
                self._forget(target)
            self._create(self._fs.put_file, str(path), target, **self._upload_options(blob))
        if not self._verdict(blob):
            raise OSError(f"{target} was written, but what stands there has another checksum")

    def _patiently(self, what: str, work: Callable[[], T]) -> T:
        """``work``'s value; it is done again while a store that has answered before is away, so it must be idempotent.

        A store that was never reached is told at once: waiting helps nobody who mistyped its address.
        """
        deadline, pause_s = time.monotonic() + PATIENCE_S, 0.2
        while True:
            try:
                with remote_trouble(self.url, what, str(self.options.get("endpoint_url") or "")):
                    with self._turn:
                        value = work()
                    self._has_answered = True
                    return value
            except StoreSilent:
                if not self._has_answered or time.monotonic() + pause_s > deadline:
                    raise
                time.sleep(pause_s * random.uniform(0.5, 1.0))
                pause_s = min(3.0, pause_s * 2)

    def _upload_options(self, blob: Blob) -> dict[str, Any]:
        if not self._s3:
            return {}
        options: dict[str, Any] = {"chunksize": _PART, "max_concurrency": _AT_ONCE, "Metadata": {"sha256": blob.sha256}}
        if blob.size < 2 * _PART:  # one request: the server checks the bytes before it keeps them
            options["ChecksumSHA256"] = base64.b64encode(bytes.fromhex(blob.sha256)).decode()
        return options

    def _verdict(self, blob: Blob) -> bool | None:
        """Whether the blob's object is right (True), wrong (False) or not there (None), by all the server tells."""
        path = self._path(blob_key(blob.sha256))
        try:
            if not self._s3:
                return bool(self._fs.info(path)["size"] == blob.size)
            bucket, key, _ = self._fs.split_path(path)
            head = self._fs.call_s3("head_object", Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        except FileNotFoundError as error:
            if error_code(error) == "NoSuchBucket":
                raise
            return None
        told = {head.get("Metadata", {}).get("sha256")}
        checksum = head.get("ChecksumSHA256", "")
        if checksum and "-" not in checksum:  # with a "-" it is a hash of the parts' hashes
            told.add(base64.b64decode(checksum).hex())
        return head["ContentLength"] == blob.size and told == {blob.sha256}

    def has_blob(self, blob: Blob) -> bool:
        return self._patiently("read", lambda: self._verdict(blob) is True)

    def take_blob(self, blob: Blob, to: Path) -> None:
        source = self._path(blob_key(blob.sha256))
        temporary = partial_path(to)
        with folder_trouble(to.parent, f"write {to.name}"):
            to.parent.mkdir(parents=True, exist_ok=True)
            temporary.touch()
        try:
            for _ in range(2):  # a second look tells a damaged object from a damaged transfer
                self._patiently("read", lambda: self._download(source, temporary))
                if hash_file(temporary) == blob.sha256:
                    with folder_trouble(to.parent, f"write {to.name}"):
                        temporary.replace(to)
                    return
        finally:
            temporary.unlink(missing_ok=True)
        self._forget(source)
        raise DamagedObjectError.damaged(source)

    def _download(self, source: str, to: Path) -> None:
        try:
            self._fs.get_file(source, str(to))
        except FileNotFoundError as error:
            if error_code(error) == "NoSuchBucket":
                raise
            raise DamagedObjectError.missing(source) from error
        except OSError as error:
            if error.filename or error_code(error) or error.errno is None or isinstance(error, ConnectionError):
                raise
            with folder_trouble(to.parent, f"write {to.name}"):
                raise

    def copy_blob(self, blob: Blob, key: str) -> str:
        target = self._path(key)

        def copy() -> None:
            self._make_parent(key)
            try:
                self._fs.cp_file(self._path(blob_key(blob.sha256)), target)
            except FileNotFoundError as error:
                if error_code(error) == "NoSuchBucket":
                    raise
                raise DamagedObjectError.missing(blob_key(blob.sha256)) from error

        self._patiently("write to", copy)
        return f"{self.url}/{key}"

    def read(self, key: str) -> bytes | None:
        def read() -> bytes | None:
            try:
                return bytes(self._fs.cat_file(self._path(key)))
            except FileNotFoundError as error:
                if error_code(error) == "NoSuchBucket":
                    raise
                return None

        return self._patiently("read", read)

    def create(self, key: str, data: bytes) -> bytes | None:
        def create() -> bool:
            self._make_parent(key)
            return (self._creates or not self._fs.exists(self._path(key))) and self._create(
                self._fs.pipe_file, self._path(key), data
            )

        for _ in range(3):
            if self._patiently("write to", create):
                return None
            if (standing := self.read(key)) is not None:
                return standing
        self.replace(key, data)  # it comes and goes: another client removes it as we write
        return None

    def _create(self, write: Callable[..., Any], *arguments: Any, **options: Any) -> bool:
        """Write unless something stands there; whether it was written.

        A server that knows no conditional writes says so once, and is written to without from then on: what is
        written under a fingerprint is worth the same whoever writes it last.
        """
        if self._creates:
            try:
                write(*arguments, mode="create", **options)
                return True
            except Exception as error:
                if _is_taken(error):
                    return False
                if error_code(error) not in _NO_CONDITIONS:
                    raise
                self._creates = False
        write(*arguments, **options)
        return True

    def replace(self, key: str, data: bytes) -> None:
        def replace() -> None:
            self._make_parent(key)
            self._fs.pipe_file(self._path(key), data)

        self._patiently("write to", replace)

    def _make_parent(self, key: str) -> None:
        if not self._s3:
            self._fs.makedirs(self._path(key).rpartition("/")[0], exist_ok=True)

    def public_url(self, key: str, expires_s: int, content_type: str = "", endpoint_url: str = "") -> str | None:
        """Signed for the host that is asked: a signature holds for no other name of the same server."""
        if not self._s3 or self.options.get("anon"):
            return None
        # Version 4 is said: left to choose, botocore signs with version 2, which newer buckets refuse.
        configured = {"signature_version": "s3v4", **self.options.get("config_kwargs", {})}
        options = {**self.options, "config_kwargs": configured}
        if endpoint_url:
            options["endpoint_url"] = endpoint_url
        shown = {"ResponseContentType": content_type} if content_type else {}
        with remote_trouble(self.url, "sign an address in"):
            return str(type(self._fs)(**options).url(self._path(key), expires=expires_s, **shown))

    def touch(self, key: str) -> None:
        """Does nothing: in a bucket, noting a use would mean writing the object again."""

    def list_objects(self, prefix: str) -> Iterator[ObjectInfo]:
        found = self._patiently("list", lambda: self._fs.find(self._path(prefix), detail=True))
        root = self._place[1]
        for path, facts in sorted(found.items()):
            written = facts.get("LastModified") or facts.get("last_modified") or facts.get("created")
            used_at = written if isinstance(written, float) else written.timestamp() if written else time.time()
            key = path.removeprefix(root).lstrip("/")
            if key and not path.endswith("/"):  # some servers list the prefix itself, as a folder
                yield ObjectInfo(key, int(facts["size"] or 0), used_at)

    def remove(self, keys: Sequence[str]) -> None:
        def remove(some: Sequence[str]) -> None:
            if self._s3:
                self._delete([self._path(key) for key in some])
            else:
                for key in some:
                    self._forget(self._path(key))

        for start in range(0, len(keys), _DELETE_AT_ONCE):
            self._patiently("remove from", partial(remove, keys[start : start + _DELETE_AT_ONCE]))

    def _delete(self, paths: list[str]) -> None:
        bucket = self._fs.split_path(paths[0])[0]
        objects = [{"Key": self._fs.split_path(path)[1]} for path in paths]
        answer = self._fs.call_s3("delete_objects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        if failed := answer.get("Errors"):
            raise OSError(f"{failed[0].get('Code')}: {failed[0].get('Message')} ({failed[0].get('Key')})")

    def _forget(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(path)

    def sweep(self, older_than_s: float, *, dry_run: bool) -> int:
        """Abort multipart uploads that a killed client left; they cost money and are seen in no listing."""
        if not self._s3:
            return 0
        bucket, prefix, _ = self._fs.split_path(self._path(""))
        before = time.time() - older_than_s
        left = [
            upload
            for upload in self._patiently("sweep", lambda: list(self._uploads(bucket, prefix)))
            if upload["Initiated"].timestamp() < before
        ]
        for upload in left if not dry_run else ():
            self._patiently("sweep", partial(self._abort, bucket, upload["Key"], upload["UploadId"]))
        return len(left)

    def _abort(self, bucket: str, key: str, upload: str) -> None:
        try:
            self._fs.call_s3("abort_multipart_upload", Bucket=bucket, Key=key, UploadId=upload)
        except Exception as error:  # it came to its end, or another sweep was quicker
            if error_code(error) != "NoSuchUpload":
                raise

    def _uploads(self, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
        """Every multipart upload under way below ``prefix``; the server tells a thousand at a time."""
        more: dict[str, str] = {}
        while True:
            answer = self._fs.call_s3("list_multipart_uploads", Bucket=bucket, Prefix=prefix, **more)
            yield from answer.get("Uploads") or ()
            if not answer.get("IsTruncated") or not answer.get("NextKeyMarker"):
                return
            more = {"KeyMarker": answer["NextKeyMarker"], "UploadIdMarker": answer.get("NextUploadIdMarker", "")}


def _is_taken(error: Exception) -> bool:
    """Whether create-if-absent failed because something stands there (or is just being written)."""
    return isinstance(error, FileExistsError) or error_code(error) in _TAKEN
