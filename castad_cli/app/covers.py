"""Covers out of the store, made small, many at once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from castad_cli.errors import CastadError, EnvironmentNotReady
from castad_cli.report.thumbnails import size_for, thumbnail
from castad_cli.run.workshop import COVER
from castad_cli.storage import DamagedObjectError, Store

_FEW_ADS = 12
_MOST_FORMATS = 4

Small = tuple[str, tuple[int, int]]
"""A cover as a ``data:`` address, and the size to show it at."""


class Covers:
    """Small covers by their renditions' fingerprints.

    A cover that is missing, damaged or no picture is left out; a store that does not answer costs all that are still to
    come, and ``notify`` is told.
    """

    def __init__(self, store: Store, ads: int, notify: Callable[[str], None]) -> None:
        self.every = ads <= _FEW_ADS
        """Whether each rendition's cover is shown, or one of each ad."""
        self._size = size_for(ads * _MOST_FORMATS if self.every else max(ads, _FEW_ADS * _MOST_FORMATS))
        self._store, self._notify = store, notify
        self._found: dict[str, Small] = {}
        self._trouble: CastadError | None = None

    def load(self, fingerprints: Iterable[str]) -> None:
        """Fetch and shrink these."""
        with tempfile.TemporaryDirectory(prefix="castad-covers-") as folder:
            at_once = max(self._store.objects.parallel, os.cpu_count() or 1)
            with ThreadPoolExecutor(at_once) as pool:
                list(pool.map(lambda fingerprint: self._load(fingerprint, Path(folder)), fingerprints))
        if self._trouble is not None:
            self._notify(f"the report is without covers: {self._trouble.message}")

    def get(self, fingerprint: str) -> Small:
        """The cover; an empty address where there is none."""
        return self._found.get(fingerprint, ("", (0, 0)))

    def _load(self, fingerprint: str, folder: Path) -> None:
        if self._trouble is not None:
            return
        file = folder / f"{fingerprint}.jpg"
        try:
            made = self._store.get("rendition", fingerprint)
            if made is None or COVER not in made.files:
                return
            self._store.fetch(made, COVER, file)
            self._found[fingerprint] = thumbnail(file, self._size)
        except DamagedObjectError:
            return
        except EnvironmentNotReady as error:
            self._trouble = error
        except (OSError, ValueError):  # no picture
            return
        finally:
            file.unlink(missing_ok=True)
