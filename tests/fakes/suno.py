"""Fakes of the two APIs called Suno: the partner API (``/v0/audio``) and sunoapi.org (``/api/v1/generate``).

What was submitted and accepted is bought: one line of the ledger each, also when the answer was lost. The sound is a
real file of a length that nobody asked for.
"""

from __future__ import annotations

import hashlib
import io
import re
import wave
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from fake_service import FakeService, Reply, Request, Stop

OFFICIAL_KEY = "sk_live_" + "5e" * 32
RESELLER_KEY = "reseller-key-0123456789abcdef0123456789"
TOKEN_LIFE_S = 3600
FILE_LIFE_S = 15 * 86400


class SunoFake(FakeService):
    """What both share. ``content_type``: of the sound; ``honours_range``: whether its host serves parts."""

    content_type = "audio/mpeg"
    honours_range = True

    def sound(self, request: Request, seconds: float) -> Reply:
        """The file, or the part of it that was asked for where the host does that."""
        data = song(seconds)
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
        if not part or not self.honours_range:
            return Reply(200, data, {"Content-Type": self.content_type})
        first, last = int(part[1]), min(int(part[2] or len(data) - 1), len(data) - 1)
        if first > last:
            return Reply(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        where = {"Content-Range": f"bytes {first}-{last}/{len(data)}", "Content-Type": self.content_type}
        return Reply(206, data[first : last + 1], where)

    def only(self, request: Request, known: Mapping[str, tuple[str, Callable[[Request], Reply]]], body: Any) -> Any:
        """The route of a path that is known by other methods alone."""
        if request.method in known:
            return known[request.method]
        return "unknown", lambda _: Reply(405, body, {"Allow": ", ".join(known)})


class OfficialFake(SunoFake):
    """``stages`` are a task's states, one a poll. ``gives_url``: whether ``audio_url`` is still there.

    A key whose scopes lack ``audio`` has no such plan.
    """

    def __init__(self, folder: Path) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.stages = ["queued", "streaming", "complete"]
        self.gives_url, self.gives_token = True, True
        self.failure = ""
        self.sound_s = 24.0
        self.given: dict[str, float] = {}
        """Playback tokens, and when they end."""
        super().__init__(folder, "suno-official")
        self.allow(OFFICIAL_KEY, "audio")

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        parts = request.path.strip("/").split("/")
        known: dict[str, tuple[str, Callable[[Request], Reply]]] = {}
        if parts[:2] == ["v0", "audio"] and len(parts) == 2:
            known = {"POST": ("submit", self.submit)}
        elif parts[:2] == ["v0", "audio"] and len(parts) == 3:
            known = {"GET": ("poll", self.poll)}
        elif parts[:2] == ["v0", "audio"] and parts[3:] == ["playback-token"]:
            known = {"POST": ("token", self.token)}
        elif parts[:2] == ["v0", "audio"] and parts[3:] == ["stream"]:
            known = {"GET": ("stream", self.stream)}
        elif parts == ["v0", "account", "usage"]:
            known = {"GET": ("usage", self.usage)}
        elif parts[0] == "files" and len(parts) == 2:
            known = {"GET": ("file", lambda request: self.sound(request, self.sound_s))}
        if not known:
            return "unknown", lambda _: Reply(404, {"error": "not found"})
        return self.only(request, known, {"error": "method not allowed"})  # type: ignore[no-any-return]

    def authorise(self, request: Request) -> None:
        state = self.tokens.get(request.token, "unknown")
        if state != "valid":
            said = {"expired": "api key expired", "revoked": "api key revoked"}.get(state, "invalid api key")
            raise Stop(Reply(401, {"error": said}))
        if "audio" not in self.scopes[request.token]:
            raise Stop(Reply(403, {"error": "audio is not in your plan"}))

    def usage(self, request: Request) -> Reply:
        self.authorise(request)
        return Reply(200, {"used": len(self.tasks), "limit": 1000})

    def submit(self, request: Request) -> Reply:
        self.authorise(request)
        body = request.tree
        if "description" in body and "style" in body:
            raise Stop(Reply(400, {"error": "description cannot be combined with style"}))
        if not body.get("description") and not body.get("style"):
            raise Stop(Reply(400, {"error": "description or style is required"}))
        if body.get("style") and not body.get("lyrics") and not body.get("instrumental"):
            raise Stop(Reply(400, {"error": "lyrics are required unless instrumental"}))
        bounds = {"description": 3000, "lyrics": 5000, "style": 1000, "title": 100}
        if long := [name for name, most in bounds.items() if len(body.get(name, "")) > most]:
            raise Stop(Reply(400, {"error": f"{long[0]} too long"}))
        if "voice_id" in body and not re.fullmatch(r"voice_[0-9a-f]{8}", str(body["voice_id"])):
            raise Stop(Reply(400, {"error": "unknown voice_id"}))
        task = f"clip-{len(self.tasks) + 1}"
        self.tasks[task] = {"polls": 0, "title": body.get("title", "")}
        self.publish(kind="track", task=task, wish=hashlib.sha256(request.body).hexdigest())
        return Reply(201, {"id": task, "status": "submitted", "created_at": "2026-11-25T00:00:00Z"})

    def task_of(self, request: Request) -> tuple[str, dict[str, Any]]:
        self.authorise(request)
        name = request.path.strip("/").split("/")[2]
        if name not in self.tasks:
            raise Stop(Reply(404, {"error": "not found"}))
        return name, self.tasks[name]

    def poll(self, request: Request) -> Reply:
        name, task = self.task_of(request)
        status = self.stages[min(task["polls"], len(self.stages) - 1)]
        task["polls"] += 1
        body = {"id": name, "status": status, "title": task["title"], "metadata": {}}
        if self.failure:
            return Reply(200, {**body, "status": "error", "error": self.failure})
        if status == "complete" and self.gives_url:
            body["audio_url"] = f"{self.url}/files/{name}.mp3"
        return Reply(200, body)

    def token(self, request: Request) -> Reply:
        name, _ = self.task_of(request)
        if not self.gives_token:
            raise Stop(Reply(404, {"error": "not found"}))
        once = f"once{len(self.given) + 1}"
        self.given[once] = self.now() + TOKEN_LIFE_S
        return Reply(200, {"url": f"{self.url}/v0/audio/{name}/stream?t={once}", "expires_at": "2026-11-25T01:00:00Z"})

    def stream(self, request: Request) -> Reply:
        once = request.query.get("t")
        if once is None:
            self.task_of(request)
        elif self.given.get(once, 0.0) < self.now():
            raise Stop(Reply(403, {"error": "the link has expired"}))
        return self.sound(request, self.sound_s)


class SunoApiFake(SunoFake):
    """``stages`` as in sunoapi.org's record-info; ``code`` answers every submit with that code, at HTTP 200.

    ``error_code`` is what a task that fails says of itself; 531 gives its credits back. Callbacks go to addresses of
    this machine alone, at each stage: see `suno_callbacks`.
    """

    content_type = "application/octet-stream"
    PRICE = 10

    def __init__(self, folder: Path) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.stages = ["PENDING", "TEXT_SUCCESS", "FIRST_SUCCESS", "SUCCESS"]
        self.code = 200
        self.error_code: int | None = None
        self.credits = 100
        self.lengths = (16.0, 24.0)
        self.gone: set[str] = set()
        self.on_stage: Callable[[str, str, dict[str, Any]], None] | None = None
        """Called with the callback address, the stage and the tracks so far, whenever a task gets on."""
        super().__init__(folder, "sunoapi")
        self.allow(RESELLER_KEY)

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        table: dict[str, dict[str, tuple[str, Callable[[Request], Reply]]]] = {
            "/api/v1/generate": {"POST": ("submit", self.submit)},
            "/api/v1/generate/record-info": {"GET": ("poll", self.poll)},
            "/api/v1/generate/credit": {"GET": ("credit", self.credit)},
        }
        known = table.get(request.path)
        if known is None and request.path.startswith("/files/"):
            known = {"GET": ("file", self.file)}
        if known is None:
            return "unknown", lambda _: Reply(404, {"code": 404, "msg": "not found"})
        return self.only(request, known, {"code": 405, "msg": "method not allowed"})  # type: ignore[no-any-return]

    def authorise(self, request: Request) -> None:
        state = self.tokens.get(request.token, "unknown")
        if state != "valid":
            said = {"expired": "key expired", "revoked": "key disabled"}.get(state, "unauthorized")
            raise Stop(Reply(200, {"code": 401, "msg": said}))

    def credit(self, request: Request) -> Reply:
        self.authorise(request)
        return Reply(200, {"code": 200, "msg": "success", "data": self.credits})

    def submit(self, request: Request) -> Reply:
        self.authorise(request)
        body = request.tree
        needed = (
            "customMode",
            "instrumental",
            "model",
            "callBackUrl",
            *(("style", "title") if body.get("customMode") else ("prompt",)),
        )
        missing = [name for name in needed if body.get(name) in (None, "")]
        if missing:
            raise Stop(Reply(200, {"code": 400, "msg": f"{missing[0]} is required"}))
        if self.code != 200:
            raise Stop(Reply(200, {"code": self.code, "msg": f"code {self.code}"}))
        if self.credits < self.PRICE:
            raise Stop(Reply(200, {"code": 429, "msg": "insufficient credits"}))
        task = f"task-{len(self.tasks) + 1}"
        self.tasks[task] = {"polls": 0, "title": body["title"], "call": body["callBackUrl"], "made": self.now()}
        self.credits -= self.PRICE
        self.publish(kind="track", task=task, wish=hashlib.sha256(request.body).hexdigest())
        return Reply(200, {"code": 200, "msg": "success", "data": {"taskId": task}})

    def poll(self, request: Request) -> Reply:
        self.authorise(request)
        name = request.query.get("taskId", "")
        if name not in self.tasks:
            raise Stop(Reply(200, {"code": 404, "msg": "no such task"}))
        task = self.tasks[name]
        status = self.stages[min(task["polls"], len(self.stages) - 1)]
        task["polls"] += 1
        ready = {"FIRST_SUCCESS": 1, "SUCCESS": 2, "CALLBACK_EXCEPTION": 2}.get(status, 0)
        tracks = [
            {
                "id": f"{name}-{number}",
                "title": f"{task['title']} {number}",
                "audioUrl": f"{self.url}/files/{name}-{number}.mp3" if number < ready else "",
                "duration": self.lengths[number],
            }
            for number in range(2 if ready else 0)
        ]
        failed = not ready and status not in ("PENDING", "TEXT_SUCCESS")
        if failed and self.error_code == 531 and not task.get("returned"):
            task["returned"] = True
            self.credits += self.PRICE
        data = {
            "taskId": name,
            "status": status,
            "errorCode": self.error_code if failed else None,
            "errorMessage": "it did not work" if failed else "",
            "response": {"sunoData": tracks},
        }
        if self.on_stage and urlsplit(task["call"]).hostname == "127.0.0.1":
            self.on_stage(task["call"], status, data)
        return Reply(200, {"code": 200, "msg": "success", "data": data})

    def file(self, request: Request) -> Reply:
        name = request.path.rpartition("/")[2]
        task, _, which = name.removesuffix(".mp3").rpartition("-")
        if name in self.gone or task not in self.tasks or self.now() > self.tasks[task]["made"] + FILE_LIFE_S:
            raise Stop(Reply(404, b"<html>gone</html>"))
        return self.sound(request, self.lengths[int(which)])


def cut_off(reply: Reply, missing: int) -> Reply:
    """``reply`` with its last bytes announced and never sent."""
    return replace(reply, missing=missing)


@lru_cache(maxsize=8)
def song(seconds: float, bpm: float = 96.0, lead_s: float = 0.7) -> bytes:
    """A WAV file with a clear beat: silence at its head, then a kick on each beat, lower on each bar's first."""
    rate = 24_000
    beat = 60 / bpm
    at = np.arange(int(rate * seconds)) / rate - lead_s
    number, since = np.floor_divide(at, beat), np.mod(at, beat)
    first = number % 4 == 0
    kick = np.exp(-since * 18) * np.sin(2 * np.pi * np.where(first, 55, 110) * since)
    sound = np.where(first, 0.9, 0.6) * kick + 0.12 * np.sin(2 * np.pi * 220 * at)
    frames = np.where(at < 0, 0, 20_000 * np.clip(sound, -1, 1)).astype("<i2").tobytes()
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(frames)
    return out.getvalue()
