"""Assets between machines: by their bytes, whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from castad_cli.errors import UserError
from castad_cli.model.plan import Asset, BrandSpec, MediaSpec, RenderTask
from castad_cli.run.cluster.assets import assets_of, find_here, ship, with_assets
from castad_cli.settings import Settings
from castad_cli.storage import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache_folder=tmp_path / "worker", storage_url=str(tmp_path / "store"))


@pytest.fixture
def photo(tmp_path: Path) -> Asset:
    path = tmp_path / "driver" / "Sea.JPG"
    path.parent.mkdir()
    path.write_bytes(b"a photograph")
    return Asset("assets/Sea.JPG", str(path), hashlib.sha256(b"a photograph").hexdigest(), "photo")


def test_every_asset_of_a_task_is_found_and_changed(photo: Asset) -> None:
    logo = replace(photo, src="logo.svg", kind="vector")
    brand = BrandSpec("inn", "#000000", "#ff0000", "#ffffff", logo=logo)
    task = RenderTask(
        "f" * 64, "reel", "ko", "draft", "horizon", Fraction(6), brand, "", (MediaSpec(photo),), (), "s", None
    )
    assert {asset.src for asset in assets_of(task)} == {"assets/Sea.JPG", "logo.svg"}
    moved = with_assets(task, lambda asset: replace(asset, path="/elsewhere"))
    assert {asset.path for asset in assets_of(moved)} == {"/elsewhere"}
    assert replace(moved, brand=brand, media=task.media) == task
    assert with_assets(task, lambda asset: asset) is task


def test_a_file_that_is_here_is_used_where_it_is(photo: Asset, store: Store, settings: Settings) -> None:
    assert find_here(photo, store, settings) is photo


def test_a_file_of_another_machine_comes_from_the_store_once(photo: Asset, store: Store, settings: Settings) -> None:
    ship(photo, store)
    ship(photo, store)
    Path(photo.path).unlink()
    found = find_here(photo, store, settings)
    assert Path(found.path).read_bytes() == b"a photograph"
    assert found.path.endswith(".jpg")
    store.forget("asset", photo.sha256)
    assert find_here(photo, store, settings) == found


def test_another_file_of_the_same_name_is_not_taken_for_it(photo: Asset, store: Store, settings: Settings) -> None:
    ship(photo, store)
    Path(photo.path).write_bytes(b"another photograph")
    found = find_here(photo, store, settings)
    assert Path(found.path).read_bytes() == b"a photograph"


def test_what_is_nowhere_is_a_clear_error(photo: Asset, store: Store, settings: Settings) -> None:
    Path(photo.path).unlink()
    with pytest.raises(UserError, match="not in the store") as error:
        find_here(photo, store, settings)
    assert "CASTAD_STORAGE_URL" in error.value.fix
