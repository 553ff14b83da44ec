"""What a store stands on: named objects that appear whole or not at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from castad_cli.errors import CastadError
from castad_cli.storage.layout import Blob


class DamagedObjectError(CastadError):
    """Stored bytes are missing, or no longer the bytes they were; they have been taken out of the store.

    Making the same thing again puts it back: whoever catches this makes it again.
    """

    @classmethod
    def missing(cls, where: object) -> DamagedObjectError:
        return cls(f"{where} is missing from the store", fix="run the same command again")

    @classmethod
    def damaged(cls, where: object) -> DamagedObjectError:
        return cls(f"{where} was damaged and has been removed from the store", fix="run the same command again")


@dataclass(frozen=True)
class ObjectInfo:
    """An object as a listing shows it. ``used_at`` is seconds since the epoch: see `Objects.touch`."""

    key: str
    size: int
    used_at: float


class Objects(ABC):
    """A place for objects: a folder, a bucket. Keys are relative, with ``/``.

    Every method may be called from many threads and processes at once. What does not answer, refuses or is
    full raises `EnvironmentNotReady`.
    """

    parallel = 1
    """How many calls at once pay off."""

    @abstractmethod
    def put_blob(self, path: Path) -> Blob:
        """Store a file under the SHA-256 of its bytes. Idempotent.

        A blob that stands there already is success once its checksum matches; a damaged one is replaced.
        """

    @abstractmethod
    def has_blob(self, blob: Blob) -> bool:
        """Whether it stands there with its full size."""

    @abstractmethod
    def take_blob(self, blob: Blob, to: Path) -> None:
        """Put a blob at ``to``, whole and with its bytes verified, or leave ``to`` as it was.

        Raises:
            DamagedObjectError: it is missing or its bytes changed; a changed one has been removed.
        """

    @abstractmethod
    def copy_blob(self, blob: Blob, key: str) -> str:
        """Copy a blob to ``key``, over what stands there; its address."""

    @abstractmethod
    def read(self, key: str) -> bytes | None:
        """A small object's bytes; None when there is none."""

    @abstractmethod
    def create(self, key: str, data: bytes) -> bytes | None:
        """Write a small object unless one stands there: None when written, else the bytes standing there."""

    @abstractmethod
    def replace(self, key: str, data: bytes) -> None:
        """Write a small object over what stands there."""

    def public_url(self, key: str, expires_s: int, content_type: str = "", endpoint_url: str = "") -> str | None:
        """An address under which anyone may read an object until it expires; None where there is none to give."""
        return None

    @abstractmethod
    def touch(self, key: str) -> None:
        """Note that an object was used. Where a place cannot, ``used_at`` stays the time it was written."""

    @abstractmethod
    def list_objects(self, prefix: str) -> Iterator[ObjectInfo]:
        """All objects below ``prefix``."""

    @abstractmethod
    def remove(self, keys: Sequence[str]) -> None:
        """Remove objects; those already gone are no matter."""

    @abstractmethod
    def sweep(self, older_than_s: float, *, dry_run: bool) -> int:
        """Remove what interrupted writes left behind; how many."""
