"""Turns what operating systems and object stores complain of into errors a person can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from castad_cli.errors import CastadError, EnvironmentNotReady, UserError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_CUT_OFF = {
    *("HTTPClientError", "FSTimeoutError", "TimeoutError", "ConnectionError", "ClientConnectorError"),
    *("ClientPayloadError", "ServerDisconnectedError", "ResponseStreamingError", "IncompleteReadError"),
}
"""Exceptions, of several libraries, that mean a server is not there or went away in mid-answer."""
_BUSY = {
    *("InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout", "Throttling", "OperationAborted"),
    "NoSuchUpload",  # an upload in parts that the server forgot as it was restarted: the next one begins anew
}
"""Codes of S3 for what passes. Source: Amazon S3 API reference, error responses."""
_SETTING = "or set CASTAD_STORAGE_URL (--storage) to another place"


@contextmanager
def folder_trouble(folder: Path, what: str) -> Iterator[None]:
    """Name ``folder`` and the remedy when the disk is full, writing is refused or the like.

    ``what`` completes "cannot …", as in "write to the store".
    """
    try:
        yield
    except OSError as error:
        raise explain(error, folder, what) from error


def explain(error: OSError, folder: Path, what: str) -> CastadError:
    """The error to raise for ``error``, met while doing ``what`` in ``folder``."""
    if error.errno in _FULL:
        return EnvironmentNotReady(
            f"cannot {what}: the disk that holds {folder} is full",
            fix="free some space (`castad cache gc` removes what was not used lately), then run the same command again",
        )
    if error.errno == errno.EFBIG:
        return EnvironmentNotReady(
            f"cannot {what}: files in {folder} may not grow that large",
            fix="raise the limit on file size (`ulimit -f`), or use another file system",
        )
    if error.errno in _REFUSED:
        return EnvironmentNotReady(
            f"cannot {what}: no permission to write in {folder}",
            fix="allow writing there, or choose another folder",
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP):
        return UserError(
            f"cannot {what}: {folder} is not a usable folder ({error.strerror})", fix="choose another folder"
        )
    if error.errno == errno.EISDIR:
        return UserError(f"cannot {what}: a folder stands in the way in {folder}", fix="move that folder away")
    return EnvironmentNotReady(
        f"cannot {what} in {folder}: {error.strerror or error}", fix="check that disk, or choose another folder"
    )


class StoreSilent(EnvironmentNotReady):
    """The store does not answer, or only says that it cannot now: it may in a while."""


@contextmanager
def remote_trouble(url: str, what: str, endpoint: str = "") -> Iterator[None]:
    """Name the store at ``url`` and the remedy when it does not answer, refuses or does not exist.

    ``endpoint`` is the server that is asked, where it is not the provider's own.

    Raises:
        StoreSilent: the same may succeed in a while.
        EnvironmentNotReady: it will not until a person mends something.
    """
    try:
        yield
    except CastadError:
        raise
    except ImportError as error:
        raise EnvironmentNotReady(
            f"cannot {what}: {url.partition('://')[0]} storage needs a package that is not installed ({error})",
            fix="install it, " + _SETTING,
        ) from error
    except Exception as error:
        if explained := _explain_remote(error, url + (f" at {endpoint}" if endpoint else ""), what):
            raise explained from error
        raise


def _explain_remote(error: Exception, url: str, what: str) -> CastadError | None:
    code = error_code(error)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"}:
        return EnvironmentNotReady(
            f"cannot {what} {url}: no credentials",
            fix="set CASTAD_STORAGE_KEY and CASTAD_STORAGE_SECRET, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )
    if code in ("NoSuchBucket", "InvalidBucketName"):
        return EnvironmentNotReady(
            f"cannot {what} {url}: there is no such bucket", fix="create the bucket, " + _SETTING
        )
    if isinstance(error, PermissionError):
        return EnvironmentNotReady(
            f"cannot {what} {url}: the store refuses ({code or error})",
            fix="check CASTAD_STORAGE_KEY, CASTAD_STORAGE_SECRET and what that key may do with this bucket",
        )
    if code in _BUSY or _status(error) >= 500:
        return StoreSilent(
            f"cannot {what} {url}: the store says that it cannot now ({code or _status(error)})",
            fix="look at the store's own log, then run the same command again",
        )
    if kinds & _CUT_OFF:
        return StoreSilent(
            f"cannot {what} {url}: the store does not answer",
            fix="check the network and CASTAD_STORAGE_ENDPOINT_URL, then run the same command again",
        )
    if isinstance(error, OSError) or "BotoCoreError" in kinds or "ClientError" in kinds:
        return EnvironmentNotReady(
            f"cannot {what} {url}: {code or type(error).__name__}: {error}", fix="check the store, " + _SETTING
        )
    return None


def _status(error: BaseException) -> int:
    """The HTTP status behind ``error``; 0 when there is none."""
    cause: BaseException | None = error
    while cause is not None:
        response = getattr(cause, "response", None)
        if isinstance(response, dict):
            return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        cause = cause.__cause__
    return 0


def error_code(error: BaseException) -> str:
    """The S3 error code behind ``error``; empty when there is none."""
    cause: BaseException | None = error
    while cause is not None:
        response = getattr(cause, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code", ""))
        cause = cause.__cause__
    return ""
