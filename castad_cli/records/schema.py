"""The tables of runs; `castad_cli.records.effect_tables` has the others.

A change in either is a new migration under ``migrations/versions``, a new name in `VERSIONS`, and a database of the
schema before it under ``tests/records/schemas``.

Keys are natural: a run's id, an ad's key in its plan, a rendition's format and language. So a row is written
by what its writer knows, in one statement, without asking for numbers first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

VERSIONS = ("0001", "0002", "0003", "0004", "0005")
"""Every version of the schema this code knows, oldest first; the last is the one it works with."""

VERSION_TABLE = "castad_schema"


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC; SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text that every database takes: no NUL, no lone surrogate from a path that is not UTF-8, no endless error."""

    impl = Text
    cache_ok = True
    longest = 8000

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")[: self.longest]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Run(Base):
    """One invocation over one or more recipes. ``updated_at`` is its heartbeat."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'failed', 'interrupted')", name="state"),
        Index(None, "started_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    command: Mapped[str] = mapped_column(CleanText)
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[str] = mapped_column(String(32))
    host: Mapped[str] = mapped_column(CleanText)
    pid: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    stop_asked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When somebody asked it, from elsewhere, to stop."""


class Ad(Base):
    """One ad of a run. ``position`` is its place in the plan."""

    __tablename__ = "ads"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(CleanText, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    recipe_file: Mapped[str] = mapped_column(CleanText)
    recipe: Mapped[str] = mapped_column(CleanText)
    row: Mapped[str] = mapped_column(CleanText)
    variant: Mapped[str] = mapped_column(CleanText)
    language: Mapped[str] = mapped_column(String(16))
    script: Mapped[str] = mapped_column(String(64))
    track: Mapped[str] = mapped_column(String(64))


class Rendition(Base):
    """One rendition of a run: what became of it, and where it is."""

    __tablename__ = "renditions"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "ad_key"], ["ads.run_id", "ads.key"], ondelete="CASCADE"),
        CheckConstraint("state IN ('pending', 'rendering', 'done', 'failed')", name="state"),
        Index(None, "run_id", "state"),
        Index(None, "fingerprint"),
    )

    run_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ad_key: Mapped[str] = mapped_column(CleanText, primary_key=True)
    format: Mapped[str] = mapped_column(String(16), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16))
    fingerprint: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(CleanText, default="")
    cached: Mapped[bool] = mapped_column(Boolean, default=False)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    error: Mapped[str] = mapped_column(CleanText, default="")
    fix: Mapped[str] = mapped_column(CleanText, default="")
    where: Mapped[str] = mapped_column(CleanText, default="")
    kind: Mapped[str] = mapped_column(CleanText, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When a pending one may go on that was put off."""
    stage: Mapped[str] = mapped_column(String(16), default="", server_default="")
    worker: Mapped[str] = mapped_column(CleanText, default="", server_default="")


class Stage(Base):
    """Words or music of a run, which several of its ads may share: what it took to have them."""

    __tablename__ = "stages"
    __table_args__ = (CheckConstraint("state IN ('done', 'failed')", name="state"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(16), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    cached: Mapped[bool] = mapped_column(Boolean)
    seconds: Mapped[float] = mapped_column(Float)
    worker: Mapped[str] = mapped_column(CleanText)
    finished_at: Mapped[datetime] = mapped_column(UtcTime)


class Lease(Base):
    """A job that a driver is having done: no other begins it before ``until``."""

    __tablename__ = "leases"
    __table_args__ = (Index(None, "run_id"),)

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime] = mapped_column(UtcTime)
