"""A browser's page for one rendition: its files served from memory, its scripts asked, its pictures taken."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.resources import files as resources_of
from typing import Any

from castad_cli.render.chromium.devtools import Answer, Connection, LostError, RefusedError
from castad_cli.render.chromium.kept_shots import KeptShots

ORIGIN = "http://rendition.castad.invalid"
"""Where a page believes it lives; `.invalid` never resolves (RFC 2606)."""

LOADING = "load the template"
"""What a browser is doing while a page loads."""

_FUNCTION = re.compile(r"\s*(async\s*)?\([^()]*\)\s*=>")
_ANSWERS_WITHIN_S = 20.0
_WINDOW = (1080, 1920)


@dataclass(frozen=True)
class Resource:
    """A file of a page's origin: its bytes and media type."""

    body: bytes
    content_type: str


@dataclass(frozen=True)
class Blank:
    """A page that shows nothing yet: the ids of its context, its target and our session with it."""

    context: str
    target: str
    session: str


def open_blank(connection: Connection, ask: Callable[[Future[Answer]], Answer]) -> Blank:
    """A new page in a context of its own; ``ask`` waits for an answer. Its window is alike for all pages; what they are
    laid out in is told when they are loaded."""
    context = ask(connection.send("Target.createBrowserContext"))["browserContextId"]
    window = {"url": "about:blank", "browserContextId": context, "width": _WINDOW[0], "height": _WINDOW[1]}
    target = ask(connection.send("Target.createTarget", **window))["targetId"]
    session = ask(connection.send("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
    return Blank(context, target, session)


Wait = Callable[[str, float, "Future[Answer]"], Answer]
"""Waits for an answer: what the browser is doing, the seconds it may take, and the answer to come."""


class Page:
    """A page of a `Browser`, of ``width`` × ``height`` CSS pixels, in a context of its own; see `begin` and `load`.

    ``blank`` is one that is open already.
    """

    def __init__(
        self,
        connection: Connection,
        resources: Mapping[str, Resource],
        width: int,
        height: int,
        shots: KeptShots,
        blank: Blank | None = None,
    ) -> None:
        self._connection, self._resources = connection, dict(resources)
        self._width, self._height = width, height
        self._blank = blank
        self._context = self._session = self._frame = ""
        self._opened, self._veiled = False, True
        self._loaded: Future[Answer] = Future()
        self._telling = threading.Lock()
        self.shots = shots
        """Screenshots of the pages before it."""
        self.problems: list[str] = []
        """What the page threw, and which loads were refused."""

    def begin(self, ask: Callable[[Future[Answer]], Answer]) -> None:
        """Opens ``resources["/"]``, which from now on loads; ``ask`` waits for an answer."""
        send = self._send
        blank = self._blank or open_blank(self._connection, ask)
        self._context, self._session = blank.context, blank.session
        self._frame = blank.target  # a page's target goes by the name of its outermost frame
        self._connection.listen(self._session, self._hear)
        screen = {"width": self._width, "height": self._height, "deviceScaleFactor": 1, "mobile": False}
        wishes = [
            {"name": "prefers-color-scheme", "value": "light"},
            {"name": "prefers-reduced-motion", "value": "no-preference"},
        ]
        stillness = resources_of("castad_cli.render.chromium").joinpath("stillness.js").read_text(encoding="utf-8")
        for answer in [
            send("Page.enable"),
            send("Runtime.enable"),
            send("Inspector.enable"),
            send("Fetch.enable", patterns=[{"urlPattern": "*"}]),
            send("Emulation.setDeviceMetricsOverride", **screen),
            send("Emulation.setEmulatedMedia", media="", features=wishes),
            send("Emulation.setFocusEmulationEnabled", enabled=True),
            send("Emulation.setDefaultBackgroundColorOverride", color={"r": 0, "g": 0, "b": 0, "a": 0}),
            send("Page.addScriptToEvaluateOnNewDocument", source=stillness),
        ]:
            ask(answer)
        went = ask(send("Page.navigate", url=ORIGIN + "/"))
        if went.get("errorText"):
            self._tell(RefusedError(str(went["errorText"])))

    def load(self, timeout_s: float, wait: Wait) -> None:
        """Waits until all that the page names is loaded; begins that, unless it has begun. From now on every answer is
        waited for by ``wait``."""
        self._wait = wait

        def ask(answer: Future[Answer]) -> Answer:
            return wait(LOADING, timeout_s, answer)

        if not self._session:
            self.begin(ask)
        ask(self._loaded)

    def evaluate(self, label: str, script: str, argument: Any = None, *, timeout_s: float = _ANSWERS_WITHIN_S) -> Any:
        """The JSON value of a script in the page, or of a function of ``argument``; promises are waited for.

        ``label`` completes "the browser took too long to …".
        """
        return self.ask(label, script, argument, timeout_s=timeout_s)()

    def ask(
        self, label: str, script: str, argument: Any = None, *, timeout_s: float = _ANSWERS_WITHIN_S
    ) -> Callable[[], Any]:
        """The same, waited for only when what is returned is called.

        So the page need not wait, between one question and the next, for somebody to have read its answer: it takes
        them in order.
        """
        called = f"({script})({json.dumps(argument)})" if _FUNCTION.match(script) else script
        asked = self._send(
            "Runtime.evaluate", expression=called, returnByValue=True, awaitPromise=True, userGesture=True
        )

        def get() -> Any:
            answer = self._wait(label, timeout_s, asked)
            if "exceptionDetails" in answer:
                failed: Future[Answer] = Future()
                failed.set_exception(RefusedError(_first_words(answer["exceptionDetails"])))
                self._wait(label, timeout_s, failed)
            return answer["result"].get("value")

        return get

    def capture(self, label: str, left: float, top: float, width: float, height: float, scale: float = 1.0) -> bytes:
        """A PNG with alpha of what the page shows in a box (CSS pixels), ``scale`` picture pixels to one of them."""
        if self._veiled:
            self._veil(False)
        clip = {"x": left, "y": top, "width": width, "height": height, "scale": scale}
        shown = self._send("Page.captureScreenshot", format="png", optimizeForSpeed=True, clip=clip)
        return base64.b64decode(self._wait(label, _ANSWERS_WITHIN_S, shown)["data"])

    def veil(self) -> None:
        """Nothing is drawn any more until the next picture is asked for. A page is loaded so.

        Why: the browser would draw the whole page, every scene of it at once, each time something of it is changed.
        """
        if not self._veiled:
            self._veil(True)

    def _veil(self, on: bool) -> None:
        self._veiled = on
        self._send("Runtime.evaluate", expression=f"castadVeil({json.dumps(on)})")  # done before what is sent next

    def offer(self, path: str, resource: Resource) -> None:
        """From now on the page can load that file, too."""
        self._resources[path] = resource

    def withdraw(self, path: str) -> None:
        """The page can load that file no longer."""
        self._resources.pop(path, None)

    def close(self) -> list[Future[Answer]]:
        """Ends the page and what it opened; the answers to wait for. Idempotent."""
        context, self._context = self._context, ""
        if not context:
            return []
        closed = self._connection.send("Target.disposeBrowserContext", browserContextId=context)
        self._connection.leave(self._session, "the page was closed")
        return [closed]

    def _send(self, method: str, **parameters: Any) -> Future[Answer]:
        return self._connection.send(method, self._session, **parameters)

    def _hear(self, event: str, told: dict[str, Any]) -> None:
        if event == "Fetch.requestPaused":
            if told.get("resourceType") == "Document" and told["frameId"] == self._frame:
                if self._opened:
                    self._stay(told["requestId"], told["request"]["url"])
                    return
                self._opened = True
            self._answer(told["requestId"], told["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.problems.append(_first_words(told["exceptionDetails"]))
        elif event == "Page.javascriptDialogOpening":
            self._send("Page.handleJavaScriptDialog", accept=False)
        elif event == "Page.loadEventFired":
            self._tell({})
        elif event in ("Inspector.targetCrashed", "Inspector.detached"):
            why = "its page crashed"
            self._tell(LostError(why))
            self._connection.leave(self._session, why)

    def _tell(self, loaded: Answer | Exception) -> None:
        """Whether the page loaded; the first word counts."""
        with self._telling:
            if self._loaded.done():
                return
            if isinstance(loaded, Exception):
                self._loaded.set_exception(loaded)
            else:
                self._loaded.set_result(loaded)

    def _stay(self, request: str, url: str) -> None:
        """Lets the page go nowhere else: a navigation that is aborted leaves it as it is."""
        problem = f"it tries to go to {url[:200]}, but a template is one page, and stays"
        self.problems.append(problem)
        self._tell(RefusedError(problem))  # one that is left while it loads is never loaded
        self._send("Fetch.failRequest", requestId=request, errorReason="Aborted")

    def _answer(self, request: str, url: str) -> None:
        path = url.removeprefix(ORIGIN).split("?")[0] if url.startswith(ORIGIN + "/") else ""
        resource = self._resources.get(path)
        if resource is not None:
            self._send(
                "Fetch.fulfillRequest",
                requestId=request,
                responseCode=200,
                responseHeaders=[{"name": "Content-Type", "value": resource.content_type}],
                body=base64.b64encode(resource.body).decode(),
            )
            return
        if path != "/favicon.ico":
            self.problems.append(f"refused to load {url[:200]}")
        self._send("Fetch.failRequest", requestId=request, errorReason="BlockedByClient")


def _first_words(details: dict[str, Any]) -> str:
    """An exception's first line, as its page gave it."""
    thrown = details.get("exception", {})
    said = str(thrown.get("description") or thrown.get("value") or details.get("text", ""))
    return said.strip().splitlines()[0] if said.strip() else "an exception that says nothing"
