"""What happened outside for one run: purchases, posts, and quotas. For looking at, not for deciding by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, union

from castad_cli.model.effects import Effect
from castad_cli.records import effect_tables
from castad_cli.records.clock import read_clock
from castad_cli.records.entries import QuotaRecord
from castad_cli.records.schema import Ad


def effects_of(connection: Connection, run: str) -> list[Effect]:
    """A run's posts, and the purchases of its words and music, whichever run made them, oldest first.

    A purchase says in its facts what it was made ``for``.
    """
    table = effect_tables.Effect.__table__
    posts = select(effect_tables.RunPost.key).where(effect_tables.RunPost.run_id == run)
    asked = union(select(Ad.script).where(Ad.run_id == run), select(Ad.track).where(Ad.run_id == run))
    is_purchase = (table.c.kind == "purchase") & table.c.facts["for"].as_string().in_(asked)
    query = select(table).where(table.c.key.in_(posts) | is_purchase).order_by(table.c.created_at, table.c.key)
    return [Effect(**row) for row in connection.execute(query).mappings()]


def quotas_of(connection: Connection) -> list[QuotaRecord]:
    """What is used of every quota whose window is not over."""
    table = effect_tables.Quota.__table__
    now: Any = read_clock(connection)
    query = select(table).where(table.c.resets_at > now).order_by(table.c.provider, table.c.project, table.c.unit)
    return [QuotaRecord(**row) for row in connection.execute(query).mappings()]
