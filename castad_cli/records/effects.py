"""Effects in the database: the protocol of `castad_cli.model.effects`, enforced.

Every write of a holder is one guarded statement: the claim's token must be the row's, and the row's state one that
the move may leave. A holder who was overtaken changes nothing and gets `StaleClaim`. Moves may be repeated, as they
are when a connection is lost with the answer: the second time finds the work done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select, update

from castad_cli.errors import StaleClaim, UserError
from castad_cli.model.effects import HELD, KINDS, MOVES, Claim, Effect, EffectKind, EffectState, NewEffect, Post
from castad_cli.records import claiming, effect_tables, identities, leases, posts
from castad_cli.records.access import Access
from castad_cli.records.clock import Clock, read_clock
from castad_cli.records.effect_rows import insert_effects, read_by_key, read_effects

_ROWS_AT_ONCE = 2000


class Effects:
    """The effects in one database: `Records.effects`. Safe to use from many threads."""

    def __init__(self, access: Access) -> None:
        self._access = access

    # Before anything happens.

    def ensure(self, kind: EffectKind, key: str, facts: Mapping[str, Any] | None = None) -> Effect:
        """The effect, recorded as ready unless it stands already; then its first facts stay. Idempotent."""
        self.ensure_all([NewEffect(kind, key, facts or {})])
        effect = self.get(key)
        assert effect, "effects are never deleted"
        if effect.kind != kind:
            raise ValueError(f"{key} is recorded as a {effect.kind}, not a {kind}")
        return effect

    def ensure_all(self, effects: Iterable[NewEffect]) -> None:
        """`ensure` for many at once."""
        rows = list(effects)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self._access.write(partial(insert_effects, effects=rows[start : start + _ROWS_AT_ONCE]))

    def reserve_post(self, identity: str, key: str, facts: Mapping[str, Any], *, again: bool = False) -> Effect:
        """Record a post, and that it is what ``identity`` stands for; the effect that has that identity.

        It is ``key``'s unless another version of the same ad is posted already, or is being posted. With ``again`` one
        that is posted does not stand in the way: see `castad_cli.records.identities`. Idempotent.
        """
        holder = self._access.write(partial(identities.reserve, identity=identity, key=key, facts=facts, again=again))
        effect = self.get(holder)
        assert effect, "effects are never deleted"
        return effect

    def posts_known(self, wanted: Sequence[str]) -> dict[str, Effect]:
        """The effects that have ``wanted`` identities, by identity; those that nobody has are left out."""

        def work(connection: Connection) -> dict[str, Effect]:
            keys = identities.known(connection, list(wanted))
            effects = {effect.key: effect for effect in read_by_key(connection, list(keys.values()))}
            return {identity: effects[key] for identity, key in keys.items()}

        return self._access.read(work)

    # Claiming.

    def claim(self, owner: str, lease_s: float, *, kinds: Sequence[EffectKind] = KINDS, limit: int = 1) -> list[Claim]:
        """Claims on effects that are due, of the first kind first: new, put off till now, or held by one who fell
        silent. Each is the caller's alone until its lease ends; see `Claim.must_ask` before doing anything.
        """
        claims: list[Claim] = []
        for kind in kinds:
            if len(claims) < limit:
                claims += self._access.write_one(
                    partial(claiming.claim_due, kind=kind, owner=owner, lease_s=lease_s, limit=limit - len(claims))
                )
        return claims

    def claim_one(self, key: str, owner: str, lease_s: float) -> Claim | None:
        """A claim on that effect; None when it is not due, another holds it, or it is final: `get` tells."""
        return self._access.write_one(partial(claiming.claim_one, key=key, owner=owner, lease_s=lease_s))

    def heartbeat(self, claim: Claim) -> bool:
        """Prolong the lease by its whole length from now. False: another has claimed it; stop at once."""
        try:
            self._guarded("heartbeat", claim, {})
        except StaleClaim:
            return False
        return True

    def holding(self, claim: Claim, on_lost: Callable[[], None]) -> AbstractContextManager[None]:
        """Heartbeats while the block runs, from a thread of its own.

        ``on_lost`` is called from there, once, when the claim is lost or the database stayed away for as long as the
        lease: stop whatever is under way.
        """
        return leases.holding(lambda: self.heartbeat(claim), claim.lease_s, on_lost)

    # What a holder records. Each raises `StaleClaim`, and changes nothing, when another has claimed it since.

    def save_handle(self, claim: Claim, handle: Mapping[str, Any]) -> Claim:
        """Keep what the provider is asked by, before the first byte goes out. Prolongs the lease."""
        self._guarded("save_handle", claim, {"handle": dict(handle)})
        return replace(claim, handle=dict(handle))

    def commit_point(self, claim: Claim) -> Claim:
        """Record that the next call cannot be taken back. Prolongs the lease."""
        self._guarded("commit_point", claim, {"state": "committing"})
        return replace(claim, was_committing=True)

    def nothing_happened(self, claim: Claim) -> Claim:
        """Record the provider's word that what was begun did not happen: the handle and the commit point are void."""
        self._guarded("nothing_happened", claim, {"state": "claimed", "handle": None, "committed_at": None})
        return replace(claim, handle=None, was_committing=False)

    def settle(self, claim: Claim, result: Mapping[str, Any] | None = None) -> None:
        """Record that it happened, and what came of it. Of a post, ``id`` and ``url`` in ``result`` are its own."""
        self._guarded("settle", claim, {"state": "done", "due_at": None, "result": dict(result or {}), "reason": ""})

    def fail(self, claim: Claim, reason: str, result: Mapping[str, Any] | None = None) -> None:
        """Record that it did not happen, as the provider says, and that trying again by itself would not help."""
        values = {"state": "failed", "due_at": None, "committed_at": None, "reason": reason}
        self._guarded("fail", claim, {**values, "result": dict(result) if result else None})

    def defer(self, claim: Claim, until: datetime | timedelta, reason: str, *, tried: bool = True) -> None:
        """Put it off and give it up: until an instant of the database's clock, or for so long from now.

        ``tried`` False (a quota is spent) does not count as an attempt. Handle and commit point stay.
        """
        attempts = effect_tables.Effect.attempts - (0 if tried else 1)
        self._guarded("defer", claim, {"state": "waiting", "due_at": until, "attempts": attempts, "reason": reason})

    def release(self, claim: Claim) -> None:
        """Give it back at once, as a worker does that is told to end. Not an attempt."""
        self.defer(claim, timedelta(0), "given back", tried=False)

    def park(self, claim: Claim, reason: str) -> None:
        """Leave it to a person: whether it happened cannot be known."""
        self._guarded("park", claim, {"state": "needs_review", "due_at": None, "reason": reason})

    # What a person decides.

    def resolve(self, key: str, *, happened: bool, result: Mapping[str, Any] | None = None, again: bool = True) -> None:
        """A person's word on an effect that needs review: it happened, or it did not and is (or is not) tried again.

        Raises:
            UserError: it does not need review.
        """
        values: dict[str, Any] = {"handle": None, "committed_at": None}
        if happened:
            values = {"state": "done", "result": dict(result or {}), "reason": ""}
        elif again:
            values |= {"state": "ready", "reason": ""}
        else:
            values |= {"state": "failed", "reason": "a person found that it had not happened"}
        self._decide("resolve", key, values)

    def retry(self, key: str) -> None:
        """Have a failed effect tried again, from its first attempt. Its handle stays: the provider is asked first.

        Raises:
            UserError: it has not failed.
        """
        self._decide("retry", key, {"state": "ready", "attempts": 0, "reason": "", "result": None})

    # Reading, always from the primary.

    def get(self, key: str) -> Effect | None:
        """The effect of that key."""
        found = self._select(effect_tables.Effect.key == key)
        return found[0] if found else None

    def get_all(self, keys: Sequence[str]) -> dict[str, Effect]:
        """Those of ``keys`` that are recorded, by key."""
        found = self._access.read(partial(read_by_key, keys=keys))
        return {effect.key: effect for effect in found}

    def find(
        self, *, kind: EffectKind | None = None, state: EffectState | None = None, limit: int = 1000
    ) -> list[Effect]:
        """Effects of one kind, in one state, oldest first."""
        conditions = [effect_tables.Effect.kind == kind] if kind else []
        conditions += [effect_tables.Effect.state == state] if state else []
        return self._select(*conditions, limit=limit)

    def expired(self, limit: int = 1000) -> list[Effect]:
        """Held effects whose holder fell silent: the next `claim` takes them."""

        def work(connection: Connection) -> list[Effect]:
            now = Clock(connection).now
            return read_effects(
                connection, (effect_tables.Effect.state.in_(HELD), effect_tables.Effect.due_at <= now), limit
            )

        return self._access.read(work)

    def counts(self) -> dict[tuple[EffectKind, EffectState], int]:
        """How many effects there are of each kind in each state."""
        table = effect_tables.Effect.__table__
        query = select(table.c.kind, table.c.state, func.count()).group_by(table.c.kind, table.c.state)
        return self._access.read(
            lambda connection: {(kind, state): count for kind, state, count in connection.execute(query)}
        )

    def due_in_s(self, kinds: Sequence[EffectKind] = KINDS) -> float | None:
        """How long until the next effect may be claimed; 0 when one is due, None when none will be."""

        def work(connection: Connection) -> float | None:
            query = select(func.min(effect_tables.Effect.due_at)).where(effect_tables.Effect.kind.in_(kinds))
            due = connection.execute(query).scalar()
            return None if due is None else max(0.0, (due - read_clock(connection)).total_seconds())

        return self._access.read(work)

    def posts(self, *, rendition: str | None = None, limit: int = 1000) -> list[Post]:
        """What was published, latest first: all, or of one rendition."""
        return self._access.read(partial(posts.read, rendition=rendition, limit=limit))

    def posts_of_a_day(self, platform: str, account: str) -> int:
        """How many posts that account has of the last 24 hours."""
        return self._access.read(partial(posts.count_of_a_day, platform=platform, account=account))

    def _select(self, *conditions: Any, limit: int = 1) -> list[Effect]:
        return self._access.read(partial(read_effects, conditions=conditions, limit=limit))

    def _guarded(self, move: str, claim: Claim, values: dict[str, Any]) -> None:
        """Make a holder's move; without a ``due_at`` of its own it prolongs the lease."""
        rule, row = MOVES[move], effect_tables.Effect
        is_post = claim.kind == "post" and values.get("state") == "done"

        def work(connection: Connection) -> None:
            clock = Clock(connection)
            new = {"due_at": timedelta(seconds=claim.lease_s), **values, "updated_at": clock.now}
            if isinstance(new["due_at"], timedelta):
                new["due_at"] = clock.after(new["due_at"])
            if new.get("state") == "committing":
                new["committed_at"] = func.coalesce(row.committed_at, clock.now)
            guard = (row.key == claim.key, row.token == claim.token, row.state.in_(rule.of))
            if connection.execute(update(row).where(*guard).values(**new)).rowcount == 1:
                if is_post:
                    posts.record(connection, claim.key, clock)
                return
            standing = connection.execute(select(row.token, row.state).where(row.key == claim.key)).one_or_none()
            if standing is None or standing.token != claim.token or standing.state not in rule.to:
                raise StaleClaim(claim.key, claim.token, move)

        (self._access.write if is_post else self._access.write_one)(work)

    def _decide(self, move: str, key: str, values: dict[str, Any]) -> None:
        """Make a person's move. The token grows, so that no former holder may write any more."""
        rule, row = MOVES[move], effect_tables.Effect

        def work(connection: Connection) -> None:
            clock = Clock(connection)
            due_at = clock.now if values["state"] == "ready" else None
            new = {"due_at": due_at, "token": row.token + 1, **values, "updated_at": clock.now}
            guard = (row.key == key, row.state.in_(rule.of))
            kind = connection.execute(update(row).where(*guard).values(**new).returning(row.kind)).scalar()
            if kind is None:
                state = connection.execute(select(row.state).where(row.key == key)).scalar()
                if state is None:
                    raise UserError(f"there is no effect {key!r}", fix="`castad review` lists what needs a decision")
                wanted = " or ".join(sorted(rule.of)).replace("_", " ")
                raise UserError(
                    f"{key} is {state.replace('_', ' ')}; only what is {wanted} can be decided so",
                    fix="`castad review` lists what needs a decision",
                )
            if kind == "post" and values["state"] == "done":
                posts.record(connection, key, clock)

        self._access.write(work)
