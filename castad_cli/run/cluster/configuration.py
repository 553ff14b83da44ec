"""Dask's settings as CaStAD needs them, in every process of a cluster."""

from __future__ import annotations

import logging
import platform
from typing import Any

WORKER_TTL_S = 60
"""How long a worker may be silent before its jobs are given to others."""

SETTINGS: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": 0,  # the driver counts, and decides who tries again
    "distributed.scheduler.work-stealing": False,
    # By these a scheduler sees which worker is busy for long, until it has seen how long each takes.
    "distributed.scheduler.default-task-durations": {"rendition": "20s", "track": "2s", "script": "1s", "post": "5s"},
    "distributed.scheduler.worker-ttl": f"{WORKER_TTL_S}s",
    "distributed.worker.daemon": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.limit": "60s",
    # Its own watching of itself, of which nothing is read here, else wakes every process fifty times a second.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.log-length": 16,
    "distributed.admin.low-level-log-length": 16,  # else the last thousand messages are kept, with all jobs in them
    "distributed.comm.timeouts.connect": "10s",
    "distributed.diagnostics.nvml": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


def configure(**more: Any) -> None:
    """Set them for this process; ``worker_ttl_s`` is another `WORKER_TTL_S`."""
    import dask

    # Dask asks every process what processor it has, and the standard library would ask `uname -p`: a child that
    # inherits the environment, keys and all, for a process list to show.
    vars(platform.uname()).setdefault("processor", platform.machine())
    values = dict(SETTINGS)
    if "worker_ttl_s" in more:
        values["distributed.scheduler.worker-ttl"] = f"{more['worker_ttl_s']}s"
    dask.config.set(values)
    import distributed  # noqa: F401 - it sets its loggers' levels when it is imported

    for name in [each for each in logging.root.manager.loggerDict if each.split(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL)
