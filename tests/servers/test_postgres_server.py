"""The tests' own PostgreSQL ends with whoever started it, whatever ended that."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest


def answers(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("end", ["SIGKILL", "close"])
def test_the_server_and_its_folder_go_with_their_owner(end: str) -> None:
    code = (
        "import os, signal; from postgres_server import PostgresServer\n"
        "server = PostgresServer(); print(server.port, server.folder, flush=True)\n"
        + ("os.kill(os.getpid(), signal.SIGKILL)" if end == "SIGKILL" else "server.close()")
    )
    owner = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True, timeout=120
    )
    assert owner.returncode == (-signal.SIGKILL if end == "SIGKILL" else 0), owner.stderr
    port, folder = owner.stdout.split()
    deadline = time.monotonic() + 20
    while (answers(int(port)) or Path(folder).exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not answers(int(port))
    assert not Path(folder).exists()
