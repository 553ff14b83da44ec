"""Where work is done: in this process, in several of this machine, or on a cluster; and the cluster's own parts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.app.making import RealStages, scratch_of
from castad_cli.app.work import Work
from castad_cli.errors import UserError
from castad_cli.run.driver import MakeExecutor, RunContext, in_this_process
from castad_cli.run.executors import Executor
from castad_cli.settings import KEYS, Settings
from castad_cli.storage import open_store

if TYPE_CHECKING:
    from distributed import Security

    from castad_cli.run.executors.remote import RemoteExecutor
    from castad_cli.run.graph import Job

Say = Callable[[str], None]

_CORES_A_WORKER = 2
"""The renderer keeps about two cores busy; a process for each pair loses the least."""
_SHIPS_AT_ONCE = 4


def choose_executor(work: Work, workers: int | None) -> MakeExecutor:
    """Where ``work`` is done: on the scheduler that the settings name, else in ``workers`` processes of this machine.

    One process, or one recipe and no wish for more, is this process itself.

    Raises:
        UserError: the scheduler is another machine's plain port, or its certificates are not all given.
    """
    settings = work.settings
    if settings.scheduler:
        from castad_cli.run.cluster.security import check_address, security_of

        check_address(settings.scheduler, insecure=settings.insecure)
        security = security_of(settings)
        return lambda context: _remote(work, context, settings.scheduler, security, ships=True)
    wanted = workers or settings.workers or _usual_workers(work)
    number = min(wanted, work.plan.rendition_count)
    if number <= 1:
        return in_this_process
    return lambda context: _processes(work, context, number)


def _usual_workers(work: Work) -> int:
    recipes = len({ad.recipe_file for ad in work.plan.ads})
    return max(1, len(_cores()) // _CORES_A_WORKER) if recipes > 1 else 1


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


def _remote(work: Work, context: RunContext, address: str, security: Security, *, ships: bool) -> RemoteExecutor:
    from castad_cli.run.cluster.assets import assets_of, ship
    from castad_cli.run.cluster.release import release_of
    from castad_cli.run.executors.remote import RemoteExecutor

    shipped: set[str] = set()

    def ship_all(job: Job) -> None:
        new = {asset.sha256: asset for asset in assets_of(job.task) if asset.sha256 not in shipped}
        if new:
            with ThreadPoolExecutor(_SHIPS_AT_ONCE) as pool:
                list(pool.map(lambda asset: ship(asset, work.store), new.values()))
            shipped.update(new)

    return RemoteExecutor(
        address,
        security,
        release_of(work.settings.ffmpeg or None),
        context.run,
        emit=context.emit,
        now=context.now,
        ship=ship_all if ships else lambda job: None,
        remake=context.remake,
    )


def _processes(work: Work, context: RunContext, workers: int) -> Executor:
    from castad_cli.run.executors.processes import ProcessesExecutor, core_shares, program

    shares = core_shares(workers, _cores())

    def command(address: str, folder: Path, number: int) -> Sequence[str]:
        tls = ("--tls-ca", folder / "ca.pem", "--tls-cert", folder / "local.pem", "--tls-key", folder / "local-key.pem")
        slots = ("--generate-slots", 1, "--upload-slots", 2)
        cores = ",".join(str(core) for core in shares[number])
        return program("worker", "--scheduler", address, *tls, *slots, "--cores", cores, "--drain", 5)

    folder = context.shop.scratch / "cluster"
    folder.mkdir(mode=0o700)
    return ProcessesExecutor(
        workers,
        command,
        folder,
        environment=as_environment(work.settings),
        make_remote=lambda address, security: _remote(work, context, address, security, ships=False),
    )


def as_environment(settings: Settings) -> Mapping[str, str]:
    """Settings as the environment variables that say the same, for a process of the same person on this machine."""
    variables = {}
    for key in KEYS:
        value = getattr(settings, key.field)
        if key.field in ("scheduler", "workers", "insecure", "tls_ca", "tls_cert", "tls_key") or not value:
            continue
        plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        if plain:
            variables[key.variable] = "true" if plain is True else str(plain)
    return variables


def serve_worker(
    settings: Settings, slots: Mapping[str, int], *, name: str, cores: Sequence[int], drain_s: float, say: Say
) -> None:
    """Be a worker until told to end.

    Raises:
        UserError: no scheduler is named, or it is another machine's plain port.
        EnvironmentNotReady: this machine lacks something that its roles need.
    """
    from castad_cli.run.cluster.release import release_of
    from castad_cli.run.cluster.security import check_address, security_of
    from castad_cli.run.cluster.worker import WorkerPlan, serve

    if not settings.scheduler:
        raise UserError("no scheduler is named", fix="set --scheduler (CASTAD_SCHEDULER) to tls://host:8786")
    check_address(settings.scheduler, insecure=settings.insecure)
    if cores:
        stay_on(cores)
    plan = WorkerPlan(
        settings.scheduler,
        slots,
        release_of(settings.ffmpeg or None),
        security_of(settings),
        scratch_of(settings),
        name=name,
        drain_s=drain_s,
    )
    store = open_store(settings.storage_url, settings.storage_options)
    serve(plan, RealStages(settings, for_a_run=True).stages(), store, settings, say)


def stay_on(cores: Sequence[int]) -> None:
    """Keep this process, and all it starts, to these cores.

    Raises:
        UserError: there are no such cores, or this system cannot do it.
    """
    if not hasattr(os, "sched_setaffinity"):
        raise UserError("--cores: this system does not keep programs to cores", fix="leave --cores out")
    try:
        os.sched_setaffinity(0, cores)
    except (OSError, ValueError) as error:
        there = ", ".join(str(core) for core in _cores())
        raise UserError(f"--cores: not all of {list(cores)} are here", fix=f"choose from {there}") from error


def serve_scheduler(settings: Settings, host: str, port: int, *, worker_ttl_s: float, say: Say) -> None:
    """Be a scheduler until told to end: with TLS where certificates are given, else on this machine alone.

    Raises:
        UserError: it would be another machine's plain port.
        EnvironmentNotReady: the address cannot be listened at.
    """
    from castad_cli.run.cluster.scheduler import serve
    from castad_cli.run.cluster.security import check_address, security_of

    security = security_of(settings, serving=True)
    if not security.require_encryption:
        check_address(f"tcp://{host or '0.0.0.0'}:{port}", insecure=settings.insecure)  # noqa: S104 - it is refused
    serve(host, port, security, say, worker_ttl_s=worker_ttl_s)


def make_cluster_certificates(folder: Path, names: Sequence[str]) -> list[Path]:
    """An authority and certificates for a cluster of one's own; the files written."""
    from castad_cli.run.cluster.certificates import make_certificates

    return make_certificates(folder, tuple(names))
