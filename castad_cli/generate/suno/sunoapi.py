"""sunoapi.org (``/api/v1/generate``): two tracks a task; its ``code`` counts, whatever HTTP says.

Codes as its pages give them: 429 no credits, 405 and 430 too many calls, 413 too long, 455 maintenance, 531 failed and
credits returned. It wants an address to call back; this one is nobody's, since the task is polled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from castad_cli.errors import PlatformError
from castad_cli.generate.buying import ClosedForNow
from castad_cli.generate.suno.flavor import Offered, Progress, Unheard, Wish
from castad_cli.generate.suno.wire import Reply, Wire

URL = "https://api.sunoapi.org"
_NOBODY = "https://example.com/castad-polls-instead"
_FAILED = {"CREATE_TASK_FAILED", "GENERATE_AUDIO_FAILED", "SENSITIVE_WORD_ERROR", "FAILED"}
_RETURNED = 531
_PAUSES_S = {405: 15.0, 430: 15.0, 455: 600.0}


class SunoApi:
    """See `castad_cli.generate.suno.flavor.Flavor`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def submit(self, wish: Wish, pay: Callable[[], None]) -> str:
        body = {
            "customMode": True,
            "instrumental": True,
            "model": wish.model,
            "callBackUrl": _NOBODY,
            "style": wish.style[:200],
            "title": wish.title[:80],
        }
        reply = self._wire.ask("POST", "/api/v1/generate", json=body, before=pay)
        task = str(_data(reply).get("taskId") or "")
        if _code(reply) == 200 and task:
            return task
        if _code(reply) in (0, 200):
            raise PlatformError(f"sunoapi.org's answer was not understood (HTTP {reply.status})", kind="unknown")
        raise self._refuse(reply)

    def poll(self, task: str) -> Progress:
        reply = self._wire.ask("GET", "/api/v1/generate/record-info", params={"taskId": task})
        if _code(reply) != 200:
            raise self._refuse(reply)
        data = _data(reply)
        status = str(data.get("status") or "")
        tracks = _tracks(data)
        if status == "SUCCESS" or (status == "CALLBACK_EXCEPTION" and tracks):
            return Progress("finished" if tracks else "running", tracks)
        if status in _FAILED:
            reason = self._wire.clean(data.get("errorMessage") or status)
            return Progress("failed", reason=reason, returned=data.get("errorCode") == _RETURNED)
        return Progress("running")

    def check(self) -> None:
        reply = self._wire.ask("GET", "/api/v1/generate/credit")
        if _code(reply) == 401:
            raise self._refuse(reply)

    def _refuse(self, reply: Reply) -> PlatformError:
        code, said = _code(reply), self._wire.clean(reply.body.get("msg"))
        if code == 401:
            return Unheard(said, kind="auth")
        if code in (402, 429):
            return Unheard(f"sunoapi.org: no credits left ({said})", kind="quota", fix="top up the account's credits")
        if code in _PAUSES_S:
            until = datetime.now(UTC) + timedelta(seconds=_PAUSES_S[code])
            return ClosedForNow(f"sunoapi.org asks to wait: {said}", kind="quota", until=until)
        if code == 0 or code >= 500 or code == 408:
            return Unheard(f"sunoapi.org answered {code or reply.status}: {said}", kind="transient")
        return Unheard(f"sunoapi.org refused: {said}", kind="rejected")


def _code(reply: Reply) -> int:
    """The code that counts: the body's; HTTP's where the body has none; 0 where neither says anything."""
    code = reply.body.get("code")
    if isinstance(code, int):
        return code
    return reply.status if reply.is_json and reply.status >= 400 else 0


def _data(reply: Reply) -> Mapping[str, Any]:
    data = reply.body.get("data")
    return data if isinstance(data, dict) else {}


def _tracks(data: Mapping[str, Any]) -> tuple[Offered, ...]:
    response = data.get("response")
    found = response.get("sunoData") if isinstance(response, dict) else None
    return tuple(
        Offered(str(each.get("id") or number), str(each.get("title") or ""), str(url), float(each.get("duration") or 0))
        for number, each in enumerate(found if isinstance(found, list) else [])
        if isinstance(each, dict) and (url := each.get("audioUrl") or each.get("sourceAudioUrl"))
    )
