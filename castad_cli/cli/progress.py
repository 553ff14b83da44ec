"""A run as people watch it: moving on a terminal, line by line elsewhere, as JSON for programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import RenderableType
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.table import Column
from rich.text import Text

from castad_cli.cli.problems import failure_text, short_path
from castad_cli.cli.shell import Shell
from castad_cli.cli.totals import Totals
from castad_cli.model.events import (
    Event,
    PostDone,
    RenditionDone,
    RunFinished,
    RunStarted,
    RunWaits,
    StageDone,
    StageFailed,
    StageLost,
    StageProgress,
    StagePutOff,
    StageStarted,
)
from castad_cli.model.figures import count, seconds, when, whole_seconds

Observer = Callable[[Event], None]
_MANY = 40
"""Renditions and posts of a run that is told by its figures rather than one by one."""
_FIGURES_EVERY_S = 15.0
_HEADLINE_EVERY_S = 0.25
_STAGES = {"script": "words", "track": "music", "render": "frames"}


@contextmanager
def watching(shell: Shell) -> Iterator[Observer]:
    """The observer that suits ``shell``, for as long as the run lasts."""
    if shell.json:
        yield _json_lines(shell)
    elif shell.live:
        with _Bars(shell) as bars:
            yield bars
    else:
        yield _plain_lines(shell)


def _json_lines(shell: Shell) -> Observer:
    def observe(event: Event) -> None:
        if shell.verbose or not isinstance(event, StageProgress):
            shell.event(event)

    return observe


def _plain_lines(shell: Shell) -> Observer:
    """One line when something begins or ends, so that a log reads well; of a long run, its figures now and then."""
    totals, told_at, is_long = Totals(), time.monotonic(), False

    def observe(event: Event) -> None:
        nonlocal told_at, is_long
        totals.observe(event)
        if isinstance(event, RunStarted):
            is_long = event.renditions + event.posts > _MANY and not shell.verbose
        if is_long and not isinstance(event, RunStarted | StageFailed | RunWaits):
            if time.monotonic() - told_at >= _FIGURES_EVERY_S or isinstance(event, RunFinished):
                told_at = time.monotonic()
                shell.say(totals.line())
            return
        tell(event)

    def tell(event: Event) -> None:
        match event:
            case RunStarted(renditions=wanted, cached=cached):
                known = f", {cached} of them cached" if cached else ""
                shell.say(f"run {event.run}: {count(wanted, 'rendition')}{known}")
            case StageStarted(stage="render"):
                shell.say(f"{event.ad} {event.format}: rendering")
            case StageStarted() if shell.verbose:
                shell.say(f"{event.ad}: making {_STAGES.get(event.stage, event.stage)}")
            case StageDone(cached=False) if shell.verbose:
                shell.say(f"{event.ad}: {_STAGES.get(event.stage, event.stage)} in {seconds(event.seconds)}")
            case RenditionDone():
                how = "cached" if event.cached else f"done in {seconds(event.seconds)}"
                shell.say(f"{event.ad} {event.format}: {how}, {short_path(event.path)}")
            case PostDone():
                shell.say(f"{event.ad} {event.format}: posted to {event.platform}:{event.account}, {event.url}")
            case RunWaits():
                shell.say(f"waiting: {event.reason}" if event.reason else "going on")
            case StagePutOff():
                shell.say(f"{_what(event)}: waits until {when(event.until)}, {event.reason}")
            case StageLost():
                shell.say(f"{_what(event)}: given to another worker, {event.reason}")
            case StageFailed():
                shell.err.print(failure_text(event, shell.err.width), end="")

    return observe


class _Lines(Progress):
    """Rich's bars, below a line with the figures of the whole run."""

    headline = ""

    def get_renderables(self) -> Iterator[RenderableType]:
        if self.headline:
            yield Text(self.headline, "dim", no_wrap=True, overflow="ellipsis")
        yield self.make_tasks_table(self.tasks)


class _Bars:
    """A line for the whole run and one for each thing being made; problems scroll by above."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        width = shell.err.width
        bar = 20 if width < 100 else 36
        label = Column(no_wrap=True, overflow="ellipsis", max_width=max(width - bar - _FIGURES_WIDTH - 6, 16))
        self._told_at = 0.0
        self._progress = _Lines(
            SpinnerColumn("dots", finished_text="[cyan]✓[/]"),
            TextColumn("{task.description}", table_column=label),
            BarColumn(bar_width=bar, complete_style="cyan", finished_style="cyan", pulse_style="cyan dim"),
            _Figures(table_column=Column(no_wrap=True, width=_FIGURES_WIDTH)),
            console=shell.err,
            transient=True,
        )
        self._tasks: dict[tuple[str, str, str, str], TaskID] = {}
        self._whole: TaskID | None = None
        self._totals = Totals()
        self._most = max(4, shell.err.height - 6)

    def __enter__(self) -> Observer:
        self._progress.start()
        return self._observe

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _observe(self, event: Event) -> None:
        self._totals.observe(event)
        match event:
            case RunStarted(renditions=wanted, cached=cached):
                if wanted > max(cached, 1):
                    self._whole = self._progress.add_task(
                        "[bold]all renditions[/]", total=wanted, unit="done", speed=False
                    )
            case StageStarted():
                visible = len(self._tasks) < self._most
                self._tasks[_name(event)] = self._progress.add_task(
                    _label(event), total=None, unit=event.stage, visible=visible
                )
            case StageProgress():
                if (task := self._tasks.get(_name(event))) is not None:
                    self._progress.update(task, completed=event.done, total=event.total)
            case StageDone() | StagePutOff() | StageLost():
                self._drop(_name(event))
            case RenditionDone():
                self._advance()
            case StageFailed():
                self._drop(_name(event))
                self._advance(event.renditions)
                self._print(failure_text(event, self._shell.err.width))
        if self._whole is not None and time.monotonic() - self._told_at >= _HEADLINE_EVERY_S:
            self._told_at = time.monotonic()
            self._progress.headline = self._totals.line()

    def _advance(self, by: int = 1) -> None:
        if self._whole is not None:
            self._progress.advance(self._whole, by)

    def _drop(self, name: tuple[str, str, str, str]) -> None:
        if (task := self._tasks.pop(name, None)) is not None:
            self._progress.remove_task(task)
            for other in list(self._tasks.values())[: self._most]:  # those that there was no line for
                self._progress.update(other, visible=True)

    def _print(self, renderable: RenderableType) -> None:
        self._progress.console.print(renderable, end="")


_OfStage = StageStarted | StageProgress | StageDone | StageFailed | StagePutOff | StageLost


def _name(event: _OfStage) -> tuple[str, str, str, str]:
    return (event.ad, event.stage, event.format, event.target)


def _what(event: _OfStage) -> str:
    return " ".join(part for part in (event.ad, event.format, event.target) if part)


def _label(event: StageStarted) -> str:
    what = event.target or (event.format if event.stage == "render" else _STAGES.get(event.stage, event.stage))
    return f"[bold]{escape(event.ad)}[/]  [cyan]{what}[/]"


class _Figures(ProgressColumn):
    """How far a task is, how fast it goes and how long it will take."""

    max_refresh = 0.25

    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text(_WAITING.get(task.fields.get("unit", ""), ""), "dim")
        done = f"{task.completed:.0f}/{task.total:.0f}"
        if task.fields.get("unit") == "done":
            return Text(f"{done} done", "dim")
        if task.completed >= task.total:
            return Text("checking", "dim")
        speed = f"{task.speed:.0f} fps" if task.speed else ""
        left = f"{whole_seconds(task.time_remaining)} left" if task.time_remaining is not None else ""
        return Text(f"{done:>9}  {speed:>7}  {left}".rstrip(), "dim")


_FIGURES_WIDTH = 32
_WAITING = {"render": "laying out", "script": "writing", "track": "composing", "upload": "posting"}
