"""What a moment is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Day:
    """A day of the calendar; without ``day`` a whole month, without ``month`` some day of an unnamed one.

    ``year`` is of the common era. ``weekday`` counts from 0, a Monday.
    """

    month: int | None = None
    day: int | None = None
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True)
class Clock:
    """A time of day. ``half`` says which half of the day where that is written (``24h``: by the number itself)."""

    hour: int
    minute: int = 0
    half: Literal["am", "pm", "24h", ""] = ""

    @property
    def minutes(self) -> int | None:
        """Minutes since midnight; None where the half of the day is not told, or is in doubt."""
        if self.half == "24h":
            return self.hour * 60 + self.minute
        if not self.half or self.hour > 12:
            return None
        return (self.hour % 12 + (12 if self.half == "pm" else 0)) * 60 + self.minute


@dataclass(frozen=True)
class Span:
    """From one day to another, or one hour to another; ``last`` is None for a single one."""

    first: Day | Clock
    last: Day | Clock | None = None


@dataclass(frozen=True)
class Moment:
    """A day, days, hours or all of them as they stand at ``start`` to ``end`` of a text.

    ``is_plain`` when all of it was understood, so that it may be told in other words.
    """

    start: int
    end: int
    said: str
    spans: tuple[Span, ...]
    is_plain: bool = True

    @property
    def days(self) -> list[Day]:
        return [each for span in self.spans for each in (span.first, span.last) if isinstance(each, Day)]

    @property
    def clocks(self) -> list[Clock]:
        return [each for span in self.spans for each in (span.first, span.last) if isinstance(each, Clock)]
