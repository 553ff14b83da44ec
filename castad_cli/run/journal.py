"""What a run writes into the records, gathered and written together several times a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from castad_cli.run.graph import Job

if TYPE_CHECKING:
    from castad_cli.records import Outcome, PostOutcome, Records, StageRecord

_WRITE_EVERY_S = 0.25


class Journal:
    """Gathers what a run has to write down. One thread's."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._run = ""
        self._wrote_at = 0.0
        self._begin()

    def _begin(self) -> None:
        self.started: list[tuple[str, str, str]] = []
        """Renditions (ad, format, language) that are being made."""
        self.outcomes: list[Outcome] = []
        self.stages: list[StageRecord] = []
        self.posts: list[PostOutcome] = []
        self.freed: list[Job] = []
        """Jobs that other drivers may have now."""

    def open(self, run: str) -> None:
        """The run's rows are there; until then what is gathered cannot be written."""
        self._run = run

    def write(self, *, at_once: bool = False) -> None:
        """Write what has been gathered, unless the last time was a moment ago.

        Raises:
            EnvironmentNotReady: the records cannot be written. What was gathered is given up.
        """
        if not at_once and time.monotonic() - self._wrote_at < _WRITE_EVERY_S:
            return
        started, outcomes, stages, posts, freed = self.started, self.outcomes, self.stages, self.posts, self.freed
        self._begin()
        if self._run:
            self._records.renditions_started(self._run, started)
            self._records.settle(self._run, outcomes, stages=stages, posts=posts)
            self._records.shares.give_back(self._run, {lease_key(job) for job in freed})
        self._wrote_at = time.monotonic()


def lease_key(job: Job) -> str:
    """The name under which a job is leased: equal work, whichever plan it is in, has one name."""
    return f"{job.kind}:{job.fingerprint}"
