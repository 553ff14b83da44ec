"""Assets between machines: a task's files by their bytes, put into the store by the driver, found again by a worker."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from castad_cli.errors import UserError
from castad_cli.model.plan import Asset
from castad_cli.storage.fetch import fetch, is_remote
from castad_cli.storage.hashing import hash_file

if TYPE_CHECKING:
    from castad_cli.settings import Settings
    from castad_cli.storage import Store

T = TypeVar("T")

KIND, NAME = "asset", "bytes"
"""Under which an asset stands in the store, by its SHA-256."""


def assets_of(value: Any) -> Iterator[Asset]:
    """Every asset in a task, however deep."""
    if isinstance(value, Asset):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from assets_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from assets_of(each)


def with_assets(value: T, change: Callable[[Asset], Asset]) -> T:
    """A task with every asset changed; itself where nothing is."""
    if isinstance(value, Asset):
        return change(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        changed = tuple(with_assets(each, change) for each in value)
        return value if all(a is b for a, b in zip(changed, value, strict=True)) else changed  # type: ignore[return-value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        new = {name: with_assets(each, change) for name, each in old.items()}
        different = {name: each for name, each in new.items() if each is not old[name]}
        return dataclasses.replace(value, **different) if different else value
    return value


def ship(asset: Asset, store: Store) -> None:
    """Put an asset's bytes into the store, unless they are there. What has a URL is fetched by each worker itself."""
    if not is_remote(asset.src) and store.get(KIND, asset.sha256) is None:
        store.put(KIND, asset.sha256, {NAME: Path(asset.path)}, {"src": PurePosixPath(asset.src).name})


def find_here(asset: Asset, store: Store, settings: Settings) -> Asset:
    """The asset as a file of this machine: where it is named, fetched from its URL, or from the store. Once a machine.

    Raises:
        UserError: its bytes are nowhere, or others than when the plan was made.
    """
    path = Path(asset.path)
    if _is(path, asset, settings):
        return asset
    kept = settings.assets_folder / "by-hash" / f"{asset.sha256}{path.suffix.lower()}"
    if _is(kept, asset, settings):
        return dataclasses.replace(asset, path=str(kept))
    if is_remote(asset.src):
        fetched = fetch(asset.src, settings.assets_folder, settings.storage_options, place=asset.place)
        if _is(fetched, asset, settings):
            return dataclasses.replace(asset, path=str(fetched))
        raise UserError(f"{asset.src} has changed since this run began", fix="run it again", place=asset.place)
    made = store.get(KIND, asset.sha256)
    if made is None:
        raise UserError(
            f"{asset.src} is not on this worker, and not in the store",
            fix="give driver and workers the same storage (CASTAD_STORAGE_URL)",
            place=asset.place,
        )
    kept.parent.mkdir(parents=True, exist_ok=True)
    store.fetch(made, NAME, kept)
    return dataclasses.replace(asset, path=str(kept))


def _is(path: Path, asset: Asset, settings: Settings) -> bool:
    try:
        return hash_file(path, settings.hashes_file) == asset.sha256
    except OSError:
        return False
