"""A program for the tests of faults: a worker, or a driver, with stages that are small but real processes.

``parts.py worker`` and ``parts.py driver ADS`` read ``CASTAD_*`` from the environment, as ``castad`` does. A rendition
starts a child of its own, as the renderer starts FFmpeg, and takes as long as `RENDER_S`. ``PARTS_BATCH`` begins the
names of all ads, so that batches of one cluster have nothing in common. A post is an effect: handle,
commit point, then one line in the provider's ledger, which is the only thing that counts.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from castad_cli.app.cluster import scratch_of
from castad_cli.model.effects import post_key
from castad_cli.model.events import Event, as_record
from castad_cli.model.music import BeatGrid, Track
from castad_cli.model.plan import (
    AdPlan,
    BrandSpec,
    Facts,
    Plan,
    PostTask,
    RenderTask,
    ScriptTask,
    TrackTask,
    fingerprint,
)
from castad_cli.model.script import SceneWords, Script, SlotLimit
from castad_cli.records import open_records
from castad_cli.records.performing import Hold, perform
from castad_cli.render.machine.process import start
from castad_cli.run.cluster.release import release_of
from castad_cli.run.cluster.security import security_of
from castad_cli.run.cluster.worker import WorkerPlan, serve, worker_name
from castad_cli.run.driver import RunContext, exit_code, run_plan
from castad_cli.run.executors.remote import RemoteExecutor
from castad_cli.run.request import RunRequest
from castad_cli.run.stages import Attention, OnProgress, Posted, Stages, UploadFiles
from castad_cli.settings import Settings, load_settings
from castad_cli.storage import open_store

HERE = Path(os.environ["PARTS_FOLDER"])
RENDER_S = float(os.environ.get("PARTS_RENDER_S", "0.15"))
UPLOAD_S = float(os.environ.get("PARTS_UPLOAD_S", "0.05"))
TICK_S = 0.02


def note(what: str) -> None:
    """A line in this process's own ledger of what it did."""
    with (HERE / f"did-{worker_name()}.log").open("a") as file:
        file.write(what + "\n")


def make_plan(ads: int) -> Plan:
    batch = os.environ.get("PARTS_BATCH", "")
    return Plan(tuple(make_ad(f"{batch}ad{number:04}") for number in range(ads)))


def make_ad(name: str) -> AdPlan:
    script = ScriptTask(fingerprint("script", name), "ko", "offline", 0, Facts(name), (), SlotLimit(10))
    track = TrackTask(fingerprint("track", name), "house", Fraction(6))
    look = BrandSpec(name, "#000000", "#ff0000", "#ffffff")
    rendition = RenderTask(
        fingerprint("rendition", name), "reel", "ko", "draft", "horizon", Fraction(6), look, "", (), (),
        script.fingerprint, track.fingerprint,
    )  # fmt: skip
    post = PostTask(fingerprint("post", name), rendition.fingerprint, "youtube", "main")
    return AdPlan(f"{name}///ko", f"{name}.yaml", name, "", "", "ko", script, track, (rendition,), (post,))


class SmallStages:
    def __init__(self, settings: Settings) -> None:
        self._records = open_records(os.environ.get("PARTS_WORKER_DATABASE_URL") or settings.database_url, patient=True)

    def stages(self) -> Stages:
        return Stages(self.write_script, self.make_track, self.render, upload=self.upload)

    def write_script(self, task: ScriptTask) -> Script:
        return Script(task.language, (SceneWords("opening", task.facts.name),), "go", hashtags=("a",))

    def make_track(self, task: TrackTask, folder: Path) -> Track:
        file = folder / "music.wav"
        file.write_bytes(b"RIFF" + task.fingerprint.encode())
        return Track(str(file), Fraction(6), BeatGrid(Fraction(90), (), (), ()), "house")

    def render(
        self, task: RenderTask, script: Script, track: Track | None, folder: Path, on_progress: OnProgress
    ) -> Any:
        note(f"begin {task.fingerprint}")
        frames = max(1, int(RENDER_S / TICK_S))
        with start([sys.executable, "-c", "import time; time.sleep(600)"]) as child:
            (HERE / f"tool-{worker_name()}").write_text(str(child.pid))
            for frame in range(frames):
                time.sleep(TICK_S)
                if child.poll() is not None:
                    child.check(1)
                on_progress(frame + 1, frames)
        files = {}
        for name in ("video", "cover", "captions"):
            files[name] = folder / f"made.{name}"
            files[name].write_bytes(f"{name} {task.fingerprint}".encode())
        note(f"end {task.fingerprint}")
        return SimpleNamespace(**files, facts={"inspection": {}})

    def upload(self, task: PostTask, files: UploadFiles, attention: Attention) -> Posted:
        ledger = HERE / "ledger.log"
        key = post_key(task.rendition, task.platform, task.account)

        def act(hold: Hold) -> Mapping[str, Any]:
            if hold.claim.must_ask:
                if ledger.exists() and key in ledger.read_text().split():
                    return {"id": key[:8], "url": "https://example.com/" + key[:8]}
                hold.nothing_happened()
            hold.save_handle({"session": key})
            end = time.monotonic() + UPLOAD_S
            while time.monotonic() < end:
                time.sleep(TICK_S)
                attention.progress(0, 0)
                if hold.lost.is_set():
                    raise RuntimeError("the claim was lost")
            hold.commit_point()
            with ledger.open("a") as file:
                file.write(key + "\n")
            return {"id": key[:8], "url": "https://example.com/" + key[:8]}

        facts = {"rendition": task.rendition, "platform": task.platform, "account": task.account}
        result = perform(
            self._records.effects, "post", key, facts, act, owner=worker_name(), lease_s=4, first_wait_s=0.5
        )
        return Posted(str(result["id"]), str(result["url"]))


def be_worker(settings: Settings) -> None:
    plan = WorkerPlan(
        settings.scheduler,
        {"generate": 2, "render": 1, "upload": 2},
        release_of(),
        security_of(settings),
        scratch_of(settings),
        drain_s=20,
    )
    store = open_store(settings.storage_url, settings.storage_options)
    serve(plan, SmallStages(settings).stages(), store, settings, lambda text: print(text, flush=True))


def be_driver(settings: Settings, ads: int) -> int:
    from castad_cli.cli import interrupts

    interrupts.install()
    store = open_store(settings.storage_url, settings.storage_options)

    def executor(context: RunContext) -> RemoteExecutor:
        return RemoteExecutor(
            settings.scheduler, security_of(settings), release_of(), context.run, emit=context.emit, now=context.now
        )

    def tell(event: Event) -> None:
        print(json.dumps(as_record(event)), flush=True)

    request = RunRequest(
        scratch_of(settings), command="batch", out=Path(os.environ["PARTS_OUT"]), publish=True, patience_s=30
    )
    with closing(open_records(settings.database_url)) as records:
        finished = run_plan(make_plan(ads), SmallStages(settings).stages(), store, records, request, [tell], executor)
    return exit_code(finished)


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        be_worker(load_settings(None, {}))
    else:
        try:
            sys.exit(be_driver(load_settings(None, {}), int(sys.argv[2])))
        except KeyboardInterrupt:
            sys.exit(130)
