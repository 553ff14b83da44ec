"""What every command has in hand: where results go, where progress goes, and the settings its flags ask for."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.text import Text

from castad_cli.errors import CastadError
from castad_cli.model.events import Event

if TYPE_CHECKING:
    from castad_cli.app.notices import Notice
    from castad_cli.settings import Settings

_WIDE = 1000
"""Columns of a stdout that is no terminal: a path in a pipe is never folded."""


_NOTICES = 6
"""Notes shown in full: a batch of a thousand brands may have a thousand."""


@dataclass
class Shell:
    """Results go to ``out`` (stdout), everything said on the way to ``err`` (stderr)."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    color: bool = True
    flags: Mapping[str, Any] = field(default_factory=dict)
    """Settings given on the command line, by their field of `Settings`."""

    def __post_init__(self) -> None:
        plain = not self.color or bool(os.environ.get("NO_COLOR"))
        options: dict[str, Any] = {"no_color": plain, "highlight": False, "emoji": False, "markup": False}
        self.out = Console(**options, width=None if sys.stdout.isatty() else _WIDE)
        self.err = Console(**options, stderr=True, soft_wrap=not sys.stderr.isatty())

    def settings(self, near: Path | None = None) -> Settings:
        """The settings for work on ``near`` (default: here), these flags first."""
        from castad_cli.settings import load_settings

        return load_settings(near, self.flags)

    @property
    def live(self) -> bool:
        """Whether progress may move: a person is watching stderr."""
        return self.err.is_terminal and not (self.json or self.quiet)

    def result(self, renderable: RenderableType) -> None:
        """Show a result to a person; under ``--json`` nothing, since records say it."""
        if self.json:
            return
        if self.out.is_terminal:
            self.out.print(renderable)
            return
        with self.out.capture() as capture:
            self.out.print(renderable)
        for line in capture.get().splitlines():  # a table fills its last column with spaces
            print(line.rstrip())

    def record(self, record: Mapping[str, Any]) -> None:
        """Print one JSON object on a line of its own; only under ``--json``."""
        if self.json:
            readable = sys.stdout.encoding.lower().replace("-", "") == "utf8"
            sys.stdout.write(json.dumps(record, ensure_ascii=not readable, default=str) + "\n")
            sys.stdout.flush()

    def event(self, event: Event) -> None:
        """Print an event of a run as JSON; only under ``--json``."""
        from castad_cli.model.events import as_record

        self.record(as_record(event))

    @contextmanager
    def busy(self, doing: str) -> Iterator[None]:
        """Show a watching person that something is being done, for as long as the block lasts."""
        if self.live:
            with self.err.status(Text(doing, "dim")):
                yield
        else:
            yield

    def say(self, text: RenderableType) -> None:
        """Tell a person something on the way."""
        if not (self.quiet or self.json):
            self.err.print(text)

    def tell(self, text: str) -> None:
        """Tell a person what they must do for the command to go on; also under ``--quiet`` and ``--json``."""
        self.err.print(text, soft_wrap=True)

    def notices(self, found: Sequence[Notice]) -> None:
        """Show what to know of a recipe that is in order; under ``--json`` a record of each."""
        from castad_cli.cli.problems import notice_record, notice_text

        for notice in found:
            self.record(notice_record(notice.text, notice.place))
        for notice in found[:_NOTICES]:
            self.say(notice_text(notice.text, notice.place))
        if len(found) > _NOTICES:
            self.say(f"and {len(found) - _NOTICES} more such notes")

    def problem(self, error: CastadError) -> None:
        """Show every problem in ``error``, and under ``--json`` print a record of each."""
        from castad_cli.cli.problems import each_problem, problem_record, problem_text

        for index, problem in enumerate(each_problem(error)):
            if self.json:
                self.record(problem_record(problem))
            if index and not self.json:
                self.err.print()
            if not self.json:
                self.err.print(problem_text(problem, self.err.width), end="")
