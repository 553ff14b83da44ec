"""Inserts that say what becomes of a row that is there already, in the words of either database.

Its dialect alone is loaded: the other one's types cost every start of a local run a twentieth of a second.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection


def insert_into(connection: Connection, table: Any) -> Any:
    """An insert that takes ``on_conflict_do_nothing`` and ``on_conflict_do_update``, in that database's words."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
