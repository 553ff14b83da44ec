"""Suno's own partner API (``/v0/audio``): one track a task, and no callback.

Where the answer has no ``audio_url`` any more, a playback token gives a stream. Source: clients and tests of partners;
the contract is not public, so what is not understood is taken as still running.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from castad_cli.errors import PlatformError
from castad_cli.generate.buying import ClosedForNow
from castad_cli.generate.suno.flavor import Offered, Progress, Unheard, Wish
from castad_cli.generate.suno.wire import Reply, Wire

URL = "https://api.suno.com"
_PAUSE_S = 20.0


class Official:
    """See `castad_cli.generate.suno.flavor.Flavor`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def submit(self, wish: Wish, pay: Callable[[], None]) -> str:
        body = {"style": wish.style[:1000], "title": wish.title[:100], "instrumental": True}
        reply = self._wire.ask("POST", "/v0/audio", json=body, before=pay)
        task = str(reply.body.get("id") or "")
        if reply.status in (200, 201, 202) and task:
            return task
        if reply.status < 300 or (reply.status >= 500 and not reply.is_json):
            raise PlatformError(f"Suno's answer was not understood (HTTP {reply.status})", kind="unknown")
        raise self._refuse(reply)

    def poll(self, task: str) -> Progress:
        reply = self._wire.ask("GET", f"/v0/audio/{task}")
        if reply.status != 200 or not reply.is_json:
            raise self._refuse(reply)
        status = str(reply.body.get("status") or "")
        if status == "error":
            return Progress("failed", reason=self._wire.clean(reply.body.get("error")))
        if status != "complete":
            return Progress("running")
        title = str(reply.body.get("title") or "")
        url = str(reply.body.get("audio_url") or "")
        if not url:
            token = self._wire.ask("POST", f"/v0/audio/{task}/playback-token")
            url = str(token.body.get("url") or "") if token.status < 300 else ""
        if url:
            return Progress("finished", (Offered(task, title, url),))
        bearer = (("Authorization", f"Bearer {self._wire.key}"),)
        return Progress("finished", (Offered(task, title, f"{self._wire.url}/v0/audio/{task}/stream", 0, bearer),))

    def check(self) -> None:
        reply = self._wire.ask("GET", "/v0/account/usage")
        if reply.status == 401:
            raise self._refuse(reply)

    def _refuse(self, reply: Reply) -> PlatformError:
        said = self._wire.clean(reply.body.get("error"))
        if reply.status == 401:
            return Unheard(said, kind="auth")
        if reply.status == 429:
            if re.search(r"quota|credit|balance|plan", said, re.I):
                return Unheard(f"Suno: {said}", kind="quota", fix="look at the account's quota at platform.suno.com")
            until = datetime.now(UTC) + timedelta(seconds=reply.retry_after_s or _PAUSE_S)
            return ClosedForNow(f"Suno asks to wait: {said}", kind="quota", until=until)
        if reply.status >= 500 or reply.status == 408:
            return Unheard(f"Suno answered {reply.status}: {said}", kind="transient")
        return Unheard(f"Suno refused: {said}", kind="rejected")
