"""A run as a page: readable at one rendition, and at five thousand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from castad_cli.app.history import RunView
from castad_cli.cli.run_page import Pace, figures, page, rows_for
from castad_cli.records import RenditionRecord, RunRecord

NOW = datetime.now(UTC)


def record(**counts: Any) -> RunRecord:
    began = NOW - timedelta(seconds=100)
    return RunRecord("r1", "batch", "running", "1.0", "here", 1, began, NOW, None, {}, {}, **counts)


def rendition(number: int, state: Any, **more: Any) -> RenditionRecord:
    return RenditionRecord("r1", f"inn{number:04}///ko", "reel", "ko", state, "f", started_at=NOW, **more)


def shown(view: RunView, height: int = 34, width: int = 100) -> list[str]:
    console = Console(width=width, height=height, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    rows = rows_for(height)
    console.print(page(view, Pace(lambda: 0.0), rows))
    console.file.close()
    return console.export_text().splitlines()


LARGE = RunView(
    record(ads=5000, renditions=5000, done=2000, failed=30, rendering=40, waiting=3, pending=2927),
    (
        *(rendition(number, "rendering") for number in range(34)),
        *(
            rendition(number, "failed", error="it does not fit\nat all", fix="write fewer")
            for number in range(100, 130)
        ),
        *(rendition(number, "waiting", due_at=NOW, error="quota") for number in range(200, 203)),
        *(rendition(number, "done", path=f"out/inn{number}/ko-reel.mp4") for number in range(300, 334)),
    ),
    is_whole=False,
)


def test_five_thousand_fit_on_one_screen_with_what_matters_first() -> None:
    for height, width in ((34, 100), (24, 80), (50, 200)):
        lines = shown(LARGE, height, width)
        assert len(lines) <= height
        titles = [line.split("  ")[0] for line in lines]
        positions = [titles.index(title) for title in ("being made", "failed", "put off", "done last")]
        assert positions == sorted(positions)
        assert any("it does not fit" in line for line in lines)
    text = "\n".join(shown(LARGE))
    assert "2,000/5,000 renditions done" in text
    assert "of 40" in text
    assert "40 %" in text


def test_one_rendition_is_one_line_without_groups() -> None:
    view = RunView(record(ads=1, renditions=1, rendering=1), (rendition(1, "rendering"),))
    lines = shown(view)
    assert len(lines) == 3
    assert "inn0001/ko" in lines[1]
    assert "being made" not in "\n".join(lines)


def test_what_does_not_fit_is_counted() -> None:
    many = RunView(record(ads=99, renditions=99, done=99), tuple(rendition(number, "done") for number in range(99)))
    assert "… and 72 more" in shown(many)


def test_the_pace_is_that_of_the_last_minute_and_says_how_long_the_rest_takes() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    for second, done in ((0, 0), (60, 600), (120, 1800)):
        now[0] = float(second)
        latest = record(renditions=3800, done=done, pending=3800 - done)
        pace.look(latest)
    assert "20.0 a second, 1 min 40 s left" in figures(latest, pace)


def test_without_a_look_before_the_pace_is_that_since_the_run_began() -> None:
    latest = record(renditions=40, done=10, pending=30, posts=20, posted=4, posts_waiting=2)
    said = figures(latest, Pace(lambda: 0.0))
    assert " a minute, " in said
    assert " left; " in said
    assert said.endswith("; 4 of 20 posts out, 2 wait")
