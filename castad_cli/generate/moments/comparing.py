"""Days and hours that a text moves: the right numbers in another order, another half of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from castad_cli.generate.moments.moment import Clock, Moment
from castad_cli.generate.moments.reading import find_moments

_HALF_A_DAY = 12 * 60
_DAY = 24 * 60


def find_moved(text: str, facts: Iterable[str]) -> Iterator[str]:
    """The moments of ``text``, as it writes them, with a day or an hour that no moment of ``facts`` has."""
    moments = find_moments(text)
    if not moments:
        return
    given = [moment for fact in facts for moment in find_moments(fact)]
    days = {(day.month, day.day) for moment in given for day in moment.days if day.day}
    hours = {_hour(clock, moment) for moment in given for clock in moment.clocks}
    for moment in moments:
        wrong_day = any(day.day and (day.month, day.day) not in days for day in moment.days if day.month)
        if wrong_day or any(not _is_told(_hour(clock, moment), hours) for clock in moment.clocks):
            yield moment.said


def _hour(clock: Clock, moment: Moment) -> tuple[int, bool]:
    """Minutes since midnight, and whether the half of the day is certain; else since midnight or noon."""
    at = clock.minutes
    if at is not None and not _is_vague(clock, moment):
        return at % _DAY, True
    return (clock.hour % 12) * 60 + clock.minute, False


def _is_told(hour: tuple[int, bool], hours: set[tuple[int, bool]]) -> bool:
    """Whether one of ``hours`` is that one. Who leaves out the half of the day says nothing wrong; who adds it, may."""
    at, is_certain = hour
    if is_certain:
        return hour in hours or (at <= _HALF_A_DAY and (at % _HALF_A_DAY, False) in hours)
    return any(each % _HALF_A_DAY == at for each, _ in hours)


def _is_vague(clock: Clock, moment: Moment) -> bool:
    """7:00 may be in the evening, unless it stands beside 19:00."""
    return clock.half == "24h" and 1 <= clock.hour <= 12 and all(each.hour <= 12 for each in moment.clocks)
