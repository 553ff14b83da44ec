"""One warm headless Chromium that serves many renditions, each wait in it labelled and bounded.

Pages load from memory only: every request is answered from the rendition's own files or refused, so a
template can reach neither the network nor the disk. A page that hangs cannot be interrupted from inside: its browser
is ended, and the next rendition starts a new one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from castad_cli.errors import CastadError, EnvironmentNotReady, ToolError
from castad_cli.render.chromium.devtools import Answer, Connection, LostError, RefusedError
from castad_cli.render.chromium.kept_shots import KeptShots
from castad_cli.render.chromium.pages import LOADING, ORIGIN, Blank, Page, Resource, open_blank
from castad_cli.render.machine.memory import session_bytes

__all__ = ["ORIGIN", "Browser", "Page", "Resource"]

T = TypeVar("T")

_CHECK_EVERY_S = 0.1
_LONGEST_CLOSE_S = 5.0
_WEIGHED_EVERY_S = 1.0
_MOST_BYTES = 2_000_000_000
"""Ten times what a page takes that shows an ad."""

_ARGUMENTS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-startup-window",
    # What it looks like does not depend on the machine.
    "--disable-gpu",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--disable-font-subpixel-positioning=false",
    "--hide-scrollbars",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
    # Nothing is put off, remembered, reported or asked.
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-back-forward-cache",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-field-trial-config",
    "--disable-hang-monitor",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    # A script that makes ever more objects ends with its page, not with the machine's memory.
    "--js-flags=--max-old-space-size=512",
    "--no-default-browser-check",
    "--no-first-run",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-features=Translate,MediaRouter,DialMediaRouteProvider,OptimizationHints,PaintHolding,"
    "DestroyProfileOnBrowserClose,CertificateTransparencyComponentUpdater,HttpsUpgrades",
    # One ad's page is one process of its own; what serves it needs none.
    "--renderer-process-limit=1",
    "--in-process-gpu",
    "--enable-features=NetworkServiceInProcess2",
    "--block-new-web-contents",
    # What interception does not see (web sockets, WebRTC) finds no host and no way out either.
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_UNBOXED = ("--no-sandbox", "--no-zygote")
"""Chromium's own sandbox needs what root has not, and containers and Ubuntu since 23.10 often not.
What a page can reach is closed off without it as well."""


class Browser:
    """A Chromium that starts when first needed and stays warm. Thread-safe; work is done one page at a time."""

    def __init__(self, path: Path, *, start_timeout_s: float = 40, load_timeout_s: float = 20) -> None:
        self.path = path
        self._start_timeout_s, self._load_timeout_s = start_timeout_s, load_timeout_s
        self._lock, self._changing = threading.Lock(), threading.Lock()
        self._started: Future[_Running] | None = None
        self._begun: _Begun | None = None
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="castad-browser")

    @property
    def pid(self) -> int | None:
        """The browser's own process, while one runs."""
        with contextlib.suppress(Exception):
            if self._started is not None and self._started.done():
                return self._started.result().pid
        return None

    def warm_up(self) -> None:
        """Starts the browser in the background, so that it is ready when the words and music are.

        What goes wrong is told to whoever first asks for a page.
        """
        self._start()

    def begin_page(self, resources: Mapping[str, Resource], width: int, height: int) -> None:
        """Lets the page load in the background that `with_page` will be asked for next, with these very ``resources``.

        Only the first page of a browser does: later ones find processors busy, and would gain nothing. What goes wrong
        is told to whoever asks for the page.
        """
        started = self._start()
        with self._changing:
            if self._begun is None:
                page = self._starter.submit(_begin_page, started, resources, width, height)
                self._begun = _Begun(started, resources, page)

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
                    fix="see whether a script of the template takes very much memory, or the machine is short of it; "
                    "`castad doctor` checks the browser",
                ) from error

    def version(self) -> str:
        """The browser's version, as it tells it."""
        return self._await("start", self._start_timeout_s + 5, self._start()).version

    def close(self) -> None:
        """Ends the browser; idempotent."""
        self._forget()
        self._starter.shutdown(wait=False, cancel_futures=True)

    def _attempt(
        self,
        resources: Mapping[str, Resource],
        width: int,
        height: int,
        work: Callable[[Page], T],
        check: Callable[[], None],
    ) -> T:
        running = self._await("start", self._start_timeout_s + 5, self._start(), check)

        def wait(label: str, timeout_s: float, answer: Future[Answer]) -> Answer:
            return self._await(label, timeout_s, answer, check)

        page = self._take_begun(resources, check)
        if page is None:
            blank = running.blanks.pop() if running.blanks else None
            page = Page(running.connection, resources, width, height, running.shots, blank)
        try:
            page.load(self._load_timeout_s, wait)
            return work(page)
        finally:
            # A browser that was given up took its page along.
            with contextlib.suppress(FutureTimeout, CastadError):
                for answer in [*page.close(), _slim(running)]:
                    answer.result(_LONGEST_CLOSE_S)

    def _take_begun(self, resources: Mapping[str, Resource], check: Callable[[], None]) -> Page | None:
        """The page that loads already, if it is the one of ``resources``; one that nobody came for is closed."""
        with self._changing:
            begun, self._begun = self._begun, None
            is_ours = begun is not None and begun.resources is resources and begun.started is self._started
        if begun is None:
            return None
        if is_ours:
            return self._await(LOADING, self._load_timeout_s, begun.page, check)
        begun.page.add_done_callback(_close)
        return None

    def _start(self) -> Future[_Running]:
        """A browser that is running, or about to be."""
        with self._changing:
            if self._started is not None and self._started.done():
                if self._started.exception() is not None:
                    self._started = None
                elif self._started.result().connection.lost:
                    self._started.result().end()
                    self._started = None
            if self._started is None:
                self._started = self._starter.submit(_launch, self.path, self._start_timeout_s)
            return self._started

    def _await(self, label: str, timeout_s: float, answer: Future[T], check: Callable[[], None] = lambda: None) -> T:
        """What the browser answers, within ``timeout_s``; past that it is ended.

        What ``check`` raises ends the waiting, not the work.
        """
        check()
        end = time.monotonic() + timeout_s
        weighed = time.monotonic()
        while True:
            try:
                return answer.result(min(_CHECK_EVERY_S, max(0.0, end - time.monotonic())))
            except FutureTimeout as error:
                check()
                if time.monotonic() - weighed > _WEIGHED_EVERY_S:
                    self._weigh(label)
                    weighed = time.monotonic()
                if time.monotonic() < end:
                    continue
                self._forget()
                raise ToolError(
                    f"the browser took more than {timeout_s:g} s to {label}",
                    command=(str(self.path),),
                    fix="see whether the template has a script that never ends, or very many elements; "
                    "on a slow machine render fewer at once",
                ) from error
            except LostError as error:
                raise _BrowserDiedError(f"while it had to {label}") from error
            except RefusedError as error:
                said = error.message.strip().splitlines()
                raise ToolError(
                    f"the page failed to {label}: {said[0] if said else 'it did not say why'}",
                    command=(str(self.path),),
                ) from error

    def _weigh(self, label: str) -> None:
        """Ends a browser whose page takes ever more memory, before the machine has none left."""
        running = self._started
        if running is None or not running.done() or running.exception() is not None:
            return
        if session_bytes(running.result().connection.pid) > _MOST_BYTES:
            self._forget()
            raise ToolError(
                f"the page took more than {_MOST_BYTES / 1e9:g} GB of memory to {label}",
                command=(str(self.path),),
                fix="see whether a script of the template makes ever more elements or data, or a drawing is very large",
            )

    def _forget(self) -> None:
        """Ends a browser that hangs, died or is not needed any more; one that still starts ends when it has."""
        with self._changing:
            started, self._started = self._started, None
        if started is not None and not started.cancel():
            started.add_done_callback(_end)


@dataclass(frozen=True)
class _Running:
    """A started browser: ``pid`` is its own process, which need not be the one that was started (a wrapper may)."""

    connection: Connection
    pid: int
    version: str
    profile: Path
    blanks: list[Blank]
    """The page that it was started with, until one is asked for: starting its process takes as long as loading one."""
    shots: KeptShots = field(default_factory=KeptShots)

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ToolError):
            self.connection.end()
        shutil.rmtree(self.profile, ignore_errors=True)


@dataclass(frozen=True)
class _Begun:
    """A page that loads before it is asked for, in the browser that was ``started``; ``page`` comes to None where that
    has opened its first one already."""

    started: Future[_Running]
    resources: Mapping[str, Resource]
    page: Future[Page | None]


def _begin_page(started: Future[_Running], resources: Mapping[str, Resource], width: int, height: int) -> Page | None:
    running = started.result()
    if not running.blanks:
        return None
    page = Page(running.connection, resources, width, height, running.shots, running.blanks.pop())
    try:
        page.begin(Future.result)  # whoever comes for the page waits only so long, and ends a browser that hangs
    except BaseException:
        page.close()
        raise
    return page


def _close(begun: Future[Page | None]) -> None:
    if not begun.cancelled() and begun.exception() is None:
        page = begun.result()
        if page is not None:
            page.close()


def _slim(running: _Running) -> Future[Answer]:
    """Lets a browser know that memory is short, so that it lets go of what its last page left (some 70 MB).

    Why: it would do so by itself, but half a minute later, and until then it lies beside the encoders.
    """
    return running.connection.send("Memory.simulatePressureNotification", level="critical")


def _end(started: Future[_Running]) -> None:
    if not started.cancelled() and started.exception() is None:
        started.result().end()


def _launch(path: Path, timeout_s: float) -> _Running:
    """A browser that answers, in its own sandbox where this machine lets it.

    Raises:
        EnvironmentNotReady: it does not start, or says nothing for ``timeout_s``.
    """
    if os.geteuid() == 0:
        return _launch_with(path, timeout_s, _UNBOXED)
    try:
        return _launch_with(path, timeout_s, ())
    except EnvironmentNotReady as error:
        if "sandbox" not in error.message:
            raise
    return _launch_with(path, timeout_s, _UNBOXED)


def _launch_with(path: Path, timeout_s: float, more: tuple[str, ...]) -> _Running:
    profile = Path(tempfile.mkdtemp(prefix="castad-browser-"))
    connection: Connection | None = None
    try:
        connection = Connection([str(path), *_ARGUMENTS, *more, f"--user-data-dir={profile}"])
        end = time.monotonic() + timeout_s
        asked = [connection.send("Browser.getVersion"), connection.send("SystemInfo.getProcessInfo")]

        def ask(answer: Future[Answer]) -> Answer:
            return answer.result(max(0.0, end - time.monotonic()))

        product, processes = (ask(answer) for answer in asked)
        blank = open_blank(connection, ask)
    except (CastadError, FutureTimeout) as error:
        said = connection.said.strip().splitlines() if connection else []
        if connection is not None:
            with contextlib.suppress(ToolError):
                connection.end()
        shutil.rmtree(profile, ignore_errors=True)
        telling = [line for line in said if "sandbox" in line] or said[-1:]
        raise EnvironmentNotReady(
            f"the browser {path} does not start: {telling[0] if telling else error or 'it says nothing'}",
            fix="run `castad doctor --fix`, or set CASTAD_BROWSER to a Chromium that works here",
        ) from error
    pid = next(int(p["id"]) for p in processes["processInfo"] if p["type"] == "browser")
    return _Running(connection, pid, str(product["product"]).rpartition("/")[2], profile, [blank])


class _BrowserDiedError(CastadError):
    """The browser went away in mid-work; tried once more."""
