"""Every error CaStAD raises on purpose. A bug is anything else, and keeps its traceback.

::

    CastadError                exit code
    ├── UserError              2   a recipe, a file or a setting is wrong; the person can mend it
    │   └── RecipeProblems     2   many of them at once
    ├── EnvironmentNotReady    3   a browser, FFmpeg, database, … is missing or does not answer
    ├── ToolError              1   a program we ran failed: command, exit status, end of its stderr
    ├── RenditionRejected      1   a finished file failed its own inspection
    ├── PlatformError          1   an outside service said no (kind: auth, quota, rejected, transient, unknown)
    ├── PutOff                 1   not now: a limit, a quota, another worker; it comes back when it is due
    ├── NeedsReview            1   whether something happened outside cannot be known; a person decides
    └── StaleClaim             1   another worker has taken over what this one was doing; no person sees it

A message says what is wrong, ``fix`` says what to do, ``place`` says where. Rendering them as text is
``cli/``'s work alone. All are picklable, since workers raise them across processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from castad_cli.model.place import Place

PlatformErrorKind = Literal["auth", "quota", "rejected", "transient", "unknown"]


class CastadError(Exception):
    """Base of all errors that are shown to a person without a traceback."""

    exit_code = 1

    def __init__(self, message: str, *, fix: str = "", place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.__dict__.copy()))


def _rebuild(cls: type[CastadError], state: dict[str, Any]) -> CastadError:
    error = cls.__new__(cls)
    Exception.__init__(error, state.get("message", ""))
    error.__dict__.update(state)
    return error


class UserError(CastadError):
    """What a person wrote, or pointed at, cannot be used."""

    exit_code = 2


class RecipeProblems(UserError):
    """All that is wrong with one or more recipes, in file order."""

    def __init__(self, problems: Sequence[UserError]) -> None:
        count = len(problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} found")
        self.problems = tuple(problems)


class EnvironmentNotReady(CastadError):
    """Something that every run needs is missing here; ``fix`` says how to get it."""

    exit_code = 3


class ToolError(CastadError):
    """A program we started failed.

    ``command`` is what was run, ``status`` its exit status (negative: the signal), ``stderr`` the end of what it said.
    """

    def __init__(
        self,
        message: str,
        *,
        command: Sequence[str] = (),
        status: int | None = None,
        stderr: str = "",
        fix: str = "",
        place: Place | None = None,
    ) -> None:
        super().__init__(message, fix=fix, place=place)
        self.command = tuple(command)
        self.status = status
        self.stderr = stderr[-2000:]


class RenditionRejected(CastadError):
    """A finished file does not meet what product.md asks; ``findings`` name the check, the figure and the time."""

    def __init__(
        self, message: str, *, findings: Sequence[str] = (), fix: str = "", place: Place | None = None
    ) -> None:
        super().__init__(message, fix=fix, place=place)
        self.findings = tuple(findings)


class PlatformError(CastadError):
    """An outside service refused, failed or could not be understood.

    ``until`` is when it said it may be asked again, if it did: an aware instant in UTC.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: PlatformErrorKind,
        until: datetime | None = None,
        fix: str = "",
        place: Place | None = None,
    ) -> None:
        super().__init__(message, fix=fix, place=place)
        self.kind = kind
        self.until = until


class PutOff(CastadError):
    """Something outside must wait until ``until`` (an aware instant in UTC): nothing is lost, and its slot is free."""

    def __init__(self, reason: str, *, until: datetime, fix: str = "", place: Place | None = None) -> None:
        super().__init__(reason, fix=fix, place=place)
        self.until = until


class NeedsReview(CastadError):
    """Whether something happened outside cannot be known; ``castad review`` lets a person decide. Never tried again."""


class StaleClaim(CastadError):
    """An effect was claimed by another since, or is decided: this worker's part in it is over, and wrote nothing."""

    def __init__(self, key: str, token: int, move: str) -> None:
        super().__init__(f"the claim on {key} was overtaken ({move} refused); whoever holds it now goes on with it")
        self.key = key
        self.token = token
        self.move = move


def hides_interrupt(error: BaseException, known: BaseException | None = None) -> bool:
    """Whether an error came up while an interrupt was being tidied up after: it is the interrupt that counts.

    An interrupt that came before ``known``, or is it, does not count.
    """
    seen: set[int] = set()
    before = error.__context__
    while before is not None and before is not known and id(before) not in seen:
        if isinstance(before, KeyboardInterrupt):
            return True
        seen.add(id(before))
        before = before.__context__
    return False
