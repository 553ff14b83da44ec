"""An asset in a bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from castad_cli.errors import EnvironmentNotReady
from castad_cli.storage.answer import Answer, NotUsableError, UnreachableError, Validators
from castad_cli.storage.trouble import error_code, remote_trouble

_CHUNK = 8 << 20


def open_s3(url: str, options: Mapping[str, Any], known: Validators) -> Answer | None:
    """The answer to asking for ``s3://bucket/key``; None when it is still what ``known`` says.

    Raises:
        UnreachableError: the server does not answer.
        NotUsableError: no such object, or no access.
    """
    import fsspec

    fs = fsspec.filesystem("s3", **{"use_listings_cache": False, **options})
    bucket, key, _ = fs.split_path(url)
    if not key or key.endswith("/"):
        raise NotUsableError("this names no object", "write it as s3://bucket/path/file.jpg")
    head = _call(fs, url, "head_object", Bucket=bucket, Key=key)
    validators = Validators(etag=str(head.get("ETag", "")), last_modified=str(head.get("LastModified", "")))
    if known and validators == known:
        return None
    return Answer(
        validators=validators,
        content_type=str(head.get("ContentType", "")).partition(";")[0],
        size=int(head["ContentLength"]),
        chunks=_read(fs, url, bucket, key, int(head["ContentLength"]), validators.etag),
    )


def _read(fs: Any, url: str, bucket: str, key: str, size: int, etag: str) -> Iterator[bytes]:
    """Piece by piece, all of one version: ``IfMatch`` refuses the rest when the object changes meanwhile."""
    for start in range(0, size, _CHUNK):
        end = min(start + _CHUNK, size) - 1
        answer = _call(fs, url, "get_object", Bucket=bucket, Key=key, Range=f"bytes={start}-{end}", IfMatch=etag)
        with remote_trouble(url, "read"):
            from fsspec.asyn import sync

            yield bytes(sync(fs.loop, answer["Body"].read))


def _call(fs: Any, url: str, method: str, **arguments: Any) -> Any:
    try:
        with remote_trouble(url, "read"):
            try:
                return fs.call_s3(method, **arguments)
            except FileNotFoundError as error:
                if error_code(error) == "NoSuchBucket":
                    raise NotUsableError("there is no such bucket", "correct the address") from error
                raise NotUsableError("nothing is there (404)", "correct the address") from error
            except PermissionError as error:
                raise NotUsableError(
                    "access is refused (403)",
                    "check CASTAD_STORAGE_KEY, CASTAD_STORAGE_SECRET and what that key may read",
                ) from error
    except EnvironmentNotReady as error:
        if error_code(error) == "PreconditionFailed":
            raise UnreachableError("it changed while it was read") from error
        if "no credentials" in error.message:
            raise NotUsableError("no credentials to read it with", error.fix) from error
        raise UnreachableError(error.message.rpartition(": ")[2], again=False) from error  # s3fs tried often already
