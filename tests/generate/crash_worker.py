"""A worker that makes the words and music of twenty ads, to be killed at any moment; run by `test_crashes`.

It stays warm and forks: a line ``go`` on stdin starts a child, whose process id is answered; the child's exit status
is answered when it ends. What became of each ad is written to a file once all is settled.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from castad_cli.errors import CastadError, PutOff
from castad_cli.generate.outside import Outside
from castad_cli.generate.suno import making
from castad_cli.model.plan import Facts, SceneSlots, ScriptTask, TrackTask
from castad_cli.model.script import SlotLimit
from castad_cli.settings import Settings

ADS = 20
LEASE_S = 1.5


def tasks() -> list[tuple[ScriptTask, TrackTask]]:
    """Twenty ads; every fourth shares its words with another, and five share each track."""
    slots = (
        SceneSlots("opening", 0, SlotLimit(12), SlotLimit(20)),
        SceneSlots("point", 0, SlotLimit(12), SlotLimit(20)),
        SceneSlots("closing", 0, SlotLimit(12)),
    )
    made = []
    for number in range(ADS):
        facts = Facts(f"펜션 {number - number % 4 // 3}", place="제주 애월", offer="평일 20% 할인")
        script = ScriptTask(f"{number:064x}", "ko", "gemini", 0, facts, slots, SlotLimit(8))
        track = TrackTask(f"{number:064x}", "suno", Fraction(6 + number % 3), seed=number % 4)
        made.append((script, track))
    return made


def work(outside: Outside, folder: Path, number: int, task: ScriptTask, track: TrackTask) -> str:
    from castad_cli.generate.music import make_track
    from castad_cli.generate.words import write_script

    for make in (lambda: write_script(task, outside), lambda: make_track(track, folder, outside)):
        while True:
            try:
                make()
            except PutOff as error:
                time.sleep(max(0.01, min(0.3, (error.until - datetime.now(UTC)).total_seconds())))
            except CastadError as error:
                return f"{type(error).__name__}: {error.message}"
            else:
                break
    return "done"


def child(spec: dict[str, Any]) -> None:
    from castad_cli.records import open_records
    from castad_cli.storage import open_store

    making.FIRST_POLL_S = 0.05
    settings = Settings(
        gemini_api_key=SecretStr(spec["gemini_key"]),
        gemini_url=spec["gemini_url"],
        suno_api_key=SecretStr(spec["suno_key"]),
        suno_url=spec["suno_url"],
        database_url=spec["database"],
        storage_url=spec["store"],
    )
    folder = Path(spec["scratch"])
    folder.mkdir(parents=True, exist_ok=True)
    records = open_records(settings.database_url)
    store = open_store(settings.storage_url)
    outside = Outside(settings, records.effects, records.limits, store, lease_s=LEASE_S, scratch=folder)
    with ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(lambda each: work(outside, folder, each[0], *each[1]), enumerate(tasks())))
    part = Path(spec["result"] + ".part")
    part.write_text(json.dumps(ends), encoding="utf-8")
    part.replace(spec["result"])


def main() -> None:
    # Warm: what a child would import is there before it is forked, and no thread runs yet.
    import google.genai
    import httpx2
    import sqlalchemy

    import castad_cli.generate.fitting
    import castad_cli.generate.gemini
    import castad_cli.records
    import castad_cli.storage

    assert all((google.genai, httpx2, sqlalchemy, castad_cli.generate.fitting, castad_cli.records, castad_cli.storage))
    for line in sys.stdin:
        spec = json.loads(line)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                child(spec)
                status = 0
            finally:
                os._exit(status)
        print(pid, flush=True)
        _, how = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(how), flush=True)


if __name__ == "__main__":
    main()
