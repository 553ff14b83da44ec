"""sunoapi.org's callbacks, as the fake sends them: each stage of a task to an address of this machine.

A callback is ``{"code", "msg", "data": {"callbackType", "task_id", "data": [tracks in snake_case]}}`` and must be
answered within 15 seconds; it may come twice, or after a later one. What becomes of it changes nothing about the task,
but for ``CALLBACK_EXCEPTION`` where nobody answered in time.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any

import httpx2
from suno import SunoApiFake

STAGES = {"TEXT_SUCCESS": "text", "FIRST_SUCCESS": "first", "SUCCESS": "complete"}


def snake(tree: dict[str, Any]) -> dict[str, Any]:
    return {re.sub(r"([A-Z])", lambda match: "_" + match[1].lower(), name): value for name, value in tree.items()}


def as_callback(status: str, data: dict[str, Any]) -> dict[str, Any]:
    """The body of a stage's callback, from what record-info says at it."""
    stage = STAGES.get(status, "error")
    tracks = [snake(track) for track in data["response"]["sunoData"] if track["audioUrl"] or stage == "text"]
    code = 200 if stage != "error" else data["errorCode"] or 500
    said = "success" if code == 200 else data["errorMessage"]
    return {"code": code, "msg": said, "data": {"callbackType": stage, "task_id": data["taskId"], "data": tracks}}


@dataclass
class Callbacks:
    """Sends a fake's callbacks. ``times``: how often each; ``late``: a stage is sent only after the one behind it.

    ``patience_s`` stands for the service's 15 seconds.
    """

    fake: SunoApiFake
    times: int = 1
    late: bool = False
    patience_s: float = 15.0
    sent: list[tuple[str, int]] = field(default_factory=list)
    """Stage and HTTP status of each that went out; 0: not answered in time."""
    _held: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.fake.on_stage = self._on_stage

    def _on_stage(self, address: str, status: str, data: dict[str, Any]) -> None:
        if status == "PENDING" or status not in (*STAGES, *("CREATE_TASK_FAILED", "GENERATE_AUDIO_FAILED")):
            return
        body = as_callback(status, data)
        with self._lock:
            if self.late and body["data"]["callbackType"] != "complete":
                self._held.append((address, body))
                return
            for where, what in [(address, body), *reversed(self._held)]:
                for _ in range(self.times):
                    self._send(where, what)
            self._held.clear()

    def _send(self, address: str, body: dict[str, Any]) -> None:
        try:
            status = httpx2.post(address, json=body, timeout=self.patience_s).status_code
        except httpx2.HTTPError:
            status = 0
        self.sent.append((body["data"]["callbackType"], status))
        if not status:
            stages = self.fake.stages
            self.fake.stages = [each if each != "SUCCESS" else "CALLBACK_EXCEPTION" for each in stages]
