"""Fakes of the two APIs called Suno: the partner API (``/v0/audio``) and sunoapi.org (``/api/v1/generate``).

What was submitted and accepted is bought: one line of the ledger each, also when the answer was lost. The sound is a
real file of a length that nobody asked for.
"""

from __future__ import annotations

import hashlib
import io
import wave
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from fake_service import FakeService, Reply, Request, Stop

OFFICIAL_KEY = "sk_live_" + "5e" * 32
RESELLER_KEY = "reseller-key-0123456789abcdef0123456789"


class OfficialFake(FakeService):
    """``stages`` are a task's states, one a poll. ``gives_url``: whether ``audio_url`` is still there."""

    def __init__(self, folder: Path) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.stages = ["queued", "streaming", "complete"]
        self.gives_url, self.gives_token = True, True
        self.failure = ""
        self.sound_s = 40.0
        super().__init__(folder, "suno-official")
        self.allow(OFFICIAL_KEY)

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        parts, method = request.path.strip("/").split("/"), request.method
        if parts[:2] == ["v0", "audio"]:
            if method == "POST" and len(parts) == 2:
                return "submit", self.submit
            if method == "GET" and len(parts) == 3:
                return "poll", self.poll
            if method == "POST" and parts[3:] == ["playback-token"]:
                return "token", self.token
            if method == "GET" and parts[3:] == ["stream"]:
                return "stream", self.stream
        if parts[:2] == ["v0", "account"] and method == "GET":
            return "usage", self.usage
        if parts[0] == "files" and method == "GET":
            return "file", lambda _: Reply(200, song(self.sound_s), {"Content-Type": "audio/mpeg"})
        return "unknown", lambda _: Reply(404, {"error": "not found"})

    def authorise(self, request: Request) -> None:
        if self.tokens.get(request.token) != "valid":
            raise Stop(Reply(401, {"error": "invalid api key"}))

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
        if len(body.get("style", "")) > 1000 or len(body.get("title", "")) > 100:
            raise Stop(Reply(400, {"error": "style or title too long"}))
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
        return Reply(200, {"url": f"{self.url}/v0/audio/{name}/stream?t=once", "expires_at": "2026-11-25T01:00:00Z"})

    def stream(self, request: Request) -> Reply:
        if request.query.get("t") != "once":
            self.task_of(request)
        return Reply(200, song(self.sound_s), {"Content-Type": "audio/mpeg"})


class SunoApiFake(FakeService):
    """``stages`` as in sunoapi.org's record-info; ``code`` answers every submit with that code, at HTTP 200."""

    def __init__(self, folder: Path) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.stages = ["PENDING", "TEXT_SUCCESS", "FIRST_SUCCESS", "SUCCESS"]
        self.code = 200
        self.credits = 100
        self.lengths = (26.0, 41.0)
        self.gone: set[str] = set()
        super().__init__(folder, "sunoapi")
        self.allow(RESELLER_KEY)

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        table = {
            ("POST", "/api/v1/generate"): ("submit", self.submit),
            ("GET", "/api/v1/generate/record-info"): ("poll", self.poll),
            ("GET", "/api/v1/generate/credit"): ("credit", self.credit),
        }
        if (request.method, request.path) in table:
            return table[request.method, request.path]
        if request.path.startswith("/files/"):
            return "file", self.file
        return "unknown", lambda _: Reply(404, {"code": 404, "msg": "not found"})

    def authorise(self, request: Request) -> None:
        if self.tokens.get(request.token) != "valid":
            raise Stop(Reply(200, {"code": 401, "msg": "unauthorized"}))

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
        task = f"task-{len(self.tasks) + 1}"
        self.tasks[task] = {"polls": 0, "title": body["title"]}
        self.credits -= 10
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
        failed = "" if ready or status in ("PENDING", "TEXT_SUCCESS") else "it did not work"
        data = {"taskId": name, "status": status, "errorMessage": failed, "response": {"sunoData": tracks}}
        return Reply(200, {"code": 200, "msg": "success", "data": data})

    def file(self, request: Request) -> Reply:
        name = request.path.rpartition("/")[2]
        if name in self.gone:
            raise Stop(Reply(404, b"<html>gone</html>"))
        which = int(name.rpartition("-")[2].split(".")[0])
        return Reply(200, song(self.lengths[which]), {"Content-Type": "application/octet-stream"})


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
