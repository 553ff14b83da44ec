"""Workers that keep to the protocol post once, whatever kills, freezes or overtakes them, and lose nothing silently.

The judge is the provider's own ledger, which only ever grows. Time, crashes and the order of everything are chosen by
Hypothesis; the workers stop between any two calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import update

from castad_cli.errors import StaleClaim
from castad_cli.model.effects import FINAL, Claim, EffectState
from castad_cli.records import Records, effect_tables
from castad_cli.records.clock import read_clock
from castad_cli.records.effects import Effects

LONG_S = 600.0


class Provider:
    """One with containers that publish once (as Instagram), or one that only ever takes a call (``opaque``)."""

    def __init__(self, opaque: bool) -> None:
        self.opaque = opaque
        self.ledger: list[str] = []
        self.containers: dict[str, str] = {}
        self.published: set[str] = set()

    def open(self, key: str) -> dict[str, str]:
        container = f"container-{len(self.containers)}"
        self.containers[container] = key
        return {"container": container}

    def publish(self, key: str, handle: dict[str, str] | None) -> None:
        container = (handle or {}).get("container", "")
        if container not in self.published:
            self.ledger.append(key)
        if container:
            self.published.add(container)

    def has_published(self, handle: dict[str, str]) -> bool:
        return handle["container"] in self.published


def post(effects: Effects, provider: Provider, claim: Claim) -> Iterator[None]:
    """A worker that keeps to the protocol. Between two steps anything may happen to it."""
    handle = dict(claim.handle) if claim.handle else None
    if claim.must_ask:
        if handle is None:
            effects.park(claim, "nobody can be asked")
            return
        yield
        if provider.has_published(handle):
            yield
            effects.settle(claim)
            return
    elif not provider.opaque:
        handle = provider.open(claim.key)
        yield
        claim = effects.save_handle(claim, handle)
    yield
    effects.commit_point(claim)
    yield
    provider.publish(claim.key, handle)
    yield
    effects.settle(claim)


class Workers(RuleBasedStateMachine):
    """Two posts to a provider that can be asked, two to one that cannot, and any number of workers."""

    def __init__(self, records: Records) -> None:
        super().__init__()
        self.records, self.effects = records, records.effects
        self.providers = {"a": Provider(False), "b": Provider(False), "x": Provider(True), "y": Provider(True)}
        self.workers: list[Iterator[None]] = []
        records.make_ready()
        tables = (effect_tables.Post.__table__, effect_tables.Effect.__table__)
        records._access.primary.write(lambda c: [c.execute(table.delete()) for table in tables])
        for key in self.providers:
            self.effects.ensure("post", key, {"rendition": key, "platform": "instagram", "account": "@a"})

    @rule(key=st.sampled_from("abxy"))
    def a_worker_begins(self, key: str) -> None:
        claim = self.effects.claim_one(key, "worker", LONG_S)
        if claim:
            self.workers.append(post(self.effects, self.providers[key], claim))

    @rule(which=st.integers(0, 5), steps=st.integers(1, 4))
    def a_worker_goes_on(self, which: int, steps: int) -> None:
        """The latest or an older one: who is not called upon is frozen, or dead."""
        if which < len(self.workers):
            worker = self.workers[-1 - which]
            try:
                for _ in range(steps):
                    next(worker)
            except (StopIteration, StaleClaim):
                self.workers.remove(worker)

    @rule(key=st.sampled_from("abxy"))
    def a_lease_ends(self, key: str) -> None:
        row = effect_tables.Effect

        def work(connection: object) -> None:
            past = read_clock(connection)  # type: ignore[arg-type]
            which = (row.key == key, row.due_at.is_not(None))
            connection.execute(update(row).where(*which).values(due_at=past))  # type: ignore[attr-defined]

        self.records._access.primary.write(work)

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        for key, provider in self.providers.items():
            assert provider.ledger in ([], [key])

    def teardown(self) -> None:
        """In the end all is done, or left to a person; and what is done was posted."""
        for key, provider in self.providers.items():
            self.a_lease_ends(key)
            claim = self.effects.claim_one(key, "last", LONG_S)
            if claim:
                for _ in post(self.effects, provider, claim):
                    pass
        self.nothing_is_posted_twice()
        states: Counter[EffectState] = Counter()
        for key, provider in self.providers.items():
            effect = self.effects.get(key)
            assert effect
            assert effect.state in FINAL
            states[effect.state] += 1
            assert effect.state != "done" or provider.ledger == [key]
            assert effect.state != "needs_review" or provider.opaque, "whoever can be asked was asked"
        assert len(self.effects.posts()) == states["done"]


def test_posts_are_made_at_most_once_and_never_silently_lost(records: Records, database_url: str) -> None:
    is_sqlite = database_url.startswith("sqlite")
    run_state_machine_as_test(
        lambda: Workers(records),
        settings=settings(
            max_examples=40 if is_sqlite else 10,
            stateful_step_count=40 if is_sqlite else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
