"""One contract over every database: no more leave is given than there is, whoever asks, and whatever the clock does."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from castad_cli.model.effects import Granted, NotYet, Window
from castad_cli.records import Records
from castad_cli.records.clock import read_clock
from castad_cli.records.database import Database
from castad_cli.records.windows import bounds

PACIFIC = Window("day", "America/Los_Angeles")


def now_of(records: Records) -> datetime:
    return records._access.primary.read(read_clock)


def test_a_burst_is_granted_at_once_and_the_rest_at_its_rate(records: Records) -> None:
    answers = [records.limits.take("tiktok:init", 0.1, 6) for _ in range(7)]
    assert answers[:6] == [Granted()] * 6
    refused = answers[6]
    assert isinstance(refused, NotYet)
    assert 5 < refused.wait_s <= 10
    assert abs(refused.until - now_of(records) - timedelta(seconds=refused.wait_s)) < timedelta(seconds=3)


def test_leave_comes_back_with_time(records: Records) -> None:
    assert records.limits.take("suno", 20, 1) == Granted()
    refused = records.limits.take("suno", 20, 1)
    if isinstance(refused, NotYet):  # a slow machine may have waited for it already
        assert refused.wait_s <= 0.05
        time.sleep(refused.wait_s + 0.005)
        assert records.limits.take("suno", 20, 1) == Granted()


def test_a_refusal_costs_nothing(records: Records) -> None:
    assert records.limits.take("a", 0.01, 1) == Granted()
    waits = [records.limits.take("a", 0.01, 1) for _ in range(5)]
    assert all(isinstance(wait, NotYet) and 60 < wait.wait_s <= 100 for wait in waits)


def test_limits_do_not_know_one_another_and_a_cost_counts_for_many(records: Records) -> None:
    assert records.limits.take("a", 0.01, 4, cost=3) == Granted()
    assert isinstance(records.limits.take("a", 0.01, 4, cost=2), NotYet)
    assert records.limits.take("a", 0.01, 4) == Granted()
    assert records.limits.take("b", 0.01, 4, cost=4) == Granted()


@pytest.mark.parametrize(("rate", "burst", "cost"), [(0, 1, 1), (1, 1, 2), (1, 0, 1), (1, 1, 0), (-1, 1, 1)])
def test_what_could_never_be_granted_is_a_mistake(records: Records, rate: float, burst: int, cost: int) -> None:
    with pytest.raises(ValueError, match="can never be had"):
        records.limits.take("a", rate, burst, cost=cost)
    with pytest.raises(ValueError, match="a cost of 0"):
        records.limits.spend("youtube", "p", 0, 100, PACIFIC)


def most_in_a_window(times: list[float], length_s: float) -> int:
    return max(sum(start <= each < start + length_s for each in times) for start in times)


def test_threads_together_are_granted_no_more_than_the_limit_in_every_window(records: Records) -> None:
    rate, burst, span_s = 40.0, 5, 1.0
    records.limits.take("warm", 1, 1)
    begin = time.monotonic()

    def ask(_: int) -> list[tuple[float, float]]:
        granted = []
        while (before := time.monotonic()) - begin < span_s:
            if isinstance(records.limits.take("gemini", rate, burst), Granted):
                granted.append((before, time.monotonic()))
        return granted

    with ThreadPoolExecutor(4) as pool:
        granted = sorted(each for part in pool.map(ask, range(4)) for each in part)
    assert granted
    # The instant of a grant lies between its question and its answer: only what surely lies in a window is counted.
    for start, _ in granted:
        for _, end in granted:
            inside = sum(start <= before and after <= end for before, after in granted)
            # The database's clock counts milliseconds and ours runs beside it: two of them are no grant too many.
            assert inside <= burst + rate * (end - start + 0.002) + 1e-6 or end < start


def test_processes_together_are_granted_no_more_than_the_limit(records: Records, database_url: str) -> None:
    records.make_ready()
    code = (
        "import sys; from castad_cli.records import open_records\n"
        "from castad_cli.model.effects import Granted, Window\n"
        "records = open_records(sys.argv[1]); records.make_ready(); sys.stdin.readline()\n"
        "limits = records.limits; day = Window('day', 'America/Los_Angeles')\n"
        "taken = [limits.take('a', 1e-6, 30) for _ in range(20)]\n"
        "spent = [limits.spend('youtube', 'p', 2, 61, day) for _ in range(20)]\n"
        "print(sum(t == Granted() for t in taken), sum(s == Granted() for s in spent))"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    answers = [child.communicate("go\n", timeout=120)[0].split() for child in children]
    assert sum(int(taken) for taken, _ in answers) == 30
    assert sum(int(spent) for _, spent in answers) == 30
    assert records.limits.used("youtube", "p", PACIFIC)[0] == 60


def test_a_quota_is_spent_to_its_cap_and_tells_when_it_begins_anew(records: Records) -> None:
    spend = [records.limits.spend("youtube", "project-1", 40, 100, PACIFIC) for _ in range(3)]
    assert spend[:2] == [Granted(), Granted()]
    refused = spend[2]
    assert isinstance(refused, NotYet)
    used, resets_at = records.limits.used("youtube", "project-1", PACIFIC)
    assert (used, resets_at) == (80, refused.until)
    assert 0 < refused.wait_s <= 25 * 3600
    assert records.limits.spend("youtube", "project-1", 20, 100, PACIFIC) == Granted(), "the rest still fits"
    assert records.limits.spend("youtube", "project-2", 100, 100, PACIFIC) == Granted(), "each project has its own"
    assert isinstance(records.limits.spend("youtube", "project-3", 101, 100, PACIFIC), NotYet)
    assert records.limits.used("youtube", "project-3", PACIFIC)[0] == 0
    assert records.limits.spend("youtube", "project-1", 5, 10, Window("hour")) == Granted(), "and each window"


@pytest.fixture
def database(records: Records) -> Iterator[Database]:
    records.make_ready()
    return records._access.primary


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "window", "starts_at", "resets_at", "hours"),
    [
        ("2026-11-23T18:00", PACIFIC, "2026-11-23T08:00", "2026-11-24T08:00", 24),
        ("2026-11-23T07:59", PACIFIC, "2026-11-22T08:00", "2026-11-23T08:00", 24),
        ("2026-03-08T20:00", PACIFIC, "2026-03-08T08:00", "2026-03-09T07:00", 23),
        ("2026-11-01T07:00", PACIFIC, "2026-11-01T07:00", "2026-11-02T08:00", 25),
        ("2026-11-02T07:59:59", PACIFIC, "2026-11-01T07:00", "2026-11-02T08:00", 25),
        ("2026-11-02T08:00", PACIFIC, "2026-11-02T08:00", "2026-11-03T08:00", 24),
        ("2026-11-23T18:20", Window("day"), "2026-11-23T00:00", "2026-11-24T00:00", 24),
        ("2026-11-23T18:20", Window("hour", "Asia/Kolkata"), "2026-11-23T17:30", "2026-11-23T18:30", 1),
        ("2026-11-01T09:30", Window("hour", "America/Los_Angeles"), "2026-11-01T09:00", "2026-11-01T10:00", 1),
        ("2026-12-31T20:00", Window("month", "Asia/Seoul"), "2026-12-31T15:00", "2027-01-31T15:00", 31 * 24),
    ],
)
def test_a_window_follows_the_wall_clock_of_its_zone(
    database: Database, instant: str, window: Window, starts_at: str, resets_at: str, hours: int
) -> None:
    found = database.read(lambda connection: bounds(connection, window, at(instant)))
    assert found == (at(starts_at), at(resets_at))
    assert found[1] - found[0] == timedelta(hours=hours)


ZONES = ["America/Los_Angeles", "Europe/London", "Asia/Seoul", "Asia/Kolkata", "Australia/Sydney", "UTC"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    instant=st.datetimes(datetime(2015, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)),
    window=st.builds(Window, st.sampled_from(["hour", "day", "month"]), st.sampled_from(ZONES)),
)
def test_windows_follow_one_another_without_gap_or_overlap(
    database: Database, instant: datetime, window: Window
) -> None:
    def look(connection: object) -> tuple[tuple[datetime, datetime], ...]:
        starts_at, resets_at = bounds(connection, window, instant)  # type: ignore[arg-type]
        before = bounds(connection, window, starts_at - timedelta(microseconds=1))  # type: ignore[arg-type]
        after = bounds(connection, window, resets_at)  # type: ignore[arg-type]
        return before, (starts_at, resets_at), after

    before, here, after = database.read(look)
    assert here[0] <= instant < here[1]
    assert before[1] == here[0]
    assert after[0] == here[1]


def test_a_window_for_ever_is_never_begun_anew(records: Records) -> None:
    ever = Window("ever")
    assert isinstance(records.limits.spend("money", "run", 7, 10, ever), Granted)
    refused = records.limits.spend("money", "run", 4, 10, ever)
    assert isinstance(refused, NotYet)
    assert refused.until.year == 3000
    assert isinstance(records.limits.spend("money", "run", 3, 10, ever), Granted)
    assert records.limits.used("money", "run", ever)[0] == 10
    assert isinstance(records.limits.spend("money", "other", 10, 10, ever), Granted)


def test_what_is_closed_is_closed_for_all_and_the_later_word_holds(records: Records) -> None:
    assert records.limits.closed("gemini-1/closed") is None
    records.limits.close("gemini-1/closed", 60)
    records.limits.close("gemini-1/closed", 5)
    closed = records.limits.closed("gemini-1/closed")
    assert closed
    assert 50 < closed.wait_s <= 60
    records.limits.close("gemini-2/closed", 0)
    assert records.limits.closed("gemini-2/closed") is None
