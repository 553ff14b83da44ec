"""A process that has loaded everything, and forks schedulers and workers of a real Dask cluster. Run as a program.

Orders come as lines of JSON; answers go back the same way. A worker is what `castad worker` is, with a short lease and
a quick pace, so that a test need not wait a minute for each one that is killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import castad_cli.publish as publishing
from castad_cli.publish import Pace, PublishContext
from castad_cli.settings import load_settings

LEASE_S = 4.0
PACE = Pace(retry_s=0.05, retries=4, poll_s=0.05, patience_s=3.0, later_s=0.5, answer_s=10.0)


def be_quick() -> None:
    """Make this process's publishers wait as a test can: nothing else about them is changed."""
    publishing.PublishContext = partial(PublishContext, lease_s=LEASE_S, max_attempts=50)  # type: ignore[misc,assignment]
    publishing.Pace = partial(Pace, **PACE.__dict__)  # type: ignore[misc,assignment]


def serve(order: Mapping[str, Any]) -> None:
    from castad_cli.app.cluster import serve_scheduler, serve_worker

    settings = load_settings(None, {}, environment=order["environment"])

    def say(text: str) -> None:
        with Path(order["log"]).open("a") as file:
            file.write(text + "\n")

    if order["do"] == "scheduler":
        serve_scheduler(settings, "127.0.0.1", 0, worker_ttl_s=30.0, say=say)
    else:
        be_quick()
        serve_worker(settings, {"upload": 2}, name=order["name"], cores=(), drain_s=0.0, say=say)


def main() -> None:
    import av  # noqa: F401
    import distributed  # noqa: F401
    import googleapiclient.discovery
    import googleapiclient.http  # noqa: F401
    import psycopg  # noqa: F401

    import castad_cli.app.cluster
    import castad_cli.publish.instagram
    import castad_cli.publish.tiktok
    import castad_cli.publish.youtube
    import castad_cli.records
    import castad_cli.run.cluster.worker  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "kill":
            os.kill(order["pid"], signal.SIGKILL)
            os.waitpid(order["pid"], 0)
            print(json.dumps({}), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)
            try:
                serve(order)
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(0)
        print(json.dumps({"pid": pid}), flush=True)


if __name__ == "__main__":
    main()
