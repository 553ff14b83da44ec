"""One contract over every database: an effect is claimed by one at a time, and is never blindly repeated."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, update

from castad_cli.errors import StaleClaim, UserError
from castad_cli.model.effects import FINAL, HELD, MOVES, Claim, NewEffect, post_key
from castad_cli.model.plan import fingerprint
from castad_cli.records import Outcome, Records, effect_tables
from castad_cli.records.clock import read_clock

LONG_S = 600.0
SONG = fingerprint("a song")
VIDEO = post_key(fingerprint("a video"), "youtube", "@haneul")


def claimed(records: Records, key: str = SONG, owner: str = "ann") -> Claim:
    records.effects.ensure("purchase", key)
    claim = records.effects.claim_one(key, owner, LONG_S)
    assert claim
    return claim


def pass_time(records: Records, key: str) -> None:
    """As if the lease, or the wait, were over."""
    past = {"due_at": datetime(2026, 1, 1, tzinfo=UTC)}
    which = (effect_tables.Effect.key == key, effect_tables.Effect.due_at.is_not(None))
    records._access.primary.write(lambda c: c.execute(update(effect_tables.Effect).where(*which).values(**past)))


def state_of(records: Records, key: str = SONG) -> str:
    effect = records.effects.get(key)
    assert effect
    return effect.state


def test_an_effect_exists_before_anything_happens_and_only_once(records: Records) -> None:
    first = records.effects.ensure("purchase", SONG, {"prompt": "바다"})
    again = records.effects.ensure("purchase", SONG, {"prompt": "another"})
    assert (first.state, first.token, first.attempts, first.handle, first.result) == ("ready", 0, 0, None, None)
    assert first.facts == again.facts == {"prompt": "바다"}
    assert first.created_at == again.created_at
    assert records.effects.counts() == {("purchase", "ready"): 1}
    with pytest.raises(ValueError, match="recorded as a purchase"):
        records.effects.ensure("post", SONG)


def test_many_effects_are_recorded_at_once(records: Records) -> None:
    effects = [NewEffect("post", f"post-{number:04}", {"n": number}) for number in range(2500)]
    records.effects.ensure_all(effects)
    records.effects.ensure_all(effects)
    records.effects.ensure_all([])
    assert records.effects.counts() == {("post", "ready"): 2500}


def test_a_claim_is_one_s_alone(records: Records) -> None:
    claim = claimed(records)
    assert (claim.owner, claim.token, claim.attempts, claim.must_ask) == ("ann", 1, 1, False)
    assert records.effects.claim_one(SONG, "ben", LONG_S) is None
    assert records.effects.claim("ben", LONG_S) == []
    effect = records.effects.get(SONG)
    assert effect
    assert (effect.state, effect.owner, effect.token) == ("claimed", "ann", 1)
    assert pickle.loads(pickle.dumps(claim)) == claim


def test_what_is_not_there_cannot_be_claimed(records: Records) -> None:
    assert records.effects.get("nothing") is None
    assert records.effects.claim_one("nothing", "ann", LONG_S) is None
    assert records.effects.claim("ann", LONG_S) == []
    assert records.effects.due_in_s() is None


def test_claims_come_oldest_first_of_the_kinds_asked_for_and_no_more_than_asked_for(records: Records) -> None:
    for number in range(3):
        records.effects.ensure("purchase", f"song-{number}")
        records.effects.ensure("post", f"post-{number}")
        time.sleep(0.002)
    assert [c.key for c in records.effects.claim("ann", LONG_S, kinds=["purchase"], limit=2)] == ["song-0", "song-1"]
    assert {c.key for c in records.effects.claim("ann", LONG_S, kinds=["post", "purchase"], limit=10)} == {
        "post-0", "post-1", "post-2", "song-2",
    }  # fmt: skip


def test_a_lease_ends_by_the_clock_and_a_heartbeat_prolongs_it(records: Records) -> None:
    records.effects.ensure("purchase", SONG)
    first = records.effects.claim_one(SONG, "ann", 0.05)
    assert first
    time.sleep(0.1)
    assert [effect.key for effect in records.effects.expired()] == [SONG]
    assert records.effects.heartbeat(Claim(**{**vars(first), "lease_s": LONG_S})), "nobody has taken it meanwhile"
    assert records.effects.expired() == []
    assert records.effects.claim_one(SONG, "ben", LONG_S) is None
    assert records.effects.heartbeat(first)
    time.sleep(0.1)
    second = records.effects.claim_one(SONG, "ben", LONG_S)
    assert second
    assert (second.token, second.attempts) == (2, 2)
    assert not records.effects.heartbeat(first)


def test_the_overtaken_can_write_nothing(records: Records) -> None:
    zombie = claimed(records)
    pass_time(records, SONG)
    assert records.effects.claim_one(SONG, "ben", LONG_S)
    before = records.effects.get(SONG)
    effects = records.effects
    for act in (
        lambda: effects.save_handle(zombie, {"id": "z"}),
        lambda: effects.commit_point(zombie),
        lambda: effects.nothing_happened(zombie),
        lambda: effects.settle(zombie, {"id": "z"}),
        lambda: effects.fail(zombie, "no"),
        lambda: effects.defer(zombie, timedelta(0), "later"),
        lambda: effects.release(zombie),
        lambda: effects.park(zombie, "?"),
    ):
        with pytest.raises(StaleClaim, match="overtaken") as caught:
            act()
        assert (caught.value.key, caught.value.token) == (SONG, 1)
        assert pickle.loads(pickle.dumps(caught.value)).token == 1
    assert not effects.heartbeat(zombie)
    assert effects.get(SONG) == before


def test_a_handle_is_found_by_the_next_holder(records: Records) -> None:
    claim = records.effects.save_handle(claimed(records), {"task": "suno-1"})
    assert claim.must_ask
    assert state_of(records) == "claimed"
    pass_time(records, SONG)
    successor = records.effects.claim_one(SONG, "ben", LONG_S)
    assert successor
    assert (successor.handle, successor.was_committing, successor.must_ask) == ({"task": "suno-1"}, False, True)


def test_a_crossed_commit_point_is_never_forgotten(records: Records) -> None:
    claim = records.effects.commit_point(claimed(records))
    assert state_of(records) == "committing"
    for owner in ("ben", "cho"):
        pass_time(records, SONG)
        successor = records.effects.claim_one(SONG, owner, LONG_S)
        assert successor
        assert (successor.was_committing, successor.must_ask, state_of(records)) == (True, True, "committing")
        records.effects.defer(successor, timedelta(0), "the provider does not answer")
        assert state_of(records) == "waiting"
    last = records.effects.claim_one(SONG, "ann", LONG_S)
    assert last
    assert last.was_committing
    with pytest.raises(StaleClaim):
        records.effects.settle(claim)
    cleared = records.effects.nothing_happened(last)
    assert (cleared.must_ask, state_of(records)) == (False, "claimed")
    records.effects.release(cleared)
    fresh = records.effects.claim_one(SONG, "ann", LONG_S)
    assert fresh
    assert not fresh.must_ask


def test_a_purchase_goes_from_claim_to_result(records: Records) -> None:
    claim = records.effects.save_handle(claimed(records), {"task": "suno-1"})
    claim = records.effects.commit_point(claim)
    records.effects.settle(claim, {"track": "ab" * 32, "cost": 0.05})
    effect = records.effects.get(SONG)
    assert effect
    assert (effect.state, effect.result, effect.due_at) == ("done", {"track": "ab" * 32, "cost": 0.05}, None)
    assert effect.is_final
    assert records.effects.claim_one(SONG, "ben", LONG_S) is None
    assert records.effects.posts() == []


def test_a_done_post_is_listed(records: Records) -> None:
    facts = {"rendition": fingerprint("a video"), "platform": "youtube", "account": "@haneul"}
    records.effects.ensure("post", VIDEO, facts)
    claim = records.effects.claim_one(VIDEO, "ann", LONG_S)
    assert claim
    records.effects.settle(claim, {"id": "dQw4", "url": "https://youtu.be/dQw4"})
    records.effects.settle(claim, {"id": "dQw4", "url": "https://youtu.be/dQw4"})
    (post,) = records.effects.posts()
    assert (post.key, post.platform, post.account, post.remote_id) == (VIDEO, "youtube", "@haneul", "dQw4")
    assert records.effects.posts(rendition=facts["rendition"]) == [post]
    assert records.effects.posts(rendition="other") == []


def test_a_move_made_twice_is_made_once(records: Records) -> None:
    """As when the connection is lost with the answer: the transaction is run again, and its first commit stands."""
    effects = records.effects
    claim = claimed(records)
    for _ in range(2):
        effects.save_handle(claim, {"id": 1})
        effects.commit_point(claim)
    first = effects.get(SONG)
    for _ in range(2):
        effects.defer(claim, timedelta(0), "later")
    again = effects.claim_one(SONG, "ann", LONG_S)
    assert again
    for _ in range(2):
        effects.settle(again, {"id": 1})
    assert first
    assert (state_of(records), first.handle) == ("done", {"id": 1})
    with pytest.raises(StaleClaim):
        effects.fail(again, "it is done")


def test_what_is_put_off_frees_its_holder_and_comes_back_when_due(records: Records) -> None:
    claim = claimed(records)
    now = records._access.primary.read(read_clock)
    records.effects.defer(claim, now + timedelta(seconds=0.2), "quota spent until midnight", tried=False)
    effect = records.effects.get(SONG)
    assert effect
    assert (effect.state, effect.attempts, effect.reason) == ("waiting", 0, "quota spent until midnight")
    due = records.effects.due_in_s(["purchase"])
    assert due is not None
    assert due <= 0.2
    assert records.effects.due_in_s(["post"]) is None
    assert records.effects.claim("ben", LONG_S) == [], "not before it is due"
    time.sleep(due + 0.01)
    assert records.effects.due_in_s() == 0
    (back,) = records.effects.claim("ben", LONG_S)
    assert (back.key, back.attempts, back.must_ask) == (SONG, 1, False)


def test_a_tried_one_that_waits_counts_as_an_attempt(records: Records) -> None:
    records.effects.defer(claimed(records), timedelta(0), "503")
    again = records.effects.claim_one(SONG, "ann", LONG_S)
    assert again
    assert again.attempts == 2


def test_what_failed_stays_failed_until_a_person_retries_it(records: Records) -> None:
    claim = records.effects.save_handle(claimed(records), {"container": 7})
    records.effects.fail(records.effects.commit_point(claim), "rejected: too long", {"code": 2207026})
    effect = records.effects.get(SONG)
    assert effect
    assert (effect.state, effect.reason, effect.result) == ("failed", "rejected: too long", {"code": 2207026})
    assert records.effects.claim("ben", LONG_S) == []
    records.effects.retry(SONG)
    (again,) = records.effects.claim("ben", LONG_S)
    assert (again.handle, again.was_committing, again.attempts) == ({"container": 7}, False, 1)


@pytest.mark.parametrize(
    ("happened", "again", "state"), [(True, True, "done"), (False, True, "ready"), (False, False, "failed")]
)
def test_what_cannot_be_known_is_left_to_a_person(records: Records, happened: bool, again: bool, state: str) -> None:
    facts = {"rendition": "f" * 64, "platform": "tiktok", "account": "@haneul"}
    records.effects.ensure("post", VIDEO, facts)
    claim = records.effects.claim_one(VIDEO, "ann", LONG_S)
    assert claim
    records.effects.park(records.effects.commit_point(claim), "the reply was lost")
    assert [effect.reason for effect in records.effects.find(state="needs_review")] == ["the reply was lost"]
    assert records.effects.claim("ben", LONG_S) == []
    records.effects.resolve(VIDEO, happened=happened, result={"url": "https://x"} if happened else None, again=again)
    assert state_of(records, VIDEO) == state
    assert [post.url for post in records.effects.posts()] == (["https://x"] if happened else [])
    with pytest.raises(StaleClaim):
        records.effects.settle(claim)
    if state == "ready":
        (fresh,) = records.effects.claim("ben", LONG_S)
        assert not fresh.must_ask
    with pytest.raises(UserError, match="only what is needs review"):
        records.effects.resolve(VIDEO, happened=True)


def test_a_decision_about_nothing_is_told(records: Records) -> None:
    for decide in (lambda: records.effects.resolve("nothing", happened=True), lambda: records.effects.retry("nothing")):
        with pytest.raises(UserError, match="there is no effect 'nothing'"):
            decide()


def test_effects_are_found_by_kind_and_state(records: Records) -> None:
    records.effects.ensure("post", VIDEO)
    records.effects.settle(claimed(records))
    assert [effect.key for effect in records.effects.find()] == [VIDEO, SONG]
    assert [effect.key for effect in records.effects.find(kind="purchase", state="done")] == [SONG]
    assert records.effects.find(kind="post", state="done") == []


def test_a_rendition_done_and_its_post_are_recorded_together_or_not_at_all(records: Records) -> None:
    run = records.start_run("render")
    with pytest.raises(LookupError):
        records.settle(run, [Outcome("nobody", "reel", "ko", "done")], [NewEffect("post", VIDEO)])
    assert records.effects.get(VIDEO) is None
    records.settle(run, [], [NewEffect("post", VIDEO)])
    assert state_of(records, VIDEO) == "ready"


def test_many_who_claim_at_once_get_each_effect_once(records: Records) -> None:
    records.effects.ensure_all(NewEffect("post", f"post-{number}") for number in range(120))

    def work(owner: int) -> list[str]:
        keys: list[str] = []
        while claims := records.effects.claim(f"worker {owner}", LONG_S, limit=3):
            keys += [claim.key for claim in claims]
            for claim in claims:
                records.effects.settle(claim)
        return keys

    with ThreadPoolExecutor(4) as pool:
        keys = [key for part in pool.map(work, range(4)) for key in part]
    assert len(keys) == len(set(keys)) == 120
    assert records.effects.counts() == {("post", "done"): 120}


def test_many_who_want_the_same_effect_leave_it_to_one(records: Records) -> None:
    keys = [f"song-{number}" for number in range(20)]
    records.effects.ensure_all(NewEffect("purchase", key) for key in keys)
    start = threading.Barrier(4)

    def work(owner: int) -> list[Claim | None]:
        start.wait()
        return [records.effects.claim_one(key, str(owner), LONG_S) for key in keys]

    with ThreadPoolExecutor(4) as pool:
        tries = list(pool.map(work, range(4)))
    assert [sum(claim is not None for claim in claims) for claims in zip(*tries, strict=True)] == [1] * 20


def test_processes_that_claim_at_once_get_each_effect_once(records: Records, database_url: str) -> None:
    records.effects.ensure_all(NewEffect("post", f"post-{number}") for number in range(60))
    code = (
        "import sys; from castad_cli.records import open_records\n"
        "records = open_records(sys.argv[1]); records.make_ready(); sys.stdin.readline()\n"
        "while claims := records.effects.claim('child', 600, limit=2):\n"
        "    for claim in claims: print(claim.key); records.effects.settle(claim)"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    keys = [key for child in children for key in child.communicate("go\n", timeout=120)[0].split()]
    assert [child.returncode for child in children] == [0, 0, 0]
    assert sorted(keys) == sorted(f"post-{number}" for number in range(60))


def test_a_holder_that_goes_on_keeps_its_claim_and_one_that_was_overtaken_is_told(records: Records) -> None:
    records.effects.ensure("purchase", SONG)
    claim = records.effects.claim_one(SONG, "ann", 1.0)
    assert claim
    lost = threading.Event()
    with records.effects.holding(claim, lost.set):
        time.sleep(1.3)
        assert records.effects.claim_one(SONG, "ben", LONG_S) is None
        assert not lost.is_set()
        pass_time(records, SONG)
        while not (taken := records.effects.claim_one(SONG, "ben", LONG_S)):
            pass_time(records, SONG)
        assert taken
        assert lost.wait(20)
    assert not [thread for thread in threading.enumerate() if thread.name == "castad-lease"]


@dataclass
class Known:
    """What the test knows of an effect."""

    state: str = "ready"
    token: int = 0
    handle: dict[str, int] | None = None
    committed: bool = False
    due: bool = True
    claims: list[Claim] = field(default_factory=list)
    """All that were ever given: the living and the dead."""


AFTER = {
    "heartbeat": None,
    "save_handle": None,
    "commit_point": "committing",
    "nothing_happened": "claimed",
    "settle": "done",
    "fail": "failed",
    "defer": "waiting",
    "release": "waiting",
    "park": "needs_review",
}
MOVING = [*AFTER, *("save_handle", "commit_point", "nothing_happened", "release") * 2]
"""More of those that do not end it."""
KEYS = ("song-a", "song-b")


class EffectMachine(RuleBasedStateMachine):
    """Workers that claim, crash, wake too late and act in any order, held against what the protocol promises."""

    def __init__(self, records: Records) -> None:
        super().__init__()
        self.records = records
        self.effects = records.effects
        self.known: dict[str, Known] = {}
        records.make_ready()
        records._access.primary.write(lambda c: [c.execute(table.delete()) for table in TABLES])

    @rule(key=st.sampled_from(KEYS))
    def ensure(self, key: str) -> None:
        self.effects.ensure("purchase", key)
        self.known.setdefault(key, Known())

    def claim_made(self, claim: Claim) -> None:
        known = self.known[claim.key]
        assert known.due
        assert known.state in MOVES["claim"].of
        assert claim.token == known.token + 1
        assert (claim.handle, claim.was_committing) == (known.handle, known.committed)
        assert claim.must_ask == (known.handle is not None or known.committed)
        known.state = "committing" if known.committed else "claimed"
        known.token, known.due = claim.token, False
        known.claims.append(claim)

    @rule(key=st.sampled_from(KEYS), owner=st.sampled_from("abc"))
    def claim_one(self, key: str, owner: str) -> None:
        claim = self.effects.claim_one(key, owner, LONG_S)
        known = self.known.get(key)
        assert (claim is not None) == (known is not None and known.due)
        if claim:
            self.claim_made(claim)

    @rule(owner=st.sampled_from("abc"), limit=st.integers(1, 2))
    def claim(self, owner: str, limit: int) -> None:
        due = sum(known.due for known in self.known.values())
        claims = self.effects.claim(owner, LONG_S, limit=limit)
        assert len(claims) == min(due, limit)
        for claim in claims:
            self.claim_made(claim)

    @rule(key=st.sampled_from(KEYS))
    def time_passes(self, key: str) -> None:
        """A crash, a frozen host, the end of a wait: all look the same from here."""
        pass_time(self.records, key)
        if key in self.known and self.known[key].state not in FINAL:
            self.known[key].due = True

    @rule(key=st.sampled_from(KEYS))
    def another_takes_over(self, key: str) -> None:
        self.time_passes(key)
        self.claim_one(key, "d")

    @rule(
        key=st.sampled_from(KEYS),
        nth=st.sampled_from([0, 0, 1, 2]),
        move=st.sampled_from(MOVING),
        word=st.integers(0, 2),
    )
    def act(self, key: str, nth: int, move: str, word: int) -> None:
        """Any holder, former ones too, makes any move. ``nth`` counts from the latest claim."""
        known = self.known.get(key)
        if not known or not known.claims:
            return
        claim = known.claims[-1 - nth % len(known.claims)]
        named = "defer" if move == "release" else move
        is_latest = claim.token == known.token
        may = is_latest and known.state in MOVES[named].of
        repeats = is_latest and not may and known.state in MOVES[named].to
        was = known.state
        try:
            accepted = self.do(claim, move, word)
        except StaleClaim:
            accepted = False
        assert accepted == (may or repeats)
        if may:
            known.state = AFTER[move] or was
            known.due = move == "release"
            known.handle = {"word": word} if move == "save_handle" else known.handle
            known.committed |= move == "commit_point"
            if move == "nothing_happened":
                known.handle, known.committed = None, False
            if move == "fail":
                known.committed = False

    def do(self, claim: Claim, move: str, word: int) -> bool:
        rest: dict[str, tuple[Any, ...]] = {
            "save_handle": ({"word": word},),
            "settle": ({"word": word},),
            "fail": ("no",),
            "defer": (timedelta(seconds=LONG_S), "later"),
            "park": ("who knows",),
        }
        return getattr(self.effects, move)(claim, *rest.get(move, ())) is not False

    @rule(key=st.sampled_from(KEYS), happened=st.booleans(), again=st.booleans())
    def resolve(self, key: str, happened: bool, again: bool) -> None:
        known = self.known.get(key)
        if known is None or known.state != "needs_review":
            with pytest.raises(UserError):
                self.effects.resolve(key, happened=happened, again=again)
            return
        self.effects.resolve(key, happened=happened, again=again)
        known.state = "done" if happened else "ready" if again else "failed"
        known.token += 1
        known.due = known.state == "ready"
        if not happened:
            known.handle, known.committed = None, False

    @rule(key=st.sampled_from(KEYS))
    def retry(self, key: str) -> None:
        known = self.known.get(key)
        if known is None or known.state != "failed":
            with pytest.raises(UserError):
                self.effects.retry(key)
            return
        self.effects.retry(key)
        known.state, known.due = "ready", True
        known.token += 1

    @invariant()
    def the_records_say_what_happened_and_nothing_else(self) -> None:
        table = effect_tables.Effect.__table__
        query = select(table.c.key, table.c.state, table.c.token, table.c.handle, table.c.committed_at)
        rows = self.records._access.primary.read(lambda c: c.execute(query).all())
        assert {row.key for row in rows} == set(self.known)
        for row in rows:
            known = self.known[row.key]
            assert (row.state, row.token, row.handle) == (known.state, known.token, known.handle)
            assert (row.committed_at is not None) == known.committed
            holders = [claim for claim in known.claims if claim.token == row.token and row.state in HELD]
            assert len(holders) <= 1

    def teardown(self) -> None:
        """Whatever happened, every effect can be brought to an end."""
        for key in self.known:
            pass_time(self.records, key)
        for claim in self.effects.claim("last", LONG_S, limit=len(KEYS)):
            if claim.was_committing:
                self.effects.park(claim, "who knows")
                self.effects.resolve(claim.key, happened=True)
            else:
                self.effects.settle(claim)
        assert all(state in FINAL for _, state in self.effects.counts())


TABLES = (effect_tables.Post.__table__, effect_tables.Effect.__table__)


def test_the_protocol_holds_whatever_workers_do(records: Records, database_url: str) -> None:
    is_sqlite = database_url.startswith("sqlite")
    run_state_machine_as_test(
        lambda: EffectMachine(records),
        settings=settings(
            max_examples=40 if is_sqlite else 12,
            stateful_step_count=40 if is_sqlite else 25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
