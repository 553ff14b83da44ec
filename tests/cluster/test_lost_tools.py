"""The real browser and the real FFmpeg of a cluster's worker, killed while it makes real ads."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from postgres_server import PostgresServer, create_database

from castad_cli.records import upgrade
from castad_cli.render.machine.process import run
from castad_cli.render.machine.tools import find_ffmpeg
from castad_cli.storage import open_store

from .conftest import Cluster, Driver, until

ADS = 3
LIMIT_S = 240.0


@pytest.fixture
def real_cluster(tmp_path: Path, isolated_environment: dict[str, str], postgres: PostgresServer) -> Iterator[Cluster]:
    """A scheduler and one worker as `castad worker` starts it."""
    url = create_database(postgres.url)
    upgrade(url)
    cluster = Cluster(tmp_path, isolated_environment, url)
    try:
        cluster.start_scheduler()
        cluster.workers.append(cluster.start("-m", "castad_cli", "worker"))
        yield cluster
    finally:
        cluster.close()


def write_recipes(folder: Path, castad: Callable[..., Any]) -> Path:
    """Recipes that begin with a clip: it is decoded by the program."""
    castad("init", str(folder), "--template", "horizon")
    sea = ["-f", "lavfi", "-i", "testsrc2=s=1080x1080:r=30:d=8", "-pix_fmt", "yuv420p", str(folder / "assets/sea.mp4")]
    run([str(find_ffmpeg()), "-v", "error", *sea], timeout_s=LIMIT_S)
    recipe = folder / "recipe.yaml"
    text = recipe.read_text("utf-8").replace("duration: 15s", "duration: 6s").replace("[reel, square]", "[square]")
    text = text.replace("assets/sea.jpg", "assets/sea.mp4")
    for number in range(ADS):
        own = text.replace("Haneul Guesthouse", f"House {number}").replace("seed: 7", f"seed: {number}")
        (folder / f"house{number}.yaml").write_text(own.replace(f'name: "{folder.name}"', f"name: house{number}"))
    recipe.unlink()
    return folder


def kill_one(cluster: Cluster, names: tuple[str, ...], driver: Driver) -> None:
    """SIGKILL the first process that the worker has and that is called so, once it renders."""
    until(
        "the worker renders",
        lambda: (
            driver.process.poll() is not None
            or any(each["event"] == "stage.started" and each["stage"] == "render" for each in list(driver.events))
        ),
    )
    worker = psutil.Process(cluster.workers[0].pid)
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end and driver.process.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in worker.children(recursive=True):
                if child.name().startswith(names):
                    child.kill()
                    return
        time.sleep(0.005)
    pytest.fail(f"no {names[0]} was seen: {driver.events[-3:]} {cluster.complaints()}")


def test_a_killed_browser_and_a_killed_ffmpeg_cost_nothing_but_time(real_cluster: Cluster) -> None:
    cluster = real_cluster

    def castad(*arguments: str) -> None:
        assert cluster.start("-m", "castad_cli", *arguments).wait(LIMIT_S) == 0, cluster.complaints()

    recipes = write_recipes(cluster.folder / "houses", castad)
    out = cluster.folder / "out"
    driver = Driver(
        cluster.start("-m", "castad_cli", "batch", str(recipes), "--quality", "draft", "--json", "--out", str(out))
    )
    kill_one(cluster, ("ffmpeg",), driver)
    driver.wait_done(1)
    kill_one(cluster, ("chrome", "chromium", "headless"), driver)
    kill_one(cluster, ("ffmpeg",), driver)
    driver.process.wait(LIMIT_S)
    summary = driver.end()
    assert (summary["done"], summary["failed"], driver.process.returncode) == (ADS, 0, 0), driver.events[-4:]
    store = open_store(cluster.environment["CASTAD_STORAGE_URL"])
    records = cluster.records()
    try:
        renditions = records.renditions(records.run("last").id)
    finally:
        records.close()
    assert len(renditions) == ADS
    for rendition in renditions:
        assert Path(rendition.path).stat().st_size > 10_000
        made = store.get("rendition", rendition.fingerprint)
        assert made is not None
        for name in made.files:
            store.fetch(made, name, cluster.folder / "fetched")
    cluster.stop_workers()
    until("no browser and no FFmpeg is left", lambda: not cluster.left(), 30)
