"""The rows of effects: put there, and read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from castad_cli.model.effects import Effect, NewEffect
from castad_cli.records import effect_tables
from castad_cli.records.clock import Clock
from castad_cli.records.writing import insert_new

_KEYS_AT_ONCE = 500


def insert_effects(connection: Connection, effects: Sequence[NewEffect]) -> None:
    """Insert new effects as ready, passing over those that stand already."""
    now = Clock(connection).now
    rows = [
        {"key": effect.key, "kind": effect.kind, "state": "ready", "facts": dict(effect.facts)} for effect in effects
    ]
    insert_new(connection, effect_tables.Effect, rows, due_at=now, created_at=now, updated_at=now)


def read_by_key(connection: Connection, keys: Sequence[str]) -> list[Effect]:
    """The effects of those keys, of however many."""
    found: list[Effect] = []
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = effect_tables.Effect.key.in_(keys[start : start + _KEYS_AT_ONCE])
        found += read_effects(connection, (some,), _KEYS_AT_ONCE)
    return found


def read_effects(connection: Connection, conditions: Iterable[Any], limit: int) -> list[Effect]:
    """Effects, oldest first."""
    table = effect_tables.Effect.__table__
    query = select(table).where(*conditions).order_by(table.c.created_at, table.c.key).limit(limit)
    return [Effect(**row) for row in connection.execute(query).mappings()]
