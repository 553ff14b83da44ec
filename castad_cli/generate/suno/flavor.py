"""What every API called Suno can do, whatever its wire looks like: submit, poll, say where the sound is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from castad_cli.errors import PlatformError


@dataclass(frozen=True)
class Wish:
    """An instrumental piece. ``style`` says how it sounds, ``title`` names it in the account."""

    style: str
    title: str
    model: str


@dataclass(frozen=True)
class Offered:
    """A finished track. ``duration_s`` 0 where it is not said; ``url`` does not live for ever."""

    id: str
    title: str
    url: str
    duration_s: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Progress:
    """How a task stands; ``reason`` says why it failed, ``returned`` whether the service says that it gave back what a
    failed one cost.
    """

    state: Literal["running", "finished", "failed"]
    tracks: tuple[Offered, ...] = ()
    reason: str = ""
    returned: bool = False


class Unheard(PlatformError):
    """The service itself says that it did nothing, or it cannot have been reached: nothing was charged."""


class LinkEnded(PlatformError):
    """The sound is no longer where the service said."""


class Flavor(Protocol):
    """One dialect. Every method raises `PlatformError`; `submit` raises `Unheard` when nothing was charged."""

    def submit(self, wish: Wish, pay: Callable[[], None]) -> str:
        """The id of a new task, which costs money: ``pay`` is called right before the request goes out."""
        ...

    def poll(self, task: str) -> Progress:
        """How the task stands. Costs nothing."""
        ...

    def check(self) -> None:
        """Ask something that costs nothing and needs a valid key."""
        ...
