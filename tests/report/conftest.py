"""Reports of any size, and a real browser that opens them as a person would: from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from castad_cli.report import Ad, Cost, Post, Problem, Quota, Rendition, Report, Stage, write_page

AT = datetime(2026, 11, 25, 7, 4, tzinfo=UTC)
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
FORMATS = ("reel", "square", "landscape")
NO_ROOM = "the headline does not fit"


def make_ad(number: int, *, recipe: str = "", covers: bool = True) -> Ad:
    """Every tenth failed, every seventh came from the store, every ninth is posted or in doubt."""
    name = recipe or f"inn-{number:04}"
    language = ("ko", "en", "ja")[number % 3]
    problem = None
    if number % 10 == 3:
        problem = Problem(NO_ROOM, "write fewer words", f"recipes/{name}.yaml:{number + 1}:15", "UserError", "render")
    cached = number % 7 == 0
    renditions = tuple(
        Rendition(
            each,
            "failed" if problem and each == "reel" else "done",
            seconds=4.0 + number % 13,
            cached=cached,
            attempts=1,
            worker="tls://10.0.0.2:4021",
            path=f"out/{name}/{language}-{each}.mp4",
            video=f"out/{name}/{language}-{each}.mp4",
            cover=DOT if covers else "",
            cover_size=(40, 72),
            problem=problem if each == "reel" else None,
        )
        for each in FORMATS
    )
    posts: tuple[Post, ...] = ()
    if number % 9 == 1:
        state, reason = ("done", "") if number % 2 else ("needs_review", "the answer was lost")
        posts = (Post("youtube", "main", "reel", state, "https://youtu.be/abc", "abc", AT, reason),)
    stages = (Stage("script", "done", 0.5, cached), Stage("track", "done", 2.0, cached))
    cost = 0.04 if number % 4 == 0 else 0.0
    return Ad(name, f"room-{number % 5}", "calm", language, f"recipes/{name}.yaml", stages, renditions, posts, cost)


def make_report(ads: list[Ad], **changes: Any) -> Report:
    values: dict[str, Any] = {
        "run": "20261125-160401-k3f",
        "command": "batch recipes",
        "state": "failed",
        "host": "studio",
        "version": "1.0",
        "started_at": AT,
        "finished_at": AT + timedelta(seconds=130),
        "seconds": 130.0,
        "ads": ads,
        "made_at": AT + timedelta(hours=1),
        "costs": [Cost("Gemini", "script", 12, "done", 0.48)],
        "quotas": [Quota("youtube", "main", "day", 96, AT + timedelta(hours=9))],
    }
    return Report(**{**values, **changes})


Opener = Callable[..., Any]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    from castad_cli.render.machine.tools import find_browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser(None).path))
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Opener]:
    """Opens a report in a page of its own. Whatever it complains of, or asks the network for, fails the test."""
    contexts = []
    complaints: list[str] = []

    def open_report(report: Report, **options: Any) -> Any:
        file = tmp_path / "report.html"
        write_page(report, file)
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _only_itself(request.url, file, complaints))
        page.goto(file.as_uri())
        return page

    yield open_report
    for context in contexts:
        context.close()
    assert complaints == []


def _only_itself(url: str, file: Path, complaints: list[str]) -> None:
    if url.partition("#")[0] != file.as_uri() and not url.startswith("data:"):
        complaints.append(f"asked for {url}")
