"""What `castad doctor --scheduler` says of each worker, with real processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def test_every_worker_is_compared_with_this_machine(
    castad: Any, isolated_environment: dict[str, str], tmp_path: Path
) -> None:
    program = [sys.executable, "-u", "-m", "castad_cli"]
    scheduler = subprocess.Popen([*program, "scheduler", "--port", "0"], stderr=subprocess.PIPE, text=True)
    assert scheduler.stderr is not None
    address = scheduler.stderr.readline().split()[-1]
    environment = {**isolated_environment, "CASTAD_SCHEDULER": address, "CASTAD_CACHE_FOLDER": str(tmp_path / "w")}
    other = "import castad_cli; castad_cli.__version__ = '0.0.0'; from castad_cli.cli.main import run; run()"
    workers = [
        subprocess.Popen([*program, "worker", "--role", "generate,upload", "--name", "ours"], env=environment),
        subprocess.Popen([sys.executable, "-c", other, "worker", "--role", "upload", "--name", "old"], env=environment),
    ]
    try:
        end = time.monotonic() + 90
        checks: dict[str, Any] = {}
        while len([name for name in checks if name.startswith("worker ")]) < 2 and time.monotonic() < end:
            said = castad("doctor", "--scheduler", address, "--json")
            records = [json.loads(line) for line in said.stdout.splitlines()]
            checks = {record["name"]: record for record in records if record["event"] == "check"}
        ours, old = checks["worker ours"], checks["worker old"]
        assert (ours["ok"], ours["found"].startswith("generate, upload  FFmpeg")) == (True, True)
        assert (old["ok"], "castad 0.0.0, here" in old["found"]) == (False, True)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
        scheduler.stderr.close()
