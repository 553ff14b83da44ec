"""What the workers of a cluster say of themselves: roles, versions, and what keeps one from getting work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from castad_cli.errors import EnvironmentNotReady
from castad_cli.run.cluster.bench import report
from castad_cli.run.cluster.configuration import configure
from castad_cli.run.cluster.release import differences, release_of
from castad_cli.run.cluster.security import check_address, security_of
from castad_cli.settings import Settings

_CONNECTS_WITHIN_S = 5.0
_ANSWERS_WITHIN_S = 15.0


@dataclass(frozen=True)
class WorkerSeen:
    """One worker. ``differs`` says in what its release is not ours; it gets no work from here unless empty."""

    name: str
    roles: tuple[str, ...]
    release: Mapping[str, Any]
    differs: tuple[str, ...]


def survey_workers(settings: Settings) -> list[WorkerSeen]:
    """Every worker of the settings' scheduler, by name.

    Raises:
        UserError: the scheduler is another machine's plain port, or its certificates are not all given.
        EnvironmentNotReady: it does not answer, or its workers do not.
    """
    from castad_cli.run.cluster.client import connect

    check_address(settings.scheduler, insecure=settings.insecure)
    configure()
    ours = release_of(settings.ffmpeg or None).as_record()
    try:
        with connect(settings.scheduler, security_of(settings), _CONNECTS_WITHIN_S) as client:
            workers = client.scheduler_info(n_workers=-1)["workers"]
            ask = partial(client._run, report, on_error="return")
            reports = client.sync(ask, callback_timeout=_ANSWERS_WITHIN_S) if workers else {}
    except (OSError, TimeoutError, ValueError) as error:
        raise EnvironmentNotReady(
            f"the cluster at {settings.scheduler} does not answer: {error}", fix="see whether its scheduler runs"
        ) from error
    seen = []
    for address, worker in workers.items():
        said = reports.get(address)
        theirs = said if isinstance(said, Mapping) else {}
        roles = tuple(sorted({name.partition("@")[0] for name in worker["resources"]}))
        differs = differences(ours, theirs) if theirs else ["it does not say what it is"]
        seen.append(WorkerSeen(str(worker["name"]), roles, theirs, tuple(differs)))
    return sorted(seen, key=lambda each: each.name)
