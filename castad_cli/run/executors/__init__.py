"""Ways to execute jobs: one small module each, one class that is an `Executor`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from castad_cli.run.graph import Job
from castad_cli.run.workshop import Result


@dataclass(frozen=True)
class Lost:
    """A job came back undone. ``had_begun``: its stage had told that it began.

    It ``counts`` against the job unless its worker or its scheduler went away for reasons of their own.
    """

    reason: str
    had_begun: bool = True
    counts: bool = True


class Executor(Protocol):
    """Where jobs are done. All methods are called on the driver's thread."""

    @property
    def slots(self) -> Mapping[str, int]:
        """How many jobs of each role are done at once. May change at any time; nothing for a role nobody serves."""
        ...

    def submit(self, job: Job) -> None:
        """Have a job done; `wait` tells how it ended."""
        ...

    def wait(self, timeout_s: float) -> list[tuple[Job, Result | Lost]]:
        """The jobs that have ended since the last call; after ``timeout_s`` an empty list."""
        ...

    def stop(self) -> None:
        """Stop all that is being done, as soon as it can be, and forget what has not begun. Bounded in time."""
        ...

    def close(self) -> None:
        """Release everything. Nothing is being done any more."""
        ...
