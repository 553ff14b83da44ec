"""A real S3 server (SeaweedFS) on loopback, which may be stopped and started, and ends with whoever started it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

ACCESS_KEY, SECRET = "castad", "castad-secret"
START_S = 60
_PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc")
_PORTS += ("filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc")

# The shell leads a session of its own and reads a pipe from its owner: should the owner be killed, the pipe closes and
# the shell takes its group down, and the folder away; so it does when the server ends.
GUARD = """
folder=$1; shift
{ "$@" </dev/null; kill -KILL 0; } &
cat >/dev/null
rm -rf "$folder"
kill -KILL 0
"""


class S3Server:
    """One server with one bucket. ``options`` are what fsspec needs to reach it; `start` and `stop` may alternate."""

    bucket = "castad"

    def __init__(self) -> None:
        weed = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
        assert weed, "`weed` is missing: the development extra brings it (on an Intel Mac: `brew install seaweedfs`)"
        self._weed = weed
        self.folder = Path(tempfile.mkdtemp(prefix="castad-s3-"))
        identity = {
            "name": "castad",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        (self.folder / "data").mkdir()
        self._ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._ports['s3.port']}"
        self.options = {"endpoint_url": self.url, "key": ACCESS_KEY, "secret": SECRET}
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def fresh(self) -> str:
        """The URL of a prefix that nobody uses."""
        return f"s3://{self.bucket}/{uuid.uuid4().hex}/some prefix"

    def start(self) -> None:
        """Start it, and wait until buckets can be written: the gateway answers before the volumes stand behind it."""
        command = [
            self._weed,
            "server",
            f"-dir={self.folder / 'data'}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            *(f"-{name}={port}" for name, port in self._ports.items()),
            "-filer",
            "-s3",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            f"-s3.config={self.folder / 's3.json'}",
            "-master.telemetry=false",
            "-master.electionTimeout=1s",
            "-master.volumeSizeLimitMB=64",
            "-volume.max=30",
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", GUARD, "sh", str(self.folder), *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, cwd=self.folder,
            )  # fmt: skip
        self._wait()

    def stop(self) -> None:
        """SIGKILL, which is how a machine ends; what was acknowledged is on disk."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        self._process = None

    def close(self) -> None:
        """End it and take its folder away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        import s3fs

        assert self._process
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the S3 server ended with {self._process.returncode}:\n{self._log()}")
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/healthz", timeout=1).close()
                fs = s3fs.S3FileSystem(**self.options, use_listings_cache=False)
                if not fs.exists(self.bucket):
                    fs.mkdir(self.bucket)
                fs.pipe_file(f"{self.bucket}/ready", b"yes")
                return
            time.sleep(0.1)
        raise RuntimeError(f"the S3 server did not come up in {START_S} s:\n{self._log()}")

    def _log(self) -> str:
        return (self.folder / "log").read_text()[-2000:]


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
