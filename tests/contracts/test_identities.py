"""One contract over every database: of two versions of one ad, one is posted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from castad_cli.model.effects import Claim
from castad_cli.records import Records
from castad_cli.records.identities import GAVE_WAY

AD = "a" * 64
OLD, NEW = "old/youtube/main", "new/youtube/main"
FACTS = {"platform": "youtube", "account": "main"}


def reserve(records: Records, key: str, *, again: bool = False) -> str:
    return records.effects.reserve_post(AD, key, FACTS, again=again).key


def claim(records: Records, key: str) -> Claim:
    held = records.effects.claim_one(key, "ann", 60)
    assert held
    return held


def state(records: Records, key: str) -> str:
    effect = records.effects.get(key)
    assert effect
    return effect.state


def post(records: Records, key: str) -> None:
    records.effects.settle(claim(records, key), {"id": key, "url": f"https://youtu.be/{key}"})


def test_a_post_that_nobody_has_is_ones_own_and_stays_so(records: Records) -> None:
    assert [reserve(records, OLD), reserve(records, OLD)] == [OLD, OLD]
    effect = records.effects.get(OLD)
    assert effect
    assert (effect.state, effect.facts) == ("ready", FACTS)


def test_an_ad_that_is_posted_is_not_posted_by_another_version(records: Records) -> None:
    reserve(records, OLD)
    post(records, OLD)
    assert reserve(records, NEW) == OLD
    assert records.effects.claim_one(NEW, "ben", 60) is None, "whoever finds it due begins nothing"
    assert [effect.key for effect in records.effects.posts_known([AD, "b" * 64]).values()] == [OLD]


@pytest.mark.parametrize("how", ["claimed", "committing", "handle", "committed", "needs_review"])
def test_one_that_may_have_been_posted_stands_in_the_way_even_of_again(records: Records, how: str) -> None:
    reserve(records, OLD)
    held = claim(records, OLD)
    if how in ("committing", "committed"):
        held = records.effects.commit_point(held)
    if how == "handle":
        held = records.effects.save_handle(held, {"session": "s"})
    if how in ("handle", "committed"):
        records.effects.defer(held, timedelta(0), "later")
    if how == "needs_review":
        records.effects.park(held, "who knows")
    assert [reserve(records, NEW), reserve(records, NEW, again=True)] == [OLD, OLD]
    assert state(records, NEW) == "failed"


def test_one_that_was_never_begun_gives_way_and_cannot_be_begun_any_more(records: Records) -> None:
    reserve(records, OLD)
    assert reserve(records, NEW) == NEW
    effect = records.effects.get(OLD)
    assert effect
    assert (effect.state, effect.reason) == ("failed", GAVE_WAY)
    assert records.effects.claim_one(OLD, "ben", 60) is None
    post(records, NEW)
    assert reserve(records, OLD) == NEW


def test_one_that_failed_gives_way(records: Records) -> None:
    reserve(records, OLD)
    records.effects.fail(claim(records, OLD), "too long")
    assert reserve(records, NEW) == NEW
    assert claim(records, NEW)


def test_again_posts_another_version_once(records: Records) -> None:
    reserve(records, OLD)
    post(records, OLD)
    assert reserve(records, NEW) == OLD
    assert reserve(records, NEW, again=True) == NEW
    post(records, NEW)
    assert [reserve(records, NEW, again=True), reserve(records, NEW)] == [NEW, NEW]
    assert {posted.key for posted in records.effects.posts()} == {OLD, NEW}


def test_of_many_versions_at_once_one_may_begin(records: Records) -> None:
    keys = [f"{number}/youtube/main" for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        pool.map(lambda key: reserve(records, key), keys)
    for _ in range(3):
        for key in keys:
            reserve(records, key)
    due = [key for key in keys if records.effects.claim_one(key, "ann", 60)]
    assert len(due) == 1
    assert {reserve(records, key) for key in keys} == set(due), "from then on it is that one's"
