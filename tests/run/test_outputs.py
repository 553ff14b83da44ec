"""Files go where people look: the video last, and from a bucket several at once."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from castad_cli.model.plan import Plan
from castad_cli.records import open_records
from castad_cli.run.driver import run_plan
from castad_cli.run.request import RunRequest
from castad_cli.storage import Made, Store

Counted = Any
MEETS_WITHIN_S = 60


class FarStore(Store):
    """A folder that passes for a bucket, and notes each copy that begins. ``meet`` is called before one is made."""

    remote = True

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.placed: list[str] = []
        self.meet: Any = lambda path: None

    def place(self, made: Made, name: str, path: str) -> str:
        self.meet(path)
        self.placed.append(path)
        return super().place(made, name, path)


@pytest.fixture
def store(tmp_path: Path) -> FarStore:
    return FarStore(str(tmp_path / "store"))


@pytest.fixture
def run(store: FarStore, counted: Counted, tmp_path: Path) -> Any:
    def go(plan: Plan) -> Any:
        with closing(open_records(f"sqlite:///{tmp_path / 'castad.db'}")) as records:
            return run_plan(plan, counted.stages(), store, records, RunRequest(tmp_path / "scratch"))

    return go


def test_what_stands_beside_a_video_is_copied_together_and_the_video_last(
    run: Any, store: FarStore, plan: Plan
) -> None:
    three = threading.Barrier(3)

    def meet(path: str) -> None:
        if not path.endswith(".mp4"):
            three.wait(MEETS_WITHIN_S)  # breaks unless all three are being copied at once

    store.meet = meet
    assert run(plan).done == 8
    assert len(store.placed) == 8 * 4
    for video in (path for path in store.placed if path.endswith(".mp4")):
        stem = video.removesuffix(".mp4")
        assert [path for path in store.placed if path.startswith(stem)][-1] == video


def test_what_the_bucket_has_already_is_copied_several_ads_at_once(run: Any, store: FarStore, plan: Plan) -> None:
    run(plan)
    all_eight = threading.Barrier(8)

    def meet(path: str) -> None:
        if path.endswith(".mp4"):
            all_eight.wait(MEETS_WITHIN_S)

    store.meet, store.placed = meet, []
    finished = run(plan)
    assert (finished.done, finished.cached, finished.failed) == (8, 8, 0)
    assert len(set(store.placed)) == 8 * 4


def test_one_copy_that_fails_costs_its_own_rendition_alone(run: Any, store: FarStore, plan: Plan) -> None:
    run(plan)

    def meet(path: str) -> None:
        if "cafe" in path and path.endswith("ko-reel.jpg"):
            raise OSError("the bucket is full")

    store.meet = meet
    finished = run(plan)
    assert (finished.done, finished.failed) == (7, 1)
    assert "the bucket is full" in finished.problems[0].error
