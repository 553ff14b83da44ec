"""A job that takes long goes to a worker that has a slot free for it."""

from __future__ import annotations

import pytest

from castad_cli.run.cluster.seats import Seats


@pytest.fixture
def seats() -> Seats:
    seats = Seats()
    seats.there_are({"a": {"generate": 1, "render": 1}, "b": {"generate": 1, "render": 1, "upload": 4}})
    return seats


def test_a_slot_that_is_taken_is_given_to_nobody_until_it_is_left(seats: Seats) -> None:
    seats.take("one", "a", "render")
    assert seats.find("render") == "b"
    seats.take("two", "b", "render")
    assert seats.find("render") is None
    seats.leave("one")
    assert seats.find("render") == "a"


def test_of_two_workers_with_a_free_slot_the_less_busy_one_has_it(seats: Seats) -> None:
    seats.take("one", "a", "generate")
    assert seats.find("render") == "b"
    seats.leave("one")
    seats.take("two", "b", "generate")
    assert seats.find("render") == "a"


def test_a_role_that_nobody_has_has_no_seat_nor_has_a_worker_that_went_away(seats: Seats) -> None:
    assert Seats().find("render") is None
    assert seats.find("upload") == "b"
    seats.there_are({"a": {"generate": 1, "render": 1}})
    assert seats.find("upload") is None


def test_what_leaves_twice_or_never_sat_frees_nothing_of_others(seats: Seats) -> None:
    seats.take("one", "a", "render")
    seats.leave("other")
    assert seats.find("render") == "b"
