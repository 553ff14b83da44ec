"""Executes a graph in this process, by Dask's own local scheduler, on one pool of threads per role.

Why pools by role: a warm browser belongs to the thread that opened it, and the renderer uses every core by itself, so
renditions go through one thread, one after another, while the words and music of the next ad are made beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from typing import Any

from castad_cli.run.graph import GENERATE, RENDER, Graph, Key

_SLOTS = {GENERATE: 2, RENDER: 1}
_WINDOW = 2 * sum(_SLOTS.values())
"""How many tasks are handed out at once: enough that no role waits, few enough that an interrupt finds short queues."""


def execute(
    graph: Graph,
    on_done: Callable[[Key, Any], None],
    *,
    cancelled: threading.Event,
    close: Callable[[], None] = lambda: None,
    patience_s: float = 20.0,
) -> None:
    """Run every task of ``graph``; ``on_done(key, result)`` is called on this thread as each one ends.

    ``close`` is called at the end on the thread that rendered. An exception on this thread, an interrupt above all,
    sets ``cancelled`` and waits up to ``patience_s`` for what is being done to stop.
    """
    from dask.callbacks import Callback
    from dask.threaded import get

    pool = _RolePool()
    try:
        with Callback(posttask=lambda key, result, *_: on_done(key, result)):
            get(graph, list(graph), pool=pool)
    except BaseException:
        cancelled.set()
        pool.stop(close, patience_s)
        raise
    pool.stop(close, patience_s)


class _RolePool(Executor):
    """One executor to Dask, a pool of threads for each role inside."""

    _max_workers = _WINDOW  # dask.threaded.get reads this

    def __init__(self) -> None:
        self._pools = {
            role: ThreadPoolExecutor(slots, thread_name_prefix=f"castad-{role}") for role, slots in _SLOTS.items()
        }

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Dask submits batches ``[(key, …)]``; the batch goes where its first key's role says."""
        ((role, *_), *_), *_ = args[0]
        return self._pools[role].submit(fn, *args, **kwargs)

    def stop(self, close: Callable[[], None], patience_s: float) -> None:
        """Drop what has not begun, wait for what has, then ``close`` on the rendering thread."""
        deadline = time.monotonic() + patience_s
        self._pools[GENERATE].shutdown(wait=False, cancel_futures=True)
        last = self._pools[RENDER].submit(close)
        self._pools[RENDER].shutdown(wait=False)
        wait([last], timeout=max(0.0, deadline - time.monotonic()))
        if last.done():
            last.result()
