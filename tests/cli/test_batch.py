"""Many recipes at once: made, resumed, asked for again, told to stop."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def recipes(recipe: Path) -> Path:
    """Three small ads in a folder."""
    text = recipe.read_text().replace("house, mood: calm", "none")
    recipe.unlink()
    for name in ("inn", "cafe", "shop"):
        (recipe.parent / f"{name}.yaml").write_text(text.replace("name: inn", f"name: {name}"))
    return recipe.parent


def summary(answer: Any) -> dict[str, Any]:
    return dict(answer.records[-1])


@pytest.mark.slow
def test_a_folder_is_made_by_several_processes_resumed_and_asked_for_again(
    castad: Callable[..., Any], recipes: Path, tmp_path: Path
) -> None:
    made = castad("batch", ".", "--quality", "draft", "--workers", "2", "--json")
    assert made.code == 0, made.err
    assert (summary(made)["ads"], summary(made)["done"], summary(made)["cached"]) == (3, 3, 0)
    workers = {record.get("worker") for record in made.records if record["event"] == "stage.started"}
    assert "" not in workers
    assert sorted(path.parent.name for path in recipes.glob("out/*/en-square.mp4")) == ["cafe", "inn", "shop"]
    again = castad("batch", ".", "--quality", "draft", "--json")
    assert (again.code, summary(again)["cached"]) == (0, 3)
    (recipes / "out/inn/en-square.mp4").unlink()
    retried = castad("retry", "last", "--json", cwd=tmp_path)
    assert (retried.code, summary(retried)["done"]) == (0, 3)
    assert (recipes / "out/inn/en-square.mp4").is_file()
    cancelled = castad("cancel", "last")
    assert (cancelled.code, "is not going on: it is done" in cancelled.out) == (0, True)


@pytest.mark.slow
def test_a_run_is_cancelled_from_another_terminal_and_leaves_nothing(
    castad: Callable[..., Any], recipes: Path, tmp_path: Path
) -> None:
    # Enough of them that they go on for longer than it takes a run to look whether it is to stop.
    for name in ("attic", "barn", "cabin", "dune", "elm"):
        (recipes / f"{name}.yaml").write_text((recipes / "inn.yaml").read_text().replace("name: inn", f"name: {name}"))
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "castad_cli", "batch", ".", "--workers", "2", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert any('"stage": "render"' in line for line in process.stdout)
    told = castad("cancel", "last")
    assert (told.code, "is told to stop" in told.out) == (0, True), told.out
    out, err = process.communicate(timeout=90)
    assert process.returncode == 130, (err, out.splitlines()[-1])
    assert '"interrupted": true' in out.splitlines()[-1]
    assert castad("runs", "--json").records[0]["state"] == "cancelled"
    assert not list((tmp_path / "cache/scratch").glob("*"))


@pytest.mark.slow
def test_an_interrupt_of_a_batch_of_processes_stops_all_of_them(recipes: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "castad_cli", "batch", ".", "--workers", "2", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert any('"stage": "render"' in line for line in process.stdout)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "interrupted; the same command goes on from here\n"
    assert not list((tmp_path / "cache/scratch").glob("*"))


def test_rows_given_on_the_command_line_make_an_ad_each(ask: Callable[..., Any], recipes: Path) -> None:
    (recipes / "rooms.csv").write_text("id\nocean\ngarden\n")
    text = (recipes / "inn.yaml").read_text()
    (recipes / "inn.yaml").write_text(text.replace("name: Sea Inn", "name: '${id} room'"))
    for other in ("cafe.yaml", "shop.yaml"):
        (recipes / other).unlink()
    from castad_cli.app.batch import BatchOrder, plan_batch
    from castad_cli.settings import load_settings

    order = BatchOrder(paths=("inn.yaml",), data="rooms.csv")
    work = plan_batch(order, lambda near: load_settings(near, {}))
    assert [ad.row for ad in work.plan.ads] == ["ocean", "garden"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("batch", ".", "--scheduler", "tcp://10.0.0.5:8786"), "plain port"),
        (("batch", ".", "--scheduler", "tls://10.0.0.5:8786"), "no certificates are given"),
        (("worker",), "no scheduler is named"),
        (("worker", "--scheduler", "tcp://10.0.0.5:8786"), "plain port"),
        (("worker", "--scheduler", "tcp://127.0.0.1:1", "--role", "rendr"), "did you mean `render`"),
        (("worker", "--scheduler", "tcp://127.0.0.1:1", "--cores", "a"), "no list of cores"),
        (("scheduler", "--host", "0.0.0.0"), "plain port"),
        (("retry", "nothing"), "there is no run"),
        (("cancel", "nothing"), "there is no run"),
    ],
)
def test_what_cannot_be_is_said_before_anything_begins(
    ask: Callable[..., Any], recipes: Path, arguments: tuple[str, ...], said: str
) -> None:
    answer = ask(*arguments, columns=200)
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_an_environment_that_is_not_ready(
    ask: Callable[..., Any], recipes: Path
) -> None:
    answer = ask("batch", ".", "--scheduler", "tcp://127.0.0.1:9", columns=200)
    assert answer.code == 3
    assert "no scheduler answers at tcp://127.0.0.1:9" in answer.err
    assert "castad scheduler" in answer.err


def test_certificates_are_made_and_listed(ask: Callable[..., Any], here: Path) -> None:
    answer = ask("cluster", "certificates", "tls", "--name", "driver", "--name", "worker")
    assert answer.code == 0
    assert answer.out.split() == [f"tls/{name}" for name in (
        "ca.pem", "ca-key.pem", "driver.pem", "driver-key.pem", "worker.pem", "worker-key.pem"
    )]  # fmt: skip
