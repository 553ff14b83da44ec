"""Days and hours in a text of any of the eight languages: read whole, and told again in another language.

``12월 24일(목)–26일 오전 11시`` is one moment, however its parts are written, so that no day leaves its month and no
hour its half of the day. What cannot be told in another language beyond doubt stays as it was written.
"""

from castad_cli.generate.moments.comparing import find_moved
from castad_cli.generate.moments.moment import Clock, Day, Moment, Span
from castad_cli.generate.moments.reading import find_moments
from castad_cli.generate.moments.telling import tell_moment

__all__ = ["Clock", "Day", "Moment", "Span", "find_moments", "find_moved", "tell_moment"]
