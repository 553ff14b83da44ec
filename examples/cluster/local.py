"""A whole cluster as plain processes on this machine: to try it out, and for the tests.

    python examples/cluster/local.py --render 2 -- castad batch recipes
    python examples/cluster/local.py                   # until Ctrl-C; prints what to set in another terminal

PostgreSQL with a streaming replica, an S3 server, a scheduler, and workers for each role, over TLS with certificates of
their own. The servers come with the development extra. Everything lies in one temporary folder and ends with this
program, however it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "servers"))

from postgres_server import PostgresServer  # noqa: E402
from s3_server import S3Server  # noqa: E402

CASTAD = (sys.executable, "-m", "castad_cli")
ROLES = ("generate", "render", "upload")
START_S = 120
END_S = 150


def main() -> int:
    """Run the cluster for one command, or until Ctrl-C; the command's exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for role, number in zip(ROLES, (1, 2, 1), strict=True):
        parser.add_argument(f"--{role}", type=int, default=number, metavar="N", help=f"{role} workers ({number})")
    parser.add_argument("command", nargs="*", help="what to run on it, after --")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with cluster({role: getattr(given, role) for role in ROLES}) as settings:
        if given.command:
            command = [*CASTAD, *given.command[1:]] if given.command[0] == "castad" else given.command
            return subprocess.run(command, env={**os.environ, **settings}, check=False).returncode
        print("\n".join(f"export {name}={shlex.quote(value)}" for name, value in settings.items()), flush=True)
        print("the cluster runs; Ctrl-C ends it", file=sys.stderr, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
        return 0


@contextmanager
def cluster(workers: Mapping[str, int]) -> Iterator[dict[str, str]]:
    """A cluster with so many workers of each role while the block runs; the settings that lead to it."""
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="castad-cluster-")))
        primary = PostgresServer()
        ending.callback(primary.close)
        bucket = S3Server()
        ending.callback(bucket.close)
        port = _free_port()
        settings = {
            "CASTAD_SCHEDULER": f"tls://127.0.0.1:{port}",
            "CASTAD_DATABASE_URL": primary.url,
            "CASTAD_STORAGE_URL": bucket.fresh().replace(" ", "-"),
            "CASTAD_STORAGE_ENDPOINT_URL": bucket.url,
            "CASTAD_STORAGE_KEY": bucket.options["key"],
            "CASTAD_STORAGE_SECRET": bucket.options["secret"],
            "CASTAD_TLS_CA": str(folder / "certificates" / "ca.pem"),
            "CASTAD_TLS_CERT": str(folder / "certificates" / "cluster.pem"),
            "CASTAD_TLS_KEY": str(folder / "certificates" / "cluster-key.pem"),
        }
        _castad(settings, "cluster", "certificates", str(folder / "certificates"))
        _castad(settings, "db", "upgrade")
        standby = primary.start_standby()
        settings["CASTAD_DATABASE_REPLICA_URL"] = standby.url
        _start(ending, folder, settings, "scheduler", "scheduler", "--port", str(port))
        _wait_for(port, folder / "scheduler.log")
        for role, number in workers.items():
            for each in range(1, number + 1):
                name = f"{role}-{each}"
                # Two workers on one machine must not share a folder of scratch files, as two machines do not.
                own = {**settings, "CASTAD_CACHE_FOLDER": str(folder / name)}
                _start(ending, folder, own, name, "worker", "--role", role, "--name", name)
        yield settings


def _castad(settings: Mapping[str, str], *arguments: str) -> None:
    subprocess.run([*CASTAD, *arguments], env={**os.environ, **settings}, check=True, stdout=sys.stderr)


def _start(ending: ExitStack, folder: Path, settings: Mapping[str, str], name: str, *arguments: str) -> None:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [*CASTAD, *arguments],
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for this program, which then ends the others in their order
        )
    ending.callback(_end, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, which lets a worker finish or give back what it has begun; SIGKILL when that takes too long."""
    process.terminate()
    try:
        process.wait(timeout=END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit(f"the scheduler did not start:\n{log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
