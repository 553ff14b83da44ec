"""Which worker has a slot free for a role, as far as the driver knows: what it handed out itself, and has not ended.

Why not Dask's own choice: it goes by how long a worker's tasks will take, all roles together, and puts a job behind one
that holds the role's only slot while another worker's is free (docs/adr/0012-executors.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


class Seats:
    """The slots of a cluster's workers, and what is being done on them. One thread's."""

    def __init__(self) -> None:
        self._slots: Mapping[str, Mapping[str, int]] = {}
        self._taken: dict[str, tuple[str, str]] = {}

    def there_are(self, slots: Mapping[str, Mapping[str, int]]) -> None:
        """The workers there are now: how many slots each has, by address and role."""
        self._slots = slots

    def find(self, role: str) -> str | None:
        """The address of a worker with a free slot for ``role``, the least busy one; None where all are taken."""
        taken = Counter(self._taken.values())
        busy = Counter(address for address, _ in self._taken.values())
        free = [
            (slots.get(role, 0) - taken[address, role], -busy[address], address)
            for address, slots in self._slots.items()
        ]
        best = max(free, default=(0, 0, ""))
        return best[2] if best[0] > 0 else None

    def take(self, key: str, address: str, role: str) -> None:
        """A task of that key is done there."""
        self._taken[key] = (address, role)

    def leave(self, key: str) -> None:
        """It has ended, or is lost; of one that took no slot nothing is known."""
        self._taken.pop(key, None)
