"""A disk that fills up while a rendition is made, told as such whatever noticed it: a tool, a library or we."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from castad_cli.errors import ToolError
from castad_cli.storage.trouble import explain

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def disk_trouble(folder: Path) -> Iterator[None]:
    """Names ``folder`` and the remedy when what is done in it fails because nothing more can be written there.

    Raises:
        EnvironmentNotReady: the disk or the quota is full, or a file may not grow further.
    """
    try:
        yield
    except ToolError as error:
        number = _number_in(error)
        if number is None:
            raise
        raise explain(OSError(number, os.strerror(number)), folder, "write the video") from error
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise explain(error, folder, "write the video") from error


def _number_in(error: ToolError) -> int | None:
    """The system's number for what a tool said of the disk, if it did."""
    if error.status == -signal.SIGXFSZ:
        return errno.EFBIG
    said = f"{error.message}\n{error.stderr}"
    return next((number for number in _FULL if os.strerror(number) in said), None)
