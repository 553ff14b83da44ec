"""What a failed stage tells people: an exception turned into a `StageFailed` whose text says what to do."""

from __future__ import annotations

import errno
import traceback
from dataclasses import dataclass
from typing import Any

from castad_cli.errors import CastadError, NeedsReview, RenditionRejected, ToolError, UserError
from castad_cli.model.events import StageFailed
from castad_cli.model.place import Place


@dataclass(frozen=True, slots=True)
class Subject:
    """What was being worked on: an ad's stage; of a rendition its format and language; of a post its target.

    A target is written ``platform:account``.
    """

    ad: str
    stage: str
    format: str = ""
    language: str = ""
    target: str = ""

    @property
    def labels(self) -> dict[str, Any]:
        """As the fields that events share."""
        return {
            "ad": self.ad,
            "stage": self.stage,
            "format": self.format,
            "language": self.language,
            "target": self.target,
        }


def readable(error: BaseException) -> CastadError | None:
    """The error as one a person can act on, or None for a bug.

    The operating system's complaints (disk full, no permission, too many files) become errors that say what to do.
    """
    if isinstance(error, CastadError):
        return error
    if isinstance(error, OSError) and error.errno in _REMEDIES:
        what, fix = _REMEDIES[error.errno]
        where = error.filename2 or error.filename
        return _RefusalError(what, fix=fix, place=Place(str(where)) if where else None)
    if isinstance(error, MemoryError):
        return _RefusalError("out of memory", fix="close other programs, or render with --quality draft")
    return None


def describe_failure(error: BaseException, subject: Subject, *, at: float, renditions: int = 1) -> StageFailed:
    """The event that reports ``error``. Only a bug carries its traceback."""
    known = readable(error)
    if known is None:
        text = "".join(traceback.format_exception(error))
        kind = type(error).__name__
        said = f"{kind}: {error}" if str(error) else kind
        return StageFailed(at, **subject.labels, renditions=renditions, error=said, kind=kind, traceback=text)
    details: tuple[str, ...] = ()
    if isinstance(known, RenditionRejected):
        details = known.findings
    elif isinstance(known, ToolError) and known.stderr:
        details = tuple(known.stderr.strip().splitlines()[-6:])
    return StageFailed(
        at,
        **subject.labels,
        renditions=renditions,
        error=known.message,
        fix=known.fix,
        where=str(known.place or ""),
        kind=type(known).__name__ if known is error else type(error).__name__,
        exit_code=known.exit_code,
        details=details,
        place=known.place,
        review=isinstance(known, NeedsReview),
    )


class _RefusalError(UserError):
    """The operating system would not let us; a person can change that."""

    exit_code = 1


_SPACE = "free some space, or point --storage (or CASTAD_STORAGE_URL) and --out to a larger disk"
_RIGHTS = "choose a folder you may write to with --out and --storage, or change its permissions"
_REMEDIES: dict[int | None, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", _SPACE),
    errno.EDQUOT: ("the disk quota is used up", _SPACE),
    errno.EFBIG: ("a file grew beyond what this system allows", "raise the file size limit (`ulimit -f`)"),
    errno.EACCES: ("no permission", _RIGHTS),
    errno.EPERM: ("not permitted", _RIGHTS),
    errno.EROFS: ("the file system is read-only", _RIGHTS),
    errno.EEXIST: ("a file stands where a folder is needed", "move that file away, or choose another folder"),
    errno.ENOTDIR: ("a file stands where a folder is needed", "move that file away, or choose another folder"),
    errno.EMFILE: ("too many open files", "raise the limit (`ulimit -n 4096`)"),
    errno.ENFILE: ("too many open files on this machine", "close other programs"),
    errno.EIO: ("the disk reported an input/output error", "check the disk; choose another with --storage and --out"),
}
