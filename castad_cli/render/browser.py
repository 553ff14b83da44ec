"""One warm headless Chromium that serves many renditions, each wait in it labelled and bounded.

Pages load from memory only: every request is answered from the rendition's own files or refused, so a
template can reach neither the network nor the disk. Playwright's objects belong to the thread that
made them, so all work with them runs on one thread of ours; callers wait for it, each step no longer
than its limit. A page that hangs cannot be interrupted from inside: its browser is ended, and the next
rendition starts a new one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from importlib.resources import files as resources_of
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from castad_cli.errors import CastadError, EnvironmentNotReady, ToolError
from castad_cli.render.guard import public
from castad_cli.render.process import guarded_environment
from castad_cli.render.tools import find_driver

if TYPE_CHECKING:
    import playwright.sync_api as pw

T = TypeVar("T")

ORIGIN = "http://rendition.castad.invalid"
"""Where a page believes it lives; `.invalid` never resolves (RFC 2606)."""

_CHECK_EVERY_S = 0.1

_ARGUMENTS = (
    "--disable-gpu",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--disable-font-subpixel-positioning=false",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--mute-audio",
    "--renderer-process-limit=1",
    # What interception does not see (web sockets, WebRTC) finds no host and no way out either.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)


@dataclass(frozen=True)
class Resource:
    """A file of a page's origin: its bytes and media type."""

    body: bytes
    content_type: str


class Browser:
    """A Chromium that starts when first needed and stays warm. Thread-safe; work is done one page at a time."""

    def __init__(self, path: Path, *, start_timeout_s: float = 40, load_timeout_s: float = 20) -> None:
        self.path = path
        self._start_timeout_s, self._load_timeout_s = start_timeout_s, load_timeout_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="castad-browser")
        self._lock = threading.Lock()
        self._running: _Running | None = None

    def warm_up(self) -> None:
        """Starts the browser in the background, so that it is ready when the words and music are.

        What goes wrong is told to whoever first asks for a page.
        """
        self._thread.submit(self._ensure_started)

    def with_page(
        self,
        resources: Mapping[str, Resource],
        width: int,
        height: int,
        work: Callable[[Page], T],
        check: Callable[[], None] = lambda: None,
    ) -> T:
        """What ``work`` returns for a fresh page of ``width`` × ``height`` CSS pixels that shows ``resources["/"]``.

        ``check`` is called every now and then, in this thread; what it raises stops the work.

        Raises:
            EnvironmentNotReady: the browser does not start.
            ToolError: a step took longer than its limit, the page failed, or the browser died twice.
        """
        with self._lock:
            try:
                return self._attempt(resources, width, height, work, check)
            except _BrowserDiedError:
                self._forget()
            try:
                return self._attempt(resources, width, height, work, check)
            except _BrowserDiedError as error:
                self._forget()
                raise ToolError(
                    f"the browser died twice while it laid out the ad: {error}",
                    command=(str(self.path),),
                    fix="see whether the machine is short of memory; `castad doctor` checks the browser",
                ) from error

    def version(self) -> str:
        """The browser's version, as it tells it."""

        def ask() -> str:
            return self._ensure_started().version

        return self._thread.submit(ask).result(self._start_timeout_s + 5)

    def close(self) -> None:
        """Ends the browser; idempotent."""
        running, self._running = self._running, None
        if running is not None:
            with contextlib.suppress(Exception):
                self._thread.submit(running.stop).result(10)
            running.kill()
        self._thread.shutdown(wait=False, cancel_futures=True)

    # -- on the browser's own thread -----------------------------------------------------------------

    def _ensure_started(self) -> pw.Browser:
        if self._running is not None:
            if self._running.browser.is_connected():
                return self._running.browser
            self._running.stop()
            self._running = None
        find_driver()  # without the library it needs, Playwright would raise what nobody can act on
        import playwright.sync_api as pw

        with _drivers_of_our_own():
            playwright = pw.sync_playwright().start()
        try:
            browser = playwright.chromium.launch(
                executable_path=str(self.path),
                args=[*_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
                timeout=self._start_timeout_s * 1000,
                env={**guarded_environment()},
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
            session = browser.new_browser_cdp_session()
            processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
            session.detach()
        except pw.Error as error:
            playwright.stop()
            first = str(error).strip().splitlines()
            raise EnvironmentNotReady(
                f"the browser {self.path} does not start: {first[0] if first else error}",
                fix="run `castad doctor --fix`, or set CASTAD_BROWSER to a Chromium that works here",
            ) from error
        pid = next(int(p["id"]) for p in processes if p["type"] == "browser")
        self._running = _Running(playwright, browser, pid)
        return browser

    # -- on the caller's thread -------------------------------------------------------------------------

    def _attempt(
        self,
        resources: Mapping[str, Resource],
        width: int,
        height: int,
        work: Callable[[Page], T],
        check: Callable[[], None],
    ) -> T:
        page = Page(self, resources, width, height, check)
        try:
            return work(page)
        finally:
            page.close()

    def _run(self, label: str, timeout_s: float, step: Callable[[], T], check: Callable[[], None] = lambda: None) -> T:
        """``step`` on the browser's thread, ``timeout_s`` at most; past that the browser is ended.

        What ``check`` raises ends the waiting, not the step.
        """
        import playwright.sync_api as pw

        check()
        future, end = self._thread.submit(step), time.monotonic() + timeout_s
        while not wait([future], _CHECK_EVERY_S).done and time.monotonic() < end:
            check()
        try:
            return future.result(0)
        except FutureTimeout as error:
            self._forget()
            raise ToolError(
                f"the browser took more than {timeout_s:g} s to {label}",
                command=(str(self.path),),
                fix="see whether the template has a script that never ends; on a slow machine render fewer at once",
            ) from error
        except pw.TimeoutError as error:
            raise ToolError(f"the page took too long to {label}", command=(str(self.path),)) from error
        except pw.Error as error:
            text = error.message.strip()
            if "closed" in text or "crash" in text.lower():
                raise _BrowserDiedError(f"while it had to {label}") from error
            raise ToolError(f"the page failed to {label}: {text.splitlines()[0]}", command=(str(self.path),)) from error

    def _forget(self) -> None:
        """Ends a browser that hangs or died, and takes a new thread for the next one."""
        running, self._running = self._running, None
        old, self._thread = self._thread, ThreadPoolExecutor(1, thread_name_prefix="castad-browser")
        if running is not None:
            running.kill()
            old.submit(running.stop)
        old.shutdown(wait=False)


@contextlib.contextmanager
def _drivers_of_our_own() -> Iterator[None]:
    """Playwright's driver is started in a session of its own, and without our keys.

    Why: a driver that dies of a terminal's Ctrl-C leaves us waiting for answers that never come. Playwright has
    no option for either; it starts the driver through asyncio.
    """
    start = asyncio.create_subprocess_exec

    async def start_apart(*command: Any, env: Mapping[str, str] | None = None, **options: Any) -> Any:
        environment = public(os.environ if env is None else env)
        return await start(*command, env=environment, **{**options, "start_new_session": True})

    asyncio.create_subprocess_exec = cast("Any", start_apart)
    try:
        yield
    finally:
        asyncio.create_subprocess_exec = start


@dataclass
class _Running:
    """A started browser, with the driver that talks to it and its process id."""

    playwright: pw.Playwright
    browser: pw.Browser
    pid: int

    def stop(self) -> None:
        """Ends both in order; on the thread that started them."""
        for close in (self.browser.close, self.playwright.stop):
            with contextlib.suppress(Exception):
                close()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self.pid, signal.SIGKILL)


class _BrowserDiedError(CastadError):
    """The browser went away in mid-work; tried once more."""


class Page:
    """A page of a `Browser`, for one rendition."""

    def __init__(
        self,
        browser: Browser,
        resources: Mapping[str, Resource],
        width: int,
        height: int,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._browser = browser
        self._context: pw.BrowserContext | None = None
        self.problems: list[str] = []
        """What the page said on its console as errors, what it threw, and which loads were refused."""
        self._check = check

        stillness = resources_of("castad_cli.render").joinpath("stillness.js").read_text(encoding="utf-8")

        def start() -> None:
            browser._ensure_started()

        def load() -> None:
            self._context = browser._ensure_started().new_context(
                viewport={"width": width, "height": height}, device_scale_factor=1, service_workers="block"
            )
            self._context.set_default_timeout(15_000)
            self._context.route("**/*", lambda route: self._answer(route, resources))
            self._context.add_init_script(stillness)
            self._page = self._context.new_page()
            self._page.on("pageerror", lambda error: self.problems.append(str(error)))
            self._page.on("dialog", lambda dialog: dialog.dismiss())
            self._session = self._context.new_cdp_session(self._page)
            self._session.send(
                "Emulation.setDefaultBackgroundColorOverride", {"color": {"r": 0, "g": 0, "b": 0, "a": 0}}
            )
            self._page.goto(ORIGIN + "/", wait_until="load")

        self._thread = browser._thread
        browser._run("start", browser._start_timeout_s + 5, start, check)
        try:
            browser._run("load the template", browser._load_timeout_s, load, check)
        except BaseException:
            self.close()
            raise

    def evaluate(self, label: str, script: str, argument: Any = None, *, timeout_s: float = 20) -> Any:
        """The JSON value of a script in the page; ``label`` completes "the browser took too long to …"."""
        return self._browser._run(label, timeout_s, lambda: self._page.evaluate(script, argument), self._check)

    def capture(self, label: str, left: float, top: float, width: float, height: float, scale: float = 1.0) -> bytes:
        """A PNG with alpha of what the page shows in a box (CSS pixels), ``scale`` picture pixels to one of them."""
        import base64

        clip = {"x": left, "y": top, "width": width, "height": height, "scale": scale}
        answer = self._browser._run(
            label,
            20,
            lambda: self._session.send(
                "Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True, "clip": clip}
            ),
            self._check,
        )
        return base64.b64decode(answer["data"])

    def close(self) -> None:
        # A browser that was given up took this page with it; its objects belong to a thread that is gone.
        if self._browser._thread is self._thread:
            with contextlib.suppress(Exception):
                self._browser._run("close the page", 5, self._close)

    def _close(self) -> None:
        context, self._context = self._context, None  # on the browser's thread: a load given up may have just made it
        if context is not None:
            context.close()

    def _answer(self, route: pw.Route, resources: Mapping[str, Resource]) -> None:
        url = route.request.url
        path = url.removeprefix(ORIGIN).split("?")[0] if url.startswith(ORIGIN) else ""
        resource = resources.get(path)
        if resource is None:
            if path != "/favicon.ico":
                self.problems.append(f"refused to load {url[:200]}")
            route.abort("blockedbyclient")
        else:
            route.fulfill(body=resource.body, content_type=resource.content_type)
