"""A browser that hangs, dies or is not there: bounded, labelled, and over with the next rendition."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from castad_cli.errors import EnvironmentNotReady, ToolError
from castad_cli.render.chromium.browser import Browser, Page, Resource
from castad_cli.render.chromium.devtools import Answer, Connection, LostError
from castad_cli.render.machine.tools import find_browser

EMPTY = {"/": Resource(b"<!doctype html><title>x</title><p>hello</p>", "text/html")}


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser(find_browser().path)
    yield browser
    browser.close()


def says_hello(page: Page) -> str:
    return str(page.evaluate("read it", "() => document.body.innerText"))


def test_one_browser_serves_many_pages(browser: Browser) -> None:
    assert [browser.with_page(EMPTY, 100, 100, says_hello) for _ in range(3)] == ["hello"] * 3


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods that browsers are told from now on, in order."""
    methods: list[str] = []
    send = Connection.send

    def note(self: Connection, method: str, session: str = "", **parameters: Any) -> Future[Answer]:
        methods.append(method)
        return send(self, method, session, **parameters)

    monkeypatch.setattr(Connection, "send", note)
    return methods


def test_a_browser_lets_go_of_what_its_last_page_left(browser: Browser, told: list[str]) -> None:
    assert browser.with_page(EMPTY, 100, 100, says_hello) == "hello"
    assert told[-2:] == ["Target.disposeBrowserContext", "Memory.simulatePressureNotification"]
    assert browser.with_page(EMPTY, 100, 100, says_hello) == "hello"


def test_a_browser_is_started_with_the_page_that_is_asked_for_first(browser: Browser, told: list[str]) -> None:
    browser.version()
    assert told.count("Target.createTarget") == 1
    wide = {"/": Resource(b"<!doctype html><title>x</title>", "text/html")}
    sizes = "() => [innerWidth, innerHeight, outerWidth, screen.width, matchMedia('(orientation: landscape)').matches]"
    seen = []
    for opened in (1, 2):
        seen.append(browser.with_page(wide, 1920, 1080, lambda page: page.evaluate("measure it", sizes)))
        assert seen[-1][:2] == [1920, 1080]
        assert seen[-1][4] is True
        assert told.count("Target.createTarget") == opened
    assert seen[0] == seen[1], "the first page is as any other"


def test_a_page_that_was_begun_is_the_one_that_is_asked_for_next(browser: Browser, told: list[str]) -> None:
    browser.begin_page(EMPTY, 100, 200)
    assert browser.with_page(EMPTY, 100, 200, says_hello) == "hello"
    assert told.count("Page.navigate") == told.count("Target.createTarget") == 1
    assert told[-2:] == ["Target.disposeBrowserContext", "Memory.simulatePressureNotification"]


def test_a_page_that_was_begun_for_another_is_closed(browser: Browser, told: list[str]) -> None:
    browser.begin_page({"/": Resource(b"<!doctype html><p>another", "text/html")}, 100, 200)
    assert browser.with_page(EMPTY, 100, 200, says_hello) == "hello"
    deadline = time.monotonic() + 20  # it may only be loading by then, and is closed when it is
    while told.count("Target.disposeBrowserContext") < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert told.count("Page.navigate") == 2
    assert told.count("Target.disposeBrowserContext") == 2
    browser.begin_page(EMPTY, 100, 200)  # no page is open that it could be loaded in
    assert browser.with_page(EMPTY, 100, 200, says_hello) == "hello"
    assert told.count("Page.navigate") == 3


def test_what_goes_wrong_with_a_page_that_was_begun_is_told_to_whoever_asks_for_it(browser: Browser) -> None:
    away = {"/": Resource(b"<!doctype html><script>location = 'http://example.com/'</script>", "text/html")}
    browser.begin_page(away, 100, 100)
    with pytest.raises(ToolError, match="failed to load the template: it tries to go to"):
        browser.with_page(away, 100, 100, says_hello)
    assert browser.with_page(EMPTY, 100, 100, says_hello) == "hello"


def test_a_browser_killed_after_a_page_was_begun_is_started_once_more(browser: Browser) -> None:
    browser.version()
    browser.begin_page(EMPTY, 100, 100)
    assert browser.pid is not None
    os.kill(browser.pid, signal.SIGKILL)
    assert browser.with_page(EMPTY, 100, 100, says_hello) == "hello"


def test_a_page_answers_what_it_is_asked_in_order_whenever_that_is_read(browser: Browser) -> None:
    def ask(page: Page) -> tuple[Any, ...]:
        page.evaluate("count", "() => { window.count = 0; }")
        first, failed, last = (
            page.ask("count", "() => ++count"),
            page.ask("fail", "() => { throw new Error('never mind'); }"),
            page.ask("count", "(by) => count += by", 10),
        )
        counted = last(), first()
        with pytest.raises(ToolError, match="the page failed to fail: Error: never mind"):
            failed()
        return counted

    assert browser.with_page(EMPTY, 100, 100, ask) == (11, 1)


def test_a_page_is_drawn_only_when_a_picture_of_it_is_asked_for(browser: Browser) -> None:
    red = {"/": Resource(b"<!doctype html><body style='margin: 0; background: red'>", "text/html")}

    def look(page: Page) -> list[str]:
        def opacity() -> str:
            return str(page.evaluate("read it", "() => getComputedStyle(document.documentElement).opacity"))

        seen = [opacity()]
        for _ in range(2):
            shot = cv2.imdecode(np.frombuffer(page.capture("draw it", 0, 0, 8, 8), np.uint8), cv2.IMREAD_COLOR)
            assert shot is not None
            assert shot.mean(axis=(0, 1)).tolist() == [0, 0, 255]
            seen.append(opacity())
            page.veil()
            seen.append(opacity())
        return seen

    assert browser.with_page(red, 100, 100, look) == ["0", "1", "0", "1", "0"]


def test_a_script_that_never_ends_is_ended_and_named(browser: Browser) -> None:
    with pytest.raises(ToolError, match="more than 1 s to count to infinity"):
        browser.with_page(
            EMPTY, 100, 100, lambda page: page.evaluate("count to infinity", "() => { for (;;); }", timeout_s=1)
        )
    assert browser.with_page(EMPTY, 100, 100, says_hello) == "hello"


@pytest.mark.parametrize("begun", [False, True])
def test_a_page_that_never_loads_is_ended(begun: bool) -> None:
    browser = Browser(find_browser().path, load_timeout_s=2)
    hanging = {"/": Resource(b"<script>for(;;);</script>", "text/html")}
    if begun:
        browser.begin_page(hanging, 100, 100)
    began = time.monotonic()
    with pytest.raises(ToolError, match="more than 2 s to load the template"):
        browser.with_page(hanging, 100, 100, says_hello)
    assert time.monotonic() - began < 20
    browser.close()


def test_a_browser_killed_in_mid_work_is_started_once_more(browser: Browser) -> None:
    killed = []

    def work(page: Page) -> str:
        if not killed:
            assert browser.pid is not None
            killed.append(browser.pid)
            os.kill(browser.pid, signal.SIGKILL)
        return says_hello(page)

    assert browser.with_page(EMPTY, 100, 100, work) == "hello"


def test_a_browser_that_dies_twice_is_an_error(browser: Browser) -> None:
    def work(page: Page) -> str:
        assert browser.pid is not None
        os.kill(browser.pid, signal.SIGKILL)
        return says_hello(page)

    with pytest.raises(ToolError, match="died twice"):
        browser.with_page(EMPTY, 100, 100, work)


def test_a_page_reaches_no_web_socket_even_here(browser: Browser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        port = server.getsockname()[1]
        script = (
            "(port) => new Promise((done) => { const s = new WebSocket(`ws://127.0.0.1:${port}/`);"
            " s.onopen = () => done('open'); s.onerror = () => done('refused'); })"
        )
        answer = browser.with_page(EMPTY, 100, 100, lambda page: page.evaluate("open a socket", script, port))
        assert answer == "refused"
        with pytest.raises(TimeoutError):
            server.accept()


def test_dialogs_do_not_stop_a_page(browser: Browser) -> None:
    resources = {"/": Resource(b"<p>hello</p><script>alert('stop')</script>", "text/html")}
    assert browser.with_page(resources, 100, 100, says_hello) == "hello"


@pytest.mark.parametrize("begun", [False, True])
def test_a_program_that_is_no_browser_says_so(tmp_path: Path, begun: bool) -> None:
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\nexit 7\n")
    fake.chmod(0o755)
    browser = Browser(fake)
    if begun:
        browser.begin_page(EMPTY, 100, 100)
    with pytest.raises(EnvironmentNotReady, match="does not start") as caught:
        browser.with_page(EMPTY, 100, 100, says_hello)
    assert "doctor" in caught.value.fix
    browser.close()


def test_a_machine_without_a_sandbox_gets_a_browser_without_one(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        assert browser.with_page(EMPTY, 100, 100, says_hello) == "hello"  # whatever this machine allows
        return
    monkeypatch.setattr(os, "geteuid", lambda: 1000)  # Chromium, which asks for itself, refuses root its sandbox
    assert browser.with_page(EMPTY, 100, 100, says_hello) == "hello"


def test_nothing_is_left_when_the_owner_is_killed(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys, time
        from castad_cli.render.chromium.browser import Browser, Resource
        from castad_cli.render.machine.tools import find_browser
        b = Browser(find_browser().path)
        page = {"/": Resource(b"<p>x</p>", "text/html")}
        b.with_page(page, 100, 100, lambda p: print(b.pid, flush=True) or time.sleep(60))
    """)
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    deadline = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(pid)


def test_a_terminals_interrupt_does_not_reach_the_browser(browser: Browser) -> None:
    browser.with_page(EMPTY, 100, 100, says_hello)
    assert browser.pid is not None
    assert os.getpgid(browser.pid) != os.getpgid(0)


def test_the_browser_is_told_no_key(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "not-for-you")
    browser.with_page(EMPTY, 100, 100, says_hello)
    told = Path(f"/proc/{browser.pid}/environ").read_bytes()
    assert b"PATH=" in told
    assert b"not-for-you" not in told


def test_a_closed_browser_leaves_no_process_and_no_folder(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    browser.with_page(EMPTY, 100, 100, says_hello)
    pid = browser.pid
    assert pid is not None
    (mine,) = tmp_path.glob("castad-browser-*")
    browser.close()
    deadline = time.monotonic() + 10
    while (_alive(pid) or mine.exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(pid)
    assert not mine.exists()


def test_a_page_that_crashes_is_laid_out_once_more(browser: Browser) -> None:
    crashed = []

    def work(page: Page) -> str:
        if not crashed:
            crashed.append(True)
            page._send("Page.crash")
        return says_hello(page)

    assert browser.with_page(EMPTY, 100, 100, work) == "hello"


def test_what_is_asked_of_a_page_that_has_crashed_is_not_waited_for(browser: Browser) -> None:
    crashed = []

    def work(page: Page) -> str:
        if not crashed:
            crashed.append(True)
            gone = page._send("Page.crash")
            with pytest.raises(LostError):
                gone.result(20)
        return says_hello(page)

    assert browser.with_page(EMPTY, 100, 100, work) == "hello"


def test_a_script_that_throws_is_named_by_what_it_throws(browser: Browser) -> None:
    with pytest.raises(ToolError, match="failed to add it up: Error: no such sum"):
        browser.with_page(
            EMPTY, 100, 100, lambda page: page.evaluate("add it up", "() => { throw new Error('no such sum') }")
        )


def test_promises_are_waited_for_and_arguments_come_through_as_they_are(browser: Browser) -> None:
    given = {"text": 'a\u2028b "c" </script> 한', "numbers": [1, 2.5, None, True]}
    answer = browser.with_page(
        EMPTY, 100, 100, lambda page: page.evaluate("say it back", "(v) => Promise.resolve({ got: v })", given)
    )
    assert answer == {"got": given}


def test_a_page_opens_no_other(browser: Browser) -> None:
    script = """async () => {
        const opened = window.open('about:blank');
        for (let looks = 0; opened !== null && !opened.closed && looks < 500; looks += 1)
            await new Promise((done) => setTimeout(done, 20));  // it is closed by another process, in its time
        return opened === null || opened.closed;
    }"""
    assert browser.with_page(EMPTY, 100, 100, lambda page: page.evaluate("open one", script)) is True


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
