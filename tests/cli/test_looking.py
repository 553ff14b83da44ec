"""``runs``, ``status``, ``db``, ``cache``, ``schema`` and ``template``: looking at what there is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from castad_cli.records import open_records


@pytest.fixture
def failed_run(here: Path, recipe: Path) -> str:
    """A recorded run with one rendition done and one failed."""
    from castad_cli.app.work import prepare
    from castad_cli.records import Outcome, open_records
    from castad_cli.settings import load_settings

    recipe.write_text(recipe.read_text().replace("[square]", "[square, reel]").replace("6s", "8s"))
    work = prepare([recipe], lambda near: load_settings(near, {}))
    (ad,) = work.plan.ads
    with closing(open_records(os.environ["CASTAD_DATABASE_URL"])) as records:
        run = records.start_run("render")
        records.record_ads(run, work.plan.ads)
        records.settle(
            run,
            [
                Outcome(ad.key, "square", "en", "done", path="out/inn/en-square.mp4", seconds=2.5),
                Outcome(ad.key, "reel", "en", "failed", error="the words do not fit", fix="write fewer"),
            ],
        )
        records.finish_run(run, "failed")
    return run


def test_before_the_first_run_it_says_how_to_make_one(ask: Callable[..., Any]) -> None:
    assert "castad render" in ask("runs").out
    answer = ask("status")
    assert answer.code == 2
    assert "castad render" in answer.err
    assert ask("runs", "--json").out == ""


def test_status_shows_each_rendition_and_what_went_wrong(ask: Callable[..., Any], failed_run: str) -> None:
    answer = ask("status", failed_run)
    assert answer.code == 0
    assert "✓  inn/en  square  out/inn/en-square.mp4" in answer.out
    assert "the words do not fit" in answer.out
    assert "fix: write fewer" in answer.out
    assert "1 done, 0 of them cached, 1 failed of 2 renditions" in answer.out
    assert ask("status").out == answer.out
    assert ask("status", failed_run[-3:]).out == answer.out


def test_status_as_json_has_a_record_each_and_the_run_last(ask: Callable[..., Any], failed_run: str) -> None:
    done, failed, run = ask("status", "--json").records
    assert (done["state"], done["path"], done["ad"]) == ("done", "out/inn/en-square.mp4", "inn/en")
    assert (failed["error"], failed["fix"]) == ("the words do not fit", "write fewer")
    assert (run["event"], run["run"], run["done"], run["failed"]) == ("run", failed_run, 1, 1)


def test_status_shows_what_is_in_the_states_asked_for(ask: Callable[..., Any], failed_run: str) -> None:
    failed = ask("status", "--state", "failed")
    assert "the words do not fit" in failed.out
    assert "en-square.mp4" not in failed.out
    assert "1 done, 0 of them cached, 1 failed of 2 renditions" in failed.out, "the figures are of the whole run"
    (done, _) = ask("status", "-s", "done", "-s", "waiting", "--json").records
    assert done["path"] == "out/inn/en-square.mp4"
    assert ask("status", "--state", "lost").code == 2


def test_watching_into_a_log_tells_figures_and_at_the_end_everything(
    ask: Callable[..., Any], failed_run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from castad_cli.cli import status

    with closing(open_records(os.environ["CASTAD_DATABASE_URL"])) as records:
        run = records.start_run("batch")
        monkeypatch.setattr(status.time, "sleep", lambda seconds: records.finish_run(run, "failed"))
        lines = ask("status", run, "--watch").out.splitlines()
    assert lines[0] == f"{run}: 0/0 renditions done"
    assert "failed" in lines[1]


def test_watching_a_run_that_has_ended_shows_it_once(ask: Callable[..., Any], failed_run: str) -> None:
    assert failed_run in ask("status", "--watch").out


def test_runs_are_listed_newest_first(ask: Callable[..., Any], failed_run: str) -> None:
    lines = ask("runs").out.splitlines()
    assert lines[0].split() == ["run", "began", "state", "done", "cached", "failed", "posted", "took"]
    assert lines[1].split()[0] == failed_run
    (record,) = ask("runs", "--json").records
    assert (record["run"], record["state"]) == (failed_run, "failed")


def test_an_unknown_run_is_told(ask: Callable[..., Any], failed_run: str) -> None:
    answer = ask("status", "19990101-000000-xyz")
    assert answer.code == 2
    assert "fix: " in answer.err


def test_the_database_is_set_up_and_says_so(ask: Callable[..., Any]) -> None:
    assert "empty" in ask("db", "current").out
    assert "up to date" in ask("db", "upgrade").out
    (record,) = ask("db", "current", "--json").records
    assert record["schema"] == record["needed"]


def test_an_empty_store_says_where_it_is(ask: Callable[..., Any]) -> None:
    assert os.environ["CASTAD_STORAGE_URL"] in ask("cache", "list").out
    assert ask("cache", "gc", "--json").records[-1]["things"] == 0


@pytest.mark.parametrize("subject", ["recipe", "template"])
def test_a_schema_is_json_for_editors(ask: Callable[..., Any], subject: str) -> None:
    schema = json.loads(ask("schema", subject).out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "\n" not in ask("schema", subject, "--json").out.strip()


def test_templates_are_listed_and_shown(ask: Callable[..., Any]) -> None:
    listed = [line.split()[0] for line in ask("template", "list").out.splitlines() if line[:1].strip()]
    assert "horizon" in listed
    assert listed == sorted(listed)
    shown = ask("template", "show", "horizon").out
    assert "opening" in shown
    assert "closing" in shown
    (record,) = ask("template", "show", "horizon", "--json").records
    assert record["name"] == "horizon"
    assert len(record["fingerprint"]) == 64


def test_settings_beside_the_recipe_are_heeded(
    ask: Callable[..., Any], recipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CASTAD_BROWSER", raising=False)
    (recipe.parent / "castad.toml").write_text('browser = "/nowhere/chrome"\n')
    answer = ask("preview", recipe)
    assert answer.code == 3
    assert "/nowhere/chrome" in answer.err


def test_a_wrong_setting_is_told_with_its_place(ask: Callable[..., Any], recipe: Path) -> None:
    (recipe.parent / "castad.toml").write_text('browsr = "chrome"\n')
    answer = ask("plan", recipe)
    assert answer.code == 2
    assert "castad.toml:1:1" in answer.err
    assert "browser" in answer.err


def test_report_writes_a_page_and_says_where(ask: Callable[..., Any], failed_run: str, here: Path) -> None:
    answer = ask("report")
    assert answer.code == 0
    assert answer.out == f"report-{failed_run}.html\n"
    text = (here / f"report-{failed_run}.html").read_text("utf-8")
    for part in (failed_run, "the words do not fit", "write fewer", "inn"):
        assert part in text
    (record,) = ask("report", failed_run, "-o", "deep/er.html", "--json").records
    assert (record["path"], record["renditions"], record["done"], record["failed"]) == ("deep/er.html", 2, 1, 1)
    assert (here / "deep" / "er.html").stat().st_size == record["bytes"]


def test_a_report_that_cannot_be_written_or_has_no_run_says_so(
    ask: Callable[..., Any], failed_run: str, here: Path
) -> None:
    (here / "taken").write_text("")
    for arguments, says in ((("-o", "taken/report.html"), "taken"), (("nope",), "there is no run")):
        answer = ask("report", *arguments)
        assert answer.code in (1, 2)
        assert says in answer.err
        assert "fix:" in answer.err


def test_old_runs_are_forgotten_only_when_they_are_old(ask: Callable[..., Any], failed_run: str) -> None:
    assert ask("db", "prune").out == "forgot 0 runs\n"
    assert failed_run in ask("runs").out
    answer = ask("db", "prune", "--older-than", "soon")
    assert answer.code == 2
    assert "fix:" in answer.err


def test_a_database_or_replica_that_is_away_is_an_environment_that_is_not_ready(ask: Callable[..., Any]) -> None:
    away = "postgresql://castad:hush@127.0.0.1:9/castad"
    for arguments in (("runs",), ("status",), ("report",), ("db", "current"), ("db", "upgrade")):
        answer = ask(*arguments, "--database", away)
        assert answer.code == 3, arguments
        assert "does not answer" in answer.err
        assert "CASTAD_DATABASE_URL" in answer.err
        assert "hush" not in answer.err
