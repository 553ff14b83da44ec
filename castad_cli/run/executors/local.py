"""Executes a graph in this process, by Dask's own local scheduler, on one pool of threads per role.

Why pools by role: the renderer uses every core by itself, so renditions go through one thread, one after another,
while the words and music of the next ad are made beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from typing import Any

from castad_cli.run.graph import GENERATE, RENDER, Graph, Key

_SLOTS = {GENERATE: 2, RENDER: 1}
_WINDOW = 2 * sum(_SLOTS.values())
"""How many tasks are handed out at once: enough that no role waits, few enough that an interrupt finds short queues."""

_STOPS_WITHIN_S = 4.0
_CLOSES_WITHIN_S = 1.5
_FINISHES_WITHIN_S = 15.0


def execute(
    graph: Graph,
    on_done: Callable[[Key, Any], None],
    *,
    cancelled: threading.Event,
    close: Callable[[], None] = lambda: None,
) -> None:
    """Run every task of ``graph``; ``on_done(key, result)`` is called on this thread as each one ends.

    An exception on this thread, an interrupt above all, sets ``cancelled`` and waits a few seconds for what is being
    done to stop, and then for ``close``. No longer: what they wait for may have been hit by the same interrupt and
    answer no more.
    """
    from dask.callbacks import Callback
    from dask.threaded import get

    pool = _RolePool()
    try:
        with Callback(posttask=lambda key, result, *_: on_done(key, result)):
            get(graph, list(graph), pool=pool)
    except BaseException:
        cancelled.set()
        pool.stop(_STOPS_WITHIN_S)
        _within(_CLOSES_WITHIN_S, close)
        raise
    pool.stop(_FINISHES_WITHIN_S)
    _within(_FINISHES_WITHIN_S, close)


def _within(limit_s: float, work: Callable[[], None]) -> None:
    """Do ``work``, or leave it to its thread after ``limit_s``."""
    thread = threading.Thread(target=work, name="castad-closing", daemon=True)
    thread.start()
    thread.join(limit_s)


class _RolePool(Executor):
    """One executor to Dask, a pool of threads for each role inside."""

    _max_workers = _WINDOW  # dask.threaded.get reads this

    def __init__(self) -> None:
        self._pools = {
            role: ThreadPoolExecutor(slots, thread_name_prefix=f"castad-{role}") for role, slots in _SLOTS.items()
        }
        self._outstanding: set[Future[Any]] = set()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Dask submits batches ``[(key, …)]``; the batch goes where its first key's role says."""
        ((role, *_), *_), *_ = args[0]
        future = self._pools[role].submit(fn, *args, **kwargs)
        self._outstanding.add(future)
        future.add_done_callback(self._outstanding.discard)
        return future

    def stop(self, limit_s: float) -> None:
        """Drop what has not begun, and wait for what has."""
        outstanding = [future for future in tuple(self._outstanding) if not future.cancel()]
        for pool in self._pools.values():
            pool.shutdown(wait=False)
        wait(outstanding, timeout=limit_s)
