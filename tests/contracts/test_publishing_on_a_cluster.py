"""A batch of posts on a real Dask cluster with PostgreSQL, its workers killed at random: no duplicate, nothing lost.

The sample in the suite is small; ``CASTAD_TEST_KILLS=200 CASTAD_TEST_POSTS=30`` is the whole thing. Seeded, by
``CASTAD_TEST_SEED``, as far as processes can be.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fake_service import FakeService
from instagram import USER, InstagramFake
from publisher_contract import FACTS, cover, small_video
from sqlalchemy import create_engine, text
from tiktok import TikTokFake
from youtube import READ, UPLOAD, YouTubeFake

from castad_cli.errors import CastadError
from castad_cli.model.effects import post_key
from castad_cli.model.plan import (
    AdPlan,
    BrandSpec,
    Facts,
    Plan,
    PostTask,
    RenderTask,
    SceneSlots,
    ScriptTask,
    fingerprint,
)
from castad_cli.model.script import SlotLimit
from castad_cli.publish.credentials import about
from castad_cli.publish.keys import sealer_for
from castad_cli.publish.tokens import Tokens
from castad_cli.records import open_records
from castad_cli.records.effect_tables import Base
from castad_cli.settings import Settings, load_settings
from castad_cli.storage import open_store

__all__ = ["cover", "small_video"]

KILLS = int(os.environ.get("CASTAD_TEST_KILLS", "6"))
POSTS = int(os.environ.get("CASTAD_TEST_POSTS", "6"))
SEED = int(os.environ.get("CASTAD_TEST_SEED", "1"))
WORKERS = 3
PLATFORMS = ("youtube", "instagram", "tiktok")
SLOTS = (SceneSlots("opening", 0, SlotLimit(14)),)
ENDS_WITHIN_S = 900


class Forge:
    """The process that forks the cluster's: `cluster_forge`."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment, self.folder = environment, folder
        self.lock = threading.Lock()
        self.alive: list[int] = []
        self.number = 0
        self.errors = (folder / "errors.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("cluster_forge.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def order(self, **order: Any) -> dict[str, Any]:
        with self.lock:
            assert self.process.stdin
            assert self.process.stdout
            self.process.stdin.write(json.dumps({"environment": self.environment, **order}) + "\n")
            self.process.stdin.flush()
            return dict(json.loads(self.process.stdout.readline()))

    def scheduler(self) -> str:
        log = self.folder / "scheduler.log"
        self.alive.append(self.order(do="scheduler", log=str(log))["pid"])
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if log.exists() and "scheduler at " in (text := log.read_text()):
                return text.split("scheduler at ")[1].split()[0]
            time.sleep(0.05)
        raise AssertionError("no scheduler")

    def worker(self) -> int:
        self.number += 1
        pid = int(self.order(do="worker", name=f"w{self.number}", log=str(self.folder / "workers.log"))["pid"])
        self.alive.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        self.alive.remove(pid)
        self.order(do="kill", pid=pid)

    def close(self) -> None:
        for pid in list(self.alive):
            with suppress(Exception):
                self.kill(pid)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        self.errors.close()


@dataclass
class Stage:
    """Fakes of all three platforms, a store with every rendition, accounts, and the plan of posts."""

    fakes: dict[str, FakeService]
    settings: Settings
    plan: Plan
    forge: Forge
    finished: list[Any] = field(default_factory=list)

    def ledgers(self) -> dict[str, list[dict[str, Any]]]:
        return {name: fake.ledger for name, fake in self.fakes.items()}


def plan_of(posts: int) -> Plan:
    ads = []
    for number in range(posts):
        name, platform = f"ad{number}", PLATFORMS[number % 3]
        script = ScriptTask(fingerprint("script", name), "ko", "offline", 0, Facts(name), SLOTS, SlotLimit(10))
        made = fingerprint("rendition", name, SEED)
        brand = BrandSpec(name, "#000000", "#ff0000", "#ffffff")
        render = RenderTask(
            made, "reel", "ko", "draft", "horizon", Fraction(8), brand, "", (), SLOTS, script.fingerprint, None
        )
        words = {"title": name} if platform == "youtube" else {"caption": name}
        task = PostTask(fingerprint("post", made, platform), made, platform, f"account{number}", words)
        ads.append(AdPlan(f"{name}/ko", f"{name}.yaml", name, "", "", "ko", script, None, (render,), (task,)))
    return Plan(tuple(ads))


def empty(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in Base.metadata.sorted_tables)}"))
    engine.dispose()


@pytest.fixture
def stage(tmp_path: Path, postgres_url: str, small_video: Path, cover: Path) -> Iterator[Stage]:
    empty(postgres_url)
    fakes: dict[str, FakeService] = {
        "youtube": YouTubeFake(tmp_path / "fakes"),
        "instagram": InstagramFake(tmp_path / "fakes"),
        "tiktok": TikTokFake(tmp_path / "fakes"),
    }
    fakes["youtube"].upload_cap = 100_000  # type: ignore[attr-defined]
    fakes["youtube"].unit_cap = 10_000_000  # type: ignore[attr-defined]
    fakes["instagram"].quota_total = 1000  # type: ignore[attr-defined]
    fakes["instagram"].container_cap = 100_000  # type: ignore[attr-defined]
    fakes["tiktok"].post_cap = 1000  # type: ignore[attr-defined]
    environment = {
        "CASTAD_DATABASE_URL": postgres_url,
        "CASTAD_STORAGE_URL": str(tmp_path / "store"),
        "CASTAD_CACHE_FOLDER": str(tmp_path / "cache"),
        "CASTAD_SECRET_KEY": "a secret key of the test, long enough",
        **{f"CASTAD_{name.upper()}_URL": fake.url for name, fake in fakes.items()},
        "CASTAD_YOUTUBE_CLIENT_ID": "client",
        "CASTAD_YOUTUBE_CLIENT_SECRET": "client secret",
        "CASTAD_INSTAGRAM_CLIENT_ID": "client",
        "CASTAD_INSTAGRAM_CLIENT_SECRET": "client secret",
        "CASTAD_TIKTOK_CLIENT_KEY": "client",
        "CASTAD_TIKTOK_CLIENT_SECRET": "client secret",
    }
    plan = plan_of(POSTS)
    settings = load_settings(None, {}, environment=environment)
    store = open_store(settings.storage_url, settings.storage_options)
    scopes = {
        "youtube": (UPLOAD, READ),
        "instagram": ("instagram_content_publish",),
        "tiktok": ("video.publish", "video.upload"),
    }
    facts = {"youtube": {}, "instagram": {"user_id": USER, "login": "facebook"}, "tiktok": {"username": "haneul"}}
    sealer = sealer_for(settings)
    with closing(open_records(postgres_url)) as records:
        for number, ad in enumerate(plan.ads):
            task = ad.posts[0]
            token = f"token-{task.account}"
            fakes[task.platform].allow(token, *scopes[task.platform])
            tokens = Tokens(access=token, scopes=scopes[task.platform])
            account = {**facts[task.platform], "project": task.account, "open_id": task.account}
            records.accounts.save(
                task.platform, task.account, sealer.seal(tokens.pack(), about(task.platform, task.account)), account
            )
            video = tmp_path / f"{number}.mp4"
            room = 400_000
            video.write_bytes(
                small_video.read_bytes() + room.to_bytes(4, "big") + b"free" + os.urandom(16) + bytes(room - 24)
            )
            told = tmp_path / f"{number}.json"
            told.write_text(json.dumps(FACTS))
            files = {"video.mp4": video, "cover.jpg": cover, "captions.srt": told, "facts.json": told}
            store.put("rendition", task.rendition, files, {})
    forge = Forge(environment, tmp_path)
    yield Stage(fakes, settings, plan, forge)
    forge.close()
    for fake in fakes.values():
        fake.stop()


def drive(stage: Stage, over: threading.Event, troubles: list[BaseException]) -> None:
    """A driver: run the plan, again and again, until all is posted."""
    from castad_cli.app.cluster import choose_executor
    from castad_cli.app.making import RealStages
    from castad_cli.app.work import Work
    from castad_cli.run.driver import run_plan
    from castad_cli.run.request import RunRequest

    store = open_store(stage.settings.storage_url, stage.settings.storage_options)
    work = Work(stage.plan, stage.settings, store)
    try:
        while not over.is_set():
            request = RunRequest(scratch=stage.settings.cache_folder / "scratch", publish=True, patience_s=1.0)
            with closing(open_records(stage.settings.database_url)) as records:
                stages = RealStages(stage.settings).stages()
                executor = choose_executor(work, None)
                finished = run_plan(stage.plan, stages, store, records, request, make_executor=executor)
            stage.finished.append(finished)
            if finished.posted == finished.posts:
                return
            if any("its worker died" not in problem.error for problem in finished.problems):
                raise AssertionError(f"a post failed: {[problem.error for problem in finished.problems]}")
    except (AssertionError, CastadError) as error:
        troubles.append(error)


@pytest.mark.slow
@pytest.mark.timeout(ENDS_WITHIN_S + 60)
def test_workers_killed_at_random_and_two_drivers_leave_one_post_each(stage: Stage) -> None:
    chance = random.Random(SEED)
    address = stage.forge.scheduler()
    stage.forge.environment["CASTAD_SCHEDULER"] = address
    stage.settings = replace(stage.settings, scheduler=address)
    workers = [stage.forge.worker() for _ in range(WORKERS)]
    over, troubles = threading.Event(), list[BaseException]()
    drivers = [threading.Thread(target=drive, args=(stage, over, troubles)) for _ in range(2)]
    for driver in drivers:
        driver.start()
    kills = 0
    deadline = time.monotonic() + ENDS_WITHIN_S
    try:
        while any(driver.is_alive() for driver in drivers):
            assert time.monotonic() < deadline, "the batch never ended"
            if kills < KILLS and any(sum(fake.calls.values()) for fake in stage.fakes.values()):
                time.sleep(chance.uniform(0.02, 0.6 if KILLS <= 2 * POSTS else 0.35))
                which = chance.randrange(len(workers))
                stage.forge.kill(workers[which])
                workers[which] = stage.forge.worker()
                kills += 1
            else:
                time.sleep(0.1)
    finally:
        over.set()
        for driver in drivers:
            driver.join(60)
    assert not troubles, troubles
    ledgers = stage.ledgers()
    told = ", ".join(f"{name} {len(ledger)}" for name, ledger in ledgers.items())
    print(f"{kills} kills, {len(stage.finished)} runs, posts: {told}")
    with closing(open_records(stage.settings.database_url)) as records:
        for ad in stage.plan.ads:
            task = ad.posts[0]
            effect = records.effects.get(post_key(task.rendition, task.platform, task.account))
            assert effect
            assert effect.state == "done", (effect.key, effect.state, effect.reason)
        for name, ledger in ledgers.items():
            posted = [entry.get("title") or entry.get("caption") for entry in ledger]
            wanted = sorted(ad.recipe for ad in stage.plan.ads if ad.posts[0].platform == name)
            assert sorted(map(str, posted)) == wanted, f"{name}: {posted}"
        assert len(records.effects.posts()) == POSTS
