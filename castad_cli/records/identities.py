"""What a post is, apart from its video's bytes: so that an ad is posted once, whichever version of CaStAD made it.

An effect's key holds the rendition's fingerprint, and that changes with every upgrade of the engine. Its *identity*
(ad, format, language, platform, account) does not. One row an identity says which effect has it; that row and the
effect are written in one transaction, so that of two versions that begin at once one gives way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from castad_cli.model.effects import NewEffect
from castad_cli.records import effect_tables
from castad_cli.records.clock import Clock
from castad_cli.records.effect_rows import insert_effects
from castad_cli.records.writing import insert_new

GAVE_WAY = "gave way to another version of the same ad"


def reserve(connection: Connection, identity: str, key: str, facts: Mapping[str, Any], *, again: bool) -> str:
    """The key of the effect that has ``identity``, after ``key`` was recorded and given it where that may be.

    It may when nobody has it; when the effect that has it failed, or was never begun (then it fails, so that nobody
    begins it any more); and with ``again`` also when that effect is done. It may not while the other is under way or
    needs review: whether it happened is not known.
    """
    row = effect_tables.PostIdentity
    insert_effects(connection, [NewEffect("post", key, facts)])
    clock = Clock(connection)
    insert_new(connection, row, [{"identity": identity, "key": key}], updated_at=clock.now)
    # The lock that this update takes orders two versions that come at once; on SQLite there is one writer anyway.
    locked = update(row).where(row.identity == identity).values(updated_at=clock.now).returning(row.key)
    standing: str = connection.execute(locked).scalar_one()
    if standing == key:
        return key
    if not _gives_way(connection, standing, clock, again=again):
        _step_back(connection, key, clock)
        return standing
    connection.execute(update(row).where(row.identity == identity).values(key=key))
    _come_forward(connection, key, clock)
    return key


def _gives_way(connection: Connection, key: str, clock: Clock, *, again: bool) -> bool:
    effect = effect_tables.Effect
    unbegun = (
        effect.key == key,
        effect.state.in_(("ready", "waiting")),
        effect.handle.is_(None),
        effect.committed_at.is_(None),
    )
    new = {"state": "failed", "due_at": None, "reason": GAVE_WAY, "token": effect.token + 1, "updated_at": clock.now}
    if connection.execute(update(effect).where(*unbegun).values(**new)).rowcount:
        return True
    state = connection.execute(select(effect.state).where(effect.key == key)).scalar_one()
    return state == "failed" or (again and state == "done")


def _step_back(connection: Connection, key: str, clock: Clock) -> None:
    """What was recorded for this version, and not begun, shall not be begun by anyone who finds it due."""
    _gives_way(connection, key, clock, again=False)


def _come_forward(connection: Connection, key: str, clock: Clock) -> None:
    """An effect that gave way before has its turn after all."""
    effect = effect_tables.Effect
    which = (effect.key == key, effect.state == "failed", effect.reason == GAVE_WAY)
    new = {"state": "ready", "due_at": clock.now, "reason": "", "token": effect.token + 1, "updated_at": clock.now}
    connection.execute(update(effect).where(*which).values(**new))


def known(connection: Connection, identities: list[str]) -> dict[str, str]:
    """The key that has each of ``identities``; those that nobody has are left out."""
    row = effect_tables.PostIdentity
    found: dict[str, str] = {}
    for start in range(0, len(identities), 500):
        some = select(row.identity, row.key).where(row.identity.in_(identities[start : start + 500]))
        found.update((identity, key) for identity, key in connection.execute(some))
    return found
