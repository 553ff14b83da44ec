"""Many recipes at once, and runs that are asked for again or told to stop."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from castad_cli.app.cluster import choose_executor
from castad_cli.app.history import RunView
from castad_cli.app.making import make_videos
from castad_cli.app.work import SettingsFor, Work, prepare
from castad_cli.errors import UserError
from castad_cli.model.events import RunFinished
from castad_cli.run.driver import Observer
from castad_cli.settings import Settings


@dataclass(frozen=True)
class BatchOrder:
    """What a batch was asked to be: plain values, as they are recorded with its run."""

    paths: tuple[str, ...]
    out: str = ""
    formats: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    quality: str = "standard"
    data: str = ""
    publish: bool = False
    force: bool = False
    workers: int | None = None
    max_failures: int | None = None
    max_cost: float | None = None

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> BatchOrder:
        """From what is recorded with a run, of any command that makes videos."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in arguments.items() if name in known and value is not None}
        values["paths"] = tuple(arguments.get("paths") or arguments.get("recipes") or ())
        for name in ("formats", "languages"):
            values[name] = tuple(values.get(name) or ())
        return cls(**values)


def plan_batch(order: BatchOrder, settings_for: SettingsFor) -> Work:
    """The work of a batch.

    Raises:
        RecipeProblems: all that is wrong with any recipe or any asset.
    """
    return prepare(
        [Path(path) for path in order.paths],
        settings_for,
        formats=order.formats or None,
        languages=order.languages or None,
        quality=order.quality,
        data=Path(order.data) if order.data else None,
    )


def make_batch(
    work: Work, order: BatchOrder, observers: Iterable[Observer] = (), command: str = "batch"
) -> RunFinished:
    """Make, and with ``order.publish`` post, what is missing of a batch; see `make_videos`.

    Raises:
        UserError: the scheduler is another machine's plain port, or its certificates are not all given.
        EnvironmentNotReady: the scheduler, the database or the store cannot be used.
    """
    return make_videos(
        work,
        out=Path(order.out) if order.out else None,
        observers=observers,
        force=order.force,
        max_cost=order.max_cost,
        publish=order.publish,
        command=command,
        max_failures=order.max_failures,
        make_executor=choose_executor(work, order.workers),
        arguments={**asdict(order), "out": order.out},
    )


def order_again(settings: Settings, which: str) -> tuple[str, BatchOrder]:
    """A run's command and order, for asking again. This process goes to its folder.

    Its failed posts and purchases are due again.

    Raises:
        UserError: there is no such run, it is still going on, or its folder or recipes are not here.
    """
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url)) as records:
        run = records.run(which)
        if run.state in ("running", "stopping"):
            raise UserError(f"run {run.id} is still going on", fix=f"`castad status {run.id} --watch` shows it")
        order = BatchOrder.of(run.arguments)
        folder = Path(str(run.arguments.get("folder") or "."))
        _go_to(folder, order.paths, run.id)
        for effect in records.effects_of(run.id):
            if effect.state == "failed":
                records.effects.retry(effect.key)
    return run.command, order


def cancel_run(settings: Settings, which: str) -> tuple[RunView, bool]:
    """Ask a run to stop, wherever it goes on; the run, and whether it was going on.

    Raises:
        UserError: there is no such run.
    """
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url)) as records:
        run = records.run(which)
        going_on = run.state in ("running", "stopping") and records.ask_to_stop(run.id)
        return RunView(records.run(run.id)), going_on


def _go_to(folder: Path, paths: Sequence[str], run: str) -> None:
    if not paths:
        raise UserError(f"run {run} was not asked for by recipes", fix="give the command that began it once more")
    try:
        os.chdir(folder)
    except OSError as error:
        raise UserError(f"the folder of run {run} is not here: {folder}", fix="retry it on its own machine") from error
