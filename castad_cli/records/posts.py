"""What was published, as plain rows beside the effects that published it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, func, select

from castad_cli.model.effects import Post
from castad_cli.records import effect_tables
from castad_cli.records.clock import Clock, read_clock
from castad_cli.records.writing import insert_new


def record(connection: Connection, key: str, clock: Clock) -> None:
    """Record the post that the done effect ``key`` published: from its facts, and ``id`` and ``url`` of its result."""
    effect = effect_tables.Effect
    facts, result = connection.execute(select(effect.facts, effect.result).where(effect.key == key)).one()
    row = {
        "key": key,
        "rendition": facts.get("rendition", ""),
        "platform": facts.get("platform", ""),
        "account": facts.get("account", ""),
        "remote_id": str(result.get("id", "")),
        "url": str(result.get("url", "")),
    }
    insert_new(connection, effect_tables.Post, [row], published_at=clock.now)


def read(connection: Connection, rendition: str | None, limit: int) -> list[Post]:
    """Posts, latest first: all, or of one rendition."""
    table = effect_tables.Post.__table__
    query = select(table).order_by(table.c.published_at.desc(), table.c.key).limit(limit)
    if rendition is not None:
        query = query.where(table.c.rendition == rendition)
    return [Post(**row) for row in connection.execute(query).mappings()]


def count_of_a_day(connection: Connection, platform: str, account: str) -> int:
    """How many posts the account has of the last 24 hours, by the database's clock."""
    table = effect_tables.Post.__table__
    since = read_clock(connection) - timedelta(days=1)
    mine = (table.c.platform == platform) & (table.c.account == account) & (table.c.published_at > since)
    return connection.execute(select(func.count()).where(mine)).scalar_one()
