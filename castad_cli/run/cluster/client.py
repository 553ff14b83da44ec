"""A connection to a scheduler that comes to be within a time, or does not.

Dask's own timeout bounds how long it tries to reach a port; then it waits without end for the other side's greeting.
Something else that listens there, or a scheduler that hangs, would hang its client too.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client, Security


def connect(address: str, security: Security, timeout_s: float) -> Client:
    """A client of the scheduler at ``address``; ``timeout_s`` holds for each time that it connects again, too.

    Raises:
        OSError, ValueError: none answers there as a scheduler does, or the address is none.
    """
    from distributed import Client

    class BoundedClient(Client):  # type: ignore[misc]
        async def _ensure_connected(self, timeout: float | None = None) -> None:
            within_s = timeout or timeout_s
            try:
                await asyncio.wait_for(super()._ensure_connected(timeout=timeout), within_s)
            except TimeoutError as error:
                raise TimeoutError(f"no scheduler's greeting within {within_s:.0f} s") from error
            except (MemoryError, ValueError, KeyError, TypeError) as error:  # its greeting read as sizes and names
                raise OSError("what listens there does not speak as a scheduler does") from error

    return BoundedClient(address, security=security, timeout=timeout_s, set_as_default=False)
