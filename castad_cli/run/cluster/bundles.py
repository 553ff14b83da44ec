"""Which jobs travel together as one Dask task: those of a kind whose jobs are over in a moment.

Why: a task costs driver, scheduler and worker some milliseconds of processor time, however little it does. Words that a
rule writes take less; so they go several at a time. A rendition takes seconds, and goes alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from castad_cli.run.graph import Job, Key

BUNDLE_S = 0.1
"""How long the jobs of a bundle should take together, one after another."""
MOST = 32
"""Jobs in a bundle at most: what its worker's death gives back."""
PATIENCE_S = 1.0
"""After so long a worker gives back what it has not begun of a bundle, for others to do."""
LONG_S = 0.5
"""A job that takes so long is handed out when a slot is free for it, and not before."""

_LATEST = 0.2
"""What the latest job counts for in a role's pace."""


class Bundling:
    """Sorts jobs into bundles by how long jobs of their kind took lately. Until one has ended, each goes alone."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._alone: set[Key] = set()

    def ended(self, job: Job, seconds: float) -> None:
        """A job of that kind took so long."""
        before = self._seconds.get(job.kind)
        self._seconds[job.kind] = seconds if before is None else before + _LATEST * (seconds - before)
        self._alone.discard(job.key)

    def lost(self, job: Job) -> None:
        """Its worker died with it: it goes alone from now on, so that no other job dies with it again."""
        self._alone.add(job.key)

    def is_long(self, kind: str) -> bool:
        """Whether jobs of a kind take long; until one has ended, that is to be feared."""
        return self._seconds.get(kind, LONG_S) >= LONG_S

    def size(self, kind: str) -> int:
        """How many jobs of a kind go together at most."""
        if kind not in self._seconds:
            return 1
        return max(1, min(MOST, int(BUNDLE_S / max(self._seconds[kind], 1e-4))))

    def sort(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, ...]]:
        """The bundles, each of one kind, in the jobs' order within a kind; words before music, which takes longer."""
        for kind, group in groupby(sorted(jobs, key=_role_and_kind), key=lambda job: job.kind):
            together: list[Job] = []
            for job in group:
                if job.key in self._alone:
                    yield (job,)
                else:
                    together.append(job)
            most = self.size(kind)
            yield from (tuple(together[start : start + most]) for start in range(0, len(together), most))


def _role_and_kind(job: Job) -> tuple[str, str]:
    return job.role, job.kind
