"""What a server answers when asked for an asset."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Validators:
    """What tells one version of an asset from the next, as its server told it; empty where it did not."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True)
class Answer:
    """How the asset is known, its kind and size where told, and its bytes, to be read once and then closed."""

    validators: Validators
    content_type: str
    size: int | None
    chunks: Iterator[bytes]
    close: Callable[[], None] = lambda: None


class UnreachableError(Exception):
    """The asset's server does not answer now; what was fetched before may stand in.

    ``again``: asking again at once may help.
    """

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.again = again


class NotUsableError(Exception):
    """The asset cannot be had: says why, and what to do."""

    def __init__(self, why: str, fix: str) -> None:
        super().__init__(why)
        self.fix = fix
