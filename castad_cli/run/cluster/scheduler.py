"""A scheduler as CaStAD wants it: Dask's own, with settings under which it repeats nothing by itself."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from castad_cli.errors import EnvironmentNotReady
from castad_cli.run.cluster.configuration import configure

if TYPE_CHECKING:
    from distributed import Security


def serve(host: str, port: int, security: Security, say: Callable[[str], None], *, worker_ttl_s: float) -> None:
    """Schedule until told to end. ``worker_ttl_s`` is how long a worker may be silent before its jobs go to others.

    Raises:
        EnvironmentNotReady: the address cannot be listened at.
    """
    configure(worker_ttl_s=worker_ttl_s)
    asyncio.run(_serve(host, port, security, say))


async def _serve(host: str, port: int, security: Security, say: Callable[[str], None]) -> None:
    from distributed import Scheduler

    protocol = "tls" if security.require_encryption else "tcp"
    try:
        scheduler = await Scheduler(
            host=host, port=port, protocol=protocol, security=security, dashboard=False, dashboard_address="127.0.0.1:0"
        )
    except OSError as error:
        raise EnvironmentNotReady(
            f"{host}:{port} cannot be listened at: {error.strerror or error}", fix="choose another --host or --port"
        ) from error
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    say(f"scheduler at {scheduler.address}")
    await over.wait()
    await scheduler.close()
    say("ended")
