"""One contract over every database: whatever becomes of the work on an effect, the next worker reads it rightly."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from castad_cli.errors import NeedsReview, PlatformError, PlatformErrorKind, PutOff, StaleClaim
from castad_cli.model.effects import Claim, Effect
from castad_cli.records import Records, effect_tables
from castad_cli.records.performing import Act, Hold, perform, wait_after

KEY = "a song"
LATER = datetime(2126, 1, 1, tzinfo=UTC)


def run(records: Records, act: Act, **options: Any) -> Mapping[str, Any]:
    return perform(records.effects, "purchase", KEY, {"prompt": "바다"}, act, owner="ann", **options)


def effect_of(records: Records) -> Effect:
    effect = records.effects.get(KEY)
    assert effect
    return effect


def make_due(records: Records) -> None:
    past = {"due_at": datetime(2026, 1, 1, tzinfo=UTC)}
    table = effect_tables.Effect
    which = (table.key == KEY, table.due_at.is_not(None))
    records._access.primary.write(lambda c: c.execute(update(table).where(*which).values(**past)))


def refusing(kind: PlatformErrorKind, *, until: datetime | None = None, committing: bool = False) -> Act:
    def act(hold: Hold) -> Mapping[str, Any]:
        if committing:
            hold.commit_point()
        raise PlatformError("the provider said no", kind=kind, until=until)

    return act


def never(hold: Hold) -> Mapping[str, Any]:
    raise AssertionError("it must not be done again")


def test_what_was_done_once_is_never_done_again(records: Records) -> None:
    assert run(records, lambda hold: {"file": "song"}) == {"file": "song"}
    assert run(records, never) == {"file": "song"}
    assert (effect_of(records).state, effect_of(records).facts) == ("done", {"prompt": "바다"})


def test_the_hold_is_fresh_after_every_move(records: Records) -> None:
    seen: list[Claim] = []

    def act(hold: Hold) -> Mapping[str, Any]:
        seen.append(hold.claim)
        hold.commit_point()
        seen.append(hold.claim)
        hold.save_handle({"task": "t1"})
        seen.append(hold.claim)
        hold.nothing_happened()
        seen.append(hold.claim)
        return {}

    run(records, act)
    assert [claim.must_ask for claim in seen] == [False, True, True, False]
    assert [claim.handle for claim in seen] == [None, None, {"task": "t1"}, None]


def test_what_another_holds_is_put_off_until_its_lease_ends(records: Records) -> None:
    records.effects.ensure("purchase", KEY)
    records.effects.claim_one(KEY, "ben", 600)
    with pytest.raises(PutOff, match="ben works on it") as caught:
        run(records, never)
    assert caught.value.until == effect_of(records).due_at


def test_what_waits_is_put_off_until_it_is_due(records: Records) -> None:
    with pytest.raises(PutOff):
        run(records, refusing("quota", until=LATER))
    with pytest.raises(PutOff, match="the provider said no") as caught:
        run(records, never)
    assert caught.value.until == LATER


def test_what_is_put_off_by_the_work_itself_is_no_attempt(records: Records) -> None:
    def act(hold: Hold) -> Mapping[str, Any]:
        raise PutOff("the day's limit is reached", until=LATER)

    with pytest.raises(PutOff):
        run(records, act)
    effect = effect_of(records)
    assert (effect.state, effect.attempts, effect.due_at) == ("waiting", 0, LATER)


def test_a_rejection_is_final_and_told_again(records: Records) -> None:
    for act in (refusing("rejected"), never):
        with pytest.raises(PlatformError, match="said no") as caught:
            run(records, act)
        assert caught.value.kind == "rejected"
    assert effect_of(records).state == "failed"


@pytest.mark.parametrize("kind", ["auth", "quota"])
def test_a_refused_account_leaves_the_effect_as_if_nothing_was_tried(records: Records, kind: PlatformErrorKind) -> None:
    with pytest.raises(PlatformError) as caught:
        run(records, refusing(kind, committing=True))
    assert caught.value.kind == kind
    effect = effect_of(records)
    assert (effect.state, effect.attempts, effect.committed_at) == ("waiting", 0, None)
    assert run(records, lambda hold: {"asked": hold.claim.must_ask}) == {"asked": False}


def test_a_refused_account_does_not_forget_what_was_begun(records: Records) -> None:
    def act(hold: Hold) -> Mapping[str, Any]:
        hold.commit_point()
        hold.save_handle({"task": "t1"})
        raise PlatformError("the key was withdrawn", kind="auth")

    with pytest.raises(PlatformError):
        run(records, act)
    assert run(records, lambda hold: {"task": (hold.claim.handle or {})["task"]}) == {"task": "t1"}


def test_transient_trouble_is_tried_again_so_many_times(records: Records) -> None:
    for attempt in (1, 2):
        with pytest.raises(PutOff, match="said no") as put_off:
            run(records, refusing("transient"), max_attempts=3)
        assert put_off.value.until > datetime.now(UTC)
        assert (effect_of(records).state, effect_of(records).attempts) == ("waiting", attempt)
        make_due(records)
    with pytest.raises(PlatformError, match="tried 3 times") as caught:
        run(records, refusing("transient"), max_attempts=3)
    assert caught.value.kind == "rejected"
    assert effect_of(records).state == "failed"


def test_transient_trouble_waits_as_long_as_the_provider_says(records: Records) -> None:
    with pytest.raises(PutOff) as caught:
        run(records, refusing("transient", until=LATER))
    assert caught.value.until == effect_of(records).due_at == LATER


def test_a_lost_answer_to_a_call_nobody_can_ask_about_is_left_to_a_person(records: Records) -> None:
    for act in (refusing("transient", committing=True), never):
        with pytest.raises(NeedsReview, match="said no"):
            run(records, act)
    assert effect_of(records).state == "needs_review"


def test_what_was_asked_in_vain_too_often_is_left_to_a_person(records: Records) -> None:
    def act(hold: Hold) -> Mapping[str, Any]:
        if not hold.claim.must_ask:
            hold.commit_point()
            hold.save_handle({"task": "t1"})
        raise PlatformError("no answer", kind="transient")

    with pytest.raises(PutOff):
        run(records, act, max_attempts=2)
    make_due(records)
    with pytest.raises(NeedsReview):
        run(records, act, max_attempts=2)
    assert effect_of(records).state == "needs_review"


@pytest.mark.parametrize("error", [PlatformError("lost", kind="unknown"), NeedsReview("lost")])
def test_what_cannot_be_known_is_left_to_a_person(records: Records, error: Exception) -> None:
    def act(hold: Hold) -> Mapping[str, Any]:
        raise error

    with pytest.raises(NeedsReview, match="lost"):
        run(records, act)
    assert effect_of(records).state == "needs_review"
    records.effects.resolve(KEY, happened=False)
    assert run(records, lambda hold: {"made": True}) == {"made": True}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("a bug")])
def test_an_interrupt_gives_the_effect_back(records: Records, error: BaseException) -> None:
    def act(hold: Hold) -> Mapping[str, Any]:
        hold.commit_point()
        raise error

    with pytest.raises(type(error)):
        run(records, act)
    assert (effect_of(records).state, effect_of(records).attempts) == ("waiting", 0)
    assert run(records, lambda hold: {"asked": hold.claim.must_ask}) == {"asked": True}


def test_who_was_overtaken_reports_what_the_other_made(records: Records) -> None:
    def act(hold: Hold) -> Mapping[str, Any]:
        make_due(records)
        assert run(records, lambda other: {"by": "ben"}) == {"by": "ben"}
        return {"by": "ann"}

    assert run(records, act, lease_s=600) == {"by": "ben"}
    assert effect_of(records).result == {"by": "ben"}


def test_who_was_overtaken_by_one_still_at_work_is_put_off(records: Records) -> None:
    def act(hold: Hold) -> Mapping[str, Any]:
        make_due(records)
        assert records.effects.claim_one(KEY, "ben", 600)
        hold.save_handle({"task": "late"})
        return {}

    with pytest.raises(PutOff, match="ben works on it"):
        run(records, act, lease_s=600)
    assert effect_of(records).handle is None


def test_who_asks_whether_it_still_holds_is_told(records: Records) -> None:
    def act(hold: Hold) -> Mapping[str, Any]:
        hold.confirm()
        make_due(records)
        assert records.effects.claim_one(KEY, "ben", 600)
        with pytest.raises(StaleClaim):
            hold.confirm()
        assert hold.lost.is_set()
        return {}

    with pytest.raises(PutOff, match="ben works on it"):
        run(records, act, lease_s=600)


def test_a_lost_claim_is_noticed_while_the_work_goes_on(records: Records) -> None:
    noticed = threading.Event()

    def act(hold: Hold) -> Mapping[str, Any]:
        make_due(records)
        assert records.effects.claim_one(KEY, "ben", 600)
        assert hold.lost.wait(timeout=60)
        noticed.set()
        return {}

    with pytest.raises(PutOff):
        run(records, act, lease_s=2)
    assert noticed.is_set()


def test_a_claim_is_kept_for_longer_than_its_lease(records: Records) -> None:
    def act(hold: Hold) -> Mapping[str, Any]:
        assert not hold.lost.wait(timeout=5)
        return {"kept": True}

    assert run(records, act, lease_s=3) == {"kept": True}


def test_waits_grow_up_to_five_minutes() -> None:
    for attempts, wait_s in ((1, 2), (2, 4), (5, 32), (9, 300), (400, 300)):
        for _ in range(20):
            wait = wait_after(attempts, 2)
            assert timedelta(seconds=wait_s * 0.5) <= wait <= timedelta(seconds=wait_s * 1.5)
