"""The tables of what happens outside: effects, posts, accounts, limits and quotas.

Apart from the tables of runs, which every invocation needs: to map these takes a few milliseconds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from castad_cli.records.schema import Base, CleanText, UtcTime


class Effect(Base):
    """Something outside that must not happen twice: see `castad_cli.model.effects`."""

    __tablename__ = "effects"
    __table_args__ = (
        CheckConstraint("kind IN ('purchase', 'post')", name="kind"),
        CheckConstraint(
            "state IN ('ready', 'waiting', 'claimed', 'committing', 'done', 'failed', 'needs_review')", name="state"
        ),
        # What is due has a time, what is final has none: so one index finds whatever may be claimed.
        CheckConstraint("(due_at IS NULL) = (state IN ('done', 'failed', 'needs_review'))", name="due_at"),
        CheckConstraint("state <> 'committing' OR committed_at IS NOT NULL", name="committed_at"),
        Index(None, "kind", "due_at"),
        Index(None, "state"),
    )

    key: Mapped[str] = mapped_column(CleanText, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    token: Mapped[int] = mapped_column(BigInteger, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    owner: Mapped[str] = mapped_column(CleanText, default="")
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    committed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    handle: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(CleanText, default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Post(Base):
    """A published video; written with the effect that published it, in one transaction."""

    __tablename__ = "posts"
    __table_args__ = (Index(None, "rendition"), Index(None, "platform", "account", "published_at"))

    key: Mapped[str] = mapped_column(ForeignKey("effects.key"), primary_key=True)
    rendition: Mapped[str] = mapped_column(String(64))
    platform: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(CleanText)
    remote_id: Mapped[str] = mapped_column(CleanText)
    url: Mapped[str] = mapped_column(CleanText)
    published_at: Mapped[datetime] = mapped_column(UtcTime)


class Account(Base):
    """A person's account on a platform. ``sealed`` is encrypted before it comes here."""

    __tablename__ = "accounts"

    platform: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(CleanText, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)
    leased_by: Mapped[str] = mapped_column(CleanText, default="", server_default="")
    leased_until: Mapped[datetime | None] = mapped_column(UtcTime)


class PostIdentity(Base):
    """Which effect posts an ad somewhere, whatever its video's bytes are: see `castad_cli.records.identities`."""

    __tablename__ = "post_identities"

    identity: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("effects.key"))
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class RunPost(Base):
    """A post that a run was asked for, and how that run left it. ``key`` is its effect's, which knows more."""

    __tablename__ = "run_posts"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "ad_key"], ["ads.run_id", "ads.key"], ondelete="CASCADE"),
        CheckConstraint("state IN ('pending', 'done', 'failed', 'waiting', 'needs_review')", name="state"),
        Index(None, "key"),
    )

    run_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(CleanText, primary_key=True)
    ad_key: Mapped[str] = mapped_column(CleanText)
    position: Mapped[int] = mapped_column(Integer)
    format: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    platform: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(CleanText)
    state: Mapped[str] = mapped_column(String(16), default="pending")
    remote_id: Mapped[str] = mapped_column(CleanText, default="")
    url: Mapped[str] = mapped_column(CleanText, default="")
    until: Mapped[datetime | None] = mapped_column(UtcTime)
    error: Mapped[str] = mapped_column(CleanText, default="")
    fix: Mapped[str] = mapped_column(CleanText, default="")
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Limit(Base):
    """A rate limit shared by all workers: when, in theory, its next call would come."""

    __tablename__ = "limits"

    key: Mapped[str] = mapped_column(CleanText, primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcTime)


class Quota(Base):
    """What one project has used of a provider's quota in one window."""

    __tablename__ = "quotas"

    provider: Mapped[str] = mapped_column(String(32), primary_key=True)
    project: Mapped[str] = mapped_column(CleanText, primary_key=True)
    unit: Mapped[str] = mapped_column(String(8), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UtcTime, primary_key=True)
    resets_at: Mapped[datetime] = mapped_column(UtcTime)
    used: Mapped[int] = mapped_column(BigInteger)
